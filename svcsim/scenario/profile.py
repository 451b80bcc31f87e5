"""Profiles: how the arrivals of an ordinary week are spread over it."""

from collections.abc import Mapping
from typing import Annotated, Literal

from annotated_types import Len
from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    PlainValidator,
    Tag,
    WithJsonSchema,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import (
    SHARE_JSON,
    Percentage,
    number,
    parse_percentage,
    print_share,
    shown,
)
from svcsim.scenario.words import OTHERWISE, PLAIN, Frozen, Reference

LEVELS, SHAPE = "\0levels", "\0shape"
SHAPE_WORDS = frozenset({"hours", "weekdays", "months"})
"""Words that make a profile a shape; no calendar is named so."""


def _read_factor(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if not 0 <= value < 1e12:
            code = "too-small" if value < 0 else "too-large"
            raise refusal(code, f"found {shown(value)}", "write 0 or more")
        return float(value)
    if isinstance(value, str) and "%" in value:
        return parse_percentage(value)
    raise refusal("not-a-number", f"{shown(value)} is no number", "write 1.14, or 114%")


Factor = Annotated[
    float,
    PlainValidator(_read_factor),
    PlainSerializer(lambda value: float(number(value)), when_used="json-unless-none"),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0}, SHARE_JSON]}),
]
"""A number of 0 or more, written ``1.14`` or ``114%``."""


class Levels(Frozen):
    """Arrivals at one level while a calendar is open, and at another otherwise.

    Written ``{office: 160%, otherwise: 100%}``; of several calendars the first that is open counts.
    """

    calendars: dict[Reference, Percentage]
    """Level while each calendar is open, in the order of the file."""
    otherwise: Percentage
    """Level while none is open."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        calendars = {name: level for name, level in value.items() if name != OTHERWISE}
        rest = {name: level for name, level in value.items() if name == OTHERWISE}
        return {"calendars": calendars, **rest}

    @model_serializer
    def _write(self) -> dict[str, str]:
        levels = {**self.calendars, OTHERWISE: self.otherwise}
        return {name: print_share(level) for name, level in levels.items()}

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "object",
            "properties": dict.fromkeys(SHAPE_WORDS, False),
            "additionalProperties": SHARE_JSON,
            "required": [OTHERWISE],
            "description": cls.__doc__,
        }


def _day(value: object) -> object:
    return value.capitalize()[:3] if isinstance(value, str) else value


Weekday = Annotated[
    Literal["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    BeforeValidator(_day, json_schema_input_type=str),
]
Month = Annotated[
    Literal["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    BeforeValidator(_day, json_schema_input_type=str),
]


class Shape(Frozen):
    """Arrivals by hour of the day, day of the week and month, in local time."""

    hours: Annotated[tuple[Factor, ...], Len(24, 24)] = (1.0,) * 24
    """Weight of each hour of the day, from 00:00; not given: all the same."""
    weekdays: dict[Weekday, Factor] = Field(default_factory=dict)
    """Factor of a day of the week; 1 where not given."""
    months: dict[Month, Factor] = Field(default_factory=dict)
    """Factor of a month; 1 where not given."""


def _form(value: object) -> str:
    if isinstance(value, Shape) or (isinstance(value, Mapping) and SHAPE_WORDS & value.keys()):
        return SHAPE
    return LEVELS if isinstance(value, Levels | Mapping) else PLAIN


Profile = Annotated[
    Annotated[Reference, Tag(PLAIN)]
    | Annotated[Levels, Tag(LEVELS)]
    | Annotated[Shape, Tag(SHAPE)],
    Discriminator(_form),
]
"""A calendar, levels by calendar, or a shape."""
