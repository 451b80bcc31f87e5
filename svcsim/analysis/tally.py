"""What the items of the cohort spent their time on, in exact sums by step, class and kind."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.exact import grouped
from svcsim.analysis.followed import Followed
from svcsim.model.arrays import Integers, Kind, Records

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


def by_kind(rows: Records, groups: Integers, n: int, length: Integers) -> NDArray[Any]:
    """Ticks of rows by group and kind, shape (n, kinds): every tick has one kind.

    `length` is what counts of each row: all of it, or nothing.
    """
    kinds = np.ascontiguousarray(rows["kind"])
    sums = grouped(groups * N_KINDS + kinds, n * N_KINDS, length).reshape(n, N_KINDS)
    mixed = np.flatnonzero((kinds == Kind.CONTENTION) & (length > 0))
    for column, kind in PARTS.items():
        part = grouped(groups[mixed], n, rows[column][mixed])
        sums[:, kind] += part
        sums[:, Kind.CONTENTION] -= part
    return sums


@dataclass(frozen=True, slots=True)
class Tally:
    """Exact sums over the cohort, by place and class.

    A place is a step; after the steps comes one more for each stream, for rows outside of any.
    """

    until_value: NDArray[Any]
    """Ticks until value of the items that are pursued, (places, classes, kinds)."""
    repeated: NDArray[Any]
    """The part of it in second and later visits, (places, classes)."""
    all_the_time: NDArray[Any]
    """Ticks of all items of the cohort, also after value, (places, classes, kinds)."""
    visits: NDArray[Any]
    """Visits of the cohort, (places, classes)."""
    repeats: NDArray[Any]
    """Second and later visits, (places, classes)."""

    @classmethod
    def of(cls, run: Followed) -> Self:
        """Add up one replication."""
        rows = run.trajectory.rows
        item = np.ascontiguousarray(rows["item"])
        length = rows["end"] - rows["begin"]
        counts = run.pursued[item] & (rows["begin"] < run.until[item])
        groups, shape = _places(run, rows)
        n = shape[0] * shape[1]
        again = counts & (rows["visit"] > 1)
        visits = run.trajectory.visits[run.cohort[run.trajectory.visits["item"]]]
        places, _ = _places(run, visits)
        return cls(
            by_kind(rows, groups, n, np.where(counts, length, 0)).reshape(*shape, N_KINDS),
            grouped(groups[again], n, length[again]).reshape(shape),
            by_kind(rows, groups, n, np.where(run.cohort[item], length, 0)).reshape(
                *shape, N_KINDS
            ),
            np.bincount(places, minlength=n).reshape(shape),
            np.bincount(places[visits["visit"] > 1], minlength=n).reshape(shape),
        )


def _places(run: Followed, table: Records) -> tuple[Integers, tuple[int, int]]:
    """The place and class of each row as one number, and how many there are of either."""
    names, items = run.questions.names, run.trajectory.items
    n_classes = max(len(classes) for classes in names.classes)
    item, step = table["item"], table["step"]
    place = np.where(step >= 0, step, len(names.steps) + items["stream"][item])
    shape = len(names.steps) + len(names.streams), n_classes
    groups: Integers = place * n_classes + items["cls"][item]
    return groups, shape
