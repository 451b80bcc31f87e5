"""Days, hours, dates and time zones in words: many spellings are read, one form is printed."""

import re
from datetime import date
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import shown

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
"""Printed words of the days of the week; Monday is 0."""
MINUTES_PER_DAY = 24 * 60
MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY

_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY_OF = {word: i for i, long in enumerate(_LONG) for word in (long, long[:3])}
_WEEKDAY_OF |= {"tues": 1, "thur": 3, "thurs": 3}
_SEVERAL_DAYS = {
    **dict.fromkeys(("weekday", "weekdays", "workday", "workdays", "workingdays"), "Mon-Fri"),
    **dict.fromkeys(("weekend", "weekends"), "Sat, Sun"),
    **dict.fromkeys(("daily", "all", "always", "everyday"), "Mon-Sun"),
}
_HOUR = re.compile(r"(\d{1,2})(?:[.:](\d\d))?\s*([ap]m)?")
_TIME = re.compile(r"(\d{1,2}):(\d\d)")
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)(?:\s+to\s+(\d{4}-\d\d-\d\d))?")


def parse_weekday(word: str) -> int:
    """The number of a day of the week, Monday 0."""
    day = _WEEKDAY_OF.get(word.strip().lower())
    if day is None:
        several = _SEVERAL_DAYS.get(word.strip().lower().replace(" ", ""))
        remedy = f"write {several}" if several else "days are Mon, Tue, Wed, Thu, Fri, Sat and Sun"
        raise refusal("not-a-weekday", f"{shown(word.strip())} is not a day of the week", remedy)
    return day


def parse_time(word: str) -> int:
    """The minutes since midnight of ``09:30``; ``24:00`` is 1440."""
    match = _TIME.fullmatch(word.strip())
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    if match is None or int(match[2]) > 59 or minutes > MINUTES_PER_DAY:
        remedy = f"write {_hour(word) or 'for instance 09:00'}"
        raise refusal("not-a-time-of-day", f"{shown(word.strip())} is not a time of day", remedy)
    return minutes


def _hour(word: str) -> str | None:
    """A time of day that was written as ``9``, ``9.30`` or ``9 pm``; None if it was not.

    >>> _hour("9am"), _hour("12 AM"), _hour("9.30 pm"), _hour("17"), _hour("25")
    ('09:00', '00:00', '21:30', '17:00', None)
    """
    match = _HOUR.fullmatch(word.strip().lower())
    if match is None or int(match[1]) > (12 if match[3] else 23) or int(match[2] or 0) > 59:
        return None
    hour = int(match[1]) % 12 + 12 * (match[3] == "pm") if match[3] else int(match[1])
    return f"{hour:02d}:{match[2] or '00'}"


def print_time(minutes: int) -> str:
    """The time of day of some minutes since midnight."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _words(value: object) -> list[str]:
    """The parts of a list, or of a text with commas."""
    if isinstance(value, str):
        return [word.strip() for word in value.split(",") if word.strip()]
    if isinstance(value, list | tuple):
        return [word for part in value for word in (_words(part) or [str(part)])]
    return []


def parse_days(value: object) -> tuple[int, ...]:
    """Read ``Mon-Fri``, ``Mon-Fri, Sun`` or ``[Tue, Thu]`` as ascending weekdays."""
    if isinstance(value, tuple) and all(isinstance(day, int) for day in value):
        return value
    days: set[int] = set()
    for word in _words(value):
        first, dash, last = word.partition("-")
        start = parse_weekday(first)
        length = (parse_weekday(last) - start) % 7 if dash else 0
        days.update((start + i) % 7 for i in range(length + 1))
    if not days:
        raise refusal("not-a-weekday", f"{shown(value)} names no day", "write for instance Mon-Fri")
    return tuple(sorted(days))


def print_days(days: tuple[int, ...]) -> str:
    """The days of the week as people write them: ``Mon-Fri, Sun``."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    shorten = [[run[0], run[-1]] if len(run) > 2 else run for run in runs]
    texts = (
        ("-" if len(run) > 2 else ", ").join(WEEKDAYS[day] for day in short)
        for run, short in zip(runs, shorten, strict=True)
    )
    return ", ".join(texts)


