"""Checks of what changes inside a run: families and effects."""

from collections.abc import Iterator

from svcsim.scenario.effect import CHANGING, Changing, Effect, OutcomeOf, factors
from svcsim.scenario.environment import StateEffect
from svcsim.scenario.explain import Explained, listed
from svcsim.scenario.family import Families
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.fit_streams import leaf
from svcsim.scenario.flow import placed
from svcsim.scenario.schema import Stream
from svcsim.scenario.text import Words

MOST_FAMILIES = 10_000
"""Families of one stream."""
ADD_FAMILIES = "add families to a stream, for instance families: {names: {printer: 20%}}"


def changes(fit: Fit) -> Found:
    """What changes inside a run is well said."""
    for name, stream in fit.scenario.streams.items():
        path: Words = ("streams", name)
        if stream.families is not None:
            yield from _families(fit, stream.families, (*path, "families"))
        for place in placed(stream.steps):
            here = (*path, *place.path)
            yield from _effects(fit, place.step.effect, (*here, "effect"))
            for outcome, said in (place.step.outcome or {}).items():
                where = (*here, "outcome", outcome, "effect")
                if said.effect and place.step.gate is not None and outcome == "defer":
                    found, remedy = "nothing comes of a deferral", "leave it out"
                    yield fit.problem("out-of-place", where, found, remedy, key=True)
                yield from _effects(fit, said.effect, where)


def with_families(fit: Fit) -> bool:
    """Say whether any stream has families, as far as could be read."""
    return any(stream.families is not None for stream in fit.scenario.streams.values()) or bool(
        fit.unread
    )


# ---- families ------------------------------------------------------------------------------------


def _families(fit: Fit, families: Families, here: Words) -> Found:
    if (families.names is None) == (families.share_of_top is None):
        found = "families are told by names or by share_of_top, one of them"
        remedy = "write for instance names: {printer: 20%}, or share_of_top: {8: 30%, 32: 57%}"
        yield fit.problem("families-form", here, found, remedy)
    elif families.names is not None:
        if sum(families.names.values()) > 1 + 1e-9:
            found = "together the families bring more than 100%"
            yield fit.problem("shares-sum", (*here, "names"), found, "write smaller shares")
    elif families.share_of_top is not None:
        yield from _concentration(fit, families.share_of_top, (*here, "share_of_top"))


def _concentration(fit: Fit, tops: dict[str, float], here: Words) -> Found:
    """Numbers of families, and shares that rise with them, ever more slowly."""
    wrong = [word for word in tops if not word.isdecimal() or not 0 < int(word) <= MOST_FAMILIES]
    for word in wrong:
        found, remedy = f"{word!r} is no number of families", "write for instance 8: 30%"
        yield fit.problem("families-form", (*here, word), found, remedy, key=True)
    if wrong:
        return
    before, together, largest = 0, 0.0, 1.0
    for word, share in sorted(tops.items(), key=lambda top: int(top[0])):
        each = (share - together) / (int(word) - before) if int(word) > before else 2.0
        if not -1e-12 <= each <= largest + 1e-12:
            found = f"the {word} largest bring no more than they can"
            if each > largest:
                found = f"those up to {word} would be larger than the ones before them"
            elif each < 0:
                found = f"the {word} largest bring less than fewer of them"
            remedy = "write shares that rise with the number, ever more slowly"
            yield fit.problem("families-form", (*here, word), found, remedy)
            return
        before, together, largest = int(word), share, each


# ---- effects -------------------------------------------------------------------------------------


def _effects(fit: Fit, effects: tuple[Effect, ...], path: Words) -> Found:
    for i, effect in enumerate(effects):
        yield from _effect(fit, effect, path if len(effects) == 1 else (*path, i))


def _effect(fit: Fit, effect: Effect, here: Words) -> Found:
    low, high = factors(effect)
    if low > high:
        found = f"low is more than high: x{low:g} and x{high:g}"
        yield fit.problem("wrong-order", (*here, "by"), found, "exchange them")
    if effect.family is not None and not with_families(fit):
        found = "no stream has families"
        yield fit.problem("no-families", (*here, "family"), found, ADD_FAMILIES, key=True)
    yield from thing(fit, effect, here)
    if effect.rate is not None and effect.rate in fit.scenario.streams:
        yield from _rate(fit, effect, fit.scenario.streams[effect.rate], high, here)


def of_all(fit: Fit, effects: tuple[StateEffect, ...], here: Words, *, rises: bool) -> Found:
    """What holds for all items while something lasts is well said.

    Parameters
    ----------
    rises
        Whether a rate may rise by it.
    """
    known: set[tuple[str, ...]] = set()
    for i, effect in enumerate(effects):
        path = here if len(effects) == 1 else (*here, i)
        yield from thing(fit, effect, path)
        if effect.rate is not None and effect.rate in fit.scenario.streams:
            yield from _rate_of_all(fit, effect, effect.rate, path, rises=rises)
        if len(effect.changes) != 1:
            continue
        if effect.slot in known:
            found = f"an effect before it changes the same {effect.slot[0]}"
            yield fit.problem("effect-twice", path, found, "write one factor for both")
        known.add(effect.slot)


