"""Calendars: when something is open, in words.

A calendar is a weekly pattern of shifts with holidays and closed dates, or a season: the first or
last business days of each month, quarter or year. `svcsim.model.calendar_tables` turns either
into openings.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import PlainValidator, WithJsonSchema, model_validator

from svcsim.scenario.dates import (
    MINUTES_PER_DAY,
    MINUTES_PER_WEEK,
    WEEKDAYS,
    Dates,
    Days,
    Hours,
    Zone,
    print_time,
)
from svcsim.scenario.rules import refusal
from svcsim.scenario.units import WALL_TICKS, Duration, shown
from svcsim.scenario.words import Frozen


def parse_holidays(value: object) -> str:
    """Read a country, or country and subdivision, of the `holidays` package: ``GB-ENG``."""
    import holidays

    country, dash, part = value.partition("-") if isinstance(value, str) else ("", "", "")
    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        remedy = "write a country such as GB, or a part of one such as GB-ENG"
        raise refusal("unknown-holidays", f"no holidays are known for {shown(value)}", remedy)
    parts = holidays.country_holidays(country).subdivisions
    if dash and part not in parts:
        remedy = f"parts of {country} are {', '.join(parts)}" if parts else f"write {country}"
        raise refusal("unknown-holidays", f"no holidays are known for {shown(value)}", remedy)
    return str(value)


Holidays = Annotated[
    str,
    PlainValidator(parse_holidays),
    WithJsonSchema({"type": "string", "examples": ["GB-ENG", "DE"]}),
]
"""Country, or country and subdivision, of the `holidays` package."""


class Shift(Frozen):
    """Hours on some days of the week."""

    days: Days
    hours: Hours


class Calendar(Frozen):
    """When something is open: a weekly pattern, or a season.

    A shift belongs to the day on which it starts: a holiday removes the night shift that starts
    on it, and leaves the one that ends on it.
    """

    days: Days | None = None
    """Days of the pattern."""
    hours: Hours | None = None
    """Hours on each of them."""
    shifts: tuple[Shift, ...] | None = None
    """The pattern, where hours differ by day; stands instead of `days` and `hours`."""
    holidays: Holidays | None = None
    """Public holidays on which nothing starts."""
    closed: Dates = ()
    """Other dates on which nothing starts."""
    day: Duration | None = None
    """One business day of open time; not given: the length of the commonest working day."""
    zone: Zone | None = None
    """Time zone; not given: that of the scenario's start."""
    first: Duration | None = None
    """A season: from the start of each period to the end of its n-th business day."""
    last: Duration | None = None
    """A season: from the n-th last business day of each period to its end."""
    of: Literal["month", "quarter", "year"] | None = None
    """Period of the season."""

    @property
    def seasonal(self) -> bool:
        """Whether it is a season and not a weekly pattern."""
        return self.of is not None

    @property
    def pattern(self) -> tuple[tuple[int, int, int], ...]:
        """Shifts of an ordinary week: (weekday, opens, closes) in minutes since its midnight."""
        shifts = self.shifts or ()
        if self.days is not None and self.hours is not None:
            shifts = (Shift(days=self.days, hours=self.hours),)
        return tuple(
            sorted((day, *span) for shift in shifts for day in shift.days for span in shift.hours)
        )

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        weekly = self.days is not None or self.hours is not None
        season = self.first is not None or self.last is not None or self.of is not None
        if weekly + (self.shifts is not None) + season != 1:
            raise refusal(
                "calendar-form", f"{_given(self)} do not say when it is open",
                "write days and hours, or shifts, or a season: {last: 10 bd, of: quarter}",
            )  # fmt: skip
        if weekly and (self.days is None or self.hours is None):
            missing = "hours: 09:00-17:00" if self.hours is None else "days: Mon-Fri"
            raise refusal("calendar-form", f"only {_given(self)} given", f"add {missing}")
        if season:
            self._check_season()
        else:
            self._check_pattern()
        return self

    def _check_season(self) -> None:
        length = self.first or self.last
        if length is None or (self.first and self.last) or self.of is None:
            remedy = "write for instance {last: 10 bd, of: quarter}"
            raise refusal("not-a-season", f"{_given(self)} do not make a season", remedy)
        if length.unit != "bd" or length.amount < 1 or length.amount != int(length.amount):
            remedy = "write a whole number of business days, for instance 10 bd"
            raise refusal("not-a-season", f"{length} is not a length of a season", remedy)
        if self.holidays or self.closed or self.day:
            remedy = "leave out holidays, closed and day: the scenario's calendar counts the days"
            raise refusal("not-a-season", f"{_given(self)} stand together", remedy)

    def _check_pattern(self) -> None:
        if not self.pattern:
            remedy = "write for instance [{days: Mon-Fri, hours: 09:00-17:00}]"
            raise refusal("calendar-form", "there is no shift", remedy)
        if self.day is not None and (self.day.business or self.day.ticks < WALL_TICKS["min"]):
            remedy = "write hours, for instance 8 h"
            raise refusal("calendar-form", f"{self.day} is not the length of a day", remedy)
        week = sorted((day * MINUTES_PER_DAY + opens, closes - opens, day)
                      for day, opens, closes in self.pattern)  # fmt: skip
        around = [*week, (week[0][0] + MINUTES_PER_WEEK, *week[0][1:])]
        for (opens, length, day), (following, _, other) in pairwise(around):
            if opens + length > following:
                days = dict.fromkeys((WEEKDAYS[day], WEEKDAYS[other]))
                raise refusal(
                    "overlapping-shifts",
                    f"two shifts of {' and '.join(days)} overlap at "
                    f"{print_time(following % MINUTES_PER_DAY)}",
                    "join them into one, or make two teams with a calendar each",
                )


