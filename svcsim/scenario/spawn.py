"""Children: items of a stream that come of the work on an item of another, or of the same."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import MinLen
from pydantic import BeforeValidator, Field

from svcsim.scenario.count import Count
from svcsim.scenario.distribution import Dist
from svcsim.scenario.units import Share
from svcsim.scenario.words import Frozen, Reference, Varied

if TYPE_CHECKING:
    from svcsim.scenario.step import Step


class Spawn(Frozen):
    """Items that come of the work on an item; it does not wait for them."""

    stream: Reference
    """Stream to which they come."""
    share: Varied[Share] = 1.0
    """How often any come."""
    count: Count | None = None
    """How many come; not given: one."""
    wait: Varied[Dist] | None = None
    """Time until each of them comes; not given: at once."""
    class_name: Reference | None = Field(default=None, alias="class")
    """Class of all of them; not given: drawn from the classes of their stream."""
    inherit: Annotated[
        tuple[Literal["class", "priority", "due", "family"], ...],
        BeforeValidator(lambda value: [value] if isinstance(value, str) else value),
        MinLen(1),
    ] = ()
    """What they have of their parent."""


Spawns = Annotated[
    tuple[Spawn, ...],
    BeforeValidator(
        lambda value: value if isinstance(value, list | tuple) else [value],
        json_schema_input_type=Spawn | Annotated[list[Spawn], MinLen(1)],
    ),
    MinLen(1),
]
"""Children of one kind, or of several."""


def spawned(step: "Step") -> Iterator[Spawn]:
    """All children of a step: of each visit, and of its outcomes."""
    yield from step.spawn
    for outcome in (step.outcome or {}).values():
        yield from outcome.spawn
