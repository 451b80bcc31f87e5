"""People who serve several teams, against theory, and what is said of them before a run (14)."""

import numpy as np
import pytest
from test_shipped_scenarios import BAND, z

import svcsim
from svcsim.analysis.facts import Facts
from svcsim.analysis.feasibility import feasible
from svcsim.analysis.theory import Station
from svcsim.engines import compiled, reference
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.model.codes import Kind
from svcsim.scenario.load import load, loads

TWO = """
svcsim: 1
start: 2026-01-05 UTC
calendar: always
warm_up: 100 h
horizon: 1100 h
run_out: 100 h
teams:
  a: {{activity: engage, {a}}}
  b: {{activity: improve, {b}}}
streams:
  s: {{demand: {s}/h, priority: {rank}, steps: {{x: {{team: a, touch: {{mean: 1 h, {law}}}}}}}}}
  t: {{demand: {t}/h, preempts: {preempts}, priority: 2,
       steps: {{y: {{team: {other}, touch: {{mean: 1 h, {law}}}}}}}}}
"""
EXPONENTIAL = "distribution: exponential"


def two(a, b, s=1.0, t=0.6, law=EXPONENTIAL, rank=2, preempts="false", other="b"):
    """Return a scenario of two teams, and two streams that ask one each."""
    return loads(TWO.format(a=a, b=b, s=s, t=t, law=law, rank=rank, preempts=preempts, other=other))


def items(scenario, replication=0, engine=compiled):
    """Return the items of a run."""
    return engine.simulate(build(scenario).model, 7, replication).items


# ---- who can all do everything is one team -------------------------------------------------------


@pytest.mark.parametrize("engine", [compiled, reference])
@pytest.mark.parametrize(
    "words", [{}, {"rank": 3}, {"rank": 3, "preempts": "true"}, {"law": "cv: 2"}]
)
def test_two_teams_that_do_all_the_work_of_each_other_are_one(engine, words):
    """Whose turn it is does not know of teams, so every item leaves at the same tick."""
    apart = two("people: 1, serves: b", "people: 1, serves: a", **words)
    together = two("people: 2", "people: 0", other="a, activity: engage", **words)
    one, other = (items(scenario, 3, engine) for scenario in (apart, together))
    assert len(one) > 1000
    assert (one["arrived"] == other["arrived"]).all()
    assert (one["ended"] == other["ended"]).all()


@pytest.mark.theory
def test_one_person_with_two_queues_is_one_queue():
    """M/M/1 of both: a team without people of its own is served by that of the other."""
    scenario = two("people: 1, serves: b", "people: 0", s=0.4, t=0.35)
    model, waits = build(scenario).model, []
    for replication in range(60):
        found = compiled.simulate(model, 7, replication).items
        found = found[(found["arrived"] >= model.warm_up) & (found["arrived"] < model.horizon)]
        by_stream = [found[found["stream"] == stream] for stream in (0, 1)]
        waits.append([(one["ended"] - one["arrived"]).mean() / TICKS_PER_HOUR for one in by_stream])
    truth = Station(0.75, 1.0, 1).sojourn
    for found in np.array(waits).T:
        assert abs(z(found, truth)) < BAND
        assert found.std(ddof=1) / len(found) ** 0.5 * BAND < 0.2 * truth


def test_a_team_that_nobody_serves_is_alone():
    """Serving is one-way: who serves b leaves the queue of a longer, and shortens that of b."""
    words = {"s": 1.4, "t": 1.7}
    apart, shared = (
        two(f"people: 2{serves}", "people: 2", **words) for serves in ("", ", serves: b")
    )
    waits = [
        [(one["ended"] - one["arrived"])[one["stream"] == stream].mean() for stream in (0, 1)]
        for one in (items(apart), items(shared))
    ]
    assert waits[1][0] > waits[0][0]
    assert waits[1][1] < waits[0][1]


# ---- what is measured ----------------------------------------------------------------------------


