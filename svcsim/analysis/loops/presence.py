"""Presence: what people did."""

from svcsim._jit import jit
from svcsim.analysis.loops.ticks import part_of, ticks_inside
from svcsim.model.arrays import Integers, Records


@jit
def sum_presence(
    slices: Records,
    stream: Integers,
    cls: Integers,
    cohort: Records,
    busy: Integers,
    of_group: Integers,
    effort: Integers,
    touch: Integers,
    at_work: Integers,
    table: int,
    first: int,
    last: int,
    shift: int,
    mask: int,
) -> float:
    """Add the presence of people to sums (`Presence`); return the bound.

    Parameters
    ----------
    busy, of_group, effort, touch, at_work
        Fields of `Presence`, to be added to; `at_work` by table, number `table`.
    """
    bound = 0.0
    for k in range(len(slices)):
        one = slices[k]
        item, pool, group = one["item"], one["pool"], one["group"]
        v, c = stream[item], cls[item]
        length, called, setup = one["end"] - one["begin"], one["called"], one["setup"]
        bound += abs(float(length)) + abs(float(called)) + abs(float(setup))
        within = part_of(ticks_inside(one["begin"], one["end"], first, last), shift, mask)
        busy[pool, v] += within
        of_group[group, v] += within
        at_work[table, one["step"], c] += part_of(length - called, shift, mask)
        if not cohort[item]:
            continue
        effort[group, v, c] += part_of(length, shift, mask)
        touch[pool, v] += part_of(length - called - setup, shift, mask)
    return bound
