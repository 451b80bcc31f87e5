"""The table of the ten value streams: its words exist, and the scenarios that it names use them."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from language_fields import OWN
from ruamel.yaml import YAML

from svcsim.errors import ScenarioError
from svcsim.scenario.grammar import fields
from svcsim.scenario.load import loads

ROOT = Path(__file__).parents[1]
PAGE = ROOT.joinpath("docs", "language.md").read_text(encoding="utf-8")
TABLE = PAGE.partition("\n## The ten value streams, row by row\n")[2]
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in TABLE.splitlines()
    if line.startswith("| ") and not line.startswith(("| row |", "| **"))
]
QUOTED = re.compile(r"`(\w+)`")
WORDS = {word for model in OWN.values() for word in fields(model)} | {"by_class", "by_visit"}
SCENARIOS = {path.stem: path for path in ROOT.joinpath("scenarios").glob("*.yaml")}


def said(data: Any) -> set[str]:
    """Every key of a file, at any depth."""
    if isinstance(data, dict):
        return set(data).union(*map(said, data.values()))
    return set().union(*map(said, data)) if isinstance(data, list) else set()


@cache
def used(name: str) -> set[str]:
    """Every key of a shipped scenario."""
    return said(YAML(typ="safe", pure=True).load(SCENARIOS[name].read_text(encoding="utf-8")))


def test_the_page_ends_with_the_table_of_all_ten_streams_and_the_list():
    assert "\n## " not in TABLE
    heads = re.findall(r"^\| \*\*(.+?)\*\* \|", TABLE, re.MULTILINE)
    assert [head[:2] for head in heads] == [f"{letter}:" for letter in "ABCDEFGHIJ"] + ["Wh"]
    assert all(len(row) == 3 for row in ROWS)
    assert len({row[0] for row in ROWS}) == len(ROWS)


def test_rows_say_words_that_exist_and_scenarios_that_use_them():
    heads = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}
    for row, words, where in ROWS:
        asked, named = QUOTED.findall(words), QUOTED.findall(where)
        scenarios = [name for name in named if name in SCENARIOS]
        assert set(asked) <= WORDS, row
        assert set(named) <= WORDS | set(SCENARIOS), row
        assert set(re.findall(r"\(#([\w-]+)\)", where)) <= anchors, row
        assert asked or "left out: " in where, f"{row}: no word, and no reason"
        assert scenarios or "left out" in where or "(#" in where or "extends" in where, row
        for scenario in scenarios:
            assert used(scenario) & set(asked), f"{row}: {scenario} has none of these words"
        elsewhere = {word for word in named if word in WORDS}
        if scenarios:
            together = set().union(*(used(scenario) for scenario in scenarios))
            assert set(asked) - elsewhere <= together, f"{row}: a word that none of them uses"


# ---- what version 1 leaves out -------------------------------------------------------------------


def test_sentences_that_are_in_force_in_part_are_among_what_is_left_out():
    page = ROOT.joinpath("docs", "semantics.md").read_text(encoding="utf-8")
    partly = {
        line.partition(".")[0]
        for line in page.splitlines()
        if line[:1].isdigit() and "*not in force*" in line
    }
    left_out = PAGE.partition("\n## What version 1 leaves out\n")[2].partition("\n## ")[0]
    cited = re.findall(r"\(sentences? ([\d and]+)\)", left_out)
    assert partly == {number for words in cited for number in words.split(" and ")}


LEFT_OUT = {
    "several quantities": (
        {"stream": "quantity: [{unit: a, count: 1}, {unit: b, count: 2}]"}, "quantity",
    ),
    "share by quantity": ({"step": "share: {each: a}"}, "share"),
    "attributes": ({"step": "set: {size: 3}"}, "set.size"),
    "new families": ({"stream": "families: {names: {x: 10%}, new: 1/wk}"}, "families.new"),
    "score of a queue": ({"team": "queue: score"}, "queue"),
    "score of an agenda": (
        {"before": "gate: {meets: daily 11:00, order: score}, activity: plan"}, "gate.order",
    ),
    "price": ({"step": "price: 100 GBP"}, "price"),
    "effect on people": ({"step": "effect: {people: desk, by: +10%}"}, "effect.people"),
    "effect on an agenda": (
        {"step": "effect: {agenda: {stream: incident, step: a}, by: +10%}"}, "effect.agenda",
    ),
    "guard over several steps": (
        {"before": "escalate: {after: 1 d, priority: 1}, steps: {c: {team: desk, touch: 1 h}}"},
        "escalate",
    ),
    "meeting of instances": (
        {"before": "activity: plan, instances: 3, gate: {meets: daily 11:00}"}, "gate",
    ),
    "children of instances": ({"step": "instances: 2, spawn: {stream: other}"}, "spawn"),
    "call of instances": (
        {"before": "activity: plan, instances: 3, stream: other"}, "stream",
    ),
    "effect of instances": (
        {"step": "instances: 2, effect: {rate: other, by: -10%}"}, "effect",
    ),
    "reservation for a step": ({"team": "reserve: {people: 1, for: [incident.a]}"}, "reserve.for"),
    "reservation of shared people": (
        {"team": "serves: line, reserve: {people: 1, for: [other]}"}, "reserve",
    ),
    "belief": ({"step": "believed: 90%"}, "believed"),
}  # fmt: skip
"""What would say it, and the end of the path at which it is refused."""


@pytest.mark.parametrize("what", ["", *LEFT_OUT])
def test_what_is_left_out_is_refused(what):
    words, path = LEFT_OUT.get(what, ({}, ""))
    said = {name: f", {words[name]}" if name in words else "" for name in ("team", "step")}
    text = (
        "svcsim: 1\nteams:\n"
        f"  desk: {{people: 2, activity: engage{said['team']}}}\n"
        "  line: {people: 2, activity: deliver_support}\n"
        "streams:\n"
        "  other: {demand: 1/d, steps: {o: {team: desk, touch: 1 h}}}\n"
        "  incident:\n"
        "    demand: 10/d\n"
        f"    {words.get('stream', 'priority: 5')}\n"
        "    steps:\n"
        f"      before: {{{words.get('before', 'team: line, touch: 1 h')}}}\n"
        f"      a: {{team: desk, touch: 10 min{said['step']}}}\n"
        "      b: {team: line, touch: 10 min}\n"
    )
    if not what:
        loads(text)
        return
    with pytest.raises(ScenarioError) as refused:
        loads(text)
    assert any(f".{problem.path}".endswith(f".{path}") for problem in refused.value.problems)
