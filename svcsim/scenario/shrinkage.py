"""Shrinkage: paid time in which people are not at work."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator

from svcsim.scenario.units import Share
from svcsim.scenario.words import Frozen


class Shrinkage(Frozen):
    """Paid time in which people are not at work."""

    leave: Share = 0.0
    """Share of whole shifts missed: holidays, illness, training days."""
    day: Share = 0.0
    """Share of each shift missed in one block: meetings, breaks."""


ShrinkageField = Annotated[
    Shrinkage,
    BeforeValidator(
        lambda value: value if isinstance(value, Mapping | Shrinkage) else {"leave": value},
        json_schema_input_type=Share | Shrinkage,
    ),
]
"""Shrinkage; a single share is all leave."""
