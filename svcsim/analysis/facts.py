"""What the rules of feasibility look at, and how they tell what they find."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from svcsim.analysis.flow import Flow
from svcsim.analysis.predict import Prediction, predict
from svcsim.analysis.questions import Questions, ask
from svcsim.errors import Problem
from svcsim.model.arrays import TICKS_PER_HOUR, Model, Op
from svcsim.model.build import Compiled
from svcsim.scenario.hints import Hint, located
from svcsim.scenario.schema import Scenario

WEEK = 168 * TICKS_PER_HOUR

Finding = Problem | Hint


@dataclass(frozen=True)
class Facts:
    """Everything the rules look at."""

    scenario: Scenario
    model: Model
    prediction: Prediction
    questions: Questions
    steps: tuple[str, ...]
    """Path of each step of the model."""

    @classmethod
    def of(cls, scenario: Scenario, compiled: Compiled) -> "Facts":
        """Gather them."""
        model, names = compiled
        places = located(scenario)
        steps = tuple(
            places[names.streams[record["stream"]], name][0]
            for record, name in zip(model.steps, names.steps, strict=True)
        )
        questions = ask(scenario, model, names)
        return cls(scenario, model, predict(model), questions, steps)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the steps of the model."""
        return self.questions.names.steps

    @cached_property
    def flows(self) -> list[Flow]:
        """The flows that items take: of the classes and streams that have any."""
        mix = self.prediction.mix
        return [f for flows in self.prediction.flows for f in flows if mix[f.stream, f.cls] > 0]

    def pool(self, index: int) -> str:
        """Return the path of a team or resource."""
        name = self.questions.names.pools[index]
        kind = "teams" if index < self.questions.names.n_teams else "resources"
        return f"{kind}.{name}"

    def name(self, index: int) -> str:
        """Return the name of a team or resource."""
        return self.questions.names.pools[index]

    def cls(self, flow: Flow) -> str:
        """Return `` for class high``, or nothing where a stream has no classes."""
        name = self.questions.names.classes[flow.stream][flow.cls]
        return f" for class {name}" if name else ""

    @property
    def window(self) -> tuple[int, int]:
        """Begin and end of the time that is looked at."""
        return self.model.warm_up, self.model.horizon

    @property
    def weeks(self) -> float:
        """Length of the time that is looked at."""
        return (self.model.horizon - self.model.warm_up) / WEEK

    @cached_property
    def returning(self) -> list[int]:
        """Steps to which some items come more than once."""
        found = set()
        for flow in self.flows:
            entering = flow.codes == Op.ENTER
            for step in np.unique(flow.steps[entering]):
                states = np.flatnonzero(entering & (flow.steps == step))
                if any(flow.before(int(state))[states].any() for state in states):
                    found.add(int(step))
        return sorted(found)

    def hours(self, ticks: float, of: str = "") -> str:
        """Return hours a week, or in the whole run where that is shorter than a week."""
        span = self.model.horizon - self.model.warm_up
        if span < WEEK:
            return f"{number(ticks / TICKS_PER_HOUR)} h{of} in the run"
        return f"{number(ticks / span * WEEK / TICKS_PER_HOUR)} h{of} a week"


def number(value: float) -> str:
    """Return a number as people write it: three digits, or all before the point.

    >>> number(1234.5), number(0.12345), number(40.0)
    ('1234', '0.123', '40')
    """
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share in per cent, with two digits."""
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.0f} %"


def in_words(ticks: float) -> str:
    """Return a time in the unit that people would choose.

    >>> in_words(45 * 60_000_000), in_words(5.5 * 3_600_000_000), in_words(72 * 3_600_000_000)
    ('45 min', '5.5 h', '3 d')
    """
    seconds = ticks / 1_000_000
    for unit, size, most in (("s", 1, 90), ("min", 60, 60), ("h", 3600, 48)):
        if seconds < most * size:
            return f"{number(seconds / size)} {unit}"
    return f"{number(seconds / 86400)} d"
