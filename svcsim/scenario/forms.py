"""How things are written: forms to show where something is missing, misplaced or not yet there."""

from collections.abc import Mapping
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from svcsim.scenario.calendar import Calendar
from svcsim.scenario.demand import ClassMix, Demand
from svcsim.scenario.gate import Gate
from svcsim.scenario.grammar import bare, fields, fields_at, is_distribution, kinds
from svcsim.scenario.group import Group, OnCall, Rest
from svcsim.scenario.outcome import Outcome
from svcsim.scenario.reference import REFERENCE
from svcsim.scenario.reserve import Reserve
from svcsim.scenario.schema import Activity, Scenario, Stream, Target
from svcsim.scenario.step import SetValues, Step
from svcsim.scenario.team import Resource, Team
from svcsim.scenario.text import Words
from svcsim.scenario.words import ByClass

_STEPS = "{a: {wait: 1 h}}"
_FORMS: dict[Any, str] = {
    Team: "{people: 3, activity: engage}",
    Group: "3",
    OnCall: "{people: 2}",
    Rest: "{after: 4 h, for: 9 h}",
    Reserve: "{people: 1, for: name}",
    Stream: f"{{demand: 10/wk, steps: {_STEPS}}}",
    Step: "{wait: 1 h}",
    Calendar: "{days: Mon-Fri, hours: 09:00-17:00}",
    Target: "{within: 4 h, share: 95%}",
    Activity: "{owner: Service desk manager}",
    Gate: "{meets: Wed 11:00}",
    SetValues: "{priority: 1}",
    ClassMix: "30%",
    Outcome: "30%",
    Resource: "2",
    Demand: "10/wk",
}
"""How one of a kind is written."""
_NAMES = {
    Stream: "s",
    Step: "a",
    Calendar: "early",
    Target: "resolved",
    Resource: "van",
    Group: "early",
}
"""How one of a kind may be called."""
_VALUES = {
    "people": "people: 3",
    "after": "after: 4 h",
    "for": "for: 9 h",
    "activity": "activity: engage",
    "demand": "demand: 10/wk",
    "steps": f"steps: {_STEPS}",
    "streams": f"streams: {{s: {{demand: 1/h, steps: {_STEPS}}}}}",
    "within": "within: 4 h",
    "share": "share: 95%",
    "count": "count: 2",
    "limit": "limit: 3",
    "column": "column: name",
    "bin": "bin: 1 h",
    "meets": "meets: Wed 11:00",
    "stream": "stream: name",
    "otherwise": "otherwise: 100%",
    "owner": "owner: Service desk manager",
}
"""How a field is written."""


def field_form(name: str) -> str | None:
    """How a field that must be there is written: ``demand: 10/wk``; None if none is known."""
    return _VALUES.get(name)


def mapping_form(path: Words, value: Any = None) -> str | None:
    """How the mapping at a path is written: ``teams: {a: {people: 3, activity: engage}}``.

    A team for which a number stands has so many people.
    """
    word = path[-1] if path else ""
    info = fields_at(path[:-1]).get(str(word)) if path else None
    if Team in kinds(path):
        people = value if isinstance(value, int) and value > 0 else 3
        activity = "" if word in REFERENCE.activities else ", activity: engage"
        return f"{word}: {{people: {people}{activity}}}"
    for kind in kinds(path):
        if kind in _FORMS:
            return f"{word}: {_FORMS[kind]}"
    for kind in bare(info.annotation) if info is not None else ():
        if get_origin(kind) is dict:
            for part in bare(get_args(kind)[1]):
                if part is ClassMix:
                    return f"{word}: {{a: 30%, b: rest}}"
                if part is Outcome:
                    return f"{word}: {{passed: 90%, failed: {{share: rest, to: a}}}}"
                if part in _FORMS and word == "one_of":
                    return "one_of: {a: {share: 30%, wait: 1 h}, b: {share: rest, wait: 2 h}}"
                if part in _FORMS:
                    return f"{word}: {{{_NAMES.get(part, 'a')}: {_FORMS[part]}}}"
    return None


