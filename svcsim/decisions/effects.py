r"""What a change does to a response, over paired replications.

A response is a ratio of sums over replications, or a percentile of all items of them. A function of
the responses of several points, such as the difference of their logarithms, has the interval of the
jackknife: the function is taken with each replication left out of all points at once, which is what
common random numbers are for [1]_.

References
----------
.. [1] S. Asmussen and P. W. Glynn, "Stochastic Simulation: Algorithms and Analysis" (2007),
   sections III.5 (jackknife) and VII.1 (finite differences with common random numbers).
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.confidence import jackknife
from svcsim.analysis.key import Key
from svcsim.experiment.numbers import Number, Numbers
from svcsim.experiment.wanted import is_percentile
from svcsim.model.arrays import Floats

Mask = NDArray[np.bool_]


class Effect(NamedTuple):
    """A number with the pseudo-values that say how sure it is."""

    value: float
    """NaN where nothing can be said."""
    deviation: Floats
    """(replications,) pseudo-values less the number; 0 where a replication says nothing."""
    n: int
    """Replications that say something."""

    @property
    def half_width(self) -> float:
        """Half the length of the confidence interval; NaN with fewer than two replications."""
        return float(jackknife(self.deviation, self.n))

    @property
    def error(self) -> float:
        """Standard error; NaN with fewer than two replications."""
        if self.n < 2:
            return math.nan
        spread = (self.deviation**2).sum() - self.deviation.sum() ** 2 / self.n
        return math.sqrt(max(float(spread), 0.0) / (self.n - 1) / self.n)

    def times(self, factor: float) -> "Effect":
        """Return a multiple of it."""
        return Effect(factor * self.value, factor * self.deviation, self.n)

    def number(self, unit: str) -> Number:
        """Return the number with its interval."""
        return Number.even(self.value, self.half_width, unit, self.n)


def total(effects: Sequence[Effect]) -> Effect:
    """Return the sum of effects over the same replications."""
    value = math.fsum(one.value for one in effects)
    return Effect(value, np.sum([one.deviation for one in effects], axis=0),
                  min(one.n for one in effects))  # fmt: skip


def effect(function: Callable[..., Floats], key: Key, points: Sequence[Numbers]) -> Effect:
    """Return a function of a response at several points, with its pseudo-values.

    Parameters
    ----------
    function
        Of one array for each point, element by element.
    key
        Names the response.
    points
        The numbers of the points, with the same replications.
    """
    speak = np.logical_and.reduce([speaks(numbers, key) for numbers in points])
    n = int(speak.sum())
    if not n:
        return Effect(math.nan, np.zeros(len(speak)), 0)
    found = [_left_out(numbers, key, speak) for numbers in points]
    with np.errstate(divide="ignore", invalid="ignore"):
        value = float(function(*(np.float64(whole) for whole, _ in found)))
        without = function(*(rest for _, rest in found))
        deviation = np.where(speak, (n - 1) * (value - without), 0.0)
    if not math.isfinite(value):
        return Effect(math.nan, np.zeros(len(speak)), 0)
    if not np.isfinite(deviation).all():
        return Effect(value, np.full(len(speak), math.nan), n)
    return Effect(value, deviation, n)


def response(numbers: Numbers, key: Key) -> Effect:
    """Return the response itself."""
    return effect(lambda value: value, key, [numbers])


def elasticity(low: Numbers, high: Numbers, key: Key, span: float) -> Effect:
    """Return the central difference of the logarithm of a response.

    `span` is that of the logarithm of what was changed: ``log((1 + h) / (1 - h))``.
    """
    return effect(lambda a, b: (np.log(b) - np.log(a)) / span, key, [low, high])


def difference(base: Numbers, other: Numbers, key: Key) -> Effect:
    """Return what another point has more than the base."""
    return effect(lambda a, b: b - a, key, [base, other])


def relative(base: Numbers, other: Numbers, key: Key) -> Effect:
    """Return what another point has more than the base, as a share of the base."""
    return effect(lambda a, b: b / a - 1, key, [base, other])


def speaks(numbers: Numbers, key: Key) -> Mask:
    """Say which replications say something about a response."""
    mean = key._replace(statistic="mean") if is_percentile(key) else key
    mask: Mask = numbers.denominators[:, numbers.sums.index(mean)] > 0
    return mask


def _left_out(numbers: Numbers, key: Key, speak: Mask) -> tuple[float, Floats]:
    """Return a response, and what it is with each replication left out."""
    if is_percentile(key):
        histograms = numbers.histograms[key._replace(statistic="mean")]
        percent = int(key.statistic[1:])
        return histograms.percentile(percent), histograms.left_out(percent)
    column = numbers.sums.index(key)
    s = np.where(speak, numbers.numerators[:, column], 0.0)
    n = np.where(speak, numbers.denominators[:, column], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(s.sum() / n.sum()), (s.sum() - s) / (n.sum() - n)
