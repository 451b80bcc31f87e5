"""What a reservation leaves of a team to its other work (30)."""

import math
from collections.abc import Sequence

from svcsim.analysis.load import Work, needs
from svcsim.model.arrays import Model, Records
from svcsim.world.rules import kept_free

_kept_free = getattr(kept_free, "py_func", kept_free)
"""Of whole numbers of any size: demand may be beyond all measure."""


def left(model: Model, pool: int, present: int) -> int:
    """Return how many of those present are left to the work for which nobody is reserved."""
    record = model.pools[pool]
    kept = _kept_free(int(record["reserved"]), int(record["reserved_share"]), present, 0)
    return max(0, present - int(kept))


def leaving(model: Model, work: Work, pool: int) -> list[Records]:
    """Return the needs of work that must leave those of a pool who are reserved, if it must."""
    seize = model.seizes[work.seize]
    ways = model.alternatives[seize["first"] : seize["first"] + seize["n"]]
    found = [model.needs[way["first"] : way["first"] + way["n"]] for way in ways]
    return [own for own in (one[one["pool"] == pool] for one in found) if own["yields"].any()]


def at_least(model: Model, work: Work, pool: int) -> int:
    """Return how many people of a pool must be left before work starts; 0: none must."""
    if len(needs(model, work.seize)) > 1:
        return 0
    alone_here = len(needs(model, work.seize)[0]) == 1
    quorum = int(model.seizes[work.seize]["quorum"]) if alone_here else 0
    return max((max(int(own["least"][0]), quorum) for own in leaving(model, work, pool)), default=0)


def enough(model: Model, pool: int, people: int, load: float, mine: Sequence[Work]) -> int:
    """Return the least number of people, `people` or more, that leave the other work enough.

    `load` is its work, in people at work on average.
    """
    most = max((at_least(model, work, pool) for work in mine), default=0)

    def lacks(present: int) -> bool:
        there = left(model, pool, present)
        return there < most or there <= load

    if not most or not lacks(people):
        return people
    below, step = people, 1
    while lacks(below + step):
        below, step = below + step, 2 * step
    above = below + step
    while above - below > 1:  # one person more never leaves the others fewer
        middle = (below + above) // 2
        below, above = (middle, above) if lacks(middle) else (below, middle)
    return above


def others(model: Model, pool: int, mine: Sequence[Work]) -> float:
    """Return the person-ticks of the work that no other pool may do, and nobody is reserved for."""
    return sum(
        work.requests * work.mean * needs(model, work.seize)[0][pool]
        for work in mine
        if at_least(model, work, pool) and math.isfinite(work.requests) and work.mean
    )
