"""Checks of streams: demand, classes, priorities, due dates and targets."""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from svcsim.scenario.dates import WEEKDAYS
from svcsim.scenario.demand import Demand
from svcsim.scenario.demand_change import DemandChange
from svcsim.scenario.distribution import (
    Constant,
    Discrete,
    Dist,
    Empirical,
    Mixture,
    Pert,
    Triangular,
    Uniform,
)
from svcsim.scenario.explain import listed
from svcsim.scenario.fit import Fit, Found, variants
from svcsim.scenario.flow import placed
from svcsim.scenario.inputs import columns
from svcsim.scenario.profile import Levels
from svcsim.scenario.samples import unreadable
from svcsim.scenario.schema import Stream, Target
from svcsim.scenario.spawn import spawned
from svcsim.scenario.step import Step
from svcsim.scenario.text import Words
from svcsim.scenario.timetable import Cycle, Timetable
from svcsim.scenario.units import Duration
from svcsim.scenario.words import DONE, MEASURES, STATISTICS, UNTAKEN, ByClass, Varied

_FORMS = {
    "rate": {"rate", "layer_rate", "profile", "changes", "day_to_day", "batch"},
    "every": {"every", "profile", "changes", "day_to_day", "batch"},
    "rates": {"rates", "layer_rate", "changes", "day_to_day", "batch"},
    "scheduled": {"scheduled", "calendar", "notice", "batch"},
    "csv": {"csv", "arrived", "class", "classes_from", "item", "format", "zone"},
}
"""Fields of demand that do something, for each way in which items come."""


def streams(fit: Fit) -> Found:
    """Each stream is well said."""
    for name, stream in fit.scenario.streams.items():
        path = ("streams", name)
        if stream.demand is not None:
            yield from _demand(fit, stream.demand, (*path, "demand"))
        else:
            yield from _internal(fit, name, path)
        yield from _classes(fit, stream, path)
        yield from _names(fit, stream, path)
        yield from _values(fit, stream, path)
        yield from _targets(fit, stream, path)


def _classes(fit: Fit, stream: Stream, path: Words) -> Found:
    if stream.classes:
        shares = {name: mix.share for name, mix in stream.classes.items()}
        yield from fit.shares(shares, (*path, "classes"))
    for word in ("priority", "preempts"):
        value = getattr(stream, word)
        for name, mix in stream.classes.items():
            both = isinstance(value, ByClass) and name in value.values
            if both and getattr(mix, word) is not None:
                found = f"the {word} of {name} also stands in {word} of the stream"
                where = (*path, "classes", name, word)
                yield fit.problem("said-twice", where, found, "leave one of them out", key=True)


def _names(fit: Fit, stream: Stream, path: Words) -> Found:
    """Names of classes and targets stand where measures stand in the name of a response."""
    for word, taken in (("classes", MEASURES | STATISTICS), ("targets", STATISTICS)):
        for name in getattr(stream, word):
            if name in taken - UNTAKEN:
                what = "measure" if name in MEASURES else "statistic"
                found = f"{name!r} is the name of a {what}"
                where = (*path, word, name)
                yield fit.problem("reserved-name", where, found, "choose another name", key=True)
    for name in stream.targets:
        if name in stream.classes:
            found = f"{name!r} is also the name of a class"
            where = (*path, "targets", name)
            yield fit.problem("name-shared", where, found, "choose another name", key=True)


def _values(fit: Fit, stream: Stream, path: Words) -> Found:
    yield from fit.classes(stream.priority, stream, (*path, "priority"), path)
    yield from fit.classes(stream.preempts, stream, (*path, "preempts"), path)
    if stream.due is not None:
        yield from fit.classes(stream.due, stream, (*path, "due"), path)
        yield from dates(fit, stream.due, (*path, "due"))
    if stream.value_point is not None:
        yield from leaf(fit, stream, stream.value_point, (*path, "value_point"), path)


def _stops(fit: Fit, stream: Stream, name: str, where: Words, holder: Words) -> Found:
    """A step that stops a clock has a wait or a gate, itself or a part of it."""
    places = {place.name: place for place in placed(stream.steps)}
    yield from step_name(fit, name, list(places), where, holder)
    if name not in places:
        return
    parts = [place.step for place in places.values()
             if place.name == name or name in [group.name for group in place.groups]]  # fmt: skip
    if not any(_waits(part) for part in parts):
        found = f"nobody ever waits at {name} for anything but people"
        yield fit.problem("stops-nothing", where, found, "name a step with a wait or a gate")


