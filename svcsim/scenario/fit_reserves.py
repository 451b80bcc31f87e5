"""Checks of reservations: for whom people are kept free, and that some are left to others."""

from svcsim.scenario.explain import listed
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.infer import teams_at_work
from svcsim.scenario.reserve import Reserve
from svcsim.scenario.team import Team
from svcsim.scenario.text import Words


def reserves(fit: Fit) -> Found:
    """People are kept free for work of their team, and others of them for the other work."""
    for name, team in fit.scenario.teams.items():
        if team.reserve is None:
            continue
        path: Words = ("teams", name, "reserve")
        if team.people == "unlimited":
            found = "nobody is ever waited for where people are unlimited"
            yield fit.problem("out-of-place", path, found, "leave it out", key=True)
            continue
        yield from _number(fit, team, team.reserve, path)
        problems = list(_whom(fit, name, team.reserve, path))
        yield from problems
        unread = fit.partly_read(("streams",)) or fit.partly_read(path[:2])
        if not problems and not unread and not _others(fit, name, team):
            found = f"all work of {name} is of {listed(list(team.reserve.whom), 'and')}"
            remedy = "name less, or leave it out"
            yield fit.problem("out-of-place", path, found, remedy, key=True)


def _number(fit: Fit, team: Team, reserve: Reserve, path: Words) -> Found:
    """How many people are meant, and that somebody is left."""
    said = [word for word in ("people", "share") if getattr(reserve, word) is not None]
    if any(fit.partly_read((*path, word)) for word in ("people", "share")):
        return
    if len(said) != 1:
        found = "people and share stand together" if said else "it is not said how many people"
        remedy = "keep one of them" if said else "add people: 1, or share: 20%"
        yield fit.problem("reserve-form", path, found, remedy, key=True)
        return
    place = (*path, said[0])
    if reserve.share == 0:
        yield fit.problem("out-of-place", place, "0 % of the people are nobody", "write more")
    total = (team.size or 0) + (team.on_call.people if team.on_call else 0)
    kept = reserve.people or int((reserve.share or 0) * total + 0.5)
    if kept >= total and not fit.partly_read(path[:2]):
        found = f"of {total} people nobody is left for the other work"
        remedy = f"write less than {total}" if reserve.people else "write a smaller share"
        if total < 2:
            remedy = "give the team more people, or leave it out"
        yield fit.problem("reserve-size", place, found, remedy)


def _whom(fit: Fit, name: str, reserve: Reserve, path: Words) -> Found:
    """It is work of the team, and listed once."""
    streams = fit.scenario.streams
    for i, word in enumerate(reserve.whom):
        where: Words = (*path, "for", i) if len(reserve.whom) > 1 else (*path, "for")
        stream, _, cls = word.partition(".")
        yield from fit.unknown("stream", stream, list(streams), ("streams",), where)
        if stream not in streams or fit.partly_read(("streams", stream)):
            continue
        if cls:
            classes = list(streams[stream].classes)
            holder = ("streams", stream, "classes")
            yield from fit.unknown("class", cls, classes, holder, where, what=f" of {stream}")
        if reserve.whom.count(word) > 1 or (cls and stream in reserve.whom):
            found = f"{word!r} is named twice" if not cls else f"{word!r} is part of what is listed"
            yield fit.problem("named-twice", where, found, "leave one out")
        if name not in teams_at_work(streams[stream]):
            works = [key for key in streams if name in teams_at_work(streams[key])]
            remedy = f"name {listed(works)}" if works else "leave it out"
            found = f"{name} has no work of {stream}"
            yield fit.problem("no-work-reserved", where, found, remedy)


def _others(fit: Fit, name: str, team: Team) -> bool:
    """Whether a team has work for which nobody is reserved."""
    assert team.reserve is not None
    reserve = team.reserve
    return bool(team.standing) or any(
        name in teams_at_work(stream)
        and not all(reserve.covers(key, cls) for cls in stream.classes or ("",))
        for key, stream in fit.scenario.streams.items()
    )
