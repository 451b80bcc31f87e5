"""Standing load: work like any other, which no measure of items knows."""

import csv
import json

import numpy as np
import pytest
from typer.testing import CliRunner

from svcsim.analysis.facts import Facts
from svcsim.cli.app import app
from svcsim.cli.check import findings, record
from svcsim.engines import compiled
from svcsim.experiment.run import run
from svcsim.model.build import build
from svcsim.scenario.expand import expand
from svcsim.scenario.load import changed, loads
from svcsim.scenario.loads import said_at

LOADS = """{
  review: {scheduled: daily 09:30, people: 2, touch: 30 min, priority: 1, preempts: true},
  rounds: {every: 37 min, touch: 11 min, priority: 3},
}"""
DESK = """
svcsim: 1
start: 2026-01-05 08:00 UTC
horizon: 4 wk
warm_up: 1 wk
run_out: 1 wk
replications: 2
teams:
  desk: {people: 3, activity: engage, cost: 40 GBP/h, wip: 9, standing: LOADS}
  lab: {people: 1, activity: improve, cost: 60 GBP/h}
streams:
  incident:
    demand: {every: 23 min}
    steps: {fix: {team: desk, touch: 41 min}, file: {team: lab, touch: 3 min}}
  order:
    demand: {every: 3 h}
    steps: {pack: {team: desk, touch: 20 min}}
""".replace("LOADS", LOADS.replace("\n", ""))


def numbers(results):
    return {
        (key.stream, key.team, key.measure, key.statistic): number.value
        for key, number in results.numbers.items()
        if key.cause is key.step is key.activity is None and key.clock in (None, "wall")
    }


def test_a_load_is_work_like_that_of_a_stream():
    """The same story is told with a stream in its place, whose name orders it alike."""
    of_load = DESK.replace(LOADS.replace("\n", ""), "{x: {every: 37 min, touch: 11 min}}")
    plain = of_load.replace(", standing: {x: {every: 37 min, touch: 11 min}}", "")
    plain = plain.replace(", wip: 9", "") + (
        "  z: {demand: {every: 37 min}, steps: {x: {team: desk, touch: 11 min}}}\n"
    )
    of_load = of_load.replace(", wip: 9", "").replace("desk", "zz")
    one, two = (compiled.simulate(build(loads(text)).model, 1, 0) for text in (of_load, plain))
    assert len(one.rows) > 1000
    for a, b in zip(one, two, strict=True):
        words = [word for word in a.dtype.names or () if word not in ("hi", "lo")]
        assert all((a[word] == b[word]).all() for word in words)


def test_no_measure_of_items_knows_of_it():
    results = run(loads(DESK), jobs=1)
    assert {key.stream for key in results.numbers} == {None, "incident", "order"}
    assert {stream.name for stream in results.about.streams} == {"incident", "order"}
    found = numbers(results)
    items = sum(found[name, None, "items", "count"] for name in ("incident", "order"))
    visits = found[None, "desk", "visits", "count"]
    assert visits == pytest.approx(items)  # each item comes to the desk once, and no load counts


def test_people_are_busy_with_it():
    """In three weeks of 120 hours: 15 reviews of two half hours, and all the work of items."""
    found = numbers(run(loads(DESK), jobs=1))
    standing = found[None, "desk", "utilisation", "standing"]
    rounds = 3 * 40 * 60 / 37
    assert standing * 3 * 120 == pytest.approx(15 + rounds * 11 / 60, abs=2 * 11 / 60)
    without = changed(loads(DESK), ["teams.desk.standing=null"])
    less = numbers(run(without, jobs=1))
    assert (None, "desk", "utilisation", "standing") not in less
    freed = found[None, "desk", "utilisation", "ratio"] - less[None, "desk", "utilisation", "ratio"]
    assert freed == pytest.approx(standing, abs=0.02)  # but for what waits at both ends
    lead = ("incident", None, "lead_time", "mean")
    assert found[lead] > less[lead]


def test_what_is_paid_for_is_shared_among_the_streams_as_a_whole():
    found = numbers(run(loads(DESK), jobs=1))
    shared = sum(
        found[name, None, "cost_per_item", "full"] * found[name, None, "items", "count"]
        for name in ("incident", "order")
    )
    assert shared == pytest.approx(3 * (120 * 40 + 40 * 60))  # three weeks of both teams