def _waits(step: Step) -> bool:
    """Whether an item ever waits at a step for anything but people."""
    outcomes = (step.outcome or {}).values()
    return (
        any(word is not None for word in (step.wait, step.gate, step.every))
        or any(outcome.wait is not None for outcome in outcomes)
        or any(spawn.wait_for is not None for spawn in spawned(step))
    )


def _targets(fit: Fit, stream: Stream, path: Words) -> Found:
    for name, target in stream.targets.items():
        here = (*path, "targets", name)
        if target.at is not None:
            yield from leaf(fit, stream, target.at, (*here, "at"), path)
        if target.clock is not None:
            yield from fit.calendar(target.clock, (*here, "clock"))
        for i, name_ in enumerate(target.paused_by):
            where = (*here, "paused_by", i) if len(target.paused_by) > 1 else (*here, "paused_by")
            yield from _stops(fit, stream, name_, where, path)
        if target.counted == "event":
            yield from _event(fit, stream, target, here, path)
        elif target.counted != "arrival":
            yield from _commitment(fit, stream, target, here, path)
        yield from fit.classes(target.within, stream, (*here, "within"), path)
        for within, where in variants(target.within, (*here, "within")):
            if within.business:
                yield from business(fit, str(within), target.clock, where)


def _event(fit: Fit, stream: Stream, target: Target, here: Words, path: Words) -> Found:
    """A promise that counts from an event is of a stream that has some; its clock never stands."""
    has_some = stream.demand is not None and stream.demand.notice is not None
    if not has_some and not fit.could_not_read((*path, "demand")):
        found = f"{path[-1]} has no events"
        remedy = "add scheduled and notice to its demand, or count from the arrival"
        yield fit.problem("no-events", (*here, "from"), found, remedy)
    yield from _never_stands(fit, target, here)


def _commitment(fit: Fit, stream: Stream, target: Target, here: Words, path: Words) -> Found:
    """A promise that counts from a step is kept at another one; its clock never stands."""
    places = {place.name: place for place in placed(stream.steps)}
    others = [name for name, place in places.items() if not place.step.is_group]
    where, words = (*here, "from"), ["arrival", "event", *others]
    if target.counted in places:
        yield from leaf(fit, stream, target.counted, where, path)
    else:
        yield from step_name(fit, target.counted, words, where, path)
    if target.counted == (target.at or stream.value_point):
        found = f"{target.counted} is what is promised: no time passes from there on"
        yield fit.problem("out-of-place", where, found, "name a step before it, or arrival")
    yield from _never_stands(fit, target, here)


def _never_stands(fit: Fit, target: Target, here: Words) -> Found:
    """What stops a clock is waited for from the arrival on."""
    if target.paused_by:
        found, remedy = f"paused_by does nothing with from: {target.counted}", "leave it out"
        yield fit.problem("out-of-place", (*here, "paused_by"), found, remedy, key=True)


def dates(fit: Fit, value: Varied[Duration], path: Words) -> Found:
    """Due dates are counted on one clock; where it is the scenario's calendar, it closes."""
    found = list(variants(value, path))
    yield from one_clock(fit, {duration.business for duration, _ in found}, path)
    for duration, where in found:
        if duration.business:
            yield from business(fit, str(duration), None, where)


def one_clock(fit: Fit, business: set[bool], path: Words) -> Found:
    """All classes count business time, or none."""
    if len(business) > 1:
        remedy = "write all of them in bd and bh, or none"
        text = "some classes count business time, others the wall clock"
        yield fit.problem("mixed-clocks", path, text, remedy)


def business(fit: Fit, what: str, calendar: str | None, path: Words) -> Found:
    """The calendar on which business time is counted closes."""
    if fit.never_closes(calendar):
        found = f"{what} is counted on {calendar or fit.scenario.calendar}, which never closes"
        remedy = "write it in d or h, or name a calendar that closes"
        yield fit.problem("no-business-day", path, found, remedy)


