"""What the rules of feasibility look at, and how they tell what they find."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from svcsim.analysis.children import may_come
from svcsim.analysis.flow import Flow, Mask
from svcsim.analysis.load import learns, needs
from svcsim.analysis.predict import Prediction, predict
from svcsim.analysis.questions import Questions, ask
from svcsim.errors import Problem
from svcsim.model.arrays import TICKS_PER_HOUR, Model
from svcsim.model.build import Compiled
from svcsim.model.codes import Op
from svcsim.scenario.hints import Hint, located
from svcsim.scenario.loads import with_loads
from svcsim.scenario.schema import Scenario

WEEK = 168 * TICKS_PER_HOUR

Finding = Problem | Hint


@dataclass(frozen=True)
class Facts:
    """Everything the rules look at."""

    scenario: Scenario
    """What people wrote; standing loads are streams behind the others."""
    model: Model
    prediction: Prediction
    questions: Questions
    steps: tuple[str, ...]
    """Path of each step of the model."""

    @classmethod
    def of(cls, scenario: Scenario, compiled: Compiled) -> "Facts":
        """Gather them."""
        model, names = compiled
        scenario = with_loads(scenario)
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

    @cached_property
    def may_come(self) -> Mask:
        """(V, classes) whether a run may have items of each class, foreseen or not."""
        return may_come(self.model, self.prediction.flows, self.prediction.items)

    def pool(self, index: int) -> str:
        """Return the path of a team or resource."""
        name = self.questions.names.pools[index]
        kind = "teams" if index < self.questions.names.n_teams else "resources"
        return f"{kind}.{name}"

    def name(self, index: int) -> str:
        """Return the name of a team or resource."""
        return self.questions.names.pools[index]

    def standing(self, index: int) -> dict[str, float]:
        """Return the ticks of people that each standing load of a team takes, as offered."""
        names, found = self.questions.names, {}
        for v in range(len(names.value_streams), len(names.streams)):
            team, _, load = names.streams[v].rpartition(".")
            if team == names.pools[index]:
                touch, items = self.prediction.touch(v), self.prediction.items[v]
                found[load] = float(touch.sum() * items.sum())
        return found

    def cls(self, flow: Flow) -> str:
        """Return `` for class high``, or nothing where a stream has no classes."""
        name = self.questions.names.classes[flow.stream][flow.cls]
        return f" for class {name}" if name else ""

    @cached_property
    def unsure_ways(self) -> bool:
        """Whether environments change the ways that items take."""
        return self.prediction.long_run.any_of(self.model.branches["slot"])

    @cached_property
    def unsure(self) -> set[int]:
        """Pools whose load is not known for certain: environments change shares, or their work.

        Or what they do is learned, and takes less in the end.

        Of a rate the mean is enough. But how much work items find that come in spells depends on
        how many of them come in which.
        """
        model, long_run = self.model, self.prediction.long_run
        if self.unsure_ways:
            return set(range(len(model.pools)))
        return {
            pool
            for work in self.prediction.works
            if long_run.changes(model.steps[work.step]["touch_slot"]) or learns(model, work.step)
            for wanted in needs(model, work.seize)
            for pool in wanted
        }

    def lets(self, *pools: int) -> bool:
        """Say whether a run may have more work for one of some pools than these can do.

        No pools: more of anything that depends on the ways of items.
        """
        unsure = not self.unsure.isdisjoint(pools) if pools else self.unsure_ways
        return self.scenario.terminating or unsure

    @property
    def on_average(self) -> str:
        """What is said after growth that is not meant, and not certain."""
        if self.scenario.terminating:
            return ""
        spells = "as spells come on average" if self.scenario.environments else ""
        lessons = "before anything is learned" if len(self.model.lessons) else ""
        return "".join(f", {one}" for one in (spells, lessons) if one)

    @property
    def window(self) -> tuple[int, int]:
        """Begin and end of the time that is looked at."""
        return self.model.warm_up, self.model.horizon

    @property
    def weeks(self) -> float:
        """Length of the time that is looked at."""
        return (self.model.horizon - self.model.warm_up) / WEEK

    @cached_property
    def repeated(self) -> set[int]:
        """Steps that are done again and again on purpose (semantics 66)."""
        return set(self.model.ops["step"][self.model.ops["code"] == Op.REPEAT].tolist())

    @cached_property
    def returning(self) -> list[int]:
        """Steps to which some items come more than once."""
        return sorted(
            step
            for step in range(len(self.model.steps))
            if any(
                flow.visits_to[step] > 1e-9 and flow.visits_to[step] > flow.walk.comes(step) + 1e-9
                for flow in self.flows
            )
        )

    def hours(self, ticks: float, of: str = "") -> str:
        """Return hours a week, or in the whole run where that is shorter than a week."""
        span = self.model.horizon - self.model.warm_up
        if span < WEEK:
            return f"{number(ticks / TICKS_PER_HOUR)} h{of} in the run"
        return f"{number(ticks / span * WEEK / TICKS_PER_HOUR)} h{of} a week"


def number(value: float) -> str:
    """Return a number as people write it: three digits, or all before the point of up to 15.

    >>> number(1234.5), number(0.12345), number(40.0), number(float("inf")), number(1e300)
    ('1234', '0.123', '40', '∞', '1e+300')
    """
    if np.isinf(value):
        return "∞"
    return f"{value:.0f}" if 1000 <= abs(value) < 1e15 else f"{value:.3g}"


def percent(share: float) -> str:
    """Return a share in per cent, with two digits."""
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.0f} %"


def in_words(ticks: float) -> str:
    """Return a time in seconds, minutes or hours; a day would have a length on every clock.

    >>> in_words(45 * 60_000_000), in_words(5.5 * 3_600_000_000), in_words(90 * 3_600_000_000)
    ('45 min', '5.5 h', '90 h')
    """
    seconds = ticks / 1_000_000
    if seconds < 90:
        return f"{number(seconds)} s"
    if seconds < 3600:
        return f"{number(seconds / 60)} min"
    return f"{number(seconds / 3600)} h"
