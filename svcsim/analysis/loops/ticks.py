"""Sums of ticks that may be larger than an integer: parts of them, and bounds of their size."""

from svcsim._jit import inlined

UNIT_BITS = 20
UNIT = 2.0**UNIT_BITS


@inlined
def part_of(ticks: int, shift: int, mask: int) -> int:
    """Return some bits of a number of ticks, which `svcsim.analysis.exact` puts together."""
    return (ticks >> shift) & mask


@inlined
def size_of(ticks: int) -> int:
    """Return a bound of the magnitude of some ticks, in units of `UNIT`.

    Whole numbers are added up faster than floats, each of which waits for the one before.
    """
    return (abs(ticks) >> UNIT_BITS) + 1


@inlined
def ticks_inside(begin: int, end: int, first: int, last: int) -> int:
    """Return the ticks of [begin, end) that lie in [first, last)."""
    return max(min(end, last) - max(begin, first), 0)
