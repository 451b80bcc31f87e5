"""What holds for all items while a state of an environment lasts, or a trigger is true (49, 69)."""

from typing import TYPE_CHECKING

import numpy as np

from svcsim.model.arrays import ENVIRONMENT, NONE, STATE, STATE_EFFECT, Records
from svcsim.model.tables import cumulative, fractions
from svcsim.model.tags import tag32
from svcsim.scenario.environment import Environment, StateEffects
from svcsim.scenario.schema import Scenario

if TYPE_CHECKING:
    from svcsim.model.program import Program


class EnvironmentTables:
    """The environments in name order, the states of each, and what they and triggers change."""

    def __init__(self, scenario: Scenario, program: "Program"):
        self.program = program
        self.said = dict(sorted(scenario.environments.items()))
        self.environments: list[tuple[int, ...]] = []
        self.states: list[tuple[int, ...]] = []
        self.effects: list[tuple[int, float]] = []
        for name, environment in self.said.items():
            self._add(name, environment)
        for name, trigger in scenario.triggers.items():
            program.changes.held[name] = self._effects(trigger.effect)

    def _add(self, name: str, environment: Environment) -> None:
        written, ordered = list(environment.states), sorted(environment.states)
        numbers = {state: number for number, state in enumerate(ordered)}
        first = len(self.states), len(ordered), numbers[written[0]]
        self.environments.append((environment_tag(name), *first))
        for state in ordered:
            said = environment.states[state]
            path = f"environments.{name}.states.{state}.lasts"
            day = self.program.business_day()
            lasts = self.program.distribution(said.lasts, day, path)
            calendar = self.program.calendar(None) if said.lasts.clock == "business" else NONE
            following = written[(written.index(state) + 1) % len(written)]
            shares = NONE
            if said.next is not None:
                told = dict(zip(said.next, fractions(list(said.next.values())), strict=True))
                each = [told.get(other, fractions([0.0])[0]) for other in ordered]
                shares = self.program.tables.add_factors(cumulative(each))
            effects = self._effects(said.effect)
            self.states.append((lasts, calendar, numbers[following], shares, *effects))

    def _effects(self, said: StateEffects) -> tuple[int, int]:
        """Write what holds for a while; return its stretch."""
        first = len(self.effects)
        for effect in said:
            self.effects.append((self.program.changes.add_slot(*effect.slot), effect.by))
        return first, len(said)

    def most(self, *slot: str) -> float:
        """Return the largest factor that all environments together can be."""
        most = 1.0
        for environment in self.said.values():
            most *= max(
                next((effect.by for effect in state.effect if effect.slot == slot), 1.0)
                for state in environment.states.values()
            )
        return most

    def arrays(self) -> dict[str, Records]:
        """Return the arrays."""
        return {
            "environments": np.array(self.environments, ENVIRONMENT),
            "states": np.array(self.states, STATE),
            "state_effects": np.array(self.effects, STATE_EFFECT),
        }


def environment_tag(name: str) -> int:
    """Return the address of the draws of an environment (semantics 69)."""
    return tag32(name, "environment")
