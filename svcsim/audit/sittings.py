"""A7: every sitting hears who is in time, in order (35 to 37, R7)."""

from collections import Counter
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Any

from svcsim.audit.book import Book
from svcsim.audit.happenings import Hearing
from svcsim.audit.requests import rank_at
from svcsim.audit.scores import turns
from svcsim.audit.ways import ways_drawn
from svcsim.model.arrays import NEVER, NONE


def check_gates(book: Book) -> None:
    """A7 (35 to 37, R7): every sitting hears who is in time, in order, and its draws decide."""
    for g, gate in enumerate(book.gates):
        mine = [h for h in book.hearings if h.gate == g]
        findings = _sit(book, g, gate, mine, lambda h: (h.token,))
        if findings:  # the number that breaks ties may be that of the joining
            other = _sit(book, g, gate, mine, lambda h: (h.order, h.token))
            findings = other and findings
        for finding in findings[:5]:
            book.say("A7", finding)


def _sit(
    book: Book, g: int, gate: Any, hearings: list[Hearing], number: Callable[[Hearing], Any]
) -> list[str]:
    """Return what is wrong with one gate when ties are broken by `number`."""
    found: list[str] = []
    sittings = [
        (int(s["tick"]), int(s["deadline_row"]))
        for s in book.model.sittings[gate.first : gate.first + gate.n]
        if s["tick"] < book.end
    ]
    ticks = {tick for tick, _ in sittings}
    coming = sorted(hearings, key=attrgetter("submitted"))
    waiting: list[Hearing] = []
    heard: Counter[tuple[int, int, int]] = Counter()
    told = book.agendas[g] = []
    k = 0
    for h in hearings:
        if h.decided != NEVER and h.decided not in ticks:
            found.append(f"item {h.item} is decided at {h.decided}, gate {g} does not sit then")
    if found:
        return found
    for tick, deadline_row in sittings:
        while k < len(coming) and coming[k].submitted <= tick:
            waiting.append(coming[k])
            k += 1
        in_time = []
        for h in waiting:
            deadline = book.by_class[deadline_row][book.items[h.item].cls]
            if h.submitted > deadline:
                if h.decided == tick:
                    found.append(
                        f"item {h.item} is heard at {tick} by gate {g}: submitted at "
                        f"{h.submitted}, the deadline was {deadline} (35)"
                    )
                    return found
                continue
            # at the tick of the sitting: what came in an earlier phase or sitting (8)
            # (nothing is there yet at the sitting of tick 0)
            if (h.submitted < tick and tick > 0) or h.order < (2, gate.order):
                in_time.append(h)
        here = 2, gate.order
        in_time = [h for h in in_time if h.gone > (tick, here)]
        for agenda in _agendas(book, gate, tick, in_time, number):
            wrong = _hear(book, g, tick, waiting, agenda, heard)
            if not wrong:
                break
            found = found or wrong
        else:
            return found
        found = []
        for h in agenda:
            told.append((tick, h, heard[h.token, h.step, h.visit]))
            heard[h.token, h.step, h.visit] += 1
        waiting = [h for h in waiting if h.decided != tick and h.gone[0] > tick]
    return found


def _agendas(
    book: Book, gate: Any, tick: int, in_time: list[Hearing], number: Callable[[Hearing], Any]
) -> Iterator[list[Hearing]]:
    """Yield the agendas that a sitting may have: several where it is not known what came before."""

    def by(turn: Callable[[Hearing], int]) -> list[Hearing]:
        return sorted(in_time, key=lambda h: (turn(h), h.submitted, number(h)))[: gate.agenda]

    if gate.score == NONE:
        here = 2, gate.order
        yield by(lambda h: rank_at(h.changes, tick, here) if gate.by_rank else 0)
        return
    for turn in turns(book, gate, tick):
        yield by(lambda h, turn=turn: turn(book.items[h.item]))  # type: ignore[misc]


def _hear(
    book: Book, g: int, tick: int, waiting: list[Hearing], agenda: list[Hearing],
    heard: Counter[tuple[int, int, int]],
) -> list[str]:  # fmt: skip
    """Return what is wrong with a sitting that has an agenda; `heard`: hearings before it."""
    gate, found = book.gates[g], []
    for h in waiting:
        if h.decided == tick and h not in agenda:
            found.append(
                f"item {h.item} is heard at {tick} by gate {g}, the agenda is "
                f"{[a.item for a in agenda]} (36)"
            )
    for h in agenda:
        way = -1
        if gate.branch >= 0:
            branch = book.branches[gate.branch]
            before = heard[h.token, h.step, h.visit]
            u = book.draw(book.key_of(h), book.steps[h.step].tag, h.visit, branch.purpose, before)
            ways = ways_drawn(book, branch, book.items[h.item], h.visit, u, tick)
            said = h.way if h.decided == tick else gate.defer
            way = said if said in ways else ways[0]
            if way == gate.defer:
                if h.decided == tick:
                    found.append(
                        f"item {h.item} is decided at {tick} by gate {g}, its draw defers it"
                    )
                continue
        if (h.decided != tick or h.way != way) and h.gone[0] != tick:
            found.append(
                f"item {h.item} is on the agenda of gate {g} at {tick}, which decides {way}; "
                f"it was decided at {h.decided} with {h.way} (35 to 37)"
            )
    return found
