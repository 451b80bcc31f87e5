"""Files become scenarios; what cannot is told with its place, and never with a traceback."""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest
from language_fields import OWN
from pydantic import BaseModel

from svcsim.analysis.feasibility import refuse
from svcsim.engines import compiled, reference
from svcsim.errors import Problem, ScenarioError
from svcsim.model.build import build
from svcsim.scenario.after import After
from svcsim.scenario.calendar import Calendar
from svcsim.scenario.distribution import Distribution
from svcsim.scenario.expand import expand
from svcsim.scenario.flow import Flow, Move
from svcsim.scenario.load import load, loads
from svcsim.scenario.schema import Scenario
from svcsim.scenario.sources import WITH_FILES
from svcsim.scenario.strands import Strands
from svcsim.scenario.text import DEEPEST, LARGEST_FILE, read_text
from svcsim.scenario.units import REST, Duration, Rate

HERE = Path(__file__).parent
WHOLE = HERE / "scenarios" / "every_word.yaml"
SMALL = "svcsim: 1\nstreams: {s: {demand: 1/h, steps: {a: {wait: 1 h}}}}\n"


def problems(text: str, **options: Any) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        loads(text, file="x.yaml", **options)
    return caught.value.problems


# ---- the sketches ------------------------------------------------------------------------------


def test_first_desk() -> None:
    scenario = load("first_desk")
    assert scenario.name == "first_desk"
    assert scenario.title == "A small service desk"
    assert list(scenario.teams) == ["desk", "second_line"]
    incident = scenario.streams["incident"]
    assert incident.demand.rate == Rate(180, "wk")
    assert incident.demand.profile == "office"
    assert incident.value_point == "resolve"
    assert incident.targets["resolved"].within == Duration(4, "h")
    assert incident.targets["resolved"].at == "resolve"
    assert incident.targets["resolved"].clock == "office"
    assert incident.steps["register"].activity == "engage"
    assert isinstance(scenario.calendars["office"], Calendar)
    assert (scenario.horizon, scenario.run_out) == (Duration(26, "wk"), Duration(4, "wk"))
    assert scenario.root is scenario


def test_value_chain() -> None:
    stream = load("value_chain").streams["demand_to_value"]
    assert stream.value_point == "done"
    assert stream.steps["deliver_support"].next == {"improve": 0.1, "engage": 0.05, "done": 0.85}
    assert {step.activity for step in stream.steps.values()} == set(stream.steps)


def test_every_word_of_the_language() -> None:
    scenario = load(WHOLE)
    incident = scenario.streams["incident"]
    assert incident.classes["P1"].preempts is True
    assert incident.classes["P3"].share is REST
    board = incident.steps["board"].gate
    assert board is not None
    assert [str(meeting) for meeting in board.meets] == ["Wed 11:00", "first Tue 14:00"]  # type: ignore[union-attr]
    assert scenario.streams["replay"].demand.class_names == {"P1": "top", "P2": "low"}
    assert scenario.directory == WHOLE.parent
    refuse(scenario, build(scenario))


def used(value: object) -> Iterator[str]:
    """The fields that are written in a part of a scenario."""
    if isinstance(value, BaseModel):
        for field in value.model_fields_set:
            yield f"{type(value).__name__}.{field}"
            yield from used(getattr(value, field))
    elif isinstance(value, dict | tuple):
        for part in value.values() if isinstance(value, dict) else value:
            yield from used(part)


def test_no_word_of_the_language_is_missing_there() -> None:
    of_all_laws = {*Distribution.model_fields, "distribution"}
    found = {*used(load(WHOLE))}
    assert [
        f"{name}.{field}"
        for name, model in OWN.items()
        for field in model.model_fields
        if not (issubclass(model, Distribution) and field in of_all_laws)
        and f"{name}.{field}" not in found
    ] == []


def test_constructs_of_the_other_sketches_are_refused_by_name_not_ignored() -> None:
    for words in (
        "parallel: [a]", "swarm: 3", "believed: [1 h, 2 h]",
    ):  # fmt: skip
        text = SMALL.replace("wait: 1 h", f"wait: 1 h, {words}")
        (problem,) = problems(text)
        assert problem.code == "unknown-field", words


SKETCHES = Path(__file__).parents[2] / "shared" / "design" / "sketches"


