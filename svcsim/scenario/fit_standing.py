"""Checks of the standing load of teams."""

from svcsim.scenario.explain import listed
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.fit_serves import people_for
from svcsim.scenario.fit_streams import business, occasions, takes_no_time
from svcsim.scenario.fit_teams import activity
from svcsim.scenario.infer import team_activities
from svcsim.scenario.standing import Standing
from svcsim.scenario.team import Team
from svcsim.scenario.text import Words


def loads(fit: Fit) -> Found:
    """It is said when each load comes, how long it takes, and for what."""
    for name, team in fit.scenario.teams.items():
        for word, load in team.standing.items():
            path = ("teams", name, "standing", word)
            if team.people == "unlimited":
                found = "nobody is ever waited for where people are unlimited"
                yield fit.problem("out-of-place", path, found, "leave it out", key=True)
            yield from _comes(fit, team, load, path)
            yield from _work(fit, name, team, load, path)


def _comes(fit: Fit, team: Team, load: Standing, path: Words) -> Found:
    said = [word for word in ("every", "scheduled") if getattr(load, word) is not None]
    if len(said) != 1 and not fit.partly_read(path):
        found = f"{listed(said, 'and')} stand together" if said else "it is not said when it comes"
        remedy = "keep one of them" if said else "add every: 2 h, or scheduled: daily 09:00"
        yield fit.problem("demand-form", path, found, remedy, key=True)
    calendar = load.calendar or team.calendar
    if load.calendar is not None:
        yield from fit.calendar(load.calendar, (*path, "calendar"))
    yield from occasions(fit, load.scheduled, calendar, path, "scheduled")
    if load.every is not None:
        if load.every.clock == "business":
            yield from business(fit, "the time between", calendar, (*path, "every"))
        if takes_no_time(load.every, fit.directory):
            found = "there is never any time from one to the next"
            yield fit.problem("zero-interval", (*path, "every"), found, "write more than 0")


def _work(fit: Fit, name: str, team: Team, load: Standing, path: Words) -> Found:
    if load.touch.clock == "business":
        yield from business(fit, "touch", team.calendar, (*path, "touch"))
    if takes_no_time(load.touch, fit.directory):
        found = "it takes nobody any time"
        yield fit.problem("zero-duration", (*path, "touch"), found, "write more than 0")
    if load.activity is not None:
        yield from activity(fit, load.activity, (*path, "activity"))
    people = people_for(fit.scenario, name)
    if people is not None and load.people > people and fit.people_known(name):
        found = f"{load.people} of {name} are needed, of whom there are {people}"
        remedy = f"write {people}, or give it more people" if people else "give it people"
        yield fit.problem("asks-too-many", (*path, "people"), found, remedy)
    served = team_activities(name, team)
    if load.activity is None and len(served) > 1:
        found = f"the team serves {listed(sorted(served), 'and')}, and it is not said which"
        remedy = f"add for instance activity: {min(served)}"
        yield fit.problem("activity-unclear", path, found, remedy, key=True)
