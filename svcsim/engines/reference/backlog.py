"""What is there at the start: items that came before it (semantics 53)."""

from typing import TYPE_CHECKING, Any

from svcsim.engines.reference.drawing import checked
from svcsim.model.arrays import NONE
from svcsim.model.codes import BACKLOG_LAYER, Purpose
from svcsim.world.draws import root_key, uniform
from svcsim.world.order import Phase
from svcsim.world.quantiles import duration, quantile

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World


def backlog(world: "World") -> None:
    """Let the items of the backlog be there at tick 0, before any others come."""
    if len(world.backlog):
        world.clock.call(0, Phase.ARRIVAL, 0, lambda: _create(world))


def _create(world: "World") -> None:
    """Create the items, those first that came to their step first."""
    there = []
    for record in world.backlog:
        for ordinal in range(record.items):
            key = root_key(record.entry, ordinal, record.origin)
            age = max(1, _ticks(world, record, key, record.age, 0))
            since = age
            if record.since != NONE:
                since = min(age, _ticks(world, record, key, record.since, 1))
            there.append((since, age, ordinal, key, record))
    there.sort(key=lambda item: -item[0])  # a stable sort: then by stream, entry, ordinal
    for since, age, ordinal, key, record in there:
        origin = (BACKLOG_LAYER - record.entry, ordinal, NONE, NONE, NONE)
        world.create_before(record, key, origin, age, since)


def _ticks(world: "World", record: Any, key: tuple[int, int], drawn: int, sub: int) -> int:
    """Return how long ago something was."""
    model, tag = world.model, world.streams[record.stream].tag
    u = uniform(world.k0, world.k1, *key, tag, 0, int(Purpose.BACKLOG), sub)
    x = quantile(model.distributions, model.pieces, model.tables, drawn, u)
    return checked(duration(x, 1.0), record.step)