@pytest.mark.skipif(not SKETCHES.is_dir(), reason="the sketches stand beside the project")
def test_the_sketches_of_the_design_load_and_run() -> None:
    paths = sorted(SKETCHES.glob("*.yaml"))
    assert paths
    for path in paths:
        model = build(load(path, set=["warm_up=0 h", "horizon=1 wk", "run_out=0 h"])).model
        assert len(compiled.simulate(model, 1, 0).items) > 0, path.stem


# ---- classes that never come ---------------------------------------------------------------------

LIMITED = """
svcsim: 1
horizon: 3 wk
teams: {t: {people: 8, activity: engage}}
streams:
  s:
    demand: 60/wk
    classes: {low: 30%, high: 40%, medium: rest}
    steps:
      a: {team: t, touch: 1 h}
      group:
        classes: [high, medium]
        steps:
          board:
            classes: [high, medium]
            activity: plan
            gate: {meets: daily 11:00, cut_off: {by_class: {high: 2 bd, medium: 1 bd}}}
            outcome:
              reject: {share: {by_class: {high: 10%, medium: 5%}}}
              approve: {share: {by_class: {medium: 95%, high: rest}}}
          b:
            team: {by_class: {high: {t: 2}, medium: t}}
            share: {by_class: {high: 50%, medium: 90%}}
            touch: {by_class: {high: {mean: 2 h, cv: 1}, medium: 1 h}}
            escalate: {after: {by_class: {high: 2 bh, medium: 4 bh}}, priority: 1}
            outcome: {again: {share: 20%, to: board}, well: rest}
      c: {team: t, touch: 30 min}
"""


def test_classes_that_never_come_to_a_step_need_not_be_named() -> None:
    head, steps = LIMITED.split("    steps:", 1)
    named = f"{head}    steps:{steps.replace('medium: ', 'otherwise: ')}"
    models = [build(loads(text)).model for text in (LIMITED, named)]
    short, long = (compiled.simulate(model, 3, 0) for model in models)
    other = reference.simulate(models[0], 3, 0)
    assert len(short.items) > 100
    for one, same, third in zip(short, long, other, strict=True):
        assert np.array_equal(one, same)
        assert np.array_equal(one, third)


@pytest.mark.parametrize(
    ("change", "path", "missing"),
    [
        ({"{high: 2 bd, medium": "{medium"}, "group.steps.board.gate.cut_off", "high"),
        ({"classes: [high, medium]\n            activity": "activity"}, "", ""),
        ({"classes: [high, medium]\n        steps": "steps"}, "group.steps.b.touch", "low"),
        ({"touch: 30 min": "touch: 30 min, next: {b: 10%, done: rest}"},
         "group.steps.b.touch", "low"),
        ({"demand: 60/wk": "demand: 60/wk\n    backlog: {items: 2, age: 1 d, at: board}"},
         "group.steps.board.gate.cut_off", "low"),
        ({"demand: 60/wk":
          "demand: 60/wk\n    backlog: {items: 2, age: 1 d, at: board, class: high}"}, "", ""),
    ],
)  # fmt: skip
def test_classes_that_may_come_to_a_step_are_named(
    change: dict[str, str], path: str, missing: str
) -> None:
    text = LIMITED
    for old, new in change.items():
        assert old in text
        text = text.replace(old, new)
    if not missing:
        loads(text)
        return
    found = [p for p in problems(text) if p.path == f"streams.s.steps.{path}.by_class"]
    assert [problem.code for problem in found] == ["missing-class"]
    assert found[0].found == f"nothing is said of {missing}"


def test_a_step_has_no_field_without_an_effect_anywhere() -> None:
    text = SMALL.replace("{wait: 1 h}", "{wait: 1 h, uses: {}}")
    assert [problem.code for problem in problems(text)]


# ---- parallel work -------------------------------------------------------------------------------

PARALLEL = """svcsim: 1
streams:
  s:
    demand: 1/h
    steps:
      a: {wait: 1 h, outcome: {short: {share: 10%, to: e}, full: rest}}
      b: {after: a, wait: 1 h}
      c: {after: a, share: 50%, wait: 1 h}
      d: {after: [b, c], wait: 1 h, outcome: {bad: {share: 10%, to: b}, good: rest}}
      e: {wait: 1 h}
      f: {after: [], wait: 1 h}
"""


