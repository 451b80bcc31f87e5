"""Examples of every distribution, with what theory says about each."""

import json
from dataclasses import dataclass
from functools import cache
from math import exp, gamma, log, sqrt
from typing import Any

from pydantic import TypeAdapter
from scipy import stats

from svcsim.model.quantile_tables import QuantileTables
from svcsim.scenario.distribution import Count, Dist
from svcsim.world.quantiles import quantile

MIN = 60_000_000
H = 60 * MIN
BD = 8 * H
ROUNDED = 2.0**-48
DIST = TypeAdapter(Dist)
COUNT = TypeAdapter(Count)


def dist(value: Any) -> Any:
    return DIST.validate_python(value)


@cache
def _tables(values: str) -> tuple[Any, Any, Any]:
    made = QuantileTables()
    for value in json.loads(values):
        made.add(dist(value), bd_ticks=BD)
    return made.arrays()


def tables(*values: Any) -> tuple[Any, Any, Any]:
    """Distributions, pieces and tables of some distributions."""
    return _tables(json.dumps(values))


def quantile_of(index: int, u: float) -> float:
    """Quantile of one of the examples."""
    return quantile(*tables(EXAMPLES[index].value), 0, u)


@dataclass(frozen=True)
class Example:
    """A distribution with its mean and standard deviation, and with its law, all in ticks."""

    value: Any
    mean: float
    sd: float
    law: Any = None
    """Frozen distribution of scipy.stats, where there is one."""
    beyond: float = 0.0
    """Share of the mean square that comes from values which no uniform is large enough for."""
    rounded: float = 0.0
    """Rounding of the probabilities of `law`, where scipy.stats takes differences."""

    def __str__(self) -> str:
        return str(self.value)


def lognormal(mean: float, cv: float) -> Example:
    sigma = sqrt(log(1 + cv * cv))
    law = stats.lognorm(sigma, scale=mean * MIN / exp(sigma * sigma / 2))
    beyond = float(stats.norm.sf(stats.norm.isf(2.0**-53) - 2 * sigma))
    return Example({"mean": f"{mean} min", "cv": cv}, mean * MIN, cv * mean * MIN, law, beyond)


def weibull(mean: float, power: float) -> tuple[float, Any]:
    """Coefficient of variation and law."""
    first, second = gamma(1 + 1 / power), gamma(1 + 2 / power)
    return sqrt(second / first**2 - 1), stats.weibull_min(power, scale=mean / first)


def of_law(value: Any, law: Any, rounded: float = 0.0) -> Example:
    return Example(value, float(law.mean()), float(law.std()), law, rounded=rounded)


def pert(low: float, likely: float, high: float) -> Example:
    """Mean (low + 4 likely + high) / 6, variance (mean - low) (high - mean) / 7."""
    a, b = 1 + 4 * (likely - low) / (high - low), 1 + 4 * (high - likely) / (high - low)
    mean = (low + 4 * likely + high) / 6
    value = {"low": f"{low} h", "likely": f"{likely} h", "high": f"{high} h"}
    law = stats.beta(a, b, loc=low * H, scale=(high - low) * H)
    sd = sqrt((mean - low) * (high - mean) / 7) * H
    return Example(value, mean * H, sd, law, rounded=ROUNDED)


def triangular(a: float, m: float, b: float) -> Example:
    """Mean (a + m + b) / 3, variance (a² + m² + b² - a m - a b - m b) / 18."""
    value = {"low": f"{a} h", "likely": f"{m} h", "high": f"{b} h", "distribution": "triangular"}
    sd = sqrt((a * a + m * m + b * b - a * m - a * b - m * b) / 18)
    law = stats.triang((m - a) / (b - a), loc=a * H, scale=(b - a) * H)
    return Example(value, (a + m + b) / 3 * H, sd * H, law, rounded=ROUNDED)


def _hyperexponential(cv: float) -> Example:
    value = {"mean": "1 h", "cv": cv, "distribution": "hyperexponential"}
    return Example(value, H, cv * H)


_CV, _WEIBULL = weibull(45 * MIN, 0.7)
_STEEP, _STEEP_LAW = weibull(45 * MIN, 4.0)
_SIGMA90 = log(3) / stats.norm.ppf(0.9)
_SAMPLES = {"csv": "samples.csv", "column": "minutes", "unit": "min"}
_EXPONENTIAL = {"mean": "1 h", "distribution": "exponential"}

