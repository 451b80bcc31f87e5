"""Recording what happens, and the canonical order of what was recorded (semantics 59)."""

from collections.abc import Sequence

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import Integers, Records
from svcsim.model.trajectory import ATTENDANCE, ITEM, PRESENCE, ROW, TOKEN, VISIT, Trajectory

Row = tuple[int, ...]


def sorted_trajectory(tables: Sequence[Records]) -> Trajectory:
    """Copy tables, those of a `Trajectory`, sorted as it promises.

    A token's entries come in the order in which they were opened (visits) or written (rows,
    presence), which is right but for people who were on one token together.
    """
    items, *others = tables
    found = Trajectory(items, *(t[np.lexsort((t["token"], t["item"]))] for t in others))
    sort_people(found)
    return found


def words(table: Records) -> Integers:
    """The integers of a table, a row for each record."""
    found: Integers = table.view(np.int64).reshape(len(table), table.itemsize // 8)
    return found


def sort_people(found: Trajectory) -> None:
    """Sort those who were on one token together, where all else is sorted."""
    if len(found.presence):
        sort_colleagues(found.presence, words(found.presence))
    if len(found.attendance):
        by = ("person", "group", "pool", "begin", "token", "item")
        order = np.lexsort([found.attendance[word] for word in by])
        found.attendance[:] = found.attendance[order]


@jit
def sort_colleagues(presence: Records, words: Integers) -> None:
    """Sort, within each token, by begin; who began together by pool, group and person.

    `words` are the same records as integers.
    """
    for k in range(1, len(presence)):
        i = k
        while i > 0 and _before(presence, i, i - 1):
            for j in range(words.shape[1]):
                words[i, j], words[i - 1, j] = words[i - 1, j], words[i, j]
            i -= 1


@inlined
def _before(presence: Records, a: int, b: int) -> bool:
    """Say whether a stands before b, of those who were on one token."""
    x, y = presence[a], presence[b]
    if x["item"] != y["item"] or x["token"] != y["token"]:
        return False
    if x["begin"] != y["begin"]:
        return bool(x["begin"] < y["begin"])
    if x["pool"] != y["pool"]:
        return bool(x["pool"] < y["pool"])
    if x["group"] != y["group"]:
        return bool(x["group"] < y["group"])
    if x["person"] != y["person"]:
        return bool(x["person"] < y["person"])
    return bool(x["end"] < y["end"])


class Recorder:
    """The tables as lists of tuples: for the reference engine."""

    def __init__(self) -> None:
        self.items: list[list[int]] = []
        self.visits: list[list[int]] = []
        self.rows: list[Row] = []
        self.presence: list[Row] = []
        self.tokens: list[list[int]] = []
        self.attendance: list[Row] = []

    def trajectory(self) -> Trajectory:
        """Return everything recorded so far."""
        return sorted_trajectory([
            np.array([tuple(item) for item in self.items], ITEM),
            np.array([tuple(visit) for visit in self.visits], VISIT),
            np.array(self.rows, ROW),
            np.array(self.presence, PRESENCE),
            np.array([tuple(token) for token in self.tokens], TOKEN),
            np.array(self.attendance, ATTENDANCE),
        ])  # fmt: skip
