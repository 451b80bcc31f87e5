"""Efficiency of people (18): what is known exactly, and what the auditor notices."""

from unittest.mock import patch

import pytest

from svcsim.analysis.predict import predict
from svcsim.audit import audit
from svcsim.engines import compiled, reference
from svcsim.engines.reference import cell as cells
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.scenario.load import loads

DESK = """svcsim: 1
calendar: always
horizon: 200 h
run_out: 100 h
teams: {desk: {people: 2, activity: engage, DESK}}
streams: {s: {demand: 6/h, steps: {a: {team: desk, touch: TOUCH}}}}
"""
LEARNING = """svcsim: 1
horizon: 4 wk
run_out: 0 h
terminating: true
teams:
  desk:
    activity: engage
    groups:
      old: 1
      new: {people: 2, from: 3 d, efficiency: {from: 25%, over: 2 wk}}
streams:
  p1: {demand: 6/wk, priority: 1, preempts: true, steps: {fix: {team: desk, touch: 2 h}}}
  s:
    demand: 20/wk
    steps: {a: {team: desk, touch: {mean: 3 h, cv: 1}}, b: {team: {desk: 2}, touch: 1 h}}
"""


def desk(people, touch):
    return DESK.replace("DESK", people).replace("TOUCH", touch)


@pytest.mark.parametrize(("efficiency", "slow", "fast"), [("50%", 8, 16), ("160%", 24, 15)])
def test_slower_people_are_longer_work(efficiency, slow, fast):
    def happened(people, touch):
        model = build(loads(desk(people, f"{touch} min"))).model
        return compiled.simulate(model, 5, 0)

    found = happened(f"efficiency: {efficiency}", slow), happened("queue: fifo", fast)
    assert len(found[0].rows) > 1000
    for one, other in zip(*found, strict=True):
        assert one.tobytes() == other.tobytes()


def test_check_knows_a_queue_of_slower_people():
    # M/M/2, 6 an hour, 15 minutes each: C = 9/14, and the wait C/(8 - 6) = 9/28 h [Erlang 1917].
    touch = "{mean: 12 min, distribution: exponential}"
    (pool,) = predict(build(loads(desk("efficiency: 80%", touch))).model).pools
    assert pool.exact
    assert pool.wait == pytest.approx(9 / 28 * TICKS_PER_HOUR, rel=1e-6)
    assert pool.utilisation == pytest.approx(0.75, rel=1e-9)


def test_check_counts_newcomers_as_what_they_can_do():
    # Eight stairs of 21 h each fill the week, from 300 permille on, 87.5 higher each time.
    text = desk("efficiency: {from: 30%, over: 168 h}", "8 min").replace("200 h", "168 h")
    (pool,) = predict(build(loads(text)).model).pools
    mean = (300 + 388 + 475 + 563 + 650 + 738 + 825 + 913) / 8000
    assert pool.utilisation == pytest.approx(6 * 8 / 60 / 2 / mean, rel=1e-9)
    assert pool.reason == "its people get faster or slower"


def always_alike(world, request):
    return 1000


def most(world, request, efficiency=cells.efficiency):
    groups = [member.person.group for member in request.people]
    return 1000 if any(one.record.n_stairs == 0 for one in groups) else efficiency(world, request)


@pytest.mark.parametrize("wrong", [None, always_alike, most])
def test_the_auditor_knows_how_long_work_takes(wrong):
    model = build(loads(LEARNING)).model
    with patch.object(cells, "efficiency", wrong or cells.efficiency):
        found = audit(model, reference.simulate(model, 1, 0), 1, 0)
    assert bool(found) == bool(wrong), found
    assert not wrong or "A3" in {one.rule for one in found}, found
