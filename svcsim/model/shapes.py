"""Shapes: continuous laws without scale and place, which many distributions share.

Every shape gives probabilities and quantiles from either end, so that both tails keep their
relative accuracy. A shape is its own key: equal shapes are one table.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from scipy import special

from svcsim.model.solved import Array, Solved

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
