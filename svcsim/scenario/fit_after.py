"""Checks of parallel work: what comes after what, and where the ways between strands lead."""

from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.fit_instances import several
from svcsim.scenario.fit_streams import step_name
from svcsim.scenario.flow import limits_at, placed
from svcsim.scenario.schema import Stream
from svcsim.scenario.step import Step
from svcsim.scenario.strands import MOST_STRANDS, Strands
from svcsim.scenario.strands import parallel as has_parallel_work
from svcsim.scenario.text import Words
from svcsim.scenario.words import DONE


def parallel(fit: Fit) -> Found:
    """Steps come after steps above them, and ways lead back, or forward to a step itself."""
    for name, stream in fit.scenario.streams.items():
        holder: Words = ("streams", name)
        yield from _in_groups(fit, stream, holder)
        yield from several(fit, stream, holder)
        if not has_parallel_work(stream):
            continue
        found = list(_after(fit, stream, holder))
        yield from found
        named = {other for step in stream.steps.values() if step.after for other in step.after.of}
        whole = named <= set(stream.steps) and not fit.could_not_read((*holder, "steps"))
        if not found and whole:
            yield from _ways(fit, stream, holder)


def _in_groups(fit: Fit, stream: Stream, holder: Words) -> Found:
    """Yield `after`, `once`, `instances` where they have no effect: in groups and choices."""
    for place in placed(stream.steps):
        here = (*holder, *place.path)
        if not place.groups:
            continue
        for word in ("after", "once", "instances"):
            if getattr(place.step, word) not in (None, False):
                outer = place.groups[0].name
                found = f"{word} stands inside {outer}, where steps follow one another"
                remedy = f"write the steps of {outer} as steps of {holder[-1]}, or leave it out"
                yield fit.problem("after-in-group", (*here, word), found, remedy, key=True)


def _after(fit: Fit, stream: Stream, holder: Words) -> Found:
    above: list[str] = []
    names = list(stream.steps)
    for name, step in stream.steps.items():
        here = (*holder, "steps", name)
        seen: set[str] = set()
        for other in step.after.of if step.after is not None else ():
            where = (*here, "after")
            if other == name:
                yield fit.problem("after-itself", where, f"{name} waits for itself", "leave it out")
            elif other in seen:
                found, remedy = f"{other!r} stands twice", "write it once"
                yield fit.problem("named-twice", where, found, remedy)
            elif other in names and other not in above:
                found = f"{name} waits for {other}, which stands below it"
                yield fit.problem("after-later", where, found, f"write {other} above {name}")
            elif other not in names:
                inside = _outer(stream, other)
                if inside is not None:
                    found, remedy = f"{other} is part of {inside}", f"write {inside}"
                    yield fit.problem("after-in-group", where, found, remedy)
                else:
                    yield from step_name(fit, other, names, where, holder)
            seen.add(other)
        above.append(name)
    for place in placed(stream.steps):
        if place.step.next is not None:
            found = "next stands in a stream with after, once or until"
            remedy = "write outcome, with to, instead of next"
            where = (*holder, *place.path, "next")
            yield fit.problem("next-and-after", where, found, remedy, key=True)


def _outer(stream: Stream, name: str) -> str | None:
    """The group that a step is part of."""
    for place in placed(stream.steps):
        if place.name == name and place.groups:
            return place.groups[0].name
    return None


def _ways(fit: Fit, stream: Stream, holder: Words) -> Found:
    detours = {
        team: said.wip.to for team, said in fit.scenario.teams.items() if said.wip and said.wip.to
    }
    strands = Strands(stream, detours)
    if len(strands) > MOST_STRANDS:
        found = f"there are {len(strands)} strands of parallel work"
        remedy = f"write at most {MOST_STRANDS}; steps one after another are one strand"
        yield fit.problem("too-many-strands", (*holder, "steps"), found, remedy, key=True)
        return
    for place in placed(stream.steps):
        here = (*holder, *place.path)
        for to, where in _targets(place.step, here, detours):
            if to == DONE or to not in strands.step_of:
                continue
            if strands.beside(place.name, to):
                found = f"{to} runs beside {place.name}, neither before it nor after it"
                remedy = f"go back to a step before {place.name}, or forward to one after it"
                yield fit.problem("to-beside", where, found, remedy)
            elif stream.steps[strands.step_of[place.name]].instances is not None:
                outer = strands.step_of[place.name]
                if strands.step_of[to] != outer:
                    found = f"{to} is no part of {outer}, which runs several times at once"
                    remedy = f"let a step after {outer} decide"
                    yield fit.problem("among-instances", where, found, remedy)
            elif to not in stream.steps:
                jump = strands.jump(place.name, to)
                outer = strands.step_of[to]
                several_ = stream.steps[outer].instances is not None
                if jump is not None and (several_ or not jump.back):
                    way = "a way" if several_ else "a way forward"
                    found = f"{to} is part of {outer}, and {way} cannot lead into it"
                    yield fit.problem("into-the-middle", where, found, f"write {outer}")


def _targets(step: Step, here: Words, detours: dict[str, str]) -> list[tuple[str, Words]]:
    ways = [
        (outcome.to, (*here, "outcome", name, "to"))
        for name, outcome in (step.outcome or {}).items()
        if outcome.to is not None
    ]
    if step.abandon_to is not None:
        ways.append((step.abandon_to, (*here, "abandon_to")))
    if step.escalate is not None and step.escalate.to is not None:
        ways.append((step.escalate.to, (*here, "escalate", "to")))
    if step.incomplete is not None:
        ways.append((step.incomplete.to, (*here, "incomplete", "to")))
    ways += [
        (detours[team], ("teams", team, "wip", "to")) for team in limits_at(step) if team in detours
    ]
    return ways
