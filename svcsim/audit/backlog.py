"""The backlog, for the auditor: what must be there at the start, and what is left of its work."""

from dataclasses import dataclass
from typing import Any

from svcsim.audit.reservations import reserved, yields
from svcsim.audit.team import PLACE, few
from svcsim.model.codes import BACKLOG_LAYER, Purpose, ShiftEnd
from svcsim.world.draws import root_key


@dataclass(frozen=True)
class There:
    """One item of the backlog, as its address says (53)."""

    record: Any
    ordinal: int
    age: int
    since: int
    key: tuple[int, int]

    @property
    def layer(self) -> int:
        """How the tables call its entry."""
        return BACKLOG_LAYER - int(self.record.entry)


def there(book: Any) -> list[There]:
    """Return the backlog in order of creation: by since, name of the stream, entry, number."""
    found = []
    for record in book.backlog:
        tag = book.streams[record.stream].tag
        for ordinal in range(record.items):
            key = root_key(record.entry, ordinal, record.origin)

            def ago(drawn: int, sub: int, key: Any = key, tag: int = tag) -> int:
                return int(book.duration(drawn, book.draw(key, tag, 0, Purpose.BACKLOG, sub)))

            age = max(1, ago(record.age, 0))
            since = age if record.since < 0 else min(age, ago(record.since, 1))
            found.append(There(record, ordinal, age, since, key))

    def order(one: There) -> tuple[int, int, int, int]:
        stream = book.streams[one.record.stream]
        return -one.since, stream.order, one.record.entry, one.ordinal

    return sorted(found, key=order)


def left(book: Any, distribution: int, times: int, worked: int, u: float) -> int:
    """Return what is left of work that somebody has been at for so long (53).

    F is found by bisection of the quantile function: no more than 2**-60 off, where it is not flat.
    """
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high)
            if book.quantile(distribution, middle) * times <= worked
            else (low, middle)
        )
    at = min(low + u * (1 - low), 1 - 2.0**-53)
    rest: float = book.quantile(distribution, at) * times - worked
    return max(1, round(max(rest, 0.0)))


def hold(book: Any, request: Any) -> bool:
    """Take the people for work that began before the start, if they are free; say whether (53).

    Items are asked in the order of their creation: before anybody is dispatched, and each has what
    those before it have left.
    """
    book.held.pop(request.item, None)
    taken = {
        one for people in book.held.values() for who in people for one in book.everywhere(*who)
    }
    wait, stream = request.waits[0], book.steps[request.step].stream
    window = request.seize.window
    if window >= 0 and not book.calendar(window).fits(0, wait.rest, request.seize.longest):
        return False
    for k in range(len(request.alternatives)):
        people: list[tuple[int, int]] = []
        enough = True
        for need in book.needs[request.seize.first + k]:
            team, p = book.group(need.pool), need.pool
            late = book.pools[p].shift_end == ShiftEnd.NO_LATE_START
            places = team.places(stream, None) if team.divided else None
            if late and team.divided:
                places = team.in_time(places, 0, wait.rest)
            elif late and not team.calendar.fits(0, wait.rest, team.longest):
                enough = False
            if team.unlimited:
                enough = enough and team.calendar.is_open(0)
                people += [(p, 0)] * need.number
                continue
            there = sorted(few(team.on_shift(0), places))
            free = [(p, m) for m in there if (p, m) not in taken]
            if yields(book, request, p):
                held = [(one, q) for one, people in book.held.items() for q, _ in people]
                busy = (book.holders[one] for one, q in held if q == p)
                left = len(free) - reserved(book, p, len(team.on_shift(0)), busy)
                free = free[: max(0, left)]
            free = free[: need.number]
            enough = enough and len(free) >= need.least
            people += free
        if enough and len(people) >= request.seize.quorum:
            book.held[request.item] = [(p, m) for p, m in people if m]
            book.holders[request.item] = request
            return True
    return False


def comes_at_once(book: Any, request: Any) -> bool:
    """Say whether nobody who goes on with an item of the backlog has to be called out (19)."""
    laws = book.model.groups["call_out"]
    teams = ((book.group(p), person) for p, person in book.held[request.item])
    return not any(team.divided and laws[team.numbers[m // PLACE]] >= 0 for team, m in teams)


def begin_before(cell: Any, t: int, starts: list[Any], preempted: list[Any]) -> list[Any]:
    """Let work go on that began before the start, before any other; return the other starts.

    Each that has its people goes on, by number; no other starts begins while there are any. Who is
    preempted at once has no row of it, and perhaps starts once more at this tick.
    """
    working = {id(piece.request): piece for piece in starts if piece.request.worked}
    queued = [r for r in cell.requests if r.worked and r.number in cell.inside]
    left = {n: [piece] for n, piece in enumerate(starts)}
    for r in sorted(queued, key=lambda r: r.number):
        able = any(cell.plan(r, k, t, False) is not None for k in range(len(r.alternatives)))
        piece = working.pop(id(r), None)
        if able and (piece is None or not (piece.hidden or cell.agrees(piece, t))):
            if not cell.may_be_preempted(r, left):
                what = (
                    "goes on with others than the lowest free (17, 53)" if piece else "waits (53)"
                )
                cell.book.say("A5", f"item {r.item} was worked on before the start, and {what}")
            if piece is not None:
                working[id(r)] = piece
            piece = cell.unseen(r, t)
            cell.start(piece, t, [], {}, [])
            r.period -= 1
            preempted.append(piece)
        elif able:
            cell.start(piece, t, [], {}, [])
        elif piece is not None:
            working[id(r)] = piece
    return [p for p in starts if not p.request.worked or id(p.request) in working]
