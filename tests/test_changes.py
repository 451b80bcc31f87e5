"""Changes: what they do, what they are called, and what they refuse."""

from pathlib import Path

import pytest

from svcsim.errors import ScenarioError
from svcsim.scenario.changes import describe, split
from svcsim.scenario.load import load, loads

TEXT = """svcsim: 1
teams:
  desk: {people: 4, activity: engage, cost: 50 GBP/h}
  lab: {people: unlimited, activity: plan}
  line: {people: 10, activity: plan, wip: 3}
resources: {environment: 3}
streams:
  incident:
    demand: 180/wk
    classes: {P1: 20%, P2: {share: rest, priority: 3}}
    priority: {by_class: {P1: 1, otherwise: 5}}
    targets: {resolved: {within: {by_class: {P1: 4 h, P2: 5 h}}, share: 95%}}
    steps:
      a:
        {team: desk, touch: {mean: 6 min, cv: 0.6}, uses: environment,
         outcome: {failed: {share: 15%, to: a}, ok: rest}}
      b: {team: desk, touch: 5 min, repeat_touch: [50%, 25%]}
      c:
        one_of:
          x: {share: 40%, wait: {values: {1.5 h: 30%, 2 h: rest}}}
          y: {share: rest, team: line, touch: {by_class: {P1: {low: 1 h, high: 3 h}, P2: 2 h}}}
      d: {gate: {meets: Wed 11:00}}
  request:
    demand: {rate: 30/wk, profile: always}
    steps: {r: {wait: 1 d}}
"""
BASE = loads(TEXT)
A = "streams.incident.steps.a"

WORDS = {
    "teams.desk.people=6": "desk: people 4 -> 6",
    "teams.desk.people=+1": "desk: people 4 -> 5",
    "teams.desk.people=-2": "desk: people 4 -> 2",
    "teams.desk.people=x1.25": "desk: people 4 -> 5",
    "teams.line.people=+10%": "line: people 10 -> 11",
    "teams.desk.cost=-10%": "desk: cost 50 GBP/h -> 45 GBP/h",
    "teams.desk.cost=+5 GBP/h": "desk: cost 50 GBP/h -> 55 GBP/h",
    "teams.line.cost=85 GBP/h": "line: cost none -> 85 GBP/h",
    "teams.desk.shrinkage=+5pp": "desk: shrinkage leave 0% -> 5%",
    "teams.desk.shrinkage.day=12%": "desk: shrinkage day 0% -> 12%",
    "teams.desk.calendar=always": "desk: calendar office -> always",
    "teams.line.wip=+1": "line: wip 3 -> 4",
    "teams.line.wip.when_full=leave": "line: wip when_full wait -> leave",
    "teams.line.wip=null": "line: wip removed",
    "resources.environment=+1": "environment: count 3 -> 4",
    "resources.environment.count=5": "environment: count 3 -> 5",
    "resources.environment.calendar=office": "environment: calendar always -> office",
    "streams.incident.demand=+10%": "incident: demand 180/wk -> 198/wk",
    "streams.incident.demand=200/wk": "incident: demand 180/wk -> 200/wk",
    "streams.incident.demand.rate=+2/d": "incident: demand rate 180/wk -> 194/wk",
    "streams.incident.demand.profile=always": "incident: demand profile office -> always",
    "streams.request.demand=+10%": "request: demand rate 30/wk -> 33/wk",
    "streams.request.demand=40/wk": "request: demand rate 30/wk -> 40/wk",
    "streams.incident.classes.P1=+5pp": "incident: classes P1 20% -> 25%",
    "streams.incident.priority.by_class.P1=2": "incident: priority by_class P1 1 -> 2",
    "streams.request.priority=+1": "request: priority 5 -> 6",
    "streams.incident.targets.resolved.share=-5pp": "incident: targets resolved share 95% -> 90%",
    f"{A}.touch.mean=-10%": "incident, a: touch mean 6 min -> 5.4 min",
    f"{A}.touch.mean=+30 s": "incident, a: touch mean 6 min -> 6.5 min",
    f"{A}.touch.cv=x2": "incident, a: touch cv 0.6 -> 1.2",
    f"{A}.touch=x2": "incident, a: touch x2",
    f"{A}.touch={{mean: 4 min, cv: 0.6}}": "incident, a: touch mean 6 min -> 4 min",
    f"{A}.touch={{mean: 6 min, distribution: exponential}}": (
        "incident, a: touch cv 0.6 -> none, distribution none -> exponential"
    ),
    f"{A}.touch={{low: 4 min, high: 6 min}}": (
        "incident, a: touch {mean: 6 min, cv: 0.6} -> {low: 4 min, high: 6 min}"
    ),
    f"{A}.touch=4 min": "incident, a: touch {mean: 6 min, cv: 0.6} -> 4 min",
    f"{A}.outcome.failed=+5pp": "incident, a: outcome failed share 15% -> 20%",
    f"{A}.outcome.failed.share=x0.5": "incident, a: outcome failed share 15% -> 7.5%",
    f"{A}.set.priority=1": "incident, a: set priority none -> 1",
    "streams.incident.steps.b.touch=+10%": "incident, b: touch 5 min -> 5.5 min",
    "streams.incident.steps.b.repeat_touch=-10%": (
        "incident, b: repeat_touch [50%, 25%] -> [45%, 22.5%]"
    ),
    "streams.incident.steps.b.repeat_touch.0=40%": "incident, b: repeat_touch 0 50% -> 40%",
    "streams.incident.steps.c.one_of.x.share=+5pp": "incident, x: share 40% -> 45%",
    "streams.incident.steps.c.one_of.x.wait=x2": "incident, x: wait x2",
    "streams.incident.steps.c.one_of.x.wait.values.1.5 h=40%": (
        "incident, x: wait values 1.5 h 30% -> 40%"
    ),
    "streams.incident.steps.c.one_of.y.touch.by_class.P1.high=+1 h": (
        "incident, y: touch by_class P1 high 3 h -> 4 h"
    ),
    "streams.incident.steps.c.one_of.y.touch=+50%": "incident, y: touch +50%",
    "streams.incident.steps.d.gate.cut_off=+1 bd": "incident, d: gate cut_off 0 h -> 1 bd",
    "streams.incident.steps.d.gate.agenda=10": "incident, d: gate agenda none -> 10",
    "calendar=always": "calendar office -> always",
    "horizon=+4 wk": "horizon 26 wk -> 30 wk",
    "replications=x0.5": "replications 200 -> 100",
}


