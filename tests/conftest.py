"""What a run of the tests shows besides passed and failed."""

import gc
import os
import signal

import pytest

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's `&` would ignore Ctrl-C

os.environ["SVCSIM_CACHE_SIZE"] = "0"  # what serves several tests keeps nothing
# small matrices: threads that wait for work would take the processor of the other worker
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(autouse=True)
def own_blocks(monkeypatch, tmp_path_factory, request):
    """Every test has its own cache of replications, empty, and none is that of the user."""
    place = tmp_path_factory.getbasetemp() / "blocks" / f"{abs(hash(request.node.nodeid)):x}"
    monkeypatch.setenv("SVCSIM_BLOCKS", str(place))
    monkeypatch.delenv("SVCSIM_CACHE_SIZE", raising=False)
    return place


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item):
    """A long experiment leaves no garbage to the next: thousands of models fill any memory."""
    if item.get_closest_marker("slow"):
        gc.collect()


def pytest_terminal_summary(terminalreporter):
    """Show how often each construct of the language occurred in random scenarios and mattered."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    found = [value for report in reports for value in report.user_properties]
    lines = [line for name, lines in found for line in lines if name == "constructs"]
    if lines:
        terminalreporter.section("constructs in random scenarios")
        terminalreporter.line(f"{'construct':28}{'occurred':>10}{'tried':>8}{'mattered':>10}")
        for line in sorted(lines):
            terminalreporter.line(line)


def pytest_collection_finish():
    """Let the collector of garbage pass by what lives until the end: thousands of tests, numba."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(1_000_000, 20, 50)
