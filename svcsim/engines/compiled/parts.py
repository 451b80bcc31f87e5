"""A replication in parts: families of items are handed over when all of each have left.

When enough has been handed over, the run pauses between two ticks (see `handing_over`). So memory
is in proportion to who is there, and to the size of a part, not to who ever came.
"""

from typing import NamedTuple

import numpy as np

from svcsim.engines.compiled.aligned import empty
from svcsim.engines.compiled.memory import Array, write_entry
from svcsim.engines.compiled.state import (
    GIVEN_ATTENDANCE,
    GIVEN_ITEMS,
    GIVEN_PRESENCE,
    GIVEN_ROWS,
    GIVEN_TOKENS,
    GIVEN_VISITS,
    N_ATTENDANCE,
    N_ITEMS,
    N_LIVES,
    N_PRESENCE,
    N_ROWS,
    N_VISITS,
)
from svcsim.model.arrays import Integers
from svcsim.model.trajectory import ATTENDANCE, ITEM, PRESENCE, ROW, TOKEN, VISIT, Trajectory

RECORDS = 1 << 18
"""Rows of items, visits and what they do that are gathered before a run pauses."""
TABLES = {
    "items": N_ITEMS,
    "visits": N_VISITS,
    "rows": N_ROWS,
    "presence": N_PRESENCE,
    "lives": N_LIVES,
    "attendance": N_ATTENDANCE,
}
"""Tables in which a run writes what items do, and how many of their rows have been in use."""
GIVEN = {
    "items": (ITEM, GIVEN_ITEMS, N_ITEMS),
    "visits": (VISIT, GIVEN_VISITS, N_VISITS),
    "rows": (ROW, GIVEN_ROWS, N_ROWS),
    "presence": (PRESENCE, GIVEN_PRESENCE, N_PRESENCE),
    "tokens": (TOKEN, GIVEN_TOKENS, N_LIVES),
    "attendance": (ATTENDANCE, GIVEN_ATTENDANCE, N_ATTENDANCE),
}
"""Tables of a trajectory: their records, how many are there, and how many more may come at once."""


class Part(NamedTuple):
    """Some families of items, numbered from 0."""

    trajectory: Trajectory
    """Items come in the order in which their families left. `blame` says nothing where there are
    several parts: who was in the way may be in another. It is there until the next one is made."""
    numbers: Integers
    """What the items are called in the whole run, (items,)."""


class Sheet:
    """Where a run hands over: memory that is used again, since new memory is dear."""

    def __init__(self) -> None:
        self._tables = {name: empty(0, kind) for name, (kind, *_) in GIVEN.items()}
        self._numbers = np.empty(0, np.int64)

    def begin(self, records: int) -> None:
        """Have room for so many rows in each table; memory that nobody uses costs nothing."""
        if len(self._numbers) < records:
            self._tables = {name: empty(records, kind) for name, (kind, *_) in GIVEN.items()}
            self._numbers = np.empty(records, np.int64)

    def make_room(self, counter: Integers, margin: float) -> None:
        """Make room for what may be handed over at once, and a margin; what is there stays."""
        for name, (kind, so_far, more) in GIVEN.items():
            n, needed = int(counter[so_far]), int(counter[so_far] + counter[more])
            if needed > len(self._tables[name]):
                table = empty(int(margin * needed), kind)
                table[:n] = self._tables[name][:n]
                self._tables[name] = table
        n, numbers = int(counter[GIVEN_ITEMS]), self._numbers
        if len(numbers) < len(self._tables["items"]):
            self._numbers = np.empty(len(self._tables["items"]), np.int64)
            self._numbers[:n] = numbers[:n]

    def write_entries(self, header: Array) -> None:
        """Write into the header of a worker where it is to hand over."""
        for name, table in self._tables.items():
            write_entry(header, f"given_{name}", table)
        write_entry(header, "numbers", self._numbers)

    def part(self, counter: Integers) -> Part:
        """Return what has been handed over."""
        ends = (int(counter[so_far]) for _, so_far, _ in GIVEN.values())
        tables = (table[:end] for table, end in zip(self._tables.values(), ends, strict=True))
        found = Trajectory(*tables)
        return Part(found, self._numbers[: len(found.items)].copy())
