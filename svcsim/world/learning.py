"""How much less time a step takes that has been done often (74)."""

from svcsim._jit import jit
from svcsim.model.arrays import Records
from svcsim.world.quantiles import duration


@jit
def learned(lessons: Records, first: int, n: int, done: int, work: int) -> int:
    """Return the ticks that drawn work takes at a step of which the touch was finished so often.

    The last of the stairs `lessons[first : first + n]` that has begun gives the factor.
    """
    low, high = first, first + n
    while low < high:
        middle = (low + high) >> 1
        if lessons[middle]["done"] <= done:
            low = middle + 1
        else:
            high = middle
    return int(duration(float(work), lessons[low - 1]["factor"])) if low > first else work
