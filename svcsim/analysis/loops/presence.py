"""Presence: what people did."""

from svcsim._jit import inlined, jit
from svcsim.model.arrays import Integers, Records


@inlined
def _part(ticks: int, shift: int, mask: int) -> int:
    return (ticks >> shift) & mask


@inlined
def _inside(begin: int, end: int, first: int, last: int) -> int:
    """Return the ticks of [begin, end) that lie in [first, last)."""
    return max(min(end, last) - max(begin, first), 0)


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
        within = _part(_inside(one["begin"], one["end"], first, last), shift, mask)
        busy[pool, v] += within
        of_group[group, v] += within
        at_work[table, one["step"], c] += _part(length - called, shift, mask)
        if not cohort[item]:
            continue
        effort[group, v, c] += _part(length, shift, mask)
        touch[pool, v] += _part(length - called - setup, shift, mask)
    return bound
