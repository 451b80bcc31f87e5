"""Environments: what changes around the service by chance, between a few states (semantics 69)."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.engines.reference.drawing import checked
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import Purpose
from svcsim.world.calendars import add_open
from svcsim.world.changes import sojourn
from svcsim.world.draws import uniform
from svcsim.world.order import Phase, environment_order
from svcsim.world.quantiles import choose, duration, quantile

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World


class Environment:
    """One environment: it is in one of its states at a time."""

    def __init__(self, world: "World", index: int, record: Any, states: list[Any]):
        self.world, self.index, self.record, self.states = world, index, record, states
        self.state = states[record.start]

    def factor(self, slot: int) -> float:
        """Return the factor of a slot in the state of now."""
        return self.world.factor(self.state, slot)

    def sojourns(self) -> Generator[simpy.Event, None, None]:
        """Let one state follow another."""
        ordinal, clock = 0, self.world.clock
        while True:
            until = self.until(ordinal)
            if until >= NEVER:
                return
            yield clock.at(until, Phase.MODEL, environment_order(self.index))
            self.state = self.states[self.next(ordinal)]
            ordinal += 1

    def until(self, ordinal: int) -> int:
        """Return when a sojourn is over that begins now."""
        model = self.world.model
        u = self.uniform(ordinal, Purpose.SOJOURN)
        x = quantile(model.distributions, model.pieces, model.tables, self.state.lasts, u)
        ticks = int(sojourn(checked(duration(x, 1.0), NONE)))
        now = self.world.clock.now
        return int(add_open(model.calendars, model.openings, self.state.calendar, now, ticks))

    def next(self, ordinal: int) -> int:
        """Return the state that follows a sojourn, by number."""
        if self.state.shares == NONE:
            return int(self.state.following)
        u = self.uniform(ordinal, Purpose.NEXT)
        return int(choose(self.world.model.factors, self.state.shares, self.record.n, u))

    def uniform(self, ordinal: int, purpose: Purpose) -> float:
        """Return a random number of a sojourn."""
        world, tag = self.world, self.record.tag
        return uniform(world.k0, world.k1, ordinal, 0, tag, 0, int(purpose), 0)
