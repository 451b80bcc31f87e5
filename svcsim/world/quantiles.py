"""Uniforms become durations, numbers and ways: inversion only, one uniform for one value.

A larger uniform never gives a shorter duration, so two scenarios that share their uniforms
differ by their inputs alone. There is no log, exp or pow here: both engines, every machine and
every version of the C library get the same bits from the same tables.

A quantile table holds a shape for v in [2**-53, 1/2), the distance of u from the nearer end, in
two halves: quantiles of v, then of 1 - v. Each half has an octave [2**-(53 - o), 2**-(52 - o))
for o = 0, 1, ..., 51, cut into 16 equal cells; in a cell the quantile is a polynomial in x, which
goes from -1 to 1 across it. The exponent of v and its first four bits are the number of the cell.
"""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import CELLS, DEGREE, OCTAVES, Floats, Records
from svcsim.model.codes import PieceKind

_SMALLEST = 2.0**-53
_LARGEST = 0.5 - 2.0**-54
_HALF = OCTAVES * CELLS
_CELL_BITS = 48
"""Bits of a float64 behind the exponent and the four that number the cell."""
_FIRST_CELL = (1023 - 53) * CELLS
_REST = (1 << _CELL_BITS) - 1
_OCTAVE = int(PieceKind.OCTAVE)
_LONGEST = 2.0**53
EXPECTED = 1024
"""Quantiles whose mean is what is expected of a distribution, by who chooses by it."""


@inlined
def evaluate(tables: Floats, table: int, half: int, v: float) -> float:
    """Return the quantile of a shape at v (half 0) or 1 - v (half 1)."""
    bits = np.float64(min(max(v, _SMALLEST), _LARGEST)).view(np.int64)
    cell = (bits >> _CELL_BITS) - _FIRST_CELL
    x = np.float64(bits & _REST) * 2.0 ** (1 - _CELL_BITS) - 1.0
    at = (half * _HALF + cell) * (DEGREE + 1)
    value = tables[table, at + DEGREE]
    for k in range(DEGREE - 1, -1, -1):
        value = value * x + tables[table, at + k]
    return float(value)


@inlined
def quantile(
    distributions: Records, pieces: Records, tables: Floats, distribution: int, u: float
) -> float:
    """Return the quantile of a distribution at u in (0, 1), in ticks.

    Parameters
    ----------
    distributions, pieces, tables
        As `svcsim.model.arrays.Model` has them.
    distribution
        Index in `distributions`.
    """
    first = distributions[distribution]["first"]
    low = first
    high = first + distributions[distribution]["n"] - 1
    while low < high:
        middle = (low + high) >> 1
        if u < pieces[middle]["upper"]:
            high = middle
        else:
            low = middle + 1
    piece = pieces[low]
    below = pieces[low - 1]["upper"] if low > first else 0.0
    width = piece["upper"] - below
    stretch = piece["high"] - piece["low"]
    if width == 1.0 and stretch == 1.0:
        w, rest = u, 1.0 - u  # the same, without division
    else:
        w = piece["low"] + (u - below) / width * stretch
        rest = (1.0 - piece["high"]) + (piece["upper"] - u) / width * stretch
    if piece["kind"] == _OCTAVE:
        if w < 0.5:
            w = evaluate(tables, piece["table"], 0, w)
        else:
            w = evaluate(tables, piece["table"], 1, rest)
    return float(min(max(piece["shift"] + piece["scale"] * w, piece["least"]), piece["most"]))


@inlined
def for_each(x: float, quantity: int) -> float:
    """Return the time that so many take of which each takes x (semantics 72)."""
    return x * quantity


@inlined
def duration(x: float, factor: float) -> int:
    """Return a duration in ticks, rounded half to even (semantics 2); -1 if out of range."""
    ticks = np.rint(x * factor)
    if not ticks <= _LONGEST:
        return -1
    return int(max(ticks, 0.0))


@jit
def expected(distributions: Records, pieces: Records, tables: Floats, distribution: int) -> float:
    """Return the mean of `EXPECTED` equally likely quantiles, none below 0, in ticks (22)."""
    total = 0.0
    for k in range(EXPECTED):
        u = (k + 0.5) / EXPECTED
        total += max(quantile(distributions, pieces, tables, distribution, u), 0.0)
    return total / EXPECTED


@inlined
def choose(factors: Floats, first: int, n: int, u: float) -> int:
    """Return the index of the first of n cumulative shares that is above u, at most n - 1."""
    low = 0
    high = n - 1
    while low < high:
        middle = (low + high) >> 1
        if u < factors[first + middle]:
            high = middle
        else:
            low = middle + 1
    return low


@jit
def choose_changed(factors: Floats, first: int, n: int, way: int, factor: float, u: float) -> int:
    """Return which of n cumulative shares u points to where that of one way is changed (48).

    It takes its value, at most 1, and the others share the rest in proportion; where it has no
    share, or the others have none, nothing changes.
    """
    share = factors[first + way] - (factors[first + way - 1] if way > 0 else 0.0)
    if share <= 0.0 or share >= 1.0:
        return choose(factors, first, n, u)
    value = min(share * factor, 1.0)
    others = (1.0 - value) / (1.0 - share)
    total = before = 0.0
    last = way
    for i in range(n):
        part = value if i == way else (factors[first + i] - before) * others
        before = factors[first + i]
        total += part
        if u < total:
            return i
        if part > 0.0:
            last = i
    return last


@jit
def quantiles(
    distributions: Records, pieces: Records, tables: Floats, distribution: int, u: Floats
) -> Floats:
    """Return the quantiles of a distribution at many u, not below 0."""
    found = np.empty(len(u))
    for k in range(len(u)):
        value = quantile(distributions, pieces, tables, distribution, u[k])
        found[k] = value if value > 0.0 else 0.0
    return found


@jit
def share_upto(
    distributions: Records, pieces: Records, tables: Floats, distribution: int, ticks: float,
    low: float, high: float,
) -> float:  # fmt: skip
    """Return the least u in [low, high] from which the quantile exceeds `ticks`."""
    ends = np.array([max(low, _SMALLEST), min(high, 1.0 - _SMALLEST)])
    ends = quantiles(distributions, pieces, tables, distribution, ends)
    if ends[0] > ticks:
        return low
    if ends[1] <= ticks:
        return high
    for _ in range(60):
        middle = (low + high) / 2.0
        value = quantile(distributions, pieces, tables, distribution, middle)
        if (value if value > 0.0 else 0.0) > ticks:
            high = middle
        else:
            low = middle
    return high


@jit
def residual(
    distributions: Records, pieces: Records, tables: Floats, distribution: int, quantity: int,
    age: float, u: float,
) -> float:  # fmt: skip
    """Return what is left of a duration that has lasted for `age` ticks (semantics 53).

    That is Q(F + u (1 - F)) - age with F the share of durations that are not longer, at least 0; a
    duration is for each of `quantity`.
    """
    low = 0.0
    high = 1.0
    for _ in range(60):
        middle = (low + high) / 2.0
        x = quantile(distributions, pieces, tables, distribution, middle)
        if for_each(x, quantity) <= age:
            low = middle
        else:
            high = middle
    at = min(low + u * (1.0 - low), 1.0 - _SMALLEST)
    x = quantile(distributions, pieces, tables, distribution, at)
    return max(for_each(x, quantity) - age, 0.0)
