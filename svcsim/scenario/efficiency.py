"""Efficiency of people: how much standard work they do in an hour of work, at first and later."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import SHARE_JSON, PositiveWallDuration, parse_percentage, print_share
from svcsim.scenario.words import Frozen

LEAST, MOST = 0.01, 10.0
"""The lowest and the highest efficiency that can be written."""


def parse_pace(value: object) -> float:
    """Read ``80%`` as 0.8: no less than 1 %, no more than 1000 %.

    >>> parse_pace("80%")
    0.8
    """
    pace = value if isinstance(value, float) else parse_percentage(value)
    if not LEAST <= pace <= MOST:
        code = "too-small" if pace < LEAST else "too-large"
        raise refusal(code, f"found {value}", "write 1% to 1000%")
    return pace


Pace = Annotated[
    float,
    PlainValidator(parse_pace),
    PlainSerializer(print_share, when_used="json-unless-none"),
    WithJsonSchema(SHARE_JSON),
]
"""Standard work done in an hour of work, written ``80%``."""


class Efficiency(Frozen):
    """How much standard work people do in an hour of work; a newcomer's grows.

    Written ``80%``, or ``{from: 40%, over: 12 wk}``.
    """

    first: Pace = Field(alias="from")
    """At first."""
    to: Pace = 1.0
    """In the end."""
    over: PositiveWallDuration | None = None
    """Time from when they come in which it changes, in eight equal stairs; not given: never."""

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if isinstance(value, Mapping) and "over" not in value:
            remedy = "write for instance over: 12 wk, or the percentage alone"
            raise refusal("missing-field", "over is missing: how long it takes", remedy)
        if isinstance(value, Mapping):
            return value
        return {"from": value, "over": None}

    @model_serializer
    def _write(self) -> Any:
        first = print_share(self.first)
        if self.over is None:
            return first
        return {"from": first, "to": print_share(self.to), "over": str(self.over)}

    def at(self, stairs: int, n: int) -> int:
        """Return the permille after some of `n` equal stairs.

        >>> [Efficiency(**{"from": "20%", "over": "8 h"}).at(k, 8) for k in (0, 1, 8)]
        [200, 300, 1000]
        """
        first, to = (int(1000 * pace + 0.5) for pace in (self.first, self.to))
        return (2 * (first * (n - stairs) + to * stairs) + n) // (2 * n)


EfficiencyField = Annotated[
    Efficiency,
    BeforeValidator(lambda value: value, json_schema_input_type=Pace | Efficiency),
]
"""An efficiency; a percentage is one that stays as it is."""
