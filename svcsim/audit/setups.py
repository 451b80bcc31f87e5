"""Set-up before work goes on, and how long a start would take (33, 34, 40)."""

from typing import Any

from svcsim.audit.book import Book
from svcsim.audit.requests import Wait
from svcsim.model.codes import Interruption, ShiftEnd


def setup_of(book: Book, after: Any) -> int:
    """Return the set-up before work goes on, by what interrupted it and its rule (33, 34).

    Switching when work is resumed after preemption, and after a pause if it is also overnight;
    reading-in after a hand-over; nothing when work starts again from nothing. It is that of the
    pool that was interrupted; when several people of a team are taken, the longest.
    """
    if after is None:
        return 0
    what, pools, rule = after
    if what == "comes":  # from another team: rule is the time to read oneself in
        return int(rule)
    records = [book.pools[pool] for pool in pools]
    if what == "preempted":
        return 0 if rule == Interruption.RESTART else max(record.switching for record in records)
    if rule == ShiftEnd.HAND_OVER:
        return int(max(record.reading for record in records))
    if rule == ShiftEnd.PAUSE:
        return int(max(record.switching * record.also_overnight for record in records))
    return 0


def length_of(book: Book, wait: Wait, t: int) -> int:
    """Return the set-up and the work that a start at t of a wait would need (34, 40)."""
    after, rest = (wait.after, wait.rest) if t == wait.end else wait.joined
    if wait.unlearned >= 0 and not (wait.claimed and t == wait.end):
        rest = wait.unlearned
    return rest + setup_of(book, after)


def lengths_of(book: Book, wait: Wait, t: int) -> list[int]:
    """Return what `length_of` may be: several where it is not known whose set-up is due (33)."""
    length = length_of(book, wait, t)
    if wait.settled:
        return [length]
    rest = wait.joined[1]
    return [length, *{rest + setup_of(book, guess) for guess in wait.guesses} - {length}]