@pytest.mark.parametrize(
    ("words", "of", "need", "losers"),
    [
        ("b", ("b",), 1, "cancel"),
        ("[b, c]", ("b", "c"), 2, "cancel"),
        ("[]", (), 0, "cancel"),
        ("{any: [b, c], losers: run_on}", ("b", "c"), 1, "run_on"),
        ("{at_least: 2, of: [a, b, c]}", ("a", "b", "c"), 2, "cancel"),
        ("{share: 50%, of: [a, b, c]}", ("a", "b", "c"), 2, "cancel"),
        ("{share: 34%, of: [a, b, c]}", ("a", "b", "c"), 2, "cancel"),
        ("{share: 33%, of: [a, b, c]}", ("a", "b", "c"), 1, "cancel"),
        ("{share: 1%, of: [a, b], losers: run_on}", ("a", "b"), 1, "run_on"),
        ("{share: 70%, of: [a, b, c]}", ("a", "b", "c"), 3, "cancel"),
    ],
)
def test_what_a_step_comes_after(words: str, of: tuple[str, ...], need: int, losers: str) -> None:
    """Semantics 41: all, k, or the share rounded up."""
    after = loads(PARALLEL.replace("[]", words)).streams["s"].steps["f"].after
    assert after is not None
    assert (after.of, after.need, after.losers) == (of, need, losers)
    assert After.model_validate(after.model_dump(mode="json")) == after


def test_a_share_of_ten_that_is_a_whole_number_is_not_rounded_up() -> None:
    steps = [f"s{i}" for i in range(10)]
    for tenths in range(1, 11):
        after = After.model_validate({"share": f"{tenths}0%", "of": steps})
        assert after.need == tenths


def test_strands_are_stretches_of_steps_that_one_token_performs() -> None:
    """Semantics 41: cut where several follow, where several are waited for, where a way leads."""
    strands = list(Strands(loads(PARALLEL).streams["s"]))
    assert [strand.steps for strand in strands] == [
        (), ("a",), ("b",), ("c",), ("d",), ("e",), ("f",),
    ]  # fmt: skip
    straight = PARALLEL.replace("short: {share: 10%, to: e}, full: rest", "full: 100%")
    joined = [strand.steps for strand in Strands(loads(straight).streams["s"])]
    assert joined == [(), ("a",), ("b",), ("c",), ("d", "e"), ("f",)]


def test_what_may_follow_what() -> None:
    flow = Flow(loads(PARALLEL).streams["s"])
    assert flow.first() == {"a", "f"}
    assert flow.after("a") == {"b", "c", "d"}  # past c
    assert flow.after("b") == flow.after("c") == {"d"}
    assert flow.after("e") == flow.after("f") == {"done"}
    assert set(flow.moves()) == {
        Move("a", "b", ends=True), Move("a", "c", ends=True), Move("a", "d", ends=True),
        Move("a", "e", ends=True), Move("b", "d", ends=True), Move("c", "d", ends=True),
        Move("d", "b", back=True), Move("d", "e", ends=True), Move("e", "done"),
        Move("f", "done"),
    }  # fmt: skip


def test_value_is_the_last_step_if_all_others_lead_to_it() -> None:
    assert loads(PARALLEL).streams["s"].value_point == "done"  # f runs beside e
    joined = PARALLEL.replace("f: {after: []", "f: {after: [e]")
    assert loads(joined).streams["s"].value_point == "f"
    beside = PARALLEL.replace("f: {after: []", "f: {after: d")
    assert loads(beside).streams["s"].value_point == "done"


# ---- digests -----------------------------------------------------------------------------------


def test_the_digest_is_of_what_is_said_not_of_how_it_is_written() -> None:
    spaced = SMALL.replace("wait: 1 h", "wait:   1 hour") + "# a comment\n"
    assert loads(spaced).digest == loads(SMALL).digest
    assert loads(SMALL.replace("1 h", "2 h")).digest != loads(SMALL).digest
    assert len(loads(SMALL).digest) == 32


