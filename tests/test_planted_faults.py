"""Faults on purpose: each trace must notice the one that `traces/faults.yaml` plants for it.

Every fault is planted in a copy of the package, and the trace's own test runs there in another
process. Without numba a copy costs seconds, not a compilation; one test compiles a planted copy, to
prove that the compiled kernel is made of the sources beside it and not of what a cache remembers.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
TRACES = {path.stem.split("_")[0]: path.stem for path in (ROOT / "tests/traces").glob("[A-Z]*_*")}
FAULTS = YAML(typ="safe", pure=True).load(ROOT / "tests/traces/faults.yaml")
IN_THE_RULES = {
    "trace": "T06",
    "file": "world/rules.py",
    "old": "return rank, since, number",
    "new": "return -rank, since, number",
}


def copied(directory):
    """Copy the package and the traces, and nothing that was compiled from them."""
    leave = shutil.ignore_patterns("__pycache__", "faults.yaml")
    shutil.copytree(ROOT / "svcsim", directory / "svcsim", ignore=leave)
    shutil.copytree(ROOT / "tests/traces", directory / "tests/traces", ignore=leave)
    shutil.copy(ROOT / "tests/test_traces.py", directory / "tests")
    shutil.copy(ROOT / "pyproject.toml", directory)
    return directory


def plant(fault, directory):
    """Replace the one text by the other."""
    file = directory / "svcsim" / fault["file"]
    text = file.read_text(encoding="utf-8")
    assert text.count(fault["old"]) == 1, f"{fault['file']}: {fault['old']!r} is not there once"
    file.write_text(text.replace(fault["old"], fault["new"]), encoding="utf-8")


def follow(trace, engine, directory, *, jit=False):
    """Run a trace's test in a copy; return the exit code of pytest and what it printed."""
    test = f"tests/test_traces.py::test_the_engine_follows_the_trace[{TRACES[trace]}-{engine}]"
    environment = {name: text for name, text in os.environ.items() if "NUMBA" not in name}
    environment |= {"PYTHONPATH": str(directory), "SVCSIM_CACHE": str(directory / "cache")}
    environment |= {} if jit else {"NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", test]
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def is_noticed(trace, code, output):
    """Say whether the trace's test failed because the engine told another story."""
    return code == 1 and f"AssertionError: {trace} " in output and "+++ svcsim.engines" in output


def test_every_trace_has_its_fault():
    assert sorted(fault["trace"] for fault in FAULTS) == sorted(TRACES)
    changes = [(fault["file"], fault["old"], fault["new"]) for fault in FAULTS]
    assert len(set(changes)) == len(changes)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["trace"])
def test_the_fault_can_be_planted(fault):
    assert "\n" not in fault["old"] + fault["new"]
    text = (ROOT / "svcsim" / fault["file"]).read_text(encoding="utf-8")
    assert text.count(fault["old"]) == 1


@pytest.mark.slow
def test_a_planted_fault_reaches_the_compiled_kernel(tmp_path):
    copy = copied(tmp_path)
    code, output = follow("T06", "compiled", copy, jit=True)
    assert code == 0, output
    plant(IN_THE_RULES, copy)
    code, output = follow("T06", "compiled", copy, jit=True)
    assert is_noticed("T06", code, output), output


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_a_sound_copy_follows_the_trace(engine, tmp_path):
    code, output = follow("T06", engine, copied(tmp_path))
    assert code == 0, output


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["trace"])
def test_the_trace_notices_its_fault(fault, tmp_path):
    copy = copied(tmp_path)
    plant(fault, copy)
    code, output = follow(fault["trace"], "reference", copy)
    assert is_noticed(fault["trace"], code, output), output
