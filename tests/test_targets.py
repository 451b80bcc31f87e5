"""Targets: responses, and clocks that stand while an item only waits (semantics 58).

Every duration is constant and nobody is in the way, so each elapsed time is worked out in the
docstring of its test.
"""

import pytest

from svcsim.analysis.followed import Followed
from svcsim.analysis.on_time import on_time
from svcsim.analysis.pauses import paused
from svcsim.analysis.questions import ask
from svcsim.engines import compiled
from svcsim.model.build import build
from svcsim.scenario.load import load

MINUTE = 60_000_000

LINE = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
calendars: {mornings: {days: Mon-Sun, hours: 09:00-12:00}}
horizon: 1 d
run_out: 3 d
teams: {x: {people: 50, activity: engage}, y: {people: 50, activity: obtain_build}}
streams:
  s:
    demand: {every: 60 min}
    targets:
      answered: {at: b, when: started, within: 30 min, share: 90%}
      in_time: {within: 30 min, share: 90%, paused_by: user}
      late: {within: 29 min, share: 90%, paused_by: user}
      plain: {within: 50 min, share: 90%}
      mornings: {within: 30 min, share: 90%, paused_by: user, clock: mornings}
    steps:
      a: {team: x, touch: 10 min}
      user: {wait: 20 min}
      b: {team: y, touch: 20 min}
"""
FORK = """
svcsim: 1
calendar: always
horizon: 1 d
run_out: 3 d
teams: {x: {people: 50, activity: engage}, y: {people: 50, activity: obtain_build}}
streams:
  s:
    demand: {every: 60 min}
    targets:
      kept: {within: 25 min, share: 90%, paused_by: user}
      broken: {within: 24 min, share: 90%, paused_by: user}
    steps:
      a: {team: x, touch: 5 min}
      user: {after: a, wait: 30 min}
      beside: {after: a, team: y, touch: 10 min}
      b: {after: [user, beside], team: y, touch: 10 min}
"""


def followed(text, tmp_path):
    path = tmp_path / "targets.yaml"
    path.write_text(text)
    scenario = load(path)
    model, names = build(scenario)
    questions = ask(scenario, model, names)
    return Followed.of(questions, compiled.simulate(model, 1, 0), 1, 0)


def shares(run):
    return {s.key.target: s.numerator / s.denominator for s in on_time(run)}


def test_a_clock_stands_while_the_item_waits_for_the_user(tmp_path):
    """10 + 20 + 20 min, of which 20 stand: 30 min on the clock; work on b begins after 30."""
    found = shares(followed(LINE, tmp_path))
    assert found["answered"] == 1
    assert found["in_time"] == 1
    assert found["late"] == 0
    assert found["plain"] == 1


def test_a_pause_counts_only_while_the_clock_runs(tmp_path):
    """On the clock of the mornings nothing runs in the afternoon, so nothing stands there."""
    run = followed(LINE, tmp_path)
    promise = run.questions.promises[-1]
    clock = run.questions.clocks[promise.clock]
    stood = paused(run, promise.paused_by, clock, run.value)
    for item, arrived in enumerate(run.arrived.tolist()):
        begin, end = arrived + 10 * MINUTE, arrived + 30 * MINUTE
        opens, closes = (9 * 60 * MINUTE, 12 * 60 * MINUTE)
        overlap = sum(
            max(0, min(end, day + closes) - max(begin, day + opens))
            for day in range(0, 4 * 24 * 60 * MINUTE, 24 * 60 * MINUTE)
        )
        assert stood[item] == overlap


def test_a_clock_runs_while_anything_goes_on_beside_the_wait(tmp_path):
    """5 + 30 + 10 min; the wait of 30 has work beside it for 10, and stops the clock for 20."""
    run = followed(FORK, tmp_path)
    promise = run.questions.promises[0]
    stood = paused(run, promise.paused_by, run.questions.clocks[promise.clock], run.value)
    assert set(stood.tolist()) == {20 * MINUTE}
    assert shares(run) == {"kept": 1, "broken": 0}


@pytest.mark.parametrize("until", [0, 15, 25])
def test_a_pause_ends_with_the_promise(until, tmp_path):
    """The wait lasts from minute 10 to 30: until minute 15 it stopped the clock for 5."""
    run = followed(LINE, tmp_path)
    promise = run.questions.promises[1]
    clock = run.questions.clocks[promise.clock]
    stood = paused(run, promise.paused_by, clock, run.arrived + until * MINUTE)
    assert set(stood.tolist()) == {max(0, until - 10) * MINUTE}


def test_a_wait_runs_on_its_own_calendar(tmp_path):
    """30 min of a supplier who is there from 9 to 12: from 08:10 until 09:30."""
    text = LINE.replace("user: {wait: 20 min}", "user: {wait: 30 min, runs_on: mornings}")
    run = followed(text, tmp_path)
    rows = run.rows
    waits = (rows["step"] == 1) & (rows["end"] < run.questions.model.end)
    for item, begin, end in zip(
        rows["item"][waits], rows["begin"][waits], rows["end"][waits], strict=True
    ):
        assert begin == run.arrived[item] + 10 * MINUTE
        day, minute = divmod(int(begin) // MINUTE, 24 * 60)
        expected = minute + 30 if 540 <= minute <= 690 else None
        if minute < 540:
            expected = 570
        elif minute >= 720:
            expected = 24 * 60 + 570
        elif expected is None:
            expected = 24 * 60 + 540 + 30 - (720 - minute)
        assert int(end) // MINUTE == day * 24 * 60 + expected
