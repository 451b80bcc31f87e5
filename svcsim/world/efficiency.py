"""How long standard work takes those who are slower or faster than the standard (18)."""

from svcsim._jit import inlined, jit
from svcsim.model.arrays import Records

STANDARD = 1000
"""Permille of efficiency at which work takes as long as it says."""


@jit
def efficiency_at(stairs: Records, first: int, n: int, tick: int) -> int:
    """Return the permille of a group at a tick, on the stair that was reached last (3, 18)."""
    found = STANDARD
    for k in range(first, first + n):
        if stairs[k]["tick"] <= tick:
            found = stairs[k]["efficiency"]
    return int(found)


@inlined
def ticks_of_work(standard: int, efficiency: int) -> int:
    """Return the ticks in which standard work is done: ⌈1000 R / p⌉."""
    if efficiency == STANDARD:
        return standard
    return (STANDARD * standard + efficiency - 1) // efficiency


@inlined
def standard_work(ticks: int, efficiency: int) -> int:
    """Return the standard work that is done in some ticks: ⌊e p / 1000⌋."""
    return ticks * efficiency // STANDARD
