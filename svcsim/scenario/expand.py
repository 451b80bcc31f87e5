"""A scenario in full: every value that is in force, as YAML that runs the same.

`written` is what a scenario says; its digest is of that. `explicit` adds what is known elsewhere
and needs no place in it: the day of a calendar, the owner of a step, the layers of demand. What is
not there at all, such as a limit, is not written.
"""

import io
import math
from collections.abc import Iterable, Mapping
from typing import Any, get_args

from ruamel.yaml import YAML

from svcsim.scenario.calendar import Calendar, day_ticks
from svcsim.scenario.count import FixedCount
from svcsim.scenario.demand import ClassMix, Demand
from svcsim.scenario.distribution import Distribution, kind
from svcsim.scenario.fit_gates import ASKING
from svcsim.scenario.flow import placed
from svcsim.scenario.profile import Month, Shape, Weekday
from svcsim.scenario.schema import Activity, Scenario, Stream
from svcsim.scenario.spawn import Spawn
from svcsim.scenario.step import Step
from svcsim.scenario.units import WALL_TICKS, Duration, Rate
from svcsim.scenario.words import ByClass, of_class

Data = dict[str, Any]
"""A mapping of the file."""


def expand(scenario: Scenario, layers: Mapping[str, float] | None = None) -> str:
    """The scenario as YAML with nothing left to infer; read again, it is run the same.

    Parameters
    ----------
    scenario
        Any scenario that was loaded.
    layers
        Items per tick in a layer of each stream, as its model has them; not given: the layers that
        follow from the root of the `extends` chain are not written.
    """
    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None
    yaml.allow_unicode = True
    yaml.width = 100
    yaml.sort_base_mapping_type_on_output = False  # type: ignore[assignment]
    out = io.StringIO()
    full = explicit(scenario, layers or {})
    yaml.dump(_with_laws(written(full), full), out)
    return out.getvalue()


# ---- what it says ------------------------------------------------------------------------------


def written(scenario: Scenario) -> Data:
    """What the scenario says; read again, it is the same scenario."""
    data = scenario.model_dump(mode="json", exclude_none=True)
    for stream in data["streams"].values():
        for step in stream["steps"].values():
            _applicable(step)
        for target in stream["targets"].values():
            if target["when"] == "done":
                target.pop("when")
            if target["from"] == "arrival":
                target.pop("from")
    for name, team in scenario.teams.items():
        if team.people == "unlimited":
            for word in ("shrinkage", "queue"):
                data["teams"][name].pop(word, None)
    found = _without_empty(data)
    assert isinstance(found, dict)
    return found


def _applicable(step: Data) -> None:
    """Leave out what does nothing at a step."""
    outcomes = step.get("outcome", {}).values()
    if "wait" not in step and not any("wait" in way for way in outcomes if isinstance(way, dict)):
        step.pop("cause", None)
    for word in ("once", "sticky", "same_person"):
        if not step.get(word):
            step.pop(word, None)
    if "stream" not in step:
        step.pop("inherit", None)
    if "touch" not in step or "gate" in step:
        step.pop("interruption", None)
    if "gate" in step:
        asks = "ask" in step["gate"]
        step["gate"] = {w: v for w, v in step["gate"].items() if (w in ASKING) == asks}
        if "score" in step["gate"]:
            step["gate"].pop("order")
    for group in ("one_of", "steps"):
        for part in step.get(group, {}).values():
            _applicable(part)


def _without_empty(value: Any) -> Any:
    """Leave out lists and mappings that say nothing; ``after: []`` says that nothing is before."""
    if isinstance(value, dict):
        parts = {name: _without_empty(part) for name, part in value.items()}
        return {
            name: part for name, part in parts.items() if part not in ({}, []) or name == "after"
        }
    return [_without_empty(part) for part in value] if isinstance(value, list) else value


# ---- and what else is in force -----------------------------------------------------------------


def explicit(scenario: Scenario, layers: Mapping[str, float]) -> Scenario:
    """The scenario with every value that is in force at the place where it could be written."""
    calendars = {
        name: calendar.model_copy(
            update={"day": _day(calendar), "zone": calendar.zone or scenario.start.zone}
        )
        for name, calendar in scenario.calendars.items()
    }
    streams = {
        name: _stream(stream, layers.get(name, 0.0), scenario)
        for name, stream in scenario.streams.items()
    }
    return scenario.model_copy(update={"calendars": calendars, "streams": streams})


def _day(calendar: Calendar) -> Duration | None:
    """The length of a business day; a season has none of its own."""
    if calendar.seasonal or calendar.day is not None:
        return calendar.day
    minutes = day_ticks(calendar) // WALL_TICKS["min"]
    return Duration(minutes / 60, "h") if minutes % 15 == 0 else Duration(minutes, "min")


def _stream(stream: Stream, layer: float, scenario: Scenario) -> Stream:
    demand = stream.demand
    update = {
        "demand": demand and _demand(demand, stream, layer, scenario.start.zone),
        "classes": {name: _of_class(mix, name, stream) for name, mix in stream.classes.items()},
        "steps": {name: _step(step, scenario.activities) for name, step in stream.steps.items()},
    }
    return stream.model_copy(update=update)


