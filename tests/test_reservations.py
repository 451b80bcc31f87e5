"""Reservations of people against theory, and what is said of them before a run (30)."""

from math import factorial

import numpy as np
import pytest
from test_shipped_scenarios import BAND, z

from svcsim.analysis.facts import Facts
from svcsim.analysis.feasibility import feasibility
from svcsim.engines import compiled, reference
from svcsim.model.build import build
from svcsim.model.codes import Outcome
from svcsim.scenario.load import loads

LOSS = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
warm_up: 30 h
horizon: 530 h
run_out: 20 h
teams:
  desk: {{people: {people}, activity: engage, reserve: {{{kept}, for: vip}}}}
streams:
  vip:
    demand: {vip}/h
    steps: {{a: {{team: desk, patience: 0.00001 s, touch: {{mean: 1 h, {law}}}}}}}
  std:
    demand: {std}/h
    steps: {{b: {{team: desk, patience: 0.00001 s, touch: {{mean: 1 h, {law}}}}}}}
"""
"""Who finds nobody leaves, ten ticks later."""


def product_form(people, kept, vip, std):
    """Return the shares of two streams that are lost, from a product form.

    Of `std` no more than people - kept are at work, and of both no more than people. That set is
    coordinate convex, so the states have weights a^m/m! b^n/n!, whatever the law of the work
    [J. S. Kaufman, Blocking in a shared resource environment, IEEE Trans. Commun. 29 (1981)].
    """
    weights = {
        (m, n): vip**m / factorial(m) * std**n / factorial(n)
        for n in range(people - kept + 1)
        for m in range(people - n + 1)
    }
    full = sum(w for (m, n), w in weights.items() if m + n == people)
    held_back = sum(w for (m, n), w in weights.items() if m + n < people and n == people - kept)
    total = sum(weights.values())
    return full / total, (full + held_back) / total


def lost(model, replication, engine=compiled):
    """Return the shares of two streams that found nobody."""
    items = engine.simulate(model, 3, replication).items
    items = items[(items["arrived"] >= model.warm_up) & (items["arrived"] < model.horizon)]
    gone = items["outcome"] == Outcome.ABANDONED
    return [gone[items["stream"] == stream].mean() for stream in (0, 1)]


@pytest.mark.theory
@pytest.mark.parametrize(("law", "people", "kept", "said"), [
    ("distribution: exponential", 5, 2, "people: 2"), ("cv: 2", 5, 2, "people: 2"),
    ("cv: 0.3", 5, 2, "share: 30%"), ("distribution: exponential", 6, 1, "people: 1"),
])  # fmt: skip
def test_who_is_lost_is_so_by_the_product_form(law, people, kept, said):
    """30 % of five, and a half, make two."""
    vip, std = 1.5, 2.5
    model = build(loads(LOSS.format(people=people, kept=said, vip=vip, std=std, law=law))).model
    shares = np.array([lost(model, replication) for replication in range(80)])
    for found, truth in zip(shares.T, product_form(people, kept, vip, std), strict=True):
        assert abs(z(found, truth)) < BAND
        assert found.std(ddof=1) / len(found) ** 0.5 * BAND < 0.03


@pytest.mark.theory
def test_the_reference_engine_loses_the_same():
    text = LOSS.format(people=5, kept="people: 2", vip=1.5, std=2.5, law="cv: 2")
    model = build(loads(text)).model
    assert [lost(model, 4, engine) for engine in (compiled, reference)][1] == lost(model, 4)


def test_without_a_reservation_both_are_lost_alike():
    """Erlang's loss formula, and the product form of nobody kept."""
    people, load = 5, 4.0
    terms = [load**n / factorial(n) for n in range(people + 1)]
    assert product_form(people, 0, 1.5, 2.5) == pytest.approx([terms[-1] / sum(terms)] * 2)


DESK = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
teams: {{desk: {{people: {people}, activity: engage, reserve: {{{kept}, for: call.vip}}}}}}
streams:
  call:
    demand: {rate}/h
    classes: {{vip: 20%, std: rest}}
    steps: {{answer: {{team: {team}, touch: {{mean: 1 h, cv: 1}}}}}}
"""


def desk(people=4, kept="people: 2", rate=1, team="desk"):
    """Return a scenario of a desk that keeps people for some calls."""
    return loads(DESK.format(people=people, kept=kept, rate=rate, team=team))


def codes(scenario):
    """Return what stands in its way."""
    return {one.code for one in feasibility(scenario, build(scenario))}


def test_the_other_work_must_fit_into_what_is_left():
    """Four fifths of the calls have two people: fewer than 2.5 an hour come."""
    assert "reserved-overload" not in codes(desk(rate=2.45))
    assert "reserved-overload" in codes(desk(rate=2.55))
    assert "reserved-overload" not in codes(desk(rate=3, kept="share: 25%"))


def test_what_is_left_must_be_as_many_as_a_step_takes():
    assert "too-few-left" not in codes(desk(team="{desk: 2}"))
    assert "too-few-left" in codes(desk(team="{desk: 3}"))
    assert "too-few-left" not in codes(desk(kept="share: 25%", team="{desk: 3}"))


def test_the_least_people_leave_enough_to_the_others():
    """The others are at work 2 of them on average: with two kept five people are needed."""

    def least(**words):
        scenario = desk(**words)
        return Facts.of(scenario, build(scenario)).prediction.pools[0].least

    assert least(people=9, rate=2.5, kept="people: 2") == 5
    assert least(people=9, rate=2.5, kept="people: 4") == 7
    assert least(people=9, rate=2.5, kept="share: 50%") == 6  # 5 - 3 are 2, and not more
