"""Many points of one experiment, each with the same luck: one pool of workers for all of them.

The tasks are the pairs (point, replication) in this order, and so are their results, so that the
numbers are the same bits for any number of workers.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from svcsim.analysis.key import Key
from svcsim.analysis.measures import Reduced
from svcsim.analysis.questions import Questions
from svcsim.experiment.interrupt import interruptible
from svcsim.experiment.numbers import Numbers
from svcsim.experiment.replicate import replicate
from svcsim.experiment.run import Progress
from svcsim.experiment.study import Study
from svcsim.model.arrays import Model


@dataclass(frozen=True)
class Point:
    """A model to simulate, and what to keep of it. Can be pickled."""

    questions: Questions
    """Of the scenario that is varied."""
    wanted: "Wanted"
    change: Callable[[Model], Model] | None = None
    """What makes its model the model of the point; not given: nothing."""

    def study(self, engine: str, seed: int) -> Study:
        """Get the point ready to be run."""
        questions = self.questions
        if self.change is not None:
            questions = replace(questions, model=self.change(questions.model))
        return Study(questions, engine, seed)


@dataclass(frozen=True)
class Wanted:
    """What is kept of a replication: some sums, and the histograms of some of them."""

    sums: frozenset[Key]
    histograms: frozenset[Key]

    @classmethod
    def of(cls, keys: Sequence[Key]) -> "Wanted":
        """Return what the numbers with these keys are made of."""
        means = {key._replace(statistic="mean") for key in keys if is_percentile(key)}
        return cls(frozenset(means.union(key for key in keys if not is_percentile(key))),
                   frozenset(means))  # fmt: skip

    def __call__(self, study: Study, replication: int) -> Reduced:
        """Simulate a replication, and do no more than these numbers take."""
        found = study.reduce(replication, only=self.sums)
        return replace(found, histograms={key: found.histograms[key] for key in self.histograms})


def is_percentile(key: Key) -> bool:
    """Whether a number is a percentile.

    >>> is_percentile(Key("lead_time", "p85", "h")), is_percentile(Key("lead_time", "mean", "h"))
    (True, False)
    """
    return key.statistic[0] == "p" and key.statistic[1:].isdigit()


def simulated(
    points: Sequence[Point],
    *,
    replications: int,
    seed: int,
    engine: str,
    jobs: int,
    progress: Progress | None = None,
) -> list[Numbers]:
    """Simulate every point.

    Parameters
    ----------
    points
        What to simulate.
    replications, seed, engine, jobs
        As of `svcsim.run`; of every point.
    progress
        Called after each replication with the number finished and the number asked for, of all
        points together.

    Returns
    -------
    list
        The numbers of the points, in their order; after Ctrl-C, of those that were finished.
    """
    task = _Task(tuple(points), replications, seed, engine)
    found, rows = [], []
    total = len(points) * replications
    with interruptible() as stop:
        done = replicate(task, total, jobs=jobs, processes=engine == "reference", stop=stop)
        for index, reduced in enumerate(done):
            rows.append(reduced)
            if len(rows) == replications:
                found.append(Numbers.of(rows))
                rows = []
            if progress is not None:
                progress(index + 1, total)
    return found


class _Task:
    """What a worker does for one replication of one point. Can be pickled."""

    def __init__(self, points: tuple[Point, ...], replications: int, seed: int, engine: str):
        self._given = (points, replications, seed, engine)
        self._studies: dict[int, Study] = {}
        self._lock = threading.Lock()

    def __call__(self, index: int) -> Reduced:
        points, replications, *_ = self._given
        point, replication = divmod(index, replications)
        return points[point].wanted(self._study(point), replication)

    def _study(self, point: int) -> Study:
        """Return the study of a point; those of points long before it are not needed any more."""
        points, _, seed, engine = self._given
        with self._lock:
            if point not in self._studies:
                for old in [known for known in self._studies if known < point - 1]:
                    del self._studies[old]
                self._studies[point] = points[point].study(engine, seed)
            return self._studies[point]

    def __reduce__(self) -> tuple[type["_Task"], tuple[object, ...]]:
        return type(self), self._given
