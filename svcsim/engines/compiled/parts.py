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
from svcsim.engines.families import have_left
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
        n = len(self._old_tokens)
        new = tokens - self._tokens
        return np.where(new < 0, np.searchsorted(self._old_tokens, tokens), new + n)

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
    held = {name: used(state, name) for name in TABLES}
    n = len(held["items"])
    gone = np.ones(n, bool) if rest else have_left(held["items"], _parents_to_be(state))
    part = {name: _taken(table, gone) for name, table in held.items()}
    place = np.where(gone, np.cumsum(gone), np.cumsum(~gone)) - 1
    called = numbers.of(np.flatnonzero(gone))
    for name, table in part.items():
        _renumber(table, place)
        if name != "items":
            table["token"] = numbers.dense(table["token"])
    part["rows"]["blame"] = NONE
    part["lives"]["of"] = np.where(
        part["lives"]["of"] == NONE, NONE, numbers.dense(part["lives"]["of"])
    )
    found = Part(sorted_trajectory(*part.values()), called)
    if not rest:
        _keep(state, held, ~gone, place, numbers)
    return found


def used(state: State, name: str) -> Records:
    """Return the rows that are in use of one of the tables."""
    found: Records = getattr(state, name)[: int(state.counter[TABLES[name]])]
    return found


def _words(table: Records) -> Integers:
    words: Integers = table.view(np.int64).reshape(len(table), table.itemsize // 8)
    return words


def _taken(table: Records, gone: NDArray[np.bool_]) -> Records:
    """Copy the rows of those who are gone."""
    found: Records = _words(table)[gone[table["item"]]].reshape(-1).view(table.dtype)
    return found


def _renumber(table: Records, place: Integers) -> None:
    table["item"] = place[table["item"]]
    if "parent" in table.dtype.names:
        parent = table["parent"]
        table["parent"] = np.where(parent == NONE, NONE, place[parent])


def _parents_to_be(state: State) -> Integers:
    """Items of which children are still to come."""
    parents: Integers = state.token["parent"][_children_to_come(state)]
    return parents


def _children_to_come(state: State) -> NDArray[np.bool_]:
    """Slots in which children stand; what was announced stands in others, and has no parent."""
    found: NDArray[np.bool_] = (state.token["doing"] == UNBORN) & (state.token["spawn"] != NONE)
    return found


def _keep(
    state: State,
    held: dict[str, Records],
    kept: NDArray[np.bool_],
    place: Integers,
    numbers: Numbers,
) -> None:
    """Leave in the tables only who is kept, numbered anew; their tokens keep their numbers."""
    tokens = [np.zeros(0, np.int64)]
    new_row = {}
    for name, table in held.items():
        here = kept[table["item"]]
        words = _words(table)[here]
        n = len(words)
        new_row[name] = np.cumsum(here) - 1
        _words(table)[:n] = words
        state.counter[TABLES[name]] = n
        _renumber(table[:n], place)
        if name != "items":
            tokens.append(table["token"][:n])
    token = state.token
    there = token["item"] != NONE
    tokens.append(token["token"][there])
    token["item"][there] = place[token["item"][there]]
    visiting = there & (token["visit"] != NONE)
    token["visit"][visiting] = new_row["visits"][token["visit"][visiting]]
    living = there & (token["life"] != NONE)
    token["life"][living] = new_row["lives"][token["life"][living]]
    to_come = _children_to_come(state)
    token["parent"][to_come] = place[token["parent"][to_come]]
    numbers.keep(
        len(kept), np.flatnonzero(kept), int(state.counter[N_NUMBERS]),
        np.unique(np.concatenate(tokens)),
    )  # fmt: skip
