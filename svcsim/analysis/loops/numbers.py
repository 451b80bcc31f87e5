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
def level_ticks(opens: Integers, closes: Integers, shift: int, mask: int) -> tuple[int, float]:
    """Return the integral of a level that rises at each opening and falls at each closing.

    Both ascend. It is walked from event to event.
    """
    ticks = 0
    bound = 0.0
    level = 0
    i = 0
    j = 0
    now = min(opens[0], closes[0]) if len(opens) else 0
    while i < len(opens) or j < len(closes):
        rises = i < len(opens) and (j == len(closes) or opens[i] <= closes[j])
        tick = opens[i] if rises else closes[j]
        bound += abs(float(level)) * float(tick - now)
        ticks += level * part_of(tick - now, shift, mask)
        now = tick
        if rises:
            level += 1
            i += 1
        else:
            level -= 1
            j += 1
    return ticks, bound


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
def classes_of(
    ordered: Integers, digits: int, half: int
) -> tuple[Integers, Integers, Integers, int, int]:
    """Return the classes of values that ascend, the number of values in each, and the largest.

    A class is the value without its binary digits after the first `digits` and one. And the sums of
    all values without their lowest `half` digits, and of these digits.
    """
    classes = np.empty(len(ordered), np.int64)
    begins = np.empty(len(ordered), np.int64)
    upper, lower = 0, 0
    n, last = 0, -1
    cut, above = 0, 2.0 ** (digits + 1)
    for k in range(len(ordered)):
        value = ordered[k]
        upper += value >> half
        lower += value & ((1 << half) - 1)
        while float(value) >= above:
            cut += 1
            above *= 2.0
        of_value = (cut << digits) + (value >> cut)
        if of_value != last:
            classes[n] = last = of_value
            begins[n] = k
            n += 1
    counts = np.empty(n, np.int64)
    largest = np.empty(n, np.int64)
    for i in range(n):
        end = begins[i + 1] if i + 1 < n else len(ordered)
        counts[i] = end - begins[i]
        largest[i] = ordered[end - 1]
    return classes[:n].copy(), counts, largest, upper, lower


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
