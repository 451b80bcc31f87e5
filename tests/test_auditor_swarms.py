"""The auditor notices what no engine may do with swarms: faults planted in the reference engine."""

from unittest.mock import patch

import pytest

from svcsim.audit import audit
from svcsim.audit.swarm_cell import SwarmCell
from svcsim.engines import reference
from svcsim.engines.reference import cell as cells
from svcsim.engines.reference.cell import Cell
from svcsim.engines.reference.pool import Pool, Request
from svcsim.engines.reference.token import Token
from svcsim.model.build import build
from svcsim.scenario.load import loads

SCENARIO = """
svcsim: 1
title: Swarms of three teams, and the work that they interrupt
start: 2026-01-05 UTC
horizon: 2 d
run_out: 12 h
calendar: office
teams:
  ops: {people: 4, activity: engage, shrinkage: {day: 10%}, switching: 5 min}
  dev: {people: 3, activity: engage, calendar: always}
  lab: {people: 1, activity: engage, calendar: always}
streams:
  major:
    demand: 4/d
    priority: 1
    preempts: true
    steps:
      swarm: {team: {ops: 3, dev: 1, lab: 1}, quorum: 3, touch: {mean: 1 h, cv: 0.8}}
  urgent:
    demand: 6/d
    priority: 1
    preempts: true
    steps:
      look: {team: dev, touch: {mean: 15 min, cv: 0.8}}
  change:
    demand: 5/d
    priority: 2
    steps:
      pair: {team: {ops: 2, dev: 1}, collect: true, touch: {mean: 1 h, cv: 0.8}}
      trio: {team: {dev: 2, ops: 2}, quorum: 2, touch: {mean: 2 h, cv: 0.8}}
  everyday:
    demand: 20/d
    priority: 3
    steps:
      handle: {team: ops, touch: {mean: 1 h, cv: 0.8}}
      code: {team: dev, touch: {mean: 30 min, cv: 0.8}}
"""


def findings():
    """Yield what the auditor finds in two replications of the reference engine."""
    model = build(loads(SCENARIO)).model
    for replication in range(2):
        yield from audit(model, reference.simulate(model, 1, replication), 1, replication)


def keep_nobody(cell):
    cell.collector = None


def keep_from_all(self, request, group):
    return self.kept[group] if self.collector not in (None, request) else 0


def keep_for_all(self, request, group):
    return 0


def goes_on_too_long(self, pool):
    return len(self.people) >= self.seize.quorum > 0


def stops_too_early(self, pool):
    return False


def the_best_first(self, request, pool, victims=Cell._victims):
    return victims(self, request, pool)[::-1]


def set_up_by_all(request, member, now, *, done):
    setup = min(now - member.begin, request.setup)
    if done or now > member.begin:
        who = member.pool.index, member.person.group.index, member.person.number
        request.token.presence(*who, member.begin, now, 0, setup)


FAULTS = {
    "nobody is kept": (cells, "keep", keep_nobody, "A"),
    "people are kept from earlier turns": (Cell, "kept_from", keep_from_all, "A4"),
    "people are kept from nobody": (Cell, "kept_from", keep_for_all, "A"),
    "nobody comes late": (Cell, "_ask", lambda self, request: None, "A4"),
    "a team goes on below its quorum": (Request, "goes_on_without", goes_on_too_long, "A2"),
    "a team stops above its quorum": (Request, "goes_on_without", stops_too_early, "A3"),
    "another victim is taken": (Cell, "_victims", the_best_first, "A5"),
    "latecomers set up": (cells, "record_presence", set_up_by_all, "A2"),
    "the largest numbers are taken": (
        Pool,
        "available",
        lambda self, request, given=Pool.available: given(self, request)[::-1],
        "A2",
    ),
}


def test_a_sound_story_is_found_sound():
    assert list(findings()) == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found(fault):
    owner, name, wrong, rule = FAULTS[fault]
    with patch.object(owner, name, wrong):
        assert any(one.rule.startswith(rule) for one in findings())


def test_causes_are_worked_out_anew():
    def wait_row(self, wait, now, write=Token.wait_row):
        parts = wait.parts
        for kind in parts:
            parts[kind] = 0
        write(self, wait, now)

    with patch.object(Token, "wait_row", wait_row):
        assert any(one.rule == "A6" for one in findings())


def test_the_scenario_is_one_of_swarms():
    model = build(loads(SCENARIO)).model
    assert (model.seizes["quorum"] > 0).sum() == 2
    assert len(model.cells) == 1
    assert SwarmCell.__doc__
