"""Days that are busier than others (semantics 50, 52): the variance of daily counts."""

import math
from collections.abc import Iterator

import numpy as np
import pytest

from svcsim.engines import compiled
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.scenario.load import loads

DAY = 24 * TICKS_PER_HOUR
DAYS, RUNS = 400, 6


def counts(demand: str) -> Iterator[np.ndarray]:
    """Yield the items of each day, of some replications."""
    model = build(
        loads(
            f"""
            svcsim: 1
            calendar: always
            horizon: {DAYS} d
            run_out: 0 h
            teams: {{desk: {{people: unlimited, activity: engage}}}}
            streams: {{s: {{demand: {demand}, steps: {{a: {{team: desk, touch: 1 min}}}}}}}}
            """
        )
    ).model
    for replication in range(RUNS):
        arrived = compiled.simulate(model, 11, replication).items["arrived"]
        yield np.bincount(arrived // DAY, minlength=DAYS)


@pytest.mark.parametrize(
    ("demand", "mean", "cv"),
    [
        ("{rate: 40/d, profile: always, day_to_day: {cv: 0.25}}", 40, 0.25),
        ("{rate: 10/d, profile: always, day_to_day: {cv: 1}}", 10, 1.0),
        ("{rate: 40/d, profile: always}", 40, 0.0),
        (
            "{every: {mean: 0.6 h, distribution: exponential}, profile: always,"
            " day_to_day: {cv: 0.5}}",
            40,
            0.5,
        ),
    ],
)
def test_daily_counts_vary_as_theory_says(demand: str, mean: float, cv: float) -> None:
    found = np.concatenate(list(counts(demand))).astype(float)
    variance = mean + (cv * mean) ** 2
    assert abs(found.mean() - mean) < 4 * math.sqrt(variance / len(found))
    squares = (found - mean) ** 2
    assert abs(squares.mean() - variance) < 4 * squares.std(ddof=1) / math.sqrt(len(found))


def test_days_do_not_depend_on_each_other() -> None:
    found = np.stack(list(counts("{rate: 40/d, profile: always, day_to_day: {cv: 0.5}}")))
    deviations = found - found.mean()
    lagged = (deviations[:, 1:] * deviations[:, :-1]).mean() / deviations.var()
    assert abs(lagged) < 4 / math.sqrt(found.size)


def test_more_demand_only_adds_items() -> None:
    def keys(rate: str) -> set[tuple[int, int]]:
        words = (
            "calendar: always, horizon: 30 d, run_out: 0 h, teams: {a: {people: 9, activity: plan}}"
        )
        demand = f"{{rate: {rate}, profile: always, layer_rate: 10/d, day_to_day: {{cv: 0.6}}}}"
        steps = "{x: {team: a, touch: 1 min}}"
        text = f"{{svcsim: 1, {words}, streams: {{s: {{demand: {demand}, steps: {steps}}}}}}}"
        found = compiled.simulate(build(loads(text)).model, 1, 0)
        return set(zip(found.items["hi"].tolist(), found.items["lo"].tolist(), strict=True))

    assert keys("10/d") < keys("15/d")
