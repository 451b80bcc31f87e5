"""What a visit draws: durations, and work with what changes it (2, 48, 61)."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.engines.reference.token import Token
from svcsim.errors import SimulationError
from svcsim.model.arrays import NONE
from svcsim.model.codes import Purpose
from svcsim.world.draws import uniform
from svcsim.world.quantiles import duration, for_each, quantile, residual
from svcsim.world.rules import visit_factor

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World

Primitive = Generator[simpy.Event, Any, Any]
"""A primitive performs one instruction and returns the number of the next."""


class Drawing:
    """A token that is carried, and its draws."""

    def __init__(self, world: "World", token: Token):
        self.world = world
        self.clock = world.clock
        self.token = token
        self.item = token.item

    def draw(self, op: Any, row: int, purpose: Purpose, sub: int = 0) -> float:
        """Return a duration of this visit, in ticks, before any factor."""
        model = self.world.model
        u = self.uniform(op.step, self.token.visits, purpose, sub)
        distribution = self.world.by_class[row][self.item.cls]
        x = quantile(model.distributions, model.pieces, model.tables, distribution, u)
        return for_each(x, self.times(distribution))

    def times(self, distribution: int) -> int:
        """Return by how many a draw of a distribution is multiplied (72)."""
        return self.item.quantity if self.world.model.distributions["each"][distribution] else 1

    def uniform(self, step: int, visit: int, purpose: int, sub: int = 0) -> float:
        """Return the random number at an address of this item (61)."""
        hi, lo = self.token.key
        tag = self.world.steps[step].tag
        return uniform(self.world.k0, self.world.k1, hi, lo, tag, visit, int(purpose), sub)

    def drawn_work(self, op: Any) -> int:
        """Return the ticks of work of this visit (2), or what is left of it at the start (53)."""
        step, model = self.world.steps[op.step], self.world.model
        if self.token.worked != NONE:
            u = self.uniform(op.step, self.token.visits, Purpose.WORK, 0)
            law, age = self.world.by_class[op.b][self.item.cls], float(self.token.worked)
            laws = model.distributions, model.pieces, model.tables
            x = residual(*laws, law, self.times(law), age, u)
            return max(1, checked(duration(x, 1.0), op.step))
        return checked(duration(self.draw(op, op.b, Purpose.WORK), self.work_factor(step)), op.step)

    def work_factor(self, step: Any) -> float:
        """Return what this visit, and effects, make of the work of a step (2, 48)."""
        factor = visit_factor(step.repeat, step.n_repeat, self.token.visits)
        f = 1.0 if factor < 0 else float(self.world.model.factors[factor])
        return self.world.changes.factor(step.touch_slot, self.item, f)

    def expected_work(self, op: Any) -> int:
        """Return the ticks of work that are expected of this visit, if a queue asks for it (22)."""
        if not self.world.expects:
            return 0
        law = self.world.by_class[op.b if op.d == NONE else op.d][self.item.cls]
        x = for_each(self.world.expected(law), self.times(law))
        return int(duration(x, self.work_factor(self.world.steps[op.step])))


def checked(ticks: int, step: int) -> int:
    """Return a duration, or say that it is out of range (2)."""
    if ticks < 0:
        raise SimulationError(
            f"a duration at step {step} is longer than 2**53 ticks (285 years)", step=step
        )
    return int(ticks)
