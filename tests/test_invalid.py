"""Every rule has one smallest file that breaks it, and many broken words are told in one pass."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import svcsim.scenario
from svcsim.errors import Problem, ScenarioError
from svcsim.model.build import build
from svcsim.scenario.load import load, loads
from svcsim.scenario.rules import RULES

INVALID = Path(__file__).parent / "invalid"
SMALLEST = sorted(path for path in INVALID.glob("*.yaml") if "several_" not in path.name)
SEVERAL = sorted(INVALID.glob("several_*.yaml"))


def told(path: Path, changes: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioError) as caught:
        build(load(path, set=changes))
    return caught.value.problems


def test_every_rule_has_a_file_and_every_file_a_rule() -> None:
    assert {path.stem for path in SMALLEST} == set(RULES)


@pytest.mark.parametrize("path", SMALLEST, ids=lambda path: path.stem)
def test_smallest_file_breaks_exactly_its_rule(path: Path, tmp_path: Path) -> None:
    first = path.read_bytes().split(b"\n")[0].decode()
    directive, _, argument = first.removeprefix("# ").partition(": ")
    changes = (argument,) if directive == "set" else ()
    if directive == "pad":
        path = tmp_path / path.name
        path.write_text("#" * int(argument))
    problems = told(path, changes)
    assert [problem.code for problem in problems] == [path.stem]
    (problem,) = problems
    assert problem.found
    assert problem.remedy
    assert problem.file
    assert problem.line > 0 or changes or directive == "pad"


def marked(path: Path) -> Iterator[tuple[str, int, str]]:
    """Problems that the comments of a file announce: its name, line and code."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if announced := re.search(r"  # ([a-z, -]+)$", line):
            for code in announced[1].split(", "):
                yield path.name, number, code


@pytest.mark.parametrize("path", SEVERAL, ids=lambda path: path.stem)
def test_several_problems_are_told_in_one_pass_where_they_are(path: Path) -> None:
    expected = list(marked(path))
    base = re.search(r"^extends: (.*)$", path.read_text(), re.MULTILINE)
    if base:
        expected += marked(path.parent / base[1])
    assert len(expected) >= 5
    found = [(Path(p.file).name, p.line, p.code) for p in told(path)]
    assert sorted(found) == sorted(expected)


@pytest.mark.parametrize("path", SEVERAL, ids=lambda path: path.stem)
def test_problems_stand_in_the_order_of_the_file(path: Path) -> None:
    places = [(p.file != str(path), p.file, p.line, p.column) for p in told(path)]
    assert places == sorted(places)


def test_there_are_enough_files_with_several_problems() -> None:
    assert len(SEVERAL) >= 10


def test_every_code_in_the_source_is_a_rule_and_every_rule_is_used() -> None:
    here = Path(svcsim.scenario.__path__[0])
    files = [*here.glob("*.py"), *here.parent.joinpath("model").glob("*.py")]
    source = "".join(path.read_text() for path in files)
    rules_file = here / "rules.py"
    elsewhere = source.replace(rules_file.read_text(), "")
    raised = set(re.findall(r"refusal\(\s*\"([a-z-]+)\"", elsewhere))
    assert raised <= set(RULES)
    unused = [
        code for code in RULES if f'"{code}"' not in elsewhere and not code.startswith("unknown-")
    ]
    assert unused == []


def test_a_problem_is_a_sentence_with_its_place() -> None:
    (problem,) = told(INVALID / "unknown-field.yaml")
    assert str(problem) == (
        f"{INVALID / 'unknown-field.yaml'}:2:1 horizn: 'horizn' is no field here; "
        "did you mean horizon?"
    )


def test_a_misspelt_field_is_one_problem_though_the_right_one_is_missing() -> None:
    problems = told(INVALID / "several_fields.yaml")
    about_people = [problem for problem in problems if "people" in str(problem) + problem.remedy]
    assert [problem.found for problem in about_people][:1] == ["'peple' is no field here"]
    assert not any(problem.code == "missing-field" for problem in problems)


