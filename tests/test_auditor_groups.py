"""The auditor of groups is satisfied by what happens, and by nothing else."""

from functools import cache
from unittest.mock import patch

import numpy as np
import pytest

from svcsim.audit import audit
from svcsim.engines import reference
from svcsim.engines.reference.cell import Cell
from svcsim.engines.reference.gate import Gate
from svcsim.engines.reference.limit import Limit
from svcsim.engines.reference.pool import Pool, Request
from svcsim.model.build import build
from svcsim.model.codes import Kind
from svcsim.scenario.load import loads

SCENARIO = """svcsim: 1
start: 2026-01-05 UTC
horizon: 5 d
run_out: 0 d
calendars:
  early: {days: Mon-Fri, hours: 07:00-15:00}
  late: {days: Mon-Fri, hours: 11:00-19:00}
  split: {days: Mon-Fri, hours: [07:00-11:00, 12:00-16:00]}
teams:
  desk:
    activity: engage
    shift_end: hand_over
    wip: 4
    groups:
      early: {people: 2, calendar: early}
      late: {people: 2, calendar: late, shrinkage: 20%}
  ops:
    people: 3
    activity: deliver_support
    on_call:
      people: 2
      calendar: always
      call_out: {median: 20 min, sigma: 0.5}
      rest: {after: 1 h, for: 9 h}
  lab:
    activity: obtain_build
    shift_end: pause
    groups:
      a: {people: 1, calendar: late}
      b: {people: 1, calendar: split}
  field:
    activity: deliver_support
    shift_end: no_late_start
    groups:
      a: {people: 1, calendar: early}
      b: {people: 1, calendar: late}
streams:
  p1:
    demand: {rate: 60/wk, profile: always}
    classes: {bad: {share: 70%, priority: 2}, worst: {share: rest, priority: 1}}
    preempts: true
    steps:
      fix:
        team: {by_class: {bad: ops, worst: {ops: 2}}}
        touch: {mean: 1.5 h, cv: 1}
  everyday:
    demand: 40/wk
    priority: 3
    steps:
      take: {team: desk, touch: {mean: 1 h, cv: 1}}
      do: {team: ops, touch: {mean: 1 h, cv: 1}}
  change:
    demand: 16/wk
    priority: 3
    steps:
      build: {team: lab, touch: {mean: 3 h, cv: 1}}
      board: {gate: {meets: {every: 8 h}}, outcome: {approve: rest}}
      visit: {team: field, touch: {mean: 3 h, cv: 0.5}}
"""
COMPILED = build(loads(SCENARIO))
HOUR = 3_600_000_000
EARLY, LATE, OPS, ON_CALL, LAB_A, LAB_B, FIELD_A, FIELD_B = range(8)


@cache
def happened(seed):
    """Return a replication."""
    return reference.simulate(COMPILED.model, seed, 0)


def findings(change=None, seed=1, table="presence"):
    """Audit a replication of which one row has been changed."""
    rows = getattr(happened(seed), table).copy()
    if change is not None:
        change(rows)
    return audit(COMPILED.model, happened(seed)._replace(**{table: rows}), seed, 0)


def first(rows, where):
    """Return the place of the earliest of some rows."""
    places = np.flatnonzero(where)
    return places[rows["begin"][places].argmin()]


@pytest.mark.parametrize("seed", range(3))
def test_what_happens_is_sound(seed):
    assert findings(seed=seed) == []


# ---- doctored presence (14 to 19) ----------------------------------------------------------------


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
def test_a_doctored_row_of_presence_is_found(change):
    assert findings(change)


# ---- doctored waits, places and decisions --------------------------------------------------------

FIX, TAKE, DO, BUILD, BOARD, VISIT = range(6)


def wait_for(rows, step, where=True):
    """Return the place of the first long wait for people at a step."""
    waits = (rows["kind"] == Kind.CONTENTION) & (rows["end"] > rows["begin"] + 2)
    return first(rows, waits & (rows["step"] == step) & where)


def part_of_no_cause(rows):
    rows["unavailability"][wait_for(rows, DO, rows["unavailability"] > 0)] -= 1


