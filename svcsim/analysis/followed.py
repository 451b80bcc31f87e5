"""One replication, seen from its items: who belongs to the cohort, and when each had its value."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.clocks import elapsed
from svcsim.analysis.critical_path import Paths
from svcsim.analysis.questions import Questions
from svcsim.model.arrays import NEVER, NONE, Integers, Model, Outcome, Records, Trajectory

Mask = NDArray[np.bool_]


class Columns:
    """The columns of a table, each made contiguous when it is first read."""

    def __init__(self, table: Records):
        self._table = table
        self._columns: dict[str, Integers] = {}

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, name: str) -> Integers:
        if name not in self._columns:
            self._columns[name] = np.ascontiguousarray(self._table[name])
        return self._columns[name]


def completion(model: Model, items: Columns, visits: Columns, steps: Iterable[int]) -> Integers:
    """The last completion of any of the steps by each item, or NEVER (semantics 58)."""
    counts = _among(model, steps)[visits["step"]] & (visits["finished"] < NEVER)
    ticks = np.full(len(items), NONE, np.int64)
    np.maximum.at(ticks, visits["item"][counts], visits["finished"][counts])
    ticks[ticks == NONE] = NEVER
    return ticks


def value_ticks(questions: Questions, items: Columns, visits: Columns) -> Integers:
    """The tick at which each item had its value, or NEVER, shape (items,).

    It is the last completion of the value point before the end of the run (semantics 58). An item
    of a stream whose value point is `done` had its value when it was done; one that was done
    without completing its value point had none: it was withdrawn.
    """
    model = questions.model
    steps = [step for of_stream in questions.value_steps for step in of_stream]
    ticks = completion(model, items, visits, steps)
    at_the_end = np.array([not of_stream for of_stream in questions.value_steps], bool)
    done = at_the_end[items["stream"]] & (items["outcome"] == Outcome.DONE)
    ticks[done] = items["ended"][done]
    return ticks


def _value_tokens(
    questions: Questions, items: Columns, visits: Columns, value: Integers, paths: Paths
) -> Integers:
    """Position of the token that brought each item its value, or that it ended with; or -1."""
    ends = paths.last(len(items))
    if not len(paths):
        return ends
    steps = [step for of_stream in questions.value_steps for step in of_stream]
    item = visits["item"]
    brought = _among(questions.model, steps)[visits["step"]] & (visits["finished"] == value[item])
    forked = brought & (paths.find(visits["token"]) != NONE)
    ends[item[forked]] = paths.find(visits["token"][forked])
    return ends


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
    items: Columns
    visits: Columns
    rows: Columns
    presence: Columns
    attendance: Columns
    """People at sittings: effort for an item, and no part of its path (semantics 38)."""
    arrived: Integers
    cohort: Mask
    """Arrived in [warm_up, horizon) (semantics 7)."""
    value: Integers
    """Tick of value, or NEVER (semantics 58)."""
    until: Integers
    """Value; or the end, of an item that left without; or the end of the run."""
    pursued: Mask
    """Cohort items that had their value or are still after it: not rejected, lost or refused."""
    paths: Paths
    """The tokens of items that may have several."""
    on_path: Mask
    """Rows on the critical path to value (semantics 57)."""
    scopes: tuple[Scope, ...]
    _on_clocks: dict[int, Integers] = field(default_factory=dict)

    @classmethod
    def of(cls, questions: Questions, trajectory: Trajectory, seed: int, replication: int) -> Self:
        """Follow the items of one replication."""
        model, items, visits = (
            questions.model,
            Columns(trajectory.items),
            Columns(trajectory.visits),
        )
        arrived = items["arrived"]
        cohort = (arrived >= model.warm_up) & (arrived < model.horizon)
        value = value_ticks(questions, items, visits)
        valued = value < NEVER
        until = np.where(valued, value, np.minimum(items["ended"], model.end))
        pursued = cohort & (valued | (items["ended"] == NEVER))
        paths, rows = Paths(trajectory.tokens), Columns(trajectory.rows)
        ends = _value_tokens(questions, items, visits, value, paths)
        on_path = paths.rows_on(paths.back_from(ends), rows["token"])
        scopes = tuple(_scopes(questions, items, cohort))
        return cls(
            questions=questions,
            trajectory=trajectory,
            seed=seed,
            replication=replication,
            items=items,
            visits=visits,
            rows=rows,
            presence=Columns(trajectory.presence),
            attendance=Columns(trajectory.attendance),
            arrived=arrived,
            cohort=cohort,
            value=value,
            until=until,
            pursued=pursued,
            paths=paths,
            on_path=on_path,
            scopes=scopes,
        )

    @property
    def elapsed(self) -> Integers:
        """Ticks on the wall from arrival on: lead time, or time so far of an open item."""
        return self.until - self.arrived

    def elapsed_on(self, clock: int) -> Integers:
        """The same on clock number `clock` of the questions."""
        if clock not in self._on_clocks:
            self._on_clocks[clock] = elapsed(self.questions.clocks[clock], self.arrived, self.until)
        return self._on_clocks[clock]


def _scopes(questions: Questions, items: Columns, cohort: Mask) -> list[Scope]:
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
