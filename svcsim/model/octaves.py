"""Quantile tables: a continuous law as polynomials of degree 5 on a grid that follows both tails.

`svcsim.world.quantiles` says how a table is laid out and read. The nodes of a cell include its
ends, so that neighbours agree there and the quantile function stays monotone.
"""

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import numpy as np

from svcsim.model.arrays import CELLS, DEGREE, OCTAVES
from svcsim.model.shapes import Part, Shape
from svcsim.model.solved import Array

LARGEST_ERROR = 5e-11
"""Probability by which a tabulated quantile may miss where it is checked: 1e-10 everywhere."""
NEGLIGIBLE = 1e-13
"""Distance that nobody sees, compared with that from the least to a large value (1 in 1024)."""
MOST_PARTS = 64
"""Smooth parts that one shape may have."""

_EPSILON = 2.0**-52
_UNSEEN = 2.0**-40
"""So near to 0 or 1 a shape need not know its quantiles."""
_NODES = -np.cos(np.pi * np.arange(DEGREE + 1) / DEGREE)
_SOLVE = np.linalg.inv(np.vander(_NODES, increasing=True)).T
_BETWEEN = np.array([-0.92, -0.6, 0.0, 0.6, 0.92])
"""Places between the nodes where a polynomial is farthest from what it follows."""


def _grid(x: Array) -> Array:
    """Return v at the places x of every cell, from 2**-53 up: (OCTAVES, CELLS, len(x))."""
    octave = 2.0 ** (np.arange(OCTAVES) - OCTAVES - 1)
    cell = 1 + (np.arange(CELLS)[:, None] + (x + 1) / 2) / CELLS
    return octave[:, None, None] * cell


@lru_cache(maxsize=512)
def tabulate(shape: Shape) -> Array:
    """Return the quantile table of a shape: (2, OCTAVES, CELLS, DEGREE + 1), read-only.

    Raises
    ------
    ValueError
        If a quantile inside (0, 1) is not finite.
    """
    ends = _grid(_NODES[:-1]).ravel()
    v = np.append(ends, 0.5)
    rows = np.arange(OCTAVES * CELLS)[:, None] * DEGREE + np.arange(DEGREE + 1)
    values = np.stack([shape.ppf(v), shape.isf(v)])
    for row in values:
        known = np.isfinite(row)
        if not known[v > _UNSEEN].all():
            raise ValueError(f"{shape} has quantiles that are no numbers; choose another law")
        row[~known] = row[known.argmax()]
    values = np.stack([np.maximum.accumulate(values[0]), np.minimum.accumulate(values[1])])
    table = (values[:, rows] @ _SOLVE).reshape(2, OCTAVES, CELLS, DEGREE + 1)
    table.flags.writeable = False
    return table


def _polynomial(coefficients: Array, x: Array) -> Array:
    """Return the polynomials at x: (..., len(x))."""
    value = np.zeros((*coefficients.shape[:-1], len(x)))
    for k in range(DEGREE, -1, -1):
        value = value * x + coefficients[..., k : k + 1]
    return value


def misses(shape: Shape) -> Array:
    """Return the largest error of probability of each cell of a shape's table: (2, cells).

    Two values that nobody can tell apart count as the same.
    """
    v = _grid(_BETWEEN)
    table = tabulate(shape)
    low, high = _polynomial(table, _BETWEEN)
    span = table[1, -10, 0, 0] - table[0, 0, 0, 0]
    near = [NEGLIGIBLE * span + 4 * _EPSILON * np.abs(x) for x in (low, high)]
    ends = [
        (shape.cdf(low - near[0]), shape.cdf(low + near[0])),
        (shape.sf(high + near[1]), shape.sf(high - near[1])),
    ]
    miss = [np.maximum(np.maximum(least - v, v - most), 0.0) for least, most in ends]
    return np.asarray(np.max(miss, axis=-1).reshape(2, -1))


@lru_cache(maxsize=512)
def smooth_parts(shape: Shape, share: float = 1.0) -> tuple[float, ...]:
    """Return the ends 0, ..., 1 of the parts between which the quantile function is smooth.

    The shape has a share of a greater law, and errors are counted there. Where a table misses, the
    worst cell is halved until the corner, jump or gap in it is found.

    Raises
    ------
    ValueError
        If there is no end to it.
    """
    ends = [0.0, 1.0]
    done: set[tuple[float, float]] = set()
    while len(ends) <= MOST_PARTS:
        todo = [part for part in pairwise(ends) if part not in done]
        if not todo:
            return tuple(ends)
        low, high = todo[0]
        part = shape if (low, high) == (0.0, 1.0) else Part(shape, low, high)
        width = share * (high - low)
        if width <= LARGEST_ERROR or (miss := misses(part)).max() * width <= LARGEST_ERROR:
            done.add((low, high))
            continue
        half, cell = divmod(int(miss.argmax()), OCTAVES * CELLS)
        cut = _corner(part, half, cell, LARGEST_ERROR / 1000 / width)
        ends = sorted({*ends, low + cut * (high - low)})
    raise ValueError(f"{shape} has too many corners and jumps; choose another law")


def _corner(shape: Shape, half: int, cell: int, enough: float) -> float:
    """Return the probability at which the quantile function is least smooth within a cell."""
    grid = _grid(np.array([-1.0, 1.0])).reshape(-1, 2)
    a, b = grid[cell]
    quantile = shape.isf if half else shape.ppf
    while b - a > 1e-15:
        middle = (a + b) / 2
        left, right = (_roughness(quantile, *ends) for ends in ((a, middle), (middle, b)))
        if max(left, right) < enough:
            break
        a, b = (a, middle) if left >= right else (middle, b)
    middle = (a + b) / 2
    return float(1 - middle if half else middle)


def _roughness(quantile: Callable[[Array], Array], a: float, b: float) -> float:
    """Return by how much probability a polynomial misses a quantile function on [a, b]."""
    places = a + (b - a) * (np.concatenate([_NODES, _BETWEEN]) + 1) / 2
    values = quantile(places)
    nodes = values[: DEGREE + 1]
    span = abs(nodes[-1] - nodes[0])
    if span == 0:
        return 0.0
    error = np.abs(_polynomial(nodes @ _SOLVE, _BETWEEN) - values[DEGREE + 1 :]).max()
    return float(error / span * (b - a))
