"""Environments: what is around a service, and changes by chance between a few states."""

from typing import Annotated

from annotated_types import MinLen
from pydantic import BeforeValidator

from svcsim.scenario.distribution import Dist
from svcsim.scenario.effect import Changing, Factor
from svcsim.scenario.units import ShareOrRest
from svcsim.scenario.words import Frozen, Name, Reference


class StateEffect(Changing):
    """What is different for all items while a state lasts."""

    by: Factor
    """How many times as much it is."""


StateEffects = Annotated[
    tuple[StateEffect, ...],
    BeforeValidator(
        lambda value: value if isinstance(value, list | tuple) else [value],
        json_schema_input_type=StateEffect | Annotated[list[StateEffect], MinLen(1)],
    ),
    MinLen(1),
]
"""One effect of a state, or several."""


class State(Frozen):
    """A state in which an environment is for a while, again and again."""

    lasts: Dist
    """How long, each time."""
    effect: StateEffects = ()
    """What is different meanwhile; not given: all is as it is written."""
    next: Annotated[dict[Reference, ShareOrRest], MinLen(1)] | None = None
    """Which state follows, and how often; not given: the one written next, at the end the first."""


class Environment(Frozen):
    """What changes by chance between a few states, whatever happens to the items."""

    states: Annotated[dict[Name, State], MinLen(2)]
    """The states; it begins in the first."""