def test_check_says_how_many_hours_it_takes():
    scenario = loads(DESK)
    facts = Facts.of(scenario, build(scenario))
    (desk, lab) = record(facts, [])["teams"]
    assert desk["standing_h"] == {
        "review": pytest.approx(3 * 5 * 2 * 0.5),
        "rounds": pytest.approx(3 * 40 * 60 / 37 * 11 / 60, rel=0.01),
    }
    assert lab["standing_h"] == {}
    assert [stream["stream"] for stream in record(facts, [])["streams"]] == ["incident", "order"]
    constant = [one.path for one in findings(facts) if one.code == "constant-touch"]
    assert "teams.desk.standing.review.touch" in constant
    assert not [one for one in findings(facts) if one.code == "no-owner" and "standing" in one.path]


def test_what_check_finds_stands_where_it_was_written():
    scenario = loads(DESK)
    said = {
        "streams.desk.review.demand.scheduled.0": "teams.desk.standing.review",
        "streams.desk.rounds.steps.rounds.touch": "teams.desk.standing.rounds.touch",
        "streams.desk.rounds": "teams.desk.standing.rounds",
        "streams.incident.steps.fix": "streams.incident.steps.fix",
    }
    assert {path: said_at(path, scenario) for path in said} == said


def test_an_expanded_file_runs_the_same():
    scenario = loads(DESK.replace("touch: 11 min", "touch: {mean: 11 min, cv: 1}"))
    again = loads(expand(scenario))
    one, two = (compiled.simulate(build(words).model, 1, 0) for words in (scenario, again))
    assert all((a == b).all() for a, b in zip(one, two, strict=True))


def test_one_load_more_moves_no_draw_of_the_others():
    scenario = loads(DESK.replace("touch: 11 min", "touch: {mean: 11 min, cv: 1}"))
    more = changed(scenario, ["teams.lab.standing.calls={every: 1 h, touch: {mean: 9 min, cv: 1}}"])
    spent = []
    for words in (scenario, more):
        model, names = build(words)
        found = compiled.simulate(model, 1, 0)
        of = names.streams.index("desk.rounds")
        work = found.presence[found.items["stream"][found.presence["item"]] == of]
        ticks = np.bincount(work["item"], work["end"] - work["begin"])
        spent.append(ticks[np.unique(work["item"])])
    n = min(map(len, spent)) - 3
    assert n > 100
    assert (spent[0][:n] == spent[1][:n]).all()


def test_tables_and_logs_have_it_as_a_stream(tmp_path):
    file, out = tmp_path / "desk.yaml", tmp_path / "out"
    file.write_text(DESK)
    words = "--log", str(tmp_path / "log.json"), "--out", str(out)
    assert CliRunner().invoke(app, ["run", str(file), *words]).exit_code == 0
    told = json.loads((tmp_path / "log.json").read_text())
    declared = {one["name"] for one in told["objectTypes"]}
    assert {one["type"] for one in told["objects"]} <= declared
    assert "desk.review" in declared
    with (out / "items.csv").open() as file:
        names = {row["item"] for row in csv.DictReader(file)}
    assert {"desk.review:20260105T0930", "desk.rounds:0"} <= names
    with (out / "weekly.csv").open() as file:
        assert {row["stream"] for row in csv.DictReader(file)} == {"", "incident", "order"}


def test_a_queue_with_it_waits_as_theory_says():
    """M/M/1 of items and load together: a load of 0.8 makes each wait for 4 times its touch."""
    law = "distribution: exponential"
    text = f"""
svcsim: 1
calendar: always
horizon: 52 wk
warm_up: 2 wk
replications: 40
teams:
  desk:
    people: 1
    activity: engage
    standing: {{calls: {{every: {{mean: 20 min, {law}}}, touch: {{mean: 6 min, {law}}}}}}}
streams:
  s: {{demand: 5/h, steps: {{a: {{team: desk, touch: {{mean: 6 min, {law}}}}}}}}}
"""
    scenario = loads(text)
    results = run(scenario, jobs=1)
    wait = results.numbers.find("wait_time", stream="s", clock="wall")
    assert abs(wait.value - 0.4) < 1.5 * wait.half_width < 0.06
