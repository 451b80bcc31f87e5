"""Checks of children: their stream, their class, and that each is addressed by its place alone."""

from typing import Any

from svcsim.scenario.count import FixedCount
from svcsim.scenario.fit import Fit, Found, variants
from svcsim.scenario.fit_streams import business, one_clock
from svcsim.scenario.flow import placed
from svcsim.scenario.schema import Stream
from svcsim.scenario.spawn import Spawn, called
from svcsim.scenario.step import Step
from svcsim.scenario.text import Words


def children(fit: Fit) -> Found:
    """Each child is well said."""
    for name, stream in fit.scenario.streams.items():
        holder: Words = ("streams", name)
        for place in placed(stream.steps):
            here = (*holder, *place.path)
            yield from _of_step(fit, stream, place.step, here, holder)


def _of_step(fit: Fit, stream: Stream, step: Step, here: Words, holder: Words) -> Found:
    seen: set[str] = set()
    for call in called(step):
        seen.add(call.stream)
        yield from _one(fit, stream, call, here, holder)
    yield from _several(fit, stream, step.spawn, (*here, "spawn"), holder, seen)
    for name, outcome in (step.outcome or {}).items():
        where = (*here, "outcome", name, "spawn")
        if outcome.spawn and step.gate is not None and name == "defer":
            found, remedy = "nothing comes of a deferral", "leave it out"
            yield fit.problem("out-of-place", where, found, remedy, key=True)
        yield from _several(fit, stream, outcome.spawn, where, holder, set(seen))


def _several(
    fit: Fit, stream: Stream, spawns: tuple[Spawn, ...], path: Words, holder: Words, seen: set[str]
) -> Found:
    for i, spawn in enumerate(spawns):
        here = path if len(spawns) == 1 else (*path, i)
        if spawn.stream in seen:
            found = f"children in {spawn.stream} are already said"
            remedy = "write one of them, with count or share"
            yield fit.problem("named-twice", (*here, "stream"), found, remedy)
        seen.add(spawn.stream)
        yield from _one(fit, stream, spawn, here, holder)


def _one(fit: Fit, stream: Stream, spawn: Spawn, here: Words, holder: Words) -> Found:
    streams = fit.scenario.streams
    yield from fit.unknown("stream", spawn.stream, list(streams), ("streams",), (*here, "stream"))
    yield from fit.classes(spawn.share, stream, (*here, "share"), holder)
    if spawn.wait is not None:
        where = (*here, "wait")
        yield from fit.classes(spawn.wait, stream, where, holder)
        given: Any = spawn.wait
        waits = list(variants(given, where))
        yield from one_clock(fit, {dist.clock == "business" for dist, _ in waits}, where)
        for dist, at in waits:
            if dist.clock == "business":
                yield from business(fit, "the wait", None, at)
    if isinstance(spawn.wait_for, int):
        yield from _enough(fit, spawn, spawn.wait_for, (*here, "wait_for"))
    families = any(stream.families is not None for stream in streams.values())
    if "family" in spawn.inherit and not families and not fit.unread:
        found_ = "no stream has families"
        remedy = "add families to a stream, for instance families: {names: {printer: 20%}}"
        yield fit.problem("no-families", (*here, "inherit"), found_, remedy)
    child = streams.get(spawn.stream)
    if child is None:
        return
    known, of_child = list(child.classes), ("streams", spawn.stream, "classes")
    if spawn.class_name is not None:
        where = (*here, "class")
        what = f" of {spawn.stream}"
        yield from fit.unknown("class", spawn.class_name, known, of_child, where, what=what)
    if "class" in spawn.inherit:
        where = (*here, "inherit")
        if spawn.class_name is not None:
            found_ = "class also stands in inherit"
            remedy = "leave one of them out"
            yield fit.problem("said-twice", (*here, "class"), found_, remedy, key=True)
        if not stream.classes:
            yield fit.problem("out-of-place", where, f"{holder[-1]} has no classes", "write class")
        for name in stream.classes:
            what = f" of {spawn.stream}"
            yield from fit.unknown("class", name, known, of_child, where, what=what)


def _enough(fit: Fit, spawn: Spawn, wanted: int, where: Words) -> Found:
    """No more children are waited for than ever come."""
    most = spawn.count.number if isinstance(spawn.count, FixedCount) else 1
    if spawn.count is not None and not isinstance(spawn.count, FixedCount):
        return
    if wanted > most:
        found = f"{wanted} are waited for, and there {'are' if most != 1 else 'is'} {most}"
        yield fit.problem("too-many-of", where, found, f"write {max(most, 1)} or less, or all")