@pytest.mark.parametrize("change", WORDS)
def test_changes_in_words(change: str) -> None:
    assert describe(BASE, change) == WORDS[change]


@pytest.mark.parametrize("change", WORDS)
def test_changes_are_made(change: str) -> None:
    changed = loads(TEXT, set=[change])
    assert changed != BASE
    assert changed.digest != BASE.digest
    assert changed.root == BASE


def test_changes_of_values() -> None:
    changes = [
        "teams.desk.people=x2", "teams.desk.people=+1", "streams.request.demand=+10%",
        f"{A}.touch.mean=-10%", f"{A}.outcome.failed=+5pp", "resources.environment=+2",
    ]  # fmt: skip
    scenario = loads(TEXT, set=changes)
    step = scenario.streams["incident"].steps["a"]
    assert scenario.teams["desk"].people == 9
    assert scenario.resources["environment"].count == 5
    assert str(scenario.streams["request"].demand.rate) == "33/wk"
    assert scenario.streams["request"].demand.profile == "always"
    assert step.touch.model_dump(mode="json") == {"mean": "5.4 min", "cv": 0.6}  # type: ignore[union-attr]
    assert step.outcome is not None
    assert step.outcome["failed"].share == pytest.approx(0.2, abs=1e-15)


def test_a_changed_value_leads_the_rest_along() -> None:
    scenario = loads(TEXT, set=["calendar=always"])
    assert {team.calendar for team in scenario.teams.values()} == {"always"}
    assert scenario.streams["incident"].demand.profile == "always"


