"""`svcsim check`: located problems, a screen of 80 columns, JSON, the scenario in full."""

import json
import shutil
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import pytest

from svcsim.analysis.facts import Facts
from svcsim.cli import main
from svcsim.cli.check import findings
from svcsim.model.build import build
from svcsim.scenario.expand import expand
from svcsim.scenario.load import load, loads, shipped

OVERLOADED = """svcsim: 1
teams:
  desk: {people: 1, activity: engage}
streams:
  call:
    demand: 50/wk
    steps:
      answer: {team: desk, touch: {mean: 1 h, cv: 1}, output: nonsense}
      approve: {gate: {meets: Wed 11:00, agenda: 3}}
"""


def check(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run the command; return its exit code, stdout and stderr."""
    with pytest.raises(SystemExit) as left:
        main(["check", *words])
    out, err = capsys.readouterr()
    code = left.value.code
    return code if isinstance(code, int) else 0, out, err


@pytest.fixture
def overloaded(tmp_path: Path) -> Path:
    path = tmp_path / "desk.yaml"
    path.write_text(OVERLOADED)
    return path


def test_every_problem_in_one_pass(capsys: pytest.CaptureFixture[str], overloaded: Path) -> None:
    code, out, err = check(capsys, str(overloaded))
    assert code == 2
    assert out == ""
    assert err.splitlines() == [
        f"{overloaded}:3:18 teams.desk.people: desk gets 50 h of work a week (50 visits a week to "
        "answer), and its people (1) have 40 h a week; 2 would do, or write terminating: true if a "
        "backlog is meant",
        f"{overloaded}:8:63 streams.call.steps.answer.output: 'nonsense' is no artefact; "
        "begin the name of your own with x_",
        f"{overloaded}:9:50 streams.call.steps.approve.gate.agenda: 50 items come for each "
        "sitting, deferred ones counted again, and its agenda has 3; 51 would do, or meet more "
        "often",
    ]


def test_problems_of_the_text_come_alone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(OVERLOADED.replace("people: 1", "poeple: 1"))
    code, out, err = check(capsys, str(path))
    assert (code, out) == (2, "")
    assert err.startswith(f"{path}:3:10 teams.desk.poeple: ")
    assert "did you mean people?" in err


def test_problems_as_json(capsys: pytest.CaptureFixture[str], overloaded: Path) -> None:
    code, out, _ = check(capsys, str(overloaded), "--json", "-")
    assert code == 2
    problems = json.loads(out)["problems"]
    assert [p["code"] for p in problems] == ["overload", "unknown-artefact", "agenda-overload"]
    assert problems[0] | {"found": "", "remedy": ""} == {
        "code": "overload", "path": "teams.desk.people", "found": "", "remedy": "",
        "file": str(overloaded), "line": 3, "column": 18,
    }  # fmt: skip


def test_a_change_can_repair_it(capsys: pytest.CaptureFixture[str], overloaded: Path) -> None:
    words = ["--set", "teams.desk.people=2", "--set", "streams.call.steps.approve.gate.agenda=60"]
    code, _, err = check(capsys, str(overloaded), *words)
    assert code == 2
    assert "artefact" in err
    assert "would do" not in err


def test_terminating_overload_is_told_and_not_refused(
    capsys: pytest.CaptureFixture[str], overloaded: Path
) -> None:
    overloaded.write_text("terminating: true\n" + OVERLOADED.replace(", output: nonsense", ""))
    code, out, err = check(capsys, str(overloaded))
    assert (code, err) == (0, "")
    assert "growing-backlog" in out
    assert "- more work than people" in out


FIRST_DESK = """\
A small service desk                                              sound, 5 hints

  Team             people   h/wk    busy  least   wait, working time
  desk                  1     18  45.0 %      1   3.34 min
  second_line           4    135  84.4 %      4   ≈ 56.3 min

  incident: 180 items a week, each 51 min of work, 1.84 h with queues
    steps: register 6 min · resolve 45 min

"""


def test_the_screen_of_the_first_desk(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(capsys, "first_desk")
    assert (code, err) == (0, "")
    assert out.startswith(FIRST_DESK)
    hints = out.removeprefix(FIRST_DESK).splitlines()
    assert len(hints) <= 19
    assert "…" not in out
    assert "for instance a review after the value point" in " ".join(out.split())
    assert hints[-3] == "  in full: svcsim check first_desk --full"
    digest = load("first_desk").digest[:8]
    assert hints[-2:] == ["", f"  svcsim {version('svcsim')} · scenario first_desk {digest}"]
    assert "user_support_tasks" in out


@pytest.mark.parametrize("name", shipped())
def test_what_is_said_of_a_shipped_scenario(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    scenario = load(name)
    compiled = build(scenario)
    facts = Facts.of(scenario, compiled)
    hints = findings(facts)  # once, for three screens
    modules = map(import_module, ("svcsim.scenario.load", "svcsim.model.build", "svcsim.cli.check"))
    answers = {"load": scenario, "build": compiled, "findings": hints}
    for module, (function, answer) in zip(modules, answers.items(), strict=True):
        monkeypatch.setattr(module, function, lambda *_, found=answer, **__: found)
    monkeypatch.setattr(Facts, "of", lambda *_: facts)
    for words in ([], ["--full"]):
        code, out, err = check(capsys, name, *words)
        assert (code, err) == (0, "")
        assert max(len(line) for line in out.splitlines()) <= 80
    code, out, err = check(capsys, name, "--expand")
    assert (code, err) == (0, "")
    assert "# What each step becomes" in out
    rates = compiled.model.streams["layer_rate"].tolist()
    in_full = expand(scenario, dict(zip(compiled.names.streams, rates, strict=True)))
    lines, lowered = [line.rstrip() for line in in_full.splitlines()], out.splitlines()
    assert lowered[: len(lines)] == lines
    assert all(line.startswith("#") for line in lowered[len(lines) :] if line)


def test_long_names_many_priorities_and_reasons_stay_within_80_columns(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "wide.yaml"
    path.write_text(
        """svcsim: 1
calendar: always
title: A title that goes on and on and on until it would be wider than any terminal anybody has
teams:
  a_team_with_a_name_that_never_ends: {people: 3, activity: engage}
  other: {people: unlimited, activity: engage}
  third: {people: 2, activity: engage, shrinkage: 10%}
streams:
  a_stream_with_a_name_that_never_ends_either_and_goes_on:
    demand: 2/h
    classes:
      a: {share: 20%, priority: 1}
      b: {share: 20%, priority: 2}
      c: {share: 20%, priority: 3}
      d: {share: rest, priority: 4}
    steps:
      first_step_of_a_long_name:
        {team: a_team_with_a_name_that_never_ends, touch: {mean: 1 h, cv: 1}}
      second_step_of_a_long_name: {team: other, touch: {mean: 1 h, cv: 1}}
      third_step_of_a_long_name: {team: third, touch: {mean: 30 min, cv: 1}}
"""
    )
    for words in ([], ["--full"]):
        code, out, err = check(capsys, str(path), *words)
        assert (code, err) == (0, "")
        assert max(len(line) for line in out.splitlines()) <= 80 + len(str(path))
        assert "(priority 1: " in out
        assert "- its people are away at times" in out


def test_numbers_as_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    file = tmp_path / "check.json"
    code, out, _ = check(capsys, "value_chain", "--json", str(file))
    assert code == 0
    assert "Team" in out
    record = json.loads(file.read_text())
    assert record["problems"] == []
    assert record["scenario"]["name"] == "value_chain"
    assert record["streams"][0]["lead_time_h"] == pytest.approx(2.95150881, rel=1e-8)
    chain = {team["name"]: team for team in record["teams"]}
    assert chain["plan"]["wait_h"] == pytest.approx(0.5217391304)
    assert chain["obtain_build"]["least"] == 4
    assert {hint["code"] for hint in record["hints"]} == {"no-output", "no-owner"}


@pytest.mark.parametrize("name", ["first_desk", "service_desk_replay"])
def test_the_scenario_in_full_is_a_file_that_says_all_of_itself(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str
) -> None:
    shutil.copytree(shipped()[name].parent / "data", tmp_path / "data")
    _, out, _ = check(capsys, name, "--expand")
    path = tmp_path / f"{name}.yaml"
    path.write_text(out, encoding="utf-8")
    assert check(capsys, str(path), "--expand") == (0, out, "")


def test_in_full_a_changed_scenario_keeps_its_layers(capsys: pytest.CaptureFixture[str]) -> None:
    change = "streams.incident.demand=+10%"
    _, out, _ = check(capsys, "first_desk", "--set", change, "--expand")
    assert "demand: {rate: 198/wk, layer_rate: 4.5/h, profile: office}" in out


def test_the_lowering_of_a_step_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "lowered.yaml"
    path.write_text(
        """svcsim: 1
teams: {a: {people: 2, activity: engage, wip: 5}, b: {people: 1, activity: engage}}
streams:
  work:
    demand: 1/wk
    steps:
      ask:
        {share: 50%, team: a, wait: {mean: 1 h, cv: 1}, touch: {mean: 1 h, cv: 1},
         patience: {mean: 9 h, cv: 1}, outcome: {again: {share: 10%, to: ask}, fine: rest}}
      do: {team: {b: 1}, touch: {mean: 1 h, cv: 1}}
"""
    )
    _, out, _ = check(capsys, str(path), "--expand")
    order = (
        "branch to ask / do · enter · admit · retire · delay · patience · seize a · work · release"
    )
    assert order in out
    assert "seize b" in out


def test_nothing_but_json_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = check(capsys, "first_desk", "--json", "-")
    assert json.loads(out)["teams"][0]["utilisation"] == pytest.approx(0.45)


def test_a_file_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = check(capsys, "first_dekc")
    assert (code, out) == (2, "")
    assert "did you mean first_desk?" in err


# ---- changes -----------------------------------------------------------------------------------

PLAIN = """svcsim: 1
teams: {desk: {people: 1, activity: engage}}
streams: {call: {demand: 10/wk, steps: {answer: {team: desk, touch: {mean: 1 h, cv: 1}}}}}
"""


@pytest.mark.parametrize(
    "change",
    [
        "calendars.office={days: Mon-Sat, hours: 08:00-18:00}",
        "calendars.office.hours=10:00-15:00",
        "calendars.nights={days: Mon-Fri, hours: 22:00-06:00}",
        "teams.helpers={people: 3, activity: improve}",
        "resources.van=3",
        "streams.call.targets.quick={within: 4 h, share: 90%}",
    ],
)
def test_a_change_may_add_what_a_file_need_not_have(change: str) -> None:
    path, _, value = change.partition("=")
    changed = loads(PLAIN, set=[change])
    assert changed != loads(PLAIN)
    assert changed.root == loads(PLAIN)
    text = f"{change.split('.')[0]}: {{{path.split('.')[1]}: {value}}}\n"
    if path.count(".") == 1 and "teams" not in path:
        assert changed == loads(PLAIN + text)


def test_a_change_of_a_known_calendar_keeps_the_rest_of_it() -> None:
    written = "calendars: {office: {days: Mon-Fri, hours: 10:00-15:00}}\n"
    assert loads(PLAIN, set=["calendars.office.hours=10:00-15:00"]) == loads(PLAIN + written)


@pytest.mark.parametrize(
    ("change", "remedy"),
    [
        ("calendars.offce={days: Mon, hours: 09:00-17:00}", "did you mean office?"),
        ("teams.dekx={people: 3}", "did you mean desk?"),
        ("teams.helpers.people=3", "add it as a whole: teams.helpers={...}"),
        ("resources.van.count=3", "add it as a whole: resources.van={...}"),
        ("resources.van=+1", "set it: resources.van=..."),
        ("streams.other={demand: 1/h}", "there is only call"),
        ("streams.call.steps.more={wait: 1 h}", "did you mean"),
        ("streams.call.steps.zzz={wait: 1 h}", "a new one needs a file that extends this one"),
        ("desk.people=+1", "did you mean teams.desk?"),
        ("teams.desk.people=+10%", "set a whole number: teams.desk.people=2"),
    ],
)
def test_a_name_that_may_not_be_added_says_what_to_write(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, change: str, remedy: str
) -> None:
    path = tmp_path / "plain.yaml"
    path.write_text(PLAIN.replace("answer", "mores"))
    code, _, err = check(capsys, str(path), "--set", change)
    assert code == 2
    assert err.count("\n") == 1
    assert remedy in err


def test_a_change_repairs_a_file_that_is_wrong(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(PLAIN.replace("team: desk", "team: dsek"))
    code, _, err = check(capsys, str(path))
    assert (code, "did you mean desk?" in err) == (2, True)
    repair = "streams.call.steps.answer.team=desk"
    code, _, err = check(capsys, str(path), "--set", repair)
    assert (code, err) == (0, "")
    assert load(path, set=[repair]) == loads(PLAIN)


def test_a_wrong_change_of_a_wrong_file_is_told_with_the_rest(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text(PLAIN.replace("team: desk", "team: dsek"))
    code, _, err = check(capsys, str(path), "--set", "replicatons=3")
    assert code == 2
    assert [line.split()[0] for line in err.splitlines()] == ["--set", f"{path}:3:56"]
