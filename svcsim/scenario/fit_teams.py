"""Checks of calendars, teams and resources, and of what the run is."""

from collections.abc import Iterator

from svcsim.scenario.calendar import BUILT_IN
from svcsim.scenario.cost import Cost
from svcsim.scenario.explain import listed
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.fit_streams import business
from svcsim.scenario.flow import placed
from svcsim.scenario.group import Group, OnCall
from svcsim.scenario.infer import team_activities
from svcsim.scenario.profile import SHAPE_WORDS
from svcsim.scenario.reference import REFERENCE
from svcsim.scenario.schema import Scenario, Stream
from svcsim.scenario.spawn import spawned
from svcsim.scenario.step import Step
from svcsim.scenario.team import Team
from svcsim.scenario.text import Words
from svcsim.scenario.units import Duration
from svcsim.scenario.words import ByClass


def run(fit: Fit) -> Found:
    """The run is long enough."""
    scenario = fit.scenario
    if scenario.warm_up.ticks >= scenario.horizon.ticks:
        found = f"warm-up {scenario.warm_up} does not end before the horizon {scenario.horizon}"
        remedy = "write less, or a longer horizon"
        if "horizon" not in fit.document.data:
            found = f"{found}, which is so by default"
            longer = Duration(3 * scenario.warm_up.amount, scenario.warm_up.unit)
            remedy = f"write less, or add for instance horizon: {longer}"
        yield fit.problem("warm-up-too-long", ("warm_up",), found, remedy)


def calendars(fit: Fit) -> Found:
    """Calendars are not named like others, and those that are named exist."""
    scenario = fit.scenario
    for name in scenario.calendars:
        built_in = name in BUILT_IN and BUILT_IN[name] is None
        if built_in or name in SHAPE_WORDS:
            found, path = f"{name!r} has a meaning of its own", ("calendars", name)
            yield fit.problem("reserved-name", path, found, "choose another name", key=True)
    yield from fit.calendar(scenario.calendar, ("calendar",))
    base = fit.named(None)
    if base is not None and base.seasonal:
        found = f"{scenario.calendar} is a season, whose days are counted on this calendar"
        remedy = "name a calendar with days and hours"
        yield fit.problem("season-as-base", ("calendar",), found, remedy)
    for name, team in scenario.teams.items():
        if team.calendar is not None:
            yield from fit.calendar(team.calendar, ("teams", name, "calendar"))
    for name, resource in scenario.resources.items():
        yield from fit.calendar(resource.calendar, ("resources", name, "calendar"))


def activities(fit: Fit) -> Found:
    """Activities are those of the service value chain; each team serves one."""
    for name in fit.scenario.activities:
        yield from activity(fit, name, ("activities", name))
    for name, team in fit.scenario.teams.items():
        path: Words = ("teams", name)
        for i, served in enumerate(team.activity):
            where = ("activity", i) if len(team.activity) > 1 else ("activity",)
            yield from activity(fit, served, (*path, *where))
        if not team_activities(name, team):
            remedy = f"add activity: {listed(list(REFERENCE.activities))}"
            found = "it is not said which activity the team serves"
            yield fit.problem("team-without-activity", path, found, remedy, key=True)


def activity(fit: Fit, name: str, path: Words) -> Found:
    """The activity is one of the service value chain."""
    yield from fit.unknown("activity", name, list(REFERENCE.activities), ("\0none",), path)


