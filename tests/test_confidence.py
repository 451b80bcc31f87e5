"""Half-widths: tabulated quantiles, worked examples, and the jackknife by leaving out."""

import math

import numpy as np
import pytest

from svcsim.analysis.confidence import difference, estimate, student_t


@pytest.mark.parametrize(
    ("df", "quantile"),
    [(1, 12.7062), (2, 4.3027), (3, 3.1824), (9, 2.2622), (29, 2.0452), (199, 1.9720)],
)
def test_students_t_is_that_of_the_tables(df, quantile):
    assert float(student_t(df)) == pytest.approx(quantile, abs=5e-5)
    assert float(student_t(df, 0.95)) == float(student_t(df))


def test_students_t_at_another_confidence():
    assert float(student_t(9, 0.99)) == pytest.approx(3.2498, abs=5e-5)


def test_a_mean_worked_by_hand():
    # mean 10; squares 0.04 + 0.04 + 0.16 + 0.16 = 0.4; s = sqrt(0.4 / 3); 3.1824 s / 2
    found = estimate([10.2, 9.8, 10.4, 9.6])
    assert float(found.value) == pytest.approx(10)
    assert float(found.half_width) == pytest.approx(3.182446 * math.sqrt(0.4 / 3) / 2, rel=1e-6)
    assert int(found.n) == 4


def test_numbers_that_do_not_vary_have_no_half_width():
    found = estimate([0.1] * 7)
    assert (float(found.value), float(found.half_width)) == (pytest.approx(0.1), 0.0)


def test_one_replication_has_no_half_width():
    found = estimate([3.0])
    assert float(found.value) == 3.0
    assert math.isnan(found.half_width)


def leave_one_out(s, n, confidence=0.95):
    """The jackknife as its inventors wrote it: pseudo-values R theta - (R - 1) theta_(r)."""
    r = len(s)
    theta = s.sum() / n.sum()
    left = np.array([(s.sum() - s[i]) / (n.sum() - n[i]) for i in range(r)])
    pseudo = r * theta - (r - 1) * left
    return theta, pseudo, float(student_t(r - 1, confidence)) * pseudo.std(ddof=1) / math.sqrt(r)


def test_a_ratio_has_the_half_width_of_the_jackknife():
    rng = np.random.default_rng(1)
    n = rng.integers(50, 150, 12).astype(float)
    s = n * rng.normal(5, 1, 12)
    theta, _, half_width = leave_one_out(s, n)
    found = estimate(s, n)
    assert float(found.value) == pytest.approx(theta)
    assert float(found.half_width) == pytest.approx(half_width)


def test_a_ratio_is_the_average_over_items_and_not_over_replications():
    found = estimate([10.0, 300.0], [10.0, 100.0])
    assert float(found.value) == 310 / 110


def test_replications_with_nothing_to_say_do_not_count():
    with_silence = estimate([4.0, 99.0, 6.0, 8.0], [1.0, 0.0, 2.0, 2.0])
    without = estimate([4.0, 6.0, 8.0], [1.0, 2.0, 2.0])
    assert int(with_silence.n) == 3
    assert float(with_silence.value) == float(without.value)
    assert float(with_silence.half_width) == pytest.approx(float(without.half_width))


def test_when_no_replication_has_anything_to_say_there_is_no_number():
    found = estimate([0.0, 0.0], [0.0, 0.0])
    assert math.isnan(found.value)
    assert math.isnan(found.half_width)
    assert int(found.n) == 0


def test_many_measures_at_once_are_each_by_itself():
    rng = np.random.default_rng(2)
    s, n = rng.normal(5, 1, (9, 4)), rng.integers(0, 3, (9, 4)).astype(float)
    together = estimate(s, n)
    for column in range(4):
        alone = estimate(s[:, column], n[:, column])
        assert float(alone.value) == together.value[column]
        assert float(alone.half_width) == pytest.approx(together.half_width[column])


def test_a_paired_difference_of_means_is_that_of_the_differences():
    a, b = np.array([5.0, 7.0, 6.0, 9.0]), np.array([4.0, 6.5, 5.0, 7.0])
    found, expected = difference((a, None), (b, None)), estimate(b - a)
    assert float(found.value) == pytest.approx(float(expected.value))
    assert float(found.half_width) == pytest.approx(float(expected.half_width))


def test_a_paired_difference_of_ratios_subtracts_pseudo_values():
    rng = np.random.default_rng(3)
    n0, n1 = rng.integers(50, 150, (2, 10)).astype(float)
    s0 = n0 * rng.normal(5, 1, 10)
    s1 = s0 * 0.9 + n1 * rng.normal(0, 0.1, 10)
    theta0, pseudo0, _ = leave_one_out(s0, n0)
    theta1, pseudo1, _ = leave_one_out(s1, n1)
    expected = float(student_t(9)) * (pseudo1 - pseudo0).std(ddof=1) / math.sqrt(10)
    found = difference((s0, n0), (s1, n1))
    assert float(found.value) == pytest.approx(theta1 - theta0)
    assert float(found.half_width) == pytest.approx(expected)


def test_a_paired_difference_takes_replications_in_which_both_speak():
    found = difference(([1.0, 2.0, 3.0], [1.0, 1.0, 0.0]), ([2.0, 2.5, 9.0], [1.0, 1.0, 1.0]))
    assert int(found.n) == 2
    assert float(found.value) == pytest.approx(0.75)


def test_common_luck_makes_a_difference_surer_than_its_parts():
    luck = np.random.default_rng(4).normal(10, 3, 50)
    better = luck - 1
    found = difference((luck, None), (better, None))
    assert float(found.value) == pytest.approx(-1)
    assert float(found.half_width) < 1e-9 < float(estimate(better).half_width)
