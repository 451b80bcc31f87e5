"""Timetables: times of the calendar at which something happens, again and again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import (
    Discriminator,
    Field,
    PlainSerializer,
    PlainValidator,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from svcsim.scenario.dates import (
    MINUTES_PER_DAY,
    WEEKDAYS,
    parse_time,
    parse_weekday,
    print_time,
)
from svcsim.scenario.rules import refusal
from svcsim.scenario.units import Duration, PositiveWallDuration, WallDuration, shown
from svcsim.scenario.words import PLAIN, VARIED, Frozen

DAILY = "daily"
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_ORDINAL_OF = {number: word for word, number in _ORDINALS.items()}
_EXAMPLE = "write Wed 11:00, daily 11:00, first Tue 14:00, first bd 09:00 or 15th 09:00"
_DATE = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_BUSINESS_DAY = "bd"


@dataclass(frozen=True, slots=True)
class Occasion:
    """A time of day on certain days: a weekday, a date of the month, a business day of it."""

    minute: int
    """Minutes since midnight, local time of the calendar."""
    weekday: int | None = None
    """Day of the week, Monday 0; None: any."""
    nth: int | None = None
    """The n-th such weekday of each month, or business day, -1 the last; None: every week."""
    date: int | None = None
    """Day of the month."""

    @classmethod
    def parse(cls, value: object) -> "Occasion":
        """Read ``Wed 11:00``, ``daily 11:00``, ``first Tue 14:00``, ``last bd 9:00``, ``1st 9:00``.

        >>> str(Occasion.parse("Second tuesday 9:00")), str(Occasion.parse("22nd 09:00"))
        ('second Tue 09:00', '22nd 09:00')
        """
        if isinstance(value, Occasion):
            return value
        words = re.split(r"\s+", value.strip().lower()) if isinstance(value, str) else []
        turned = len(words) > 1 and ":" in words[0] and ":" not in words[-1]
        known = len(words) != 3 or turned or words[0] in _ORDINALS
        if not 2 <= len(words) <= 3 or not known:
            raise refusal("not-a-meeting", f"{shown(value)} is no time of a meeting", _EXAMPLE)
        if turned:
            remedy = _text_of({"day": " ".join(words[1:]), "at": words[0]})
            raise refusal("not-a-meeting", f"{shown(value)} has the time before the day", remedy)
        nth = _ORDINALS[words[0]] if len(words) == 3 else None
        day, minute = words[-2], parse_time(words[-1])
        if minute == MINUTES_PER_DAY:
            raise refusal("not-a-meeting", f"{shown(value)} is after the day", "write 00:00")
        if nth is not None and day == _BUSINESS_DAY:
            return cls(minute, None, nth)
        if nth is None and day == DAILY:
            return cls(minute)
        if nth is None and (match := _DATE.fullmatch(day)):
            if not 1 <= int(match[1]) <= 31:
                found = f"{shown(value)} is on no day of a month"
                raise refusal("not-a-meeting", found, "write 1st to 31st")
            return cls(minute, date=int(match[1]))
        return cls(minute, parse_weekday(day), nth)

    def __str__(self) -> str:
        if self.date is not None:
            return f"{self.date}{_suffix(self.date)} {print_time(self.minute)}"
        day = DAILY if self.weekday is None else WEEKDAYS[self.weekday]
        if self.nth is not None:
            day = f"{_ORDINAL_OF[self.nth]} {_BUSINESS_DAY if self.weekday is None else day}"
        return f"{day} {print_time(self.minute)}"


def _suffix(number: int) -> str:
    """The end of the word of a number: st of 21st."""
    return "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _read_occasions(value: object) -> tuple[Occasion, ...]:
    if isinstance(value, Mapping):
        raise refusal("not-a-meeting", "a day and a time are one text here", _text_of(value))
    parts = value if isinstance(value, list | tuple) else (value,)
    if not parts:
        raise refusal("not-a-meeting", "an empty list names no meeting", _EXAMPLE)
    return tuple(dict.fromkeys(Occasion.parse(part) for part in parts))


def _print_occasions(occasions: tuple[Occasion, ...]) -> str | list[str]:
    texts = [str(occasion) for occasion in occasions]
    return texts[0] if len(texts) == 1 else texts


class Cycle(Frozen):
    """Occasions at a fixed distance, whatever the day."""

    every: PositiveWallDuration
    """Time from one to the next."""
    start: WallDuration = Field(default=Duration(0, "h"), alias="from")
    """Time of the first, from the start of the run."""


_WORDS = ["Wed 11:00", "daily 11:00", "first Tue 14:00", "first bd 09:00", "15th 09:00"]
_OCCASION_JSON = {"type": "string", "examples": _WORDS}
Occasions = Annotated[
    tuple[Occasion, ...],
    PlainValidator(_read_occasions),
    PlainSerializer(_print_occasions, when_used="json-unless-none"),
    WithJsonSchema({"anyOf": [_OCCASION_JSON, {"type": "array", "items": _OCCASION_JSON}]}),
]
"""One or more times of a week or month."""


_DAY_WORDS = ("days", "day", "weekdays", "weekday", "on")
_TIME_WORDS = ("at", "time", "hours", "hour")


def _form(value: Any) -> str:
    days = isinstance(value, Mapping) and any(word in value for word in (*_DAY_WORDS, *_TIME_WORDS))
    return VARIED if isinstance(value, Mapping | Cycle) and not days else PLAIN


def _text_of(value: Mapping[str, Any]) -> str:
    """How a mapping of a day and a time is written: ``write Tue 14:00``."""
    day, at = (next((value[word] for word in words if word in value), None)
               for words in (_DAY_WORDS, _TIME_WORDS))  # fmt: skip
    try:
        texts = [
            str(Occasion.parse(f"{one} {at}")) for one in (day if isinstance(day, list) else [day])
        ]
    except PydanticCustomError:
        return _EXAMPLE
    return f"write {texts[0] if len(texts) == 1 else '[' + ', '.join(texts) + ']'}"


Timetable = Annotated[
    Annotated[Occasions, Tag(PLAIN)] | Annotated[Cycle, Tag(VARIED)], Discriminator(_form)
]
"""When something happens: at times of a week or month, or at a fixed distance."""


def in_words(timetable: tuple[Occasion, ...] | Cycle) -> str:
    """When something happens, as people say it: ``Wed 11:00, 15th 09:00``, ``every 4 wk``."""
    if isinstance(timetable, Cycle):
        return f"every {timetable.every}"
    return ", ".join(map(str, timetable))
