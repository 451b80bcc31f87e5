"""Teams outside: they are waited for like any other, and how busy they are is not told."""

import csv

import pytest

import svcsim
from svcsim.analysis.facts import Facts
from svcsim.cli import main
from svcsim.cli.check import record
from svcsim.cli.check_screen import screen
from svcsim.cli.foot import next_command
from svcsim.cli.team_table import busy, team_table
from svcsim.decisions.levers import dials, switches
from svcsim.engines import compiled
from svcsim.model.build import build
from svcsim.plots import words
from svcsim.scenario.flow import placed
from svcsim.scenario.load import changed, loads

TEXT = """
svcsim: 1
horizon: 8 wk
replications: 8
teams:
  desk:   {people: 2, activity: engage, cost: 40 GBP/h}
  vendor: {people: 3, activity: obtain_build, outside: true}
  lab:    {activity: improve, outside: true, groups: {early: 1, late: 1}}
streams:
  repair:
    demand: 60/wk
    steps:
      take: {team: desk, touch: {mean: 40 min, cv: 0.8}}
      mend: {team: vendor, touch: {mean: 105 min, cv: 1}}
      try:  {team: lab, touch: {mean: 20 min, cv: 1}}
      pay:  {activity: engage, gate: {ask: vendor, reply: 1 bh}, outcome: {approve: 100%}}
"""
INSIDE = ["teams.vendor.outside=false", "teams.lab.outside=false"]


@pytest.fixture(scope="module")
def scenario():
    return loads(TEXT)


@pytest.fixture(scope="module")
def results(scenario):
    return svcsim.run(scenario)


def test_nothing_happens_otherwise_and_only_how_busy_they_are_is_missing(scenario, results):
    plain = changed(scenario, INSIDE)
    one, other = (compiled.simulate(build(each).model, 1, 0) for each in (scenario, plain))
    assert one.rows.tobytes() == other.rows.tobytes()
    told, all_of_it = ({*each.numbers} for each in (results, svcsim.run(plain)))
    assert told < all_of_it
    missing = all_of_it - told
    assert {key.measure for key in missing} == {"utilisation"}
    assert {key.team for key in missing} == {"vendor", "lab", "lab.early", "lab.late"}


def test_weeks_say_no_more(scenario, tmp_path):
    path = tmp_path / "outside.yaml"
    path.write_text(TEXT)
    with pytest.raises(SystemExit, match="0"):
        main(["run", str(path), "--out", str(tmp_path / "out")])
    with (tmp_path / "out" / "weekly.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    teams = {measure: {row["team"] for row in rows if row["measure"] == measure}
             for measure in ("utilisation", "queue_length")}  # fmt: skip
    assert teams == {"utilisation": {"desk"}, "queue_length": {"desk", "vendor", "lab"}}


def test_tables_have_a_dash(scenario, results):
    assert busy(results, "vendor") == busy(results, "lab") == "–"
    assert busy(results, "desk").endswith("%")
    (line,) = (line for line in team_table(results, 9) if line.split()[:1] == ["vendor"])
    assert line.split()[2:4] == ["3", "–"]
    facts = Facts.of(scenario, build(scenario))
    (line,) = (line for line in screen(facts, [], again="") if line.split()[:1] == ["vendor"])
    assert line.split()[3] == "–"
    told = {team["name"]: team["utilisation"] for team in record(facts, [])["teams"]}
    assert told["vendor"] is None
    assert told["lab"] is None
    assert 0 < told["desk"] < 1


def test_nobody_is_advised_to_give_them_people(scenario, results):
    inside = svcsim.run(changed(scenario, INSIDE))
    assert next_command(inside, "x") == "svcsim compare x --vs teams.vendor.people=+1"
    assert next_command(results, "x") == "svcsim compare x --vs teams.desk.people=+1"
    made = build(scenario)
    assert {one.name for one in switches(scenario, made) if one.kind == "people"} == {"desk"}
    assert "vendor" in {one.name for one in dials(scenario, made) if one.kind == "work"}


def test_they_cost_what_they_say_they_cost(scenario, results):
    def cost(found):
        return found.numbers.find("cost_per_item", "touch", stream="repair").value

    paid = svcsim.run(changed(scenario, ["teams.vendor.cost=40 GBP/h"]))
    assert cost(results) == pytest.approx(40 * 2 / 3, rel=0.1)
    assert cost(paid) == pytest.approx(40 * (2 / 3 + 1.75), rel=0.1)


def test_the_map_says_who_is_outside(scenario):
    steps = {place.name: place.step for place in placed(scenario.streams["repair"].steps)}
    assert words.team(steps["take"].team, scenario, "repair") == "desk (2)"
    assert words.team(steps["mend"].team, scenario, "repair") == "vendor (3, outside)"
    assert words.meets(steps["pay"], scenario) == "asks one of vendor (outside)"
