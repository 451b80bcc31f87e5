"""What the auditor knows of children that are waited for (semantics 42, 44).

A13  a token goes on when so many of its children have left as it needs, of each kind, and not
     before; the last of them is to blame. Where it is cancelled before, those that are needed and
     have not left are withdrawn with it, and come no more; nobody else is ever withdrawn.
"""

from collections.abc import Sequence
from math import ceil, inf
from typing import Any, NamedTuple

from svcsim.audit.requests import Place
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Kind as Cause
from svcsim.model.codes import Op, Outcome, Purpose


class Kind(NamedTuple):
    """Children of a visit that are waited for together."""

    need: int
    keys: list[tuple[int, int]]


class Awaited(NamedTuple):
    """The children for which a token waited."""

    item: int
    token: int
    step: int
    begin: int
    end: int
    """When it went on; NEVER if it did not."""
    gone: Any
    """When it was cancelled, as a moment; an empty place if the run ended before."""
    blame: int
    """Whom its row blames; -1 if it has none, -2 if the row is cut short."""
    kinds: list[Kind]


def needed(spawn: Any, children: int) -> int:
    """Return how many of some children are waited for (44)."""
    if spawn.need >= 0:
        return min(int(spawn.need), children)
    share: float = spawn.need_share
    return ceil(round(share * children, 6))


def bears(book: Any, spawn: Any, key: tuple[int, int], cls: int, visit: int) -> bool:
    """Say whether children come of a spawn at a visit that are waited for (44)."""
    share = book.factors[spawn.shares + (cls if spawn.n_classes > 1 else 0)]
    if book.draw(key, spawn.tag, visit, Purpose.SPAWN) >= share:
        return False
    number = book.number(spawn.count, key, spawn.tag, visit) if spawn.count >= 0 else 1
    return needed(spawn, number) > 0


def resolve(book: Any, waits: Sequence[Awaited]) -> None:
    """A13: compare the waits of an item with the ends of its children; note who is withdrawn."""
    for awaited in waits:
        who = f"token {awaited.token} of item {awaited.item} at step {awaited.step}"
        _look(book, awaited, who)


def enough_at(book: Any, kinds: Sequence[Kind]) -> int:
    """Return when enough children of each kind have left; NEVER if they do not."""
    last = 0
    for kind in kinds:
        came = (book.by_key[key] for key in kind.keys if key in book.by_key)
        left = sorted(item.ended for item in came if item.outcome != Outcome.WITHDRAWN)
        last = max(last, left[kind.need - 1] if len(left) >= kind.need else NEVER)
    return last


def place_of(book: Any, kinds: Sequence[Kind], tick: int) -> Place:
    """Return where in a tick the last child that was needed left (8)."""
    came = [book.by_key[key] for kind in kinds for key in kind.keys if key in book.by_key]
    left = (item for item in came if item.ended == tick and item.outcome != Outcome.WITHDRAWN)
    return max((_place(book, item) for item in left), default=(1,))


def last_to_leave(book: Any, child: int) -> int:
    """Return whose leaving made a child leave: its own, or that of a child of its own."""
    last = max(book.rows_of[child], key=lambda row: (row.end, row.begin, row.row), default=None)
    if last is None or last.kind != Cause.DEPENDENCY or last.blame < 0:
        return child
    return last_to_leave(book, last.blame)


def _place(book: Any, item: Any) -> Place:
    """Return when in its tick an item left: of phases 1 and 3, by whose events (8, 41, 46)."""
    rows = book.rows_of[item.item]
    lives = book.lives.get(item.item, ())
    over = {life.token for life in lives if (life.ended, life.cancelled) == (item.ended, 0)}
    if item.outcome == Outcome.ABANDONED:
        return (3, max(over or {row.token for row in rows}, default=inf))
    if item.arrived == item.ended and not any(row.kind == Cause.WORK for row in rows):
        return (5,)
    if not lives:
        return _over(book, rows)
    places = [_over(book, mine) for t in over if (mine := [r for r in rows if r.token == t])]
    stopped = {life.token for life in lives if life.cancelled}
    escaped = [life.of for life in lives if life.began == item.ended and life.of in stopped]
    places += [(3, number, 1) for number in escaped]  # another began in its place (46)
    place = max(places, default=(1,))
    return (1, max(over)) if place[0] == 1 else place


