"""Exact sums of ticks: integers first, numbers last (semantics 65).

A tick count fits into 64 bits; a sum of many may not. Sums here are exact whatever their size: a
loop adds up magnitudes too, as floats; where that bound says that a sum of integers might wrap, the
upper and the lower halves of the ticks are added up apart.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.loops.levels import levels
from svcsim.analysis.loops.numbers import add_pairs, add_up
from svcsim.model.arrays import Integers

HALF = 32
"""Bits of the lower part when a sum is taken in two parts."""
LOWER = 2**HALF - 1
SAFE = 2.0**62
"""A sum of magnitudes below this cannot wrap in int64."""


_NOTHING, _COMPILED = nullcontext(), hasattr(add_up, "signatures")


def _no_warning() -> AbstractContextManager[None]:
    """The bound says that a sum is too large; without numba numpy would, too."""
    return _NOTHING if _COMPILED else np.errstate(over="ignore")


def exactly(add: Callable[[int, int], tuple[Any, ...]]) -> list[NDArray[Any]]:
    """Sums that a loop takes: int64 where that is safe, else Python integers in object arrays.

    Parameters
    ----------
    add
        A loop that adds up ``(ticks >> shift) & mask`` instead of any ticks, and returns its sums
        followed by a bound: the sum of the magnitudes of all ticks, as a float.

    >>> exactly(lambda shift, mask: ((2**61 >> shift & mask) * 4, 2.0**63))
    [array(9223372036854775808, dtype=object)]
    """
    with _no_warning():
        *sums, bound = add(0, -1)
    if bound < SAFE:
        return [np.asarray(one) for one in sums]
    pairs = zip(add(HALF, -1)[:-1], add(0, LOWER)[:-1], strict=True)
    return [_joined(upper, lower) for upper, lower in pairs]


def _joined(upper: Any, lower: Any) -> NDArray[Any]:
    parts = (np.asarray(part).astype(object) for part in (upper, lower))
    high, low = parts
    return np.asarray(high * 2**HALF + low, dtype=object)


def total(values: Integers) -> int:
    """Sum as a Python integer, of any size.

    >>> total(np.full(4, 2**62))
    18446744073709551616
    """
    return int(grouped(np.zeros(len(values), np.int64), 1, values)[0])


def grouped(groups: Integers, n: int, values: Integers) -> NDArray[Any]:
    """Sums by group, shape (n,): int64 where that is safe, else Python integers in an object array.

    `groups` holds numbers in [0, n), one for each value.
    """

    def add(shift: int, mask: int) -> tuple[Integers, float]:
        sums = np.zeros(n, np.int64)
        return sums, add_up(groups, values, sums, shift, mask)

    return exactly(add)[0]


def weighted(groups: Integers, n: int, values: Integers, weights: Integers) -> NDArray[Any]:
    """Sums of values times weights by group, as `grouped` takes those of values.

    >>> weighted(np.array([0, 0]), 1, np.array([2**61, 1]), np.array([4, 3]))
    array([9223372036854775811], dtype=object)
    """
    if float(np.abs(values).astype(float) @ np.abs(weights).astype(float)) >= SAFE:
        values = values.astype(object)
    sums = np.zeros(n, values.dtype)
    np.add.at(sums, groups, values * weights)
    return sums


def added(one: NDArray[Any], other: NDArray[Any]) -> NDArray[Any]:
    """Return sums of sums: int64 where nothing that is added up of them can wrap, else Python's.

    >>> added(np.array([1, 2]), np.array([2, -2]))
    array([3, 0])
    >>> added(np.array([2**61]), np.array([2**61]))
    array([4611686018427387904], dtype=object)
    """
    if object not in (one.dtype, other.dtype):
        with _no_warning():
            sums, bound = add_pairs(one.ravel(), other.ravel())
        if bound < SAFE:
            return sums.reshape(one.shape)
    return np.asarray(one.astype(object) + other.astype(object), dtype=object)


def times(sums: NDArray[Any], numbers: Integers) -> NDArray[Any]:
    """Multiply sums by numbers of 0 or more, of the same shape, exactly.

    >>> times(np.array([2**61]), np.array([4]))
    array([9223372036854775808], dtype=object)
    """
    if sums.dtype != object and float(np.abs(sums).max(initial=0)) * numbers.max(initial=0) < SAFE:
        return np.asarray(sums * numbers)
    return np.asarray(sums.astype(object) * numbers)


def within(begin: Integers, end: Integers, first: int, last: int) -> Integers:
    """Ticks of each [begin, end) that lie in [first, last)."""
    inside: Integers = np.minimum(end, last) - np.maximum(begin, first)
    return np.maximum(inside, 0)


def integrals(came: Integers, went: Integers, ends: Integers) -> NDArray[Any]:
    """The time integral of how many items of each stream are there, walked from event to event.

    It is the left side of Little's law; the right side is the sum of ``went - came``. Items of a
    stream end before ``ends``. They come in order; where they do not, or do not go in order, they
    are put in order.
    """
    with _no_warning():
        in_order = levels(came, went, ends, 0, -1)[1]
    if not in_order:
        came, went = came.copy(), went.copy()
        for begin, end in pairwise([0, *ends.tolist()]):
            came[begin:end].sort()
            went[begin:end].sort()

    def add(shift: int, mask: int) -> tuple[Integers, float]:
        found, _, bound = levels(came, went, ends, shift, mask)
        return found, bound

    return exactly(add)[0]
