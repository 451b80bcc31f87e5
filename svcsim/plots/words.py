"""The words of a map: durations, teams, gates and shares, as short as they can be told."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from svcsim.scenario.automation import Automation
from svcsim.scenario.count import (
    Count,
    DiscreteCount,
    FixedCount,
    GeometricCount,
    PoissonCount,
    UniformCount,
)
from svcsim.scenario.effect import Changing, Effect, factors
from svcsim.scenario.escalation import Escalation
from svcsim.scenario.explain import listed
from svcsim.scenario.gate import Gate
from svcsim.scenario.outcome import ByVisit
from svcsim.scenario.schema import Scenario
from svcsim.scenario.shares import whole
from svcsim.scenario.step import SetValues, Step
from svcsim.scenario.team import Team
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.timetable import in_words
from svcsim.scenario.trigger import Watched
from svcsim.scenario.units import Rest, print_share
from svcsim.scenario.words import ByClass


def plain(name: str) -> str:
    """Return the name of an artefact or practice as words; ``x_``, for what ITIL lacks, goes.

    >>> plain("x_change_authorization")
    'change authorization'
    """
    return name.removeprefix("x_").replace("_", " ")


def percent(share: float) -> str:
    """Return a share in per cent.

    >>> percent(0.35), percent(0.0006)
    ('35 %', '0.06 %')
    """
    return f"{100 * share:.3g} %"


def each(value: Any, told: Callable[[Any], str]) -> str:
    """Return a value in words, class by class where it varies by class."""
    if isinstance(value, ByClass):
        return ", ".join(f"{name} {told(one)}" for name, one in value.values.items())
    return told(value)


def share(chance: Any) -> str:
    """Return a share, by class or by visit where it varies."""
    if isinstance(chance, ByVisit):
        return ", then ".join(share(one) for one in chance.values)
    if isinstance(chance, ByClass):
        return each(chance, share)
    return "(rest)" if isinstance(chance, Rest) else percent(chance)


def completed(shares: Mapping[str, Any]) -> dict[str, Any]:
    """Return shares with the rest worked out, where it is one number."""
    if not shares or any(isinstance(one, ByClass | ByVisit) for one in shares.values()):
        return dict(shares)
    return dict(whole(shares))


def complete(missing: Any) -> str:
    """Return %C&A, which is what is not missing, by class or by visit where it varies."""
    if isinstance(missing, ByVisit):
        return ", then ".join(complete(one) for one in missing.values)
    return each(missing, lambda one: percent(1 - one))


# ---- durations ---------------------------------------------------------------------------------


def time(law: Any) -> str:
    """Return a duration or a distribution of durations in a few words."""
    told = each(law, _time)
    if told.count(_MEDIAN) > 1:
        return f"medians: {told.replace(_MEDIAN, '')}"
    return told


_MEDIAN = " (median)"


def _time(law: Any) -> str:
    def said(name: str) -> Any:
        return getattr(law, name, None)

    if said("value") is not None:
        return str(law.value)
    told, plus, middle = _law(law, said), said("plus"), said("median") or said("p50")
    if plus is not None and middle is not None and middle.unit == plus.unit:
        told = f"{replace(middle, amount=middle.amount + plus.amount)}{_MEDIAN}"
    elif plus is not None:
        told += f" + {plus}"
    if said("zero"):
        told += f", {percent(law.zero)} none"
    return told if said("at_most") is None else f"{told}, at most {law.at_most}"


def _law(law: Any, said: Callable[[str], Any]) -> str:
    if said("mean") is not None:
        return str(law.mean)
    if said("median") is not None:
        return f"{law.median}{_MEDIAN}"
    if said("p50") is not None:
        return f"{law.p50}{_MEDIAN}"
    if said("likely") is not None:
        return f"{law.likely} ({law.low} to {law.high})"
    if said("low") is not None:
        return f"{law.low} to {law.high}"
    if said("csv") is not None:
        return f"as in {law.csv}"
    if said("scipy") is not None:
        return f"{law.scipy} of scipy"
    if said("mixture") is not None:
        return " or ".join(_time(part.of) for part in law.mixture)
    if said("values") is not None:
        return " or ".join(str(one) for one in law.values)
    return "varies"


def no_time(law: Any) -> bool:
    """Whether a duration or a distribution is always no time at all."""
    laws = law.values.values() if isinstance(law, ByClass) else [law]
    return all(getattr(getattr(one, "value", one), "amount", 1) == 0 for one in laws)


def hours(number: float) -> str:
    """Return a time in the unit in which it is easily read.

    >>> hours(0.1), hours(7.87), hours(100.0), hours(0.0)
    ('6 min', '7.9 h', '4.2 d', '0')
    """
    for size, unit in ((24.0, "d"), (1.0, "h"), (1 / 60, "min")):
        if number >= (72.0 if unit == "d" else size):
            return f"{_digits(number / size)} {unit}"
    return f"{_digits(number * 3600)} s" if number >= 0.5 / 3600 else "0"


def _digits(value: float) -> str:
    return f"{value:.2g}" if value < 10 else f"{value:.0f}"


def repeats(step: Step) -> str:
    """Return how often a step is repeated, and until when."""
    told = f"every {time(step.every)}"
    if step.times is not None:
        most = "at most " if step.until is not None else ""
        told += f", {most}{step.times} times"
    return told if step.until is None else f"{told}, until {step.until}"


def machines(auto: Automation) -> str:
    """Return what machines handle, how long that takes them, and how often it fails."""
    told = f"{each(auto.share, share)} by machine"
    if auto.time is not None and not no_time(auto.time):
        told += f", {time(auto.time)}"
    fails = auto.fails.values.values() if isinstance(auto.fails, ByClass) else [auto.fails]
    return f"{told}, fails {each(auto.fails, share)}" if any(fails) else told


# ---- what comes of a step ----------------------------------------------------------------------


def brings(step: Step) -> Iterator[str]:
    """Yield the children and effects of a step: how many, of what, how often, after how long."""
    found = [("", spawn) for spawn in step.spawn]
    for name, outcome in (step.outcome or {}).items():
        found += [(f", if {name}", spawn) for spawn in outcome.spawn]
    for condition, spawn in found:
        told = f"{count(spawn.count)}{spawn.stream}"
        if spawn.class_name is not None:
            told += f" {spawn.class_name}"
        if spawn.share != 1.0:
            told += f" {share(spawn.share)}"
        if spawn.wait is not None:
            told += f", after {time(spawn.wait)}"
        if spawn.wait_for is not None:
            told += f", waits for {_number_of(spawn.wait_for)}"
        yield f"brings {told}{condition}"
    effects = [("", effect) for effect in step.effect]
    for name, outcome in (step.outcome or {}).items():
        effects += [(f", if {name}", effect) for effect in outcome.effect]
    for condition, effect in effects:
        yield f"makes {_changed(effect)}{condition}"


def thing(effect: Changing) -> str:
    """Return what an effect changes: a stream, or something of a step."""
    word, stream, *step = effect.slot
    if effect.share is not None:
        word, *step = f"{effect.share.outcome} share", effect.share.step
    return f"{word} of {step[0]}" if step else stream


def _changed(effect: Effect) -> str:
    """Return what an effect changes, by how much, and when."""
    low, high = factors(effect)
    told = f"{thing(effect)} "
    told += f"× {low:g}" if low == high else f"× {low:g} to {high:g}"
    if effect.family is not None:
        told += " in its family"
    told += f", after {effect.lag}" if effect.lag is not None else ""
    told += f", for {effect.lasts}" if effect.lasts is not None else ""
    return told + (f", half-life {effect.half_life}" if effect.half_life is not None else "")


def _number_of(wanted: float | str) -> str:
    """Return how many children are waited for: all, a number, or a share of them."""
    return print_share(wanted) if isinstance(wanted, float) else str(wanted)


def count(numbers: Count | None) -> str:
    """Return how many come at once; nothing where it is one."""
    match numbers:
        case FixedCount(number=number):
            return f"{number} "
        case UniformCount(low=low, high=high):
            return f"{low} to {high} "
        case PoissonCount(poisson=mean) | GeometricCount(geometric=mean):
            return f"{mean:g} (mean) "
        case DiscreteCount(shares=shares):
            return f"{math.fsum(n * share for n, share in shares.items()):.3g} (mean) "
        case None:
            return ""


# ---- people and gates --------------------------------------------------------------------------


def team(use: TeamUse | ByClass[TeamUse], scenario: Scenario, stream: str) -> str:
    """Return who works, with the number of people of each team, and of those on call."""
    return each(use, lambda one: _team(one, scenario, stream))


def _team(use: TeamUse, scenario: Scenario, stream: str) -> str:
    def people(name: str) -> str:
        return f"{name} ({_people(scenario.teams[name], stream)}{_others(name, scenario)})"

    if use.mode == "split":
        return ", ".join(f"{people(t)} {percent(s)}" for t, s in completed(use.shares).items())
    if use.mode == "all":
        return " + ".join(f"{n} of {people(name)}" for name, n in use.numbers.items())
    return " or ".join(people(name) for name in use.teams)


def _people(team: Team, stream: str) -> str:
    """Return how many people work for a stream, and whether they are somebody else's."""
    told = "any" if team.size is None else str(team.size)
    told = f"{told}, outside" if team.outside else told
    call = team.on_call
    called = call is not None and (call.streams is None or stream in call.streams)
    told = f"{told}, {call.people} on call" if call is not None and called else told
    reserve = team.reserve
    if reserve is None:
        return told
    many = str(reserve.people) if reserve.people is not None else percent(reserve.share or 0.0)
    here = any(word.partition(".")[0] == stream for word in reserve.whom)
    return f"{told}, {many} kept free for {listed(list(reserve.whom), 'and') if here else 'others'}"


