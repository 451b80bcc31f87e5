"""Checks of quantities: who has one, what is for each of it, and what remains open of it."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from svcsim.scenario.distribution import Distribution
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.flow import placed
from svcsim.scenario.schema import Stream
from svcsim.scenario.spawn import spawned
from svcsim.scenario.step import Step
from svcsim.scenario.text import Words

ADD_QUANTITY = "quantity: {unit: machines, count: {poisson: 20}}"
_EACH = ("touch",), ("wait",), ("auto", "time")
"""Words of a step under which a distribution may be for each of a quantity."""


def quantities(fit: Fit) -> Found:
    """Whatever speaks of a quantity is said of items that have one."""
    for name, stream in fit.scenario.streams.items():
        holder: Words = ("streams", name)
        if stream.quantity is not None:
            where = (*holder, "quantity", "count")
            yield from fit.classes(stream.quantity.count, stream, where, holder)
        for place in placed(stream.steps):
            here = (*holder, *place.path)
            yield from _remaining(fit, stream, place.step, here)
            yield from _inherited(fit, stream, place.step, here)
    for law, path in _for_each(fit.scenario, ()):
        yield from _each(fit, law, path)


def _lacks(fit: Fit, stream: str, path: Words, unit: str = "") -> Found:
    """Items of a stream have no quantity, or another one."""
    quantity = fit.scenario.streams[stream].quantity
    if quantity is None and not fit.could_not_read(("streams", stream, "quantity")):
        remedy = (
            f"add to {stream} for instance {ADD_QUANTITY.replace('machines', unit or 'machines')}"
        )
        yield fit.problem("no-quantity", path, f"items of {stream} have no quantity", remedy)
    elif quantity is not None and unit and quantity.unit != unit:
        found = f"items of {stream} have {quantity.unit}, not {unit}"
        yield fit.problem("no-quantity", path, found, f"write {quantity.unit} in both places")


def _remaining(fit: Fit, stream: Stream, step: Step, here: Words) -> Found:
    """What remains is said of a quantity, and of what can be seen to be over."""
    said = [] if step.remaining is None else [(*here, "remaining")]
    for name, outcome in (step.outcome or {}).items():
        if outcome.remaining is None:
            continue
        said.append((*here, "outcome", name, "remaining"))
        if step.gate is not None and name == "defer":
            found = "what is deferred is as open as before"
            yield fit.problem("out-of-place", said[-1], found, "leave it out", key=True)
    if not said:
        return
    yield from _lacks(fit, str(here[1]), said[0])
    works = step.touch is not None and step.gate is None
    waits = [name for name, outcome in (step.outcome or {}).items() if outcome.wait is not None]
    children = [*step.spawn, *(s for way in (step.outcome or {}).values() for s in way.spawn)]
    awaits = any(spawn.wait_for is not None for spawn in children)
    if step.outcome is not None and not works and (waits or awaits):
        found = "something is waited for here after the outcome, and no work tells when that was"
        remedy = "make the wait a step of its own behind this one"
        yield fit.problem("remaining-waits", said[0], found, remedy, key=True)


def _inherited(fit: Fit, stream: Stream, step: Step, here: Words) -> Found:
    """Parents and children have a quantity of one unit."""
    for spawn in spawned(step):
        if "quantity" in spawn.inherit and spawn.stream in fit.scenario.streams:
            yield from _lacks(fit, str(here[1]), here)
            if stream.quantity is not None:
                yield from _lacks(fit, spawn.stream, here, stream.quantity.unit)


def _each(fit: Fit, law: Distribution, path: Words) -> Found:
    """Only work, a wait and the time of a machine may be for each."""
    where = (*path, "each")
    at = path[:-2] if "by_class" in path[-2:-1] else path
    inside = len(path) > 3 and path[0] == "streams" and path[2] == "steps"
    allowed = inside and any(
        at[-len(words) :] == words and "gate" not in _step_of(fit, at[: -len(words)])
        for words in _EACH
    )
    if not allowed:
        found = "only the touch and the wait of a step, and the time of a machine, are for each"
        yield fit.problem("each-here", where, found, "leave it out", key=True)
    else:
        yield from _lacks(fit, str(path[1]), where, str(law.each))


def _step_of(fit: Fit, path: Words) -> set[str]:
    """What the step at a path says; nothing, if there is none."""
    here: Any = fit.scenario.streams[str(path[1])]
    for word in path[2:]:
        here = here.get(word) if isinstance(here, dict) else getattr(here, str(word), None)
    return here.model_fields_set if isinstance(here, Step) else {"gate"}


def _for_each(value: Any, path: Words) -> Iterator[tuple[Distribution, Words]]:
    """All distributions that are for each of something, and where they stand."""
    if isinstance(value, Distribution) and value.each is not None:
        yield value, path
    if isinstance(value, BaseModel):
        for name in value.model_fields_set & set(type(value).model_fields):
            word = type(value).model_fields[name].alias or name
            yield from _for_each(getattr(value, name), (*path, word))
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from _for_each(part, (*path, name))
    elif isinstance(value, tuple):
        for i, part in enumerate(value):
            yield from _for_each(part, path if len(value) == 1 else (*path, i))