REFUSED = {
    "teams.dsek.people=3": ("unknown-path", "did you mean desk?"),
    "teams.desk.peple=3": ("unknown-path", "did you mean people?"),
    "teems.desk.people=3": ("unknown-path", "did you mean teams?"),
    f"{A}.tuch.mean=+1 min": ("unknown-path", "did you mean touch?"),
    "streams.incident.steps.z={wait: 1 h}": ("unknown-path", "there are a, b, c and d"),
    "teams.desk.people.x=3": ("unknown-path", "which has no parts"),
    "streams.incident.steps.b.touch.mean=3 min": ("unknown-path", "which has no parts"),
    "streams.incident.steps.b.repeat_touch.7=40%": ("unknown-path", "count from 0 to 1"),
    "teams.desk": ("not-a-change", "write path=change"),
    "=3": ("not-a-change", "write path=change"),
    "teams.desk.people=-10%": ("not-whole", "4 would become 3.6"),
    "teams.desk.people=-9": ("too-small", "4 would become -5"),
    "teams.desk.people=+1 min": ("not-a-number", "without a unit"),
    "teams.lab.people=+1": ("nothing-to-change", "no quantity"),
    "teams.line.cost=+10%": ("nothing-to-change", "has no value"),
    "teams.desk.cost=+5 EUR/h": ("not-a-cost", "write it in GBP"),
    "teams.desk.wip=null": ("nothing-to-change", "is not written"),
    f"{A}.touch.mean=+1": ("no-unit", "1 has no unit"),
    "streams.incident.targets.resolved.share=+5": ("not-a-share", "+5pp"),
    "streams.incident.targets.resolved.share=+10pp": ("not-a-share", "at most 100%"),
    "streams.incident.demand=-200%": ("not-a-rate", "0/wk or more"),
    f"{A}.touch.mean=[1": ("not-yaml", "is not YAML"),
    f"{A}.team=dsek": ("unknown-team", "did you mean desk?"),
    "teams.desk.people=": ("missing-field", "people"),
}


@pytest.mark.parametrize("change", REFUSED)
def test_changes_that_are_refused(change: str) -> None:
    code, words = REFUSED[change]
    with pytest.raises(ScenarioError) as caught:
        loads(TEXT, set=[change])
    (problem,) = caught.value.problems
    assert problem.code == code
    assert words in str(problem)
    assert problem.file == "set=" or code == "missing-field"


def test_all_refused_changes_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(TEXT, set=["teams.dsek.people=3", "calender=always", "teams.desk.people=+1"])
    assert [problem.path for problem in caught.value.problems] == [
        "teams.dsek.people", "calender",
    ]  # fmt: skip


def test_several_changes_in_one_text() -> None:
    text = "teams.a.people=+1, streams.s.steps.x.touch={mean: 5 min, cv: 1}, a.b=[1, 2]"
    assert split(text) == [
        "teams.a.people=+1", "streams.s.steps.x.touch={mean: 5 min, cv: 1}", "a.b=[1, 2]",
    ]  # fmt: skip


def test_words_of_a_stream_that_is_alone_do_not_name_it() -> None:
    words = describe(load("first_desk"), "streams.incident.steps.resolve.touch.mean=-10%")
    assert words == "resolve: touch mean 45 min -> 40.5 min"


LAW = """svcsim: 1
streams:
  s: {demand: 1/h, steps: {a: {wait: {scipy: gamma, a: 2, %sunit: min, at_most: 2 h}}}}
"""


@pytest.mark.parametrize(
    ("written", "places"),
    [
        ("loc: 4, scale: 15, ", {"loc": 2, "scale": 7.5}),
        ("scale: 15, ", {"scale": 7.5}),
        ("loc: 4, ", {"loc": 2, "scale": 0.5}),
        ("", {"scale": 0.5}),
    ],
)
def test_a_law_of_scipy_is_scaled_by_its_place_and_scale(
    written: str, places: dict[str, float]
) -> None:
    changed = loads(LAW % written, set=["streams.s.steps.a.wait=-50%"])
    law = changed.streams["s"].steps["a"].wait.model_dump(mode="json")  # type: ignore[union-attr]
    assert law == {"scipy": "gamma", "a": 2, "unit": "min", "at_most": "1 h", **places}
    assert describe(loads(LAW % written), "streams.s.steps.a.wait=x.5") == "a: wait x.5"


def test_nothing_is_added_to_a_law_of_scipy_but_by_plus() -> None:
    with pytest.raises(ScenarioError, match=r"set what is added .*: streams.s.steps.a.wait.plus="):
        loads(LAW % "", set=["streams.s.steps.a.wait=+5 min"])


def test_numbers_of_a_file_are_not_scaled(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("t\n1\n2\n")
    (tmp_path / "s.yaml").write_text(
        "svcsim: 1\nstreams: {s: {demand: 1/h, steps: {a: {wait: "
        "{csv: log.csv, column: t, unit: h}}}}}\n"
    )
    with pytest.raises(ScenarioError, match=r"is read from a file; name another .*\.wait\.csv="):
        load(tmp_path / "s.yaml", set=["streams.s.steps.a.wait=-10%"])
