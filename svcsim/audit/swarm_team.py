"""A2: teams of a swarm: never more than they may be, nor less than their quorum (24, 28, 32)."""

from collections import Counter
from typing import Any

from svcsim.audit.book import Book
from svcsim.audit.on_call import call_outs, starts_of
from svcsim.audit.requests import Place, Request, Slice
from svcsim.audit.team import called


def take_team(book: Book, request: Request, piece: Slice, coming: list[Any]) -> None:
    """A2: take the presence of a team from the rows to come, and see that it was one (28, 32)."""
    needs, quorum = book.needs[request.seize.first], request.seize.quorum
    name = f"item {request.item} at step {request.step}, [{piece.begin}, {piece.end}),"
    while coming and (coming[-1].begin < piece.end or coming[-1].begin == piece.begin):
        row = coming.pop()
        piece.presence.append(row)
        first, who, length = row.begin == piece.begin, called(row.person), row.end - row.begin
        setup = min(piece.setup, length - row.called) if first else 0
        if row.setup != setup:
            book.say("A2", f"{name} person {who} has set-up {row.setup}, not {setup} (28)")
        if row.end > piece.end:
            book.say("A2", f"{name} person {who} stays until {row.end} (28)")
        ways = {min(way, length) for way in ways_here(book, request, piece, row)}
        if row.called not in ways:
            text = f"{name} person {who} is on the way for {row.called} ticks"
            book.say("A2", f"{text}, not {sorted(ways)} (19, 28)")
    piece.people = [(row.pool, row.person) for row in piece.presence if row.end == piece.end]
    known = {need.pool for need in needs}
    for t in sorted({t for row in piece.presence for t in (row.begin, row.end)} | {piece.begin}):
        if piece.begin <= t < piece.end:
            there = Counter(row.pool for row in piece.presence if row.begin <= t < row.end)
            wrong = there.keys() - known or there.total() < quorum
            if wrong or any(not n.stay <= there[n.pool] <= n.number for n in needs):
                text = f"{name} has {dict(there)} people at {t}, of whom {quorum} are the quorum"
                book.say("A2", f"{text} (24, 32)")


def ways_here(book: Book, request: Request, piece: Slice, row: Any) -> set[int]:
    """Return how long somebody of a team may be on the way: with those who start, or alone (19)."""
    alone = call_outs(book, request, [row.group], starts_of(request, request.slices))
    return alone | {piece.called} if row.begin == piece.begin else alone


def breaks(
    book: Book, request: Request, piece: Slice, leaving: list[tuple[Place, int, int]]
) -> int | None:
    """Return which of those who leave at the end of a slice stopped the team; or None (32).

    `leaving` is in the order in which they leave (8).
    """
    if not request.seize.quorum:
        return 0 if leaving else None
    there, needs = Counter(pool for pool, _ in piece.people), book.needs[request.seize.first]
    stay = {need.pool: need.stay for need in needs}
    for place, (_, pool, _) in enumerate(leaving):
        there[pool] -= 1
        if there.total() < request.seize.quorum or there[pool] < stay[pool]:
            return place
    return None


def ways_of(book: Book, seize: Any) -> list[Any]:
    """Return the needs of each alternative of a seize."""
    return book.needs[seize.first : seize.first + seize.n]
