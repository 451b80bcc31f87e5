"""Where a problem stands that was found after the file was read."""

from dataclasses import replace
from typing import Any

from svcsim.errors import Problem
from svcsim.scenario.loads import said_at
from svcsim.scenario.schema import Scenario


def placed(problem: Problem, scenario: Scenario) -> Problem:
    """Return a problem with the line and column of its path, where the scenario was read from."""
    if problem.line:
        return problem
    problem = replace(problem, path=said_at(problem.path, scenario))
    here: Any = scenario.document.data
    words: list[str | int] = []
    for word in problem.path.split("."):
        index = int(word) if isinstance(here, list) and word.isdigit() else word
        words.append(index)
        known = isinstance(here, list) or (isinstance(here, dict) and word in here)
        here = here[index] if known else None
    place = scenario.document.place(tuple(words), key=isinstance(here, dict))
    return replace(problem, file=place.file, line=place.line, column=place.column)
