"""One replication, seen from its items: who belongs to the cohort, and when each had its value."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.clocks import elapsed
from svcsim.analysis.critical_path import Paths
from svcsim.analysis.loops.items import follow
from svcsim.analysis.loops.tokens import bring_value
from svcsim.analysis.loops.visits import last_finished
from svcsim.analysis.questions import Questions
from svcsim.model.arrays import Integers, Model, Records
from svcsim.model.trajectory import ATTENDANCE, ITEM, PRESENCE, ROW, TOKEN, VISIT, Trajectory

Mask = NDArray[np.bool_]
T = TypeVar("T")


def nothing() -> Trajectory:
    """Return a replication in which nothing happened."""
    kinds = (ITEM, VISIT, ROW, PRESENCE, TOKEN, ATTENDANCE)
    return Trajectory(*(np.zeros(0, kind) for kind in kinds))


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


def completion(run: "Followed", steps: Iterable[int]) -> Integers:
    """The last completion of any of the steps by each item, or NEVER (semantics 58)."""
    among = among_steps(run.questions.model, steps)
    return last_finished(run.trajectory.visits, among, len(run.arrived))


def among_steps(model: Model, steps: Iterable[int]) -> Mask:
    """Which steps of the model are among `steps`."""
    mask = np.zeros(len(model.steps), bool)
    mask[list(steps)] = True
    return mask


def _of_value(questions: Questions) -> tuple[Mask, Mask]:
    """Which steps complete value, and in which streams an item has its value when it is done."""
    steps = [step for of_stream in questions.value_steps for step in of_stream]
    at_the_end = np.array([not of_stream for of_stream in questions.value_steps], bool)
    return among_steps(questions.model, steps), at_the_end


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
    """Tick of value, or NEVER: the last completion of the value point before the end of the run
    (semantics 58). An item of a stream whose value point is `done` had its value when it was done;
    one that was done without completing its value point had none: it was withdrawn."""
    until: Integers
    """Value; or the end, of an item that left without; or the end of the run."""
    pursued: Mask
    """Cohort items that had their value or are still after it: not rejected, lost or refused."""
    paths: Paths
    """The tokens of items that may have several."""
    _made: dict[Any, Any] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, questions: Questions, trajectory: Trajectory, seed: int, replication: int) -> Self:
        """Follow the items of one replication."""
        model, items = questions.model, Columns(trajectory.items)
        steps, at_the_end = questions.once(_of_value)
        value = last_finished(trajectory.visits, steps, len(items))
        window = model.warm_up, model.horizon, model.end
        cohort, until, pursued = follow(trajectory.items, value, at_the_end, *window)
        return cls(
            questions=questions,
            trajectory=trajectory,
            seed=seed,
            replication=replication,
            items=items,
            visits=Columns(trajectory.visits),
            rows=Columns(trajectory.rows),
            presence=Columns(trajectory.presence),
            attendance=Columns(trajectory.attendance),
            arrived=items["arrived"],
            cohort=cohort,
            value=value,
            until=until,
            pursued=pursued,
            paths=Paths(trajectory.tokens, len(items)),
        )

    def once(self, make: Callable[["Followed"], T]) -> T:
        """What a function makes of the replication, made once, when it is first asked for."""
        if make not in self._made:
            self._made[make] = make(self)
        found: T = self._made[make]
        return found

    @property
    def on_path(self) -> Mask:
        """Rows on the critical path to value (semantics 57)."""
        return self.once(_on_path)

    @property
    def of_class(self) -> Integers:
        """Stream and class of each item as one number: stream * questions.n_classes + class."""
        return self.once(_of_class)

    @property
    def elapsed(self) -> Integers:
        """Ticks on the wall from arrival on: lead time, or time so far of an open item."""
        return self.until - self.arrived

    def elapsed_on(self, clock: int) -> Integers:
        """The same on clock number `clock` of the questions."""
        if clock not in self._made:
            self._made[clock] = elapsed(self.questions.clocks[clock], self.arrived, self.until)
        found: Integers = self._made[clock]
        return found

    def count(self, which: Mask) -> Integers:
        """Number of items of a mask, by stream and class."""
        shape = len(self.questions.names.streams), self.questions.n_classes
        number = np.bincount(self.of_class[which], minlength=shape[0] * shape[1])
        return number.reshape(shape)


def _of_class(run: Followed) -> Integers:
    of_class: Integers = run.items["stream"] * run.questions.n_classes + run.items["cls"]
    return of_class


def to_value(run: Followed) -> Mask:
    """Tokens on the critical path to value, as `Paths.on` tells; without value, to the end."""
    if not len(run.paths):
        return run.paths.to_the_end
    steps, _ = run.questions.once(_of_value)
    ends = run.paths.last.copy()
    bring_value(run.trajectory.visits, steps, run.value, run.paths.number, ends)
    return run.paths.on(ends)


def _on_path(run: Followed) -> Mask:
    on_path = run.once(to_value)
    found: Mask = on_path[np.minimum(run.rows["token"], len(on_path) - 1)]
    return found
