"""Every field of the language does something that can be seen: in a run, a screen, or a check.

An accepted field that does nothing is the worst bug. The fields are found by introspection, so
that a new one fails here until `field_effects` has a pair of scenarios that differ in it alone.
"""

import functools
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from field_effects import (
    EFFECTS,
    FILES,
    HINT,
    MEASURE,
    PROBLEM,
    TRAJECTORY,
    Effect,
)
from language_fields import OWN, WANTED
from pydantic import BaseModel

from svcsim.analysis.facts import Facts
from svcsim.analysis.feasibility import refuse
from svcsim.cli.check import findings
from svcsim.cli.check_screen import screen
from svcsim.cli.full import everything
from svcsim.cli.screen import first_screen
from svcsim.engines import compiled
from svcsim.errors import ScenarioError
from svcsim.experiment.run import run
from svcsim.model.build import build
from svcsim.scenario.grammar import fields
from svcsim.scenario.load import loads
from svcsim.scenario.schema import Scenario
from svcsim.scenario.team_use import TeamUse

# ---- what there is -------------------------------------------------------------------------------


def test_every_field_has_an_entry() -> None:
    assert len(OWN) > 40
    assert len(WANTED) == len(set(WANTED)) > 250
    assert [key for key in WANTED if key not in EFFECTS] == []


def test_every_entry_is_of_a_field() -> None:
    known = {*WANTED, "Gate.closed @ every"}
    assert [key for key in EFFECTS if key not in known] == []


# ---- what it does --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("files")
    for name, text in FILES.items():
        path.joinpath(name).write_text(text)
    return path


def told(differs: str, scenario: Scenario) -> Any:
    """What can be seen of a scenario."""
    if differs == TRAJECTORY:
        found = compiled.simulate(build(scenario).model, scenario.seed, 0)
        # not how its tokens are numbered: another strand has another one, whatever else happens
        return [
            table[name].tobytes()
            for table in (found.items, found.visits, found.rows, found.presence, found.attendance)
            for name in table.dtype.names
            if name != "token"
        ]
    if differs == MEASURE:
        numbers = run(scenario, jobs=1).numbers
        return numbers.sums, numbers.numerators.tobytes(), numbers.denominators.tobytes()
    facts = Facts.of(scenario, build(scenario))
    hints = findings(facts)
    if differs == HINT:
        return [(hint.code, hint.path, hint.sentence) for hint in hints]
    results = replace(run(scenario, jobs=1), seconds=0.0)
    lines = [
        *screen(facts, hints, again="", full=True),
        *first_screen(results, again="", full=True),
    ]
    text = "\n".join([*lines, *everything(results)])
    return text.replace(scenario.digest[:8], "")


@functools.cache
def loaded(text: str, directory: Path, change: str = "") -> Scenario:
    return loads(text, directory=directory, set=[change] if change else [])


@functools.cache
def told_of_base(differs: str, text: str, directory: Path) -> Any:
    return told(differs, loaded(text, directory))


def refused(text: str, change: str, directory: Path) -> str:
    """The problem with a scenario, if there is one."""
    try:
        scenario = loaded(text, directory, change)
        refuse(scenario, build(scenario))
    except ScenarioError as error:
        return str(error)
    return ""


def check(effect: Effect, directory: Path) -> None:
    if effect.differs == PROBLEM:
        assert not refused(effect.base, "", directory)
        assert refused(effect.base, effect.change, directory)
        return
    changed = loaded(effect.base, directory, effect.change)
    before = told_of_base(effect.differs, effect.base, directory)
    assert told(effect.differs, changed) != before


# ---- is the entry about the field? ---------------------------------------------------------------

WRITTEN_AS = {
    "TeamUse.mode": "Step.team", "TeamUse.numbers": "Step.team", "TeamUse.shares": "Step.team",
    "Wip.to": "Wip.when_full", "FixedCount.number": "Demand.batch",
    "Levels.calendars": "Demand.profile", "Scipy.(parameters)": "Step.wait",
    "DemandChange.by": "Demand.changes",
}  # fmt: skip
"""Fields that are no words of a file, and the field that says them.

A change of a share says by how much, so a change of `by` is no new `by`.
"""


def deepest(scenario: Scenario, path: str) -> str:
    """The last field, as ``Model.field``, that stands on a path."""
    here: Any = scenario
    found = ""
    for word in path.split("."):
        if isinstance(here, tuple) and len(here) == 1 and not word.isdigit():
            (here,) = here  # one alone needs no list
        if isinstance(here, BaseModel) and not isinstance(here, TeamUse):
            info = fields(type(here))
            if word not in info:
                break
            name = next(n for n, i in type(here).model_fields.items() if i is info[word])
            found = f"{type(here).__name__}.{name}"
            here = getattr(here, name)
        elif isinstance(here, dict):
            here = here.get(word)
        elif isinstance(here, tuple) and word.isdigit():
            here = here[int(word)]
        else:
            break
    return found


@pytest.mark.parametrize("key", EFFECTS)
def test_an_entry_changes_its_field_and_that_does_something(key: str, directory: Path) -> None:
    check(EFFECTS[key], directory)
    field = re.split(r" @ |=| by_class", key)[0]
    effect = EFFECTS[key]
    path = effect.change.partition("=")[0]
    found = {deepest(loaded(effect.base, directory), path)}
    if effect.differs != PROBLEM:
        found.add(deepest(loaded(effect.base, directory, effect.change), path))
    assert WRITTEN_AS.get(field, field) in found
    if key.endswith(" by_class"):
        assert "by_class" in effect.change
    elif "=" in key and field not in WRITTEN_AS:
        word = key.partition("=")[2]
        assert effect.change.endswith((f"={word}", f"={{{word}: b}}"))
