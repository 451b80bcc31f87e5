"""People who are called out, and rest after a long call (19)."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from svcsim.model.codes import Interruption, Kind, Purpose

STARTS = 8
"""So many starts of a request may have left no row, because they were interrupted at once."""


class Edge(NamedTuple):
    """A tick at which one person more of a group rests, or one fewer."""

    tick: int
    change: int
    late: bool
    """Whether whoever rests was given back in a dispatch, so that the fall comes behind it (9)."""


def rests(book: Any) -> dict[int, list[Edge]]:
    """Return when people of each group are missing, because people on call rest (19)."""
    records = book.model.groups
    found: dict[int, list[Edge]] = defaultdict(list)
    for g in (records["rests"] >= 0).nonzero()[0].tolist():
        held: dict[int, list[Any]] = defaultdict(list)
        for row in book.presence:
            if row.group == g:
                held[row.person].append(row)
        for rows in held.values():
            rows.sort(key=lambda row: (row.begin, row.end))
            found[int(records["rests"][g])] += _rests(book, rows, records[g])
    return found


def _rests(book: Any, held: list[Any], group: Any) -> list[Edge]:
    """Return when the rests of a person on call begin and end."""
    found: list[Edge] = []
    since = last = -1
    for row, following in zip(held, [*held[1:], None], strict=True):
        since = since if row.begin == last else row.begin
        last = row.end
        if following is not None and _keeps(book, row, following):
            continue
        if last - since > group["rest_after"] and last < book.end:
            over = Edge(last + int(group["rest"]), -1, False)
            if found and found[-1].tick >= last:
                found[-1] = over
            else:
                found += [Edge(last, 1, _goes_on(book, row)), over]
    return found


def _keeps(book: Any, row: Any, following: Any) -> bool:
    """Say whether somebody goes on with the next step, and is not given back (71)."""
    visit = book.going_on.get((row.token, row.step, row.visit))
    return (
        visit is not None
        and (visit.token, visit.step, visit.visit)
        == (following.token, following.step, following.visit)
        and visit.entered == row.end == following.begin
    )


def _goes_on(book: Any, row: Any) -> bool:
    """Say whether the work of a row of presence is not over at its end."""
    visit = book.going_on.get((row.token, row.step, row.visit))
    if visit is not None and visit.entered == row.end:
        return True
    return any(
        (other.token, other.step, other.visit) == (row.token, row.step, row.visit)
        and other.begin >= row.end
        and other.kind in (Kind.CONTENTION, Kind.SETUP, Kind.WORK)
        and (other.end > other.begin or row.begin == row.end)
        for other in book.rows_of[row.item]
    )


def falls(edges: list[Edge], people: int) -> dict[int, list[tuple[int, int]]]:
    """Return the spells in which the highest numbers of a group are missing (15, 19)."""
    found: dict[int, list[tuple[int, int]]] = defaultdict(list)
    since: list[int] = []
    for edge in sorted(edges):
        if edge.change > 0:
            since.append(edge.tick)
        else:
            begin = since.pop()
            found[people - len(since)].append((begin, edge.tick))
    return {person: sorted(spells) for person, spells in found.items()}


def starts_of(request: Any, slices: Iterable[Any]) -> int:
    """Return how many starts the rows of a request tell of: who joins a swarm is one (19)."""
    return sum(
        1 + (request.seize.quorum > 0) * sum(row.begin > piece.begin for row in piece.presence)
        for piece in slices
    )


def call_outs(book: Any, request: Any, groups: Iterable[int], starts: int) -> set[int]:
    """Return how long people of some groups may be on the way, after so many starts of a request.

    Who joins a swarm at the tick of its start cannot be told from those who started.
    """
    laws = {int(book.model.groups["call_out"][g]) for g in groups} - {-1}
    if not laws:
        return {0}
    key, tag = book.key_of(request), book.steps[request.step].tag
    swarm = request.seize.quorum > 0
    unseen = STARTS if swarm or request.seize.interruption != Interruption.NEVER else 1
    found = {0} if swarm else set()
    for k in range(starts, starts + unseen):
        u = book.draw(key, tag, request.visit, Purpose.CALL_OUT, k & 255)
        ways = {book.duration(law, u) for law in laws}
        found |= ways if swarm else {max(ways)}
    return found
