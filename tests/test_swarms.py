"""Swarms: what theory says of them, what is measured of them, and that they happen."""

from itertools import pairwise

import numpy as np
import pytest
from map_pages import Drawn, bare
from random_scenarios import draw, read
from scipy.sparse import lil_matrix
from scipy.sparse.linalg import spsolve

from svcsim.engines import compiled, reference
from svcsim.experiment.run import run
from svcsim.model.build import build
from svcsim.scenario.load import loads

HOUR = 3_600_000_000
URGENT, SWARMS = 0.6, 0.3
"""Arrivals per hour; each takes an hour on average, exponential."""
INTERRUPTED = f"""
svcsim: 1
title: Swarms of two people whom urgent work takes away
start: 2026-01-05 UTC
calendar: always
warm_up: 4 d
horizon: 100 d
run_out: 4 d
teams: {{ops: {{people: 2, activity: deliver_support}}}}
streams:
  urgent:
    demand: {URGENT}/h
    priority: 1
    preempts: true
    steps: {{here: {{team: ops, touch: {{mean: 1 h, distribution: exponential}}}}}}
  major:
    demand: {SWARMS}/h
    priority: 2
    steps:
      swarm: {{team: {{ops: 2}}, quorum: 1, touch: {{mean: 1 h, distribution: exponential}}}}
"""
ALL_OR_NONE = """
svcsim: 1
title: A swarm that always takes everybody
start: 2026-01-05 UTC
calendar: always
horizon: 20 d
run_out: 2 d
teams: {ops: {people: 3, activity: deliver_support}}
streams:
  major:
    demand: 12/d
    steps: {swarm: {team: {ops: 3}, QUORUM touch: {mean: 1 h, cv: 1}}}
"""


def stationary(most_urgent=40, most_swarms=90):
    """Return the joint distribution of urgent items and swarms, from the balance of its chain.

    Urgent items are M/M/2, whatever else there is. The swarm whose turn it is works while fewer
    than two of them are there, as fast with one person as with two; nobody else does, because its
    latecomer comes before the next swarm.
    """
    shape = most_urgent + 1, most_swarms + 1
    rates = lil_matrix((shape[0] * shape[1],) * 2)
    for u in range(shape[0]):
        for n in range(shape[1]):
            here = u * shape[1] + n
            for to_u, to_n, rate in (
                (u + 1, n, URGENT),
                (u - 1, n, min(u, 2)),
                (u, n + 1, SWARMS),
                (u, n - 1, float(u < 2)),
            ):
                if 0 <= to_u < shape[0] and 0 <= to_n < shape[1] and rate:
                    rates[to_u * shape[1] + to_n, here] += rate
                    rates[here, here] -= rate
    rates[0, :] = 1
    whole = np.zeros(shape[0] * shape[1])
    whole[0] = 1
    return spsolve(rates.tocsc(), whole).reshape(shape)


def test_swarms_that_are_interrupted_are_as_many_as_their_chain_says():
    chance = stationary()
    assert chance[:, -1].sum() < 1e-9
    assert chance[-1].sum() < 1e-9
    in_the_system = (chance.sum(axis=0) * np.arange(chance.shape[1])).sum()
    at_work = (chance[:, 1:].sum(axis=1) * np.maximum(2 - np.arange(len(chance)), 0)).sum()
    truths = {"lead_time": in_the_system / SWARMS, "person_time": at_work / SWARMS}
    measures = run(loads(INTERRUPTED), replications=60, seed=1, jobs=1).measures
    mine = measures[measures["stream"] == "major"]
    for name, truth in truths.items():
        (row,) = mine[(mine["measure"] == name) & (mine["statistic"] == "mean")].itertuples()
        error = row.half_width / 2
        assert error < 0.02 * truth, name
        assert abs(row.value - truth) < 4 * error, (name, row.value, truth)


@pytest.mark.parametrize("engine", [reference, compiled], ids=["reference", "compiled"])
def test_a_quorum_that_always_finds_everybody_changes_nothing(engine):
    stories = [
        engine.simulate(build(loads(ALL_OR_NONE.replace("QUORUM", words))).model, 1, 0)
        for words in ("", "quorum: 1,", "quorum: 2, collect: false,")
    ]
    for other in stories[1:]:
        for one, two in zip(stories[0], other, strict=True):
            assert (one == two).all()


