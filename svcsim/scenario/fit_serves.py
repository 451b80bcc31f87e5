"""Checks of people who serve several teams."""

from collections.abc import Iterator

from svcsim.scenario.explain import listed
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.flow import placed
from svcsim.scenario.schema import Scenario
from svcsim.scenario.team import Team
from svcsim.scenario.text import Words
from svcsim.scenario.words import ByClass


def serves(fit: Fit) -> Found:
    """People serve other teams that wait for people, and are asked for once at a time."""
    for name, team in fit.scenario.teams.items():
        path: Words = ("teams", name)
        for where, words in _said(team, path):
            if team.people == "unlimited":
                found = "nobody is ever waited for where people are unlimited"
                yield fit.problem("out-of-place", where, found, "leave it out", key=True)
                continue
            for i, other in enumerate(words):
                here = (*where, i) if len(words) > 1 else where
                yield from _named(fit, name, other, words[:i], here)
        yield from _reserved(fit, name, team, path)
    yield from _at_once(fit)


def _said(team: Team, path: Words) -> Iterator[tuple[Words, tuple[str, ...]]]:
    """Yield where other teams are named."""
    if team.serves:
        yield (*path, "serves"), team.serves
    for word, group in team.groups.items():
        if group.serves is not None and group.serves is not team.serves:
            yield (*path, "groups", word, "serves"), group.serves


def _named(fit: Fit, name: str, other: str, before: tuple[str, ...], here: Words) -> Found:
    teams = fit.scenario.teams
    yield from fit.unknown("team", other, list(teams), ("teams",), here)
    if other == name:
        found = "people always do the work of their own team"
        yield fit.problem("out-of-place", here, found, "leave it out")
    elif other in before:
        yield fit.problem("named-twice", here, f"{other!r} is named twice", "leave one out")
    elif other in teams and teams[other].people == "unlimited":
        found = f"nobody ever waits for people of {other}: they are unlimited"
        yield fit.problem("out-of-place", here, found, "leave it out")


def _reserved(fit: Fit, name: str, team: Team, path: Words) -> Found:
    """A team that keeps people free shares none."""
    if team.reserve is None:
        return
    others = [key for key, one in fit.scenario.teams.items() if name in one.serving]
    if team.serving:
        found = f"its people serve {listed(list(team.serving), 'and')} too"
    elif others:
        found = f"people of {listed(others, 'and')} serve it too"
    else:
        return
    remedy = "keep one of them: people who are kept free, or who serve several teams"
    yield fit.problem("shared-reserve", (*path, "reserve"), found, remedy, key=True)


def _at_once(fit: Fit) -> Found:
    """No step needs people of two teams at once whose people may be the same."""
    for name, stream in fit.scenario.streams.items():
        for place in placed(stream.steps):
            step = place.step
            if step.team is None or step.gate is not None:
                continue
            uses = step.team.values.values() if isinstance(step.team, ByClass) else [step.team]
            for use in uses:
                pair = _shared(fit.scenario, use.teams) if use.mode == "all" else ()
                if pair:
                    found = f"some people serve both {listed(list(pair), 'and')}, "
                    found += "so it is not known how many there are"
                    remedy = "ask one of the teams for all, or let groups serve one of them alone"
                    where: Words = ("streams", name, *place.path, "team")
                    yield fit.problem("shared-at-once", where, found, remedy, key=True)
                    break


def _shared(scenario: Scenario, teams: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first of some teams that have a group in common; empty if none have."""
    for name, team in scenario.teams.items():
        for group in team.shifts.values():
            both = tuple(one for one in teams if one == name or one in (group.serves or ()))
            if len(both) > 1:
                return both[:2]
    return ()


def people_for(scenario: Scenario, name: str) -> int | None:
    """Return how many people do the work of a team, those on call aside; None: unlimited."""
    size = scenario.teams[name].size
    if size is None:
        return None
    return size + sum(
        group.people
        for key, team in scenario.teams.items()
        if key != name
        for group in team.shifts.values()
        if name in (group.serves or ())
    )
