"""Backlog: items that are there when a run begins."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from svcsim.scenario.distribution import Dist
from svcsim.scenario.words import Flag, Frozen, Positive, Reference


class Backlog(Frozen):
    """Items of one kind that are there at the start."""

    items: Positive
    """How many."""
    age: Dist
    """How long ago each came."""
    class_name: Reference | None = Field(default=None, alias="class")
    """Their class; not given: drawn, as for all others."""
    at: Reference | None = None
    """Step at which they are; not given: where every item begins."""
    since: Dist | None = None
    """How long ago each came to the step, or its work began; not given: as long as its age."""
    working: Flag = False
    """Whether somebody is at work on each."""


BacklogField = Annotated[
    tuple[Backlog, ...],
    BeforeValidator(
        lambda value: [value] if isinstance(value, Mapping) else value,
        json_schema_input_type=Backlog | tuple[Backlog, ...],
    ),
]
"""Items that are there at the start, of one kind or several."""