SMALL = """
svcsim: 1
title: One swarm and its latecomer
start: 2026-01-05 UTC
calendar: always
horizon: 1 d
run_out: 1 h
terminating: true
teams:
  ops: {people: 2, activity: deliver_support, cost: 10 GBP/h}
  dev: {people: 1, activity: obtain_build, cost: 20 GBP/h}
streams:
  single:
    demand: {csv: single.csv, arrived: arrived}
    steps: {here: {team: ops, touch: 6 h}}
  joint:
    demand: {csv: joint.csv, arrived: arrived}
    steps:
      swarm: {team: {ops: 2, dev: 1}, quorum: 2, activity: deliver_support, touch: 10 h}
"""


def test_the_measures_count_everybody_who_came(tmp_path):
    """Ops 1 is at work 0 to 6 and joins 6 to 11; ops 2 and dev 1 work from 1 to 11."""
    for name, hour in (("single", 0), ("joint", 1)):
        text = f"arrived\n2026-01-05T{hour:02}:00:00+00:00\n"
        (tmp_path / f"{name}.csv").write_text(text)
    results = run(loads(SMALL, directory=tmp_path), replications=1, jobs=1)
    found = results.measures
    mine = found[(found["stream"] == "joint") & found["team"].isna() & found["step"].isna()]
    of = {(row.measure, row.statistic): row.value for row in mine.itertuples()}
    assert of["lead_time", "mean"] == 10
    assert of["touch_time", "mean"] == 10
    assert of["person_time", "mean"] == 25
    assert of["cost_per_item", "touch"] == 15 * 10 + 10 * 20
    assert of["handovers", "person"] == 0
    busy = found[(found["measure"] == "utilisation")].set_index("team")["value"]
    assert busy["ops"] == pytest.approx((6 + 10 + 5) / 48)
    assert busy["dev"] == pytest.approx(10 / 24)


def test_the_map_says_of_whom_a_quorum_may_start():
    drawn = Drawn(loads(INTERRUPTED))
    said = drawn.on("major:swarm")
    assert bare("2 of ops (2), any 1 may start") in said
    assert bare("who is free is kept for it") in said


def test_what_only_swarms_do_happens(tmp_path, record_property):
    """Of 200 random scenarios, some in which a quorum starts, somebody joins, or leaves."""
    found = dict.fromkeys(("quorum starts", "somebody joins", "somebody leaves", "refilled"), 0)
    for seed in range(200):
        case = draw(seed)
        scenario = read(case, tmp_path) if "quorum" in str(case.words) else None
        if scenario is None:
            continue
        model = build(scenario).model
        if not (model.seizes["quorum"] > 0).any():
            continue
        story = compiled.simulate(model, scenario.seed, 0)
        for what in events(story):
            found[what] += 1
    record_property("constructs", [f"{what:28}{n:>10}" for what, n in found.items()])
    assert min(found.values()) >= 3, found


def events(story):
    """Return what happens to the teams of a story, as far as their presence shows it."""
    found = set()
    teams = {}
    for row in story.presence:
        teams.setdefault((row["token"], row["step"], row["visit"]), []).append(row)
    slices = {}
    for row in story.rows:
        if row["kind"] in (0, 1):
            key = row["token"], row["step"], row["visit"]
            slices.setdefault(key, []).append((int(row["begin"]), int(row["end"])))
    for key, rows in teams.items():
        if key not in slices:  # called out, and the run is over
            continue
        begins = {begin for begin, _ in slices[key]}
        ends = {end for _, end in slices[key]}
        late = [row for row in rows if row["begin"] not in begins]
        left = [row for row in rows if row["end"] not in ends]
        if late:
            found |= {"somebody joins", "quorum starts"}
        if left:
            found.add("somebody leaves")
        if any(a["pool"] == b["pool"] and a["end"] <= b["begin"] for a in left for b in late):
            found.add("refilled")
    return found


def test_nobody_is_in_two_places():
    story = compiled.simulate(build(loads(INTERRUPTED)).model, 1, 0)
    by_person = np.sort(story.presence, order=["pool", "person", "begin", "end"])
    for one, two in pairwise(by_person):
        if (one["pool"], one["person"]) == (two["pool"], two["person"]):
            assert one["end"] <= two["begin"]
