r"""How sure a number is: Student's t over replications.

The replication is the only statistical unit (items of one replication depend on each other). A
number is a ratio of sums over replications, :math:`\hat\theta = \sum S_r / \sum N_r`, with
:math:`N_r = 1` for what each replication says once. Its interval is that of Student's t over the
jackknife's pseudo-values [1]_, which for :math:`N_r = 1` are the observations themselves.

References
----------
.. [1] J. W. Tukey, "Bias and confidence in not-quite large samples", Annals of Mathematical
   Statistics 29 (1958) 614; R. G. Miller, "The jackknife: a review", Biometrika 61 (1974).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from svcsim.model.arrays import Floats, Integers

CONFIDENCE = 0.95
METHOD = "95 %, Student t over replications; percentiles: Woodruff, with Student t"


class Estimate(NamedTuple):
    """Numbers with their uncertainty; arrays of one shape, or scalars."""

    value: Floats
    """NaN where no replication has anything to say."""
    half_width: Floats
    """NaN where fewer than two replications do."""
    n: Integers
    """Replications behind each."""


class Interval(NamedTuple):
    """A number with the ends of its interval, which need not lie evenly about it."""

    value: float
    """NaN where no replication has anything to say."""
    lower: float
    upper: float
    """NaN with fewer than two replications; infinite where nothing bounds it."""
    n: int
    """Replications behind it."""


def student_t(df: ArrayLike, confidence: float = CONFIDENCE) -> Floats:
    """Two-sided quantile of Student's t.

    >>> round(float(student_t(9)), 4)
    2.2622
    """
    from scipy.special import stdtrit

    quantile: Floats = stdtrit(np.asarray(df, np.float64), (1 + confidence) / 2)
    return quantile


def estimate(
    numerators: ArrayLike, denominators: ArrayLike | None = None, confidence: float = CONFIDENCE
) -> Estimate:
    """Ratio of sums over replications, with the half-width of its confidence interval.

    Parameters
    ----------
    numerators : array_like, shape (replications, ...)
        Sums by replication.
    denominators : array_like, same shape, optional
        What they are divided by; 0 where a replication has nothing to say, then it does not count.
        Without: 1 everywhere, the mean of the numerators.

    Examples
    --------
    >>> mean = estimate([10.2, 9.8, 10.4, 9.6])
    >>> float(mean.value), round(float(mean.half_width), 3)
    (10.0, 0.581)
    """
    s, n = _sums(numerators, denominators)
    value, deviation, count = _pseudo_values(s, n)
    return Estimate(value, jackknife(deviation, count, confidence), count)


def difference(
    base: tuple[ArrayLike, ArrayLike | None],
    other: tuple[ArrayLike, ArrayLike | None],
    confidence: float = CONFIDENCE,
) -> Estimate:
    """Ratio of sums of `other` minus that of `base`, over paired replications.

    Replication r of both has the same luck (common random numbers), so the pseudo-values are
    subtracted before their spread is taken. Replications in which either has nothing to say do not
    count. Each argument is a pair (numerators, denominators) as of `estimate`.
    """
    s0, n0 = _sums(*base)
    s1, n1 = _sums(*other)
    both = (n0 > 0) & (n1 > 0)
    value0, deviation0, count = _pseudo_values(np.where(both, s0, 0.0), np.where(both, n0, 0.0))
    value1, deviation1, _ = _pseudo_values(np.where(both, s1, 0.0), np.where(both, n1, 0.0))
    half_width = jackknife(deviation1 - deviation0, count, confidence)
    return Estimate(value1 - value0, half_width, count)


def _sums(numerators: ArrayLike, denominators: ArrayLike | None) -> tuple[Floats, Floats]:
    s = np.asarray(numerators, np.float64)
    n = np.ones_like(s) if denominators is None else np.asarray(denominators, np.float64)
    return np.where(n > 0, s, 0.0), n


def _pseudo_values(s: Floats, n: Floats) -> tuple[Floats, Floats, Integers]:
    """Ratio, pseudo-values minus the ratio (0 where a replication is silent), and speakers.

    With a replication left out the ratio changes by (S_r - ratio N_r) / (sum N - N_r), so that the
    pseudo-value differs from the ratio by count - 1 times as much.
    """
    count: Integers = (n > 0).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        value = s.sum(axis=0) / n.sum(axis=0)
        deviation = (count - 1) * (s - value * n) / (n.sum(axis=0) - n)
    return value, np.where((n > 0) & (count > 1), deviation, 0.0), count


def jackknife(deviation: Floats, count: Integers | int, confidence: float = CONFIDENCE) -> Floats:
    """Half-width from the pseudo-values less the number, of those that count; the others are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = deviation.sum(axis=0) / count
        squares = (deviation**2).sum(axis=0) - count * mean**2
        error = np.sqrt(np.maximum(squares, 0.0) / (count - 1) / count)
        half_width: Floats = student_t(count - 1, confidence) * error
    return np.where(count > 1, half_width, math.nan)
