"""By how long promises were missed: worked out by hand, and held against what else is told."""

import pytest

from svcsim.analysis.followed import Followed
from svcsim.analysis.lateness import lateness
from svcsim.analysis.on_time import on_time
from svcsim.analysis.questions import ask
from svcsim.engines import compiled
from svcsim.errors import ScenarioError
from svcsim.experiment.run import run
from svcsim.model.build import build
from svcsim.model.codes import Outcome
from svcsim.scenario.load import load, loads

EIGHT = """
svcsim: 1
start: 2026-01-05 UTC
calendar: office
horizon: 1 wk
run_out: 0 h
replications: 1
terminating: true
teams: {desk: {people: 1, activity: engage}}
streams:
  s:
    demand: {scheduled: [Mon 09:00, Tue 09:00, Wed 09:00, Thu 09:00], batch: 2}
    targets:
      soon: {within: 4 h, share: 90%}
      tomorrow: {within: 24 h, share: 90%, clock: always}
    steps: {a: {team: desk, touch: 5 h}}
"""
"""Eight items of five hours for a person of eight hours a day; the week has forty."""


def told(results, target, *statistics):
    find = results.numbers.find
    return [find("lateness", word, stream="s", target=target).value for word in statistics]


def test_hours_past_the_limit_on_the_clock_of_the_target():
    """Two come at each of the office hours 0, 8, 16 and 24; they are done at 5, 10, ... 40.

    So they take 5, 10, 7, 12, 9, 14, 11 and 16 hours, of which 4 are promised. Nearest ranks of
    the eight: the fourth, the seventh and the eighth.
    """
    results = run(loads(EIGHT), jobs=1)
    found = told(results, "soon", "mean", "p50", "p85", "p95")
    late = sorted([1, 6, 3, 8, 5, 10, 7, 12])
    assert found == pytest.approx([sum(late) / 8, late[3], late[6], late[7]])


def test_who_is_in_time_is_not_late_and_who_waits_for_ever_is():
    """On the wall clock they come at 9, 33, 57 and 81, and a day is promised to each.

    They are done at 14 and 35, 40 and 61, 82 and 87, 108 and 113. Of those that are never done the
    week ends at 168.
    """
    results = run(loads(EIGHT), jobs=1)
    assert told(results, "tomorrow", "mean") == pytest.approx([(2 + 4 + 1 + 6 + 3 + 8) / 8])
    endless = run(loads(EIGHT.replace("touch: 5 h", "touch: 500 h")), jobs=1)
    open_ = [168 - came - 24 for came in (9, 33, 57, 81)]
    assert told(endless, "tomorrow", "mean") == pytest.approx([sum(open_) / 4])


def test_who_gave_up_has_no_lateness():
    text = EIGHT.replace("touch: 5 h", "touch: 5 h, patience: 1 h")
    results = run(loads(text), jobs=1)
    abandoned = results.numbers.find("abandoned", "share", stream="s").value
    assert abandoned == pytest.approx(0.5)
    assert told(results, "soon", "mean") == pytest.approx([1.0])


def test_an_event_is_the_date_from_which_it_counts():
    text = EIGHT.replace("batch: 2", "notice: 2 bh").replace(
        "within: 4 h,", "within: 0 h, from: event,"
    )
    results = run(loads(text.replace("Mon 09:00, ", "")), jobs=1)
    assert told(results, "soon", "mean") == pytest.approx([3.0])


@pytest.mark.parametrize("name", ["service_desk", "patching", "joiner_mover_leaver"])
def test_as_many_are_not_late_as_are_on_time(name):
    """In shipped files, with clocks that stand at some steps, or count from events."""
    scenario = load(name, set=["horizon=6 wk", "warm_up=1 wk", "run_out=12 wk"])
    model, names = build(scenario)
    questions = ask(scenario, model, names)
    followed = Followed.of(questions, compiled.simulate(model, 3, 0), 3, 0)
    open_ = int((followed.items["outcome"] == Outcome.OPEN).sum())
    promised = 0
    for kept, late in zip(on_time(followed), lateness(followed), strict=True):
        assert late.histogram is not None
        not_late = int(late.histogram.counts[late.histogram.classes == 0].sum())
        assert kept.numerator <= not_late <= kept.numerator + open_
        assert late.denominator <= kept.denominator
        promised += int(kept.denominator)
    assert promised > 100


COMMITTED = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
horizon: 10 h
run_out: 0 h
replications: 1
terminating: true
teams: {board: {people: 1, activity: plan}, crew: {people: 1, activity: obtain_build}}
streams:
  s:
    demand: {scheduled: [Mon 00:00, Mon 01:00, Mon 02:00, Mon 03:30]}
    value_point: deploy
    targets: {on_date: {within: 3 h, from: approve, share: 90%}}
    steps:
      approve: {team: board, touch: 1 h}
      deploy: {team: crew, touch: 2 h, TRIED}
"""


def committed(tried="", *changes):
    numbers = run(loads(COMMITTED.replace(", TRIED", tried), set=changes), jobs=1).numbers
    on_time = numbers.find("on_time", "share", stream="s", target="on_date")
    return on_time.value, numbers.find("lateness", "mean", stream="s", target="on_date").value


def test_a_step_sets_the_date_from_which_it_counts():
    """Approved at 1, 2, 3 and 4.5, done at 3, 5, 7 and 9: 2, 3, 4 and 4.5 hours of three."""
    assert committed() == pytest.approx((2 / 4, (0 + 0 + 1 + 1.5) / 4))


def test_the_first_completion_sets_the_date_and_who_is_sent_back_is_late():
    """Everybody's first try fails. The board: until 1, 2 and 3, then 1 again until 4, 4 until 5.

    The crew tries 1, 2 and 3 until 3, 5 and 7, then 1, who has waited since 4, until 9: of three
    hours from 1 on it took eight. The run ends at 10, 8, 7 and 5 hours after the first approvals of
    the others, who are not done.
    """
    tried = ", outcome: {failed: {share: {by_visit: [100%, 0%]}, to: approve}, live: rest}"
    assert committed(tried) == pytest.approx((0, (5 + 5 + 4 + 2) / 4))


def test_a_date_is_owed_whatever_becomes_of_the_item():
    """All are withdrawn when they are deployed, and go past what is promised."""
    live = "live: {wait: 0 h}"
    tried = ", outcome: {withdrawn: {share: 100%, to: done}, fine: rest}"
    promise = "streams.s.value_point=live"
    assert committed(tried + "}\n      " + live.rstrip("}"), promise)[0] == 0


def test_nothing_is_owed_to_whom_no_step_has_committed():
    """The run ends before the fourth is approved: two of three."""
    assert committed("", "horizon=4 h", "run_out=0 h")[0] == 1 / 3


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("from: aprove", "unknown-step"),
        ("from: done", "unknown-step"),
        ("from: deploy", "out-of-place"),
        ("from: approve, paused_by: approve", "out-of-place"),
    ],
)
def test_a_date_is_set_by_another_step_of_the_stream(target, code):
    with pytest.raises(ScenarioError) as refused:
        loads(COMMITTED.replace(", TRIED", "").replace("from: approve", target))
    assert code in [problem.code for problem in refused.value.problems]
