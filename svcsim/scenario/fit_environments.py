"""Checks of environments: their states, how long these last, and what they change."""

from svcsim.scenario.environment import Environment, State
from svcsim.scenario.fit import Fit, Found
from svcsim.scenario.fit_changes import of_all
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
    yield from of_all(fit, state.effect, (*here, "effect"), rises=True)
