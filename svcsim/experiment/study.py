"""A scenario that is ready to be run: what to simulate, with which luck, and what to ask."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Self

from svcsim.analysis.facts import in_words
from svcsim.analysis.feasibility import refuse
from svcsim.analysis.followed import Followed
from svcsim.analysis.questions import Questions, ask
from svcsim.errors import SimulationError, SvcsimError
from svcsim.experiment.fingerprint import fingerprint
from svcsim.model.arrays import Model, Trajectory
from svcsim.model.build import build
from svcsim.scenario.schema import Scenario
from svcsim.scenario.words import MOST

ENGINES = ("compiled", "reference")
"""The fast one, and the one to read: the same trajectories to the bit."""

Simulate = Callable[[int, int], Trajectory]
"""From seed and replication to what happens."""


def checked_engine(name: str) -> str:
    """The name of an engine.

    Raises
    ------
    SvcsimError
        If there is no such engine.
    """
    if name not in ENGINES:
        raise SvcsimError(f"engine: found {name!r}; write {' or '.join(ENGINES)}")
    return name


def simulator(engine: str, model: Model) -> Simulate:
    """What simulates replications of a model, in one thread, on memory of its own."""
    if engine == "reference":
        from svcsim.engines import reference

        return partial(reference.simulate, model)
    from svcsim.engines import compiled

    return compiled.Worker(model).simulate


class Study:
    """A compiled scenario with engine and seed: simulates in any number of threads.

    It can be pickled.
    """

    def __init__(self, questions: Questions, engine: str, seed: int):
        self.questions = questions
        self.engine = engine
        self.seed = seed
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
        if not hasattr(self._own, "simulate"):
            self._own.simulate = simulator(self.engine, self.questions.model)
        try:
            trajectory = self._own.simulate(self.seed, replication)
        except SimulationError as error:
            raise named(error, self.questions, replication) from None
        return Followed.of(self.questions, trajectory, self.seed, replication)

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
