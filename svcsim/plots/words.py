"""The words of a map: durations, demand, teams and shares, as short as they can be told."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from svcsim.scenario.automation import Automation
from svcsim.scenario.count import Count, FixedCount, UniformCount
from svcsim.scenario.demand import ClassMix, Demand
from svcsim.scenario.effect import Effect, factors
from svcsim.scenario.gate import Cycle, Gate
from svcsim.scenario.outcome import ByVisit
from svcsim.scenario.profile import Levels
from svcsim.scenario.schema import Scenario, Stream
from svcsim.scenario.shares import whole
from svcsim.scenario.step import Step
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.units import Rate, Rest, print_share
from svcsim.scenario.words import ByClass

_PER = {
    "s": "a second", "min": "a minute", "h": "an hour", "d": "a day", "wk": "a week",
    "month": "a month", "bd": "a business day", "bh": "a business hour",
}  # fmt: skip
MANY = 6
"""Classes or calendars beyond this are not told one by one."""


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


# ---- demand ------------------------------------------------------------------------------------


def demand(stream: Stream) -> str:
    """Return how many items come, and of which classes."""
    return "; ".join(filter(None, (_comes(stream.demand), _classes(stream.classes))))


def _comes(demand: Demand | None) -> str:
    if demand is None:
        return "only what other items bring"
    if demand.rate is not None:
        told = _rate(demand.rate)
    elif demand.every is not None:
        told = f"one every {time(demand.every)}"
    elif demand.csv is not None:
        told = f"as in {demand.csv}"
    elif demand.rates is not None:
        told = f"rates of {demand.rates.csv}"
    else:
        told = ""
    if demand.batch is not None:
        told += ", in batches"
    return told + _profile(demand.profile)


def brings(step: Step) -> Iterator[str]:
    """Yield the children and effects of a step: how many, of what, how often, after how long."""
    found = [("", spawn) for spawn in step.spawn]
    for name, outcome in (step.outcome or {}).items():
        found += [(f", if {name}", spawn) for spawn in outcome.spawn]
    for condition, spawn in found:
        told = f"{_number(spawn.count)}{spawn.stream}"
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


def _changed(effect: Effect) -> str:
    """Return what an effect changes, by how much, and when."""
    low, high = factors(effect)
    told = f"{effect.rate} " if effect.touch is None else f"touch of {effect.touch.step} "
    told += f"× {low:g}" if low == high else f"× {low:g} to {high:g}"
    if effect.family is not None:
        told += " in its family"
    return told + (f", after {effect.lag}" if effect.lag is not None else "")


def _number_of(wanted: float | str) -> str:
    """Return how many children are waited for: all, a number, or a share of them."""
    return print_share(wanted) if isinstance(wanted, float) else str(wanted)


def _number(count: Count | None) -> str:
    match count:
        case FixedCount(number=number):
            return f"{number} "
        case UniformCount(low=low, high=high):
            return f"{low} to {high} "
        case None:
            return ""
        case _:
            return "some "


def _rate(rate: Rate) -> str:
    return f"{rate.amount:g} {_PER[rate.per]}"


def _profile(profile: Any) -> str:
    if profile is None or profile == "always":
        return ""
    if isinstance(profile, str):
        return f", while {profile} is open"
    if isinstance(profile, Levels):
        levels = {name: percent(level) for name, level in profile.calendars.items()}
        told = [f"{level} while {name} is open" for name, level in levels.items()]
        return f", {', '.join(told[:MANY])}, otherwise {percent(profile.otherwise)}"
    return ", by hour and weekday"


def _classes(classes: Mapping[str, ClassMix]) -> str:
    if not classes:
        return ""
    shares = completed({name: mix.share for name, mix in classes.items()})
    parts = [f"{name} {share(one)}" for name, one in shares.items()]
    more = [f"{len(parts) - MANY} more"] if len(parts) > MANY else []
    return ", ".join([*parts[:MANY], *more])


def promises(stream: Stream) -> str:
    """Return the targets of a stream."""
    parts = []
    for name, target in stream.targets.items():
        promised = f"{percent(target.share)} within {each(target.within, str)}"
        parts.append(f"{name}: {promised}")
    return "; ".join(parts)


# ---- people and gates --------------------------------------------------------------------------


def team(use: TeamUse | ByClass[TeamUse], scenario: Scenario) -> str:
    """Return who works, with the number of people of each team."""
    return each(use, lambda one: _team(one, scenario))


def _team(use: TeamUse, scenario: Scenario) -> str:
    def people(name: str) -> str:
        number = scenario.teams[name].size
        return f"{name} ({'any' if number is None else number})"

    if use.mode == "split":
        return ", ".join(f"{people(t)} {percent(s)}" for t, s in completed(use.shares).items())
    if use.mode == "all":
        return " + ".join(f"{n} of {people(name)}" for name, n in use.numbers.items())
    return " or ".join(people(name) for name in use.teams)


def uses(resources: Mapping[str, int]) -> str:
    """Return what the work uses."""
    return ", ".join(name if n == 1 else f"{n} {name}" for name, n in resources.items())


def meets(gate: Gate) -> str:
    """Return when a gate sits, or whom it asks."""
    if gate.meets is None:
        number = "" if gate.answers.asked == 1 else f"{gate.answers} of "
        return f"asks {number}{gate.ask}"
    if isinstance(gate.meets, Cycle):
        return f"meets every {gate.meets.every}"
    return f"meets {', '.join(map(str, gate.meets))}"
