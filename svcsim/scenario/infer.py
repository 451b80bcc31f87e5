"""What goes without saying: defaults that follow from the rest of the scenario, written out."""

from collections.abc import Sequence
from typing import Any

from svcsim.scenario.calendar import BUILT_IN
from svcsim.scenario.count import FixedCount
from svcsim.scenario.flow import may_skip, placed
from svcsim.scenario.group import OnCall
from svcsim.scenario.reference import REFERENCE
from svcsim.scenario.schema import Scenario, Stream
from svcsim.scenario.spawn import Spawn
from svcsim.scenario.step import Step
from svcsim.scenario.strands import waits_for
from svcsim.scenario.team import Team
from svcsim.scenario.words import DONE, ByClass, of_class

INHERITED = ("activity", "practice", "owner", "kind", "tool")
"""Fields that a step has from its group."""


def team_activities(name: str, team: Team) -> tuple[str, ...]:
    """The activities that a team serves: those it names, else the one it is named after."""
    return team.activity or ((name,) if name in REFERENCE.activities else ())


def step_activity(step: Step, teams: dict[str, Team]) -> set[str]:
    """The activities that follow from a step's teams: one if it is clear, several if it is not."""
    if step.team is None:
        names = {step.gate.ask} if step.gate is not None and step.gate.ask else set()
    else:
        uses = step.team.values.values() if isinstance(step.team, ByClass) else [step.team]
        names = {use.teams[0] for use in uses}
    return {
        activity
        for name in names
        if name in teams
        for activity in team_activities(name, teams[name])
    }


def value_point(stream: Stream) -> str:
    """The step whose completion is value: the last one; done, if items need not come through it.

    They need not where some step says what is `next`, or where the last step is part of a choice
    or may be skipped. Where steps run beside it to the end, none is the last.
    """
    if stream.value_point is not None:
        return stream.value_point
    places = list(placed(stream.steps))
    last = next(place for place in reversed(places) if not place.step.is_group)
    chain = (*last.groups, last)
    if any(place.step.next for place in places) or not _all_before(stream, chain[0].name):
        return DONE
    return DONE if any(place.is_branch or may_skip(place.step) for place in chain) else last.name


def _all_before(stream: Stream, name: str) -> bool:
    """Whether every other step of a stream leads to one."""
    waits, found, ahead = waits_for(stream), {name}, [name]
    while ahead:
        here = ahead.pop()
        fresh = set(waits[here].of if here in waits else ()) - found
        found |= fresh
        ahead += fresh
    return found >= waits.keys()


def only(names: Sequence[str]) -> str | None:
    """The name, if there is but one."""
    return names[0] if len(names) == 1 else None


def infer(scenario: Scenario) -> Scenario:
    """The scenario with everything written out that follows from the rest of it."""
    teams = {
        name: team.model_copy(
            update={
                "activity": team_activities(name, team),
                "calendar": team.calendar or scenario.calendar,
            }
        )
        for name, team in scenario.teams.items()
    }
    teams = {
        name: team.model_copy(
            update={
                "groups": team.shifts if team.groups else {},
                "on_call": team.on_call and on_duty(name, team, team.on_call, scenario),
                "standing": {
                    load: said.model_copy(
                        update={
                            "calendar": said.calendar or team.calendar,
                            "activity": said.activity or only(team.activity),
                        }
                    )
                    for load, said in team.standing.items()
                },
            }
        )
        for name, team in teams.items()
    }
    streams = {name: _stream(stream, scenario) for name, stream in scenario.streams.items()}
    inferred = scenario.model_copy(update={"teams": teams, "streams": streams})
    office = BUILT_IN["office"]
    if (
        office is not None
        and "office" not in scenario.calendars
        and "office" in calendars_used(inferred)
    ):
        calendars = {"office": office, **scenario.calendars}
        inferred = inferred.model_copy(update={"calendars": calendars})
    return inferred


