"""Each shipped scenario: compiled against reference, and what the analysis adds."""

from functools import partial

from benchmarks.clock import cpu, growth, in_turns
from benchmarks.report import Report
from svcsim.analysis.measures import reduce
from svcsim.engines import compiled, reference
from svcsim.errors import ScenarioError
from svcsim.experiment.study import Study
from svcsim.scenario.load import load
from svcsim.scenario.schema import Scenario
from svcsim.scenario.sources import shipped

WEEKS, MORE, FEW = 8, 52, 200
"""Weeks of a run; more of them if there are few visits."""
ENOUGH = 4_000
"""Visits for which the reference engine is asked; of a scenario with more, fewer weeks are run."""
LONG = 3.0
"""Seconds of the reference engine that are spent once only."""
QUICK_TURNS = 2
QUICK = ("first_desk", "normal_change", "p1_restoration", "value_chain")


def run(report: Report, quick: bool) -> None:
    rows = []
    for name in QUICK if quick else shipped():
        rows.append(_row(name, turns=QUICK_TURNS if quick else 3))
        print(f"   {name}", flush=True)
    head = ("scenario", "weeks", "visits", "reference µs/visit", "compiled ns/visit",
            "compiled × reference", "with analysis ns/visit", "M visits/s", "engine MB",
            "with analysis MB")  # fmt: skip
    report.table(head, rows)
    report.say("Model A and model B are not among them. Few visits make a dear visit: what a "
               "replication costs besides its visits (calendars, leave, sittings, tables of "
               "measures) is spread over them.")  # fmt: skip


def _row(name: str, turns: int) -> tuple[object, ...]:
    weeks = WEEKS
    visits = _visits(_scenario(name, weeks))
    if visits < FEW:
        weeks, visits = MORE, _visits(_scenario(name, MORE))
    if visits > ENOUGH:
        weeks = _allowed(name, max(WEEKS * ENOUGH // visits, 1))
        visits = _visits(_scenario(name, weeks))
    study = Study.of(_scenario(name, weeks), engine="compiled", seed=1)
    model = study.questions.model
    worker = compiled.Worker(model)
    many = min(max(10_000 // visits, 1), 30)
    tasks = {
        "engine": lambda: [worker.simulate(1, replication) for replication in range(many)],
        "all": lambda: [reduce(study.follow(replication)) for replication in range(many)],
    }
    seconds_of_reference = cpu(partial(reference.simulate, model, 1, 0))
    for task in tasks.values():
        task()
    least = {key: seconds / many for key, seconds in in_turns(tasks, turns).items()}
    if turns > QUICK_TURNS and seconds_of_reference < LONG:
        again = cpu(partial(reference.simulate, model, 1, 0))
        seconds_of_reference = min(seconds_of_reference, again)
    own = visits_of(worker, many)
    return (
        name, weeks, f"{visits:,}", f"{seconds_of_reference / visits * 1e6:.0f}",
        f"{least['engine'] / own * 1e9:.0f}",
        f"{seconds_of_reference / visits / (least['engine'] / own):.0f}",
        f"{least['all'] / own * 1e9:.0f}", f"{own / least['all'] / 1e6:.2f}",
        _megabytes(growth(lambda: compiled.Worker(model).simulate(1, 0))),
        _megabytes(growth(lambda: reduce(_fresh(study).follow(0)))),
    )  # fmt: skip


def _fresh(study: Study) -> Study:
    """The same study without memory of what was simulated."""
    return Study(study.questions, study.engine, study.seed)


def visits_of(worker: compiled.Worker, many: int) -> float:
    """Visits in a replication, on average over the first ones."""
    return sum(len(worker.simulate(1, replication).visits) for replication in range(many)) / many


def _scenario(name: str, weeks: int) -> Scenario:
    return load(name, set=[f"horizon={weeks} wk", "warm_up=0 h", "run_out=2 wk"])


def _allowed(name: str, weeks: int) -> int:
    """The least number of weeks, at least `weeks`, in which what changes in the run can happen."""
    try:
        _scenario(name, weeks)
    except ScenarioError:
        return _allowed(name, weeks + 1)
    return weeks


def _visits(scenario: Scenario) -> int:
    study = Study.of(scenario, engine="compiled", seed=1)
    return len(compiled.Worker(study.questions.model).simulate(1, 0).visits)


def _megabytes(size: float | None) -> str:
    return "–" if size is None else f"{size / 1e6:.0f}"
