"""Levels of several streams: how many items are there at a time."""

import numpy as np

from svcsim._jit import jit
from svcsim.analysis.loops.ticks import part_of
from svcsim.model.arrays import Integers


@jit
def levels(
    came: Integers, went: Integers, ends: Integers, shift: int, mask: int
) -> tuple[Integers, bool, float]:
    """Return the integrals of levels that rise when items come and fall when they go.

    They are walked from event to event. Items of a stream end before ``ends``; when they came
    ascends, and so does when they went, each by itself. And whether that is so; and the bound.
    """
    integrals = np.zeros(len(ends), np.int64)
    ascend = True
    bound = 0.0
    first = 0
    for stream in range(len(ends)):
        end = ends[stream]
        i, j, level, now = first, first, 0, 0
        while i < end or j < end:
            rises = i < end and (j == end or came[i] <= went[j])
            tick = came[i] if rises else went[j]
            if i == first and j == first:
                now = tick
            ascend &= tick >= now
            bound += abs(float(level)) * float(tick - now)
            integrals[stream] += level * part_of(tick - now, shift, mask)
            now = tick
            if rises:
                level += 1
                i += 1
            else:
                level -= 1
                j += 1
        first = end
    return integrals, ascend, bound
