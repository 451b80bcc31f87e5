"""How the words of a scenario fit together."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from svcsim.errors import Problem
from svcsim.scenario.schema import Scenario
from svcsim.scenario.text import Document, Words


def validate(
    scenario: Scenario, document: Document, directory: Path, unread: Sequence[Words] = ()
) -> Iterator[tuple[Problem, Words]]:
    yield from ()
