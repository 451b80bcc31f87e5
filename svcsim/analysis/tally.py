"""What the items of the cohort spent their time on, in exact sums by step, class and kind."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.exact import grouped
from svcsim.analysis.followed import Columns, Followed
from svcsim.analysis.redials import before
from svcsim.analysis.visit_of import VisitIndex
from svcsim.model.arrays import Integers, Kind, Model, Op

N_KINDS = len(Kind)
PARTS = {
    "gate": Kind.GATE,
    "unavailability": Kind.UNAVAILABILITY,
    "policy": Kind.POLICY,
    "prioritisation": Kind.PRIORITISATION,
}
"""Columns of a row that are parts of a wait for people; contention is what remains."""
ACTIVE = (Kind.WORK, Kind.SETUP, Kind.AUTOMATIC)
CAUSES = tuple(kind for kind in Kind if kind not in ACTIVE)
"""Kinds of waits (semantics 54)."""


def by_kind(rows: Columns, length: Integers, groups: Integers, n: int) -> NDArray[Any]:
    """Ticks of rows by group and kind, shape (n, kinds): every tick has one kind.

    `length` is what counts of each row, all of it or nothing; `groups` are numbers in [0, n).
    """
    kinds = rows["kind"]
    sums = grouped(groups * N_KINDS + kinds, n * N_KINDS, length).reshape(n, N_KINDS)
    mixed = np.flatnonzero((kinds == Kind.CONTENTION) & (length > 0))
    for column, kind in PARTS.items():
        if rows[column].any():
            part = grouped(groups[mixed], n, rows[column][mixed])
            sums[:, kind] += part
            sums[:, Kind.CONTENTION] -= part
    return sums


def repeated_steps(model: Model) -> NDArray[np.bool_]:
    """Which steps are repeated by design (semantics 66): to come there again is no rework."""
    mask = np.zeros(len(model.steps), bool)
    mask[model.ops["step"][model.ops["code"] == Op.REPEAT]] = True
    return mask


@dataclass(frozen=True, slots=True)
class Tally:
    """Exact sums over the cohort, by place and class.

    A place is a step; after the steps comes one more for each stream, for rows outside of any.
    """

    until_value: NDArray[Any]
    """Ticks on the critical path to value of the items that are pursued, (places, classes,
    kinds)."""
    repeated: NDArray[Any]
    """The part of it in second and later visits, but of repeated steps and after redials,
    (places, classes)."""
    all_the_time: NDArray[Any]
    """Ticks of all items of the cohort, also after value, (places, classes, kinds)."""
    visits: NDArray[Any]
    """Visits of the cohort, (places, classes)."""
    repeats: NDArray[Any]
    """Second and later visits, but of repeated steps and after redials, (places, classes)."""

    @classmethod
    def of(cls, run: Followed) -> Self:
        """Add up one replication."""
        rows, item = run.rows, run.rows["item"]
        length = rows["end"] - rows["begin"]
        until_value = run.pursued[item] & (rows["begin"] < run.until[item]) & run.on_path
        groups, shape = _places(run, rows)
        n = shape[0] * shape[1]
        ours = np.where(run.cohort[item], length, 0)
        sums = by_kind(rows, ours, groups * 2 + until_value, 2 * n).reshape(*shape, 2, N_KINDS)
        rework = np.append(~repeated_steps(run.questions.model), True)
        redialled = before(run)
        nth = rows["visit"]
        if redialled.any():
            at = VisitIndex(run).find(rows)
            nth = nth - np.where(at >= 0, redialled[at], 0)
        again = np.flatnonzero(until_value & (nth > 1) & rework[rows["step"]])

        places, _ = _places(run, run.visits)
        counts = run.cohort[run.visits["item"]]
        repeats = counts & (run.visits["visit"] - redialled > 1) & rework[run.visits["step"]]
        return cls(
            until_value=sums[:, :, 1],
            repeated=grouped(groups[again], n, length[again]).reshape(shape),
            all_the_time=sums.sum(axis=2),
            visits=grouped(places, n, counts.astype(np.int64)).reshape(shape),
            repeats=grouped(places, n, repeats.astype(np.int64)).reshape(shape),
        )


def _places(run: Followed, table: Columns) -> tuple[Integers, tuple[int, int]]:
    """The place and class of each row as one number, and how many there are of either."""
    names, item, step = run.questions.names, table["item"], table["step"]
    n_classes = max(len(classes) for classes in names.classes)
    place = np.where(step >= 0, step, len(names.steps) + run.items["stream"][item])
    shape = len(names.steps) + len(names.streams), n_classes
    groups: Integers = place * n_classes + run.items["cls"][item]
    return groups, shape
