"""Many points, each with the same luck: one pool of workers for all of them."""

import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import NamedTuple

from svcsim.analysis.questions import Questions
from svcsim.experiment.block import Block
from svcsim.experiment.gather import Progress, gather_each, kept
from svcsim.experiment.interrupt import interruptible
from svcsim.experiment.kept import Kept
from svcsim.experiment.numbers import Numbers
from svcsim.experiment.study import Room, Study
from svcsim.experiment.wanted import Wanted
from svcsim.model.arrays import Model


@dataclass(frozen=True)
class Point:
    """A model to simulate, and what to keep of it. Can be pickled."""

    questions: Questions
    """Of the scenario that is varied."""
    wanted: Wanted
    change: Callable[[Model], Model] | None = None
    """What makes its model the model of the point; not given: nothing."""

    def study(self, engine: str, seed: int, room: Room | None = None) -> Study:
        """Get the point ready to be run, with workers that know what those of others needed."""
        questions = self.questions
        if self.change is not None:
            questions = replace(questions, model=self.change(questions.model))
        return Study(questions, engine, seed, room)


class Simulated(NamedTuple):
    """What came out of some points."""

    numbers: list[Numbers]
    """Of the points in their order; after Ctrl-C, of those that were finished."""
    cached: int
    """Replications of these that were not simulated but read again."""


def simulated(
    points: Sequence[Point],
    *,
    replications: int,
    seed: int,
    engine: str,
    jobs: int,
    progress: Progress | None = None,
    cache: bool = False,
) -> Simulated:
    """Simulate every point.

    Parameters
    ----------
    points
        What to simulate.
    replications, seed, engine, jobs, cache
        As of `svcsim.run`; of every point.
    progress
        Called after each replication with the number finished and the number asked for, of all
        points together.
    """
    places: list[tuple[Kept, ...]] = [() for _ in points]
    if cache:
        places = [kept([one.wanted.fingerprint(one.study(engine, seed))]) for one in points]
    task = _Task(tuple(points), seed, engine)
    found, cached = [], 0
    with interruptible() as stop, closing(gather_each(
        task, replications, places, jobs=jobs, processes=engine == "reference", stop=stop,
        progress=progress,
    )) as done:  # fmt: skip
        for matrices, reused in done:
            if matrices and matrices[0].replications == replications:
                found.append(matrices[0].numbers())
                cached += reused
    return Simulated(found, cached)


class _Task:
    """What a worker does for one replication of one point. Can be pickled."""

    def __init__(self, points: tuple[Point, ...], seed: int, engine: str):
        self._given = (points, seed, engine)
        self._studies: dict[int, Study] = {}
        self._room = Room()
        self._lock = threading.Lock()

    def __call__(self, point: int, replication: int) -> tuple[Block]:
        points, *_ = self._given
        return (points[point].wanted.block(self._study(point), replication),)

    def _study(self, point: int) -> Study:
        """Return the study of a point; those of points long before it are not needed any more."""
        points, seed, engine = self._given
        with self._lock:
            if point not in self._studies:
                for old in [known for known in self._studies if known < point - 1]:
                    del self._studies[old]
                self._studies[point] = points[point].study(engine, seed, self._room)
            return self._studies[point]

    def __reduce__(self) -> tuple[type["_Task"], tuple[object, ...]]:
        return type(self), self._given
