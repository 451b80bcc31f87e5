"""How children come of a visit (44); the compiled counterpart is `spawn`."""

from typing import TYPE_CHECKING, Any

from svcsim.engines.reference.awaited import Awaited
from svcsim.model.arrays import NONE
from svcsim.model.codes import Purpose
from svcsim.world.calendars import add_open
from svcsim.world.draws import child_key, uniform
from svcsim.world.order import Phase, child_order
from svcsim.world.quantiles import duration, quantile
from svcsim.world.rules import children_needed

if TYPE_CHECKING:
    from svcsim.engines.reference.item import Item
from svcsim.engines.reference.drawing import Drawing, Primitive, checked


class Spawning(Drawing):
    """A token that is carried, and its children."""

    def spawn(self, op: Any) -> Primitive:
        """Let children come of this visit, perhaps (44)."""
        world, spawn = self.world, self.world.spawns[op.a]
        address = (*self.item.key, spawn.tag, self.token.visits)
        share = world.model.factors[spawn.shares + (self.item.cls if spawn.n_classes > 1 else 0)]
        if uniform(world.k0, world.k1, *address, int(Purpose.SPAWN), 0) < share:
            children = 1
            if spawn.count != NONE:
                u = uniform(world.k0, world.k1, *address, int(Purpose.COUNT), 0)
                children = world.count(spawn.count, u)
            needed = children_needed(children, spawn.need, spawn.need_share)
            if spawn.waited != NONE and needed > 0:
                self.token.awaited = self.token.awaited or Awaited(self.token)
                self.token.awaited.missing[spawn.waited] = needed
            for index in range(children):
                self.child(spawn, index)
        return op.next
        yield

    def child(self, spawn: Any, index: int) -> None:
        """Let one child come when its time has passed."""
        world, item, token, model = self.world, self.item, self.token, self.world.model
        key = child_key(*item.key, spawn.tag, token.visits, index)
        until = self.clock.now
        if spawn.wait_row != NONE:
            tag = world.streams[spawn.stream].tag
            u = uniform(world.k0, world.k1, *key, tag, 0, int(Purpose.WAIT), 0)
            distribution = world.by_class[spawn.wait_row][item.cls]
            x = quantile(model.distributions, model.pieces, model.tables, distribution, u)
            ticks = checked(duration(x, 1.0), spawn.step)
            until = int(add_open(model.calendars, model.openings, spawn.calendar, until, ticks))
        cls = NONE if spawn.cls_row == NONE else world.by_class[spawn.cls_row][item.cls]
        origin = (NONE, token.visits, index, item.number, int(spawn.step))
        rank = item.rank if spawn.inherit_rank else None
        family = item.family if spawn.inherit_family else NONE
        due = item.due if spawn.inherit_due else None
        quantity = item.quantity if spawn.inherit_quantity else NONE

        came: list[Item] = []
        awaited = token.awaited if spawn.waited != NONE else None  # None: none of them is needed

        def come() -> None:
            child = world.create(int(spawn.stream), cls, key, origin, family, quantity)
            child.rank = child.rank if rank is None else rank
            child.due = child.due if due is None else due
            if awaited is not None:
                child.awaited = awaited, int(spawn.waited)
                came.append(child)

        order = child_order(token.number, token.children)
        comes = self.clock.call(until, Phase.ARRIVAL, order, come)
        if awaited is not None:
            awaited.children.append((int(spawn.waited), comes, came))
        token.children += 1
