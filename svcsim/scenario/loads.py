"""Standing load as streams of one step of work, which stand behind the value streams (70)."""

from svcsim.scenario.demand import Demand
from svcsim.scenario.infer import only, team_activities
from svcsim.scenario.schema import Scenario, Stream
from svcsim.scenario.standing import Standing
from svcsim.scenario.step import Step
from svcsim.scenario.team import Team
from svcsim.scenario.team_use import TeamUse


def with_loads(scenario: Scenario) -> Scenario:
    """Return a scenario in which each standing load of a team is a stream, ``team.load``.

    They come last, by team and load in the order of the file. No name that people write has a
    point in it.
    """
    loads = {
        f"{name}.{load}": _stream(scenario, name, team, load, said)
        for name, team in scenario.teams.items()
        for load, said in team.standing.items()
    }
    if not loads:
        return scenario
    return scenario.model_copy(update={"streams": {**scenario.streams, **loads}})


def is_load(stream: str) -> bool:
    """Return whether the stream of a name is the standing load of a team.

    >>> is_load("incident"), is_load("desk.meetings")
    (False, True)
    """
    return "." in stream


def said_at(path: str, scenario: Scenario) -> str:
    """Return where in the file something is said that stands in the stream of a load.

    >>> from svcsim.scenario.load import load
    >>> said_at("streams.incident.steps.resolve", load("first_desk"))
    'streams.incident.steps.resolve'
    """
    for name, team in scenario.teams.items():
        for load in team.standing:
            inside = path.removeprefix(f"streams.{name}.{load}")
            if inside != path and inside.partition(".")[0] == "":
                *_, word = inside.split(".")
                there = f"teams.{name}.standing.{load}"
                return f"{there}.{word}" if word in Standing.model_fields else there
    return path


def _stream(scenario: Scenario, name: str, team: Team, load: str, said: Standing) -> Stream:
    calendar = said.calendar or team.calendar or scenario.calendar
    step = Step().model_copy(
        update={
            "team": TeamUse.model_validate({name: said.people} if said.people > 1 else name),
            "touch": said.touch,
            "interruption": said.interruption,
            "activity": said.activity or only(team_activities(name, team)),
            "kind": said.kind,
        }
    )
    demand = Demand.model_construct(
        every=said.every,
        scheduled=said.scheduled,
        calendar=calendar,
        profile=None if said.every is None else calendar,
    )
    rng_name = f"{team.rng_name or name}.{said.rng_name or load}"
    return Stream.model_construct(
        demand=demand,
        steps={load: step},
        priority=said.priority,
        preempts=said.preempts,
        value_point=load,
        rng_name=None if rng_name == f"{name}.{load}" else rng_name,
    )