@pytest.mark.parametrize(
    ("law", "refused"),
    [
        ("{values: {0 min: 100%, 1 h: 0%}}", True),
        ("{low: 0 h, high: 0 h}", True),
        ("{mean: 5 min, cv: 1, zero: 100%}", True),
        ("{mean: 5 min, cv: 1, at_most: 0 h, plus: 1 h}", True),
        ("{mixture: [{share: 100%, of: 0 h}, {share: 0%, of: 1 h}]}", True),
        ("0.0000001 s", True),  # a tenth of a tick
        ("{value: 0 h, plus: 1 min}", False),
        ("{value: 0 h, at_least: 1 min}", False),
        ("{values: {0 min: 99%, 1 h: rest}}", False),
        ("{mixture: [{share: 90%, of: 0 h}, {share: rest, of: 1 h}]}", False),
    ],
)
def test_arrivals_take_time_at_least_at_times(law: str, refused: bool) -> None:
    text = f"svcsim: 1\nstreams: {{s: {{demand: {{every: {law}}}, steps: {{a: {{wait: 1 h}}}}}}}}\n"
    if not refused:
        loads(text)
        return
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.path) == ("zero-interval", "streams.s.demand.every")


PEOPLE = """svcsim: 1
teams:
  desk: {people: 1, activity: engage, rng_name: DESK}
  lab: {people: 1, activity: plan, rng_name: LAB}
resources: {van: {count: 1, rng_name: VAN}}
streams: {s: {demand: 1/h, steps: {a: {team: desk, touch: {mean: 5 min, cv: 1}}}}}
"""


@pytest.mark.parametrize(
    ("names", "path"),
    [
        (("one", "one", "two"), "teams.lab"),
        (("lab", "lab", "van"), "teams.lab"),
        (("a", "b", "a"), "resources.van"),
        (("lab", "desk", "van"), ""),  # exchanged: nobody shares
    ],
)
def test_people_have_random_draws_of_their_own(names: tuple[str, ...], path: str) -> None:
    """Semantics 61."""
    text = PEOPLE
    for word, name in zip(("DESK", "LAB", "VAN"), names, strict=True):
        text = text.replace(word, name)
    if not path:
        build(loads(text))
        return
    with pytest.raises(ScenarioError) as caught:
        build(loads(text))
    assert [(p.code, p.path) for p in caught.value.problems] == [("tag-collision", path)]


@pytest.mark.parametrize(
    ("meets", "refused"),
    [
        ("Sat 10:00", True),
        ("first Sun 10:00", True),
        ("[Sat 10:00, last Sun 10:00]", True),
        ("[Sat 10:00, Wed 10:00]", False),
        ("daily 10:00", False),
    ],
)
def test_a_gate_that_never_meets_is_refused(meets: str, refused: bool) -> None:
    text = (
        f"svcsim: 1\nstreams: {{s: {{demand: 1/h, steps: {{a: {{gate: {{meets: {meets}}}}}}}}}}}\n"
    )
    if not refused:
        loads(text)
        return
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    assert [problem.code for problem in caught.value.problems] == ["never-meets"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("every: 1 h", "every: 1"),
        ("times: 3", "times: x"),
        ("patience: 1 h", "patience: 1"),
        ("demand: 1/h", "demand: 1"),
        ("touch: 5 min", "touch: {mean: 5, cv: 1}"),
        ("share: 20%", "share: 20"),
        ("level: 4", "level: x"),
    ],
)
def test_what_needs_a_word_that_cannot_be_read_is_not_blamed(old: str, new: str) -> None:
    text = """
svcsim: 1
teams: {desk: {people: 1, activity: engage}}
environments: {e: {states: {x: {lasts: 3 h, effect: {rate: s, by: x2}}, y: {lasts: 2 h}}}}
triggers: {t: {watch: {team: desk}, level: 4, every: 2 h, spawn: u}}
streams:
  u: {steps: {d: {wait: 3 h}}}
  s:
    demand: 1/h
    steps:
      a: {team: desk, touch: 5 min, every: 1 h, times: 3}
      b: {team: desk, touch: 6 min, patience: 1 h, redial: {share: 50%, wait: 2 h}}
      c: {wait: 4 h, outcome: {bad: {share: 20%, to: b}, good: rest}}
"""
    build(loads(text))
    with pytest.raises(ScenarioError) as caught:
        loads(text.replace(old, new))
    assert len(caught.value.problems) == 1
