"""What must be true of people who come in groups or are on call, from rows alone (14 to 19, 34).

The auditor's own walk through the queues knows pools of one group. Of others it asks this: whether
everybody who worked was there, was allowed to, did one thing at a time, was called out as long as
the draw says, was the first in the order of taking, and left when the shift or the rest says so.
"""

from bisect import bisect_right
from collections import defaultdict
from itertools import pairwise
from typing import Any

import numpy as np

from svcsim.model.arrays import NONE, Kind, Model, Purpose, ShiftEnd

STAY = (ShiftEnd.RUN_OVER, ShiftEnd.NO_LATE_START)
STARTS = 8
"""So many starts of a request may have left no row, because they were interrupted at once."""


def divided(model: Model) -> bool:
    """Say whether people come in groups, or are on call."""
    return bool((model.pools["n_groups"] > 1).any() or model.groups["on_call"].any())


class Staff:
    """When the people of a group are there, rests left out (15, 16, 19)."""

    def __init__(self, book: Any, g: int):
        self.group, self.people = book.groups[g], int(book.model.groups["people"][g])
        self.edges: list[tuple[int, int]] = []
        for other in np.flatnonzero(book.model.groups["rests"] == g).tolist():
            after, rest = (int(book.model.groups[other][name]) for name in ("rest_after", "rest"))
            for person in range(1, int(book.model.groups["people"][other]) + 1):
                self.edges += rests(book, other, person, after, rest)
        self.ticks = sorted({t for t, _ in self.edges})

    def resting(self, t: int) -> int:
        """Return how many rest at t."""
        return sum(change for tick, change in self.edges if tick <= t)

    def there(self, person: int, t: int) -> bool:
        """Say whether a person is there at t."""
        return bool(person <= self.people - self.resting(t) and self.group.there(person, t))

    def until(self, person: int, t: int) -> int:
        """Return when a person leaves who is there at t."""
        end = int(self.group.until(person, t))
        for tick in self.ticks[bisect_right(self.ticks, t) :]:
            if tick < end and person > self.people - self.resting(tick):
                return tick
        return end


def rests(book: Any, g: int, person: int, after: int, rest: int) -> list[tuple[int, int]]:
    """Return begins (+1) and ends (-1) of the rests of a person on call (19)."""
    spells = sorted((p.begin, p.end) for p in book.presence if (p.group, p.person) == (g, person))
    found: list[list[int]] = []
    since = last = -1
    for begin, end in spells:
        since = since if begin == last else begin
        last = end
        if end - since > after and end < book.end:
            if found and found[-1][1] >= end:
                found[-1][1] = end + rest
            else:
                found.append([end, end + rest])
    return [edge for begin, end in found for edge in ((begin, 1), (end, -1))]


def check_groups(book: Any) -> None:
    """Hold every row of presence against the groups of the model."""
    model = book.model
    staff = [Staff(book, g) for g in range(len(model.groups))]
    order = [
        model.pool_groups[first : first + n].tolist()
        for first, n in model.pools[["first", "n_groups"]].tolist()
    ]
    spells: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for p in book.presence:
        spells[p.group, p.person].append(p)
    urgent = {p.begin for p in book.presence if _preempts(book, book.items[p.item])}
    for (g, person), mine in spells.items():
        if not model.pools["unlimited"][mine[0].pool]:
            _one_at_a_time(book, g, person, mine)
    for p in book.presence:
        if model.pools["unlimited"][p.pool]:
            continue
        name = f"person {p.person} of group {p.group} on item {p.item} in [{p.begin}, {p.end})"
        stream = int(model.steps["stream"][p.step])
        mask = int(model.groups["streams"][p.group])
        if p.group not in order[p.pool]:
            book.say("G1", f"{name} does not serve pool {p.pool} (14)")
        elif not 1 <= p.person <= model.groups["people"][p.group]:
            book.say("G1", f"{name} does not exist (14)")
        elif mask >= 0 and not mask >> stream & 1:
            book.say("G1", f"{name} does no work of stream {stream} (19)")
        elif not staff[p.group].there(p.person, p.begin):
            book.say("G2", f"{name} is not there when it begins (15, 16, 19)")
        elif (
            p.end > staff[p.group].until(p.person, p.begin)
            and model.pools["shift_end"][p.pool] not in STAY
        ):
            left = staff[p.group].until(p.person, p.begin)
            book.say("G2", f"{name} is not there from {left} on (15, 34)")
        elif p.begin not in urgent:  # who is preempted may have been passed by as busy
            _first_in_order(book, p, staff, order[p.pool], spells)
    _called_out(book)


