"""Children: items of a stream that come of the work on an item of another, or of the same."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import MinLen
from pydantic import BeforeValidator, Field, PlainSerializer, PlainValidator, WithJsonSchema

from svcsim.scenario.count import Count
from svcsim.scenario.distribution import Dist
from svcsim.scenario.rules import refusal
from svcsim.scenario.units import SHARE_JSON, Share, parse_share, print_share, shown
from svcsim.scenario.words import MOST, Frozen, Reference, Varied

if TYPE_CHECKING:
    from svcsim.scenario.step import Step


ALL = "all"
"""Every child is waited for."""


def _read_wait_for(value: object) -> int | float | Literal["all"]:
    if value == ALL:
        return "all"
    if isinstance(value, int) and not isinstance(value, bool):
        if not 1 <= value <= MOST:
            code = "too-small" if value < 1 else "too-large"
            raise refusal(code, f"found {value}", "write 1 or more, 50%, or all")
        return value
    if isinstance(value, float) or (isinstance(value, str) and "%" in value):
        return parse_share(value)
    found = f"{shown(value)} says not how many children are waited for"
    raise refusal("not-a-whole-number", found, "write all, or for instance 2 or 50%")


WaitFor = Annotated[
    int | float | Literal["all"],
    PlainValidator(_read_wait_for),
    PlainSerializer(
        lambda value: print_share(value) if isinstance(value, float) else value,
        when_used="json-unless-none",
    ),
    WithJsonSchema(
        {
            "anyOf": [{"const": ALL}, {"type": "integer", "minimum": 1}, SHARE_JSON],
            "examples": [ALL, 2, "50%"],
        }
    ),
]
"""How many children are waited for: all, so many, or this share of them."""
Heirloom = Literal["class", "priority", "due", "family", "quantity"]
Inherit = Annotated[
    tuple[Heirloom, ...],
    BeforeValidator(
        lambda value: [value] if isinstance(value, str) else value,
        json_schema_input_type=Heirloom | Annotated[list[Heirloom], MinLen(1)],
    ),
    MinLen(1),
]
"""What a child has of its parent."""


class Spawn(Frozen):
    """Items that come of the work on an item."""

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
    inherit: Inherit = ()
    """What they have of their parent."""
    wait_for: WaitFor | None = None
    """How many of them the item waits for before it goes on; not given: for none."""


Spawns = Annotated[
    tuple[Spawn, ...],
    BeforeValidator(
        lambda value: value if isinstance(value, list | tuple) else [value],
        json_schema_input_type=Spawn | Annotated[list[Spawn], MinLen(1)],
    ),
    MinLen(1),
]
"""Children of one kind, or of several."""


def called(step: "Step") -> tuple[Spawn, ...]:
    """The child that a step calls, which it waits for; none where it calls no stream."""
    if step.stream is None:
        return ()
    child = {"stream": step.stream, "class": step.class_name, "wait_for": ALL}
    return (Spawn.model_validate(child | ({"inherit": step.inherit} if step.inherit else {})),)


def spawned(step: "Step") -> Iterator[Spawn]:
    """All children of a step: of its call, of each visit, and of its outcomes."""
    yield from called(step)
    yield from step.spawn
    for outcome in (step.outcome or {}).values():
        yield from outcome.spawn
