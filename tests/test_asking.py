"""Approval on demand (semantics 39): means that follow from order statistics, and who counts."""

import math

import numpy as np
import pytest

from svcsim.analysis.asking import mean_answer
from svcsim.analysis.moments import Moments
from svcsim.engines import compiled
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.model.codes import Kind
from svcsim.scenario.load import loads

RUNS = 5


def asked(gate: str, horizon: str = "1000 h") -> object:
    """Compile a stream in which one item comes each hour and somebody is asked."""
    return build(
        loads(
            f"""
            svcsim: 1
            calendar: always
            horizon: {horizon}
            run_out: 30 d
            teams: {{board: {{people: 9, activity: improve}}}}
            streams:
              s: {{demand: {{every: 1 h}}, steps: {{a: {{gate: {{ask: board, {gate}}}}}}}}}
            """
        )
    ).model


def exponential(mean: float) -> str:
    """Write a law."""
    return f"{{mean: {mean} h, distribution: exponential}}"


def harmonic(n: int) -> float:
    """Return 1 + 1/2 + ... + 1/n."""
    return sum(1 / i for i in range(1, n + 1))


def with_delegate(mean: float, after: float, own: float) -> float:
    """Return E min(X, a + D) of independent exponential X and D."""
    left = math.exp(-after / mean)
    return mean * (1 - left) + left / (1 / mean + 1 / own)


CASES = {
    f"answers: 1 of 1, reply: {exponential(3)}": 3.0,
    f"answers: 2 of 4, reply: {exponential(6)}": 6 * (1 / 4 + 1 / 3),
    f"answers: 5 of 9, reply: {exponential(2)}": 2 * (harmonic(9) - harmonic(4)),
    f"answers: 9 of 9, reply: {exponential(1)}": harmonic(9),
    "answers: 3 of 4, reply: {low: 0 h, high: 5 h}": 3.0,
    f"reply: {exponential(4)}, delegate: {{after: 2 h, reply: {exponential(1)}}}": with_delegate(
        4, 2, 1
    ),
    f"answers: 1 of 4, reply: {exponential(8)}, delegate: {{after: 1 h}}": with_delegate(2, 1, 8),
}
"""Gates that ask, and their mean wait in hours: of n exponential answers with mean m the k-th has
the mean m (1/n + ... + 1/(n - k + 1)), of n uniform ones k / (n + 1) of the longest."""


@pytest.mark.parametrize("gate", CASES)
def test_the_mean_is_known_before_a_run(gate: str) -> None:
    model = asked(gate, "1 h")
    mean = mean_answer(model, Moments(model), 0, 0) / TICKS_PER_HOUR
    assert mean == pytest.approx(CASES[gate], rel=1e-4)


@pytest.mark.parametrize("gate", CASES)
def test_the_mean_wait_is_that_of_theory(gate: str) -> None:
    model = asked(gate)
    waits = []
    for replication in range(RUNS):
        rows = compiled.simulate(model, 7, replication).rows
        assert (rows["kind"] == Kind.GATE).all()
        waits.append((rows["end"] - rows["begin"]) / TICKS_PER_HOUR)
    times = np.concatenate(waits)[: RUNS * 1000]
    error = times.std(ddof=1) / math.sqrt(len(times))
    assert len(times) == RUNS * 1000
    assert abs(times.mean() - CASES[gate]) < 4 * error


def test_more_answers_or_fewer_people_take_longer_for_every_item() -> None:
    def waits(answers: str) -> np.ndarray:
        found = compiled.simulate(asked(f"answers: {answers}, reply: {exponential(3)}"), 1, 0)
        return (found.items["ended"] - found.items["arrived"])[:1000]

    one, two, all_ = (waits(answers) for answers in ("1 of 4", "2 of 4", "4 of 4"))
    assert (one < two).all()
    assert (two < all_).all()
    assert (waits("1 of 3") >= one).all()
