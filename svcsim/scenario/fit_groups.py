"""Checks of groups of people and of those on call."""

from svcsim.scenario.explain import listed
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.group import ON_CALL, OnCall
from svcsim.scenario.infer import team_activities, teams_at_work
from svcsim.scenario.team import Team
from svcsim.scenario.text import Words


def groups(fit: Fit) -> Found:
    """A team has people or groups of them, and those on call have something to do."""
    for name, team in fit.scenario.teams.items():
        path: Words = ("teams", name)
        yield from _people(fit, name, team, path)
        for word, group in team.groups.items():
            where = (*path, "groups", word)
            if word == ON_CALL:
                found = f"{word!r} has a meaning of its own"
                remedy = "write on_call: {people: 2} beside groups, or choose another name"
                yield fit.problem("reserved-name", where, found, remedy, key=True)
            if group.calendar is not None:
                yield from fit.calendar(group.calendar, (*where, "calendar"))
            end = fit.scenario.horizon.ticks + fit.scenario.run_out.ticks
            if group.start is not None and group.start.ticks >= end:
                found, remedy = f"the run ends before {group.start}", "let it come earlier"
                yield fit.problem("never-comes", (*where, "from"), found, remedy)
        if team.on_call is not None:
            yield from _on_call(fit, name, team, team.on_call, (*path, "on_call"))


def _people(fit: Fit, name: str, team: Team, path: Words) -> Found:
    said = (*path, "people"), (*path, "groups")
    if team.people is None and not team.groups:
        if not any(fit.partly_read(word) for word in said):
            found = "people is missing: how many people are on shift while the calendar is open"
            remedy = "add for instance people: 3, or groups: {early: 3, late: 2}"
            if not team_activities(name, team):
                remedy = "add for instance people: 3, activity: engage"
            yield fit.problem("missing-field", path, found, remedy, key=True)
    elif team.people is not None and team.groups:
        found = "people are said here and in groups"
        yield fit.problem("people-and-groups", said[0], found, "leave people out", key=True)


def _on_call(fit: Fit, name: str, team: Team, on_call: OnCall, path: Words) -> Found:
    if team.people == "unlimited":
        found = "people are unlimited, so nobody else is needed"
        yield fit.problem("out-of-place", path, found, "leave on_call out", key=True)
        return
    if on_call.calendar is not None:
        yield from fit.calendar(on_call.calendar, (*path, "calendar"))
    elif team.shifts and any(
        fit.never_closes(g.calendar) and not g.start for g in team.shifts.values()
    ):
        found = f"there is always a shift of {name}, so nobody is ever on call"
        remedy = "name the calendar on which they are on call: calendar: night"
        yield fit.problem("never-on-call", path, found, remedy, key=True)
    if on_call.call_out is not None and on_call.call_out.clock == "business":
        found = "the way to work runs on the wall clock"
        yield fit.problem("business-unit", (*path, "call_out"), found, "write min or h")
    first = next(iter(team.shifts.values()), None)
    if on_call.rest is not None and first is not None and first.people == 0:
        found = "nobody of the team could rest: it has no people"
        yield fit.problem("out-of-place", (*path, "rest"), found, "leave it out", key=True)
    streams = fit.scenario.streams
    for i, stream in enumerate(on_call.streams or ()):
        where = (*path, "for", i) if len(on_call.streams or ()) > 1 else (*path, "for")
        yield from fit.unknown("stream", stream, list(streams), ("streams",), where)
        known = stream in streams and not fit.partly_read(("streams", stream))
        if known and name not in teams_at_work(streams[stream]):
            works = [key for key in streams if name in teams_at_work(streams[key])]
            found = f"{name} has no work of {stream}"
            remedy = f"name {listed(works)}" if works else "leave it out"
            yield fit.problem("no-work-on-call", where, found, remedy)
