"""Checks of triggers: what they look at, and what comes of it."""

from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.fit_changes import ADD_FAMILIES, of_all, with_families
from svcsim.scenario.fit_streams import leaf
from svcsim.scenario.flow import placed
from svcsim.scenario.schema import Stream
from svcsim.scenario.text import Words
from svcsim.scenario.trigger import Trigger, Watched


def triggers(fit: Fit) -> Found:
    """What makes items, or has an effect, when something is true, is well said."""
    for name, trigger in fit.scenario.triggers.items():
        here: Words = ("triggers", name)
        yield from _watch(fit, trigger, (*here, "watch"))
        if trigger.level is not None:
            yield from _level(fit, trigger, here)
        else:
            yield from _counted(fit, trigger, here)
        yield from _families(fit, trigger, here)
        yield from _outcome(fit, trigger, here)


# ---- what it looks at --------------------------------------------------------------------------


def _watch(fit: Fit, trigger: Trigger, where: Words) -> Found:
    watch, streams = trigger.watch, fit.scenario.streams
    if watch.team is not None:
        teams = list(fit.scenario.teams)
        yield from fit.unknown("team", watch.team, teams, ("teams",), (*where, "team"))
    elif watch.stream is None and not fit.partly_read(where):
        found = "it looks at nothing"
        yield fit.problem("trigger-form", where, found, "add stream, or team for who waits for it")
    if watch.stream is not None:
        at = (*where, "stream")
        yield from fit.unknown("stream", watch.stream, list(streams), ("streams",), at)
        if watch.stream in streams:
            stream, level = streams[watch.stream], trigger.level is not None
            yield from watched(fit, watch, watch.stream, stream, where, level=level)
    elif watch.classes is not None:
        found, remedy = "classes are those of a stream", "add stream"
        yield fit.problem("out-of-place", (*where, "classes"), found, remedy, key=True)


def watched(
    fit: Fit, watch: Watched, name: str, stream: Stream, where: Words, *, level: bool = False
) -> Found:
    """What is watched of a stream is there: classes, and visits unless it is a level."""
    holder: Words = ("streams", name)
    for i, cls in enumerate(watch.classes or ()):
        at = (*where, "classes", i) if len(watch.classes or ()) > 1 else (*where, "classes")
        what, names = f" of {name}", list(stream.classes)
        yield from fit.unknown("class", cls, names, (*holder, "classes"), at, what=what)
    if level:
        return
    if watch.step is None:
        for word in ("outcome", "later_than"):
            if getattr(watch, word) is not None:
                found, remedy = f"{word} is said of the visits to a step", "add step"
                yield fit.problem("out-of-place", (*where, word), found, remedy, key=True)
        return
    yield from leaf(fit, stream, watch.step, (*where, "step"), holder)
    steps = {place.name: place.step for place in placed(stream.steps)}
    if watch.outcome is not None and watch.step in steps and not steps[watch.step].is_group:
        outcomes = list(steps[watch.step].outcome or {})
        known = [way for way in outcomes if steps[watch.step].gate is None or way != "defer"]
        what = f" of {watch.step}"
        at = (*where, "outcome")
        yield from fit.unknown("outcome", watch.outcome, known, ("\0none",), at, what=what)


# ---- when it is true ---------------------------------------------------------------------------


def _level(fit: Fit, trigger: Trigger, here: Words) -> Found:
    """A level is read at times of its own, and nothing else with it."""
    for word in ("step", "outcome", "later_than"):
        if getattr(trigger.watch, word) is not None:
            found = f"{word} is said of visits that are over, and a level counts who is there"
            at = (*here, "watch", word)
            yield fit.problem("out-of-place", at, found, "leave it out", key=True)
    for word in ("count", "share", "mean", "sum", "within"):
        if getattr(trigger, word) is not None:
            found = f"{word} is of what happened, and level is how many are there"
            yield fit.problem("out-of-place", (*here, word), found, "leave one out", key=True)
    if trigger.every is None and not fit.partly_read(here):
        found, remedy = "nothing says when it looks at the level", "add for instance every: 1 h"
        yield fit.problem("trigger-form", (*here, "level"), found, remedy, key=True)


