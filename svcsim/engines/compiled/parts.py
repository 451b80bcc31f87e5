"""A replication in parts: families of items are handed over when all of each have left.

The tables of a worker hold what is written down of items. When they hold enough, the run pauses,
between two ticks; items that are no longer there are handed over, with all that they did, and what
remains is numbered anew, in the same order. So memory is in proportion to who is there, not to who
ever came, and what is read again is still near the processor. A family stays together: an item,
its children, and theirs.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.engines.compiled.state import (
    N_ATTENDANCE,
    N_ITEMS,
    N_LIVES,
    N_NUMBERS,
    N_PRESENCE,
    N_ROWS,
    N_VISITS,
    UNBORN,
    State,
)
from svcsim.engines.families import divide, have_left
from svcsim.engines.trajectory import sorted_trajectory
from svcsim.model.arrays import NONE, Integers, Records
from svcsim.model.trajectory import Trajectory

RECORDS = 1 << 17
"""Rows of items, visits and what they do that are gathered before a run pauses."""
TABLES = {
    "items": N_ITEMS,
    "visits": N_VISITS,
    "rows": N_ROWS,
    "presence": N_PRESENCE,
    "lives": N_LIVES,
    "attendance": N_ATTENDANCE,
}
"""Tables to which a run adds, and the number of rows that each has so far."""


class Part(NamedTuple):
    """Some families of items, numbered from 0."""

    trajectory: Trajectory
    """Where there are several parts it blames nobody: who was in the way may be in another."""
    numbers: Integers
    """What the items are called in the whole run, (items,)."""


class Numbers:
    """What the items and tokens in the tables of a worker are called in the whole run."""

    def __init__(self) -> None:
        self._older = np.zeros(0, np.int64)
        self._items = 0
        self._old_tokens = np.zeros(0, np.int64)
        self._tokens = 0

    def of(self, items: Integers) -> Integers:
        """Return the numbers in the run of items in the tables, (n,)."""
        n = len(self._older)
        if n == 0:
            return self._items + items
        older = self._older[np.minimum(items, n - 1)]
        return np.where(items < n, older, self._items + items - n)

    def dense(self, tokens: Integers) -> Integers:
        """Return numbers of tokens without the gaps that those leave who are gone, (n,)."""
        found = tokens + (len(self._old_tokens) - self._tokens)
        old = np.flatnonzero(tokens < self._tokens)
        found[old] = np.searchsorted(self._old_tokens, tokens[old])
        return found

    def keep(self, n_items: int, kept: Integers, n_tokens: int, tokens: Integers) -> None:
        """Let some of so many items be all that there are, and some tokens of so many so far."""
        older = self.of(kept)
        self._items += n_items - len(self._older)
        self._older = older
        self._tokens, self._old_tokens = n_tokens, tokens


def hand_over(state: State, numbers: Numbers, *, rest: bool = False) -> Part:
    """Take the families that are no longer there out of the tables, or with `rest` everybody.

    Parameters
    ----------
    state
        Of a run that has paused, or has come to its end.
    numbers
        Of the items in the tables; they are brought up to date.
    """
    items = used(state, "items")
    gone = np.ones(len(items), bool) if rest else have_left(items, _parents_to_be(state))
    place = np.where(gone, np.cumsum(gone), np.cumsum(~gone)) - 1
    called = numbers.of(np.flatnonzero(gone))
    part, stayed, new_row = {}, {}, {}
    for name in TABLES:
        part[name], stayed[name], new_row[name] = _divided(used(state, name), gone, place)
        if name != "items":
            part[name]["token"] = numbers.dense(part[name]["token"])
    part["rows"]["blame"] = NONE
    of = part["lives"]["of"]
    part["lives"]["of"] = np.where(of == NONE, NONE, numbers.dense(of))
    found = Part(sorted_trajectory(*part.values()), called)
    if not rest:
        _keep(state, stayed, new_row, place)
        numbers.keep(
            len(gone), np.flatnonzero(~gone), int(state.counter[N_NUMBERS]),
            _tokens(state, stayed),
        )  # fmt: skip
    return found


def used(state: State, name: str) -> Records:
    """Return the rows that are in use of one of the tables."""
    found: Records = getattr(state, name)[: int(state.counter[TABLES[name]])]
    return found


def _words(table: Records) -> Integers:
    words: Integers = table.view(np.int64).reshape(len(table), table.itemsize // 8)
    return words


def _divided(
    table: Records, gone: NDArray[np.bool_], place: Integers
) -> tuple[Records, Records, Integers]:
    """Copy the rows of those who are gone; move up the others. Return both, and where they are now.

    Items are numbered anew.
    """
    words, taken = _words(table), np.empty_like(table)
    new_row = np.empty(len(table), np.int64)
    n = divide(words, gone, place, _words(taken), new_row)
    both = taken[:n], table[: len(table) - n]
    if "parent" in table.dtype.names:
        for some in both:
            parent = some["parent"]
            some["parent"] = np.where(parent == NONE, NONE, place[parent])
    return *both, new_row


def _parents_to_be(state: State) -> Integers:
    """Items of which children are still to come."""
    parents: Integers = state.token["parent"][_children_to_come(state)]
    return parents


def _children_to_come(state: State) -> NDArray[np.bool_]:
    """Slots in which children stand; what was announced stands in others, and has no parent."""
    found: NDArray[np.bool_] = (state.token["doing"] == UNBORN) & (state.token["spawn"] != NONE)
    return found


def _keep(
    state: State, stayed: dict[str, Records], new_row: dict[str, Integers], place: Integers
) -> None:
    """Leave in the tables only who stayed; what tokens know of them is where it is now."""
    for name, table in stayed.items():
        state.counter[TABLES[name]] = len(table)
    token = state.token
    there = token["item"] != NONE
    token["item"][there] = place[token["item"][there]]
    visiting = there & (token["visit"] != NONE)
    token["visit"][visiting] = new_row["visits"][token["visit"][visiting]]
    living = there & (token["life"] != NONE)
    token["life"][living] = new_row["lives"][token["life"][living]]
    to_come = _children_to_come(state)
    token["parent"][to_come] = place[token["parent"][to_come]]


def _tokens(state: State, stayed: dict[str, Records]) -> Integers:
    """Return the tokens of those who stayed, in order: they keep their numbers."""
    token = state.token
    known = [table["token"] for name, table in stayed.items() if name != "items"]
    return np.unique(np.concatenate([*known, token["token"][token["item"] != NONE]]))
