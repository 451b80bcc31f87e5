"""Checks of scores at gates: what they watch, and whether it says anything of the items there."""

from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.fit_triggers import watched
from svcsim.scenario.flow import placed
from svcsim.scenario.gate import Score
from svcsim.scenario.schema import Scenario
from svcsim.scenario.spawn import Spawn, spawned
from svcsim.scenario.text import Words


def score(fit: Fit, stream: str, score: Score, here: Words) -> Found:
    """A score watches work, of families that the items at its gate may have."""
    watch, at, streams = score.watch, (*here, "watch"), fit.scenario.streams
    if watch.team is not None:
        found = "who waits for a team is a level, and a score adds up work that is done"
        yield fit.problem("out-of-place", (*at, "team"), found, "leave it out", key=True)
    missing = [word for word in ("stream", "step") if getattr(watch, word) is None]
    if missing and not fit.partly_read(at):
        found = f"nothing says {' and '.join(missing)}"
        yield fit.problem("score-form", at, found, "write watch: {stream: name, step: name}")
    if watch.stream is None:
        return
    yield from fit.unknown("stream", watch.stream, list(streams), ("streams",), (*at, "stream"))
    if watch.stream not in streams:
        return
    yield from watched(fit, watch, watch.stream, streams[watch.stream], at)
    steps = {place.name: place.step for place in placed(streams[watch.stream].steps)}
    step = steps.get(watch.step or "")
    if step is not None and not step.is_group and (step.touch is None or step.gate is not None):
        found, remedy = f"nobody works at {watch.step}", "name a step with a touch and no gate"
        yield fit.problem("score-form", (*at, "step"), found, remedy)
    having = families_of(fit.scenario)
    if not having[stream] & having[watch.stream] and not fit.unread:
        found = f"no item of {stream} has a family that one of {watch.stream} has"
        remedy = "let it inherit its family, or come of a trigger per family"
        yield fit.problem("score-families", here, found, remedy)


def families_of(scenario: Scenario) -> dict[str, frozenset[str]]:
    """Return the streams whose families the items of each stream may have."""
    streams = scenario.streams
    found = {
        name: frozenset([name] if stream.families is not None else [])
        for name, stream in streams.items()
    }
    handed = [*_inherited(scenario), *_made(scenario)]
    before: dict[str, frozenset[str]] = {}
    while before != found:
        before = dict(found)
        for giver, taker in handed:
            if giver in found and taker in found:
                found[taker] |= found[giver]
    return found


def _inherited(scenario: Scenario) -> list[tuple[str, str]]:
    """Return from which streams to which a family is inherited."""
    pairs: list[tuple[str, Spawn]] = [
        (name, spawn)
        for name, stream in scenario.streams.items()
        for place in placed(stream.steps)
        for spawn in spawned(place.step)
    ]
    return [(name, spawn.stream) for name, spawn in pairs if "family" in spawn.inherit]


def _made(scenario: Scenario) -> list[tuple[str, str]]:
    """Return from which streams to which triggers hand a family."""
    return [
        (giver, trigger.spawn)
        for trigger in scenario.triggers.values()
        if trigger.per == "family" and trigger.spawn is not None
        for giver in ([trigger.watch.stream] if trigger.watch.stream else scenario.streams)
    ]