def teams(fit: Fit) -> Found:
    """What is said of a team does something; costs are in one currency."""
    scenario = fit.scenario
    for name in scenario.resources:
        if name in scenario.teams:
            found = f"{name!r} is also the name of a team"
            path = ("resources", name)
            yield fit.problem("name-shared", path, found, "choose another name", key=True)
    for name, team in scenario.teams.items():
        path = ("teams", name)
        if team.reading_in is not None and team.shift_end != "hand_over":
            found = "nothing is handed over at the end of a shift"
            remedy = "write shift_end: hand_over, or leave it out"
            yield fit.problem("out-of-place", (*path, "reading_in"), found, remedy, key=True)
        if team.people == "unlimited":
            for word in ("shrinkage", "cost", "queue", "efficiency"):
                if word in team.model_fields_set:
                    found = f"{word} does nothing where people are unlimited"
                    where = (*path, word)
                    yield fit.problem("out-of-place", where, found, "leave it out", key=True)
    costs: dict[Words, Cost] = dict(_costs(scenario.teams))
    costs |= {
        ("streams", name, "targets", promise, "penalty"): target.penalty
        for name, stream in scenario.streams.items()
        for promise, target in stream.targets.items()
        if target.penalty is not None
    }
    first = next(iter(costs.values()), None)
    for place, cost in costs.items():
        if first is not None and cost.currency != first.currency:
            found = f"{cost} is in another currency than {first}"
            remedy = f"convert it to {first.currency}, or the others to {cost.currency}"
            yield fit.problem("mixed-currencies", place, found, remedy)


def _costs(teams: dict[str, Team]) -> Iterator[tuple[Words, Cost]]:
    """Yield every cost, and where it stands."""
    for name, team in teams.items():
        parts: list[tuple[Words, Team | Group | OnCall | None]] = [((), team)]
        parts += [(("groups", word), group) for word, group in team.groups.items()]
        parts.append((("on_call",), team.on_call))
        for inner, part in parts:
            if part is not None and part.cost is not None:
                yield ("teams", name, *inner, "cost"), part.cost


def queues(fit: Fit) -> Found:
    """A team that works by due date gets items that have one."""
    dated: set[str] = set()
    for name in _with_due_dates(fit.scenario):
        for step in _steps(fit.scenario.streams[name]):
            if step.team is not None and step.gate is None:
                uses = step.team.values.values() if isinstance(step.team, ByClass) else [step.team]
                dated.update(team for use in uses for team in use.teams)
    for name, team in fit.scenario.teams.items():
        yield from _ageing(fit, team, ("teams", name))
        if team.queue == "due" and name not in dated and not fit.partly_read(("streams",)):
            found = "no item that comes here has a due date"
            remedy = (
                "give the stream due: 5 bd, or a step set: {due: 5 bd}, or take queue: due away"
            )
            yield fit.problem("queue-without-due", ("teams", name, "queue"), found, remedy)


def _with_due_dates(scenario: Scenario) -> set[str]:
    """Return the streams whose items may have due dates: their own, of a step, or inherited."""
    found = {
        name
        for name, stream in scenario.streams.items()
        if stream.due is not None
        or (stream.demand is not None and stream.demand.notice is not None)
        or any(step.set and step.set.due for step in _steps(stream))
    }
    waiting = [*found]
    while waiting:
        for step in _steps(scenario.streams[waiting.pop()]):
            heirs = {child.stream for child in spawned(step) if "due" in child.inherit}
            new = (heirs & scenario.streams.keys()) - found
            found |= new
            waiting += new
    return found


def _steps(stream: Stream) -> list[Step]:
    return [place.step for place in placed(stream.steps)]


def _ageing(fit: Fit, team: Team, path: Words) -> Found:
    """How fast waiting items gain is said where they do, on a calendar that closes if in bh."""
    ages = team.queue == "ageing"
    if ages and team.ageing is None and not fit.partly_read((*path, "ageing")):
        found = "ageing is missing: the waiting time that is worth a step of priority"
        remedy = "add for instance ageing: 4 h"
        yield fit.problem("missing-field", path, found, remedy, key=True)
    if not ages and team.ageing is not None:
        found = "nobody gains by waiting here"
        remedy = "write queue: ageing, or leave it out"
        yield fit.problem("out-of-place", (*path, "ageing"), found, remedy, key=True)
    if ages and team.ageing is not None and team.ageing.business:
        yield from business(fit, "ageing", team.calendar, (*path, "ageing"))
