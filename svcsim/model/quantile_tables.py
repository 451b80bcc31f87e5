"""Distributions of a scenario become DISTRIBUTION, PIECE and COUNT records and quantile tables.

Tables hold shapes: a lognormal with cv 0.8 is one table at every mean, and equal distributions
are one record.
"""

import math
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy import special

from svcsim.model.arrays import (
    COUNT,
    DISTRIBUTION,
    PIECE,
    TABLE_SIZE,
    TICKS_PER_HOUR,
    Floats,
    Records,
)
from svcsim.model.codes import PieceKind
from svcsim.model.laws import Law, constant, discrete, interpolated, joined, shaped, uniform
from svcsim.model.mixtures import Blend, mixture
from svcsim.model.octaves import tabulate
from svcsim.model.shapes import Beta, Gamma, Lognormal, Scipy, Shape, Weibull
from svcsim.model.solved import root
from svcsim.scenario import count as counts
from svcsim.scenario import distribution as scenario
from svcsim.scenario.units import LONGEST_TICKS, WALL_TICKS, Duration

EXPONENTIAL = Weibull(1.0)
"""Shape of the exponential: mean 1."""
_SMALLEST = 2.0**-53
_MOST_MEANS = 37
"""Times its mean, no draw of an exponential is longer: -log(2**-53) is 36.7."""
_FOREVER = 2.0**200
"""So many ticks on average that nothing comes."""
_Z90 = 1.2815515655446004
"""90 % quantile of the standard normal."""


def unit_ticks(unit: str, bd_ticks: int) -> int:
    """Return the ticks of a unit of time, where a business day has `bd_ticks`."""
    if unit in WALL_TICKS:
        return WALL_TICKS[unit]
    return bd_ticks if unit == "bd" else TICKS_PER_HOUR


def law(distribution: scenario.Distribution, *, bd_ticks: int, directory: Path = Path()) -> Law:
    """Return the law of a distribution, in ticks.

    Parameters
    ----------
    distribution
        Any of `svcsim.scenario.distribution`.
    bd_ticks
        Ticks of a business day; a business hour has `TICKS_PER_HOUR`.
    directory
        Directory that its CSV file is relative to.

    Raises
    ------
    ValueError
        If it cannot be tabulated, or its samples cannot be read.
    """
    if _repeatable(distribution):
        return _known(distribution, bd_ticks)
    return _law(distribution, bd_ticks, directory)


def _repeatable(distribution: scenario.Distribution) -> bool:
    """Return whether all of a distribution is in itself, and none of it in a mapping or a file."""
    if isinstance(distribution, scenario.Mixture):
        return all(_repeatable(part.of) for part in distribution.mixture)
    return not isinstance(distribution, scenario.Discrete | scenario.Empirical)


@lru_cache(maxsize=1024)
def _known(distribution: scenario.Distribution, bd_ticks: int) -> Law:
    """Return the law of a distribution; a model says the same of many steps."""
    return _law(distribution, bd_ticks, Path())


def _law(distribution: scenario.Distribution, bd_ticks: int, directory: Path) -> Law:
    """Return the law of a distribution, with its modifiers."""

    def ticks(duration: Duration) -> float:
        return duration.amount * unit_ticks(duration.unit, bd_ticks)

    result = _plain(distribution, bd_ticks, directory)
    if distribution.between is not None:
        result = result.between(*(ticks(end) for end in distribution.between))
    if distribution.plus is not None:
        result = result.shifted(ticks(distribution.plus))
    low = ticks(distribution.at_least) if distribution.at_least is not None else 0.0
    high = ticks(distribution.at_most) if distribution.at_most is not None else math.inf
    _check_order(low, high)
    result = result.limited(low, high)
    if distribution.zero:
        result = joined([(distribution.zero, constant(0.0)), (1 - distribution.zero, result)])
    return result


