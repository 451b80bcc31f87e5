"""What a step costs as there are more items, teams, steps, replications and workers."""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import svcsim
from benchmarks.clock import cpu, in_turns, wall
from benchmarks.models import B
from benchmarks.report import Report
from benchmarks.shipped import visits_of
from svcsim.analysis.measures import reduce
from svcsim.engines import compiled
from svcsim.experiment.study import Study
from svcsim.scenario.load import load
from svcsim.scenario.schema import Scenario

K = TypeVar("K")
FLAT = 0.10
TARGET = 1.8
IDLE = 1.2
"""Load above which two workers do not get two cores; a benchmark itself is a load of 1."""
TIMES = (1, 10, 100)


def _effort(quick: bool) -> tuple[int, tuple[int, ...]]:
    """How many turns, and how far to go."""
    return (1, TIMES[:2]) if quick else (3, TIMES)


def items(report: Report, quick: bool) -> None:
    """Longer horizons: model B from 24 h, and the service desk from 1 week."""
    turns, times = _effort(quick)
    rows = []
    for name, horizon, unit in ((str(B), 24, "h"), ("service_desk", 1, "wk")):
        changes = ["warm_up=0 h", "run_out=0 h"]
        scenarios = {n: load(name, set=[f"horizon={horizon * n} {unit}", *changes]) for n in times}
        costs = _costs(scenarios, turns)
        for n in times:
            visits, engine, whole = costs[n]
            rows.append((f"{Path(name).stem}, {horizon * n} {unit}", f"{visits:,.0f}",
                         f"{engine:.0f}", f"{engine / costs[1][1]:.2f}",
                         f"{whole:.0f}", f"{whole / costs[1][2]:.2f}"))  # fmt: skip
    head = ("items × 1, 10, 100", "visits", "engine ns/visit", "× first",
            "with analysis ns/visit", "× first")  # fmt: skip
    report.table(head, rows)
    report.say(f"The target is flat within {FLAT:.0%}: from 0.90 to 1.10 times the first.")


def network(report: Report, quick: bool) -> None:
    """Ten times the teams, the steps, or both, at the same utilisation."""
    turns, _ = _effort(quick)
    sizes = {(6, 6): "6 teams, 6 steps", (60, 6): "60 teams, 6 steps, 10 streams",
             (6, 60): "6 teams, 60 steps", (60, 60): "60 teams, 60 steps"}  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        costs = _costs({size: _tandem(Path(folder), *size) for size in sizes}, turns)
    first = costs[6, 6]
    rows = [
        (sizes[size], f"{visits:,.0f}", f"{engine:.0f}", f"{engine / first[1]:.2f}",
         f"{whole:.0f}", f"{whole / first[2]:.2f}")
        for size, (visits, engine, whole) in costs.items()
    ]  # fmt: skip
    head = ("teams and steps", "visits", "engine ns/visit", "× first", "with analysis ns/visit",
            "× first")  # fmt: skip
    report.table(head, rows)


def _tandem(folder: Path, teams: int, steps: int) -> Scenario:
    """Streams that go through teams of three one after the other, utilisation .8."""
    streams = max(teams // steps, 1)
    visits = 60_000 // (streams * steps)
    service = 0.8 * 3 * teams / (streams * steps)  # hours, with one arrival an hour in each stream
    lines = ["svcsim: 1", "calendar: always", f"horizon: {visits} h", "warm_up: 0 h",
             "run_out: 0 h", "teams:"]  # fmt: skip
    lines += [f"  t{i}: {{people: 3, activity: deliver_support}}" for i in range(teams)]
    lines.append("streams:")
    for stream in range(streams):
        lines += [f"  s{stream}:", "    demand: 1/h", "    steps:"]
        for step in range(steps):
            team = (stream * steps + step) % teams
            touch = f"{{mean: {service:.6g} h, distribution: exponential}}"
            lines.append(f"      n{step}: {{team: t{team}, touch: {touch}}}")
    file = folder / f"tandem_{teams}_{steps}.yaml"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return load(file)


def _costs(scenarios: dict[K, Scenario], turns: int) -> dict[K, tuple[float, float, float]]:
    """Visits of a replication, and ns for each: of the engine, and with analysis."""
    tasks: dict[tuple[K, str], Callable[[], object]] = {}
    visits, many = {}, {}
    for key, scenario in scenarios.items():
        study = Study.of(scenario, engine="compiled", seed=1)
        worker = compiled.Worker(study.questions.model)
        many[key] = max(100_000 // int(visits_of(worker, 1)), 1)
        visits[key] = visits_of(worker, many[key])
        tasks[key, "engine"] = partial(_simulate, worker, many[key])
        tasks[key, "all"] = partial(_reduce, study, many[key])
        tasks[key, "all"]()
    least = in_turns(tasks, turns)
    return {
        key: (visits[key], *(least[key, what] / many[key] / visits[key] * 1e9
                             for what in ("engine", "all")))
        for key in scenarios
    }  # fmt: skip


def _simulate(worker: compiled.Worker, many: int) -> None:
    for replication in range(many):
        worker.simulate(1, replication)


def _reduce(study: Study, many: int) -> None:
    for replication in range(many):
        reduce(study.follow(replication))


def replications(report: Report, quick: bool) -> None:
    """More replications, and two workers instead of one."""
    turns, times = _effort(quick)
    scenario = load("first_desk")
    tasks = {n: partial(svcsim.run, scenario, replications=n, jobs=1) for n in times}
    tasks[1]()
    least = in_turns(tasks, turns, cpu)
    rows = [(n, f"{least[n] * 1e3:.1f}", f"{least[n] / n * 1e3:.2f}") for n in times]
    report.table(("replications of first_desk", "CPU ms", "ms each"), rows)
    _workers(report, turns)


def _workers(report: Report, turns: int) -> None:
    rows = []
    for name, n in ((str(B), 6), ("service_desk", 8), ("first_desk", 60)):
        scenario = load(name)
        if name == "service_desk":
            scenario = load(name, set=["horizon=8 wk", "warm_up=0 h", "run_out=2 wk"])
        tasks = {jobs: partial(svcsim.run, scenario, replications=n, jobs=jobs)
                 for jobs in (1, 2)}  # fmt: skip
        tasks[2]()
        least = in_turns(tasks, turns, wall)
        burnt = in_turns(tasks, 1, cpu)
        rows.append((Path(name).stem, n, f"{least[1]:.2f}", f"{least[2]:.2f}",
                     f"{least[1] / least[2]:.2f}", f"{burnt[2] / burnt[1]:.2f}"))  # fmt: skip
    head = ("1 and 2 workers", "replications", "1: wall s", "2: wall s", "faster",
            "CPU, 2 to 1")  # fmt: skip
    report.table(head, rows)
    report.say(f"The target is {TARGET} times as fast with two workers on two cores.")
    if report.load > IDLE:
        report.say(f"**The last table is void**: the load was {report.load:.1f} before it, so the "
                   "cores were not there to be had.")  # fmt: skip