def varies(path: Words) -> bool:
    """Whether the value at a path may be one for each class."""
    return any(isinstance(kind, type) and issubclass(kind, ByClass) for kind in kinds(path))


# ---- words in the wrong place --------------------------------------------------------------------

_LEVELS: dict[type[BaseModel], str] = {
    Scenario: "at the top of the file, beside streams",
    Stream: "in a stream, beside steps",
    Step: "in a step",
    Team: "in a team",
    Demand: "in the demand of a stream",
    Target: "in a target",
    Gate: "in a gate",
    Calendar: "in a calendar",
}
_ORDER: dict[type[BaseModel], tuple[type[BaseModel], ...]] = {
    Scenario: (Stream, Team, Step, Demand, Target, Gate, Calendar),
    Stream: (Scenario, Step, Demand, Team, Target, Gate, Calendar),
    Step: (Stream, Team, Gate, Target, Demand, Scenario, Calendar),
    Team: (Step, Scenario, Stream, Calendar, Target, Demand, Gate),
}
"""Where else a word of each place may belong, the likeliest first."""


def misplaced(parent: Words, name: str) -> str | None:
    """Say where a field belongs that stands in the wrong place; None if it is no field at all."""
    here = next((kind for kind in kinds(parent) if kind in _LEVELS), None)
    for level in _ORDER.get(here, tuple(_LEVELS)) if here is not None else tuple(_LEVELS):
        if level is not here and name in fields(level):
            return f"{name} belongs {_LEVELS[level]}"
    return None


# ---- words that other languages have -------------------------------------------------------------

_SPREAD = ("sd", "std", "stdev", "stddev", "standard_deviation", "var", "variance")
_ELSEWHERE = ("to", "then", "goto", "go_to")


def instead(parent: Words, name: str, here: Mapping[str, Any]) -> str | None:
    """What to write instead of a word that means something, but not here; None if it does not."""
    if is_distribution(parent):
        if name in ("mean", "sigma") and {"mean", "sigma"} <= here.keys():
            return "write mean with cv, or median with sigma"
        if name in _SPREAD:
            return "write cv, the standard deviation over the mean, or median with sigma"
    if Step in kinds(parent) and name in _ELSEWHERE:
        to = here[name] if isinstance(here[name], str) else "a"
        if "outcome" in here:
            return f"write to at an outcome: {{share: 30%, to: {to}}}"
        return f"write next: {{{to}: rest}}"
    if parent == () and name in ("duration", "length", "period", "until", "end"):
        return "write horizon, for how long items come that are measured"
    if parent == () and name == "changes":
        example = "teams: {desk: {people: 3}}, or --set teams.desk.people=3"
        return f"write the new values where the file has them: {example} in the command"
    return None


# ---- words of later versions ---------------------------------------------------------------------

_LATER = {
    "such word for parallel work": (
        ("parallel", "join", "fork", "all_of"),
        "write after: [a, b] at the step that waits for a and b, or instances: 3 at one step",
    ),
    "word for calls of other streams": (
        ("call", "calls"),
        "write stream: name at a step that waits for an item of it",
    ),
    "word for swarms": (("swarm",), "write team: {a: 2, b: 1}, and quorum: 2 if two may start"),
    "such word for skills": (
        ("skills", "skill"),
        "write serves: [other team] at those who do its work too",
    ),
    "such word for reservations": (
        ("reserved", "reservation"),
        "write reserve: {people: 1, for: name} at a team",
    ),
    "such word for escalation": (
        ("escalate_after", "escalate_to", "escalation", "expiry", "expires"),
        "write escalate: {after: 4 h, to: the step to which it goes}",
    ),
    "words for how sure an input is": (
        ("believed", "from", "confidence"),
        "write one value, and compare it with others: svcsim compare",
    ),
}
"""What version 1 leaves out: its words, and what comes nearest."""
LATER = {word: (what, nearest) for what, (words, nearest) in _LATER.items() for word in words}
"""What each word of later versions is about, and what comes nearest."""


def later(name: str) -> str | None:
    """What to write instead of a word that this version leaves out; None if it is no such word."""
    if name not in LATER:
        return None
    what, nearest = LATER[name]
    return f"this version has no {what}; {nearest}"