def _rate_of_all(fit: Fit, effect: StateEffect, stream: str, here: Words, *, rises: bool) -> Found:
    if effect.by > 1 and not rises:
        yield _too_high(fit, here)
    demand = fit.scenario.streams[stream].demand
    if demand is not None and demand.rate is None and demand.rates is None:
        found = f"the items of {stream} do not come at a rate"
        remedy = f"give {stream} a demand with a rate"
        yield fit.problem("no-rate", (*here, "rate"), found, remedy)


def _too_high(fit: Fit, here: Words) -> Explained:
    found = "only an environment makes a rate larger"
    remedy = "write at most x1, and a demand of all that may come; or an environment"
    return fit.problem("rate-rises", (*here, "by"), found, remedy)


def thing(fit: Fit, effect: Changing, here: Words) -> Found:
    """What changes is one thing, and there is one."""
    streams = fit.scenario.streams
    if len(effect.changes) != 1:
        found = f"an effect says what changes: one of {listed(CHANGING, 'and')}"
        remedy = "write for instance rate: incident, or touch: {stream: incident, step: fix}"
        yield fit.problem("effect-of-one", here, found, remedy)
        return
    word, name = effect.slot[:2]
    where = (*here, word) if word == "rate" else (*here, word, "stream")
    yield from fit.unknown("stream", name, list(streams), ("streams",), where)
    if name not in streams:
        return
    stream = streams[name]
    if word == "rate" and stream.demand is None:
        found = f"no items come to {name} from outside"
        yield fit.problem("no-rate", where, found, "name a stream that has a demand")
    elif word == "touch":
        yield from _touch(fit, effect.slot[2], stream, name, (*here, word, "step"))
    elif word != "rate":
        yield from _of_step(fit, word, effect.slot[2], stream, name, (*here, word, "step"))
    if effect.share is not None:
        yield from _outcome(fit, effect.share, stream, (*here, "share", "outcome"))


def _rate(fit: Fit, effect: Effect, stream: Stream, high: float, here: Words) -> Found:
    if high > 1:
        yield _too_high(fit, here)
    where = (*here, "rate")
    if stream.demand is None:
        return
    if effect.family is None and stream.demand.rate is None and stream.demand.rates is None:
        found = f"the items of {effect.rate} do not come at a rate"
        remedy = f"give {effect.rate} a demand with a rate, or write family: own"
        yield fit.problem("no-rate", where, found, remedy)
    elif effect.family is not None and stream.families is None and with_families(fit):
        found = f"{effect.rate} has no families"
        yield fit.problem("no-families", where, found, ADD_FAMILIES)


def _touch(fit: Fit, step: str, stream: Stream, name: str, where: Words) -> Found:
    yield from leaf(fit, stream, step, where, ("streams", name))
    steps = {place.name: place.step for place in placed(stream.steps)}
    if step in steps and not steps[step].is_group and steps[step].touch is None:
        found = f"nobody works at {step}"
        yield fit.problem("out-of-place", where, found, "name a step with a touch")
    elif step in steps and steps[step].gate is not None:
        found = f"the touch of {step} is the time of those who attend, which no effect changes"
        yield fit.problem("out-of-place", where, found, "name a step with a touch and no gate")


def _of_step(fit: Fit, word: str, step: str, stream: Stream, name: str, where: Words) -> Found:
    field = "outcome" if word == "share" else word
    yield from leaf(fit, stream, step, where, ("streams", name))
    steps = {place.name: place.step for place in placed(stream.steps)}
    if step in steps and not steps[step].is_group and getattr(steps[step], field) is None:
        found = f"{step} says nothing of {field}"
        yield fit.problem("out-of-place", where, found, f"name a step that says {field}")


def _outcome(fit: Fit, said: OutcomeOf, stream: Stream, where: Words) -> Found:
    steps = {place.name: place.step for place in placed(stream.steps)}
    if said.step not in steps or steps[said.step].outcome is None:
        return
    known, what = list(steps[said.step].outcome or {}), f" of {said.step}"
    yield from fit.unknown("outcome", said.outcome, known, ("\0none",), where, what=what)
    others = [slot[3] for slot in _changing(fit) if slot[:3] == ("share", said.stream, said.step)]
    if others[0] != said.outcome:
        found = f"the share of {others[0]} changes too, and both cannot have the rest"
        remedy = f"let only one outcome of {said.step} change"
        yield fit.problem("one-outcome", where, found, remedy)


def _changing(fit: Fit) -> Iterator[tuple[str, ...]]:
    """Yield what changes inside the run, wherever that is said."""
    for stream in fit.scenario.streams.values():
        for place in placed(stream.steps):
            ways = (place.step.outcome or {}).values()
            for effect in (*place.step.effect, *(one for way in ways for one in way.effect)):
                if len(effect.changes) == 1:
                    yield effect.slot
    for environment in fit.scenario.environments.values():
        for state in environment.states.values():
            yield from (one.slot for one in state.effect if len(one.changes) == 1)
    for trigger in fit.scenario.triggers.values():
        yield from (one.slot for one in trigger.effect if len(one.changes) == 1)