def _counted(fit: Fit, trigger: Trigger, here: Words) -> Found:
    """So much has happened within a time."""
    watch = trigger.watch
    missing = [word for word in ("count", "within") if getattr(trigger, word) is None]
    if watch.team is not None:
        found, remedy = "who waits for a team is a level", "write level, not count, and every"
        yield fit.problem("out-of-place", (*here, "watch", "team"), found, remedy, key=True)
    elif missing and not fit.partly_read(here):
        found = f"nothing says {' and '.join(missing)}"
        remedy = "write for instance count: 5 and within: 30 d; or level: 5 and every: 1 h"
        yield fit.problem("trigger-form", here, found, remedy)
    said = [word for word in ("share", "mean", "sum") if getattr(trigger, word) is not None]
    for word in said[1:]:
        found, remedy = f"{said[0]} and {word} stand together", "make two triggers of it"
        yield fit.problem("out-of-place", (*here, word), found, remedy, key=True)
    if said and said[0] != "share" and watch.step is None:
        found, remedy = f"{said[0]} is of the visits to a step", "add step to watch"
        yield fit.problem("out-of-place", (*here, said[0]), found, remedy, key=True)
    if trigger.mean is not None and trigger.top is not None:
        found = "top takes those with the most, and a mean is no number of them"
        yield fit.problem("out-of-place", (*here, "top"), found, "write sum", key=True)
    if trigger.share is not None and watch.outcome is None and watch.later_than is None:
        found = "share is that of an outcome, or of what is late"
        remedy = "add outcome or later_than to watch, or leave share out"
        yield fit.problem("out-of-place", (*here, "share"), found, remedy, key=True)


def _families(fit: Fit, trigger: Trigger, here: Words) -> Found:
    if trigger.per is not None and not with_families(fit):
        found = "no stream has families"
        yield fit.problem("no-families", (*here, "per"), found, ADD_FAMILIES, key=True)
    if trigger.top is not None and (trigger.every is None or trigger.per is None):
        found, remedy = "top chooses among families at a look", "add per: family and every: 1 wk"
        yield fit.problem("out-of-place", (*here, "top"), found, remedy, key=True)


# ---- what comes of it --------------------------------------------------------------------------


def _outcome(fit: Fit, trigger: Trigger, here: Words) -> Found:
    streams = fit.scenario.streams
    if trigger.spawn is not None:
        at = (*here, "spawn")
        yield from fit.unknown("stream", trigger.spawn, list(streams), ("streams",), at)
        if trigger.spawn == trigger.watch.stream:
            found = f"what it makes in {trigger.spawn} would make more"
            remedy = "let it look at another stream, or make items of another"
            yield fit.problem("trigger-makes-itself", at, found, remedy)
        if trigger.effect:
            found, remedy = "spawn and effect stand together", "make two triggers of it"
            yield fit.problem("out-of-place", (*here, "effect"), found, remedy, key=True)
    elif not trigger.effect and not fit.partly_read(here):
        found, remedy = "nothing comes of it", "add spawn, or while: true and effect"
        yield fit.problem("trigger-form", here, found, remedy)
    yield from of_all(fit, trigger.effect, (*here, "effect"), rises=False)
    if trigger.effect and not trigger.holds and not fit.partly_read(here):
        found = "nothing says when its effect ends"
        remedy = "add while: true; or make items with spawn, and let effect stand at a step of them"
        yield fit.problem("trigger-form", (*here, "effect"), found, remedy, key=True)
    if not trigger.holds:
        return
    at = (*here, "while")
    if not trigger.effect and not fit.partly_read(here):
        found, remedy = "while says how long an effect holds", "add effect, or leave while out"
        yield fit.problem("out-of-place", at, found, remedy, key=True)
    if trigger.every is None and trigger.level is None and not fit.partly_read(here):
        found, remedy = "nothing says when it looks again", "add for instance every: 1 h"
        yield fit.problem("trigger-form", at, found, remedy, key=True)
    if trigger.per is not None:
        found, remedy = "an effect of a trigger is on all items", "leave per out"
        yield fit.problem("out-of-place", (*here, "per"), found, remedy, key=True)
