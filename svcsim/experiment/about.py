"""What a scenario says that its results are shown with: titles, promises, people."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self
from zoneinfo import ZoneInfo

from svcsim.model.calendar_tables import instant
from svcsim.scenario.calendar import day_ticks, named
from svcsim.scenario.flow import placed
from svcsim.scenario.loads import with_loads
from svcsim.scenario.reference import REFERENCE
from svcsim.scenario.schema import Scenario, Target
from svcsim.scenario.step import Step
from svcsim.scenario.team import Team
from svcsim.scenario.timetable import in_words
from svcsim.scenario.words import ByClass, of_class


@dataclass(frozen=True, slots=True)
class AboutTarget:
    """A promise in words."""

    name: str
    within: str
    """``4 h``; ``25 bd to 5 bd`` where it differs by class: that of the first and the last; ``0 h
    of event`` where that is what it counts from."""
    share: float
    clock: str
    """Calendar, or ``wall``."""
    by_class: dict[str, str]
    """``within`` of each class of the stream, in the order of the file; empty without classes."""


@dataclass(frozen=True, slots=True)
class AboutStream:
    """A value stream in words."""

    name: str
    targets: tuple[AboutTarget, ...]
    enters: str = "demand"
    """``demand`` or ``opportunity``."""


@dataclass(frozen=True, slots=True)
class AboutTeam:
    """A team in words."""

    name: str
    activities: tuple[str, ...]
    titles: tuple[str, ...]
    """Of the activities, for people."""
    people: int | None
    """None: unlimited."""
    outside: bool = False
    """Whether it is somebody else's."""


@dataclass(frozen=True, slots=True)
class AboutStep:
    """A step in words: who does what, with what, for what."""

    stream: str
    name: str
    activity: str
    practice: str
    kind: str
    team: str
    """Whoever works at it, with ``|`` between alternatives and ``+`` between several at once."""
    owner: str
    tool: str
    gate: str
    """When its gate meets, or whom it asks."""
    output: str


@dataclass(frozen=True, slots=True)
class About:
    """A scenario in words."""

    title: str
    name: str
    start: str
    """Tick 0 in UTC, ISO 8601."""
    zone: str
    warm_up: str
    horizon: str
    run_out: str
    clock: str
    """The scenario's calendar, or ``wall``."""
    days: dict[str, int]
    """Ticks of a day on each clock."""
    streams: tuple[AboutStream, ...]
    teams: tuple[AboutTeam, ...]
    description: str
    steps: tuple[AboutStep, ...]

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Read a scenario."""
        start = instant(scenario.start.local, ZoneInfo(scenario.start.zone))
        streams = tuple(
            AboutStream(
                name,
                tuple(
                    AboutTarget(key, _within(target), target.share,
                                _clock(scenario, target.clock or scenario.calendar),
                                {cls: f"{of_class(target.within, cls)}{_of(target)}"
                                 for cls in stream.classes})
                    for key, target in stream.targets.items()
                ),
                stream.enters,
            )
            for name, stream in scenario.streams.items()
        )  # fmt: skip
        teams = tuple(_team(name, team) for name, team in scenario.teams.items())
        clocks = {scenario.calendar, *(t.clock for s in scenario.streams.values()
                                       for t in s.targets.values() if t.clock)}  # fmt: skip
        return cls(
            title=scenario.title or scenario.name or "A scenario",
            name=scenario.name,
            start=start.astimezone(UTC).isoformat(),
            zone=scenario.start.zone,
            warm_up=str(scenario.warm_up),
            horizon=str(scenario.horizon),
            run_out=str(scenario.run_out),
            clock=_clock(scenario, scenario.calendar),
            days={name: day_ticks(named(scenario.calendars, name)) for name in sorted(clocks)},
            streams=streams,
            teams=teams,
            description=scenario.description or "",
            steps=tuple(_steps(with_loads(scenario))),
        )

    @property
    def tick_zero(self) -> datetime:
        """Tick 0 with the zone of the scenario."""
        return datetime.fromisoformat(self.start).astimezone(ZoneInfo(self.zone))

    def as_dict(self) -> dict[str, Any]:
        """The same as mappings, lists and plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, words: dict[str, Any]) -> Self:
        """Read what `as_dict` wrote, after a journey through JSON."""
        streams = tuple(
            AboutStream(
                stream["name"], tuple(AboutTarget(**t) for t in stream["targets"]),
                stream["enters"],
            )
            for stream in words["streams"]
        )  # fmt: skip
        teams = tuple(
            AboutTeam(
                team["name"], tuple(team["activities"]), tuple(team["titles"]), team["people"],
                team["outside"],
            )
            for team in words["teams"]
        )  # fmt: skip
        steps = tuple(AboutStep(**step) for step in words["steps"])
        return cls(**{**words, "streams": streams, "teams": teams, "steps": steps})


def _steps(scenario: Scenario) -> Iterator[AboutStep]:
    """Yield every step that is no group; what it does not say is said by its group."""
    for stream, words in scenario.streams.items():
        for place in placed(words.steps):
            if place.step.is_group:
                continue
            chain = [place.step, *(group.step for group in reversed(place.groups))]

            def said(word: str, steps: Sequence[Step] = chain) -> str:
                return next((text for step in steps if (text := getattr(step, word))), "")

            activity = said("activity")
            own = scenario.activities.get(activity)
            yield AboutStep(
                stream=stream,
                name=place.name,
                activity=activity,
                practice=said("practice"),
                kind=said("kind") or "value_creating",
                team=_who(place.step),
                owner=said("owner") or (own.owner if own else ""),
                tool=said("tool"),
                gate=_meets(place.step),
                output=", ".join(place.step.output),
            )


def _who(step: Step) -> str:
    if step.team is None:
        return ""
    uses = step.team.values.values() if isinstance(step.team, ByClass) else [step.team]
    joined = [(" + " if use.mode == "all" else " | ").join(use.teams) for use in uses]
    return " | ".join(dict.fromkeys(joined))


def _meets(step: Step) -> str:
    gate = step.gate
    if gate is None:
        return ""
    if gate.meets is None:
        return f"asks {gate.ask}, {gate.answers}"
    return in_words(gate.meets)


def _team(name: str, team: Team) -> AboutTeam:
    known = REFERENCE.activities
    ids = team.activity or (name,)
    titles = tuple(known[one].title if one in known else one for one in ids)
    return AboutTeam(name, ids, titles, team.size, team.outside)


def _clock(scenario: Scenario, name: str) -> str:
    closes = named(scenario.calendars, name) is not None
    return name if closes else "wall"


def _within(target: Target) -> str:
    if not isinstance(target.within, ByClass):
        return f"{target.within}{_of(target)}"
    limits = list(dict.fromkeys(str(limit) for limit in target.within.values.values()))
    told = limits[0] if len(limits) == 1 else f"{limits[0]} to {limits[-1]}"
    return f"{told}{_of(target)}"


def _of(target: Target) -> str:
    return "" if target.counted == "arrival" else f" of {target.counted}"