def _others(name: str, scenario: Scenario) -> str:
    """Return how many people of other teams do the work of a team."""
    found = ""
    for other, team in scenario.teams.items():
        groups = [group for group in team.shifts.values() if name in (group.serves or ())]
        if groups:
            found += f", {sum(group.people for group in groups)} of {other}"
    return found


def uses(resources: Mapping[str, int]) -> str:
    """Return what the work uses."""
    return ", ".join(name if n == 1 else f"{n} {name}" for name, n in resources.items())


def is_cadence(step: Step) -> bool:
    """Whether a step waits for fixed times, and nobody decides anything there."""
    gate = step.gate
    return gate is not None and gate.cause == "batching" and gate.ask is None and not step.outcome


def meets(step: Step, scenario: Scenario) -> str:
    """Return when a gate sits, or whom it asks."""
    gate = step.gate
    assert gate is not None
    if gate.meets is None:
        assert gate.ask is not None
        needed, asked = gate.answers.needed, gate.answers.asked
        whom = f"{gate.ask} (outside)" if scenario.teams[gate.ask].outside else gate.ask
        if asked == 1:
            return f"asks one of {whom}"
        decide = "all must answer" if needed == asked else f"{needed} must answer"
        return f"asks {asked} of {whom}, {decide}"
    verb = "opens" if is_cadence(step) else "meets"
    return f"{verb} {in_words(gate.meets)}"


