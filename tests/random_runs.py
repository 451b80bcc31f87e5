"""Runs of random scenarios, to count again what the analysis says of them."""

import random
from typing import NamedTuple

from random_scenarios import Author, read

from svcsim.analysis.followed import Followed
from svcsim.analysis.questions import ask
from svcsim.engines import compiled
from svcsim.errors import SimulationError
from svcsim.model.build import build
from svcsim.model.names import Names
from svcsim.scenario.schema import Scenario


class RandomRun(NamedTuple):
    """One replication of a random scenario."""

    number: int
    """Of its author."""
    scenario: Scenario
    names: Names
    followed: Followed


def random_runs(first, n, directory, wanted=lambda scenario: True):
    """Yield n runs, of the first authors from a number on whose scenarios are wanted and run."""
    number = first - 1
    while n > 0:
        number += 1
        scenario = read(Author(random.Random(number << 32)).case(), directory)
        if scenario is None or not wanted(scenario):
            continue
        model, names = build(scenario)
        try:
            happened = compiled.simulate(model, scenario.seed, 0)
        except SimulationError:
            continue
        followed = Followed.of(ask(scenario, model, names), happened, scenario.seed, 0)
        yield RandomRun(number, scenario, names, followed)
        n -= 1
