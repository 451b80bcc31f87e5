"""First-contact resolution: one person, in one go; by hand, in theory, and counted again."""

from collections import defaultdict
from itertools import pairwise

import pytest
from random_runs import random_runs
from test_automation import TRACES
from test_traces import read as trace
from test_traces import scenario as written

from svcsim.analysis.first_contact import first_contact_resolution
from svcsim.experiment.run import run
from svcsim.model.arrays import NEVER
from svcsim.scenario.load import load, loads

RANDOM = 70
NAME = "first_contact_resolution"


@pytest.mark.parametrize("engine", ["compiled", "reference"])
@pytest.mark.parametrize(
    ("name", "stream", "share"),
    [
        ("N01", "call", 3 / 3),  # who answered went on, or it was over
        ("N02", "case", 1 / 3),  # between the two steps of two of them is a night
        ("N04", "batch", 1 / 2),  # the person of one is called away
    ],
)
def test_what_was_worked_out_by_hand(name, stream, share, engine, tmp_path):
    (path,) = TRACES.glob(f"{name}_*.yaml")
    results = run(written(trace(path), tmp_path), replications=1, jobs=1, engine=engine)
    assert results.numbers.find(NAME, "share", stream=stream).value == share


DESK = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
horizon: 1 d
run_out: 12 h
replications: 1
terminating: true
teams:
  desk: {people: 1, activity: engage}
  line: {people: 1, activity: deliver_support}
streams:
  contact:
    demand: {csv: contacts.csv, arrived: at, class: kind}
    classes: {plain: 20%, passed: 20%, rung: 20%, machine: 20%, again: rest}
    value_point: solve
    steps:
      answer: {team: desk, touch: 10 min, classes: [plain, passed, rung, again]}
      ring: {wait: 1 h, classes: [rung]}
      pass: {team: line, touch: 10 min, classes: [passed]}
      solve:
        team: desk
        touch: 10 min
        auto: {share: {by_class: {machine: 100%, otherwise: 0%}}}
      check:
        activity: engage
        wait: 1 h
        classes: [again]
        max_visits: 2
        outcome: {open: {share: {by_visit: [100%, 0%]}, to: solve}, closed: rest}
  simple:
    demand: {scheduled: ["daily 20:00"]}
    steps: {mend: {team: line, touch: 10 min}}
"""
KINDS = {
    "plain": 1,  # the desk is free, so that who has answered solves as well
    "passed": 0,
    "rung": 0,  # by the same person, but an hour later
    "again": 0,  # solved at once, and opened again
}


@pytest.mark.parametrize("engine", ["compiled", "reference"])
def test_transfers_call_backs_and_reopenings_are_none(engine, tmp_path):
    rows = [f"2026-01-05 {2 * k:02}:00,{kind}" for k, kind in enumerate([*KINDS, "machine"])]
    # two at once: who comes second queues, and each is put back behind the other
    rows += ["2026-01-05 15:00,plain", "2026-01-05 15:00,plain"]
    (tmp_path / "contacts.csv").write_text("at,kind\n" + "\n".join(rows) + "\n")
    (tmp_path / "desk.yaml").write_text(DESK)
    find = run(load(tmp_path / "desk.yaml"), jobs=1, engine=engine).numbers.find
    assert {k: find(NAME, "share", stream="contact", cls=k).value for k in KINDS} == {
        **KINDS, "plain": 1 / 3
    }  # fmt: skip
    # nobody had a contact with the one that a machine solved
    assert find(NAME, "share", stream="contact", cls="machine").n == 0
    assert find(NAME, "share", stream="contact").value == 1 / 6


def test_where_there_is_one_step_it_is_not_told(tmp_path):
    (tmp_path / "contacts.csv").write_text("at,kind\n2026-01-05 00:00,plain\n")
    (tmp_path / "desk.yaml").write_text(DESK)
    results = run(load(tmp_path / "desk.yaml"), jobs=1)
    assert {key.stream for key, _ in results.numbers.items() if key.measure == NAME} == {"contact"}


def test_it_is_the_share_that_whoever_answers_can_solve():
    text = """
svcsim: 1
calendar: always
horizon: 50 d
run_out: 2 d
teams:
  desk: {people: 9, activity: engage}
  line: {people: unlimited, activity: deliver_support}
streams:
  s:
    value_point: done
    demand: 300/d
    steps:
      answer: {team: desk, touch: {mean: 4 min, cv: 1}}
      solve:
        team: desk
        same_person: true
        touch: {mean: 4 min, cv: 1}
        outcome: {solved: {share: 66%, to: done}, passed_on: rest}
      more: {team: line, touch: 5 min}
"""
    number = run(loads(text), replications=8, jobs=1).numbers.find(NAME, "share", stream="s")
    assert 0 < number.half_width < 0.02
    assert abs(number.value - 0.66) < 2.5 * number.half_width


def in_one_go(spells, value):
    """Whether some spells, as (begin, end, who), are those of one person without a break."""
    spells = sorted(spells)
    for (_, ended, who), (begins, _, other) in pairwise(spells):
        if who != other or begins != ended:
            return False
    return value <= spells[-1][1]


def all_have_numbers(scenario):
    return not any(team.people == "unlimited" for team in scenario.teams.values())


def test_first_contacts_of_random_scenarios_counted_again(tmp_path):
    """Spell by spell, in the order of time; people without numbers are left to the tests above."""
    resolved = not_resolved = 0
    for number, _, names, followed in random_runs(901, RANDOM, tmp_path, all_have_numbers):
        happened = followed.trajectory
        spells, started = defaultdict(list), defaultdict(lambda: NEVER)
        for one in happened.presence:
            if one["pool"] < names.n_teams:
                who = int(one["group"]), int(one["person"])
                spells[int(one["item"])].append((int(one["begin"]), int(one["end"]), who))
        for visit in happened.visits:
            item = int(visit["item"])
            started[item] = min(started[item], int(visit["started"]))
        for total in first_contact_resolution(followed):
            good = contacts = 0
            stream = names.streams.index(total.key.stream)
            cls = names.classes[stream].index(total.key.cls) if total.key.cls else None
            for item, its in spells.items():
                record = happened.items[item]
                if record["stream"] != stream or cls not in (None, record["cls"]):
                    continue
                if followed.pursued[item] and started[item] <= followed.until[item]:
                    contacts += 1
                    good += in_one_go(its, int(followed.value[item]))
            assert (total.numerator, total.denominator) == (good, contacts), number
            resolved += good
            not_resolved += contacts - good
    assert resolved >= 20
    assert not_resolved >= 20
