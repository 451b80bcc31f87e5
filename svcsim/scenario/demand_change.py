"""Changes of demand inside the run: from a moment on, for a while, or fading away."""

import re
from typing import Annotated

from pydantic import Field, PlainSerializer, PlainValidator, WithJsonSchema

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import PositiveWallDuration, WallDuration, shown
from svcsim.scenario.words import Frozen

_SIGNED = re.compile(r"([+-])\s*(\d+(?:\.\d+)?)\s*%")


def parse_signed(value: object) -> float:
    """Read ``+25%`` or ``-40%``.

    >>> parse_signed("+25%"), parse_signed("-40%")
    (0.25, -0.4)
    """
    if isinstance(value, float):
        return value
    match = _SIGNED.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        remedy = "write for instance +25%, or -40%"
        raise refusal("not-a-change", f"{shown(value)} is no change", remedy)
    share = float(match[2]) / 100
    if match[1] == "-" and share > 1:
        raise refusal("not-a-change", "less than nothing cannot come", "write at most -100%")
    return share if match[1] == "+" else -share


def print_signed(share: float) -> str:
    """Return how a change is written."""
    return f"{100 * share:+.12g}%"


Signed = Annotated[
    float,
    PlainValidator(parse_signed),
    PlainSerializer(print_signed, when_used="json-unless-none"),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\s*[+-]\s*\d+(\.\d+)?\s*%\s*$", "examples": ["+25%"]}
    ),
]
"""A change of a rate, written ``+25%``."""


class DemandChange(Frozen):
    """More or less demand than the rest says."""

    start: WallDuration = Field(alias="from")
    """Time from the start of the run at which it begins."""
    by: Signed
    """How much more or less comes."""
    until: PositiveWallDuration | None = None
    """Time from the start of the run at which it ends; not given: it lasts."""
    half_life: PositiveWallDuration | None = None
    """Time in which half of it fades away; not given: it does not."""
