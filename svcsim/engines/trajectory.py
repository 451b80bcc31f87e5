"""Recording what happens, and the canonical order of what was recorded (semantics 59)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from svcsim._jit import inlined, jit
from svcsim.model.arrays import NONE, Integers, Records
from svcsim.model.trajectory import ATTENDANCE, ITEM, PRESENCE, ROW, TOKEN, VISIT, Trajectory

Row = tuple[int, ...]
SPARE = 1.25
"""How much more memory is taken than is needed now: what comes next may be a little longer."""


class Sheet:
    """Memory for a trajectory, used again by the next one: new memory is dear.

    All tables share one block: the system gives a large block in large pages, where many small ones
    take twice the time of the sorting.
    """

    def __init__(self) -> None:
        self._block = np.empty(0, np.uint8)

    def like(self, tables: Sequence[Records]) -> Trajectory:
        """Return tables of the same kinds and lengths, with anything in them.

        What was in those that were returned before is lost.
        """
        ends = np.cumsum([table.nbytes for table in tables])
        if ends[-1] > len(self._block):
            self._block = np.empty(int(SPARE * ends[-1]), np.uint8)
        parts = (self._block[end - table.nbytes : end]
                 for end, table in zip(ends, tables, strict=True))  # fmt: skip
        return Trajectory(*(p.view(table.dtype) for p, table in zip(parts, tables, strict=True)))


def sorted_trajectory(tables: Sequence[Records], sheet: Sheet | None = None) -> Trajectory:
    """Copy tables, those of a `Trajectory`, sorted as it promises.

    A token's entries come in the order in which they were opened (visits) or written (rows,
    presence), which is right but for people who were on one token together.

    Parameters
    ----------
    tables
        Items and tokens are numbered from 0.
    sheet
        Where the copies are to be; not given: in memory of their own.
    """
    copies, n = (sheet or Sheet()).like(tables), len(tables[0])
    words(copies.items)[:] = words(tables[0])
    everybody, same, nobody = np.ones(n, np.bool_), np.arange(n), np.zeros(0, np.int64)
    for table, copy in zip(tables[1:], copies[1:], strict=True):
        if len(table):
            to, written = np.empty(len(table), np.int64), words(table)
            places(written, everybody, same, nobody, 0, to, everybody[:0])
            move(written, to, words(copy))
    sort_people(copies)
    return copies


def words(table: Records) -> Integers:
    """The integers of a table, a row for each record: item first, then token."""
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
def places(
    words: Integers,
    goes: NDArray[np.bool_],
    place: Integers,
    older: Integers,
    before: int,
    to: Integers,
    stays: NDArray[np.bool_],
) -> int:
    """Find where the records of items that go belong, sorted by item and token; count them.

    Those of one token stay in their order. They are counted by item. If some item has several
    tokens, they are counted by token as well, and tokens, each of one item, get their places by
    item. Indices are unsigned: nobody need ask whether they count from the end, which took half the
    time.

    Parameters
    ----------
    words
        The records. Items are called anew in all of them, and tokens in those that go.
    goes, place
        Of each item, whether it goes; and what it is called among those that go, or stay.
    older, before
        The tokens with a number below `before`, ascending. What tokens are called among all: these,
        then the others.
    to
        Gets the place of each record; -1: it stays.
    stays
        Gets, of each token, whether records of it stay; as long as there are tokens, if any stay.
    """
    first = _many(0, len(place) + 1)
    token = _many(NONE, len(place))
    n_tokens = 0
    alone = True
    one, item_at, token_at = np.uint64(1), np.uint64(0), np.uint64(1)
    for k in range(np.uint64(len(words))):
        item, t = np.uint64(words[k, item_at]), words[k, token_at]
        t = t - before + len(older) if t >= before else _rank(older, t)
        at = np.uint64(place[item])
        words[k, item_at] = at
        if goes[item]:
            first[at + one] += 1
            alone &= token[at] == t or token[at] == NONE
            token[at] = t
            words[k, token_at] = t
            n_tokens = max(n_tokens, t + 1)
            to[k] = at
        else:
            stays[t] = True
            to[k] = NONE
    for i in range(len(place)):
        first[i + 1] += first[i]
    if not alone:
        owner = _many(NONE, n_tokens)
        of_token = _many(0, n_tokens)
        for k in range(len(words)):
            if to[k] >= 0:
                owner[words[k, 1]] = to[k]
                to[k] = words[k, 1]
                of_token[to[k]] += 1
        for t in range(n_tokens):
            if owner[t] >= 0:
                number = of_token[t]
                of_token[t] = first[owner[t]]
                first[owner[t]] += number
        first = of_token
    n = 0
    for k in range(np.uint64(len(to))):
        if to[k] >= 0:
            by = np.uint64(to[k])
            to[k] = first[by]
            first[by] += 1
            n += 1
    return n


@jit
def _many(value: int, n: int) -> Integers:
    """Return n times the same; `np.full` and `np.zeros` take a second of compiling."""
    found = np.empty(n, np.int64)
    for i in range(n):
        found[i] = value
    return found


@jit
def _rank(ascending: Integers, one: int) -> int:
    """Return how many are below one of them."""
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) >> 1
        if ascending[middle] < one:
            low = middle + 1
        else:
            high = middle
    return low


@jit
def move(words: Integers, to: Integers, taken: Integers) -> None:
    """Copy each record to its place; those that stay (-1) move up.

    Their places are known before: found in the same loop, each copy would wait for the one before.
    """
    kept, width = np.uint64(0), np.uint64(words.shape[1])
    for k in range(np.uint64(len(words))):
        if to[k] >= 0:
            at = np.uint64(to[k])
            for j in range(width):
                taken[at, j] = words[k, j]
        else:
            for j in range(width):
                words[kept, j] = words[k, j]
            kept += np.uint64(1)


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