def _over(book: Any, rows: Sequence[Any]) -> Place:
    """Return when in its tick a token with these rows was over."""
    last = max(rows, key=lambda row: (row.end, row.begin, row.row))
    while last.begin == last.end and (before := _gone_on_from(book, rows, last)) is not None:
        last = before
    if last.begin == last.end:  # begun by a dispatch of this tick, or when people had come (19)
        return (1, last.token) if any(_leads_to(row, last) for row in rows) else (6,)
    if last.kind == Cause.LIMIT:
        return (6,)
    if last.kind == Cause.DEPENDENCY and last.blame >= 0:
        place = _place(book, book.items[last.blame])
        return (1, max(place[1], last.token)) if place[0] == 1 else place
    gates = [op.a for op in book.ops if op.code == Op.GATE and op.step == last.step]
    return (2, book.gates[gates[0]].order) if gates else (1, last.token)


def _gone_on_from(book: Any, rows: Sequence[Any], last: Any) -> Any:
    """Return the work from which people went on to a row; None if they did not (71)."""
    for row in rows:
        visit = book.going_on.get((row.token, row.step, row.visit))
        if (row.token, row.row + 1, row.end) == (last.token, last.row, last.begin) and visit:
            return row if (visit.step, visit.visit) == (last.step, last.visit) else None
    return None


def _leads_to(row: Any, work: Any) -> bool:
    """Say whether a row is the way or the set-up of those who did some work."""
    same = (row.token, row.row + 1, row.end) == (work.token, work.row, work.begin)
    return same and row.kind in (Cause.UNAVAILABILITY, Cause.SETUP)


def _look(book: Any, awaited: Awaited, who: str) -> None:
    over = awaited.begin
    last: set[int] = set()
    for kind in awaited.kinds:
        came = [book.by_key[key] for key in kind.keys if key in book.by_key]
        left = sorted(
            (item.ended, item.item)
            for item in came
            if item.ended != NEVER and item.outcome != Outcome.WITHDRAWN
        )
        done = left[kind.need - 1][0] if len(left) >= kind.need else NEVER
        if done >= over:
            last = set() if done > over else last
            last |= {number for ended, number in left if ended == done}
        over = max(over, done)
        if awaited.end == NEVER and awaited.gone[1] and done > awaited.gone[0]:
            _withdraw(book, awaited, kind, who)
    if awaited.end != NEVER:
        if over != awaited.end:
            book.say("A13", f"{who} goes on at {awaited.end}; enough have left at {over} (44)")
        elif awaited.blame not in last | ({-1} if awaited.begin == awaited.end else set()):
            book.say("A13", f"{who} blames {awaited.blame} for its wait, the last was {last} (57)")
    elif over < (awaited.gone[0] if awaited.gone[1] else book.end):
        book.say("A13", f"{who} still waits at {over}, when enough have left (44)")


def _withdraw(book: Any, awaited: Awaited, kind: Kind, who: str) -> None:
    """Children that are still needed are withdrawn with who waits for them (42)."""
    t = awaited.gone[0]
    for key in kind.keys:
        item, child = book.by_key.get(key), book.children.get(key)
        if item is None:
            if child is not None and child.arrives >= t:
                del book.children[key]  # it came no more
            continue
        book.gone[key] = awaited.gone
        itself = item.ended == t and item.outcome != Outcome.WITHDRAWN
        if item.ended > t or (itself and _place(book, item)[:1] > awaited.gone[1][:1]):
            text = f"its child {item.item} is not withdrawn with it"
            book.say("A13", f"{who} is cancelled at {t}, and {text} (42)")
