"""Run a scenario many times, and say what comes out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from svcsim.analysis.followed import Followed
from svcsim.analysis.measures import Reduced, reduce
from svcsim.errors import SvcsimError
from svcsim.experiment.about import About
from svcsim.experiment.interrupt import interruptible
from svcsim.experiment.numbers import Numbers
from svcsim.experiment.provenance import Provenance
from svcsim.experiment.replicate import cores, replicate
from svcsim.experiment.results import Results
from svcsim.experiment.study import Study, checked_count, checked_engine
from svcsim.model.arrays import Trajectory
from svcsim.scenario.load import load
from svcsim.scenario.schema import Scenario

Progress = Callable[[int, int], None]
"""Called with replications finished, and asked for."""
Sink = Callable[[Followed], None]
"""Called with each replication, in order of their numbers."""


def run(
    scenario: Scenario | str | Path,
    *,
    set: Sequence[str] = (),
    replications: int | None = None,
    seed: int | None = None,
    engine: str = "compiled",
    jobs: int | None = None,
    progress: Progress | None = None,
    keep: int = 0,
    sink: Sink | None = None,
) -> Results:
    """Simulate a scenario, replication by replication.

    The results are the same bits for any number of jobs. After Ctrl-C they hold the replications
    that were finished, and say so (``results.interrupted``).

    Parameters
    ----------
    scenario
        A scenario, or the name of its file, or of one that comes with svcsim.
    set
        Changes of a scenario that is named by its file, ``"teams.desk.people=+1"``.
    replications, seed
        Instead of what the scenario says.
    engine
        ``compiled``, or ``reference``.
    jobs
        Workers: threads for the compiled engine, processes for the reference engine. Not given:
        one for each core.
    progress
        Called after each replication with the number finished, and the number asked for.
    keep
        Number of trajectories to keep, of the first replications.
    sink
        Called with each replication, in order.

    Raises
    ------
    ScenarioError
        If the scenario is wrong.
    SvcsimError
        If an argument is.
    KeyboardInterrupt
        If there was a Ctrl-C before anything was finished.
    """
    began = time.monotonic()
    scenario = _given(scenario, set)
    n = checked_count("replications", scenario.replications if replications is None
                      else replications, 1)  # fmt: skip
    seed = checked_count("seed", scenario.seed if seed is None else seed, 0)
    jobs = checked_count("jobs", cores() if jobs is None else jobs, 1)
    engine = checked_engine(engine)
    study = Study.of(scenario, engine=engine, seed=seed)
    task = _Task(study, n if sink is not None else keep)
    matrix, kept = Matrix(), []
    with interruptible() as stop:
        done = replicate(task, n, jobs=jobs, processes=engine == "reference", stop=stop)
        for replication, (reduced, trajectory) in enumerate(done):
            matrix.add(reduced)
            if trajectory is not None and replication < keep:
                kept.append(trajectory)
            if trajectory is not None and sink is not None:
                sink(Followed.of(study.questions, trajectory, seed, replication))
            if progress is not None:
                progress(replication + 1, n)
    if not matrix.replications:
        raise KeyboardInterrupt
    provenance = Provenance.of(scenario, seed=seed, engine=engine, replications=matrix.replications)
    return Results(
        about=About.of(scenario),
        questions=study.questions,
        numbers=matrix.numbers(),
        identities=matrix.identities,
        provenance=provenance,
        asked=n,
        seconds=time.monotonic() - began,
        trajectories=tuple(kept),
    )


def _given(scenario: Scenario | str | Path, set: Sequence[str]) -> Scenario:
    if not isinstance(scenario, Scenario):
        return load(scenario, set=set)
    if set:
        raise SvcsimError("run: only a scenario that is named by its file can be changed; "
                          "write load(file, set=[...])")  # fmt: skip
    return scenario


@dataclass(frozen=True, slots=True)
class _Task:
    """What a worker does for one replication. Can be pickled."""

    study: Study
    keep: int

    def __call__(self, replication: int) -> tuple[Reduced, Trajectory | None]:
        followed = self.study.follow(replication)
        return reduce(followed), followed.trajectory if replication < self.keep else None


class Matrix:
    """Replications as they come."""

    def __init__(self) -> None:
        self._reduced: list[Reduced] = []
        self.identities: dict[str, bool] = {}

    @property
    def replications(self) -> int:
        """How many there are so far."""
        return len(self._reduced)

    def add(self, reduced: Reduced) -> None:
        """Append a replication."""
        if self._reduced and reduced.keys != self._reduced[0].keys:
            raise AssertionError("replications of one scenario have the same measures")
        self._reduced.append(reduced)
        self.identities = {
            name: holds and self.identities.get(name, True)
            for name, holds in reduced.identities.items()
        }

    def numbers(self) -> Numbers:
        """Everything as one."""
        return Numbers.of(self._reduced)