def _stream(stream: Stream, scenario: Scenario) -> Stream:
    point = value_point(stream)
    targets = {
        name: target.model_copy(
            update={
                "at": target.at or point,
                "clock": target.clock or scenario.calendar,
            }
        )
        for name, target in stream.targets.items()
    }
    demand = stream.demand
    if demand is None:
        pass
    elif demand.scheduled is not None:
        demand = demand.model_copy(update={"calendar": demand.calendar or scenario.calendar})
    elif demand.profile is None and demand.csv is None and demand.rates is None:
        demand = demand.model_copy(update={"profile": scenario.calendar})
    update: dict[str, Any] = {
        "value_point": point,
        "targets": targets,
        "demand": demand,
        "steps": {name: _step(step, {}, scenario) for name, step in stream.steps.items()},
    }
    return stream.model_copy(update=update)


def _step(step: Step, above: dict[str, Any], scenario: Scenario) -> Step:
    own = {name: getattr(step, name) for name in INHERITED}
    known = {name: value if value is not None else above.get(name) for name, value in own.items()}
    if step.is_group:
        word = "one_of" if step.one_of is not None else "steps"
        parts = {name: _step(part, known, scenario) for name, part in step.parts.items()}
        return step.model_copy(update={word: parts})
    if not step.takes:
        return step
    known["spawn"] = _children(step.spawn)
    if step.outcome is not None:
        known["outcome"] = {
            name: outcome.model_copy(update={"spawn": _children(outcome.spawn)})
            for name, outcome in step.outcome.items()
        }
    served = step_activity(step, scenario.teams)
    if known["activity"] is None and len(served) == 1:
        known["activity"] = next(iter(served))
    known["kind"] = known["kind"] or "value_creating"
    if step.gate is not None and step.gate.calendar is None and step.gate.ask is None:
        known["gate"] = step.gate.model_copy(update={"calendar": scenario.calendar})
    return step.model_copy(update=known)


def _children(spawns: tuple[Spawn, ...]) -> tuple[Spawn, ...]:
    """Children without a count where one comes, which says the same and draws nothing."""
    one = FixedCount(number=1)
    return tuple(
        spawn.model_copy(update={"count": None}) if spawn.count == one else spawn
        for spawn in spawns
    )


def on_duty(name: str, team: Team, on_call: OnCall, scenario: Scenario) -> OnCall:
    """Those on call, with their cost and the streams whose work they do.

    Not given, and with a call-out: those that preempt, if the team has work of any such: nobody is
    called out of bed for what can wait.
    """
    on_call = on_call.model_copy(update={"cost": on_call.cost or team.cost})
    if on_call.streams is not None:
        return on_call
    served = [key for key, stream in scenario.streams.items() if name in teams_at_work(stream)]
    urgent = [key for key in served if preempts(scenario.streams[key])]
    called = urgent if urgent and on_call.call_out is not None else served
    return on_call.model_copy(update={"streams": tuple(called) or None})


def preempts(stream: Stream) -> bool:
    """Whether items of some class interrupt less urgent work."""
    if not stream.classes:
        return stream.preempts is True
    return any(
        own.preempts if own.preempts is not None else of_class(stream.preempts, name)
        for name, own in stream.classes.items()
    )


def teams_at_work(stream: Stream) -> set[str]:
    """Names of the teams that work at some step of a stream."""
    uses = [place.step.team for place in placed(stream.steps)]
    each = [list(use.values.values()) if isinstance(use, ByClass) else [use] for use in uses]
    return {team for uses in each for use in uses if use is not None for team in use.teams}


def calendars_used(scenario: Scenario) -> set[str]:
    """Names of the calendars that the scenario uses."""
    found = {scenario.calendar, *(team.calendar or "" for team in scenario.teams.values())}
    for team in scenario.teams.values():
        found |= {group.calendar or "" for group in team.groups.values()}
        found |= {load.calendar or "" for load in team.standing.values()}
        found.add((team.on_call and team.on_call.calendar) or "")
    found |= {resource.calendar for resource in scenario.resources.values()}
    for stream in scenario.streams.values():
        found |= {target.clock or "" for target in stream.targets.values()}
        profile = stream.demand.profile if stream.demand is not None else None
        if isinstance(profile, str):
            found.add(profile)
        found.add((stream.demand and stream.demand.calendar) or "")
        found |= set(getattr(profile, "calendars", {}))
        for place in placed(stream.steps):
            found |= {place.step.during or "", place.step.runs_on or ""}
            if place.step.gate is not None:
                found.add(place.step.gate.calendar or "")
    return found
