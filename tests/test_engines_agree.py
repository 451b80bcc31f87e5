"""Both engines tell the same story: every row of every item, with `==`."""

from pathlib import Path

import numpy as np
import pytest
from auditor import audit
from random_scenarios import Case, draw, read
from ruamel.yaml import YAML
from shrink import as_yaml, smallest

from svcsim.engines import compiled, reference
from svcsim.errors import ScenarioError, SimulationError
from svcsim.model.arrays import Trajectory
from svcsim.model.build import build
from svcsim.scenario.load import load

SCENARIOS = sorted(Path(__file__).parents[1].joinpath("scenarios").glob("*.yaml"))
REGRESSIONS = sorted(Path(__file__).parent.joinpath("regressions").glob("*.yaml"))
SHORT = ("horizon=1 wk", "warm_up=0 h", "run_out=5 d")
CHUNK = 250
"""Random scenarios of one test: a worker of pytest-xdist takes it whole."""


FEW = 25
"""As many under `make test`, which has ten minutes for everything."""


def first_difference(a: Trajectory, b: Trajectory) -> str:
    """Say where two trajectories part, or nothing."""
    for name, x, y in zip(Trajectory._fields, a, b, strict=True):
        n = min(len(x), len(y))
        different = np.flatnonzero(x[:n] != y[:n])
        if len(different) or len(x) != len(y):
            k = int(different[0]) if len(different) else n
            return f"{name}[{k}]: {x[k : k + 1]} and {y[k : k + 1]} of {len(x)} and {len(y)}"
    return ""


def disagreement(case: Case, directory: Path) -> str | None:
    """Say what is wrong with the two stories of a case; None if it cannot be told.

    The engines must give the same rows, or refuse with the same words; and what they tell must
    be lawful.
    """
    scenario = read(case, directory)
    if scenario is None:
        return None
    model, seed = build(scenario).model, scenario.seed
    stories = []
    for engine in (reference, compiled):
        try:
            stories.append(engine.simulate(model, seed, 0))
        except SimulationError as error:
            stories.append(str(error))
    one, other = stories
    if isinstance(one, str) or isinstance(other, str):
        return "" if one == other else f"{one} and {other}"
    difference = first_difference(one, other)
    if difference:
        return difference
    return "\n".join(audit(model, one, seed, 0)[:3])


def report(case: Case, found: str, directory: Path) -> str:
    """Return what was found, with the smallest case in which something is found."""

    def fails(simpler: Case) -> bool:
        try:
            return bool(disagreement(simpler, directory))
        except ScenarioError:
            return False

    least = smallest(case, fails)
    return f"{found}\nand in its smallest form\n{disagreement(least, directory)}\n{as_yaml(least)}"


def check(seeds: range, directory: Path) -> None:
    """Compare the stories of random scenarios."""
    told = 0
    for seed in seeds:
        case = draw(seed)
        found = disagreement(case, directory)
        told += found is not None
        assert not found, f"seed {seed}: {report(case, str(found), directory)}"
    assert told > 0.95 * len(seeds)


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_row_of_every_shipped_scenario_is_the_same(path):
    model = build(load(path, set=SHORT)).model
    worker = compiled.Worker(model)
    for seed in range(20):
        one, other = reference.simulate(model, seed, seed), worker.simulate(seed, seed)
        assert not first_difference(one, other), f"seed {seed}"
        assert len(one.rows) > 20


@pytest.mark.parametrize("chunk", range(8))
def test_every_row_of_random_scenarios_is_the_same_and_lawful(chunk, tmp_path):
    check(range(FEW * chunk, FEW * (chunk + 1)), tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(88))
def test_every_row_of_many_more_random_scenarios_is_the_same_and_lawful(chunk, tmp_path):
    check(range(CHUNK * chunk, CHUNK * (chunk + 1)), tmp_path)


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.stem)
def test_what_once_went_wrong_is_right(path, tmp_path):
    found = YAML(typ="safe", pure=True).load(path)
    assert disagreement(Case(found["given"], found["files"]), tmp_path) == "", found["why"]
