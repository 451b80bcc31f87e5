"""Run a scenario many times, and say what comes out."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from svcsim.analysis.followed import Followed
from svcsim.analysis.measures import Reduced, reduce
from svcsim.errors import SvcsimError
from svcsim.experiment.about import About
from svcsim.experiment.block import Block
from svcsim.experiment.cluster import connected
from svcsim.experiment.gather import Progress, gather, kept
from svcsim.experiment.interrupt import interruptible
from svcsim.experiment.kernel_files import compile_first
from svcsim.experiment.matrix import Matrix
from svcsim.experiment.provenance import Provenance
from svcsim.experiment.replicate import cores, replicate
from svcsim.experiment.results import Results
from svcsim.experiment.stopwatch import clock
from svcsim.experiment.study import Study, checked_count, checked_engine
from svcsim.model.trajectory import Trajectory
from svcsim.scenario.load import load
from svcsim.scenario.schema import Scenario

__all__ = ["Matrix", "Progress", "Sink", "Summary", "run"]

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
    cache: bool = False,
    cluster: str | None = None,
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
        Called after each replication with the number finished, and the number asked for; before
        the first one, if there are some in the cache.
    keep
        Number of trajectories to keep, of the first replications.
    sink
        Called with each replication, in order.
    cache
        Read replications that were simulated before from disk, and keep new ones there, as
        ``svcsim run`` does. Not those of which trajectories are wanted (`keep`, `sink`).
    cluster
        Address of a Dask scheduler, ``"tcp://10.0.0.1:8786"``: its workers simulate, and `jobs`
        says nothing. The same bits where processors are the same.

    Raises
    ------
    ScenarioError
        If the scenario is wrong.
    SvcsimError
        If an argument is, or there is no such cluster.
    KeyboardInterrupt
        If there was a Ctrl-C before anything was finished.
    """
    began = clock()
    scenario = _given(scenario, set)
    n = checked_count("replications", scenario.replications if replications is None
                      else replications, 1)  # fmt: skip
    seed = checked_count("seed", scenario.seed if seed is None else seed, 0)
    jobs = checked_count("jobs", cores() if jobs is None else jobs, 1)
    keep = checked_count("keep", keep, 0)
    if sink is not None and not callable(sink):
        raise SvcsimError(f"sink: found {sink!r}; write a function that takes one replication")
    if checked_engine(engine) == "compiled" and cluster is None:
        compile_first(scenario)
    study = Study.of(scenario, engine=engine, seed=seed)
    processes = engine == "reference"
    places = kept([study.fingerprint()]) if cache and sink is None and not keep else ()
    trajectories: list[Trajectory] = []
    matrix, cached = Matrix(), 0
    with interruptible() as stop, ExitStack() as opened:
        if sink is None and not keep:
            matrices, cached = gather(
                Summary(study), n, jobs=jobs, processes=processes, stop=stop, places=places,
                progress=progress, cluster=cluster,
            )  # fmt: skip
            matrix = matrices[0] if matrices else matrix
        else:
            task = _Following(study, n if sink is not None else keep)
            if cluster is None:
                done = replicate(task, n, jobs=jobs, processes=processes, stop=stop)
            else:
                done = opened.enter_context(connected(cluster)).replicate(task, n, stop=stop)
            opened.enter_context(closing(done))
            for replication, (reduced, trajectory) in enumerate(done):
                matrix.add(reduced)
                if trajectory is not None and replication < keep:
                    trajectories.append(trajectory)
                if trajectory is not None and sink is not None:
                    sink(Followed.of(study.questions, trajectory, seed, replication))
                if progress is not None:
                    progress(replication + 1, n)
    if not matrix.replications:
        raise KeyboardInterrupt
    provenance = Provenance.of(
        scenario, seed=seed, engine=engine, replications=matrix.replications, cached=cached
    )
    return Results(
        about=About.of(scenario),
        questions=study.questions,
        numbers=matrix.numbers(),
        identities=matrix.identities,
        provenance=provenance,
        asked=n,
        seconds=clock() - began,
        trajectories=tuple(trajectories),
    )


def _given(scenario: Scenario | str | Path, set: Sequence[str]) -> Scenario:
    if not isinstance(scenario, Scenario):
        return load(scenario, set=set)
    if set:
        raise SvcsimError("run: only a scenario that is named by its file can be changed; "
                          "write load(file, set=[...])")  # fmt: skip
    return scenario


@dataclass(frozen=True, slots=True)
class Summary:
    """What a worker does for one replication: numbers, and nothing of what happened."""

    study: Study

    def __call__(self, replication: int) -> tuple[Block]:
        """Simulate it."""
        return (Block.of(self.study.reduce(replication)),)


@dataclass(frozen=True, slots=True)
class _Following:
    """What a worker does for one replication of which everything is wanted."""

    study: Study
    keep: int

    def __call__(self, replication: int) -> tuple[Reduced, Trajectory | None]:
        followed = self.study.follow(replication)
        return reduce(followed), followed.trajectory if replication < self.keep else None