def test_the_digest_is_of_the_files_that_are_read_too(tmp_path: Path) -> None:
    shutil.copytree(WHOLE.parent, tmp_path / "copy")
    copy = tmp_path / "copy" / WHOLE.name
    assert load(copy).digest == load(WHOLE).digest
    (copy.parent / "files" / "rates.csv").write_text("items\n3\n5\n")
    assert load(copy).digest != load(WHOLE).digest


def test_the_digest_is_the_same_in_every_process() -> None:
    code = "from svcsim.scenario import load; print(load('first_desk').digest)"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == load("first_desk").digest


# ---- extends -----------------------------------------------------------------------------------


def write(directory: Path, **files: str) -> None:
    for name, text in files.items():
        (directory / f"{name}.yaml").write_text(text)


def test_mappings_are_merged_lists_replaced_and_null_takes_away(tmp_path: Path) -> None:
    write(
        tmp_path,
        base="svcsim: 1\ntitle: base\nteams: {t: {people: 1, activity: [engage, plan], wip: 3}}\n"
        "streams: {s: {demand: 1/h, steps: {a: {team: t, touch: {mean: 1 h, cv: 1}, "
        "activity: plan}}}}\n",
        own="extends: base.yaml\nteams: {t: {people: 2, activity: [plan], wip: null}}\n"
        "streams: {s: {demand: {rate: 2/h}, steps: {a: {touch: {cv: 0.5}, share: 50%}, "
        "b: {wait: 1 h}}}}\n",
    )
    scenario = load(tmp_path / "own.yaml")
    team, stream = scenario.teams["t"], scenario.streams["s"]
    assert (scenario.title, team.people, team.activity, team.wip) == ("base", 2, ("plan",), None)
    assert stream.demand.rate == Rate(2, "h")
    assert list(stream.steps) == ["a", "b"]
    assert stream.steps["a"].touch.model_dump(mode="json") == {"mean": "1 h", "cv": 0.5}  # type: ignore[union-attr]
    assert scenario.name == "own"


def test_the_root_is_the_scenario_at_the_beginning_of_the_chain(tmp_path: Path) -> None:
    write(
        tmp_path,
        people="teams: {t: {people: 1, activity: engage}}\n",
        base="extends: people.yaml\n" + SMALL,
        middle="extends: base.yaml\nstreams: {s: {demand: 2/h}}\n",
        own="extends: middle.yaml\nstreams: {s: {demand: 3/h}}\n",
    )
    scenario = load(tmp_path / "own.yaml", set=["streams.s.demand=4/h"])
    rates = [one.streams["s"].demand.rate for one in (scenario, scenario.root)]
    assert rates == [Rate(4, "h"), Rate(1, "h")]
    assert scenario.root.teams["t"].people == 1
    assert scenario.root.root is scenario.root


def test_the_root_of_a_changed_scenario_is_the_unchanged_one() -> None:
    scenario = load("first_desk", set=["streams.incident.demand=+10%"])
    assert scenario.streams["incident"].demand.rate == Rate(198, "wk")
    assert scenario.root == load("first_desk")


def test_a_scenario_may_extend_a_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, own="extends: first_desk\nteams: {desk: {people: 2}}\n")
    assert load(tmp_path / "own.yaml").teams["desk"].people == 2


