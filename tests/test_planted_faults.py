"""Faults on purpose: each trace must notice the one that `traces/faults*.yaml` plants for it.

Every fault is planted in a copy of the package, and all traces run there in another process: the
fault's own must notice, and most of the others must not. Without numba a copy costs seconds, not a
compilation; one test compiles a planted copy, to prove that the compiled kernel is made of the
sources beside it and not of what a cache remembers.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[1]
TRACES = {path.stem.split("_")[0]: path.stem for path in (ROOT / "tests/traces").glob("[A-Z]*_*")}
FAULTS = [
    fault
    for path in sorted((ROOT / "tests/traces").glob("faults*.yaml"))
    for fault in YAML(typ="safe", pure=True).load(path)
]
IN_THE_KERNEL = YAML(typ="safe", pure=True).load(ROOT / "tests/traces/kernel_faults.yaml")
"""Faults of the compiled engine alone."""
MOST = len(TRACES) // 11
"""Traces that may fail for one fault: its own, and those that need the same rule to be right."""
IN_THE_RULES = {
    "trace": "T06",
    "file": "world/rules.py",
    "old": "return rank, since, number",
    "new": "return -rank, since, number",
}


def copied(directory):
    """Copy the package and the traces, and nothing that was compiled from them."""
    leave = shutil.ignore_patterns("__pycache__", "*faults*.yaml")
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


def follow(engine, directory, *, trace=None, jit=False):
    """Run the tests of one trace or of all in a copy; return what pytest printed."""
    tests = [
        f"tests/test_traces.py::test_the_sums_are_those_worked_out_by_hand[{stem}]"
        if stem.startswith("S")
        else f"tests/test_traces.py::test_the_engine_follows_the_trace[{stem}-{engine}]"
        for name, stem in TRACES.items()
        if trace in (None, name)
    ]
    environment = {name: text for name, text in os.environ.items() if "NUMBA" not in name}
    environment |= {"PYTHONPATH": str(directory), "SVCSIM_CACHE": str(directory / "cache")}
    environment |= {} if jit else {"NUMBA_DISABLE_JIT": "1"}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    done = subprocess.run(
        command, cwd=directory, env=environment, capture_output=True, text=True, check=False
    )
    output = done.stdout + done.stderr
    assert done.returncode in (0, 1), output
    counts = re.findall(r"(\d+) (?:passed|failed)", done.stdout.splitlines()[-1])
    assert sum(map(int, counts)) == len(tests), output
    return output


def failed(output):
    """Return the traces that failed, for whatever reason."""
    return set(re.findall(r"^FAILED .*\[([A-Z]\d+\w?)_", output, re.MULTILINE))


def is_noticed(trace, output):
    """Say whether the trace's test failed because the program told another story."""
    told = trace.startswith("S") or "+++ svcsim.engines" in output
    return trace in failed(output) and f"AssertionError: {trace} " in output and told


def test_every_trace_has_its_fault():
    assert sorted(fault["trace"] for fault in FAULTS) == sorted(TRACES)
    changes = [(fault["file"], fault["old"], fault["new"]) for fault in FAULTS]
    assert len(set(changes)) == len(changes)


def test_every_fault_can_be_planted():
    for fault in (*FAULTS, *IN_THE_KERNEL):
        assert "\n" not in fault["old"] + fault["new"], fault["trace"]
        text = (ROOT / "svcsim" / fault["file"]).read_text(encoding="utf-8")
        assert text.count(fault["old"]) == 1, fault["trace"]


@pytest.mark.slow
def test_a_planted_fault_reaches_the_compiled_kernel(tmp_path):
    copy = copied(tmp_path)
    assert not failed(follow("compiled", copy, trace="T06", jit=True))
    plant(IN_THE_RULES, copy)
    output = follow("compiled", copy, trace="T06", jit=True)
    assert is_noticed("T06", output), output


@pytest.mark.slow
@pytest.mark.parametrize("engine", ["reference", "compiled"])
def test_a_sound_copy_follows_the_traces(engine, tmp_path):
    output = follow(engine, copied(tmp_path))
    assert not failed(output), output


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["trace"])
def test_the_trace_notices_its_fault_and_few_others_do(fault, tmp_path):
    copy = copied(tmp_path)
    plant(fault, copy)
    output = follow("reference", copy)
    assert is_noticed(fault["trace"], output), output
    assert len(failed(output)) <= MOST, sorted(failed(output))


@pytest.mark.slow
@pytest.mark.parametrize("fault", IN_THE_KERNEL, ids=lambda fault: fault["trace"])
def test_the_trace_notices_a_fault_of_the_compiled_engine(fault, tmp_path):
    copy = copied(tmp_path)
    plant(fault, copy)
    output = follow("compiled", copy, trace=fault["trace"])
    assert is_noticed(fault["trace"], output), output
