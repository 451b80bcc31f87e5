"""What is written down once says of each replication, to the bit, what the measures say of it."""

import operator
import random
from collections import Counter

import numpy as np
import pytest
from random_runs import random_runs

from svcsim.analysis.calculation import Calculation, per
from svcsim.analysis.measures import MEASURES, reduce

SIZES = (3, 2**31, 2**52, 2**53, 2**54, 2**60, 2**61, 2**63, 2**70)
DIVISORS = (1, 3, 7.0, 168 * 3.6e9, 3600 * 10**6, 2**52 - 1)


def test_the_plan_says_what_every_measure_says_of_the_sums_themselves(tmp_path):
    told = Counter()
    for one in random_runs(70, 40, tmp_path):
        found = reduce(one.followed)
        expected = [said for measures in MEASURES for said in measures(one.followed)]
        assert found.keys == tuple(said.key for said in expected)
        for numbers, name in ((found.numerators, "numerator"), (found.denominators, "denominator")):
            wanted = np.array([getattr(said, name) for said in expected], np.float64)
            assert numbers.tobytes() == wanted.tobytes(), one.number
        assert set(found.histograms) == {said.key for said in expected if said.histogram}
        for said in expected:
            told[said.key.measure] += 1
            for ours, theirs in zip(
                found.histograms.get(said.key, ()), said.histogram or (), strict=True
            ):
                assert ours.tolist() == theirs.tolist()
    assert len(told) > 25


@pytest.mark.parametrize("number", range(60))
def test_arithmetic_that_is_written_down_is_that_of_python(number):
    source, calculation = random.Random(number), Calculation()
    largest = SIZES[number % len(SIZES)]
    given = [source.randint(-largest, largest) for _ in range(12)]
    pairs = list(zip(calculation.given((12,)), given, strict=True))
    for _ in range(60):
        one, other = source.choice(pairs[:12]), source.choice(pairs)
        known, factor = source.choice(DIVISORS), source.choice((0.1, 5))
        do, one, other = source.choice((
            (operator.add, one, other), (operator.sub, one, other), (per, other, one),
            (operator.truediv, other, (known, known)), (operator.mul, one, (factor, factor)),
            (operator.sub, (known, known), one),
        ))  # fmt: skip
        pairs.append((do(one[0], other[0]), do(one[1], other[1])))
    done = calculation.done([np.array(given[:5]), *given[5:]])
    assert [done[unknown.at] for unknown, _ in pairs] == [float(number) for _, number in pairs]


def test_steps_that_lead_to_nothing_that_is_wanted_are_left_out():
    calculation = Calculation()
    one, other, third = calculation.given((3,))
    for wanted in (one * other, third - 2.5):
        (one * one + wanted) / 7
    hours = per(third - 2.5, one + other)
    places = calculation.needed(np.array([hours.at, third.at]))
    found = calculation.done([np.array([1, 3, 8])])
    assert found[places].tolist() == [5.5 / 4, 8]
    assert len(found) == 3 + 4


@pytest.mark.parametrize("ask", [bool, int, float, lambda x: x == 1, lambda x: 1 / 3 + x / x])
def test_nothing_can_depend_on_a_number_that_is_not_known(ask):
    (unknown,) = Calculation().given((1,))
    with pytest.raises(TypeError):
        ask(unknown)
