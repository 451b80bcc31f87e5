"""A6: the cause of every wait for people, and who is to blame (55, 56, R2, R3)."""

from bisect import bisect_left, bisect_right
from collections import Counter
from itertools import pairwise, product
from operator import attrgetter

from svcsim.audit.book import Book
from svcsim.audit.cell import Cell
from svcsim.audit.pool_state import State, few_of
from svcsim.audit.requests import (
    PARTS,
    STAY,
    Request,
    Wait,
    where,
)
from svcsim.audit.reservations import yields
from svcsim.audit.setups import lengths_of

READINGS = ((True, False), (False, False), (True, True), (False, True))
"""What sentence 55 leaves open, each way: whether a team that is only too late (R2) is the one that
cannot supply when another is short too; whether who works in overtime, and takes nothing new, is
"eligible" to have overtaken. A row must agree with one reading throughout."""


def check_causes(book: Book) -> None:
    """A6 (55, 56, R2, R3): recompute the parts and the blame of every wait for people."""
    for cell in book.cells:
        for r in cell.requests:
            for wait in r.waits:
                if wait.row is not None:
                    _check_wait(book, cell, r, wait)


def _check_wait(book: Book, cell: Cell, r: Request, wait: Wait) -> None:
    """Compare one row with what its cell did between its events."""
    alternatives = [r.alternatives[k] for k in wait.allowed]
    pools = {p for needs in alternatives for p, _ in needs}
    punctual = any(cell.late_start[p] for p in pools)
    if punctual or r.seize.window >= 0:
        ticks = cell.ticks
    elif len(pools) == 1:
        ticks = cell.logs[min(pools)][0]
    else:
        ticks = sorted({t for p in pools for t in _between(cell.logs[p][0], wait)})
    points = [max(t, wait.begin) for t in _between(ticks, wait)]
    vague = any(
        other.token != r.token and (other.late or r.late)
        for other in cell.same_tick[r.first.joined]
    )  # whose number is larger is not known
    rounds: set[int] = set()
    if wait.end in book.instants:  # the last interval may be one between two rounds of dispatch
        rounds = {-1} | cell.starters[wait.end]
        for p in pools:
            ticks, states = cell.logs[p]
            state = states[bisect_left(ticks, wait.end) - 1]
            rounds.update(piece.request.item for piece in state.pieces)
        for other in cell.perhaps[wait.end]:
            if other is not r and any(p in pools for way in other.alternatives for p, _ in way):
                rounds.add(other.item)
    row = wait.row
    found = {name: getattr(row, name) for name in PARTS}
    if vague:
        del found["prioritisation"]
    lengths = lengths_of(book, wait, wait.begin)
    late = punctual or any(book.pools[p].shift_end in STAY for p in cell.pools)
    told = ""
    for reading, length in product(READINGS if late else READINGS[:1], lengths):
        parts: Counter[str] = Counter()
        cause, binding = "", None
        for a, b in pairwise([*points, wait.end]):
            cause, binding = _cause(cell, r, wait, alternatives, length, a, reading)
            parts[cause] += b - a
        want = {name: parts[name] for name in found}
        blame = _blame(cell, r, cause, binding, reading) | rounds
        if found != want:
            told = told or f"with the parts {found}, the law gives {want} (55, R2)"
        elif row.blame not in blame and not vague:
            told = f"and blames {row.blame}, the law {sorted(blame)} (56, R3)"
        else:
            return
    book.say("A6", f"{where(r)} waits in [{wait.begin}, {wait.end}) {told}")


def _between(ticks: list[int], wait: Wait) -> list[int]:
    """Return the ticks of a log that matter for a wait, the state at its begin first."""
    first = max(bisect_right(ticks, wait.begin) - 1, 0)
    return ticks[first : bisect_left(ticks, wait.end)]


def _cause(
    cell: Cell,
    r: Request,
    wait: Wait,
    alternatives: list[list[tuple[int, int]]],
    length: int,
    t: int,
    reading: tuple[bool, bool],
) -> tuple[str, State | None]:
    """Return the first cause that holds after tick t, and the pool that cannot supply (55)."""
    window = r.seize.window
    if window >= 0 and not cell.book.calendar(window).fits(t, length, r.seize.longest):
        return "gate", None
    late_binds, overtime = reading
    for needs in alternatives:
        for p, number in needs:
            ticks, states = cell.logs[p]
            state = states[bisect_right(ticks, t) - 1]
            places, late = cell.book.places(r, wait, p), False
            number += state.reserved if yields(cell.book, r, p) else 0
            if places is not None:
                state = few_of(places, *state.by_person)
            if late_binds and cell.late_start[p] and state.available >= number:
                late = cell.too_late(p, places, number, state, t, length)
            if state.available < number:
                if state.there == 0:
                    return "unavailability", state
                if state.available > 0:
                    return "policy", state
                overtaken = state.largest[overtime] > r.number
                return "prioritisation" if overtaken else "contention", state
            if late:
                return "policy" if state.there else "unavailability", state
    return "policy", None


def _blame(
    cell: Cell, r: Request, cause: str, state: State | None, reading: tuple[bool, bool]
) -> set[int]:
    """Return who may be blamed: several where the order of dispatch is not known (56)."""
    if cause not in ("prioritisation", "contention") or state is None or not state.pieces:
        return {-1}
    begun = attrgetter("begun", "turn")
    pieces = state.pieces
    if cause == "prioritisation":
        pieces = [
            piece
            for piece, on in zip(pieces, state.on_shift, strict=True)
            if piece.request.number > r.number and (on or reading[1])
        ]
        at = max(pieces, key=begun)
    else:
        at = min(pieces, key=begun)
    if at.begun in cell.unsure:
        return {s.request.item for s in pieces if s.begun == at.begun}
    return {at.request.item}
