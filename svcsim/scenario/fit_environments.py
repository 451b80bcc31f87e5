"""Checks of environments: their states, how long these last, and what they change."""

from svcsim.scenario.environment import Environment, State, StateEffect
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.fit_changes import thing
from svcsim.scenario.fit_streams import business, takes_no_time
from svcsim.scenario.text import Words


def environments(fit: Fit) -> Found:
    """What is around the service is well said."""
    for name, environment in fit.scenario.environments.items():
        here: Words = ("environments", name)
        if not any(state.effect for state in environment.states.values()) and not fit.partly_read(
            here
        ):
            found = "it is as it is written in every state"
            remedy = "add effect to a state, for instance effect: {rate: incident, by: +50%}"
            yield fit.problem("environment-without-effect", here, found, remedy)
        for word, state in environment.states.items():
            yield from _state(fit, environment, state, (*here, "states", word))


def _state(fit: Fit, environment: Environment, state: State, here: Words) -> Found:
    where = (*here, "lasts")
    if state.lasts.clock == "business":
        yield from business(fit, "how long it lasts", None, where)
    if takes_no_time(state.lasts, fit.directory):
        yield fit.problem("zero-interval", where, "it never lasts", "write more than 0")
    if state.next is not None:
        yield from fit.shares(state.next, (*here, "next"))
        for name in state.next:
            names, holder = list(environment.states), here[:-1]
            yield from fit.unknown("state", name, names, holder, (*here, "next", name))
    known: set[tuple[str, ...]] = set()
    for i, effect in enumerate(state.effect):
        path = (*here, "effect") if len(state.effect) == 1 else (*here, "effect", i)
        yield from _effect(fit, effect, path)
        if len(effect.changes) != 1:
            continue
        if effect.slot in known:
            found = f"an effect before it changes the same {effect.slot[0]}"
            yield fit.problem("effect-twice", path, found, "write one factor for both")
        known.add(effect.slot)


def _effect(fit: Fit, effect: StateEffect, here: Words) -> Found:
    yield from thing(fit, effect, here)
    if effect.rate is None or effect.rate not in fit.scenario.streams:
        return
    demand = fit.scenario.streams[effect.rate].demand
    if demand is not None and demand.rate is None and demand.rates is None:
        found = f"the items of {effect.rate} do not come at a rate"
        remedy = f"give {effect.rate} a demand with a rate"
        yield fit.problem("no-rate", (*here, "rate"), found, remedy)