def _plain(distribution: scenario.Distribution, bd_ticks: int, directory: Path) -> Law:
    """Return the law of a distribution without its modifiers."""

    def ticks(duration: Duration) -> float:
        return duration.amount * unit_ticks(duration.unit, bd_ticks)

    match distribution:
        case scenario.Constant(value=value):
            return constant(ticks(value))
        case scenario.Lognormal(mean=mean, cv=cv):
            sigma = math.sqrt(math.log1p(cv * cv))
            return _lognormal(ticks(mean) / math.exp(sigma * sigma / 2), sigma)
        case scenario.LognormalMedian(median=median, sigma=sigma):
            return _lognormal(ticks(median), sigma)
        case scenario.LognormalQuantiles(p50=p50, p90=p90):
            _check_order(ticks(p50), ticks(p90))
            return _lognormal(ticks(p50), math.log(ticks(p90) / ticks(p50)) / _Z90)
        case scenario.Exponential(mean=mean):
            return shaped(EXPONENTIAL, ticks(mean))
        case scenario.Gamma(mean=mean, cv=cv):
            return _gamma(ticks(mean), cv)
        case scenario.Erlang(mean=mean, stages=stages):
            return _gamma(ticks(mean), 1 / math.sqrt(stages))
        case scenario.Weibull(mean=mean, cv=cv):
            if cv == 0:
                return constant(ticks(mean))
            power = _weibull_power(cv)
            return shaped(Weibull(power), ticks(mean) / math.gamma(1 + 1 / power))
        case scenario.Hyperexponential(mean=mean, cv=cv):
            return shaped(_hyperexponential(cv), ticks(mean))
        case scenario.Uniform(low=low, high=high):
            _check_order(ticks(low), ticks(high))
            return uniform(ticks(low), ticks(high))
        case scenario.Pert(low=low, likely=likely, high=high):
            return _pert(ticks(low), ticks(likely), ticks(high))
        case scenario.Triangular(low=low, likely=likely, high=high):
            return _triangular(ticks(low), ticks(likely), ticks(high))
        case scenario.Discrete():
            shares = sorted((ticks(value), share) for value, share in distribution.shares.items())
            return discrete(*np.array(shares).T)
        case scenario.Empirical(unit=unit):
            samples = distribution.samples(directory) * unit_ticks(unit, bd_ticks)
            if not distribution.discrete:
                return interpolated(samples)
            return discrete(*np.unique(samples, return_counts=True))
        case scenario.Mixture(mixture=parts):
            laws = [law(part.of, bd_ticks=bd_ticks, directory=directory) for part in parts]
            return mixture(tuple(zip(distribution.shares, laws, strict=True)))
        case scenario.Scipy(scipy=name, unit=unit):
            given = distribution.parameters
            scale, shift = given.pop("scale", 1.0), given.pop("loc", 0.0)
            size = unit_ticks(unit, bd_ticks)
            return shaped(Scipy(name, tuple(sorted(given.items()))), scale * size, shift * size)
        case _:
            raise NotImplementedError(type(distribution).__name__)


def _lognormal(median: float, sigma: float) -> Law:
    return shaped(Lognormal(sigma), median) if sigma > 0 else constant(median)


def _gamma(mean: float, cv: float) -> Law:
    if cv == 0:
        return constant(mean)
    shape = 1 / (cv * cv)
    return shaped(EXPONENTIAL if cv == 1 else Gamma(shape), mean / (1 if cv == 1 else shape))


@lru_cache(maxsize=256)
def _weibull_power(cv: float) -> float:
    """Return the power with which a Weibull has a coefficient of variation."""
    if cv == 1:
        return 1.0

    def excess(log_power: Floats, _: object) -> Floats:
        inverse = np.exp(-log_power)
        spread = special.gammaln(1 + 2 * inverse) - 2 * special.gammaln(1 + inverse)
        return np.asarray(spread - math.log1p(cv * cv))

    return math.exp(root(excess, np.log([0.05]), np.log([1e6]))[0])


@lru_cache(maxsize=256)
def _hyperexponential(cv: float) -> Shape:
    """Return two exponentials of equal weight in the mean, which is 1."""
    if cv == 1:
        return EXPONENTIAL
    p = (1 + math.sqrt((cv * cv - 1) / (cv * cv + 1))) / 2
    return Blend(((p, shaped(EXPONENTIAL, 0.5 / p)), (1 - p, shaped(EXPONENTIAL, 0.5 / (1 - p)))))


def _pert(low: float, likely: float, high: float) -> Law:
    _check_order(low, likely, high)
    if low == high:
        return constant(low)
    a = 1 + 4 * (likely - low) / (high - low)
    b = 1 + 4 * (high - likely) / (high - low)
    return shaped(Beta(a, b), high - low, low)


def _triangular(low: float, likely: float, high: float) -> Law:
    _check_order(low, likely, high)
    if low == high:
        return constant(low)
    rising = (likely - low) / (high - low)
    return joined(
        [
            (rising, shaped(Beta(2.0, 1.0), likely - low, low)),
            (1 - rising, shaped(Beta(1.0, 2.0), high - likely, likely)),
        ]
    )


def _check_order(*values: float) -> None:
    """Refuse a smaller value after a larger one, which a scenario cannot see with bd and bh."""
    if sorted(values) != list(values):
        hours = " and ".join(f"{value / TICKS_PER_HOUR:g} h" for value in values)
        raise ValueError(f"the durations are {hours} long; write the smaller ones first")


_SMALLEST_DRAW = 2.0**-53
"""No uniform is nearer to 0 or 1 (semantics 61)."""


def mean(distribution: scenario.Distribution, bd_ticks: int, directory: Path = Path()) -> float:
    """Return the mean of a distribution in ticks, limits and zeros included."""
    return law(distribution, bd_ticks=bd_ticks, directory=directory).moments()[0]


def second_moment(
    distribution: scenario.Distribution, bd_ticks: int, directory: Path = Path()
) -> float:
    """Return the mean of the square of a distribution in ticks²."""
    return law(distribution, bd_ticks=bd_ticks, directory=directory).moments()[1]


def largest(distribution: scenario.Distribution, bd_ticks: int, directory: Path = Path()) -> float:
    """Return the value in ticks that a distribution never exceeds, or inf."""
    return law(distribution, bd_ticks=bd_ticks, directory=directory).largest


