"""Triggers that look at times of their own (semantics 49)."""

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.engines.reference.changes import Watch
from svcsim.model.arrays import NONE
from svcsim.world.changes import holds_now, may_fire
from svcsim.world.order import Phase, look_order

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World
    from svcsim.engines.reference.item import Item
    from svcsim.engines.reference.token import Token


def looks(world: "World", index: int) -> Generator[simpy.Event, None, None]:
    """Look at everything that a trigger sees, again and again."""
    changes, clock = world.changes, world.clock
    trigger, watches = changes.triggers[index], changes.watches[index]
    while True:
        yield clock.at(clock.now + trigger.every, Phase.MODEL, look_order(trigger.order))
        if trigger.level:
            read_level(world, trigger, watches)
        if trigger.n_effects > 0:
            hold(world, index)
            continue
        for family in list(chosen(world, index)):
            changes.fire(index, watches[family], family if trigger.per_family else NONE)


def chosen(world: "World", index: int) -> Iterator[int]:
    """Yield the watches for which a trigger fires: the largest first, where some are chosen."""
    trigger, watches = world.changes.triggers[index], world.changes.watches[index]
    found = [k for k, watch in enumerate(watches) if world.changes.fires(trigger, watch)]
    if trigger.top > 0:
        found.sort(key=lambda k: (-watches[k].counted, k))
        found = found[: trigger.top]
    yield from found


# ---- levels ------------------------------------------------------------------------------------


def read_level(world: "World", trigger: Any, watches: list[Watch]) -> None:
    """Count who is there, in all or by family."""
    for watch in watches:
        watch.counted = 0
    for item in world.there.values():
        family = item.family if trigger.per_family else 0
        if family != NONE and is_looked_at(world, trigger, item):
            watches[family].counted += number(trigger, item)


def is_looked_at(world: "World", trigger: Any, item: "Item") -> bool:
    """Say whether an item is of the stream and the classes that a trigger looks at."""
    if trigger.of_stream != NONE and item.stream is not world.streams[trigger.of_stream]:
        return False
    row = trigger.of_classes
    return bool(row == NONE or world.by_class[row][item.cls] == 1)


def number(trigger: Any, item: "Item") -> int:
    """Return for how many an item counts: for one, or for all who wait for the team."""
    if trigger.of_pool == NONE:
        return 1
    return sum(waits_for(token, trigger.of_pool) for token in item.tokens.values())


def waits_for(token: "Token", pool: int) -> bool:
    """Say whether a token waits for people, some of them perhaps of a pool."""
    request = token.request
    if request is None or request.wait is None:
        return False
    return any(need.pool.index == pool for needs in request.alternatives for need in needs)


# ---- what holds for a while --------------------------------------------------------------------


def hold(world: "World", index: int) -> None:
    """Let the effects of a trigger begin, go on, or end."""
    changes, now = world.changes, world.clock.now
    trigger, watch = changes.triggers[index], changes.watches[index][0]
    rested = may_fire(now, watch.fired, trigger.cool_down)
    after = bool(holds_now(watch.holds, changes.is_true(trigger, watch), rested))
    if after and not watch.holds:
        watch.fired = now
        changes.held.append(index)
        changes.held.sort(key=lambda index: changes.triggers[index].order)
    elif watch.holds and not after:
        changes.held.remove(index)
    watch.holds = after
