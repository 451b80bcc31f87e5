"""Where the items of a stream come from, and what is promised of them, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from svcsim.plots.words import completed, count, each, percent, share, thing, time, watched
from svcsim.scenario.demand import ClassMix, Demand
from svcsim.scenario.demand_change import DemandChange, print_signed
from svcsim.scenario.flow import placed
from svcsim.scenario.profile import Levels
from svcsim.scenario.schema import Scenario, Stream
from svcsim.scenario.spawn import spawned
from svcsim.scenario.timetable import in_words
from svcsim.scenario.trigger import Trigger
from svcsim.scenario.units import Rate

_PER = {
    "s": "a second", "min": "a minute", "h": "an hour", "d": "a day", "wk": "a week",
    "month": "a month", "bd": "a business day", "bh": "a business hour",
}  # fmt: skip
MANY = 6
"""Classes or calendars beyond this are not told one by one."""


def origins(scenario: Scenario, name: str) -> Iterator[str]:
    """Yield, a line each, the demand of a stream, what brings items to it, and its backlog."""
    stream = scenario.streams[name]
    comes = "; ".join(filter(None, [_comes(stream.demand), _brought(scenario, name)]))
    classes = _classes(stream.classes)
    yield f"{stream.enters}: {comes or 'none of its own'}{f'; {classes}' if classes else ''}"
    for title, trigger in scenario.triggers.items():
        if trigger.spawn == name:
            yield f"trigger {title}: {_trigger(trigger)}"
        held = [effect for effect in trigger.effect if effect.slot[1] == name]
        if held:
            changed = ", ".join(f"{thing(effect)} × {effect.by:g}" for effect in held)
            yield f"trigger {title}: {changed} while {_trigger(trigger)}"
    if stream.backlog:
        yield f"backlog: {', '.join(_backlog(stream))}"


def _brought(scenario: Scenario, name: str) -> str:
    """Return which steps bring items to a stream, stream by stream."""
    found: dict[str, list[str]] = {}
    for other, stream in scenario.streams.items():
        for place in placed(stream.steps):
            if any(spawn.stream == name for spawn in spawned(place.step)):
                found.setdefault(other, []).append(place.name)
    told = [
        f"{other} ({', '.join(steps) if len(steps) <= MANY else f'{len(steps)} steps'})"
        for other, steps in found.items()
    ]
    return f"brought by {', '.join(told)}" if told else ""


def _trigger(trigger: Trigger) -> str:
    """Return what a trigger looks at, and when it fires."""
    (seen, what), team = watched(trigger.watch), trigger.watch.team
    if trigger.level is not None:
        where = "open" if team is None else f"wait for {team}"
        told = " ".join(filter(None, (str(trigger.level), seen, where)))
    elif trigger.share is not None:
        told = f"more than {percent(trigger.share)} {what} of {trigger.count} or more {seen}"
    else:
        told = f"{trigger.count} {seen}{f' {what}' if what else ''}"
    told += f" within {trigger.within}" if trigger.within is not None else ""
    if trigger.per == "family":
        told += " in one family"
    if trigger.every is not None:
        told += f"; looks every {trigger.every}"
    if trigger.top is not None:
        told += f", at most {trigger.top} families"
    return told + (f"; rests {trigger.cool_down}" if trigger.cool_down is not None else "")


def _backlog(stream: Stream) -> Iterator[str]:
    """Yield how many items are there at the start, where, and how old they are."""
    for kind in stream.backlog:
        told = f"{kind.items}"
        if kind.class_name is not None:
            told += f" {kind.class_name}"
        if kind.at is not None:
            told += f" {'in work ' if kind.working else ''}at {kind.at}"
        yield f"{told}, {time(kind.age)} old"


def _comes(demand: Demand | None) -> str:
    if demand is None:
        return ""
    if demand.rate is not None:
        told = _rate(demand.rate)
    elif demand.every is not None:
        told = f"one every {time(demand.every)}"
    elif demand.csv is not None:
        told = f"as in {demand.csv}"
    elif demand.rates is not None:
        told = f"rates of {demand.rates.csv}"
    elif demand.scheduled is not None:
        told = in_words(demand.scheduled)
        if demand.notice is not None:
            told = f"{each(demand.notice, time)} before {told}"
    else:
        told = ""
    if demand.batch is not None:
        told += f", in batches of {count(demand.batch).strip()}"
    told += _profile(demand.profile)
    if demand.day_to_day is not None:
        told += f", days vary by chance (cv {demand.day_to_day.cv:g})"
    return told + "".join(f", {_change(change)}" for change in demand.changes)


def _change(change: DemandChange) -> str:
    """Return how much more or less comes, and when."""
    told = f"{print_signed(change.by).replace('%', ' %')} from {change.start}"
    told += f" to {change.until}" if change.until is not None else ""
    return told + (f", half-life {change.half_life}" if change.half_life is not None else "")


def _rate(rate: Rate) -> str:
    return f"{rate.amount:g} {_PER[rate.per]}"


def _profile(profile: Any) -> str:
    if profile is None or profile == "always":
        return ""
    if isinstance(profile, str):
        return f", while {profile} is open"
    if isinstance(profile, Levels):
        levels = {name: percent(level) for name, level in profile.calendars.items()}
        told = [f"{level} while {name} is open" for name, level in levels.items()]
        return f", {', '.join(told[:MANY])}, otherwise {percent(profile.otherwise)}"
    return ", by hour and weekday"


def _classes(classes: Mapping[str, ClassMix]) -> str:
    if not classes:
        return ""
    shares = completed({name: mix.share for name, mix in classes.items()})
    parts = [f"{name} {share(one)}" for name, one in shares.items()]
    more = [f"{len(parts) - MANY} more"] if len(parts) > MANY else []
    return ", ".join([*parts[:MANY], *more])


def _since(counted: str) -> str:
    """Say from when a promise is counted, where that is not the arrival."""
    return {"arrival": "", "event": " of the event"}.get(counted, f" of {counted}")


def promises(stream: Stream) -> Iterator[str]:
    """Yield the targets of a stream, in one line if there are any."""
    told = [
        f"{name}: {percent(target.share)} within {each(target.within, str)}{_since(target.counted)}"
        for name, target in stream.targets.items()
    ]
    if told:
        yield f"target {'; '.join(told)}"
