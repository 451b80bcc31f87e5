"""A scenario that is ready to be run: what to simulate, with which luck, and what to ask."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Self

from svcsim.analysis.feasibility import refuse
from svcsim.analysis.followed import Followed
from svcsim.analysis.questions import Questions, ask
from svcsim.errors import SvcsimError
from svcsim.model.arrays import Model, Trajectory
from svcsim.model.build import build
from svcsim.scenario.schema import Scenario

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
        """Simulate one replication, and follow its items."""
        if not hasattr(self._own, "simulate"):
            self._own.simulate = simulator(self.engine, self.questions.model)
        trajectory = self._own.simulate(self.seed, replication)
        return Followed.of(self.questions, trajectory, self.seed, replication)

    def __reduce__(self) -> tuple[type[Self], tuple[Questions, str, int]]:
        return type(self), (self.questions, self.engine, self.seed)


def checked_count(name: str, value: object, least: int) -> int:
    """A whole number that is not below `least`.

    Raises
    ------
    SvcsimError
        If it is.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise SvcsimError(f"{name}: found {value!r}; write a whole number, {least} or more")
    return value
