"""How fast a slice of work goes on, and what is left of it (18)."""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from svcsim.audit.requests import Slice, Wait
from svcsim.audit.team import PLACE, few
from svcsim.model.codes import ShiftEnd

PERMILLE = 1000


def efficiency_of(book: Any, piece: Slice) -> int:
    """Return the least efficiency of the people who begin a slice; things do not count (18)."""
    return _least(book, [row for row in piece.presence if row.begin == piece.begin])


def efficiencies_of(book: Any, piece: Slice, wait: Wait) -> list[int]:
    """Return the efficiencies that the slice of a team with a quorum may have.

    Where its own groups alone may resume it (34), others have joined it once it had started.
    Who was busy elsewhere until its first tick may have joined it once it had started, in the same
    dispatch (28, 31), or was taken there from work that had just begun, or came because it fits in
    what is left of the shift only if the others are fast: they are none of those who begin it, as
    long as the others are its quorum.
    Nor need all who began it have stayed: somebody may have been taken from it in that dispatch.
    """
    needs = book.needs[piece.request.seize.first]
    pools, at = {need.pool for need in needs if not need.stay}, piece.begin
    first = [row for row in piece.presence if row.begin == piece.begin]
    first = [row for row in first if few([row.person], wait.own.get(row.pool))] or first
    sure = [
        row
        for row in first
        if not piece.request.preempts
        and (row.group, row.person % PLACE, row.begin) not in book.freed
        and book.pools[row.pool].shift_end != ShiftEnd.NO_LATE_START
    ]
    least = _least(book, first)
    found = [least]
    for p in sorted({_efficiency(book, row, piece.begin) or least for row in first} - {least}):
        team = [row for row in first if (_efficiency(book, row, piece.begin) or p) >= p]
        enough = len(team) >= piece.request.seize.quorum and pools <= {row.pool for row in team}
        if enough and all(row in team for row in sure):
            found.append(p)
    there = sum(row.pool in pools for row in first)
    if there < sum(need.number for need in needs if not need.stay):
        taken = (_efficiency_of(book, g, at) for g in taken_at_once(book, pools, at))
        nobody = all(_efficiency(book, row, at) is None for row in first)  # who slows it down
        found.extend(sorted({p for p in taken if p is not None and (p < least or nobody)}))
    return found


def taken_at_once(book: Any, pools: set[int], tick: int) -> Iterator[int]:
    """Yield the groups of whom somebody may have been taken from a team as soon as it began.

    They work elsewhere from the same tick on, or did work of no length.
    """
    for pool in pools:
        record = book.model.pools[pool]
        first, n = int(record["first"]), int(record["n_groups"])
        for g in book.model.pool_groups[first : first + n].tolist():
            if tick in book.instants or (g, tick) in book.taken:
                yield g


def _least(book: Any, rows: list[Any]) -> int:
    """Return the least efficiency of those who are there as a slice begins."""
    found = {row.group: _efficiency(book, row, row.begin) for row in rows}
    return min((p for p in found.values() if p is not None), default=PERMILLE)


def _efficiency(book: Any, row: Any, tick: int) -> int | None:
    """Return the efficiency of somebody at a tick; None of a thing."""
    return _efficiency_of(book, row.group, tick)


def _efficiency_of(book: Any, group: int, tick: int) -> int | None:
    """Return the efficiency of a group's people at a tick; None of things."""
    record = book.model.groups[group]
    if record["n_stairs"] < 0:
        return None
    first, n = int(record["first_stair"]), int(record["n_stairs"])
    stairs = book.model.stairs[first : first + n]
    at = bisect_right(stairs["tick"].tolist(), tick)
    return int(stairs["efficiency"][at - 1]) if n else PERMILLE


def time_for(piece: Slice, rest: int) -> int:
    """Return how long standard work takes in a slice, rounded up (18)."""
    return -(-PERMILLE * rest // piece.efficiency)


def done_in(piece: Slice, ticks: int) -> int:
    """Return the standard work that is done in some ticks of a slice, rounded down (18)."""
    return ticks * piece.efficiency // PERMILLE
