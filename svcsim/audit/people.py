"""A2: nobody is in two places, and everybody is on shift (14 to 16, 23, 34)."""

from typing import Any

from svcsim.audit.book import Book
from svcsim.audit.requests import STAY
from svcsim.audit.team import PLACE, Team, called, few


def check_people(book: Book) -> None:
    """A2 (14 to 16, 23, 34): nobody is in two places, and everybody is on shift or runs over."""
    last: dict[tuple[int, int], Any] = {}
    taken = {
        id(row): piece.begun
        for r in book.requests
        for piece in r.slices
        if piece.kept is not None
        for row in piece.presence
    }
    everyone = [book.group(p).everybody() for p in range(len(book.pools))]
    for p in sorted(book.presence, key=lambda p: (p.begin, p.end)):
        group, who = book.group(p.pool), called(p.person)
        name = f"person {who} of pool {p.pool}, on item {p.item} in [{p.begin}, {p.end}),"
        if p.person not in everyone[p.pool]:
            book.say("A2", f"{name} does not exist (14)")
            continue
        before = last.get((p.group, p.person % PLACE))
        if before is not None and before.end > p.begin and not group.unlimited:
            book.say("A2", f"{name} is on item {before.item} until {before.end} (14)")
        last[p.group, p.person % PLACE] = p
        if isinstance(group, Team):
            places = group.places(book.steps[p.step].stream, None)
            if not few([p.person], places):
                book.say("A2", f"{name} does no work of this stream (19)")
        begin = taken.get(id(p), p.begin)
        falling = p.person in group.falling(begin)
        if not falling and not group.there(p.person, begin):
            book.say("A2", f"{name} is not on shift when it begins (16, 19, 23)")
        elif p.end > group.until(p.person, begin) and book.pools[p.pool].shift_end not in STAY:
            left = group.until(p.person, begin)
            book.say("A2", f"{name} leaves at {left}, and does not run over (34)")
