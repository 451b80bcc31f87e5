"""How the model changes inside a run: families, effects and triggers (semantics 47 to 51)."""

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import TRIGGERED, Purpose
from svcsim.world.changes import (
    counts_if_late,
    drawn_factor,
    enough,
    faded,
    is_over,
    may_fire,
    next_change,
    thinned,
    worth,
)
from svcsim.world.draws import root_key, uniform
from svcsim.world.order import Phase, effect_order, made_order
from svcsim.world.quantiles import choose

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World
    from svcsim.engines.reference.item import Item
    from svcsim.engines.reference.token import Token


@dataclass(eq=False, slots=True)
class Effect:
    """An effect that some visit has brought about, until it is over."""

    record: Any
    number: int
    slot: int
    factor: float
    """How many times as much, when it begins."""
    begin: int
    stairs: int = 0
    """How often it has gone down."""
    value: float = 1.0
    """How many times as much, now."""


@dataclass(slots=True)
class Watch:
    """What a trigger has seen within its window: of a family, or of all items."""

    seen: deque[tuple[int, int]] = field(default_factory=deque)
    """When, and whether it counts, or for how much."""
    counted: int = 0
    fired: int = NEVER
    holds: bool = False
    """Whether the effects of the trigger hold."""

    def forget(self, before: int) -> None:
        """Leave out what happened at a tick or earlier."""
        while self.seen and self.seen[0][0] <= before:
            self.counted -= self.seen.popleft()[1]