SMOOTH = [
    lognormal(45, 0.1),
    lognormal(45, 1.2),
    lognormal(45, 3),
    of_law({"median": "5 bd", "sigma": 0.9}, stats.lognorm(0.9, scale=5 * BD)),
    of_law({"p50": "1 h", "p90": "3 h"}, stats.lognorm(_SIGMA90, scale=H)),
    of_law(_EXPONENTIAL, stats.expon(scale=H)),
    of_law({"mean": "2 bh", "cv": 0.5, "distribution": "gamma"}, stats.gamma(4, scale=H / 2)),
    of_law({"mean": "1 h", "cv": 1, "distribution": "gamma"}, stats.expon(scale=H)),
    of_law({"mean": "1 h", "cv": 2, "distribution": "gamma"}, stats.gamma(0.25, scale=4 * H)),
    of_law({"mean": "45 min", "cv": _CV, "distribution": "weibull"}, _WEIBULL),
    of_law({"mean": "45 min", "cv": _STEEP, "distribution": "weibull"}, _STEEP_LAW),
    of_law({"mean": "1 h", "stages": 3, "distribution": "erlang"}, stats.gamma(3, scale=H / 3)),
    of_law({"low": "1 h", "high": "6 h"}, stats.uniform(H, 5 * H)),
    pert(1, 2, 6),
    pert(0, 3, 3),
    pert(1, 1, 6),
    triangular(1, 2, 6),
    triangular(0, 3, 3),
    of_law(
        {"scipy": "gamma", "unit": "min", "a": 2.5, "scale": 3}, stats.gamma(2.5, scale=3 * MIN)
    ),
    of_law({"scipy": "invgauss", "unit": "h", "mu": 0.6}, stats.invgauss(0.6, scale=H)),
    of_law({"scipy": "foldnorm", "unit": "h", "c": 0.5}, stats.foldnorm(0.5, scale=H), ROUNDED),
    of_law(
        {"scipy": "triang", "unit": "h", "c": 0.3, "loc": 1},
        stats.triang(0.3, loc=H, scale=H),
        ROUNDED,
    ),
]
"""Laws without constants, that scipy.stats knows too."""

OTHERS = [
    Example("5 min", 5 * MIN, 0),
    Example("0 h", 0, 0),
    Example({"value": "5 min", "zero": "20%"}, 4 * MIN, 2 * MIN),
    Example({"mean": "5 min", "cv": 0}, 5 * MIN, 0),
    Example({"low": "2 h", "likely": "2 h", "high": "2 h"}, 2 * H, 0),
    _hyperexponential(1.5),
    _hyperexponential(4),
    Example(
        {"values": {"4 min": "50%", "2 min": "30%", "10 min": "rest"}}, 4.6 * MIN, sqrt(8.04) * MIN
    ),
    # 1, 2, 4, 4, 9: lines between neighbours, each with a quarter
    Example(
        _SAMPLES,
        (1.5 + 3 + 4 + 6.5) / 4 * MIN,
        sqrt(((1 + 2 + 4) + (4 + 8 + 16) + 48 + (16 + 36 + 81)) / 12 - 3.75**2) * MIN,
    ),
    Example(
        {**_SAMPLES, "discrete": True},
        4 * MIN, sqrt((1 + 4 + 16 + 16 + 81) / 5 - 16) * MIN,
    ),
    # means 1 and 3, second moments 2 and 9
    Example(
        {"mixture": [{"share": "75%", "of": _EXPONENTIAL}, {"share": "rest", "of": "3 h"}]},
        1.5 * H, sqrt(0.75 * 2 + 0.25 * 9 - 1.5**2) * H,
    ),
    # two humps with next to nothing between them
    Example(
        {"mixture": [
            {"share": "40%", "of": {"mean": "1 min", "cv": 0.1}},
            {"share": "60%", "of": {"mean": "1 h", "cv": 0.1}},
        ]},
        36.4 * MIN, sqrt(0.4 * 1.01 + 0.6 * 3636 - 36.4**2) * MIN,
    ),
    # corners at 1 h and 2 h
    Example(
        {"mixture": [
            {"share": "40%", "of": {"low": "1 h", "high": "2 h"}},
            {"share": "60%", "of": _EXPONENTIAL},
        ]},
        1.2 * H, sqrt(0.4 * 7 / 3 + 0.6 * 2 - 1.2**2) * H,
    ),
    # constants at 0, at the samples and at 3 h, all else below 3 h
    Example(
        {"mixture": [
            {"share": "50%", "of": {**_SAMPLES, "discrete": True}},
            {"share": "rest", "of": {**_EXPONENTIAL, "at_most": "3 h", "zero": "5%"}},
        ]},
        2 * MIN + 0.475 * (1 - exp(-3)) * H,
        sqrt(
            0.5 * 118 / 5 + 0.475 * 2 * (1 - 4 * exp(-3)) * 3600
            - (2 + 0.475 * (1 - exp(-3)) * 60) ** 2
        ) * MIN,
    ),
    # lines only: means 3.75 and 3, mean squares 18 and 12
    Example(
        {"mixture": [
            {"share": "50%", "of": _SAMPLES},
            {"share": "rest", "of": {"low": "0 h", "high": "6 min"}},
        ]},
        3.375 * MIN, sqrt(15 - 3.375**2) * MIN,
    ),
]  # fmt: skip
"""Laws with constants, and others that scipy.stats does not know."""

EXAMPLES = SMOOTH + OTHERS