def leaf(fit: Fit, stream: Stream, name: str, path: Words, holder: Words) -> Found:
    """The step exists, and is no group."""
    steps = {place.name: place.step for place in placed(stream.steps)}
    if name == DONE:
        return
    yield from step_name(fit, name, list(steps), path, holder)
    if name in steps and steps[name].is_group:
        parts = [part.name for part in placed(steps[name].parts) if not part.step.is_group]
        found = f"{name!r} is a group of steps"
        yield fit.problem("step-is-group", path, found, f"name a step in it: {listed(parts)}")


def step_name(fit: Fit, name: str, names: list[str], path: Words, holder: Words) -> Found:
    """The step exists, or may be among those that could not be read."""
    if any(cut[:2] == holder and cut[-1:] == (name,) for cut in fit.unread):
        return
    if fit.could_not_read((*holder, "steps")):
        return
    yield from fit.unknown("step", name, names, ("\0none",), path, what=f" of {holder[-1]}")


# ---- demand ------------------------------------------------------------------------------------


def _demand(fit: Fit, demand: Demand, path: Words) -> Found:
    said = {
        type(demand).model_fields[name].alias or name
        for name in demand.model_fields_set
        if getattr(demand, name) is not None
    }
    forms = [form for form in _FORMS if form in said]
    if len(forms) != 1:
        found = f"{listed(forms, 'and')} stand together" if forms else "no way to come is said"
        others = f"or {listed([form for form in _FORMS if form != 'rate'])}"
        remedy = f"keep {listed(forms)}" if forms else f"write rate: 10/wk, {others}"
        yield fit.problem("demand-form", path, found, remedy)
        return
    form = forms[0]
    for word in sorted(said - _FORMS[form]) if not fit.partly_read(path) else ():
        found = f"{word} does nothing with {form}"
        yield fit.problem("out-of-place", (*path, word), found, "leave it out", key=True)
    if form == "csv" and demand.arrived is None:
        found, remedy = "'arrived' is missing", "add it: the column of the times of arrival"
        yield fit.problem("missing-field", path, found, remedy)
    unsaid = demand.class_column is None and not fit.partly_read(path)
    if demand.class_names is not None and unsaid:
        found = "classes_from does nothing without class"
        where = (*path, "classes_from")
        yield fit.problem("out-of-place", where, found, "add class: the column", key=True)
    yield from _profile(fit, demand, path)
    yield from occasions(fit, demand.scheduled, demand.calendar, path, "scheduled")
    if demand.notice is not None:
        yield from _notice(fit, demand.notice, (*path, "notice"))
    yield from _class_names(fit, demand, path)
    if demand.csv is not None:
        wanted = {"arrived": demand.arrived, "class": demand.class_column, "item": demand.item}
        yield from _file(fit, demand.csv, wanted, path)
    if demand.rates is not None:
        wanted = {"column": demand.rates.column}
        yield from _file(fit, demand.rates.csv, wanted, (*path, "rates"))


def _internal(fit: Fit, name: str, path: Words) -> Found:
    """A stream to which nothing comes from outside has children of others."""
    fed: set[str | None] = {trigger.spawn for trigger in fit.scenario.triggers.values()} | {
        spawn.stream
        for stream in fit.scenario.streams.values()
        for place in placed(stream.steps)
        for spawn in spawned(place.step)
    }
    if name not in fed and not fit.scenario.streams[name].backlog and not fit.unread:
        found = "no items come to it: there is no demand, and no step has children in it"
        remedy = (
            "add demand: 10/wk, a backlog, or spawn at a step of another stream or at a trigger"
        )
        yield fit.problem("no-items", path, found, remedy, key=True)


def _profile(fit: Fit, demand: Demand, path: Words) -> Found:
    profile = demand.profile
    if isinstance(profile, str):
        yield from fit.calendar(profile, (*path, "profile"))
    elif isinstance(profile, Levels):
        for name in profile.calendars:
            yield from fit.calendar(name, (*path, "profile", name))
    counted = profile if isinstance(profile, str) else None
    for word in ("rate", "layer_rate"):
        rate = getattr(demand, word)
        if rate is not None and rate.business:
            yield from business(fit, str(rate), counted, (*path, word))
    for i, change in enumerate(demand.changes):
        yield from _change(fit, change, (*path, "changes", i))
    if demand.layer_rate is not None and demand.layer_rate.amount == 0:
        remedy = "write more than 0, or leave it out"
        yield fit.problem("too-small", (*path, "layer_rate"), "a layer has no items", remedy)
    if demand.every is not None:
        if demand.every.clock == "business":
            yield from business(fit, "the interval", None, (*path, "every"))
        if takes_no_time(demand.every, fit.directory):
            found = "there is never any time from one arrival to the next"
            yield fit.problem("zero-interval", (*path, "every"), found, "write more than 0")


