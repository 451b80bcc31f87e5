"""A7: who attends a sitting, and how long it takes (38)."""

from collections import defaultdict
from typing import Any

from svcsim.audit.requests import STAY
from svcsim.audit.team import PLACE
from svcsim.model.codes import Op, Purpose


def away_of(book: Any) -> dict[int, dict[int, list[tuple[int, int]]]]:
    """Return when the people of each group are at sittings, by person, in order."""
    ends: dict[tuple[int, int, int], int] = {}
    for row in book.attendance:
        who = row.group, row.person, row.sitting
        ends[who] = max(ends.get(who, 0), row.end)
    away: dict[int, dict[int, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for (group, person, sitting), end in sorted(ends.items()):
        away[group][person].append((sitting, end))
    return away


def check_attendance(book: Any) -> None:
    """A7 (38): the highest numbers that can come attend, for what the items take, in order."""
    rows: dict[tuple[int, int], list[Any]] = defaultdict(list)
    gate_of = {op.step: op.a for op in book.ops if op.code == Op.GATE}
    for row in book.attendance:
        rows[gate_of.get(row.step, -1), row.sitting].append(row)
    sat = set()
    for g, told in book.agendas.items():
        gate = book.gates[g]
        if gate.n_seats == 0:
            continue
        by_tick: dict[int, list[Any]] = defaultdict(list)
        for tick, h, before in told:
            by_tick[tick].append((h, _takes(book, gate, h, before)))
        for tick, heard in by_tick.items():
            sat.add((g, tick))
            _check_sitting(book, g, tick, heard, rows[g, tick], gate_of)
    for (g, tick), some in rows.items():
        if some and (g, tick) not in sat:
            book.say("A7", f"people attend a sitting at {tick} of gate {g} that hears nothing (38)")


def _takes(book: Any, gate: Any, h: Any, before: int) -> int:
    """Return the time that an item takes of everybody."""
    step = book.steps[h.step]
    u = book.draw(book.key_of(h), step.tag, h.visit, Purpose.WORK, before)
    factor = 1.0
    if step.n_repeat and h.visit > 1:
        factor = book.factors[step.repeat + min(h.visit - 2, step.n_repeat - 1)]
    return int(book.duration(book.by_class[gate.touch_row][book.items[h.item].cls], u, factor))


def _check_sitting(
    book: Any, g: int, tick: int, heard: list[Any], rows: list[Any], gate_of: dict[int, int]
) -> None:
    gate = book.gates[g]
    until = tick + sum(ticks for _, ticks in heard)
    seats = book.seats[gate.first_seat : gate.first_seat + gate.n_seats]
    name = f"the sitting at {tick} of gate {g}"
    if not {row.pool for row in rows} <= {seat.pool for seat in seats}:
        book.say("A7", f"{name} has people of other teams (38)")
    for seat in seats:
        came = {(row.group, row.person) for row in rows if row.pool == seat.pool}
        if until == tick:
            if came:
                book.say("A7", f"{name} takes no time, and people attend it (38)")
            continue
        _check_seat(book, g, tick, seat, came, gate_of)
        wanted = []
        for group, person in came:
            begin = tick
            for h, ticks in heard:
                end = min(begin + ticks, book.end)
                if end > begin:
                    place = h.item, h.token, h.step, h.visit
                    wanted.append((*place, group, person, begin, end))
                begin += ticks
        found = [
            (r.item, r.token, r.step, r.visit, r.group, r.person, r.begin, r.end)
            for r in rows
            if r.pool == seat.pool
        ]
        if sorted(found) != sorted(wanted):
            odd = sorted(set(found) ^ set(wanted))[:2]
            book.say("A7", f"{name} hears items for other times than they take: {odd} (38)")


Who = tuple[int, int]
"""Somebody: group and number."""


def _check_seat(
    book: Any, g: int, tick: int, seat: Any, came: set[Who], gate_of: dict[int, int]
) -> None:
    """Look who could come: whoever is on shift, at no other sitting, and not held by work.

    The highest numbers of the group that is taken last come first.
    """
    pool = book.pools[seat.pool]
    serving = book.model.pool_groups[pool.first : pool.first + pool.n_groups].tolist()
    records = book.model.groups
    own = [k for k in serving if records[k]["pool"] == seat.pool and not records[k]["on_call"]]
    there = {
        (k, person)
        for k in own
        for person in book.groups[k].everybody()
        if book.groups[k].could_come(person, tick)
    }
    there -= {
        (row.group, row.person)
        for row in book.attendance
        if (row.sitting, book.gates[gate_of[row.step]].order) < (tick, book.gates[g].order)
        and any(
            gone == row.sitting and end > tick
            for gone, end in book.groups[row.group].away[row.person]
        )
    }
    perhaps: set[Who] = set()
    held = [
        p for p in book.presence
        if p.group in own and p.begin < tick <= p.end and book.pools[p.pool].shift_end in STAY
    ]  # fmt: skip
    if held:
        there -= {(p.group, p.person % PLACE) for p in held if p.end > tick}
        # work that others gave up at this tick: before this team was called, or after
        perhaps = {(p.group, p.person % PLACE) for p in held if p.end == tick} & there
        there -= perhaps
    name = f"the sitting at {tick} of gate {g}"

    def turn(who: Who) -> Who:
        return own.index(who[0]), who[1]

    if not came <= there | perhaps:
        odd = sorted(came - there - perhaps)
        book.say("A7", f"{name} has people {odd} of pool {seat.pool}, who cannot come (38)")
    elif seat.number < 0 or len(came) < seat.number:
        if there - came:
            odd = sorted(there - came)
            book.say("A7", f"{name} lacks people {odd} of pool {seat.pool} (38)")
    elif len(came) > seat.number or any(turn(p) > min(map(turn, came)) for p in there - came):
        book.say("A7", f"{name} has people {sorted(came)} of pool {seat.pool}, not others (38)")
