"""Effects: what a visit that is over changes about the model, from then on."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

from annotated_types import MinLen
from pydantic import (
    BeforeValidator,
    Discriminator,
    PlainSerializer,
    PlainValidator,
    Tag,
    WithJsonSchema,
)

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import PositiveWallDuration, WallDuration, shown
from svcsim.scenario.words import Frozen, Reference

_TIMES = re.compile(r"x\s*(\d+(?:\.\d+)?)")
_SIGNED = re.compile(r"([+-])\s*(\d+(?:\.\d+)?)\s*%")


def parse_factor(value: object) -> float:
    """Read ``x0.25``, or ``-75%``.

    >>> parse_factor("x0.25"), parse_factor("-75%"), parse_factor("+20%")
    (0.25, 0.25, 1.2)
    """
    text = value.strip() if isinstance(value, str) else ""
    if match := _TIMES.fullmatch(text):
        return float(match[1])
    if match := _SIGNED.fullmatch(text):
        percent = float(match[2])
        if match[1] == "-" and percent > 100:
            found = f"{shown(value)} leaves less than nothing"
            raise refusal("not-a-factor", found, "write at most -100%")
        return (100 + percent if match[1] == "+" else 100 - percent) / 100
    raise refusal(
        "not-a-factor", f"{shown(value)} is no change", "write for instance x0.25 or -75%"
    )


def print_factor(factor: float) -> str:
    """Return how a factor is written; it reads back as exactly the same number."""
    return f"x{format(Decimal(repr(factor)), 'f')}"


Factor = Annotated[
    float,
    PlainValidator(parse_factor),
    PlainSerializer(print_factor, when_used="json-unless-none"),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": r"^\s*(x\s*\d+(\.\d+)?|[+-]\s*\d+(\.\d+)?\s*%)\s*$",
            "examples": ["x0.25", "-75%"],
        }
    ),
]
"""How many times as much, written ``x0.25`` or ``-75%``."""


class FactorRange(Frozen):
    """A factor that is drawn, all between two values being as likely."""

    low: Factor
    """The smallest."""
    high: Factor
    """The largest."""


_RANGE, _ONE = "\0range", "\0one"
By = Annotated[
    Annotated[Factor, Tag(_ONE)] | Annotated[FactorRange, Tag(_RANGE)],
    Discriminator(lambda value: _RANGE if isinstance(value, Mapping | FactorRange) else _ONE),
]
"""A factor, or a range in which it is drawn."""


class StepOf(Frozen):
    """A step of a stream."""

    stream: Reference
    """The stream."""
    step: Reference
    """The step."""


class OutcomeOf(StepOf):
    """An outcome of a step of a stream."""

    outcome: Reference
    """The outcome."""


CHANGING = ("rate", "touch", "wait", "share", "auto", "incomplete")
"""What may change inside a run (semantics 47)."""


class Changing(Frozen):
    """One thing of the model that changes."""

    rate: Reference | None = None
    """Stream to which fewer items come, or more."""
    touch: StepOf | None = None
    """Step of which the touch gets shorter or longer."""
    wait: StepOf | None = None
    """Step of which the wait gets shorter or longer."""
    share: OutcomeOf | None = None
    """Outcome of a step that comes more or less often; the others share the rest."""
    auto: StepOf | None = None
    """Step of which machines handle more or fewer visits."""
    incomplete: StepOf | None = None
    """Step to which more or less comes incomplete."""

    @property
    def changes(self) -> tuple[str, ...]:
        """The words that say what changes: one, if it is well said."""
        return tuple(word for word in CHANGING if getattr(self, word) is not None)

    @property
    def slot(self) -> tuple[str, ...]:
        """What changes, as names: its kind, a stream, and perhaps a step, and an outcome."""
        if self.rate is not None:
            return "rate", self.rate
        if self.share is not None:
            return "share", self.share.stream, self.share.step, self.share.outcome
        word = self.changes[0]
        place: StepOf = getattr(self, word)
        return word, place.stream, place.step


class Effect(Changing):
    """What changes when a visit is over, from then on."""

    family: Literal["own"] | None = None
    """Whether only items of the family of this item are concerned; not given: all."""
    by: By
    """How many times as much it is."""
    lag: WallDuration | None = None
    """Time until it begins; not given: it begins at once."""
    lasts: PositiveWallDuration | None = None
    """Time for which it holds; not given: it does not end."""
    half_life: PositiveWallDuration | None = None
    """Time in which half of it fades away; not given: it does not."""


Effects = Annotated[
    tuple[Effect, ...],
    BeforeValidator(
        lambda value: value if isinstance(value, list | tuple) else [value],
        json_schema_input_type=Effect | Annotated[list[Effect], MinLen(1)],
    ),
    MinLen(1),
]
"""One effect, or several."""


def factors(effect: Effect) -> tuple[float, float]:
    """Return the smallest and the largest factor of an effect."""
    by: Any = effect.by
    return (by.low, by.high) if isinstance(by, FactorRange) else (by, by)