class QuantileTables:
    """The distributions of one model, as they are added.

    Parameters
    ----------
    directory
        Directory that CSV files are relative to.
    """

    def __init__(self, directory: Path = Path()):
        self._directory = directory
        self._index: dict[tuple[Law, bool], int] = {}
        self._tables: dict[Shape, int] = {}

    def add(self, distribution: scenario.Distribution, *, bd_ticks: int) -> int:
        """Return the index of a distribution, the same one for equal distributions.

        Raises
        ------
        ValueError
            If it cannot be tabulated, or its samples cannot be read.
        """
        return self.add_law(
            law(distribution, bd_ticks=bd_ticks, directory=self._directory),
            each=distribution.each is not None,
        )

    def add_exponential(self, mean_ticks: float) -> int:
        """Return the index of an exponential distribution with a mean.

        What is longer than the longest duration is as long as that: no run takes so long.
        """
        law = shaped(EXPONENTIAL, min(mean_ticks, _FOREVER))
        if mean_ticks * _MOST_MEANS > LONGEST_TICKS:
            law = law.limited(0.0, float(LONGEST_TICKS))
        return self.add_law(law)

    def add_level(self, cv: float) -> tuple[int, float]:
        """Return the index of a gamma distribution with mean 1, and what no draw of it exceeds."""
        law = _gamma(1.0, cv)
        return self.add_law(law), 1.001 * float(law.isf(np.array([_SMALLEST_DRAW]))[0])

    def add_law(self, law: Law, *, each: bool = False) -> int:
        """Return the index of a law in ticks, which may be for each of a quantity."""
        for shape in law.shapes:
            self._tables.setdefault(shape, len(self._tables))
        return self._index.setdefault((law, each), len(self._index))

    def arrays(self) -> tuple[Records, Records, Floats]:
        """Return the distributions, pieces and tables of a `svcsim.model.arrays.Model`."""
        distributions = np.zeros(len(self._index), DISTRIBUTION)
        pieces = []
        first = 0
        for index, (law, each) in enumerate(self._index):
            mine = law.pieces.copy()
            curved = mine["kind"] == PieceKind.OCTAVE
            numbers = np.array([self._tables[shape] for shape in law.shapes], np.int64)
            mine["table"][curved] = numbers[mine["table"][curved]]
            distributions[index] = (first, len(mine), int(law.largest == 0), int(each))
            pieces.append(mine)
            first += len(mine)
        tables = [tabulate(shape).reshape(TABLE_SIZE) for shape in self._tables]
        return (
            distributions,
            np.concatenate(pieces) if pieces else np.zeros(0, PIECE),
            np.array(tables, np.float64).reshape(-1, TABLE_SIZE),
        )


class CountTables:
    """The distributions of whole numbers of one model, as they are added."""

    def __init__(self) -> None:
        self._records: list[tuple[int, int, int]] = []

    def add(self, count: counts.Count, factors: list[float]) -> int:
        """Append the cumulative probabilities of a count to `factors`; return its index."""
        offset, cumulative = cumulated(count)
        self._records.append((len(factors), len(cumulative), offset))
        factors.extend(cumulative.tolist())
        return len(self._records) - 1

    @property
    def records(self) -> Records:
        """COUNT."""
        return np.array(self._records, COUNT)


def cumulated(count: counts.Count) -> tuple[int, Floats]:
    """Return the smallest number of a count, and the probability of at most it and those after it.

    The last one is 1: what is beyond, no draw can tell from nothing.
    """
    match count:
        case counts.FixedCount(number=number):
            return number, np.ones(1)
        case counts.UniformCount(low=low, high=high):
            n = high - low + 1
            return low, np.arange(1, n + 1) / n
        case counts.DiscreteCount():
            shares = count.shares
            low, high = min(shares), max(shares)
            sums = np.cumsum([shares.get(number, 0.0) for number in range(low, high + 1)])
            return low, np.append(np.minimum(sums[:-1], 1.0), 1.0)
        case counts.GeometricCount(geometric=mean):
            if mean == 1:
                return 1, np.ones(1)
            step = math.log1p(-1 / mean)
            n = math.ceil(math.log(_SMALLEST) / step)
            return 1, np.append(-np.expm1(step * np.arange(1, n)), 1.0)
        case counts.NegativeBinomialCount(negative_binomial=mean, dispersion=dispersion):
            return 0, _negative_binomial(mean, 1 / dispersion)
        case counts.PoissonCount(poisson=mean):
            n = math.ceil(mean + 9 * math.sqrt(mean) + 30)
            return 0, np.append(special.pdtr(np.arange(n), mean), 1.0)


def _negative_binomial(mean: float, size: float) -> Floats:
    """Return the probability of at most 0, 1, 2, ...; of a gamma mixture of Poissons of a shape."""
    success, n = size / (size + mean), 1
    while special.betaincc(size, n, success) > _SMALLEST:
        n *= 2
    upto = special.betainc(size, np.arange(1, n + 1), success)
    n = int(np.searchsorted(upto, 1 - _SMALLEST)) + 1
    return np.append(np.minimum(upto[: n - 1], 1.0), 1.0)
