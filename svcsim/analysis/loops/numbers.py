"""Columns of numbers: sums, levels, order, clocks, classes."""

import numpy as np

from svcsim._jit import jit
from svcsim.analysis.loops.ticks import part_of
from svcsim.model.arrays import Integers, Records


@jit
def add_up(groups: Integers, values: Integers, sums: Integers, shift: int, mask: int) -> float:
    """Add each value to the sum of its group; return the bound."""
    bound = 0.0
    for k in range(len(values)):
        bound += abs(float(values[k]))
        sums[groups[k]] += part_of(values[k], shift, mask)
    return bound


@jit
def order_of(groups: Integers, n: int) -> tuple[Integers, Integers]:
    """Return the order that sorts by group, -1 left out, and where each of n groups ends in it."""
    ends = np.zeros(n + 1, np.int64)
    for group in groups:
        if group >= 0:
            ends[group + 1] += 1
    for group in range(n):
        ends[group + 1] += ends[group]
    order = np.empty(ends[n], np.int64)
    for k in range(len(groups)):
        if groups[k] >= 0:
            order[ends[groups[k]]] = k
            ends[groups[k]] += 1
    return order, ends[:n]


@jit
def readings(openings: Records, ticks: Integers) -> Integers:
    """Return the open time in [0, tick), of each tick; quick where ticks nearly ascend."""
    read = np.empty(len(ticks), np.int64)
    n = len(openings)
    at = 0
    for k in range(len(ticks)):
        tick = ticks[k]
        if not (
            openings[at]["opens"] <= tick and (at + 1 == n or tick < openings[at + 1]["opens"])
        ):
            low = 0
            high = n
            while low < high:
                middle = (low + high) // 2
                if openings[middle]["opens"] <= tick:
                    low = middle + 1
                else:
                    high = middle
            at = max(low - 1, 0)
        opens = openings[at]["opens"]
        inside = min(max(tick - opens, 0), openings[at]["closes"] - opens)
        read[k] = openings[at]["before"] + inside
    return read


@jit
def add_pairs(one: Integers, other: Integers) -> tuple[Integers, float]:
    """Return the sums of two columns, and the bound of both together."""
    sums = np.empty(len(one), np.int64)
    bound = 0.0
    for k in range(len(one)):
        sums[k] = one[k] + other[k]
        bound += abs(float(one[k])) + abs(float(other[k]))
    return sums, bound


@jit
def merge_classes(
    classes: Integers,
    counts: Integers,
    largest: Integers,
    others: Integers,
    other_counts: Integers,
    other_largest: Integers,
) -> tuple[Integers, Integers, Integers]:
    """Return the same of the values of two (`classes_of`) together."""
    most = len(classes) + len(others)
    found = np.empty((3, most), np.int64)
    n, i, j = 0, 0, 0
    while i < len(classes) or j < len(others):
        ours = j == len(others) or (i < len(classes) and classes[i] <= others[j])
        theirs = i == len(classes) or (j < len(others) and others[j] <= classes[i])
        found[0, n] = classes[i] if ours else others[j]
        found[1, n] = found[2, n] = 0
        if ours:
            found[1, n] = counts[i]
            found[2, n] = largest[i]
            i += 1
        if theirs:
            found[1, n] += other_counts[j]
            found[2, n] = max(found[2, n], other_largest[j])
            j += 1
        n += 1
    return found[0, :n].copy(), found[1, :n].copy(), found[2, :n].copy()
