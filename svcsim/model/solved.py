"""Quantiles that have no formula: they are searched for, many at once."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcsim.model.arrays import Integers

Array = NDArray[np.float64]

_DEEPEST = 54
"""Octaves below 1 that probabilities go down to."""
_EPSILON = 2.0**-52


class Solved:
    """A shape whose quantiles are searched for."""

    def cdf(self, x: Array) -> Array:
        """Probability of a value up to x."""
        raise NotImplementedError

    def sf(self, x: Array) -> Array:
        """Probability of a value above x."""
        raise NotImplementedError

    def around(self, v: Array, half: int) -> tuple[Array, Array]:
        """Two values on both sides of the quantile of v (half 0) or 1 - v (half 1)."""
        raise NotImplementedError

    def ppf(self, v: Array) -> Array:
        """Quantile of v."""
        return self._search(v, 0)

    def isf(self, v: Array) -> Array:
        """Quantile of 1 - v."""
        return self._search(v, 1)

    @cached_property
    def _ends(self) -> tuple[Array, Array]:
        """Quantiles of 2**-k and 1 - 2**-k for k = 0, 1, ...: they bracket all others closely."""
        v = 2.0 ** -np.arange(1.0, _DEEPEST + 1)
        lower, upper = (self._between(v, half, *self.around(v, half)) for half in (0, 1))
        return np.append(upper[0], lower), np.append(lower[0], upper)

    def _search(self, v: Array, half: int) -> Array:
        x = np.array(v, np.float64)
        near = x > 2.0**-_DEEPEST
        if not near.all():
            x[~near] = self.around(x[~near], half)[half]
        if near.any():
            k = -np.floor(np.log2(x[near])).astype(np.int64)
            first, second = self._ends[half][k], self._ends[half][k - 1]
            x[near] = self._between(x[near], half, *np.sort([first, second], axis=0))
        return x

    def _between(self, v: Array, half: int, low: Array, high: Array) -> Array:
        chance = self.sf if half else self.cdf
        return root(lambda x, i: chance(x) / v[i] - 1, low, high)


def root(f: Callable[[Array, Integers], Array], low: Array, high: Array) -> Array:
    """Return where f(x, i) changes sign between low[i] and high[i].

    T. R. Chandrupatla, *A new hybrid quadratic/bisection algorithm for finding the zero of a
    nonlinear function without using derivatives*, Advances in Engineering Software 28 (1997). Where
    there is no change of sign, the end at which f is nearer to 0.
    """
    i = np.arange(len(low), dtype=np.int64)
    a, b = low, high
    fa, fb = f(a, i), f(b, i)
    best = np.where(np.abs(fa) <= np.abs(fb), a, b)
    step = np.full(len(low), 0.5)
    active = (fa * fb < 0) & (a < b)
    while active.any():
        i = i[active]
        a, b, fa, fb, step = (values[active] for values in (a, b, fa, fb, step))
        x = a + step * (b - a)
        fx = f(x, i)
        same = np.sign(fx) == np.sign(fa)
        c, fc = np.where(same, a, b), np.where(same, fa, fb)
        b, fb = np.where(same, b, a), np.where(same, fb, fa)
        a, fa = x, fx
        best[i] = np.where(np.abs(fa) < np.abs(fb), a, b)
        tolerance = 2 * _EPSILON * np.abs(best[i]) / np.abs(b - a)
        active = (tolerance <= 0.5) & (fa != 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
            curve = fa / (fb - fa) * fc / (fb - fc)
            curve += (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
        trusted = (phi * phi < xi) & ((1 - phi) ** 2 < 1 - xi)
        step = np.clip(np.where(trusted, curve, 0.5), tolerance, 1 - tolerance)
    return best