def test_people_are_busy_for_their_own_team_whomever_they_serve():
    """One of a serves b, which has nobody: all of 0.3 work an hour is a's utilisation."""
    scenario = two("people: 2, serves: b, cost: 10 GBP/h", "people: 0", s=0.5, t=0.3)
    found = svcsim.run(scenario, replications=1).numbers
    model = build(scenario).model
    run = compiled.simulate(model, scenario.seed, 0)
    first, last = model.warm_up, model.horizon
    inside = np.clip(run.presence["end"], first, last) - np.clip(run.presence["begin"], first, last)
    assert set(run.presence["pool"].tolist()) == {0, 1}
    assert set(run.presence["group"].tolist()) == {0}
    busy = found.find("utilisation", "ratio", team="a")
    assert busy.value == pytest.approx(inside.sum() / (2 * (last - first)))
    touched = [found.find("touch_time", team=team, clock="wall").value
               * found.find("visits", "count", team=team).value for team in "ab"]  # fmt: skip
    assert sum(touched) == pytest.approx(
        sum(found.find("person_time", stream=stream).value
            * found.find("items", "count", stream=stream).value for stream in "st")
    )  # fmt: skip


# ---- what is said before a run -------------------------------------------------------------------


def said(scenario):
    """Return the code and the words of what stands in the way of a scenario."""
    return [(one.code, one.found) for one in feasible(Facts.of(scenario, build(scenario)))
            if one.code == "overload"]  # fmt: skip


def test_the_work_of_teams_is_held_against_all_who_do_it():
    """One person of each; those of b may do what a gets, and not the other way round."""
    assert not said(two("people: 1", "people: 1, serves: a", s=1.3, t=0.5))
    assert said(two("people: 1", "people: 1", s=1.3, t=0.5))
    ((_, found),) = said(two("people: 1", "people: 1, serves: a", s=1.6, t=0.5))
    assert found.startswith("a and b get")
    ((_, found),) = said(two("people: 3", "people: 1, serves: a", s=0.3, t=1.2))
    assert found.startswith("b gets")


def test_a_team_without_people_is_held_against_those_who_serve_it():
    groups = "groups: {{x: 5, y: {{people: 1, serves: b}}}}".replace("{{", "{").replace("}}", "}")
    assert not said(two(groups, "people: 0", s=0.5, t=0.9))
    ((_, found),) = said(two(groups, "people: 0", s=0.5, t=1.1))
    assert found.startswith("b gets")


def test_how_busy_people_are_is_for_whomever_they_work():
    """Two people share 0.8 + 0.4 evenly; a alone gets more than it, b less."""
    scenario = two("people: 1, serves: b", "people: 1, serves: a", s=0.8, t=0.4)
    pools = Facts.of(scenario, build(scenario)).prediction.pools
    assert [pool.utilisation for pool in pools] == pytest.approx([0.6, 0.6], rel=1e-6)
    assert [pool.people for pool in pools] == [1, 1]
    assert all(pool.wait is None and "several teams" in pool.reason for pool in pools)


# ---- the shipped scenario ------------------------------------------------------------------------


@pytest.mark.slow
def test_a_chain_of_few_skills_brings_most_of_what_all_skills_do():
    """Jordan and Graves 1995: more than half of the gain; full flexibility is a single queue."""
    teams = ("network", "server", "application")
    apart = [f"teams.{name}.groups.versed.serves=null" for name in teams]
    every = [
        f"teams.{name}.groups.{group}.serves=[{', '.join(t for t in teams if t != name)}]"
        for name in teams
        for group in ("specialists", "versed")
    ]
    waits = []
    for changes in ([], apart, every):
        model = build(load("shared_skills", set=["replications=1", *changes])).model
        runs = [compiled.simulate(model, 1, replication).rows for replication in range(40)]
        queued = [rows[rows["kind"] == Kind.CONTENTION] for rows in runs]
        waits.append([(r["end"] - r["begin"] - r["unavailability"]).sum() / 1e9 for r in queued])
    shared, alone, pooled = (np.array(one) for one in waits)
    assert z(alone - shared, 0.0) > BAND
    assert z(shared - pooled, 0.0) > BAND
    assert (alone - shared).mean() > (alone - pooled).mean() / 2
