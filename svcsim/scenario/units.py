"""Durations, rates and shares: many spellings are read, one form is printed.

Units of time are ``s min h d wk month`` on the wall clock, and ``bd`` (business days) and ``bh``
(business hours) where a calendar is known. A bare number where a unit is needed is refused with a
message that shows how to write it.
"""

import difflib
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    PlainSerializer,
    PlainValidator,
    WithJsonSchema,
)

from svcsim.scenario.rules import refusal
from svcsim.scenario.written import Written

WALL_TICKS = {
    "s": 1_000_000,
    "min": 60_000_000,
    "h": 3_600_000_000,
    "d": 86_400_000_000,
    "wk": 604_800_000_000,
    "month": 2_629_800_000_000,
}
"""Ticks of 1 µs in one unit of the wall clock; a month is 365.25 / 12 days."""
BUSINESS_UNITS = ("bd", "bh")
UNITS = (*WALL_TICKS, *BUSINESS_UNITS)
"""Printed words of the units of time."""
LONGEST_TICKS = 2**53
YEAR = ("y", "yr", "year")
"""Words for a year, which is no unit here."""

_SPELLINGS = {
    "s": "s sec secs second seconds",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours",
    "d": "d day days",
    "wk": "wk wks w week weeks",
    "month": "month months mo",
    "bd": "bd business_day business_days",
    "bh": "bh business_hour business_hours",
}
_UNIT_OF = {word: unit for unit, words in _SPELLINGS.items() for word in words.split()}
_OF_AN_OFFICE = re.compile(r"(?:b|business|w|week|work|working|office)_?(d|days?|h|hrs?|hours?)")
"""Other words for business days and hours: ``workdays``, ``working_hours``."""
NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
DURATION = re.compile(rf"\s*({NUMBER})\s*([A-Za-z][A-Za-z _]*?)\s*")
_PART = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]+)")
_PARTS = re.compile(rf"\s*{_PART.pattern}(?:(?:\s*|\s*and\s*|\s*,\s*){_PART.pattern})+\s*")
_RATE = re.compile(rf"\s*({NUMBER})\s*/\s*([A-Za-z][A-Za-z _]*?)\s*")
_RATE_IN_WORDS = re.compile(rf"\s*({NUMBER})\s*(?:per|an?|each|every|in)?\s*([A-Za-z]+)\s*")
PERCENT = re.compile(rf"\s*({NUMBER})\s*%\s*")
BARE = re.compile(rf"\s*({NUMBER})\s*")


def number(value: float) -> str:
    """The shortest text that reads back as the same number, without a needless ``.0``."""
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if abs(value) <= 2**53 and value == int(value) else repr(float(value))


def unit(word: str, example: str = "30") -> str:
    """The unit that a word means.

    Raises
    ------
    PydanticCustomError
        ``unknown-unit``, with the nearest spelling.
    """
    spelling = re.sub(r"[ _]+", "_", word.strip())
    found = _UNIT_OF.get(spelling) or _UNIT_OF.get(spelling.lower())
    if found is None and (office := _OF_AN_OFFICE.fullmatch(spelling.lower())):
        remedy = f"did you mean {example} b{office[1][0]}?"
        raise refusal("unknown-unit", f"{word.strip()!r} is not a unit of time", remedy)
    if found is None:
        near = difflib.get_close_matches(spelling.lower(), _UNIT_OF, n=1, cutoff=0.6)
        hint = f"did you mean {example} {_UNIT_OF[near[0]]}?" if near else ""
        remedy = hint or _units_like(spelling.lower())
        raise refusal("unknown-unit", f"{word.strip()!r} is not a unit of time", remedy)
    return found


def _one_unit(text: str) -> str | None:
    """A duration that was written with a comma, or in several units; None if it was not.

    >>> _one_unit("1,5 h"), _one_unit("1 h 30 min"), _one_unit("soon")
    ('1.5 h', '90 min', None)
    """
    if (comma := DURATION.fullmatch(text.replace(",", ".", 1))) and comma[2] in _UNIT_OF:
        return f"{comma[1]} {_UNIT_OF[comma[2]]}"
    parts = _PART.findall(text) if _PARTS.fullmatch(text) else []
    units = [_UNIT_OF.get(word, "") for _, word in parts]
    if not units or not all(word in WALL_TICKS for word in units):
        return None
    ticks = sum(float(n) * WALL_TICKS[word] for (n, _), word in zip(parts, units, strict=True))
    return f"{number(round(ticks / WALL_TICKS[units[-1]], 6))} {units[-1]}"