def _given(calendar: Calendar) -> str:
    """The names of the fields that were written."""
    names = [name for name in Calendar.model_fields if name in calendar.model_fields_set]
    return ", ".join(names) or "no words"


OFFICE = Calendar(days=(0, 1, 2, 3, 4), hours=((9 * 60, 17 * 60),))
"""The built-in calendar ``office``: Mon-Fri 09:00-17:00, no holidays; a file may redefine it."""
BUILT_IN: Mapping[str, Calendar | None] = {"always": None, "office": OFFICE}
"""Calendars that every file knows; None never closes."""


def named(calendars: Mapping[str, Calendar], name: str) -> Calendar | None:
    """Return the calendar of a name, None for ``always``.

    Raises
    ------
    KeyError
        If neither the file nor svcsim knows it.
    """
    return calendars[name] if name in calendars else BUILT_IN[name]


def day_ticks(calendar: Calendar | None) -> int:
    """Return the ticks of one business day (semantics 6).

    It is `day`, else the length of the commonest working day, the longer of two equally common
    ones; 24 h for a season and for what never closes (None).
    """
    if calendar is None or calendar.seasonal:
        return WALL_TICKS["d"]
    if calendar.day is not None:
        return calendar.day.ticks
    minutes: Counter[int] = Counter()
    for weekday, opens, closes in calendar.pattern:
        minutes[weekday] += closes - opens
    lengths = Counter(minutes.values())
    return max(lengths, key=lambda length: (lengths[length], length)) * WALL_TICKS["min"]


def ticks_on(duration: Duration, calendar: Calendar | None) -> int:
    """Return the ticks of a duration; bd and bh are open time of the calendar (semantics 6)."""
    if duration.unit == "bd":
        return round(duration.amount * day_ticks(calendar))
    if duration.unit == "bh":
        return round(duration.amount * WALL_TICKS["h"])
    return duration.ticks


def closed_on(ranges: tuple[tuple[date, date], ...], day: date) -> bool:
    """Say whether a date lies in one of the ranges."""
    return any(first <= day <= last for first, last in ranges)


def holiday_dates(code: str | None, first: date, last: date) -> frozenset[date]:
    """Return the public holidays of ``GB-ENG`` and the like from `first` to `last`."""
    if code is None:
        return frozenset()
    import holidays

    country, _, part = code.partition("-")
    years = range(first.year, last.year + 1)
    found = holidays.country_holidays(country, subdiv=part or None, years=years)
    return frozenset(day for day in found if first <= day <= last)


def periods(of: str, first: date, last: date) -> list[tuple[date, date]]:
    """Return the first and last date of each month, quarter or year that touches a range."""
    months = {"month": 1, "quarter": 3, "year": 12}[of]
    month = 12 * first.year + (first.month - 1) // months * months
    found = []
    while (begin := date(month // 12, month % 12 + 1, 1)) <= last:
        month += months
        found.append((begin, date(month // 12, month % 12 + 1, 1) - timedelta(days=1)))
    return found
