"""What changes inside a run: slots that effects change, and triggers that make items."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from svcsim.model.arrays import EFFECT, NEVER, NONE, TRIGGER, Records
from svcsim.model.groups import ranked
from svcsim.model.rates import HALF_LIVES, STAIRS
from svcsim.model.tables import Tables, cumulative
from svcsim.model.tags import tag32
from svcsim.scenario.effect import Effect, factors
from svcsim.scenario.family import Families, family_names
from svcsim.scenario.flow import placed
from svcsim.scenario.gate import Score
from svcsim.scenario.schema import Scenario, Stream
from svcsim.scenario.trigger import Trigger

SHARE = 1_000_000_000
"""Shares are compared in whole units of this part (49)."""


class ChangeTables:
    """The families of all streams, and what effects and triggers point into."""

    def __init__(self, scenario: Scenario, tables: Tables):
        self.scenario = scenario
        self.tables = tables
        self.families: list[str] = []
        """Names of the families of all streams, by name of the stream, then by name."""
        self.first_family: dict[str, int] = {}
        for name, stream in sorted(scenario.streams.items(), key=_rng_name):
            self.first_family[name] = len(self.families)
            self.families += family_names(stream.families)
        self.slots: dict[tuple[str, ...], int] = {}
        """First slot of what changes: its kind, a stream, perhaps a step of one."""
        self.effects: list[tuple[float, ...]] = []
        self.effect_numbers: dict[tuple[str, int], int] = {}
        """By path, and index there."""
        self.effect_names: list[str] = []
        self.held: dict[str, tuple[int, int]] = {}
        """What holds while a trigger is true: its stretch of `state_effects`, by name."""
        self.scores: dict[tuple[str, str], Score] = {
            (name, place.name): place.step.gate.score
            for name, stream in scenario.streams.items()
            for place in placed(stream.steps)
            if place.step.gate is not None and place.step.gate.score is not None
        }
        """What items are worth at gates, by stream and step (36)."""
        self._decay = NONE

    def slot(self, *words: str) -> int:
        """Return the slot of a factor that some effect changes; 0 if none does (47)."""
        return self.slots.get(words, 0)

    def add_slot(self, *words: str) -> int:
        """Return the slot of a factor; behind it stand those of the families."""
        return self.slots.setdefault(words, 1 + len(self.slots) * (1 + len(self.families)))

    def effect(self, path: str, index: int, effect: Effect, sub: int, name: str) -> int:
        """Return the index of an effect; the same one wherever it is written again."""
        key = path, index
        if key not in self.effect_numbers:
            self.effect_numbers[key] = len(self.effects)
            self.effect_names.append(name)
            low, high = factors(effect)
            lag, lasts, half_life = effect.lag, effect.lasts, effect.half_life
            self.effects.append(
                (
                    self.add_slot(*effect.slot), int(effect.family == "own"), low, high,
                    lag.ticks if lag else 0, lasts.ticks if lasts else NEVER,
                    half_life.ticks if half_life else 0, self._stairs(effect), 0, sub,
                )
            )  # fmt: skip
        return self.effect_numbers[key]

    def _stairs(self, effect: Effect) -> int:
        """Return the first level of what fades, in `factors` (3)."""
        if effect.half_life is not None and self._decay == NONE:
            levels = [2 ** (-k / STAIRS) for k in range(STAIRS * HALF_LIVES)]
            self._decay = self.tables.add_factors([*levels, 0.0])
        return self._decay if effect.half_life is not None else NONE

    def watching(self, stream: str, step: str | None) -> Iterator[tuple[int, Trigger | Score]]:
        """Yield what looks at the arrivals of a stream, or at one of its steps."""
        looking: list[Trigger | Score] = [*self.scenario.triggers.values(), *self.scores.values()]
        for index, one in enumerate(looking):
            level = one.level if isinstance(one, Trigger) else None
            if (one.watch.stream, one.watch.step) == (stream, step) and level is None:
                yield index, one

    def score(self, stream: str, step: str) -> int:
        """Return the index of what adds up the work by which a gate orders its items, or -1."""
        place = stream, step
        if place not in self.scores:
            return NONE
        return len(self.scenario.triggers) + list(self.scores).index(place)

    def shares(self, families: Families) -> list[float]:
        """Return cumulative shares of families in name order, then of no family (11, 51)."""
        shares = family_shares(families)
        each = [shares[name] for name in family_names(families)]
        return cumulative([*each, max(1 - sum(each, Fraction(0)), Fraction(0))])

    def arrays(self) -> dict[str, Records]:
        """Return the arrays."""
        effects = np.array(self.effects, EFFECT)
        effects["order"] = ranked(self.effect_names)
        triggers = np.zeros(len(self.scenario.triggers), TRIGGER)
        orders = ranked(list(self.scenario.triggers))
        watch, streams = 0, list(self.scenario.streams)
        for record, order, (name, trigger) in zip(
            triggers, orders, self.scenario.triggers.items(), strict=True
        ):
            record["tag"] = trigger_tag(name)
            record["stream"] = NONE if trigger.spawn is None else streams.index(trigger.spawn)
            record["count"] = trigger.level or trigger.count or 0
            record["share"] = NONE if trigger.share is None else round(trigger.share * SHARE)
            record["mean"] = NONE if trigger.mean is None else trigger.mean.ticks
            record["sum"] = NONE if trigger.sum is None else trigger.sum.ticks
            record["within"] = trigger.within.ticks if trigger.within else 0
            record["cool_down"] = trigger.cool_down.ticks if trigger.cool_down else 0
            record["every"] = trigger.every.ticks if trigger.every else 0
            record["top"] = trigger.top or 0
            record["per_family"] = int(trigger.per == "family")
            record["first_watch"] = watch
            record["order"] = order
            watch += len(self.families) if trigger.per == "family" else 1
            record["first_effect"], record["n_effects"] = self.held[name]
            self._level(record, trigger)
        sums = np.zeros(len(self.scores), TRIGGER)
        for k, (record, score) in enumerate(zip(sums, self.scores.values(), strict=True)):
            for field in ("stream", "share", "mean", "of_stream", "of_classes", "of_pool"):
                record[field] = NONE
            record["count"], record["sum"], record["of_work"] = 1, NEVER, 1
            record["within"], record["per_family"] = score.within.ticks, 1
            record["first_watch"], record["order"] = watch, len(triggers) + k
            watch += len(self.families)
        return {"effects": effects, "triggers": np.concatenate([triggers, sums])}

    def _level(self, record: np.void, trigger: Trigger) -> None:
        """Write who is counted, where it is not what happened."""
        watch = trigger.watch
        record["level"] = int(trigger.level is not None)
        record["of_stream"] = record["of_classes"] = record["of_pool"] = NONE
        if trigger.level is None:
            return
        if watch.stream is not None:
            record["of_stream"] = list(self.scenario.streams).index(watch.stream)
            classes = sorted(self.scenario.streams[watch.stream].classes)
            if watch.classes is not None:
                row = [int(cls in watch.classes) for cls in classes]
                record["of_classes"] = self.tables.row(row)
        if watch.team is not None:
            record["of_pool"] = list(self.scenario.teams).index(watch.team)


def _rng_name(stream: tuple[str, Stream]) -> tuple[str, str]:
    """Return where a stream stands among others (semantics 11)."""
    name, said = stream
    return said.rng_name or name, name


def trigger_tag(name: str) -> int:
    """Return the origin of the items that a trigger makes (semantics 60)."""
    return tag32(name, "trigger")


def family_shares(families: Families) -> dict[str, Fraction]:
    """Return the exact share of each family."""
    if families.names is not None:
        return {name: Fraction(repr(share)) for name, share in families.names.items()}
    names, found = family_names(families), dict[str, Fraction]()
    before, together = 0, Fraction(0)
    for word, share in sorted((families.share_of_top or {}).items(), key=lambda top: int(top[0])):
        top, sum_ = int(word), Fraction(repr(share))
        for name in names[before:top]:
            found[name] = (sum_ - together) / (top - before)
        before, together = top, sum_
    return found
