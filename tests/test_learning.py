"""Steps that learn (74): Wright's law, what check says of them, and what the auditor notices."""

from math import log2
from unittest.mock import patch

import pytest

from svcsim.analysis.feasibility import feasibility
from svcsim.analysis.predict import predict
from svcsim.audit import audit
from svcsim.engines import compiled, reference
from svcsim.engines.reference.learning import Learning
from svcsim.errors import Problem
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.model.codes import Kind
from svcsim.scenario.load import loads

CURVE = """svcsim: 1
calendar: always
horizon: 4 wk
run_out: 0 h
terminating: true
teams: {desk: {people: 1, activity: engage}}
streams:
  s:
    backlog: {items: 400, age: 1 h}
    demand: 1/wk
    steps: {a: {team: desk, touch: 1 h, learning: {each_doubling: 80%, done_before: 5}}}
"""
MIXED = """svcsim: 1
calendar: always
horizon: 30 h
run_out: 0 h
terminating: true
teams: {desk: {people: 3, activity: engage}}
streams:
  p1: {demand: 3/h, priority: 1, preempts: true, steps: {fix: {team: desk, touch: 40 min}}}
  s:
    demand: 6/h
    steps:
      n: {activity: engage, wait: 5 min}
      a:
        team: desk
        touch: {mean: 20 min, cv: 1}
        max_visits: 3
        auto: {share: 20%}
        incomplete: {share: 20%, to: n}
        interruption: restart
        learning: {each_doubling: 70%}
"""


def test_each_doubling_takes_the_same_share_off():
    """Wright (1936): unit n takes T ((n0 + n) / n0)^(log2 b), here a stair of 2^(1/8) above it."""
    run = compiled.simulate(build(loads(CURVE)).model, 3, 0)
    work = run.rows[run.rows["kind"] == Kind.WORK]
    took = sorted(zip(work["begin"].tolist(), (work["end"] - work["begin"]).tolist(), strict=True))
    assert len(took) >= 400
    for n, (_, ticks) in enumerate(took[:400]):
        curve = TICKS_PER_HOUR * ((5 + n) / 5) ** log2(0.8)
        assert curve - 1 <= ticks <= curve * 0.8 ** (-1 / 8) + 1, n
    for k in range(7):  # each stair at the end of a doubling lies on the curve
        assert took[5 * (2**k - 1)][1] == pytest.approx(TICKS_PER_HOUR * 0.8**k, abs=1)


def test_check_tells_the_load_before_anything_is_learned():
    text = CURVE.replace("backlog: {items: 400, age: 1 h}\n    demand: 1/wk", "demand: DEMAND")
    text = text.replace("terminating: true\n", "").replace("run_out: 0 h", "run_out: 1 wk")
    calm, busy = (loads(text.replace("DEMAND", rate)) for rate in ("0.5/h", "1.2/h"))
    (pool,) = predict(build(calm).model).pools
    assert pool.utilisation == pytest.approx(0.5, rel=1e-9)
    assert pool.reason == "its steps learn"
    (hint,) = (one for one in feasibility(calm, build(calm)) if one.code == "not-foreseen")
    assert hint.path == "streams.s.steps.a.learning"
    told = feasibility(busy, build(busy))
    assert not [one for one in told if isinstance(one, Problem)]
    (hint,) = (one for one in told if one.code == "growing-backlog")
    assert hint.sentence.endswith("stay undone, before anything is learned")


def nothing_is_learned(learning, request):
    request.fresh = False


def each_start_reads(learning, request, begins=Learning.begins):
    request.fresh = True
    begins(learning, request)


def unfinished_counts(learning, request, begins=Learning.begins):
    begins(learning, request)
    learning.ends(request)


@pytest.mark.parametrize("wrong", [None, nothing_is_learned, each_start_reads, unfinished_counts])
def test_the_auditor_knows_what_was_learned(wrong):
    model = build(loads(MIXED)).model
    with patch.object(Learning, "begins", wrong or Learning.begins):
        found = audit(model, reference.simulate(model, 1, 0), 1, 0)
    assert bool(found) == bool(wrong), found
    assert not wrong or {one.rule for one in found} == {"A3"}, found
