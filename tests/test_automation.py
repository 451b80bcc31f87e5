"""Automation, incoming quality, repetition: measures against hand counts, and against theory."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import t
from test_traces import read, scenario

from svcsim.analysis.predict import predict
from svcsim.experiment.results import Results
from svcsim.experiment.run import run
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.scenario.load import loads

TRACES = Path(__file__).parent / "traces"
MOST = 4.5
"""Standard errors between a mean over replications and its truth."""


def followed(name: str, directory: Path) -> Results:
    """Run the world of a trace once; what happens in it was worked out by hand."""
    (path,) = TRACES.glob(f"{name}_*.yaml")
    return run(scenario(read(path), directory), replications=1, seed=1, jobs=1)


@pytest.mark.parametrize(
    ("trace", "stream", "step", "case", "effort"),
    [
        # 2 handled by a machine, 1 by hand in 5 minutes, 3 filed by hand, 1 minute each
        ("W01", "request", 2 / 6, 0 / 3, 2 * 5 / (2 * 5 + 5 + 3)),
        # 2 of 4 fulfilled by a machine, also the one that was done again; both logged by one
        ("W02", "order", 4 / 6, 1 / 2, 2 * 3 / (2 * 3 + 2 * 3)),
        # a failed machine, and one whose item gave up, did nothing
        ("W03", "call", 0 / 2, 0 / 2, 0.0),
        # 5 asked, 2 handled by hand, 1 by a machine; to look at what is incomplete is no execution
        ("W06", "claim", 1 / 8, 0 / 3, 3 / (3 + 5 * 1 + 2 * 3)),
    ],
)
def test_automation_coverage_of_what_was_worked_out_by_hand(
    trace: str, stream: str, step: float, case: float, effort: float, tmp_path: Path
) -> None:
    numbers = followed(trace, tmp_path).numbers
    for figure, expected in (("step", step), ("case", case), ("effort", effort)):
        found = numbers.find("automation_coverage", figure, stream=stream).value
        assert found == pytest.approx(expected, abs=1e-12), figure


@pytest.mark.parametrize(
    ("trace", "stream", "step", "share", "rolled"),
    [
        ("W04", "order", "check", 3 / 4, 2 / 3),  # one of three came twice
        ("W05", "paper", "check", 2 / 4, 0 / 2),  # both came twice
        ("W06", "claim", "handle", 2 / 4, 1 / 3),  # nobody looked at what the machine did
        ("W15", "offer", "sign", 1 / 2, 0 / 1),
    ],
)
def test_incoming_quality_of_what_was_worked_out_by_hand(
    trace: str, stream: str, step: str, share: float, rolled: float, tmp_path: Path
) -> None:
    find = followed(trace, tmp_path).numbers.find
    assert find("complete_and_accurate", "share", stream=stream, step=step).value == share
    assert find("complete_and_accurate", "rolled", stream=stream).value == pytest.approx(rolled)


def test_incoming_quality_is_told_by_class(tmp_path: Path) -> None:
    find = followed("W04", tmp_path).numbers.find
    assert find("complete_and_accurate", "rolled", stream="order", cls="bad").value == 0
    assert find("complete_and_accurate", "rolled", stream="order", cls="good").value == 1


@pytest.mark.parametrize(
    ("trace", "stream", "rework"),
    [
        ("W09", "case", 0),  # five visits, three of them repetitions
        ("W14", "debt", 1 / 10),  # of ten visits only the second look is rework
        ("W04", "order", 2 / 8),  # drafted and checked again
        ("W13", "trial", 3 / 11),  # set up, measured and judged again
    ],
)
def test_a_repetition_is_no_rework(trace: str, stream: str, rework: float, tmp_path: Path) -> None:
    find = followed(trace, tmp_path).numbers.find
    assert find("rework", "share", stream=stream).value == pytest.approx(rework)


def test_what_is_automatic_is_no_touch_and_no_wait(tmp_path: Path) -> None:
    find = followed("W02", tmp_path).numbers.find
    # 8 + 8 minutes of machines, 6 of hands and 2 of waiting, for two items
    for measure, minutes in (("automatic_time", 16), ("touch_time", 6), ("wait_time", 2)):
        found = find(measure, "mean", stream="order", cause=None).value
        assert found == pytest.approx(minutes / 60 / 2), measure


# ---- theory --------------------------------------------------------------------------------------


def world(steps: dict[str, object], rate: str = "20/h") -> str:
    """Return a scenario in which nobody ever waits for anybody."""
    team = {"people": "unlimited", "activity": "engage"}
    stream = {"demand": rate, "steps": steps}
    said = {
        "svcsim": 1, "calendar": "always", "horizon": "100 h", "run_out": "200 h",
        "teams": {"crew": team}, "streams": {"s": stream},
    }  # fmt: skip
    return json.dumps(said)


def assert_agrees(results: Results, expected: dict[tuple[str, ...], float]) -> None:
    """Every number lies within the error that the experiment itself says it has."""
    for (measure, statistic, *step), truth in expected.items():
        where = {"stream": "s", "step": step[0]} if step else {"stream": "s"}
        number = results.numbers.find(measure, statistic, **where)
        error = number.half_width / t.ppf(0.975, number.n - 1)
        assert 0 < error < 0.02 * truth, (measure, statistic, error)
        assert abs(number.value - truth) < MOST * error, (measure, statistic, number.value, truth)


def test_coverage_is_the_share_less_what_fails() -> None:
    p, q, other = 0.6 * (1 - 0.1), 0.3, 0.25
    mean = {"mean": "10 min", "cv": 1}
    text = world(
        {
            "a": {"team": "crew", "touch": mean, "auto": {"share": "60%", "fails": "10%"}},
            "b": {"team": "crew", "touch": "4 min", "auto": {"share": "30%", "time": "1 min"}},
            "c": {"team": "crew", "touch": "5 min", "share": "25%"},
        }
    )
    avoided, spent = 10 * p + 4 * q, 10 * (1 - p) + 4 * (1 - q) + 5 * other
    expected = {
        ("automation_coverage", "step"): (p + q) / (2 + other),
        ("automation_coverage", "case"): p * q * (1 - other),
        ("automation_coverage", "effort"): avoided / (avoided + spent),
    }
    assert_agrees(run(loads(text), replications=24, seed=3, jobs=1), expected)


def test_rolled_quality_is_the_product_of_independent_looks() -> None:
    def step(share: str) -> dict[str, object]:
        return {"team": "crew", "touch": "1 min", "incomplete": {"share": share, "to": "ask"}}

    text = world(
        {"ask": {"team": "crew", "touch": "1 min"}, "one": step("20%"), "two": step("10%")}
    )
    # an item is sent back by one with 0.2, by two with 0.1, again and again: 1/(0.8 × 0.9) asked
    expected = {
        ("complete_and_accurate", "share", "one"): 0.8,
        ("complete_and_accurate", "share", "two"): 0.9,
        ("complete_and_accurate", "rolled"): 0.8 * 0.9,
        ("visits", "mean", "ask"): 1 / (0.8 * 0.9),
        ("visits", "mean", "one"): 1 / (0.8 * 0.9),
        ("visits", "mean", "two"): 1 / 0.9,
    }
    assert_agrees(run(loads(text), replications=24, seed=4, jobs=1), expected)


LOOKS, TRIES, FAILS, BAD = 0.2, 0.5, 0.4, 0.3
"""Incoming work is incomplete, a machine tries and fails, the outcome is bad."""


def touch_of_build(repeat: float, visits: int) -> float:
    """Expected touch of `build` in units of its mean, by going through the visits one by one.

    At each visit a machine may do the work; else who looks may send the item back; else it is
    worked on. What the machine or people did may be bad, which sends it back too. The last allowed
    visit is complete and not bad.
    """
    machine, comes, touch = TRIES * (1 - FAILS), 1.0, 0.0
    for visit in range(1, visits + 1):
        last = visit == visits
        looked = 1 - machine
        worked = looked * (1.0 if last else 1 - LOOKS)
        touch += comes * worked * (1.0 if visit == 1 else repeat)
        back = 0.0 if last else looked * LOOKS + (machine + worked) * BAD
        comes *= back
    return touch


@pytest.mark.parametrize(("repeat", "visits"), [(0.5, 3), (1.0, 2), (0.25, 5)])
def test_touch_of_items_that_are_automatic_or_come_back(repeat: float, visits: int) -> None:
    text = world(
        {
            "ask": {"team": "crew", "touch": "6 min"},
            "build": {
                "team": "crew",
                "touch": {"mean": "30 min", "cv": 0.5},
                "repeat_touch": [f"{repeat:.0%}"],
                "max_visits": visits,
                "auto": {"share": f"{TRIES:.0%}", "time": "2 min", "fails": f"{FAILS:.0%}"},
                "incomplete": {"share": f"{LOOKS:.0%}", "to": "ask"},
                "outcome": {"bad": {"share": f"{BAD:.0%}", "to": "ask"}, "good": "rest"},
            },
        }
    )
    truth = touch_of_build(repeat, visits) * 0.5
    found = predict(build(loads(text)).model)
    _, predicted = found.touch(0) / TICKS_PER_HOUR
    assert predicted == pytest.approx(truth, rel=1e-9)
    asked, _ = found.touch(0) / TICKS_PER_HOUR
    results = run(loads(text), replications=30, seed=5, jobs=1)
    assert_agrees(results, {("touch_time", "mean"): truth + asked})


def test_touch_of_what_is_repeated_so_many_times() -> None:
    text = world(
        {
            "call": {"team": "crew", "touch": "3 min"},
            "chase": {
                "team": "crew",
                "touch": {"mean": "8 min", "cv": 1},
                "every": {"mean": "1 h", "cv": 1},
                "times": 4,
                "repeat_touch": ["50%", "25%"],
                "auto": {"share": "20%"},
            },
        }
    )
    truth = 0.8 * 8 * (1 + 0.5 + 0.25 + 0.25) / 60
    found = predict(build(loads(text)).model)
    assert found.touch(0)[1] / TICKS_PER_HOUR == pytest.approx(truth, rel=1e-9)
    assert found.visits(0)[1] == pytest.approx(4)
    expected = {("touch_time", "mean"): truth + 3 / 60, ("wait_time", "mean"): 4.0}
    assert_agrees(run(loads(text), replications=24, seed=6, jobs=1), expected)


def test_time_until_a_parallel_step_is_done() -> None:
    """Exponential work of 2 h: news every 30 minutes come e^(-k/4) often, k = 1, 2, ..."""
    text = world(
        {
            "report": {"team": "crew", "touch": "1 min"},
            "restore": {
                "after": "report",
                "team": "crew",
                "touch": {"mean": "2 h", "distribution": "exponential"},
            },
            "tell": {
                "after": "report",
                "until": "restore",
                "every": "30 min",
                "team": "crew",
                "touch": "0 h",
            },
        }
    )
    # visits that are entered: the first, and one more after each that is done
    expected = {("visits", "mean", "tell"): 1 / (1 - np.exp(-0.25))}
    assert_agrees(run(loads(text), replications=24, seed=7, jobs=1), expected)
