"""A scenario that is ready to be run: what to simulate, with which luck, and what to ask."""

import threading
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from svcsim.analysis.facts import in_words
from svcsim.analysis.feasibility import refuse
from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key
from svcsim.analysis.measures import Reduced, reduce_parts
from svcsim.analysis.questions import Questions, ask
from svcsim.errors import ArgumentError, SimulationError, SvcsimError
from svcsim.experiment.fingerprint import fingerprint
from svcsim.model.arrays import Model
from svcsim.model.build import build
from svcsim.model.trajectory import Trajectory
from svcsim.scenario.schema import Scenario
from svcsim.scenario.words import MOST

ENGINES = ("compiled", "reference")
"""The fast one, and the one to read: the same trajectories to the bit."""

if TYPE_CHECKING:
    from svcsim.engines.compiled import Worker
    from svcsim.engines.compiled.state import Sizes


def checked_engine(name: str) -> str:
    """The name of an engine.

    Raises
    ------
    ArgumentError
        If there is no such engine.
    """
    if name not in ENGINES:
        raise ArgumentError("engine", name, f"there is none; write {' or '.join(ENGINES)}")
    return name


@dataclass(frozen=True, slots=True)
class _Reference:
    """The reference engine as a worker, which has no memory to keep."""

    model: Model

    def simulate(self, seed: int, replication: int) -> Trajectory:
        from svcsim.engines import reference

        return reference.simulate(self.model, seed, replication)


@dataclass(slots=True)
class Room:
    """How large the tables of workers are that simulate models much alike, in several threads."""

    sizes: "Sizes | None" = None
    """The largest of any of them so far."""


def worker_of(engine: str, model: Model, room: Room) -> "_Reference | Worker":
    """What simulates replications of a model, in one thread, on memory of its own."""
    if engine == "reference":
        return _Reference(model)
    from svcsim.experiment.roomy import Roomy

    return Roomy(model, room)


class Study:
    """A compiled scenario with engine and seed: simulates in any number of threads.

    It can be pickled.

    Parameters
    ----------
    questions, engine, seed
        What to simulate and to ask, how, and with which luck.
    room
        That of the workers of other studies with models much alike.
    """

    def __init__(self, questions: Questions, engine: str, seed: int, room: Room | None = None):
        self.questions = questions
        self.engine = engine
        self.seed = seed
        self._room = room or Room()
        self._own = threading.local()

    @classmethod
    def of(cls, scenario: Scenario, *, engine: str, seed: int) -> Self:
        """Compile a scenario, unless a run of it would say nothing (overload, no way out ...).

        Raises
        ------
        ScenarioError
            With every reason.
        """
        compiled = build(scenario)
        refuse(scenario, compiled)
        return cls(ask(scenario, compiled.model, compiled.names), engine, seed)

    def follow(self, replication: int) -> Followed:
        """Simulate one replication, and follow its items.

        Raises
        ------
        SimulationError
            With names, if the run cannot go on.
        """
        try:
            trajectory = self._worker.simulate(self.seed, replication)
        except SimulationError as error:
            raise named(error, self.questions, replication) from None
        return Followed.of(self.questions, trajectory, self.seed, replication)

    def reduce(self, replication: int, only: Collection[Key] | None = None) -> Reduced:
        """Simulate one replication, and turn it into numbers, part by part.

        Parameters
        ----------
        replication
            Its number.
        only
            Measures that are wanted, as for `svcsim.analysis.measures.reduce`.

        Raises
        ------
        SimulationError
            With names, if the run cannot go on.
        """
        try:
            return reduce_parts(
                self.questions, self._parts(replication),
                seed=self.seed, replication=replication, only=only,
            )  # fmt: skip
        except SimulationError as error:
            raise named(error, self.questions, replication) from None

    def _parts(self, replication: int) -> Iterator[Trajectory]:
        worker = self._worker
        if isinstance(worker, _Reference):
            yield worker.simulate(self.seed, replication)
            return
        for part in worker.parts(self.seed, replication):
            yield part.trajectory

    @property
    def _worker(self) -> "_Reference | Worker":
        """The worker of this thread."""
        if not hasattr(self._own, "worker"):
            self._own.worker = worker_of(self.engine, self.questions.model, self._room)
        found: _Reference | Worker = self._own.worker
        return found

    def fingerprint(self) -> str:
        """Return what names its replications: it changes with everything that changes them."""
        return fingerprint("summary", self.questions, self.engine, self.seed)

    def __reduce__(self) -> tuple[type[Self], tuple[Questions, str, int]]:
        return type(self), (self.questions, self.engine, self.seed)


def named(error: SimulationError, questions: Questions, replication: int) -> SimulationError:
    """What stopped an engine, in the names of the scenario, and what would do."""
    names, model = questions.names, questions.model
    path = "streams"
    if error.step >= 0:
        stream = names.streams[model.steps[error.step]["stream"]]
        path = f"streams.{stream}, step {names.steps[error.step]}"
    when = f"{in_words(error.tick)} after the start of replication {replication}"
    if error.item >= 0:
        found = f"item {error.item} goes round for ever {when}"
        remedy = "give a step of the loop a touch or a wait that always takes time, or max_visits"
    elif error.tick >= 0:
        found = f"more than a million things happen at one moment, {when}"
        remedy = "look for batches that are too large, and for steps that take no time"
    else:
        found = "a duration is longer than 285 years"
        remedy = "bound the distribution, for instance with at_most: 1 month"
    return SimulationError(
        f"{path}: {found}; {remedy}", step=error.step, item=error.item, tick=error.tick
    )


def checked_count(name: str, value: object, least: int) -> int:
    """A whole number that is not below `least`, nor above what a scenario may say.

    Raises
    ------
    SvcsimError
        If it is.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SvcsimError(f"{name}: found {value!r}; write a whole number, {least} or more")
    if value > MOST:
        raise SvcsimError(f"{name}: found {value}; write {MOST} or less")
    return value
