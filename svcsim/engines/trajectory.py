"""Recording what happens, and the canonical order of what was recorded (semantics 59)."""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import (
    ATTENDANCE,
    ITEM,
    PRESENCE,
    ROW,
    TOKEN,
    VISIT,
    Integers,
    Records,
    Trajectory,
)

Row = tuple[int, ...]


def sorted_trajectory(
    items: Records,
    visits: Records,
    rows: Records,
    presence: Records,
    tokens: Records,
    attendance: Records,
) -> Trajectory:
    """Sort the tables as `Trajectory` promises.

    A token's entries come in the order in which they were opened (visits) or written (rows,
    presence), which is right but for people who were on one token together. `take` moves whole
    records, where indexing copies field by field and takes three times as long.
    """
    n, forked = len(items), len(tokens) > 0
    people = _order(presence, n, forked)
    sort_colleagues(presence, people)
    return Trajectory(
        items,
        visits.take(_order(visits, n, forked)),
        rows.take(_order(rows, n, forked)),
        presence.take(people),
        tokens.take(by_item(tokens["item"], n)),
        attendance.take(_by_person(attendance)),
    )


def _order(table: Records, n: int, forked: bool) -> Integers:
    """Return the order that sorts a table by item and token, and leaves each token's as it is."""
    if forked:
        return np.lexsort((table["token"], table["item"]))
    return by_item(table["item"], n)


def _by_person(attendance: Records) -> Integers:
    """Return the order of attendance: by item, token, beginning, pool, group and person."""
    words = ("person", "group", "pool", "begin", "token", "item")
    return np.lexsort([attendance[word] for word in words])


@jit
def by_item(item: Integers, n: int) -> Integers:
    """Return the order that sorts records by item, 0..n-1, and leaves each item's as they are."""
    place = np.zeros(n + 1, np.int64)
    for i in item:
        place[i + 1] += 1
    for i in range(n):
        place[i + 1] += place[i]
    order = np.empty(len(item), np.int64)
    for k in range(len(item)):
        order[place[item[k]]] = k
        place[item[k]] += 1
    return order


@jit
def sort_colleagues(presence: Records, order: Integers) -> None:
    """Sort, within an order by token, by begin; who began together by pool, group and person."""
    for k in range(1, len(order)):
        i = k
        while i > 0 and _before(presence, order[i], order[i - 1]):
            order[i], order[i - 1] = order[i - 1], order[i]
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
        return sorted_trajectory(
            np.array([tuple(item) for item in self.items], ITEM),
            np.array([tuple(visit) for visit in self.visits], VISIT),
            np.array(self.rows, ROW),
            np.array(self.presence, PRESENCE),
            np.array([tuple(token) for token in self.tokens], TOKEN),
            np.array(self.attendance, ATTENDANCE),
        )
