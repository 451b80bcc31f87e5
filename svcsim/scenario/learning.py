"""Learning: a step takes less touch the more often it has been done (semantics 74)."""

from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import SHARE_JSON, Share, parse_percentage, print_share
from svcsim.scenario.words import Frozen, Positive

LEAST = 0.5
"""What each doubling leaves of the touch, at least: below that, twice as many would take less."""


def parse_each_doubling(value: object) -> float:
    """Read ``85%`` as 0.85: no less than 50 %, no more than 100 %.

    >>> parse_each_doubling("85%")
    0.85
    """
    left = value if isinstance(value, float) else parse_percentage(value)
    if not LEAST <= left <= 1:
        code = "too-small" if left < LEAST else "too-large"
        raise refusal(code, f"found {value}", "write 50% to 100%")
    return left


EachDoubling = Annotated[
    float,
    PlainValidator(parse_each_doubling),
    PlainSerializer(print_share, when_used="json-unless-none"),
    WithJsonSchema(SHARE_JSON),
]
"""What is left of the touch when a step has been done twice as often, written ``85%``."""


class Learning(Frozen):
    """The experience curve of a step: each doubling of how often it was done takes off a share."""

    each_doubling: EachDoubling
    """What is left of the touch each time that the step has been done twice as often."""
    done_before: Positive = 1
    """How often it was done before the run."""
    at_least: Share = 0.0
    """The share of the touch below which it never falls."""
