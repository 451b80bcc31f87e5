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
from svcsim.engines.trajectory import Sheet, move, places, sort_people, words
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
"""Tables to which a run adds, those of a trajectory, and how many rows each has so far."""


class Part(NamedTuple):
    """Some families of items, numbered from 0."""

    trajectory: Trajectory
    """Where there are several parts `blame` says nothing: who was in the way may be in another. It
    is there until the next one is made."""
    numbers: Integers
    """What the items are called in the whole run, (items,)."""


class Numbers:
    """What the items and tokens in the tables of a worker are called in the whole run."""

    def __init__(self) -> None:
        self._older = np.zeros(0, np.int64)
        self._items = 0
        self.old_tokens = np.zeros(0, np.int64)
        """Those below `tokens` that are in the tables."""
        self.tokens = 0
        """The number of the first token that came after the last pause."""

    def of(self, items: Integers) -> Integers:
        """Return the numbers in the run of items in the tables, (n,)."""
        n = len(self._older)
        if n == 0:
            return self._items + items
        older = self._older[np.minimum(items, n - 1)]
        return np.where(items < n, older, self._items + items - n)

    def dense(self, tokens: Integers) -> Integers:
        """Return numbers of tokens without the gaps that those leave who are gone, (n,)."""
        n = len(self.old_tokens)
        old = np.searchsorted(self.old_tokens, tokens)
        return np.where(tokens < self.tokens, old, tokens + (n - self.tokens))

    def keep(self, n_items: int, kept: Integers, n_tokens: int, tokens: NDArray[np.bool_]) -> None:
        """Let some of so many items be all that there are, and some tokens of so many so far.

        Which tokens, is said of each by its number without gaps.
        """
        older = self.of(kept)
        self._items += n_items - len(self._older)
        self._older = older
        every = np.concatenate([self.old_tokens, np.arange(self.tokens, n_tokens)])
        self.tokens, self.old_tokens = n_tokens, every[tokens]


def hand_over(state: State, numbers: Numbers, sheet: Sheet, *, rest: bool = False) -> Part:
    """Take the families that are no longer there out of the tables, or with `rest` everybody.

    Parameters
    ----------
    state
        Of a run that has paused, or has come to its end.
    numbers
        Of the items in the tables; they are brought up to date.
    sheet
        Where the part is written.
    """
    tables = [used(state, name) for name in TABLES]
    items, n_tokens = tables[0], int(state.counter[N_NUMBERS])
    goes = np.ones(len(items), bool) if rest else have_left(items, _parents_to_be(state))
    place = np.where(goes, np.cumsum(goes), np.cumsum(~goes)) - 1
    called = numbers.of(np.flatnonzero(goes))
    stays = np.zeros(len(numbers.old_tokens) + n_tokens - numbers.tokens, bool)
    copies, to, part = sheet.like(tables), {"items": np.where(goes, place, NONE)}, []
    items["item"] = place
    items["parent"] = np.where(items["parent"] == NONE, NONE, place[items["parent"]])
    for name, table, copy in zip(TABLES, tables, copies, strict=True):
        if name == "items":
            n = len(called)
        else:
            to[name] = np.empty(len(table), np.int64)
            known = numbers.old_tokens, numbers.tokens
            n = places(words(table), goes, place, *known, to[name], stays)
        move(words(table), to[name], words(copy))
        state.counter[TABLES[name]] = len(table) - n
        part.append(copy[:n])
    found = Trajectory(*part)
    sort_people(found)
    of = found.tokens["of"]
    found.tokens["of"] = np.where(of == NONE, NONE, numbers.dense(of))
    if not rest:
        _keep(state, to, place)
        there = state.token["item"] != NONE
        stays[numbers.dense(state.token["token"][there])] = True
        numbers.keep(len(goes), np.flatnonzero(~goes), n_tokens, stays)
    return Part(found, called)


def used(state: State, name: str) -> Records:
    """Return the rows that are in use of one of the tables."""
    found: Records = getattr(state, name)[: int(state.counter[TABLES[name]])]
    return found


def _parents_to_be(state: State) -> Integers:
    """Items of which children are still to come."""
    parents: Integers = state.token["parent"][_children_to_come(state)]
    return parents


def _children_to_come(state: State) -> NDArray[np.bool_]:
    """Slots in which children stand; what was announced stands in others, and has no parent."""
    found: NDArray[np.bool_] = (state.token["doing"] == UNBORN) & (state.token["spawn"] != NONE)
    return found


def _keep(state: State, to: dict[str, Integers], place: Integers) -> None:
    """Let tokens know where those are now who stayed in the tables, who have no place elsewhere."""
    token = state.token
    there = token["item"] != NONE
    token["item"][there] = place[token["item"][there]]
    visiting = there & (token["visit"] != NONE)
    token["visit"][visiting] = _moved_up(token["visit"][visiting], to["visits"])
    living = there & (token["life"] != NONE)
    token["life"][living] = _moved_up(token["life"][living], to["lives"])
    to_come = _children_to_come(state)
    token["parent"][to_come] = place[token["parent"][to_come]]


def _moved_up(rows: Integers, to: Integers) -> Integers:
    """Return where some rows that stay are now: behind those that stay before them."""
    return np.searchsorted(np.flatnonzero(to == NONE), rows)
