"""The compiled engine against queueing theory.

Every number of every case must lie within 4.5 standard errors of its truth, and the standard error
must be small enough for that to mean something: an error of 1 % would be at least six of them. For
the numbers that a case calls weak, the error that would be at least three is written beside them.
`make test-all` asks the same of eight times as many replications, with other seeds.
"""

import json
import zlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from theory_cases import CASES, VALUE_CHAIN, Case, exponential, queue
from theory_samples import NOTHING, Adjustment, Estimate, Inputs, Sample, controls

HERE = Path(__file__).parent / "theory"
PUBLISHED = Path(__file__).parents[2] / "shared" / "data" / "theory_cases.json"
MOST = 4.5
"""Standard errors between a number and its truth."""
ONE_PERCENT, STRONG, WEAK = 0.01, 6.0, 3.0
"""The standard errors that 1 % must be, and those that the margin of a weak number must be."""
QUICK, COARSER = 0.7, 0.75
"""Replications under `make test`, in those of the case, and how much of an error is then seen: 1 %
is 4.5 standard errors at least, and more than 15 in the long run."""
TIMES, FINER = 10, 2.5
"""Replications of the long run, in those of the short one, and how much less an error it sees:
a little less than the square root, for standard errors are estimates themselves."""

pytestmark = pytest.mark.theory


class Number(NamedTuple):
    """A number of a case: how far it is from its truth, with and without the help of controls."""

    truth: float
    off: Estimate
    """Mean and error of the number less its truth."""
    plain: Estimate
    """`off` without controls."""
    wrong: tuple[Estimate, Estimate]
    """`off`, if the truth were 1 % less, and 1 % more."""

    def power(self, share: float) -> float:
        """Return the standard errors by which an error of a share of the truth would show."""
        one_percent = abs(self.wrong[1].mean - self.wrong[0].mean) / 2
        return one_percent / self.off.error * share / ONE_PERCENT


class Measured(NamedTuple):
    """What came out of a case."""

    case: Case
    numbers: dict[str, Number]
    inputs: list[float]
    """Distances of the controls from 0, in standard errors: are the draws what they should be?"""


@lru_cache(maxsize=1)
def samples(file: str, changes: tuple[str, ...], replications: int, batch: int) -> list[Sample]:
    """Simulate a scenario, with a seed of its own; a case that says the same gets the same."""
    seed = zlib.crc32(" ".join([file, *changes]).encode()) + batch
    return list(Sample.parts(HERE / f"{file}.yaml", changes, replications, seed))


def simulated(case: Case, found: Sample) -> tuple[np.ndarray, dict[str, list[np.ndarray]]]:
    """Return the controls, and each number less its truth, less 0.99 and less 1.01 of it."""
    assert not found.open[found.here].any(), "the run-out is too short"
    columns = case.controls(found) if case.controls else np.zeros((found.replications, 0))
    values, off = case.numbers(found), {}
    for name, truth in case.truths.items():
        value = values[name]
        less = value if callable(value) else lambda truth, value=value: value - truth
        off[name] = [less(truth * share) for share in (1, 1 - ONE_PERCENT, 1 + ONE_PERCENT)]
    return columns, off


def measured(case: Case, batches: range = range(1)) -> Measured:
    """Simulate a case, perhaps several times, and compare it with theory."""
    parts = [
        simulated(case, found)
        for batch in batches
        for found in samples(case.file, case.changes, case.replications, batch)
    ]
    columns = np.concatenate([columns for columns, _ in parts])
    columns = columns[:, columns.std(axis=0) > NOTHING]
    adjust, numbers = Adjustment(columns), {}
    for name, truth in case.truths.items():
        raw, *wrong = np.concatenate([off[name] for _, off in parts], axis=1)
        if truth == 0:
            assert not raw.any(), f"{name} is not exactly 0"
            continue
        off, less, more = (Estimate.of(adjust(x)) for x in (raw, *wrong))
        numbers[name] = Number(truth, off, Estimate.of(raw), (less, more))
    return Measured(case, numbers, [abs(Estimate.of(column).z) for column in columns.T])


def check(result: Measured, finer: float = 1.0) -> None:
    """Fail where theory is contradicted, and where it could be without anybody noticing."""
    margins = result.case.margins
    assert set(margins) <= set(result.numbers)
    for name, number in result.numbers.items():
        assert abs(number.off.z) < MOST, f"{name} is off {number.truth} by {number.off}"
        assert abs(number.plain.z) < MOST, f"{name} is off {number.truth} by {number.plain}"
        power = number.power(margins.get(name, ONE_PERCENT) / finer)
        assert power >= (WEAK if name in margins else STRONG), f"{name}: {power:.1f}"
    assert max(result.inputs, default=0.0) < MOST, "the draws are not what the scenario says"


