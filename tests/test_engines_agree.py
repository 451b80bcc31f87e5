"""Both engines tell the same story: every row of every item, with `==`."""

from pathlib import Path

import numpy as np
import pytest

from svcsim.engines import compiled, reference
from svcsim.model.arrays import Trajectory
from svcsim.model.build import build
from svcsim.scenario.load import load

SCENARIOS = sorted(Path(__file__).parents[1].joinpath("scenarios").glob("*.yaml"))
SHORT = ("horizon=4 wk", "warm_up=0 h", "run_out=1 wk")


def first_difference(a: Trajectory, b: Trajectory) -> str:
    """Say where two trajectories part, or nothing."""
    for name, x, y in zip(Trajectory._fields, a, b, strict=True):
        n = min(len(x), len(y))
        different = np.flatnonzero(x[:n] != y[:n])
        if len(different) or len(x) != len(y):
            k = int(different[0]) if len(different) else n
            return f"{name}[{k}]: {x[k : k + 1]} and {y[k : k + 1]} of {len(x)} and {len(y)}"
    return ""


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_row_of_every_shipped_scenario_is_the_same(path):
    model = build(load(path, set=SHORT)).model
    worker = compiled.Worker(model)
    for seed in range(20):
        one, other = reference.simulate(model, seed, seed), worker.simulate(seed, seed)
        assert not first_difference(one, other), f"seed {seed}"
        assert len(one.rows) > 100
