"""The auditor knows who serves which teams, and notices an engine that does not (14, 31, 34)."""

from functools import cache
from unittest.mock import patch

import numpy as np
import pytest

from svcsim.audit import audit
from svcsim.engines import reference
from svcsim.engines.reference.cell import Cell
from svcsim.engines.reference.pool import Pool
from svcsim.model.build import build
from svcsim.scenario.load import loads

SCENARIO = """svcsim: 1
start: 2026-01-05 UTC
horizon: 2 d
run_out: 0 d
terminating: true
calendars:
  early: {days: Mon-Sun, hours: 06:00-15:00}
  late: {days: Mon-Sun, hours: 13:00-23:00}
calendar: early
teams:
  desk:
    activity: engage
    groups: {a: {people: 2, serves: line}, b: {people: 1, calendar: late}}
    shift_end: hand_over
  line:
    activity: deliver_support
    groups: {c: {people: 1, serves: [desk, lab]}, d: 2}
  lab: {people: 1, activity: obtain_build, calendar: late, serves: line}
streams:
  call:
    demand: {rate: 2.2/h, profile: always}
    classes: {std: rest, vip: {share: 20%, priority: 1, preempts: true}}
    priority: 5
    steps: {answer: {team: desk, touch: {mean: 25 min, cv: 1}}}
  case:
    demand: {rate: 1.5/h, profile: always}
    classes: {std: rest, vip: {share: 20%, priority: 2, preempts: true}}
    priority: 4
    steps: {solve: {team: line, touch: {mean: 40 min, cv: 1}}}
  probe:
    demand: {rate: 0.5/h, profile: always}
    steps: {look: {TEAM, touch: {mean: 30 min, cv: 1}}}
"""
ALONE = "team: lab"
"""A cell without swarms."""
SWARMS = "team: {desk: 2, lab: 1}, quorum: 2, collect: false"
"""One with swarms."""


@cache
def model(team):
    """Return the model of a scenario in which this works."""
    text = SCENARIO
    if team == SWARMS:  # work asks at once only for teams that share nobody
        text = text.replace("[desk, lab]", "lab")
    return build(loads(text.replace("TEAM", team))).model


def findings(team, seed=1):
    """Audit a replication, perhaps of an engine with a fault."""
    return audit(model(team), reference.simulate(model(team), seed, 0), seed, 0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("team", [ALONE, SWARMS])
def test_what_happens_is_sound(team, seed):
    assert findings(team, seed) == []


def own_team_first(self, request, *, timed, given=Pool._given):
    """Give people of another team only if nothing waits for them there."""
    found = given(self, request, timed=timed)
    if request.token.item.preempts:
        return found
    return [p for p in found if p.group.record.pool == self.index or not p.group.pools[0].queue]


def most_able_first(self, request, *, timed, given=Pool._given):
    """Give those first who serve the most teams."""
    found = given(self, request, timed=timed)
    return sorted(found, key=lambda p: -p.group.record.n_pools)


@pytest.mark.parametrize("team", [ALONE, SWARMS])
@pytest.mark.parametrize("fault", [own_team_first, most_able_first], ids=lambda f: f.__name__)
def test_another_order_of_giving_people_is_found(team, fault):
    with patch.object(Pool, "_given", fault):
        assert any(findings(team, seed) for seed in range(8))


def from_own_work_alone(self, request, pool, victims=Cell._victims):
    return [(work, p) for work, p in victims(self, request, pool) if p.works_for is pool]


@pytest.mark.parametrize("team", [ALONE, SWARMS])
def test_who_is_not_taken_from_the_work_of_another_team_is_missed(team):
    with patch.object(Cell, "_victims", from_own_work_alone):
        assert any(findings(team, seed) for seed in range(8))


def whoever_is_there(self, request):
    return [g for g in self.groups if request.may_have(g, 0)]


@pytest.mark.parametrize("team", [ALONE, SWARMS])
def test_paused_work_that_others_resume_is_found(team):
    with patch.object(Pool, "groups_for", whoever_is_there):
        assert any(findings(team, seed) for seed in range(8))


def test_nobody_is_at_work_for_two_teams_at_once():
    """Somebody of c works for line, and for desk before that is over."""
    run = reference.simulate(model(ALONE), 1, 0)
    rows = run.presence
    mine = np.flatnonzero(rows["group"] == 2)
    mine = mine[np.argsort(rows["begin"][mine])]
    pools = rows["pool"][mine]
    k = np.flatnonzero(pools[1:] != pools[:-1])[0]
    one, other = rows[mine[k]], rows[mine[k + 1]]
    assert one["end"] <= other["begin"]
    changed = run.presence.copy()
    overlaps = [
        i for i in range(len(rows))
        if rows["pool"][i] in (0, 1, 2) and rows["group"][i] != 2
        and rows["begin"][i] < one["end"] and one["begin"] < rows["end"][i]
        and rows["pool"][i] != one["pool"]
    ]  # fmt: skip
    changed["group"][overlaps[0]], changed["person"][overlaps[0]] = 2, one["person"]
    found = audit(model(ALONE), run._replace(presence=changed), 1, 0)
    assert any("A2" in finding.rule for finding in found)
