"""Checks of what a step does besides its work: automation, incoming quality, repetition."""

from typing import Any

from svcsim.scenario.after import After
from svcsim.scenario.escalation import Escalation
from svcsim.scenario.explain import listed
from svcsim.scenario.fit import Fit, Found, variants
from svcsim.scenario.fit_streams import business, dates, one_clock, step_name, takes_no_time
from svcsim.scenario.flow import Placed, placed
from svcsim.scenario.schema import Stream
from svcsim.scenario.step import Step
from svcsim.scenario.strands import waits_for
from svcsim.scenario.text import Words
from svcsim.scenario.units import Rest
from svcsim.scenario.words import DONE

_NOT_REPEATED = ("outcome", "next", "incomplete", "max_visits", "abandon_to", "redial")
"""Words that say where an item goes, and do not stand at a step that is repeated."""


def extras(fit: Fit) -> Found:
    """Automation, incoming quality, repetition and waits of outcomes are well said."""
    for name, stream in fit.scenario.streams.items():
        holder: Words = ("streams", name)
        for place in placed(stream.steps):
            here = (*holder, *place.path)
            yield from _auto(fit, stream, place.step, here, holder)
            yield from _incomplete(fit, stream, place, here, holder)
            if place.step.handover is not None:
                value, where = place.step.handover, (*here, "handover")
                yield from _time(fit, stream, value, "the handover", where, holder)
            yield from _redial(fit, stream, place.step, here, holder)
            yield from _escalate(fit, stream, place.step, here, holder)
            yield from _repeated(fit, stream, place, here, holder)
            yield from _waits(fit, stream, place.step, here, holder)


def _time(fit: Fit, stream: Stream, value: Any, what: str, where: Words, holder: Words) -> Found:
    """A time may run on business hours where a calendar has them."""
    yield from fit.classes(value, stream, where, holder)
    found = list(variants(value, where))
    yield from one_clock(fit, {dist.clock == "business" for dist, _ in found}, where)
    for dist, at in found:
        if dist.clock == "business":
            yield from business(fit, what, None, at)


def _auto(fit: Fit, stream: Stream, step: Step, here: Words, holder: Words) -> Found:
    if step.auto is None:
        return
    yield from fit.classes(step.auto.share, stream, (*here, "auto", "share"), holder)
    yield from fit.classes(step.auto.fails, stream, (*here, "auto", "fails"), holder)
    if step.auto.time is not None:
        where = (*here, "auto", "time")
        yield from _time(fit, stream, step.auto.time, "the time", where, holder)


def _incomplete(fit: Fit, stream: Stream, place: Placed, here: Words, holder: Words) -> Found:
    incomplete = place.step.incomplete
    if incomplete is None:
        return
    where = (*here, "incomplete")
    share: Any = incomplete.share
    yield from fit.classes(share, stream, (*where, "share"), holder)
    for part, at in variants(share, (*where, "share")):
        if isinstance(part, Rest):
            found = "there is no rest of what is incomplete"
            yield fit.problem("out-of-place", at, found, "write for instance 20%")
    names = [other.name for other in placed(stream.steps)]
    yield from step_name(fit, incomplete.to, names, (*where, "to"), holder)
    if incomplete.to in names and names.index(incomplete.to) >= names.index(place.name):
        same = incomplete.to == place.name
        found = f"{place.name} would send it to {'itself' if same else 'a step further on'}"
        before = names[: names.index(place.name)]
        remedy = f"name a step before: {listed(before)}" if before else "leave incomplete out"
        yield fit.problem("incomplete-forward", (*where, "to"), found, remedy)


def _redial(fit: Fit, stream: Stream, step: Step, here: Words, holder: Words) -> Found:
    if step.redial is None:
        return
    where = (*here, "redial")
    if step.patience is None and step.touch is not None:
        found = "redial does nothing without patience"
        yield fit.problem("out-of-place", where, found, "add patience: 5 min", key=True)
    yield from fit.classes(step.redial.share, stream, (*where, "share"), holder)
    yield from _time(fit, stream, step.redial.wait, "the wait", (*where, "wait"), holder)


def _escalate(fit: Fit, stream: Stream, step: Step, here: Words, holder: Words) -> Found:
    if step.escalate is None:
        return
    where = (*here, "escalate")
    yield from fit.classes(step.escalate.priority, stream, (*where, "priority"), holder)
    yield from fit.classes(step.escalate.after, stream, (*where, "after"), holder)
    yield from dates(fit, step.escalate.after, (*where, "after"))
    if step.escalate.to is not None:
        yield from _escalate_to(fit, stream, step, step.escalate, where, holder)
    elif step.escalate.priority is None:
        found, remedy = "nothing happens then", "write priority: 1, or to: and the name of a step"
        yield fit.problem("escalates-nothing", where, found, remedy, key=True)
    if step.escalate.unless == "started" and step.touch is None and step.takes:
        found, remedy = "no work ever starts at this step", "write unless: done, or leave it out"
        yield fit.problem("out-of-place", (*where, "unless"), found, remedy, key=True)


