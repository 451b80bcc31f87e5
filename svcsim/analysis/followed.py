"""One replication, seen from its items: who belongs to the cohort, and when each had its value."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.questions import Questions
from svcsim.model.arrays import NEVER, NONE, Integers, Model, Outcome, Trajectory

Mask = NDArray[np.bool_]


def completion(model: Model, trajectory: Trajectory, steps: Iterable[int]) -> Integers:
    """The last completion of any of the steps by each item, or NEVER (semantics 58)."""
    visits = trajectory.visits
    counts = _among(model, steps)[visits["step"]] & (visits["finished"] < NEVER)
    ticks = np.full(len(trajectory.items), NONE, np.int64)
    np.maximum.at(ticks, visits["item"][counts], visits["finished"][counts])
    ticks[ticks == NONE] = NEVER
    return ticks


def value_ticks(questions: Questions, trajectory: Trajectory) -> Integers:
    """The tick at which each item had its value, or NEVER, shape (items,).

    It is the last completion of the value point before the end of the run. An item that was done
    without ever entering its value point, and every item of a stream without one, had its value
    when it was done.
    """
    items, visits, model = trajectory.items, trajectory.visits, questions.model
    steps = [step for of_stream in questions.value_steps for step in of_stream]
    ticks = completion(model, trajectory, steps)
    unneeded = items["outcome"] == Outcome.DONE
    unneeded[visits["item"][_among(model, steps)[visits["step"]]]] = False
    ticks[unneeded] = items["ended"][unneeded]
    return ticks


def _among(model: Model, steps: Iterable[int]) -> Mask:
    """Which steps of the model are among `steps`."""
    mask = np.zeros(len(model.steps), bool)
    mask[list(steps)] = True
    return mask


@dataclass(frozen=True, slots=True)
class Scope:
    """The items that a measure speaks about: the cohort of a stream, or of one of its classes."""

    stream: int
    cls: int
    """-1: all classes."""
    stream_name: str
    cls_name: str | None
    cohort: Integers
    """Positions of its items in the table of items."""


@dataclass(frozen=True, slots=True)
class Followed:
    """A trajectory with what every measure asks of it. Arrays have one entry for each item."""

    questions: Questions
    trajectory: Trajectory
    seed: int
    replication: int
    arrived: Integers
    cohort: Mask
    """Arrived in [warm_up, horizon) (semantics 7)."""
    value: Integers
    """Tick of value, or NEVER (semantics 58)."""
    until: Integers
    """Value; or the end, of an item that left without; or the end of the run."""
    pursued: Mask
    """Cohort items that had their value or are still after it: not rejected, lost or refused."""
    scopes: tuple[Scope, ...]

    @classmethod
    def of(cls, questions: Questions, trajectory: Trajectory, seed: int, replication: int) -> Self:
        """Follow the items of one replication."""
        model, items = questions.model, trajectory.items
        arrived = np.ascontiguousarray(items["arrived"])
        cohort = (arrived >= model.warm_up) & (arrived < model.horizon)
        value = value_ticks(questions, trajectory)
        valued = value < NEVER
        until = np.where(valued, value, np.minimum(items["ended"], model.end))
        pursued = cohort & (valued | (items["ended"] == NEVER))
        scopes = tuple(_scopes(questions, items, cohort))
        return cls(
            questions, trajectory, seed, replication, arrived, cohort, value, until, pursued, scopes
        )

    @property
    def elapsed(self) -> Integers:
        """Ticks on the wall from arrival on: lead time, or time so far of an open item."""
        return self.until - self.arrived


def _scopes(questions: Questions, items: Any, cohort: Mask) -> list[Scope]:
    found = []
    for stream, name in enumerate(questions.names.streams):
        classes = questions.names.classes[stream]
        here = cohort & (items["stream"] == stream)
        found.append(Scope(stream, -1, name, None, np.flatnonzero(here)))
        if len(classes) > 1:
            found += [
                Scope(stream, c, name, classes[c], np.flatnonzero(here & (items["cls"] == c)))
                for c in range(len(classes))
            ]
    return found