def test_files_of_a_base_stay_where_they_are(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    base = "svcsim: 1\nstreams: {s: {demand: {csv: a.csv, arrived: t}, steps: {a: {wait: {by_class: {csv: {csv: a.csv, column: n, unit: h}}}}}, classes: {csv: 100%}}}\n"  # noqa: E501
    (tmp_path / "deep" / "base.yaml").write_text(base)
    (tmp_path / "deep" / "a.csv").write_text("t,n\n2026-01-05,1\n")
    write(tmp_path, own="extends: deep/base.yaml\n")
    scenario = load(tmp_path / "own.yaml")
    assert scenario.streams["s"].demand.csv == str(Path("deep/a.csv"))
    assert scenario.streams["s"].classes["csv"].share == 1


def test_every_field_that_may_name_a_file_is_known() -> None:
    found, todo, done = set(), [("", Scenario)], set()
    while todo:
        name, kind = todo.pop()
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            if "csv" in kind.model_fields:
                found.add(name)
            if kind not in done:
                done.add(kind)
                fields = kind.model_fields.items()
                todo += [(field.alias or word, field.annotation) for word, field in fields]
        else:
            todo += [(name, part) for part in get_args(kind)]
    assert found - {"by_class"} == WITH_FILES


@pytest.mark.parametrize(
    "step",
    ["handover: FILE, team: t, touch: 1 h", "auto: {share: 10%, time: FILE}, team: t, touch: 1 h"],
)
def test_a_law_of_a_base_reads_its_file_where_it_is(tmp_path: Path, step: str) -> None:
    (tmp_path / "deep").mkdir()
    step = step.replace("FILE", "{csv: a.csv, column: n, unit: h}")
    base = f"svcsim: 1\nteams: {{t: {{people: 1, activity: engage}}, u: {{people: 1, activity: engage}}}}\nstreams: {{s: {{demand: 1/h, steps: {{b: {{team: u, touch: 1 h}}, a: {{{step}}}}}}}}}\n"  # noqa: E501
    (tmp_path / "deep" / "base.yaml").write_text(base)
    (tmp_path / "deep" / "a.csv").write_text("n\n1\n")
    write(tmp_path, own="extends: deep/base.yaml\n")
    assert str(Path("deep/a.csv")) in str(load(tmp_path / "own.yaml").streams["s"].steps["a"])


def test_problems_of_a_chain_are_located_in_the_file_that_holds_the_line(tmp_path: Path) -> None:
    write(
        tmp_path,
        base=SMALL.replace("wait: 1 h", "wait: 1"),
        own="extends: base.yaml\nhorizn: 3 wk\n",
    )
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "own.yaml")
    places = [(Path(p.file).name, p.line, p.code) for p in caught.value.problems]
    assert places == [("own.yaml", 2, "unknown-field"), ("base.yaml", 2, "no-unit")]


@pytest.mark.parametrize(
    ("base", "code"),
    [("extends: own.yaml\n", "extends-cycle"), ("a: [", "not-yaml"), ("- a\n", "not-a-scenario")],
)
def test_a_base_that_cannot_be_read_is_one_problem(tmp_path: Path, base: str, code: str) -> None:
    write(tmp_path, base=base, own="extends: base.yaml\nteams: {t: {people: 1}}\n")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "own.yaml")
    assert [problem.code for problem in caught.value.problems] == [code]


@pytest.mark.parametrize("written", ["", "null", "[a.yaml]", "2"])
def test_extends_names_a_file(written: str) -> None:
    assert [problem.code for problem in problems(f"extends: {written}\n{SMALL}")] == ["not-text"]


# ---- finding -----------------------------------------------------------------------------------


def test_an_unknown_scenario_is_told_with_what_was_meant() -> None:
    with pytest.raises(ScenarioError, match="did you mean first_desk") as caught:
        load("frist_desk")
    assert [problem.code for problem in caught.value.problems] == ["no-file"]


def test_a_directory_is_no_scenario(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="is a directory, and no file"):
        load(tmp_path)


# ---- files that are no scenarios ---------------------------------------------------------------


BROKEN = {
    "empty": ("", "not-a-scenario", 1),
    "only a comment": ("# nothing\n", "not-a-scenario", 1),
    "list at top": ("- svcsim: 1\n", "not-a-scenario", 1),
    "text at top": ("svcsim\n", "not-a-scenario", 1),
    "tab": ("svcsim: 1\nstreams:\n\ts: 1\n", "tab", 3),
    "open bracket": (SMALL + "teams: [a\n", "not-yaml", 3),
    "open quote": (SMALL + "title: 'a\n", "not-yaml", 3),
    "two colons": (SMALL + "title: a: b\n", "not-yaml", 3),
    "bad escape": (SMALL + 'title: "\\q"\n', "not-yaml", 3),
    "two documents": (SMALL + "---\n" + SMALL, "not-yaml", 3),
    "key that is a list": (SMALL + "? [a]\n: b\n", "not-yaml", 3),
    "python object": (SMALL + "title: !!python/object/apply:os.system ls\n", "tag", 3),
    "binary tag": (SMALL + "title: !!binary aGk=\n", "tag", 3),
    "merge key": (SMALL + "<<: {title: x}\n", "unknown-field", 3),
    "anchor": (SMALL + "title: &a x\n", "anchor", 3),
    "alias": (SMALL + "title: *a\n", "anchor", 3),
    "duplicate": (SMALL + "seed: 1\nseed: 2\n", "duplicate-key", 4),
    "deep flow": (SMALL + "title: " + "[" * 10_000, "too-deep", 3),
    "deep block": ("".join(" " * i + "a:\n" for i in range(200)), "too-deep", DEEPEST + 2),
    "control character": (SMALL + "title: \x07\n", "not-text-file", 3),
    "surrogate": (SMALL + 'title: "\\ud800"\n', "not-text-file", 3),
    "not a number": (SMALL + "seed: .nan\n", "not-a-whole-number", 3),
    "infinite": (SMALL + "seed: .inf\n", "not-a-whole-number", 3),
    "giant number": (SMALL + f"seed: {'9' * 5000}\n", "not-a-whole-number", 3),
}