def parse_hours(value: object) -> tuple[tuple[int, int], ...]:
    """Read ``09:00-17:00``, or several, as minutes since midnight.

    Hours that end at or before their start pass midnight: ``22:00-06:00`` is (1320, 1800).
    """
    if isinstance(value, tuple) and all(isinstance(span, tuple) for span in value):
        return value
    spans = []
    for word in _words(value):
        first, dash, last = word.replace("\u2013", "-").partition("-")
        if not dash:
            remedy = "write a start and an end: 09:00-17:00"
            raise refusal("not-a-time-of-day", f"{shown(word)} has no end", remedy)
        opens, closes = parse_time(first), parse_time(last)
        if opens in (closes, MINUTES_PER_DAY):
            remedy = "write 00:00-24:00 for a whole day"
            raise refusal("not-a-time-of-day", f"{shown(word)} has no length", remedy)
        spans.append((opens, closes if closes > opens else closes + MINUTES_PER_DAY))
    if not spans:
        remedy = "write for instance 09:00-17:00"
        raise refusal("not-a-time-of-day", f"{shown(value)} names no hours", remedy)
    return tuple(sorted(spans))


def print_hours(hours: tuple[tuple[int, int], ...]) -> str:
    """Hours as people write them: ``09:00-12:00, 13:00-17:00``."""
    return ", ".join(
        f"{print_time(opens)}-"
        f"{print_time(closes if closes <= MINUTES_PER_DAY else closes - MINUTES_PER_DAY)}"
        for opens, closes in hours
    )


def parse_dates(value: object) -> tuple[tuple[date, date], ...]:
    """Read dates and ranges such as ``2026-03-25 to 2026-03-31``, both ends meant."""
    parts = value if isinstance(value, list | tuple) else [value]
    ranges = []
    for part in parts:
        if isinstance(part, date):
            ranges.append((part, part))
        elif isinstance(part, tuple) and len(part) == 2:
            ranges.append(part)
        else:
            ranges.extend(_date_range(word) for word in _words(part) or [shown(part)])
    return tuple(sorted(ranges))


def _date_range(word: str) -> tuple[date, date]:
    match = _RANGE.fullmatch(word)
    found = f"{shown(word)} is not a date"
    try:
        if match is None:
            raise ValueError
        found = f"there is no {word}"
        first = date.fromisoformat(match[1])
        last = date.fromisoformat(match[2]) if match[2] else first
    except ValueError:
        remedy = "write 2026-03-25, or 2026-03-25 to 2026-03-31"
        raise refusal("not-a-date", found, remedy) from None
    if last < first:
        remedy = f"write {last} to {first}"
        raise refusal("not-a-date", f"{word} ends before it begins", remedy)
    return first, last


def print_dates(ranges: tuple[tuple[date, date], ...]) -> list[str]:
    """Dates as people write them."""
    return [str(first) if first == last else f"{first} to {last}" for first, last in ranges]


def parse_zone(value: object) -> str:
    """Read the IANA name of a time zone."""
    try:
        if not isinstance(value, str):
            raise ValueError
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        remedy = "write an IANA name such as UTC or Europe/London"
        raise refusal("unknown-zone", f"{shown(value)} is not a time zone", remedy) from None
    return value


Days = Annotated[
    tuple[int, ...],
    PlainValidator(parse_days),
    PlainSerializer(print_days, when_used="json-unless-none"),
    WithJsonSchema({"type": ["string", "array"], "examples": ["Mon-Fri", ["Tue", "Thu"]]}),
]
"""Ascending days of the week, Monday 0."""
Hours = Annotated[
    tuple[tuple[int, int], ...],
    PlainValidator(parse_hours),
    PlainSerializer(print_hours, when_used="json-unless-none"),
    WithJsonSchema({"type": ["string", "array"], "examples": ["09:00-17:00", "22:00-06:00"]}),
]
"""Ascending spans in minutes since midnight; an end above 1440 is on the next day."""
Dates = Annotated[
    tuple[tuple[date, date], ...],
    PlainValidator(parse_dates),
    PlainSerializer(print_dates, when_used="json-unless-none"),
    WithJsonSchema({"type": ["string", "array"], "examples": ["2026-03-25 to 2026-03-31"]}),
]
"""Ascending ranges of dates, both ends meant."""
Zone = Annotated[
    str,
    PlainValidator(parse_zone),
    WithJsonSchema({"type": "string", "examples": ["Europe/London", "UTC"]}),
]
"""IANA name of a time zone."""
