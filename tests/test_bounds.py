"""The kernel never looks beside a table: a negative index would read what stands before it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
BITES = """
import numba
from svcsim.engines.compiled import memory
from svcsim.engines.compiled.engine import Worker
from svcsim.model.build import build
from svcsim.scenario.load import load

@numba.njit
def at(w, index):
    return memory.counter(w)[index]

worker = Worker(build(load("first_desk")).model)
print(at(worker.header.ctypes.data, 0), flush=True)
at(worker.header.ctypes.data, {index})
"""
SOUND = """
import random
from pathlib import Path
from random_scenarios import Author, read
from svcsim.engines import compiled
from svcsim.errors import SimulationError
from svcsim.model.build import build
from svcsim.scenario.load import load
from svcsim.scenario.sources import shipped

for name in shipped():
    compiled.simulate(build(load(name)).model, 1, 0)
for seed in range(1_000):
    scenario = read(Author(random.Random(seed)).case(), Path("{directory}"))
    if scenario is not None:
        try:
            compiled.simulate(build(scenario).model, scenario.seed, 0)
        except SimulationError:
            pass
"""


def python(text, cache):
    places = os.pathsep.join([str(TESTS.parent), str(TESTS)])
    environment = {"SVCSIM_BOUNDS": "1", "SVCSIM_CACHE": str(cache), "PYTHONPATH": places}
    return subprocess.run(
        [sys.executable, "-c", text], env=os.environ | environment, cwd=cache, text=True,
        capture_output=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("index", [-1, 1_000])
def test_an_index_out_of_bounds_stops_the_process(tmp_path, index):
    stopped = python(BITES.format(index=index), tmp_path)
    assert stopped.stdout == "0\n"
    assert stopped.returncode < 0  # by a signal


@pytest.mark.slow
def test_no_index_of_the_kernel_is_out_of_bounds(tmp_path):
    sound = python(SOUND.format(directory=tmp_path), tmp_path)
    assert sound.returncode == 0, sound.stderr
