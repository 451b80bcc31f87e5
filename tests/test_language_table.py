"""The table of the ten value streams: its words exist, and the scenarios that it names use them."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from language_fields import OWN
from ruamel.yaml import YAML

from svcsim.scenario.grammar import fields

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


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_says_words_that_exist_and_scenarios_that_use_them(row):
    _, words, where = row
    asked, named = QUOTED.findall(words), QUOTED.findall(where)
    scenarios = [name for name in named if name in SCENARIOS]
    assert set(asked) <= WORDS
    assert set(named) <= WORDS | set(SCENARIOS)
    for anchor in re.findall(r"\(#([\w-]+)\)", where):
        heads = re.findall(r"^#+ (.+)$", PAGE, re.MULTILINE)
        assert anchor in {re.sub(r"[^\w -]", "", head).lower().replace(" ", "-") for head in heads}
    assert asked or "left out: " in where, "no word, and no reason"
    assert scenarios or "left out" in where or "(#" in where or "extends" in where
    for scenario in scenarios:
        assert used(scenario) & set(asked), f"{scenario} has none of these words"
    elsewhere = {word for word in named if word in WORDS}
    if scenarios:
        together = set().union(*(used(scenario) for scenario in scenarios))
        assert set(asked) - elsewhere <= together, "a word that no scenario of the row uses"