@pytest.mark.parametrize(("text", "code", "line"), BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_scenario_is_one_located_problem(text: str, code: str, line: int) -> None:
    (problem,) = problems(text)
    assert (problem.code, problem.line, problem.file) == (code, line, "x.yaml")


def test_one_anchor_twice_is_two_problems_and_no_warning() -> None:
    assert [p.line for p in problems(SMALL + "title: &a x\nseed: &a 1\n")] == [3, 4]


def test_aliases_do_not_multiply() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for one, two in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{two}: &{two} [{', '.join([f'*{one}'] * 9)}]\n"
    assert {problem.code for problem in problems(bomb)} >= {"anchor"}


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"\x00\x01\x02\xff\xfe", "not-text-file", 1),
        (b"svcsim: 1\ntitle: caf\xe9\n", "not-text-file", 2),
        (random.Random(1).randbytes(5000), "not-text-file", 1),
        (b"svcsim: 1\n" + b"#" * LARGEST_FILE, "too-big", 0),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, content: bytes, code: str, line: int) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        load(path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.line) == (code, line)


def test_a_byte_order_mark_and_other_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.replace("\n", "\r\n").encode())
    assert load(path) == loads(SMALL)


def test_long_text_is_refused_too() -> None:
    (problem,) = problems(SMALL + "#" * LARGEST_FILE)
    assert problem.code == "too-big"


# ---- whatever is written, it is loaded or told -------------------------------------------------

JUNK: list[Any] = [
    None, 0, -1, 1.5, "", "x", "5", "5 min", "2 bd", "rest", "15%", "150%", [], {}, ["a", "b"],
    {"a": 1}, {"by_class": {"P1": 1}}, {"by_visit": ["5%"]}, True, "done", "otherwise", 10**12,
    1e300, "1e400 h", "a.b", {"to": "fix"}, {"share": "rest"}, [[1]], "-5%", {"steps": {}},
    {"mean": "5 min", "cv": 1}, {"one_of": {"q": {}}}, "office", "always", "quarter_end",
    "unlimited", ["Mon"], "24:00", "Wed 11:00", {"every": "1 h"}, "\x00", "é€", {"5 min": "30%"},
]  # fmt: skip


def paths(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    parts = data.items() if isinstance(data, dict) else enumerate(data)
    found = []
    for word, part in parts:
        found.append((*path, word))
        if isinstance(part, dict | list):
            found += paths(part, (*path, word))
    return found


@pytest.mark.parametrize("seed", range(25))
def test_no_damage_to_a_scenario_ends_in_a_traceback(seed: int) -> None:
    chance = random.Random(seed)
    text = json.dumps(read_text(WHOLE.read_text()).data)
    data = json.loads(text)
    for path in chance.sample(paths(data), 3):
        here = data
        try:
            for word in path[:-1]:
                here = here[word]
            if chance.random() < 0.3:
                del here[path[-1]]
            elif chance.random() < 0.2 and isinstance(here, dict):
                here[f"{path[-1]}x"] = here.pop(path[-1])
            else:
                here[path[-1]] = chance.choice(JUNK)
        except (KeyError, IndexError, TypeError):
            continue  # an earlier damage took it away
    try:
        scenario = loads(json.dumps(data), directory=WHOLE.parent)
    except ScenarioError as error:
        told = error.problems
    else:
        told = ()
        text = expand(scenario)
        assert expand(loads(text, directory=WHOLE.parent)) == text
    assert all(problem.found and problem.remedy and problem.line for problem in told), told