def unavailable_in_the_early_shift(rows):
    rows["unavailability"][wait_for(rows, TAKE, rows["unavailability"] == 0)] += 1


def held_up_by_the_clock_alone(rows):
    rows["policy"][wait_for(rows, VISIT, rows["policy"] > 0)] -= 1


def blamed_on_another(rows):
    rows["blame"][wait_for(rows, DO, rows["blame"] >= 0)] += 1


def no_way_to_work(rows):
    rows["kind"][first(rows, rows["kind"] == Kind.UNAVAILABILITY)] = Kind.SETUP


@pytest.mark.parametrize(
    "change",
    [
        part_of_no_cause, unavailable_in_the_early_shift, held_up_by_the_clock_alone,
        blamed_on_another, no_way_to_work,
    ],
    ids=lambda change: change.__name__,
)  # fmt: skip
def test_a_doctored_row_of_a_wait_is_found(change):
    assert findings(change, table="rows")


# ---- faults planted in the reference engine ------------------------------------------------------


def nobody_is_called(self, request, groups_for=Pool.groups_for):
    return [group for group in groups_for(self, request) if not group.record.on_call]


def call_first(self, request, groups_for=Pool.groups_for):
    return groups_for(self, request)[::-1]


def does_all_work(self, group, bound):
    return bound == 0 or group.record.own == 0 or bool(group.record.own & bound)


def anybody_resumes(self, group, bound, may_have=Request.may_have):
    return may_have(self, group, 0)


def comes_at_once(self, request, people):
    request.starts += 1
    return 0


def one_way_for_all_starts(self, request, people, call_out=Cell._call_out):
    request.starts = 0
    return call_out(self, request, people)


def nobody_rests(self, person):
    person.work, person.overtime, person.freed = None, False, self.clock.now


def any_shift_is_long_enough(self, request, group):
    return True


def first_shift_decides(self, request, group, in_time=Pool.in_time):
    return in_time(self, request, self.groups[0])


def everybody_counts(self, request):
    return sum(person.present for group in self.groups for person in group.people)


def all_work_counts(self, request):
    held = {id(p.work): p.work for g in self.groups for p in g.people if p.work is not None}
    return sorted(held.values(), key=lambda other: other.nth_start)


def latest_first(self, pool):
    return self.token.rank, -self.since, -self.number


def best_victim(self, request, pool, victims=Cell._victims):
    return victims(self, request, pool)[::-1]


def every_other_sitting(self, deadlines, decide=Gate.decide):
    if self.world.clock.now % (16 * HOUR) == 0:
        decide(self, deadlines)


FAULTS = {
    "nobody is called out": (Pool, "groups_for", nobody_is_called, "A4"),
    "people on call come first": (Pool, "groups_for", call_first, "A2"),
    "people on call do all work": (Request, "may_have", does_all_work, "A2"),
    "anybody resumes what paused": (Request, "may_have", anybody_resumes, "A"),
    "people on call are there at once": (Cell, "_call_out", comes_at_once, "A3"),
    "one call-out for all starts": (Cell, "_call_out", one_way_for_all_starts, "A3"),
    "nobody rests": (Cell, "_give_back", nobody_rests, "A"),
    "work starts late": (Pool, "in_time", any_shift_is_long_enough, "A5"),
    "the shift of another leaves time": (Pool, "in_time", first_shift_decides, "A"),
    "all who are there count for the cause": (Pool, "on_shift", everybody_counts, "A6"),
    "the work of all is to blame": (Pool, "at_work", all_work_counts, "A6"),
    "the latest comes first": (Request, "key", latest_first, "A5"),
    "another victim is taken": (Cell, "_victims", best_victim, "A5"),
    "a board sits half as often": (Gate, "decide", every_other_sitting, "A7"),
    "a limit lets everybody in": (Limit, "admits", lambda self, token: True, "A9"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault):
    owner, name, wrong, rule = FAULTS[fault]
    with patch.object(owner, name, wrong):
        found = audit(COMPILED.model, reference.simulate(COMPILED.model, 1, 0), 1, 0)
    assert any(one.rule.startswith(rule) for one in found), found