class Changes:
    """The factors that hold now, and what triggers have seen."""

    def __init__(self, world: "World", effects: list[Any], triggers: list[Any]):
        self.world = world
        self.effects, self.triggers = effects, triggers
        self.running: dict[int, list[Effect]] = {}
        """Effects on each slot, in order of their start."""
        self.number = 0
        n_families = sum(stream.n_families for stream in world.streams)
        self.watches = [
            [Watch() for _ in range(n_families if trigger.per_family else 1)]
            for trigger in triggers
        ]
        self.firings = [0] * len(triggers)
        self.held: list[int] = []
        """Triggers of which the effects hold, in the order of their names."""

    # ---- families (51) --------------------------------------------------------------------------

    def family(self, stream: Any, key: tuple[int, int]) -> int:
        """Return the family of an item among those of all streams, or -1."""
        if stream.n_families == 0:
            return NONE
        world = self.world
        u = uniform(world.k0, world.k1, *key, stream.tag, 0, int(Purpose.FAMILY), 0)
        factors = world.model.factors
        way = int(choose(factors, stream.family_shares, stream.n_families + 1, u))
        return int(stream.first_family) + way if way < stream.n_families else NONE

    def comes(self, stream: Any, key: tuple[int, int], family: int) -> bool:
        """Say whether a candidate of a family is an item."""
        if family == NONE:
            return True
        u = uniform(self.world.k0, self.world.k1, *key, stream.tag, 0, int(Purpose.THIN), 0)
        return not thinned(u, self.of_family(stream.rate_slot, family))

    # ---- slots (48) -----------------------------------------------------------------------------

    def value(self, slot: int) -> float:
        """Return the factor of a slot: environments, triggers, then effects of visits by start."""
        value = 1.0
        for environment in self.world.environments:
            value *= environment.factor(slot)
        for index in self.held:
            value *= self.world.factor(self.triggers[index], slot)
        for effect in self.running.get(slot, ()):
            value *= effect.value
        return value

    def factor(self, slot: int, item: "Item", factor: float) -> float:
        """Return a factor with what is made of it now for an item; slot 0 never changes."""
        if slot > 0:
            factor *= self.value(slot)
            factor *= self.of_family(slot, item.family)
        return factor

    def of_family(self, slot: int, family: int) -> float:
        """Return the factor of a slot for one family."""
        return self.value(slot + 1 + family) if slot > 0 and family != NONE else 1.0

    # ---- effects (47, 48) -----------------------------------------------------------------------

    def bring(self, token: "Token", effect: int, step: int) -> None:
        """Let an effect begin when its lag has passed."""
        world, record, item = self.world, self.effects[effect], token.item
        if record.own == 1 and item.family == NONE:
            return
        slot = record.slot + (1 + item.family if record.own == 1 else 0)
        tag = world.steps[step].tag
        u = uniform(
            world.k0, world.k1, *item.key, tag, token.visits, int(Purpose.EFFECT), record.sub
        )
        factor = float(drawn_factor(record.low, record.high, u))
        begins = Effect(record, self.number, slot, factor, world.clock.now + record.lag)
        self.number += 1
        self.at(begins, begins.begin, self.begin)

    def at(self, effect: Effect, tick: int, action: Any) -> None:
        """Let something happen to an effect, in phase 0 (8)."""
        order = effect_order(effect.record.order, effect.number)
        if tick < NEVER:
            self.world.clock.call(tick, Phase.MODEL, order, lambda: action(effect))

    def begin(self, effect: Effect) -> None:
        """Let an effect hold."""
        effect.value = effect.factor
        self.running.setdefault(effect.slot, []).append(effect)
        self.goes_on(effect)

    def goes_on(self, effect: Effect) -> None:
        """Look ahead to the next change of an effect."""
        record = effect.record
        tick = next_change(effect.begin, record.lasts, record.half_life, effect.stairs)
        self.at(effect, int(tick), self.change)

    def change(self, effect: Effect) -> None:
        """Let an effect end, or go down a stair (3)."""
        now, record = self.world.clock.now, effect.record
        effect.stairs += 1
        if is_over(now, effect.begin, record.lasts, effect.stairs):
            self.running[effect.slot].remove(effect)
            return
        left = self.world.model.factors[record.decay + effect.stairs]
        effect.value = float(faded(effect.factor, left))
        self.goes_on(effect)

    # ---- triggers (49) --------------------------------------------------------------------------

    def mark(self, token: "Token", index: int, counts: int, limit: int) -> None:
        """Let a trigger see something, and fire at once if that is enough."""
        trigger, family, now = self.triggers[index], token.item.family, self.world.clock.now
        took = now - token.item.arrived
        counts = int(counts_if_late(counts, trigger.share, took, limit))
        if counts == NONE or (trigger.per_family and family == NONE):
            return
        added = token.work if trigger.of_work else took
        counts = int(worth(counts, trigger.mean, trigger.sum, added))
        watch = self.watches[index][family if trigger.per_family else 0]
        watch.seen.append((now, counts))
        watch.counted += counts
        if trigger.every == 0 and self.fires(trigger, watch):
            self.fire(index, watch, family if trigger.per_family else NONE)

    def work(self, index: int, family: int) -> int:
        """Return the work that a family took within a window, for a score (36)."""
        watch = self.watches[index][family]
        watch.forget(self.world.clock.now - self.triggers[index].within)
        return watch.counted

    def fires(self, trigger: Any, watch: Watch) -> bool:
        """Say whether a trigger is true, and may fire again."""
        now = self.world.clock.now
        return self.is_true(trigger, watch) and bool(may_fire(now, watch.fired, trigger.cool_down))

    def is_true(self, trigger: Any, watch: Watch) -> bool:
        """Say whether what a trigger has seen is enough now, whenever it fired."""
        watch.forget(self.world.clock.now - trigger.within)
        wanted = trigger.count, trigger.share, trigger.mean, trigger.sum
        return bool(enough(*wanted, len(watch.seen), watch.counted))

    def fire(self, index: int, watch: Watch, family: int) -> None:
        """Let an item come at this tick (60)."""
        world, trigger = self.world, self.triggers[index]
        firing, watch.fired = self.firings[index], world.clock.now
        self.firings[index] += 1
        key = root_key(0, firing, trigger.tag)
        origin = TRIGGERED, firing, index, NONE, NONE

        def come() -> None:
            world.create(int(trigger.stream), NONE, key, origin, family)

        world.clock.call(world.clock.now, Phase.ARRIVAL, made_order(trigger.order, firing), come)