def _demand(demand: Demand, stream: Stream, layer: float, zone: str) -> Demand:
    update: Data = {}
    poisson = demand.rate is not None or demand.rates is not None
    if poisson and demand.layer_rate is None and layer > 0:
        update["layer_rate"] = rate_of(layer)
    if isinstance(demand.profile, Shape):
        shape = demand.profile
        days, months = dict.fromkeys(_words(Weekday), 1.0), dict.fromkeys(_words(Month), 1.0)
        factors = {"weekdays": days | shape.weekdays, "months": months | shape.months}
        update["profile"] = shape.model_copy(update={"hours": shape.hours, **factors})
    if demand.csv is not None:
        update["zone"] = demand.zone or zone
    if demand.class_column is not None:
        texts = {name: name for name in stream.classes}
        update["class_names"] = texts | (demand.class_names or {})
    return demand.model_copy(update=update)


def rate_of(items: float) -> Rate:
    """The shortest rate that is exactly so many items per tick; the nearest one if none is."""
    found = []
    for unit, ticks in WALL_TICKS.items():
        near = items * ticks
        up, down = math.nextafter(near, math.inf), math.nextafter(near, 0)
        amounts = float(f"{near:.12g}"), near, up, down
        found += [(abs(amount / ticks - items), Rate(amount, unit)) for amount in amounts]
    return min(found, key=lambda one: (one[0], len(str(one[1]))))[1]


def _words(literal: Any) -> tuple[str, ...]:
    """The words of an annotated `Literal`."""
    words: tuple[str, ...] = get_args(get_args(literal)[0])
    return words


def _of_class(mix: ClassMix, name: str, stream: Stream) -> ClassMix:
    """A class with its priority, and whether it preempts, unless the stream names it for them."""
    update: Data = {}
    for word in ("priority", "preempts"):
        common = getattr(stream, word)
        named = isinstance(common, ByClass) and name in common.values
        if getattr(mix, word) is None and not named:
            update[word] = of_class(common, name)
    return mix.model_copy(update=update)


def _step(step: Step, activities: Mapping[str, Activity]) -> Step:
    if step.is_group:
        word = "one_of" if step.one_of is not None else "steps"
        parts = {name: _step(part, activities) for name, part in step.parts.items()}
        return step.model_copy(update={word: parts})
    owned = activities.get(step.activity or "")
    update: Data = {"owner": step.owner or (owned and owned.owner), "spawn": _spawn(step.spawn)}
    if step.quorum is not None:
        update["collect"] = step.collects
    if step.gate is not None and step.gate.delegate is not None:
        reply = step.gate.delegate.reply or step.gate.reply
        delegate = step.gate.delegate.model_copy(update={"reply": reply})
        update["gate"] = step.gate.model_copy(update={"delegate": delegate})
    if step.outcome is not None:
        update["outcome"] = {
            name: outcome.model_copy(update={"spawn": _spawn(outcome.spawn)})
            for name, outcome in step.outcome.items()
        }
    return step.model_copy(update=update)


def _spawn(spawns: Iterable[Spawn]) -> tuple[Spawn, ...]:
    """Children with their number, which is one if nothing is said."""
    one = FixedCount(number=1)
    return tuple(spawn.model_copy(update={"count": spawn.count or one}) for spawn in spawns)


# ---- distributions -----------------------------------------------------------------------------


def _with_laws(data: Data, scenario: Scenario) -> Data:
    """What was written, with distributions that say which they are."""
    for team in data.get("teams", {}).values():
        _named(team.get("on_call", {}), "call_out")
        for load in team.get("standing", {}).values():
            _named(load, "every", "touch")
    for environment in data.get("environments", {}).values():
        for state in environment["states"].values():
            _named(state, "lasts")
    for name, stream in scenario.streams.items():
        root = data["streams"][name]
        _named(root.get("demand", {}), "every", "notice")
        for entry in root.get("backlog", ()):
            _named(entry, "age", "since")
        for place in placed(stream.steps):
            here = root
            for word in place.path:
                here = here[word]
            _named(here, "touch", "wait", "patience", "every", "handover")
            _named(here.get("auto", {}), "time")
            _named(here.get("gate", {}), "reply")
            _named(here.get("gate", {}).get("delegate", {}), "reply")
            _named(here.get("redial", {}), "wait")
            ways = [way for way in here.get("outcome", {}).values() if isinstance(way, dict)]
            for way in ways:
                _named(way, "wait")
            for holder in (here, *ways):
                for spawn in holder.get("spawn", ()):
                    _named(spawn, "wait")
    return data


def _named(data: Data, *words: str) -> None:
    data.update({word: _law(data[word]) for word in words if word in data})


def _law(data: Any) -> Any:
    """A distribution, or one for each class, that says which it is; modifiers come last."""
    if not isinstance(data, dict):
        return data
    if "by_class" in data:
        return {"by_class": {name: _law(one) for name, one in data["by_class"].items()}}
    found = dict(data)
    for name, info in kind(data).model_fields.items():
        if not info.is_required() and info.default is not None:
            found.setdefault(name, info.default)
    if "scipy" in found:
        found.setdefault("loc", 0.0)
        found.setdefault("scale", 1.0)
    if "mixture" in found:
        found["mixture"] = [{**part, "of": _law(part["of"])} for part in found["mixture"]]
    return dict(sorted(found.items(), key=lambda item: item[0] in Distribution.model_fields))