def _escalate_to(
    fit: Fit, stream: Stream, step: Step, escalation: Escalation, where: Words, holder: Words
) -> Found:
    """An item goes elsewhere after some time, and from a step that is not repeated."""
    to = str(escalation.to)
    if to != DONE:
        names = [place.name for place in placed(stream.steps)]
        yield from step_name(fit, to, names, (*where, "to"), holder)
    after: Any = escalation.after
    for duration, at in variants(after, (*where, "after")):
        if duration.amount == 0:
            found, remedy = f"no item stays here, all go to {to}", "write more than 0"
            yield fit.problem("zero-duration", at, found, remedy)
    if step.every is not None:
        found = "to stands at a step that is repeated"
        yield fit.problem("out-of-place", (*where, "to"), found, "leave it out", key=True)


def _repeated(fit: Fit, stream: Stream, place: Placed, here: Words, holder: Words) -> Found:
    step = place.step
    if step.every is None:
        for word in ("times", "until"):
            if word in step.model_fields_set:
                found, remedy = f"{word} does nothing without every", "add every: 30 min"
                yield fit.problem("out-of-place", (*here, word), found, remedy, key=True)
        return
    where = (*here, "every")
    yield from _time(fit, stream, step.every, "the time between", where, holder)
    between: Any = step.every
    for dist, at in variants(between, where):
        if takes_no_time(dist, fit.directory):
            found = "there is never any time from one to the next"
            yield fit.problem("zero-interval", at, found, "write more than 0")
    if step.times is None and step.until is None:
        found = "it is not said when the repetition ends"
        remedy = "add times: 10, or until: and the name of a step beside it"
        yield fit.problem("repeated-for-ever", where, found, remedy)
    wrong = [word for word in _NOT_REPEATED if word in step.model_fields_set]
    for word in wrong:
        found = f"{word} stands at a step that is repeated"
        yield fit.problem("out-of-place", (*here, word), found, "leave it out", key=True)
    if step.until is not None:
        yield from _until(fit, stream, place, here, holder)


def _until(fit: Fit, stream: Stream, place: Placed, here: Words, holder: Words) -> Found:
    name, until = place.name, str(place.step.until)
    where, names = (*here, "until"), list(stream.steps)
    if place.groups:
        found = f"until stands inside {place.groups[0].name}, where steps follow one another"
        yield fit.problem("after-in-group", where, found, "write it as a step of the stream itself")
        return
    groups = {part.name: part.groups[0].name for part in placed(stream.steps) if part.groups}
    if until in groups:
        found = f"{until} is part of {groups[until]}, which is over as a whole"
        yield fit.problem("after-in-group", where, found, f"write until: {groups[until]}")
        return
    yield from step_name(fit, until, names, where, holder)
    if until == name:
        remedy = "name a step that goes on meanwhile, one that says the same after as this one"
        yield fit.problem("until-itself", where, f"{name} ends with itself", remedy)
    if until in _over_before(waits_for(stream), name):
        found, remedy = (
            f"{until} is over before {name} begins",
            "name a step that goes on meanwhile",
        )
        yield fit.problem("until-before", where, found, remedy)
    following = [other for other, after in waits_for(stream).items() if name in after.of]
    if following:
        found = f"{listed(following, 'and')} would wait for a step that only ends with {until}"
        before = waits_for(stream)[name].of
        said = before[0] if len(before) == 1 else f"[{', '.join(before)}]"
        remedy = f"let {following[0]} say after: {said if until in following else until}"
        yield fit.problem("after-until", where, found, remedy)


def _over_before(waits: dict[str, After], name: str) -> set[str]:
    """Return the steps that are over, whatever happens, before a step begins."""
    order, found = list(waits), dict[str, set[str]]()
    for step in order[: order.index(name) + 1]:
        after = waits[step]
        each = [{other} | found.get(other, set()) for other in after.of]
        every = set.union if after.need == len(after.of) else set.intersection
        found[step] = every(*each) if each else set()
    return found[name]


def _waits(fit: Fit, stream: Stream, step: Step, here: Words, holder: Words) -> Found:
    waits = step.wait is not None or any(o.wait is not None for o in (step.outcome or {}).values())
    held = step.touch is not None or step.gate is not None
    held = held and "cause" in step.model_fields_set
    if held and not waits:
        found = "cause does nothing where nothing waits"
        yield fit.problem("out-of-place", (*here, "cause"), found, "leave it out", key=True)
    for name, outcome in (step.outcome or {}).items():
        if outcome.wait is None:
            continue
        where = (*here, "outcome", name, "wait")
        yield from _time(fit, stream, outcome.wait, "the wait", where, holder)
        if step.gate is not None and name == "defer":
            found, remedy = "what is deferred waits for the next meeting", "leave it out"
            yield fit.problem("out-of-place", where, found, remedy, key=True)
