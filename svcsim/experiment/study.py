"""A scenario that is ready to be run: what to simulate, with which luck, and what to ask."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Self

from svcsim.analysis.followed import Followed
from svcsim.analysis.questions import Questions, ask
from svcsim.errors import SvcsimError
from svcsim.model.arrays import Model, Trajectory
from svcsim.scenario.schema import Scenario

ENGINES = ("compiled", "reference")
"""The fast one, and the one to read: the same trajectories to the bit."""

Simulate = Callable[[Model, int, int], Trajectory]


def engine_of(name: str) -> Simulate:
    """The `simulate` function of an engine.

    Raises
    ------
    SvcsimError
        If there is no such engine.
    """
    if name not in ENGINES:
        raise SvcsimError(f"engine: found {name!r}; write {' or '.join(ENGINES)}")
    simulate: Simulate = import_module(f"svcsim.engines.{name}").simulate
    return simulate


@dataclass(frozen=True, slots=True)
class Study:
    """A compiled scenario with engine and seed. Can be pickled."""

    questions: Questions
    engine: str
    seed: int

    @classmethod
    def of(cls, scenario: Scenario, *, engine: str, seed: int) -> Self:
        """Compile a scenario."""
        from svcsim.model.build import build

        compiled = build(scenario)
        return cls(ask(scenario, compiled.model, compiled.names), engine, seed)

    def follow(self, replication: int) -> Followed:
        """Simulate one replication, and follow its items."""
        trajectory = engine_of(self.engine)(self.questions.model, self.seed, replication)
        return Followed.of(self.questions, trajectory, self.seed, replication)


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
