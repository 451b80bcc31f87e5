"""When people are there: shifts, leave and blocks of absence (semantics 14 to 16, 34)."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from svcsim.engines.reference.pool import Group, Person, Pool
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Purpose
from svcsim.world.calendars import next_edge, opening_at
from svcsim.world.draws import uniform
from svcsim.world.order import Phase
from svcsim.world.rules import stays_after_shift
from svcsim.world.staffing import next_staffing, present

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World

WINDOWS = 1 << 20
"""Windows change after groups at one tick; the order has no effect, but must be one."""


def staffing_at(world: "World", group: Group, tick: int) -> None:
    """Let the staffing of a group change at a tick, unless it does so before."""
    if tick < group.changes_at:
        if group.next is not None:
            group.next.cancel()
        order = int(group.record.order)
        group.changes_at = tick
        group.next = world.clock.call(tick, Phase.STAFFING, order, lambda: change(world, group))


def change(world: "World", group: Group) -> None:
    """Bring the people on shift up to date; those who leave stop working, or stay."""
    now, model = world.clock.now, world.model
    group.changes_at = NEVER
    open_now = world.opening(group.record.calendar, now)[0]
    for pool in group.pools:
        if pool.unlimited:
            _unlimited(pool, open_now)
    resting = [person.rests_until for person in group.on_rest if person.rests_until > now]
    for person in group.people:
        was_present = person.present
        there = open_now and now >= person.away
        there = there and person.number <= group.record.people - len(resting)
        person.present = there and _on_shift(world, person, now)
        if person.present:
            person.overtime = False
        elif was_present:
            leave(person)
    for pool in group.pools:
        pool.cell.changed()
    edge = int(next_staffing(model.calendars, model.openings, model.groups, group.index, now))
    staffing_at(world, group, min([edge, *resting]))


def _unlimited(pool: Pool, open_now: bool) -> None:
    """Open or close a pool in which nobody ever waits for a person."""
    was_open, pool.open = pool.open, open_now
    for request in list(pool.working):
        for person in [m.person for m in request.people if m.pool is pool]:
            if open_now:
                person.overtime = False
            elif was_open:
                leave(person)


def _on_shift(world: "World", person: Person, now: int) -> bool:
    """Say whether a person is not on leave for the shift, nor absent for a block of it (16)."""
    group = person.group.record
    k = int(opening_at(world.model.calendars, world.model.openings, group.calendar, now))
    if k < 0:
        return True
    opens, closes, _, date = world.opening_record(k)
    u = 1.0
    if group.leave > 0:
        u = uniform(
            world.k0, world.k1, person.number, date % 2**32, group.tag, 0, int(Purpose.LEAVE), 0
        )
    return bool(present(opens, closes, person.number, group.people, group.day, group.leave, u, now))


def leave(person: Person) -> None:
    """Let somebody's shift end: whoever works stops, or stays, as the pool does (34)."""
    request = person.work
    if request is None:
        return
    pool = person.works_for
    if stays_after_shift(pool.record.shift_end):
        person.overtime = True
    else:
        pool.cell.shift_ends(request, pool, person)


def window(world: "World", calendar: int) -> Generator[simpy.Event, None, None]:
    """Tell the cells whose work may run only in a window that it opens or closes (40)."""
    model, clock = world.model, world.clock
    tick = 0
    while tick < NEVER:
        yield clock.at(tick, Phase.STAFFING, WINDOWS + calendar)
        for cell in world.cells_with_window[calendar]:
            cell.changed()
        tick = int(next_edge(model.calendars, model.openings, calendar, tick))
