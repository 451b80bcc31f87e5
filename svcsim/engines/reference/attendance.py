"""Attendance: people leave their work for the sittings of a gate (semantics 38)."""

from functools import partial
from typing import TYPE_CHECKING, Any

from svcsim.engines.reference.drawing import checked
from svcsim.engines.reference.pool import Group, Person, Pool
from svcsim.engines.reference.staffing import change, leave
from svcsim.engines.reference.token import Token
from svcsim.model.codes import Purpose
from svcsim.world.draws import uniform
from svcsim.world.order import Phase, back_order, off_order
from svcsim.world.quantiles import duration, quantile
from svcsim.world.rules import stays_after_shift, visit_factor

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World

Heard = tuple[int, int, int, int, int]
"""Item, token, step and visit of what was heard, and the ticks that it takes."""


class Attendance:
    """Who attends one gate, and for how long."""

    def __init__(self, world: "World", record: Any):
        self.world = world
        self.record = record
        self.seats = world.seats[record.first_seat : record.first_seat + record.n_seats]
        self.heard: list[Heard] = []

    def hear(self, token: Token, step: int) -> None:
        """Draw the time that an item takes of everybody, as it is heard."""
        if not self.seats:
            return
        world, model, record = self.world, self.world.model, self.world.steps[step]
        visit, sub = token.visits, token.hearings & 255
        u = uniform(world.k0, world.k1, *token.key, record.tag, visit, int(Purpose.WORK), sub)
        drawn = world.by_class[self.record.touch_row][token.cls]
        factor = visit_factor(record.repeat, record.n_repeat, visit)
        f = 1.0 if factor < 0 else float(model.factors[factor])
        x = quantile(model.distributions, model.pieces, model.tables, drawn, u)
        ticks = checked(duration(x, f), step)
        self.heard.append((token.item.number, token.number, step, visit, ticks))

    def sit(self) -> None:
        """Call the people together, when everything is decided."""
        heard, self.heard = self.heard, []
        if any(ticks > 0 for *_, ticks in heard):
            clock, order = self.world.clock, off_order(int(self.record.order))
            clock.call(clock.now, Phase.STAFFING, order, lambda: self.begin(heard))

    def begin(self, heard: list[Heard]) -> None:
        """Take the highest numbers off their pools until all items are through."""
        clock = self.world.clock
        until = clock.now + sum(ticks for *_, ticks in heard)
        for seat in self.seats:
            pool, left = self.world.pools[seat.pool], seat.number
            for group in reversed(pool.groups):
                if group.record.pool == pool.index and not group.record.on_call:
                    left = self.send(heard, pool, group, left, until)

    def send(self, heard: list[Heard], pool: Pool, group: Group, left: int, until: int) -> int:
        """Send people of a group, so many or everybody; return how many are left to send."""
        someone = False
        for person in reversed(group.people):
            if left != 0 and person.present and self.comes(person):
                left -= 1
                someone = True
                person.present, person.away = False, until
                self.record_of(heard, pool, person)
                leave(person)
        if someone:
            clock, order = self.world.clock, back_order(int(group.record.order))
            pool.cell.changed()
            clock.call(until, Phase.STAFFING, order, partial(change, self.world, group))
        return left

    @staticmethod
    def comes(person: Person) -> bool:
        """Say whether somebody leaves what they do; who would stay after a shift does not."""
        return person.work is None or not stays_after_shift(person.works_for.record.shift_end)

    def record_of(self, heard: list[Heard], pool: Pool, person: Person) -> None:
        """Write down what somebody hears, one item after the other, up to the end of the run."""
        sitting = begin = self.world.clock.now
        for *place, ticks in heard:
            end = min(begin + ticks, self.world.model.end)
            if end > begin:
                row = (*place, sitting, pool.index, person.group.index, person.number, begin, end)
                self.world.record.attendance.append(row)
            begin += ticks
