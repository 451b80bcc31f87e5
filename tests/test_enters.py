"""What enters a stream, demand or an opportunity: it is told, and changes nothing."""

import json

import pytest

import svcsim
from svcsim.cli import main
from svcsim.cli.full import everything
from svcsim.engines import compiled
from svcsim.model.build import build
from svcsim.scenario.load import changed, loads

TEXT = """
svcsim: 1
horizon: 4 wk
replications: 2
teams: {desk: {people: 2, activity: engage}}
streams:
  idea: {enters: opportunity, demand: 5/wk, steps: {weigh: {team: desk, touch: 2 h}}}
  call: {demand: 20/wk, steps: {answer: {team: desk, touch: 1 h}}}
"""


def test_nothing_else_changes():
    scenario = loads(TEXT)
    asked_for = changed(scenario, ["streams.idea.enters=demand"])
    one, other = (compiled.simulate(build(each).model, 1, 0) for each in (scenario, asked_for))
    assert one.items.tobytes() == other.items.tobytes()
    assert one.rows.tobytes() == other.rows.tobytes()


def test_the_full_screen_names_what_begins_with_an_opportunity():
    lines = [line.strip() for line in everything(svcsim.run(loads(TEXT)))]
    assert "steps of idea, from opportunity to value" in lines
    assert "steps of call" in lines


def test_items_of_an_object_log_say_it(tmp_path):
    path = tmp_path / "ideas.yaml"
    path.write_text(TEXT)
    log = tmp_path / "log.ocel.json"
    with pytest.raises(SystemExit, match="0"):
        main(["run", str(path), "--log", str(log)])
    objects = json.loads(log.read_text())["objects"]
    found = {
        one["type"]: {a["value"] for a in one["attributes"] if a["name"] == "enters"}
        for one in objects
        if one["type"] in ("idea", "call")
    }
    assert found == {"idea": {"opportunity"}, "call": {"demand"}}
