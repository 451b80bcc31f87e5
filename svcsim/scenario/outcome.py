"""What may come of a step."""

from collections.abc import Mapping
from typing import Annotated, Any

from annotated_types import MinLen
from pydantic import BeforeValidator, Discriminator, Field, Tag, model_serializer

from svcsim.scenario.distribution import Dist
from svcsim.scenario.effect import Effects
from svcsim.scenario.spawn import Spawns
from svcsim.scenario.units import Rest, Share, ShareOrRest, print_share
from svcsim.scenario.words import PLAIN, VARIED, ByClass, Frozen, Reference, Varied

BY_VISIT = "\0by_visit"


class ByVisit(Frozen):
    """A share for the first visit, the second, ...; the last one holds for all later visits."""

    values: Annotated[tuple[ShareOrRest, ...], MinLen(1)] = Field(alias="by_visit")

    def at(self, visit: int) -> float | Rest:
        """Share at a visit, counted from 1."""
        return self.values[min(visit, len(self.values)) - 1]


def _form(value: object) -> str:
    if isinstance(value, ByClass) or (isinstance(value, Mapping) and "by_class" in value):
        return VARIED
    if isinstance(value, ByVisit | Mapping):
        return BY_VISIT
    return PLAIN


Chance = Annotated[
    Annotated[ShareOrRest, Tag(PLAIN)]
    | Annotated[ByClass[ShareOrRest], Tag(VARIED)]
    | Annotated[ByVisit, Tag(BY_VISIT)],
    Discriminator(_form),
]
"""A share, or one for each class, or one for each visit."""


class Outcome(Frozen):
    """One of the things that may come of a step."""

    share: Chance
    """How often it comes."""
    to: Reference | None = None
    """Step to go to, or done; not given: the next step."""
    remaining: Share | None = None
    """How much of the quantity of an item is open from then on; not given: what the step says."""
    wait: Varied[Dist] | None = None
    """Time that passes before the item goes on."""
    spawn: Spawns = ()
    """Items of other streams that come of it."""
    effect: Effects = ()
    """What it changes about the model, from then on."""

    @model_serializer(mode="wrap")
    def _write(self, whole: Any) -> Any:
        plain = self.to is None and self.remaining is None and self.wait is None
        plain = plain and not self.spawn and not self.effect
        if plain and not isinstance(self.share, ByClass | ByVisit):
            return print_share(self.share)
        return whole(self)


def _read(value: object) -> object:
    if isinstance(value, Outcome):
        return value
    inner = isinstance(value, Mapping) and ("by_class" in value or "by_visit" in value)
    return value if isinstance(value, Mapping) and not inner else {"share": value}


OutcomeField = Annotated[Outcome, BeforeValidator(_read, json_schema_input_type=Chance | Outcome)]
"""An outcome; a share alone goes on with the next step."""
