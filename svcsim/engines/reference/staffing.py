"""When people are there: shifts, leave and blocks of absence (semantics 14 to 16, 34)."""

from collections.abc import Generator
from typing import TYPE_CHECKING

import simpy

from svcsim.engines.reference.pool import Person, Pool
from svcsim.model.arrays import NEVER, Purpose
from svcsim.world.calendars import next_edge, opening_at
from svcsim.world.draws import uniform
from svcsim.world.order import Phase
from svcsim.world.rules import stays_after_shift
from svcsim.world.staffing import next_staffing, present

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World

WINDOWS = 1 << 20
"""Windows change after groups at one tick; the order has no effect, but must be one."""


def staffing(world: "World", pool: Pool) -> Generator[simpy.Event, None, None]:
    """Let the people of a pool come and go."""
    model, clock, g = world.model, world.clock, pool.record.group
    order = int(world.groups[g].order)
    tick = 0
    while tick < NEVER:
        yield clock.at(tick, Phase.STAFFING, order)
        change(world, pool)
        tick = int(next_staffing(model.calendars, model.openings, model.groups, g, tick))


def change(world: "World", pool: Pool) -> None:
    """Bring the people on shift up to date; those who leave stop working, or stay."""
    now, calendar = world.clock.now, world.groups[pool.record.group].calendar
    open_now = world.opening(calendar, now)[0]
    if pool.unlimited:
        was_open, pool.open = pool.open, open_now
        for request in list(pool.working):
            for person in [p for used, p in request.people if used is pool]:
                if open_now:
                    person.overtime = False
                elif was_open:
                    _leave(pool, person)
    else:
        for person in pool.people:
            was_present = person.present
            there = open_now and now >= person.away
            person.present = there and _on_shift(world, pool, person, now)
            if person.present:
                person.overtime = False
            elif was_present:
                _leave(pool, person)
    pool.cell.changed()


def _on_shift(world: "World", pool: Pool, person: Person, now: int) -> bool:
    """Say whether a person is not on leave for the shift, nor absent for a block of it (16)."""
    group = world.groups[pool.record.group]
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


def _leave(pool: Pool, person: Person) -> None:
    if person.work is None:
        return
    if stays_after_shift(pool.record.shift_end):
        person.overtime = True
    else:
        pool.cell.shift_ends(person.work, pool)


def window(world: "World", calendar: int) -> Generator[simpy.Event, None, None]:
    """Tell the cells whose work may run only in a window that it opens or closes (40)."""
    model, clock = world.model, world.clock
    tick = 0
    while tick < NEVER:
        yield clock.at(tick, Phase.STAFFING, WINDOWS + calendar)
        for cell in world.cells_with_window[calendar]:
            cell.changed()
        tick = int(next_edge(model.calendars, model.openings, calendar, tick))
