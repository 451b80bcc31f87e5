"""Checks of steps of which several run at once (semantics 41)."""

from collections.abc import Iterator

from svcsim.scenario.count import FixedCount
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.flow import placed
from svcsim.scenario.schema import Stream
from svcsim.scenario.step import Step
from svcsim.scenario.text import Words


def several(fit: Fit, stream: Stream, holder: Words) -> Found:
    """What runs several times at once has no children, and changes nothing but its item."""
    for place in placed(stream.steps):
        step, here = place.step, (*holder, *place.path)
        if step.instances is None:
            if step.wait_for is not None:
                found, remedy = "wait_for does nothing without instances", "add instances: 3"
                yield fit.problem("out-of-place", (*here, "wait_for"), found, remedy, key=True)
        else:
            yield from _number(fit, step, here)
        outer = stream.steps.get(place.groups[0].name if place.groups else place.name)
        if outer is None or outer.instances is None:
            continue
        for word in _alone(step):
            found = f"{word[0]} stands at what runs several times at once"
            remedy = "write it at a step before or after"
            yield fit.problem("among-instances", (*here, *word), found, remedy, key=True)


def _number(fit: Fit, step: Step, here: Words) -> Found:
    if step.until is not None:
        found, remedy = "until stands at what runs several times at once", "leave it out"
        yield fit.problem("out-of-place", (*here, "until"), found, remedy, key=True)
    if isinstance(step.instances, FixedCount) and isinstance(step.wait_for, int):
        n = step.instances.number
        if step.wait_for > n:
            found = f"{step.wait_for} of {n} can never be done"
            yield fit.problem("too-many-of", (*here, "wait_for"), found, f"write at most {n}")


def _alone(step: Step) -> Iterator[Words]:
    """Yield the words of a step that speak of more than its item, or lead out of its strand."""
    for word in ("spawn", "effect", "stream"):
        if getattr(step, word):
            yield (word,)
    if step.gate is not None and step.gate.ask is None:
        yield ("gate",)  # a meeting hears an item once
    if step.escalate is not None and step.escalate.to is not None:
        yield ("escalate", "to")
    for name, outcome in (step.outcome or {}).items():
        for word in ("spawn", "effect"):
            if getattr(outcome, word):
                yield ("outcome", name, word)