def check_that_wrong_truths_are_noticed(result: Measured) -> None:
    """A truth 1 % less or 1 % more is contradicted; both, where not even good luck hides it."""
    for name, number in result.numbers.items():
        power, wrong = number.power(ONE_PERCENT), [abs(other.z) for other in number.wrong]
        if power >= STRONG:
            assert max(wrong) >= MOST, name
        if power >= 2.2 * MOST:
            assert min(wrong) >= MOST, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_engine_agrees_with_theory(case):
    result = measured(replace(case, replications=round(QUICK * case.replications)))
    check(result, COARSER)
    check_that_wrong_truths_are_noticed(result)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_engine_agrees_with_theory_in_the_long_run(case):
    result = measured(case, range(1, 1 + TIMES))
    check(result, FINER)
    check_that_wrong_truths_are_noticed(result)


def test_the_value_chain_takes_as_long_as_its_network():
    """The shipped scenario is a Jackson network: six stations, and its own lead time."""
    result = measured(VALUE_CHAIN)
    check(result)
    assert result.numbers["T"].truth == 2.95150881


def test_a_longer_work_makes_the_lead_time_longer_by_as_much_as_theory_says():
    """M/M/1: W = x/(1 - l x) for a mean work of x, dW/dx = 1/(1 - l x)^2; the same draws twice."""
    short, long = 0.98, 1.02
    leads, columns = [], []
    for mean in (short, long):
        changes = ("horizon=3000 h", f"streams.ticket.steps.work.touch.mean={mean} h")
        parts = list(Sample.parts(HERE / "m_m_1.yaml", changes, 200, seed=11))
        leads.append(np.concatenate([queue(0.8)(part)["W"] for part in parts]))
        inputs = Inputs(0.8, [exponential(mean)])
        columns.append(np.concatenate([controls(part, inputs) for part in parts]))
    slope = (leads[1] - leads[0]) / (long - short)
    truth = 25.16103059
    assert truth == pytest.approx((1.02 / 0.184 - 0.98 / 0.216) / 0.04, rel=1e-8)
    assert truth == pytest.approx(1 / (1 - 0.8) ** 2, rel=0.01)
    off = Estimate.of(Adjustment(np.concatenate(columns, axis=1))(slope - truth))
    assert abs(off.z) < MOST
    assert ONE_PERCENT * truth >= WEAK * off.error


FAULTS = {
    "late": "streams.ticket.steps.work.wait=3 min",
    "slow": "streams.ticket.steps.work.touch.mean=1.01 h",
    "too many": "streams.ticket.demand=0.808/h",
}
"""Faults of 1 %: each item is there 3 min of its 5 h longer; works longer; has more company."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_one_percent_is_noticed(fault):
    """Late starts move the wait and no control; a wrong draw moves a control."""
    case = next(case for case in CASES if case.name == "m_m_1")
    changes = ("horizon=3500 h", FAULTS[fault])
    result = measured(replace(case, changes=changes, replications=180))
    if fault == "late":
        assert abs(result.numbers["W"].off.z) >= MOST
        assert max(result.inputs) < MOST
    else:
        assert max(result.inputs) >= MOST


# ---- the collection of published cases ---------------------------------------------------------

DERIVED = {
    "E02": {f"nodes.{i}.{name}" for i in range(3) for name in ("Wq", "Lq")},  # W, L less the work
    "F01": {"peak_hour"},  # the hour at which the peak is looked at
}
"""Values that follow from one that is tested."""


def leaves(value, path=""):
    """Return the numbers of nested tables and lists by their paths."""
    if not isinstance(value, dict | list):
        return {path.removeprefix("."): value}
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    return {k: v for key, part in pairs for k, v in leaves(part, f"{path}.{key}").items()}


def test_no_published_value_is_forgotten():
    if not PUBLISHED.exists():
        pytest.skip("the collection of published cases is not beside this repository")
    tested = {}
    for case in CASES:
        name, _, prefix = case.published.partition(" ")
        for key, truth in case.truths.items():
            tested.setdefault(name, {})[f"{prefix}.{key}" if prefix else key] = truth
    for case in json.loads(PUBLISHED.read_text()):
        name = case["id"]
        expected = leaves(case["expected"])
        missing = {k: v for k, v in expected.items() if tested[name].get(k) != v}
        assert set(missing) == DERIVED.get(name, set()), name


def test_every_scenario_is_used():
    used = {case.file for case in CASES}
    assert used == {path.stem for path in HERE.glob("*.yaml")}
