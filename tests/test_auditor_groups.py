"""The auditor of groups is satisfied by what happens, and by nothing else."""

import numpy as np
import pytest
from auditor import audit

from svcsim.engines import reference
from svcsim.model.build import build
from svcsim.scenario.load import loads

SCENARIO = """svcsim: 1
horizon: 6 d
run_out: 1 d
calendars:
  early: {days: Mon-Fri, hours: 07:00-15:00}
  late: {days: Mon-Fri, hours: 11:00-19:00}
teams:
  desk:
    activity: engage
    shift_end: hand_over
    groups:
      early: {people: 2, calendar: early}
      late: {people: 2, calendar: late, shrinkage: 20%}
  ops:
    people: 3
    activity: deliver_support
    on_call: {people: 2, call_out: {median: 20 min, sigma: 0.5}, rest: {after: 1 h, for: 9 h}}
streams:
  p1:
    demand: {rate: 25/wk, profile: always}
    priority: 1
    preempts: true
    steps: {fix: {team: {ops: 2}, touch: {mean: 1.5 h, cv: 1}}}
  everyday:
    demand: 50/wk
    steps:
      take: {team: desk, touch: {mean: 1 h, cv: 1}}
      do: {team: ops, touch: {mean: 1 h, cv: 1}}
"""
COMPILED = build(loads(SCENARIO))
EARLY, LATE, OPS, ON_CALL = range(4)


def findings(change=None, seed=1):
    """Audit a replication of which the presence of one row has been changed."""
    happened = reference.simulate(COMPILED.model, seed, 0)
    presence = happened.presence.copy()
    if change is not None:
        change(presence)
    return audit(COMPILED.model, happened._replace(presence=presence), seed, 0)


def first(presence, where):
    """Return the place of the earliest of some rows."""
    places = np.flatnonzero(where)
    return places[presence["begin"][places].argmin()]


@pytest.mark.parametrize("seed", range(3))
def test_what_happens_is_sound(seed):
    assert findings(seed=seed) == []


def shorter_way(presence):
    presence["called"][first(presence, presence["called"] > 0)] -= 1


def nobody_called(presence):
    presence["called"][first(presence, presence["called"] > 0)] = 0


def unknown_person(presence):
    presence["person"][first(presence, presence["group"] == EARLY)] = 3


def other_team(presence):
    presence["group"][first(presence, presence["group"] == EARLY)] = OPS


def everyday_on_call(presence):
    everyday = COMPILED.model.steps["stream"][presence["step"]] == 1
    presence["group"][first(presence, everyday & (presence["group"] == OPS))] = ON_CALL


def higher_number(presence):
    presence["person"][first(presence, presence["group"] == EARLY)] = 2


def late_in_the_morning(presence):
    presence["group"][first(presence, presence["group"] == EARLY)] = LATE


@pytest.mark.parametrize(
    "change",
    [
        shorter_way, nobody_called, unknown_person, other_team, everyday_on_call, higher_number,
        late_in_the_morning,
    ],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_a_doctored_row_is_found(change):
    assert findings(change)