def _units_like(word: str) -> str:
    """The units, those first that share letters with a word."""
    units = "units are s, min, h, d, wk, month, bd (business days) and bh (business hours)"
    if word.removesuffix("s") in YEAR:
        return "write 12 month for a year"
    near = [unit for unit in ("bd", "bh", "d", "h") if set(unit) <= set(word)][:2]
    return f"did you mean {' or '.join(near)}? {units}" if near else units


def is_number(value: object) -> bool:
    """Whether a value is a number, and no truth value."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def shown(value: object) -> str:
    """A value as a person would recognise it in the file."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return number(value) if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    text = str(value)
    return repr(text if len(text) <= 60 else text[:57] + "...")


@dataclass(frozen=True, slots=True)
class Duration(Written):
    """An amount of time with the unit it was written in."""

    amount: float
    """Number of units, not negative."""
    unit: str
    """One of ``s min h d wk month bd bh``."""

    PATTERN = rf"^\s*{NUMBER}\s*[A-Za-z][A-Za-z _]*$"
    EXAMPLES = ("30 min", "4 h", "5 bd")

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read ``30 min``, ``2 hours``, ``1.5h``, ``5 bd``."""
        if isinstance(value, cls):
            return value
        text = value if isinstance(value, str) else ""
        match = DURATION.fullmatch(text)
        if match is None:
            if is_number(value) or BARE.fullmatch(text):
                amount = shown(value).strip("'")
                raise refusal(
                    "no-unit",
                    f"{amount} has no unit",
                    f"write {amount} min, {amount} h, {amount} wk or {amount} bd",
                )
            remedy = f"write {_one_unit(text) or 'for instance 30 min'}"
            raise refusal("not-a-duration", f"{shown(value)} is not a duration", remedy)
        size, word = float(match[1]), unit(match[2], match[1])
        if size < 0:
            raise refusal(
                "negative-duration", f"{text} is less than no time", "leave the minus out"
            )
        if not size * WALL_TICKS.get(word, WALL_TICKS["h"]) <= LONGEST_TICKS:
            raise refusal("too-long", f"{text} is too long", "write less than 285 years")
        return cls(size, word)

    @property
    def business(self) -> bool:
        """Whether the unit needs a calendar: bd or bh."""
        return self.unit in BUSINESS_UNITS

    @property
    def ticks(self) -> int:
        """Ticks on the wall clock.

        Raises
        ------
        ValueError
            For bd and bh, whose length is a matter of a calendar.
        """
        if self.business:
            raise ValueError(f"{self} has no length without a calendar")
        return round(self.amount * WALL_TICKS[self.unit])

    def __str__(self) -> str:
        return f"{number(self.amount)} {self.unit}"


@dataclass(frozen=True, slots=True)
class Rate(Written):
    """A number of items per unit of time: ``180/wk``."""

    amount: float
    """Items, not negative."""
    per: str
    """Unit of time."""

    PATTERN = rf"^\s*{NUMBER}\s*/\s*[A-Za-z][A-Za-z _]*$"
    EXAMPLES = ("180/wk", "4/h")

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read ``180/wk``, ``4 / hour``, ``30/bd``."""
        if isinstance(value, cls):
            return value
        text = value if isinstance(value, str) else ""
        match = _RATE.fullmatch(text)
        if match is None:
            if is_number(value) or BARE.fullmatch(text):
                amount = shown(value).strip("'")
                remedy = f"write {amount}/wk, {amount}/d or {amount}/h"
                raise refusal("not-a-rate", f"{amount} does not say per what", remedy)
            meant = _RATE_IN_WORDS.fullmatch(text)
            remedy = "write for instance 180/wk"
            if meant is not None and meant[2].lower() in _UNIT_OF:
                remedy = f"write {meant[1]}/{_UNIT_OF[meant[2].lower()]}"
            raise refusal("not-a-rate", f"{shown(value)} is not a rate", remedy)
        size, per = float(match[1]), unit(match[2], f"{match[1]} /")
        if not 0 <= size < math.inf:
            raise refusal("not-a-rate", f"{text} is not a rate", "write 0/wk or more")
        return cls(size, per)

    @property
    def business(self) -> bool:
        """Whether the unit needs a calendar: bd or bh."""
        return self.per in BUSINESS_UNITS

    def __str__(self) -> str:
        return f"{number(self.amount)}/{self.per}"


