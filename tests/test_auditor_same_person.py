"""The auditor of people who go on with the next step (semantics 71)."""

import numpy as np
import pytest

from svcsim.audit import audit
from svcsim.engines import compiled
from svcsim.model.build import build
from svcsim.scenario.load import loads

TWO_STEPS = """
svcsim: 1
start: 2026-01-05 UTC
horizon: 3 d
run_out: 1 d
terminating: true
calendar: SHIFTS
teams: {desk: {people: 3, activity: engage, shift_end: RULE}}
streams:
  call:
    demand: 30/d
    steps:
      answer: {team: desk, touch: {mean: 30 min, cv: 1}}
      note: {team: desk, touch: {mean: 30 min, cv: 1}, same_person: SAME}
"""


def model(same: str, rule: str = "pause", shifts: str = "always"):
    text = TWO_STEPS.replace("SAME", same).replace("RULE", rule).replace("SHIFTS", shifts)
    return build(loads(text)).model


def copied(run):
    return type(run)(*(table.copy() for table in run))


@pytest.fixture(scope="module")
def kept():
    law = model("true")
    return law, compiled.simulate(law, 1, 0)


@pytest.mark.parametrize("shifts", ["always", "office"])
@pytest.mark.parametrize("rule", ["pause", "hand_over", "run_over", "restart", "no_late_start"])
def test_each_program_explains_its_own_story_and_no_other(rule: str, shifts: str):
    same, other = model("true", rule, shifts), model("false", rule, shifts)
    one, two = compiled.simulate(same, 1, 0), compiled.simulate(other, 1, 0)
    assert audit(same, one, 1, 0) == []
    assert audit(other, two, 1, 0) == []
    assert audit(same, two, 1, 0) != []
    assert audit(other, one, 1, 0) != []


def test_another_person_may_not_go_on(kept):
    law, run = kept
    run = copied(run)
    presence = run.presence
    note = np.flatnonzero(presence["step"] == 1)
    alone = [
        k
        for k in note
        if not any(
            row["begin"] < presence["end"][k] and presence["begin"][k] < row["end"]
            for row in presence
            if row["person"] != presence["person"][k]
        )
    ]
    assert alone, "somebody works while all others are free"
    presence["person"][alone[0]] = presence["person"][alone[0]] % 3 + 1
    assert {finding.rule for finding in audit(law, run, 1, 0)} <= {"A1", "A2", "A3", "A4", "A5"}
    assert audit(law, run, 1, 0) != []


def test_a_visit_begins_as_it_is_entered(kept):
    law, run = kept
    run = copied(run)
    here = np.flatnonzero((run.visits["step"] == 1) & (run.visits["finished"] < law.end))[0]
    run.visits["started"][here] += 1
    assert audit(law, run, 1, 0) != []
