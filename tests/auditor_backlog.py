"""The backlog, for the auditor: what must be there at the start, and what is left of its work."""

from dataclasses import dataclass
from typing import Any

from svcsim.model.arrays import BACKLOG_LAYER, Purpose
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


def left(book: Any, distribution: int, worked: int, u: float) -> int:
    """Return what is left of work that somebody has been at for so long (53).

    F is found by bisection of the quantile function: no more than 2**-60 off, where it is not flat.
    """
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if book.quantile(distribution, middle) <= worked else (low, middle)
        )
    at = min(low + u * (1 - low), 1 - 2.0**-53)
    return max(1, round(max(book.quantile(distribution, at) - worked, 0.0)))


def begin_before(cell: Any, t: int, starts: list[Any]) -> list[Any]:
    """Let work go on that began before the start, before any other; return the other starts.

    Each that has its people goes on, by number; no other starts begins while there are any.
    """
    working = {id(piece.request): piece for piece in starts if piece.request.worked}
    queued = [r for r in cell.requests if r.worked and r.joined == t]
    for r in sorted(queued, key=lambda r: r.number):
        able = any(cell.plan(r, k, t, False) is not None for k in range(len(r.alternatives)))
        piece = working.pop(id(r), None)
        if able and piece is None:
            cell.book.say("A5", f"item {r.item} was worked on before the start, and waits (53)")
        if piece is None:
            continue
        if not able:
            working[id(r)] = piece
            continue
        if not cell.agrees(piece, t):
            cell.book.say("A5", f"item {r.item} goes on with others than the lowest free (17, 53)")
        cell.start(piece, t, [], {}, [])
    return [p for p in starts if not p.request.worked or id(p.request) in working]