_IN_WORDS = {
    "half": "50%", "a half": "50%", "third": "33.3%", "a third": "33.3%", "quarter": "25%",
    "a quarter": "25%", "all": "100%", "none": "0%", "never": "0%", "always": "100%",
}  # fmt: skip
"""Shares that people say in words."""


class Rest(Enum):
    """The word ``rest``: whatever the other shares leave."""

    REST = "rest"

    def __str__(self) -> str:
        return self.value


REST = Rest.REST


def parse_percentage(value: object, *, code: str = "not-a-percentage") -> float:
    """Read ``180%`` as 1.8.

    Raises
    ------
    PydanticCustomError
        If there is no per cent sign, or the number is negative.
    """
    text = value if isinstance(value, str) else ""
    match = PERCENT.fullmatch(text)
    if match is None:
        # A fraction of 1 was meant where there can be no more than 1, else a factor.
        most = 1 if code == "not-a-share" else 10
        if isinstance(value, float) and 0 < value < most:
            remedy = f"write {print_share(value)}"
        elif is_number(value) or BARE.fullmatch(text):
            amount = shown(value).strip("'")
            remedy = f"write {amount}%"
        else:
            remedy = f"write {_IN_WORDS.get(text.strip().lower(), 'for instance 15%')}"
            raise refusal(code, f"{shown(value)} is no percentage", remedy)
        raise refusal(code, f"{shown(value)} has no per cent sign", remedy)
    if not 0 <= float(match[1]) < 1e12:
        raise refusal(code, f"{text} makes no sense", "write 0% or more")
    return float(Decimal(match[1]) / 100)


def parse_share(value: object) -> float:
    """Read ``15%`` as 0.15, at most 1."""
    share = parse_percentage(value, code="not-a-share")
    if share > 1:
        raise refusal("not-a-share", f"{value} is more than everything", "write at most 100%")
    return share


def parse_share_or_rest(value: object) -> float | Rest:
    """Read ``15%``, or the word ``rest``."""
    if value is REST or value == "rest":
        return REST
    return parse_share(value)


def print_share(share: float | Rest) -> str:
    """The share in per cent; reads back as exactly the same number."""
    if isinstance(share, Rest):
        return "rest"
    text = format(Decimal(repr(share)) * 100, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


SHARE_JSON = {"type": "string", "pattern": rf"^\s*{NUMBER}\s*%\s*$", "examples": ["15%"]}
SHARE_OR_REST_JSON = {
    "anyOf": [SHARE_JSON, {"const": "rest"}],
    "examples": ["15%", "rest"],
}

Share = Annotated[
    float,
    PlainValidator(parse_share),
    PlainSerializer(print_share, when_used="json-unless-none"),
    WithJsonSchema(SHARE_JSON),
]
"""A fraction in [0, 1], written ``15%``."""
ShareOrRest = Annotated[
    float | Rest,
    PlainValidator(parse_share_or_rest),
    PlainSerializer(print_share, when_used="json-unless-none"),
    WithJsonSchema(SHARE_OR_REST_JSON),
]
"""A fraction in [0, 1], written ``15%``, or `REST`."""
Percentage = Annotated[
    float,
    PlainValidator(parse_percentage),
    PlainSerializer(print_share, when_used="json-unless-none"),
    WithJsonSchema(SHARE_JSON),
]
"""A factor of 0 or more, written ``180%``."""


def _on_the_wall(duration: Duration) -> Duration:
    if duration.business:
        plain = {"bd": "d", "bh": "h"}[duration.unit]
        raise refusal(
            "business-unit",
            f"{duration} needs a calendar, and there is none here",
            f"write for instance {number(duration.amount)} {plain}",
        )
    return duration


def _takes_time(duration: Duration) -> Duration:
    if duration.amount == 0:
        raise refusal("zero-duration", f"{duration} is no time", "write more than 0")
    return duration


WallDuration = Annotated[Duration, AfterValidator(_on_the_wall)]
"""A duration in s, min, h, d, wk or month."""
PositiveWallDuration = Annotated[WallDuration, AfterValidator(_takes_time)]
"""A duration on the wall clock, longer than 0."""
PositiveDuration = Annotated[Duration, AfterValidator(_takes_time)]
"""A duration longer than 0."""
