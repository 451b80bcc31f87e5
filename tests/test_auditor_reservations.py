"""The auditor knows for whom people are kept free, and notices an engine that does not (30)."""

from functools import cache
from unittest.mock import patch

import pytest

from svcsim.audit import audit
from svcsim.engines import reference
from svcsim.engines.reference import pool as reference_pool
from svcsim.engines.reference import swarm
from svcsim.engines.reference.pool import Pool
from svcsim.model.build import build
from svcsim.scenario.load import loads

SCENARIO = """svcsim: 1
start: 2026-01-05 UTC
horizon: 2 d
run_out: 0 d
terminating: true
calendar: always
teams:
  ops:
    activity: deliver_support
    groups: {a: {people: 2}, b: {people: 3, shrinkage: {day: 30%}}}
    reserve: {share: 30%, for: [hot, plain.vip]}
  lab: {people: 4, activity: obtain_build, reserve: {people: 2, for: hot}}
streams:
  hot:
    demand: 1/h
    steps: {cool: {team: ops, touch: {mean: 30 min, cv: 1}}, probe: {team: lab, touch: 20 min}}
  plain:
    demand: 3/h
    classes: {boss: {share: 10%, priority: 1, preempts: true}, std: rest, vip: 20%}
    priority: 5
    steps: {fix: {team: ops, touch: {mean: 40 min, cv: 1}}}
  joint:
    demand: 1/h
    steps: {swarm: {TEAM, touch: {mean: 40 min, cv: 1}}}
"""
ALONE = "team: lab"
"""Cells without swarms."""
SWARMS = "team: {lab: 2, ops: 2}, quorum: 2"
"""One cell, with swarms."""


@cache
def model(team):
    """Return the model of a scenario in which this works."""
    return build(loads(SCENARIO.replace("TEAM", team))).model


def findings(team, seed=1):
    """Audit a replication, perhaps of an engine with a fault."""
    return audit(model(team), reference.simulate(model(team), seed, 0), seed, 0)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("team", [ALONE, SWARMS])
def test_what_happens_is_sound(team, seed):
    assert findings(team, seed) == []


def nobody_is_kept_free(self, request, *, idle=False):
    return 0


def nobody_is_at_work(self, request, *, idle=False, left=Pool.left_to_others):
    return left(self, request, idle=True)


@pytest.mark.parametrize("team", [ALONE, SWARMS])
@pytest.mark.parametrize(
    "fault",
    [nobody_is_kept_free, nobody_is_at_work],
    ids=lambda fault: fault.__name__,
)
def test_a_fault_of_what_is_left_to_others_is_found(team, fault):
    with patch.object(Pool, "left_to_others", fault):
        assert any(findings(team, seed) for seed in range(6))


def rounded_down(people, share, present, inside):
    return max(0, (people if people >= 0 else share * present // 10**9) - inside)


@pytest.mark.parametrize("team", [ALONE, SWARMS])
def test_a_share_that_is_rounded_down_is_found(team):
    with patch.object(reference_pool, "kept_free", rounded_down):
        assert any(findings(team, seed) for seed in range(6))


def test_people_who_are_kept_for_a_collector_beyond_what_is_left_to_it_are_found():
    def keep(cell, keep=swarm.keep):
        with patch.object(Pool, "left_to_others", nobody_is_kept_free):
            keep(cell)

    with patch("svcsim.engines.reference.cell.keep", keep):
        assert any(findings(SWARMS, seed) for seed in range(12))
