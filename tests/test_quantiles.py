"""Quantiles: every distribution has its moments and its law, and larger u is never shorter."""

import os
import subprocess
import sys
from itertools import pairwise
from math import inf, nan
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from distributions import BD, COUNT, EXAMPLES, MIN, SMOOTH, Example, H, dist, quantile_of, tables
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from svcsim._jit import jit
from svcsim.model.arrays import CELLS, OCTAVES
from svcsim.model.quantile_tables import (
    CountTables,
    QuantileTables,
    largest,
    law,
    mean,
    second_moment,
)
from svcsim.scenario.distribution import Dist
from svcsim.world.quantiles import choose, duration, quantile, share_upto
from svcsim.world.quantiles import quantiles as many_quantiles

uniforms = st.integers(0, 2**52 - 1).map(lambda k: (k + 0.5) * 2.0**-52)
_X, _WEIGHT = np.polynomial.legendre.leggauss(12)


@pytest.fixture(autouse=True, scope="module")
def _samples(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The file that examples read, in the directory in which they are read."""
    here, there = Path.cwd(), tmp_path_factory.mktemp("samples")
    (there / "samples.csv").write_text("id,minutes\n1,4\n2,1\n3,\n4,9\n5,4\n6,2\n")
    (there / "many.csv").write_text("h\n" + "\n".join(map(str, range(1, 100))))
    os.chdir(there)
    yield
    os.chdir(here)


def plain(function: Any) -> Any:
    """A function as Python runs it."""
    return getattr(function, "py_func", function)


@jit
def quantiles(distributions, pieces, tables, index, u):
    out = np.empty(len(u))
    for i in range(len(u)):
        out[i] = quantile(distributions, pieces, tables, index, u[i])
    return out


@jit
def durations(x, factor):
    out = np.empty(len(x), np.int64)
    for i in range(len(x)):
        out[i] = duration(x[i], factor)
    return out


def at(value: Any, u: Any) -> np.ndarray:
    """Quantiles of a distribution, from the table."""
    return quantiles(*tables(value), 0, np.atleast_1d(np.asarray(u, np.float64)))


def random_and_extreme() -> np.ndarray:
    rng = np.random.default_rng(7)
    tail = np.floor(2.0 ** rng.uniform(0, 51, 5_000))
    k = np.concatenate([rng.integers(0, 2**52, 100_000), tail, 2**52 - 1 - tail, [0, 2**52 - 1]])
    return np.sort((k + 0.5) * 2.0**-52)


U = random_and_extreme()
"""10^5 random and 10^4 extreme uniforms, in order."""


def integral(value: Any, power: int) -> float:
    """Mean of a power of the quantile of the table, by quadrature octave by octave."""
    made = tables(value)
    uppers = made[1]["upper"].tolist()
    total = 0.0
    for low, high in pairwise([0.0, *uppers]):
        ends = [0.0, *(2.0 ** -np.arange(53.0, 0, -1)).tolist()]
        for a, b in pairwise(ends):
            half = (b - a) / 2
            for from_low in (True, False):
                v = a + half * (1 + _X)
                u = low + (high - low) * v if from_low else high - (high - low) * v
                x = quantiles(*made, 0, np.clip(u, 2.0**-53, 1 - 2.0**-53))
                total += (high - low) * half * float(_WEIGHT @ x**power)
    return total


# ---- every distribution ----------------------------------------------------------------------


def test_no_distribution_is_left_out() -> None:
    members = set(get_args(get_args(Dist)[0]))
    assert len(members) == 16
    assert {type(dist(example.value)) for example in EXAMPLES} == members


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_table_has_the_mean_and_the_variance_of_the_theory(example: Example) -> None:
    first, second = integral(example.value, 1), integral(example.value, 2)
    assert first == pytest.approx(example.mean, rel=1e-9)
    square = example.mean**2 + example.sd**2
    allowed = (example.beyond + 1e-12) * square
    assert second - first**2 == pytest.approx(example.sd**2, rel=1e-9, abs=allowed)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_the_moments_for_predictions_are_those_of_the_theory(example: Example) -> None:
    value = dist(example.value)
    assert mean(value, BD) == pytest.approx(example.mean, rel=1e-10)
    square = example.mean**2 + example.sd**2
    assert second_moment(value, BD) == pytest.approx(square, rel=1e-10 + example.beyond)


@pytest.mark.parametrize("example", SMOOTH, ids=str)
def test_a_quantile_has_the_probability_that_was_asked_for(example: Example) -> None:
    x = at(example.value, U)
    smaller, larger = x * (1 - 2.0**-50), x * (1 + 2.0**-50)  # a double cannot say it closer
    low, high = U < 0.5, U >= 0.5
    below = np.maximum(example.law.cdf(smaller[low]) - U[low], 0)
    above = np.maximum(U[low] - example.law.cdf(larger[low]), 0)
    assert (np.maximum(below, above) <= 1e-10 * U[low] + example.rounded).all()
    rest = 1 - U[high]
    below = np.maximum(example.law.sf(larger[high]) - rest, 0)
    above = np.maximum(rest - example.law.sf(smaller[high]), 0)
    assert (np.maximum(below, above) <= 1e-10 * rest + example.rounded).all()


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_law_is_inverted_even_at_jumps(example: Example) -> None:
    x = at(example.value, U)
    exact = law(dist(example.value), bd_ticks=BD)
    assert (exact.cdf(x - 0.01, strictly=True) <= U + 1e-10).all()
    assert (exact.cdf(x + 0.01) >= U - 1e-10).all()


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_larger_uniform_never_gives_a_shorter_duration(example: Example) -> None:
    x = at(example.value, U)
    assert (np.diff(durations(x, 1.0)) >= 0).all()
    assert (np.diff(x) >= -1e-9 * np.maximum(1, x[1:])).all()
    assert (x >= 0).all()
    assert np.isfinite(x).all()
    assert x[-1] <= largest(dist(example.value), BD)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_quantiles_grow_across_every_edge_of_a_cell(example: Example) -> None:
    v = (2.0 ** -np.arange(2, OCTAVES + 2)[:, None] * (1 + np.arange(CELLS) / CELLS)).ravel()
    for edge in (v, 1 - v):
        around = np.stack([np.nextafter(edge, 0), edge, np.nextafter(edge, 1)], axis=1)
        around = np.clip(around, 2.0**-53, 1 - 2.0**-53)
        x = at(example.value, around.ravel()).reshape(-1, 3)
        assert (np.diff(x, axis=1) >= -1e-13 * np.maximum(1, x[:, 1:])).all()


@settings(deadline=None)
@given(uniforms, uniforms, st.sampled_from(range(len(EXAMPLES))))
def test_of_two_uniforms_the_larger_is_never_shorter(u: float, v: float, index: int) -> None:
    shorter, longer = quantile_of(index, min(u, v)), quantile_of(index, max(u, v))
    assert duration(shorter, 1.0) <= duration(longer, 1.0)


# ---- modifiers -------------------------------------------------------------------------------

PLAIN = {"mean": "45 min", "cv": 1.2}


@settings(deadline=None)
@given(uniforms)
def test_plus_is_added_to_every_value(u: float) -> None:
    assert at({**PLAIN, "plus": "10 min"}, u) == pytest.approx(at(PLAIN, u) + 10 * MIN, rel=1e-14)


@settings(deadline=None)
@given(uniforms)
def test_limits_replace_what_is_beyond_them(u: float) -> None:
    limited = at({**PLAIN, "at_least": "20 min", "at_most": "2 h"}, u)[0]
    x = at(PLAIN, u)[0]
    assert limited == pytest.approx(min(max(x, 20 * MIN), 2 * H), rel=1e-9)
    assert 20 * MIN <= limited <= 2 * H


@settings(deadline=None)
@given(uniforms)
def test_between_is_the_law_given_that_the_value_lies_there(u: float) -> None:
    sure = stats.lognorm(1, scale=H)
    below, upto = sure.cdf([0.5 * H, 3 * H])
    x = at({"median": "1 h", "sigma": 1, "between": ["30 min", "3 h"]}, u)[0]
    assert 0.5 * H <= x <= 3 * H
    assert (sure.cdf(x) - below) / (upto - below) == pytest.approx(u, abs=1e-10)


@settings(deadline=None)
@given(uniforms)
def test_zero_comes_before_everything_else(u: float) -> None:
    x = at({**PLAIN, "plus": "10 min", "at_least": "20 min", "zero": "25%"}, u)[0]
    rest = (u - 0.25) / 0.75
    if rest <= 0:
        assert x == 0
    elif 1e-9 < rest < 1 - 1e-9:
        assert x == pytest.approx(at({**PLAIN, "plus": "10 min", "at_least": "20 min"}, rest)[0])


def test_modifiers_are_applied_in_their_order() -> None:
    value = {
        "low": "0 h", "high": "10 h", "between": ["2 h", "6 h"], "plus": "1 h",
        "at_least": "4 h", "at_most": "6 h", "zero": "50%",
    }  # fmt: skip
    u = np.array([0.1, 0.49, 0.51, 0.62, 0.63, 0.75, 0.87, 0.88, 0.99])
    expected = np.array([0, 0, 4, 4, 4.04, 5, 5.96, 6, 6]) * H
    assert at(value, u) == pytest.approx(expected, rel=1e-12)


def test_values_are_in_ascending_order_whatever_order_they_are_written_in() -> None:
    value = {"values": {"4 min": "50%", "2 min": "30%", "10 min": "rest"}}
    u = [0.01, 0.2999, 0.3001, 0.7999, 0.8001, 0.99]
    assert at(value, u).tolist() == [2 * MIN, 2 * MIN, 4 * MIN, 4 * MIN, 10 * MIN, 10 * MIN]


def test_what_can_be_negative_becomes_nothing() -> None:
    value = {"scipy": "norm", "unit": "h", "loc": 1, "scale": 1}
    share = stats.norm.cdf(-1)
    assert at(value, [share / 2, share * 0.999]).tolist() == [0, 0]
    assert at(value, 0.5) == pytest.approx(H)
    # the mean of max(0, Z + 1), Z standard normal
    assert mean(dist(value), BD) == pytest.approx((1 - share + stats.norm.pdf(1)) * H)


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        ("5 min", 5 * MIN),
        (PLAIN, inf),
        ({**PLAIN, "at_most": "2 h"}, 2 * H),
        ({"low": "1 h", "likely": "2 h", "high": "6 h", "plus": "1 h"}, 7 * H),
        ({"mixture": [{"share": "5%", "of": "1 h"}, {"share": "rest", "of": "2 h"}]}, 2 * H),
    ],
)
def test_the_largest_value_is_known(value: Any, limit: float) -> None:
    assert largest(dist(value), BD) == limit


# ---- tables ----------------------------------------------------------------------------------


def test_distributions_of_one_shape_share_a_table() -> None:
    made = QuantileTables()
    values = [{"mean": f"{k} min", "cv": 0.8, "plus": "1 min"} for k in range(1, 20)]
    assert [made.add(dist(value), bd_ticks=BD) for value in values] == list(range(19))
    assert len(made.arrays()[2]) == 1


def test_equal_distributions_are_one_whatever_they_are_written_in() -> None:
    made = QuantileTables()
    hour, minutes, business = ({"mean": m, "cv": 1.5} for m in ("1 h", "60 min", "1 bh"))
    indices = [made.add(dist(value), bd_ticks=BD) for value in (hour, minutes, business)]
    assert indices == [0, 0, 0]
    assert made.add(dist({"mean": "1 bd", "cv": 1.5}), bd_ticks=BD) == 1
    assert made.add(dist({"mean": "1 bd", "cv": 1.5}), bd_ticks=2 * BD) == 2


def test_only_what_is_always_nothing_is_zero() -> None:
    distributions, _, _ = tables("0 h", "1 s", {"value": "1 h", "zero": "99%"})
    assert distributions["zero"].tolist() == [1, 0, 0]


def test_nothing_added_is_nothing_made() -> None:
    distributions, pieces, table = QuantileTables().arrays()
    assert len(distributions) == len(pieces) == len(table) == 0


def test_gaps_are_exponential() -> None:
    made = QuantileTables()
    index = made.add_exponential(2.5e9)
    x = quantiles(*made.arrays(), index, U)
    assert np.allclose(x, -np.log1p(-U) * 2.5e9, rtol=1e-10, atol=0)


@pytest.mark.parametrize(
    "value",
    [
        {"mean": "1 h", "cv": 0.5, "between": ["100 h", "200 h"]},
        {"low": "2 bd", "high": "10 bh"},
        {"p50": "2 bd", "p90": "10 bh"},
        {
            "mixture": [
                {"share": "50%", "of": {"csv": "many.csv", "column": "h", "unit": "h"}},
                {"share": "50%", "of": {"mean": "1 h", "cv": 1}},
            ]
        },
    ],
)
def test_what_cannot_be_drawn_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="; w"):
        law(dist(value), bd_ticks=BD)


# ---- ticks and choices -----------------------------------------------------------------------


@pytest.mark.parametrize("function", [duration, plain(duration)])
@pytest.mark.parametrize(
    ("x", "factor", "ticks"),
    [
        (2.5, 1.0, 2), (3.5, 1.0, 4), (2.500001, 1.0, 3), (10.0, 0.25, 2), (-3.0, 1.0, 0),
        (-0.2, 1.0, 0), (0.0, 5.0, 0), (2.0**53, 1.0, 2**53), (2.0**53, 1.5, -1),
        (2.0**53 + 2, 1.0, -1), (inf, 1.0, -1), (-inf, 1.0, 0), (nan, 1.0, -1),
        (inf, 0.0, -1),
    ],
)  # fmt: skip
def test_a_duration_is_rounded_half_to_even(
    function: Any, x: float, factor: float, ticks: int
) -> None:
    assert function(x, factor) == ticks


@pytest.mark.parametrize("function", [choose, plain(choose)])
def test_the_first_share_above_u_is_chosen(function: Any) -> None:
    factors = np.array([0.9, 0.2, 0.2, 0.5, 1.0, 0.1])
    chosen = [function(factors, 1, 4, u) for u in (0.0, 0.1999, 0.2, 0.4999, 0.5, 0.9999)]
    assert chosen == [0, 0, 2, 2, 3, 3]
    assert function(factors, 5, 1, 0.7) == 0


@settings(deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=30), uniforms)
def test_a_choice_is_what_a_search_from_the_start_finds(weights: list[int], u: float) -> None:
    factors = np.cumsum([*weights, 1]) / (sum(weights) + 1)
    n = len(factors)
    expected = next((i for i in range(n) if factors[i] > u), n - 1)
    assert choose(factors, 0, n, u) == expected


# ---- whole numbers ---------------------------------------------------------------------------

COUNTS = [
    (3, stats.uniform(3, 0), None),
    ({"poisson": 2.5}, stats.poisson(2.5), 0),
    ({"poisson": 4000}, stats.poisson(4000), 0),
    ({"geometric": 3}, stats.geom(1 / 3), 1),
    ({"low": 2, "high": 7}, stats.randint(2, 8), 2),
    (
        {"values": {1: "60%", 4: "15%", 2: "rest"}},
        stats.rv_discrete(values=([1, 2, 4], [0.6, 0.25, 0.15])), 1,
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "theory", "smallest"), COUNTS, ids=[str(count[0]) for count in COUNTS]
)
def test_whole_numbers_have_their_probabilities(value: Any, theory: Any, smallest: Any) -> None:
    made, factors = CountTables(), [0.5]
    assert made.add(COUNT.validate_python(value), factors) == 0
    first, n, offset = made.records[0]
    assert first == 1
    assert len(factors) == 1 + n
    cumulative = np.array(factors[1:])
    assert cumulative[-1] == 1
    assert (np.diff(cumulative) >= 0).all()
    if smallest is None:
        assert (n, offset) == (1, value)
        return
    assert offset == smallest
    assert cumulative == pytest.approx(theory.cdf(offset + np.arange(n)), abs=1e-13)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_quantiles_and_shares_for_predictions_are_those_that_are_drawn(example: Example) -> None:
    made, u = tables(example.value), np.linspace(0, 1, 102)[1:-1]
    alone = [max(0.0, quantile(*made, 0, p)) for p in u.tolist()]
    assert many_quantiles(*made, 0, u).tolist() == alone
    for ticks in (alone[0], alone[40], alone[40] + 0.5, alone[99]):
        share = share_upto(*made, 0, ticks, 0.0, 1.0)
        for p, value in zip(u.tolist(), alone, strict=True):
            assert p >= share if value > ticks else p <= share


def test_counts_share_the_list_of_factors() -> None:
    made, factors = CountTables(), [1.0, 1.0]
    for index, value in enumerate([3, {"low": 0, "high": 1}, {"values": {5: "100%"}}]):
        assert made.add(COUNT.validate_python(value), factors) == index
    assert made.records.tolist() == [(2, 1, 3), (3, 2, 0), (5, 1, 5)]
    assert factors == [1.0, 1.0, 1.0, 0.5, 1.0, 1.0]
    assert len(CountTables().records) == 0


# ---- both engines ----------------------------------------------------------------------------


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_python_and_kernel_read_the_same_bits(example: Example) -> None:
    made = tables(example.value)
    u = U[::1000]
    assert [quantile(*made, 0, x) for x in u.tolist()] == quantiles(*made, 0, u).tolist()


def test_the_debugger_reads_the_same_bits() -> None:
    few = U[::5000].tolist()
    code = (
        "import distributions as d\n"
        f"u = {few!r}\n"
        "print([float(d.quantile_of(i, x)).hex() for i in range(0, len(d.EXAMPLES), 3) for x in u])"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1", "PYTHONPATH": str(Path(__file__).parent)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    expected = [quantile_of(i, x).hex() for i in range(0, len(EXAMPLES), 3) for x in few]
    assert done.stdout == f"{expected}\n"
