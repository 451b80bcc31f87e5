"""Durations of several groups of items: their classes and their sums, in one pass."""

import numpy as np

from svcsim._jit import jit
from svcsim.model.arrays import Integers


@jit
def classes_of(
    ordered: Integers, ends: Integers, digits: int, half: int
) -> tuple[Integers, Integers, Integers, Integers, bool]:
    """Return classes of values, numbers of values in each, and the largest; and sums by group.

    Values of a group ascend, and end before ``ends``. A class is the value without its binary
    digits after the first `digits` and one. Of each group there is where its classes end, how many
    values it has, and their sum; and last, whether all sums are right. They are taken without the
    lowest `half` digits, and of these digits; together they may be too large.
    """
    most = len(ordered)
    found = np.empty((3, most), np.int64)
    of_group = np.zeros((3, len(ends)), np.int64)
    n, k, fine = 0, 0, True
    for group in range(len(ends)):
        upper, lower, first = 0, 0, k
        last = -1
        cut, above = 0, 2.0 ** (digits + 1)
        while k < ends[group]:
            value = ordered[k]
            upper += value >> half
            lower += value & ((1 << half) - 1)
            while float(value) >= above:
                cut += 1
                above *= 2.0
            of_value = (cut << digits) + (value >> cut)
            if of_value != last:
                found[0, n] = last = of_value
                found[1, n] = 0
                n += 1
            found[1, n - 1] += 1
            found[2, n - 1] = value
            k += 1
        of_group[0, group] = n
        of_group[1, group] = k - first
        of_group[2, group] = (upper << half) + lower
        fine &= max(float(upper) * 2.0**half, float(lower)) < 2.0**62
    return found[0, :n].copy(), found[1, :n].copy(), found[2, :n].copy(), of_group, fine
