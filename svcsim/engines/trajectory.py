"""Recording what happens, and the canonical order of what was recorded (semantics 59)."""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import NONE, Integers, Records
from svcsim.model.trajectory import ATTENDANCE, ITEM, PRESENCE, ROW, TOKEN, VISIT, Trajectory

Row = tuple[int, ...]


def sorted_trajectory(
    items: Records,
    visits: Records,
    rows: Records,
    presence: Records,
    tokens: Records,
    attendance: Records,
) -> Trajectory:
    """Copy the tables, sorted as `Trajectory` promises.

    A token's entries come in the order in which they were opened (visits) or written (rows,
    presence), which is right but for people who were on one token together.

    All tables share one block of memory: the system gives a large block in large pages, where many
    small ones take twice the time of the sorting.
    """
    copies = _copies(items, visits, rows, presence, tokens, attendance)
    _words(copies.items)[:] = _words(items)
    for table, copy in zip((visits, rows, presence, tokens), copies[1:5], strict=True):
        sort_by_token(_words(table), _words(copy), len(items))
    sort_colleagues(copies.presence, _words(copies.presence))
    copies.attendance[:] = attendance.take(_by_person(attendance))
    return copies


def _copies(*tables: Records) -> Trajectory:
    """Room for copies of tables, in one block."""
    ends = np.cumsum([table.nbytes for table in tables])
    block = np.empty(ends[-1], np.uint8)
    parts = (block[end - table.nbytes : end] for table, end in zip(tables, ends, strict=True))
    return Trajectory(*(part.view(table.dtype) for table, part in zip(tables, parts, strict=True)))


def _words(table: Records) -> Integers:
    """The integers of a table, a row for each record: item first, then token."""
    words: Integers = table.view(np.int64).reshape(len(table), table.itemsize // 8)
    return words


def _by_person(attendance: Records) -> Integers:
    """Return the order of attendance: by item, token, beginning, pool, group and person."""
    words = ("person", "group", "pool", "begin", "token", "item")
    return np.lexsort([attendance[word] for word in words])


@jit
def sort_by_token(words: Integers, copy: Integers, n_items: int) -> None:
    """Copy records, sorted by item and token; those of each token stay in their order.

    Records are counted by item. If some item has several tokens, they are counted by token as well,
    and tokens, each of one item, get their places by item.
    """
    first = np.zeros(n_items + 1, np.int64)
    token = np.full(n_items, NONE, np.int64)
    n_tokens = 0
    alone = True
    for k in range(np.uint64(len(words))):
        i, t = np.uint64(words[k, np.uint64(0)]), words[k, np.uint64(1)]
        first[i + np.uint64(1)] += 1
        alone &= token[i] == t or token[i] == NONE
        token[i] = t
        n_tokens = max(n_tokens, t + 1)
    for k in range(n_items):
        first[k + 1] += first[k]
    if alone:
        _copy_to(first, words, 0, copy)
        return
    item = np.full(n_tokens, NONE, np.int64)
    place = np.zeros(n_tokens, np.int64)
    for k in range(len(words)):
        item[words[k, 1]] = words[k, 0]
        place[words[k, 1]] += 1
    for t in range(n_tokens):
        if item[t] >= 0:
            number = place[t]
            place[t] = first[item[t]]
            first[item[t]] += number
    _copy_to(place, words, 1, copy)


@jit
def _copy_to(place: Integers, words: Integers, column: int, copy: Integers) -> None:
    """Copy each record to the next place of its item (column 0) or token (1).

    Indices are unsigned: nobody need ask whether they count from the end, which took half the time.
    """
    for k in range(np.uint64(len(words))):
        owner = np.uint64(words[k, np.uint64(column)])
        at = np.uint64(place[owner])
        place[owner] += 1
        for j in range(np.uint64(words.shape[1])):
            copy[at, j] = words[k, j]


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
        return sorted_trajectory(
            np.array([tuple(item) for item in self.items], ITEM),
            np.array([tuple(visit) for visit in self.visits], VISIT),
            np.array(self.rows, ROW),
            np.array(self.presence, PRESENCE),
            np.array([tuple(token) for token in self.tokens], TOKEN),
            np.array(self.attendance, ATTENDANCE),
        )
