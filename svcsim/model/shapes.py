"""Shapes: continuous laws without scale and place, which many distributions share.

Every shape gives probabilities and quantiles from either end, so that both tails keep their
relative accuracy. A shape is its own key: equal shapes are one table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import special

from svcsim.model.arrays import Integers

Array = NDArray[np.float64]

_DEEPEST = 54
_EPSILON = 2.0**-52
_NOISY = 2.0**-40
"""Nearer to an end inside another law, rounding would show: there a part is linear."""


class Shape(Protocol):
    """A continuous law."""

    def __hash__(self) -> int: ...

    def cdf(self, x: Array) -> Array:
        """Probability of a value up to x."""

    def sf(self, x: Array) -> Array:
        """Probability of a value above x."""

    def ppf(self, v: Array) -> Array:
        """Quantile of v."""

    def isf(self, v: Array) -> Array:
        """Quantile of 1 - v."""


@dataclass(frozen=True)
class Lognormal:
    """exp(sigma Z), Z standard normal: median 1."""

    sigma: float

    def cdf(self, x: Array) -> Array:
        """Probability of a value up to x."""
        with np.errstate(divide="ignore"):
            return np.asarray(special.ndtr(np.log(np.maximum(x, 0.0)) / self.sigma))

    def sf(self, x: Array) -> Array:
        """Probability of a value above x."""
        with np.errstate(divide="ignore"):
            return np.asarray(special.ndtr(-np.log(np.maximum(x, 0.0)) / self.sigma))

    def ppf(self, v: Array) -> Array:
        """Quantile of v."""
        return np.asarray(np.exp(self.sigma * special.ndtri(v)))

    def isf(self, v: Array) -> Array:
        """Quantile of 1 - v."""
        return np.asarray(np.exp(-self.sigma * special.ndtri(v)))


@dataclass(frozen=True)
class Gamma:
    """Gamma with scale 1: mean and variance are `shape`."""

    shape: float

    def cdf(self, x: Array) -> Array:
        """Probability of a value up to x."""
        return np.asarray(special.gammainc(self.shape, np.maximum(x, 0.0)))

    def sf(self, x: Array) -> Array:
        """Probability of a value above x."""
        return np.asarray(special.gammaincc(self.shape, np.maximum(x, 0.0)))

    def ppf(self, v: Array) -> Array:
        """Quantile of v."""
        return np.asarray(special.gammaincinv(self.shape, v))

    def isf(self, v: Array) -> Array:
        """Quantile of 1 - v."""
        return np.asarray(special.gammainccinv(self.shape, v))


@dataclass(frozen=True)
class Weibull:
    """Weibull with scale 1; power 1 is the exponential."""

    power: float

    def cdf(self, x: Array) -> Array:
        """Probability of a value up to x."""
        return np.asarray(-np.expm1(-(np.maximum(x, 0.0) ** self.power)))

    def sf(self, x: Array) -> Array:
        """Probability of a value above x."""
        return np.asarray(np.exp(-(np.maximum(x, 0.0) ** self.power)))

    def ppf(self, v: Array) -> Array:
        """Quantile of v."""
        return np.asarray((-np.log1p(-v)) ** (1 / self.power))

    def isf(self, v: Array) -> Array:
        """Quantile of 1 - v."""
        with np.errstate(divide="ignore"):
            return np.asarray((-np.log(v)) ** (1 / self.power))


@dataclass(frozen=True)
class Beta:
    """Beta on [0, 1]."""

    a: float
    b: float

    def cdf(self, x: Array) -> Array:
        """Probability of a value up to x."""
        return np.asarray(special.betainc(self.a, self.b, np.clip(x, 0.0, 1.0)))

    def sf(self, x: Array) -> Array:
        """Probability of a value above x."""
        return np.asarray(special.betainc(self.b, self.a, 1.0 - np.clip(x, 0.0, 1.0)))

    def ppf(self, v: Array) -> Array:
        """Quantile of v."""
        return np.asarray(special.betaincinv(self.a, self.b, v))

    def isf(self, v: Array) -> Array:
        """Quantile of 1 - v."""
        return np.asarray(special.betainccinv(self.a, self.b, v))


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


@dataclass(frozen=True)
class Scipy(Solved):
    """A continuous distribution of scipy.stats with loc 0 and scale 1."""

    name: str
    parameters: tuple[tuple[str, float], ...]

    @cached_property
    def _law(self) -> Any:
        from scipy import stats

        return getattr(stats, self.name)(**dict(self.parameters))

    @cached_property
    def _closed(self) -> bool:
        """Whether there is a formula for quantiles; otherwise scipy searches them one by one."""
        from scipy import stats

        return type(self._law.dist)._ppf is not stats.rv_continuous._ppf

    def _asked(self, name: str, x: Array) -> Array:
        """What scipy.stats answers, without its grumbling about the ends of the law."""
        with np.errstate(all="ignore"):
            return np.array(getattr(self._law, name)(x), np.float64)

    def cdf(self, x: Array) -> Array:
        """Probability of a value up to x."""
        return self._asked("cdf", x)

    def sf(self, x: Array) -> Array:
        """Probability of a value above x."""
        return self._asked("sf", x)

    def ppf(self, v: Array) -> Array:
        """Quantile of v."""
        return self._asked("ppf", v) if self._closed else super().ppf(v)

    def isf(self, v: Array) -> Array:
        """Quantile of 1 - v."""
        return self._asked("isf", v) if self._closed else super().isf(v)

    def around(self, v: Array, half: int) -> tuple[Array, Array]:
        """Two values on both sides of the quantile of v (half 0) or 1 - v (half 1)."""
        name = "isf" if half else "ppf"
        ends = np.sort([self._asked(name, v / 1.5), self._asked(name, v * 1.5)], axis=0)
        return ends[0], ends[1]


@dataclass(frozen=True)
class Part:
    """The values of a law between its quantiles at `low` and `high`."""

    whole: Shape
    low: float
    high: float

    def cdf(self, x: Array) -> Array:
        """Probability of a value up to x."""
        share = (self.whole.cdf(x) - self.low) / (self.high - self.low)
        return np.asarray(np.clip(share, 0.0, 1.0))

    def sf(self, x: Array) -> Array:
        """Probability of a value above x."""
        share = (self.whole.sf(x) - (1.0 - self.high)) / (self.high - self.low)
        return np.asarray(np.clip(share, 0.0, 1.0))

    def ppf(self, v: Array) -> Array:
        """Quantile of v."""
        if self.low == 0.0:
            return self._at(v, 1.0 - v)
        return self._beyond(v, self._at)

    def isf(self, v: Array) -> Array:
        """Quantile of 1 - v."""
        if self.high == 1.0:
            return self._at(1.0 - v, v)
        return self._beyond(v, lambda v, rest: self._at(rest, v))

    def _beyond(self, v: Array, quantile: Callable[[Array, Array], Array]) -> Array:
        """Quantile from an end of the part that lies inside the whole law."""
        near = np.array([0.0, _NOISY])
        ends = quantile(near, 1.0 - near)
        x = ends[0] + v / _NOISY * (ends[1] - ends[0])
        far = v > _NOISY
        x[far] = quantile(v[far], 1.0 - v[far])
        return np.asarray(x)

    def _at(self, below: Array, above: Array) -> Array:
        """Quantile where the part has the shares `below` and `above`."""
        width = self.high - self.low
        u = self.low + below * width
        rest = (1.0 - self.high) + above * width
        x = np.empty_like(u)
        lower = u < 0.5
        if lower.any():
            x[lower] = self.whole.ppf(u[lower])
        if not lower.all():
            x[~lower] = self.whole.isf(rest[~lower])
        return x
