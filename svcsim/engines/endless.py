"""A tick that lasts for ever: what is said of it (semantics 13)."""

import numpy as np

from svcsim.errors import SimulationError
from svcsim.model.arrays import Integers, Records
from svcsim.world.order import EVENTS_PER_TICK

OFTEN = EVENTS_PER_TICK // 1000
"""So many visits of one item in one tick, or to one step, are no accident."""


class Endless(Exception):  # noqa: N818  (no error yet: it has not been said what goes round)
    """A tick does not end."""


def lasts_for_ever(tick: int, visits: Records, numbers: Integers) -> SimulationError:
    """Return what to raise when a tick does not end.

    Engines count what happens each in its own way, so the last things that happened differ: what
    is named does not hang on them.

    Parameters
    ----------
    tick : int
        The tick.
    visits : Records
        `VISIT` records of all visits so far, in any order.
    numbers : Integers
        The number of the item of each.
    """
    here = visits["entered"] == tick
    items, times = np.unique(numbers[here], return_counts=True)
    if not (times > OFTEN).any():
        return SimulationError(f"more than {EVENTS_PER_TICK} events in tick {tick}", tick=tick)
    item = int(items[times > OFTEN][0])
    steps, times = np.unique(visits["step"][here & (numbers == item)], return_counts=True)
    step = int(steps[times > min(OFTEN, times.max() - 1)][0])
    found = f"item {item} goes round for ever at tick {tick}"
    return SimulationError(found, step=step, item=item, tick=tick)
