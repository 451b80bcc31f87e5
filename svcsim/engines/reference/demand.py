"""How items come: Poisson layers, renewal, replay, batches (semantics 50 to 52)."""

from collections.abc import Generator
from functools import partial
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.engines.reference.drawing import checked
from svcsim.model.arrays import NONE
from svcsim.model.codes import Arrivals, Purpose
from svcsim.world.calendars import take_open
from svcsim.world.demand import date_at, day_level, end_on_days, level_at, operational_end
from svcsim.world.draws import child_key, root_key, uniform
from svcsim.world.order import Phase, arrival_order
from svcsim.world.quantiles import choose, duration, quantile

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World

Process = Generator[simpy.Event, None, None]


class Demand:
    """The arrivals of one stream."""

    def __init__(self, world: "World", index: int):
        self.world = world
        self.index = index
        self.stream: Any = world.streams[index]
        self.announced = 0
        """Items so far that come before an event."""

    def processes(self) -> list[Process]:
        """Return a process for each source of items."""
        kind = Arrivals(self.stream.arrivals)
        if kind == Arrivals.POISSON:
            return [self.layer(layer) for layer in range(self.stream.layers)]
        if kind == Arrivals.INTERNAL:
            return []
        return [self.renewal() if kind == Arrivals.RENEWAL else self.replay()]

    def uniform(self, key: tuple[int, int], purpose: Purpose) -> float:
        """Return a random number of a candidate."""
        world = self.world
        return uniform(world.k0, world.k1, *key, self.stream.tag, 0, int(purpose), 0)

    def gap(self, key: tuple[int, int]) -> float:
        """Return the gap before a candidate, in ticks."""
        model = self.world.model
        u = self.uniform(key, Purpose.GAP)
        return quantile(model.distributions, model.pieces, model.tables, self.stream.gap, u)

    def layer(self, layer: int) -> Process:
        """Thin a layer: a candidate is an item iff (layer + mark) is below the rate (50)."""
        stream, clock, rates = self.stream, self.world.clock, self.world.model.rates
        order, tick, ordinal = arrival_order(stream.order, layer), 0, 0
        while True:
            key = root_key(layer, ordinal, stream.origin)
            tick += checked(duration(self.gap(key), 1.0), NONE)
            if tick >= self.world.model.end:
                return
            level = level_at(rates, stream.first_rate, stream.n_rates, tick)
            if stream.day_level != NONE:
                level *= self.day(date_at(rates, stream.first_rate, stream.n_rates, tick))
            if layer + self.uniform(key, Purpose.MARK) < level * stream.rate_most:
                yield clock.at(tick, Phase.ARRIVAL, order)
                if stream.rate_slot > 0:
                    level *= self.world.changes.value(stream.rate_slot)
                if layer + self.uniform(key, Purpose.MARK) < level:
                    self.arrive(key, layer, ordinal, NONE)
            ordinal += 1

    def renewal(self) -> Process:
        """Spend gaps in operational time (52)."""
        stream, clock = self.stream, self.world.clock
        order, tick, ordinal = arrival_order(stream.order, 0), 0, 0
        while True:
            key = root_key(0, ordinal, stream.origin)
            tick = self.spent(tick, self.gap(key))
            if tick >= self.world.model.end:
                return
            yield clock.at(tick, Phase.ARRIVAL, order)
            self.arrive(key, 0, ordinal, NONE)
            ordinal += 1

    def spent(self, tick: int, gap: float) -> int:
        """Return when a gap that begins at a tick is spent."""
        stream, world = self.stream, self.world
        rates, first, n = world.model.rates, stream.first_rate, stream.n_rates
        if stream.day_level == NONE:
            return int(operational_end(rates, first, n, tick, gap))
        return int(end_on_days(rates, first, n, tick, gap, *self.levels()))

    def day(self, date: int) -> float:
        """Return how busy a local date is (52)."""
        return day_level(*(*self.levels(), date))

    def levels(self) -> tuple[Any, ...]:
        """Return what the levels of days are drawn from, and where."""
        world, model, stream = self.world, self.world.model, self.stream
        laws = model.distributions, model.pieces, model.tables
        return *laws, stream.day_level, world.k0, world.k1, stream.tag

    def replay(self) -> Process:
        """Let items come when the file says."""
        stream, clock = self.stream, self.world.clock
        order, first = arrival_order(stream.order, 0), stream.first_replay
        for tick, cls, row, event in self.world.model.replay[first:][: stream.n_replay].tolist():
            yield clock.at(tick, Phase.ARRIVAL, order)
            if stream.noticed:
                self.announce(root_key(0, row, stream.origin), row, event)
            else:
                self.arrive(root_key(0, row, stream.origin), NONE, row, cls)

    def announce(self, key: tuple[int, int], row: int, event: int) -> None:
        """Let each item come as long before an event as its notice says (68)."""
        world, stream, model = self.world, self.stream, self.world.model
        for member, own in self.members(key):
            u = self.uniform(own, Purpose.CLASS)
            cls = int(choose(model.factors, stream.class_shares, stream.n_classes, u))
            law, u = world.by_class[stream.notice_row][cls], self.uniform(own, Purpose.NOTICE)
            drawn = quantile(model.distributions, model.pieces, model.tables, law, u)
            notice = checked(duration(drawn, 1.0), NONE)
            calendars = model.calendars, model.openings
            tick = int(take_open(*calendars, stream.notice_calendar, event, notice))
            self.announced += 1
            if 0 <= tick < model.end:
                order = arrival_order(stream.order, self.announced)
                come = partial(self.create, own, NONE, row, member, cls, event)
                world.clock.call(tick, Phase.ARRIVAL, order, come)

    def arrive(self, key: tuple[int, int], layer: int, ordinal: int, cls: int) -> None:
        """Create an item, or the members of a batch."""
        for member, own in self.members(key):
            self.create(own, layer, ordinal, member, cls)

    def members(self, key: tuple[int, int]) -> list[tuple[int, tuple[int, int]]]:
        """Return the members of a batch and their keys; where there are none, the candidate."""
        stream = self.stream
        if stream.batch == NONE:
            return [(NONE, key)]
        n = self.world.count(stream.batch, self.uniform(key, Purpose.COUNT))
        return [(member, child_key(*key, stream.tag, 0, member)) for member in range(n)]

    def create(
        self, key: tuple[int, int], layer: int, ordinal: int, member: int, cls: int,
        event: int = NONE,
    ) -> None:  # fmt: skip
        """Create one item, of a drawn class unless it is known; it is due at its event, if any.

        A candidate is none if less of its family comes by now (51).
        """
        changes = self.world.changes
        family = changes.family(self.stream, key)
        if changes.comes(self.stream, key, family):
            origin = layer, ordinal, member, NONE, NONE
            item = self.world.create(self.index, cls, key, origin, family)
            if event != NONE and self.stream.due_row == NONE:
                item.due = event
