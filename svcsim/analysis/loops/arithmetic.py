"""Arithmetic that was written down (`svcsim.analysis.calculation`), done for one replication."""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import Floats, Integers, Records

ADD, SUBTRACT, MULTIPLY, DIVIDE, KNOWN = range(5)
"""What a step does: with two numbers, or put one there that is known beforehand."""
SMALL = 2.0**53
"""Whole numbers below it are floats, exactly."""
LARGEST = 2.0**62
"""Whole numbers that are larger are not done here."""


@jit
def calculate(
    given: Integers,
    code: Integers,
    left: Integers,
    right: Integers,
    whole: Records,
    known: Floats,
) -> tuple[Floats, bool]:
    """Return what is given, followed by the result of each step; and whether all of it is right.

    Whole numbers are added, subtracted and multiplied as such; what they come to, and a quotient of
    two, is rounded once. What is divided by 0 is 0.
    """
    n = len(given)
    values = np.empty(n + len(code))
    numbers = np.zeros(n + len(code), np.int64)
    fine_so_far = True
    for k in range(n):
        values[k] = numbers[k] = given[k]
        fine_so_far &= abs(values[k]) < LARGEST
    for k in range(len(code)):
        at = n + k
        if code[k] == KNOWN:
            values[at] = known[left[k]]
            if whole[at]:
                numbers[at] = np.int64(values[at])
            continue
        i, j = left[k], right[k]
        one, other = values[i], values[j]
        if code[k] == DIVIDE:
            if other == 0.0:
                values[at] = 0.0
            elif whole[i] and whole[j] and max(abs(one), abs(other)) >= SMALL:
                values[at], fine = rounded(numbers[i], numbers[j])
                fine_so_far &= fine
            else:
                values[at] = one / other
        elif code[k] == MULTIPLY:
            values[at] = one * other
            numbers[at] = numbers[i] * numbers[j]
        else:
            sign = 1 if code[k] == ADD else -1
            values[at] = one + sign * other
            numbers[at] = numbers[i] + sign * numbers[j]
        if whole[at]:
            fine_so_far &= abs(values[at]) < LARGEST
            values[at] = numbers[at]
    return values, fine_so_far


@inlined
def rounded(one: int, other: int) -> tuple[float, bool]:
    """Return the quotient of two whole numbers, rounded once; and whether that can be done here."""
    sign = 1.0 if (one < 0) == (other < 0) else -1.0
    one, other = abs(one), abs(other)
    quotient = one // other
    if quotient == 0 or float(quotient) >= SMALL:
        return 0.0, False
    rest = one - quotient * other
    unit = 1.0
    while float(quotient) * 2.0 < SMALL:
        rest *= 2
        quotient *= 2
        if rest >= other:
            rest -= other
            quotient += 1
        unit *= 0.5
    if rest * 2 > other or (rest * 2 == other and quotient % 2 == 1):
        quotient += 1
    return sign * float(quotient) * unit, True