def terms(gate: Gate) -> Iterator[str]:
    """Yield how long those who are asked take, and what must be handed in when."""
    if gate.reply is not None:
        yield f"answer {time(gate.reply)}"
    if gate.delegate is not None:
        told = f"delegate after {gate.delegate.after}"
        reply = gate.delegate.reply
        yield told if reply is None else f"{told}, answer {time(reply)}"
    if not no_time(gate.cut_off):
        yield f"cut-off {each(gate.cut_off, str)}"
    if gate.agenda is not None:
        yield f"agenda {gate.agenda}"
    if gate.score is not None:
        seen = " ".join(filter(None, watched(gate.score.watch)))
        yield f"most work first: {seen} within {gate.score.within}"


def watched(watch: Watched) -> tuple[str, str]:
    """Return what is looked at, and which of its visits count."""
    seen = f"{', '.join(watch.classes)} of {watch.stream}" if watch.classes else watch.stream or ""
    if watch.step is not None:
        seen = f"{seen} at {watch.step}"
    late = "" if watch.later_than is None else f"later than {watch.later_than}"
    return seen, " ".join(filter(None, (watch.outcome, late)))


def escalates(escalation: Escalation) -> str:
    """Return what is late, and how urgent it becomes."""
    unless = "begun" if escalation.unless == "started" else "done"
    late = f"not {unless} after {each(escalation.after, str)}"
    priority = escalation.priority
    return late if priority is None else f"{late}: priority {each(priority, str)}"


def sets(values: SetValues) -> str:
    """Return what changes about an item when it enters."""
    told = [] if values.priority is None else [f"priority {each(values.priority, str)}"]
    return ", ".join(told + ([] if values.due is None else [f"due in {each(values.due, str)}"]))