def _preempts(book: Any, item: Any) -> bool:
    """Say whether an item takes people from less urgent work (31)."""
    row = book.streams[item.stream].preempts_row
    return row >= 0 and book.by_class[row][item.cls] == 1


def _one_at_a_time(book: Any, g: int, person: int, mine: list[Any]) -> None:
    mine = sorted(mine, key=lambda p: (p.begin, p.end))
    for before, after in pairwise(mine):
        if after.begin < before.end:
            book.say(
                "G1",
                f"person {person} of group {g} works on items {before.item} and {after.item} "
                f"at {after.begin} (14)",
            )


def _first_in_order(
    book: Any,
    p: Any,
    staff: list[Staff],
    order: list[int],
    spells: dict[tuple[int, int], list[Any]],
) -> None:
    """Nobody of a lower number in the group was left idle, nor of a group before it (17)."""
    model = book.model
    if (model.seizes["collect"] == 1).any() or any(p.begin in one.ticks for one in staff):
        return  # who is kept is not to be seen; and people may have left after they were passed by
    rule = model.pools["shift_end"][p.pool]
    stream = int(model.steps["stream"][p.step])
    groups = [p.group]
    if rule not in (ShiftEnd.PAUSE, ShiftEnd.NO_LATE_START):
        groups = order[: order.index(p.group) + 1]
    for g in groups:
        mask = int(model.groups["streams"][g])
        if mask >= 0 and not mask >> stream & 1:
            continue
        last = p.person - 1 if g == p.group else staff[g].people
        for person in range(1, last + 1):
            busy = any(o.begin <= p.begin < o.end or o.begin == p.begin for o in spells[g, person])
            if not busy and staff[g].there(person, p.begin) and p.begin not in book.instants:
                book.say(
                    "G3",
                    f"at {p.begin} item {p.item} takes person {p.person} of group {p.group}, and "
                    f"person {person} of group {g} stays idle (17)",
                )
                return


def _called_out(book: Any) -> None:
    """Everybody is on the way as long as the draw says, or until it is broken off (19).

    Who joins a swarm at the tick of its start cannot be told from those who started.
    """
    model = book.model
    if (model.seizes["quorum"] > 0).any():
        return
    slices: dict[tuple[int, int, int], dict[int, list[Any]]] = defaultdict(dict)
    for p in book.presence:
        slices[p.token, p.step, p.visit].setdefault(p.begin, []).append(p)
    rows = defaultdict(list)
    for row in book.rows:
        if row.kind == Kind.UNAVAILABILITY:
            rows[row.token, row.step, row.visit].append((row.begin, row.end))
    for (token, step, visit), of_visit in slices.items():
        for nth, (begin, team) in enumerate(sorted(of_visit.items())):
            laws = {int(model.groups["call_out"][p.group]) for p in team} - {NONE}
            called, end = team[0].called, team[0].end
            if any(p.called != called for p in team) and len({p.end for p in team}) == 1:
                book.say("G4", f"token {token} has people on the way who are not waited for (19)")
            item = book.items[team[0].item]
            draws = {
                max(
                    (
                        book.duration(law, book.draw(
                            (item.hi, item.lo), int(model.steps["tag"][step]), visit,
                            Purpose.CALL_OUT, k & 255,
                        ))
                        for law in laws
                    ),
                    default=0,
                )
                for k in range(nth, nth + STARTS)
            }  # fmt: skip
            if called not in draws and not (called == end - begin and called < max(draws)):
                book.say("G4", f"token {token} calls out for {called} ticks at {begin} (19)")
            joined = any(o.begin < begin < o.end for other in of_visit.values() for o in other)
            if (
                called > 0
                and not joined
                and (begin, begin + called) not in rows[token, step, visit]
            ):
                book.say("G4", f"token {token} has no row for the way at {begin} (19, 54)")