def _change(fit: Fit, change: DemandChange, path: Words) -> Found:
    """A change changes something, for some time of the run."""
    if change.by == 0:
        yield fit.problem("changes-nothing", (*path, "by"), "0% changes nothing", "leave it out")
    if change.start.ticks >= fit.scenario.horizon.ticks + fit.scenario.run_out.ticks:
        found, remedy = f"the run ends before {change.start}", "begin earlier, or leave it out"
        yield fit.problem("changes-nothing", (*path, "from"), found, remedy)
    if change.until is not None and change.until.ticks <= change.start.ticks:
        found = f"it would end at {change.until}, before it begins"
        yield fit.problem("changes-nothing", (*path, "until"), found, "end later than from")


def _notice(fit: Fit, notice: Varied[Any], path: Words) -> Found:
    """A notice is counted on one clock; where that is the scenario's calendar, it closes."""
    yield from fit.classes(notice, fit.scenario.streams[str(path[1])], path, path[:2])
    found = list(variants(notice, path))
    yield from one_clock(fit, {law.clock == "business" for law, _ in found}, path)
    for law, where in found:
        if law.clock == "business":
            yield from business(fit, "the notice", None, where)


def occasions(
    fit: Fit, timetable: Timetable | None, calendar: str | None, path: Words, word: str
) -> Found:
    """The calendar exists, and opens on some of the days on which something is to happen."""
    if calendar is not None:
        yield from fit.calendar(calendar, (*path, "calendar"))
    named = fit.named(calendar)
    if timetable is None or isinstance(timetable, Cycle) or named is None or named.seasonal:
        return
    worked = {weekday for weekday, _, _ in named.pattern}
    never = [one for one in timetable if one.weekday is not None and one.weekday not in worked]
    if len(never) == len(timetable):  # of several one may be idle: that is a hint
        days = listed([WEEKDAYS[day] for day in sorted(worked)])
        found = f"{listed(list(map(str, never)), 'and')}: the calendar never opens that day"
        remedy = f"write {days}, or another calendar"
        yield fit.problem("never-meets", (*path, word), found, remedy)


def takes_no_time(law: Dist, directory: Path) -> bool:
    """Whether every value of a distribution is 0.

    The families that are not named have a mean or a median of more than 0.
    """
    if law.zero == 1 or (law.at_most is not None and _is_none(law.at_most)):
        return True
    if any(least is not None and not _is_none(least) for least in (law.plus, law.at_least)):
        return False
    if isinstance(law, Constant):
        return _is_none(law.value)
    if isinstance(law, Uniform | Pert | Triangular):
        return _is_none(law.high)
    if isinstance(law, Discrete):
        return all(_is_none(value) for value, share in law.shares.items() if share > 0)
    if isinstance(law, Mixture):
        parts = zip(law.mixture, law.shares, strict=True)
        return all(takes_no_time(part.of, directory) for part, share in parts if share > 0)
    return isinstance(law, Empirical) and not law.samples(directory).any()


def _is_none(duration: Duration) -> bool:
    """Whether a duration is not even half a tick."""
    return duration.amount == 0 if duration.business else duration.ticks == 0


def _class_names(fit: Fit, demand: Demand, path: Words) -> Found:
    stream = fit.scenario.streams[str(path[1])]
    for text, name in (demand.class_names or {}).items():
        where = (*path, "classes_from", text)
        holder = (*path[:2], "classes")
        yield from fit.unknown("class", name, list(stream.classes), holder, where)


def _file(fit: Fit, name: str, wanted: Mapping[str, str | None], path: Words) -> Found:
    """The file can be read, and has the columns."""
    file = fit.directory / name
    try:
        found = columns(file)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        text, remedy = unreadable(name, fit.directory, error)
        yield fit.problem("no-such-file", (*path, "csv"), text, remedy)
        return
    for word, column in wanted.items():
        if column is not None:
            names = list(found)
            what = f" of {name}"
            yield from fit.unknown("column", column, names, ("\0none",), (*path, word), what=what)
