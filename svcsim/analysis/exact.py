"""Exact sums of ticks: integers first, numbers last (semantics 65).

A tick count fits into 64 bits; a sum of many may not. Sums here are exact whatever their size.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.model.arrays import Integers

HALF = 32
"""Bits of the lower part when a sum is taken in two parts."""
LOWER = 2**HALF - 1
SAFE = 2**62
"""A sum of magnitudes below this cannot wrap in int64."""


def total(values: Integers) -> int:
    """Sum as a Python integer, of any size.

    >>> total(np.full(4, 2**62))
    18446744073709551616
    """
    if _small(values):
        return int(values.sum(dtype=np.int64))
    return (int((values >> HALF).sum()) << HALF) + int((values & LOWER).sum())


def grouped(groups: Integers, n: int, values: Integers) -> NDArray[Any]:
    """Sums by group, shape (n,): int64 where that is safe, else Python integers in an object array.

    `groups` holds numbers in [0, n), one for each value.
    """
    if _small(values):
        return _added(groups, n, values)
    high = _added(groups, n, values >> HALF).astype(object)
    low = _added(groups, n, values & LOWER).astype(object)
    sums: NDArray[Any] = (high << HALF) + low
    return sums


def within(begin: Integers, end: Integers, first: int, last: int) -> Integers:
    """Ticks of each [begin, end) that lie in [first, last)."""
    inside: Integers = np.minimum(end, last) - np.maximum(begin, first)
    return np.maximum(inside, 0)


def integral(begin: Integers, end: Integers) -> int:
    """The time integral of how many of [begin, end) are open, walked from event to event.

    It is the left side of Little's law; the right side is the sum of ``end - begin``.
    """
    if not begin.size:
        return 0
    opens, closes = np.sort(begin), np.sort(end)
    times = np.sort(np.concatenate([opens, closes]))
    number = np.searchsorted(opens, times, "right") - np.searchsorted(closes, times, "right")
    number, gaps = number[:-1], np.diff(times)
    if int(number.max(initial=0)) * int(gaps.max(initial=0)) < SAFE:
        return total(number * gaps)
    return (total(number * (gaps >> HALF)) << HALF) + total(number * (gaps & LOWER))


def _small(values: Integers) -> bool:
    """Whether no sum of some of the values can wrap."""
    if not values.size:
        return True
    return len(values) * max(int(values.max()), -int(values.min())) < SAFE


def _added(groups: Integers, n: int, values: Integers) -> Integers:
    sums: Integers = np.zeros(n, np.int64)
    np.add.at(sums, groups, values)
    return sums
