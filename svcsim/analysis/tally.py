"""What the items of the cohort spent their time on, in exact sums by step, class and kind."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.exact import grouped
from svcsim.analysis.followed import Columns, Followed, Mask
from svcsim.model.arrays import Integers, Kind

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


def by_kind(rows: Columns, counts: Mask, groups: Integers, n: int) -> NDArray[Any]:
    """Ticks of the rows that count, by group and kind, shape (n, kinds): every tick has one kind.

    `groups` holds a number in [0, n) for each row that counts.
    """
    kinds = rows["kind"][counts]
    length = rows["end"][counts] - rows["begin"][counts]
    sums = grouped(groups * N_KINDS + kinds, n * N_KINDS, length).reshape(n, N_KINDS)
    mixed = kinds == Kind.CONTENTION
    for column, kind in PARTS.items():
        part = grouped(groups[mixed], n, rows[column][counts][mixed])
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
        rows, visits = run.rows, run.visits
        ours = run.cohort[rows["item"]]
        item = rows["item"][ours]
        until_value = run.pursued[item] & (rows["begin"][ours] < run.until[item])
        again = until_value & (rows["visit"][ours] > 1)
        groups, shape = _places(run, item, rows["step"][ours])
        n = shape[0] * shape[1]
        sums = by_kind(rows, ours, groups * 2 + until_value, 2 * n).reshape(*shape, 2, N_KINDS)
        length = rows["end"][ours][again] - rows["begin"][ours][again]

        ours = run.cohort[visits["item"]]
        places, _ = _places(run, visits["item"][ours], visits["step"][ours])
        return cls(
            until_value=sums[:, :, 1],
            repeated=grouped(groups[again], n, length).reshape(shape),
            all_the_time=sums.sum(axis=2),
            visits=np.bincount(places, minlength=n).reshape(shape),
            repeats=np.bincount(places[visits["visit"][ours] > 1], minlength=n).reshape(shape),
        )


def _places(run: Followed, item: Integers, step: Integers) -> tuple[Integers, tuple[int, int]]:
    """The place and class of each row as one number, and how many there are of either."""
    names = run.questions.names
    n_classes = max(len(classes) for classes in names.classes)
    place = np.where(step >= 0, step, len(names.steps) + run.items["stream"][item])
    shape = len(names.steps) + len(names.streams), n_classes
    groups: Integers = place * n_classes + run.items["cls"][item]
    return groups, shape
