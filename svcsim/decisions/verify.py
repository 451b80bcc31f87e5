"""Verification: what svcsim promises of every scenario, held against one of them.

Both engines, the auditor and what the law says of related scenarios. It stands among the decisions
as it is a question that many runs of one scenario and of its variants answer.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from svcsim.analysis.questions import ask
from svcsim.decisions.verification.agreement import LONGEST_STORY, agreement, cut
from svcsim.decisions.verification.check import Check
from svcsim.decisions.verification.relatives import LAWS, Relatives
from svcsim.decisions.verification.workers import alone, identities, workers
from svcsim.errors import SvcsimError
from svcsim.experiment.about import About
from svcsim.experiment.provenance import Provenance
from svcsim.experiment.run import Progress
from svcsim.experiment.stopwatch import clock
from svcsim.experiment.study import Study, checked_count
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.build import build
from svcsim.scenario.load import load
from svcsim.scenario.schema import Scenario

REPLICATIONS = 5
"""Replications that both engines simulate."""
MOST_ROWS = 30_000
"""Rows that are compared, all replications together: about a minute."""
WHOLE, MOST = 300_000, 8
"""Rows of the whole run in which identities are checked, and the most replications of it."""
RELATED, FEW = 50_000, 2
"""Rows of a replication of which relatives are compared, and replications of each."""
BLOCKS = 5
"""Replications that are shared out among workers."""


@dataclass(frozen=True)
class Verification:
    """What was checked, and what was found."""

    about: About
    provenance: Provenance
    checks: tuple[Check, ...]
    rows: int
    """Rows that both engines told."""
    end: int
    """Ticks of the run that both engines simulated."""
    whole: int
    """Ticks of the run of the scenario."""
    steps: tuple[int, int]
    """Steps that were visited in it, of how many."""
    seconds: float

    @property
    def holds(self) -> bool:
        """Whether nothing was found against the scenario."""
        return all(check.sound for check in self.checks)

    def as_dict(self) -> dict[str, Any]:
        """Everything for JSON."""
        p = self.provenance
        return {
            "svcsim": p.svcsim,
            "scenario": {"name": p.scenario, "hash": p.digest},
            "seed": p.seed,
            "replications": p.replications,
            "rows": self.rows,
            "hours": self.end / 3.6e9,
            "hours_of_the_scenario": self.whole / 3.6e9,
            "steps_visited": self.steps[0],
            "steps": self.steps[1],
            "holds": self.holds,
            "checks": [check.as_dict() for check in self.checks],
        }


def span(ticks: int) -> str:
    """Return a stretch of the run in hours, days or weeks.

    >>> span(36 * TICKS_PER_HOUR), span(84 * TICKS_PER_HOUR), span(1092 * TICKS_PER_HOUR)
    ('36 h', '3.5 d', '6.5 wk')
    """
    hours = ticks / TICKS_PER_HOUR
    for length, unit in ((168, "wk"), (24, "d")):
        if hours >= 2 * length:
            return f"{round(hours / length, 1):g} {unit}"
    return f"{round(hours, 1):g} h"


def verify(
    scenario: Scenario | str | Path,
    *,
    set: tuple[str, ...] | list[str] = (),
    replications: int = REPLICATIONS,
    seed: int | None = None,
    rows: int = MOST_ROWS,
    progress: Progress | None = None,
) -> Verification:
    """Hold everything that svcsim promises against a scenario.

    Both engines simulate it and every row is compared; the auditor (`svcsim.audit`) looks at the
    rows; identities hold in integers; any number of workers gives the same bits; and related
    scenarios tell related stories.

    Parameters
    ----------
    scenario
        A scenario, or the name of its file, or of one that comes with svcsim.
    set
        Changes of a scenario that is named by its file.
    replications, seed
        Of the runs that both engines simulate.
    rows
        How many rows they tell, all replications together. Of a scenario that has more, only the
        beginning is compared; `Verification.end` says how much.
    progress
        Called after each piece of work.

    Raises
    ------
    ScenarioError
        If the scenario is wrong.
    SimulationError
        If neither engine can go on with it.
    SvcsimError
        If an argument is wrong.

    Examples
    --------
    >>> found = verify("first_desk", set=["horizon=2 d", "run_out=0 h"], replications=1)
    >>> found.holds, [check.name for check in found.checks if check.group == "engines"]
    (True, ['same rows'])
    """
    began = clock()
    if not isinstance(scenario, Scenario):
        scenario = load(scenario, set=set)
    elif set:
        raise SvcsimError("verify: only a scenario that is named by its file can be changed; "
                          "write load(file, set=[...])")  # fmt: skip
    n = checked_count("replications", replications, 1)
    seed = checked_count("seed", scenario.seed if seed is None else seed, 0)
    rows = checked_count("rows", rows, 1)
    study = Study.of(scenario, engine="compiled", seed=seed)
    made = build(scenario)
    done, asked = 0, n + 3 + len(LAWS)

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, asked)

    first = study.follow(0).trajectory  # with names, if the run cannot go on
    model = cut(made.model, first, min(rows // n, LONGEST_STORY))
    told = f"{n} replication{'s' * (n > 1)} of {span(model.end)}"
    found = agreement(model, seed, n, step, told)
    checks = list(found.checks)
    whole = min(max(WHOLE // max(len(first.rows), 1), 1), MOST)
    checks += identities(study, whole)
    step()
    related = cut(made.model, first, RELATED)
    questions = ask(scenario, related, made.names)
    checks.append(workers(Study(questions, "compiled", seed), BLOCKS))
    step()
    checks.append(alone(related, seed, BLOCKS))
    step()
    checks += Relatives(scenario, made, related.end, seed, FEW, step).checks()
    return Verification(
        about=About.of(scenario),
        provenance=Provenance.of(scenario, seed=seed, engine="both", replications=n, cached=0),
        checks=tuple(checks),
        rows=found.rows,
        end=model.end,
        whole=made.model.end,
        steps=(found.steps, len(made.model.steps)),
        seconds=clock() - began,
    )
