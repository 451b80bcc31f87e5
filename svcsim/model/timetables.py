"""Timetables become ticks: when each of their occasions is (semantics 5, 37, 67)."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from svcsim.model.calendar_tables import CalendarTables, epoch_day
from svcsim.scenario.calendar import Calendar, closed_on
from svcsim.scenario.dates import MINUTES_PER_DAY
from svcsim.scenario.timetable import Cycle, Occasion, Timetable

_DAY = timedelta(days=1)
Ranges = tuple[tuple[date, date], ...]
Months = dict[tuple[int, int], list[date]]
"""Dates of each (year, month) on which a calendar opens."""


class Occurrence(NamedTuple):
    """One occasion of a timetable."""

    tick: int
    """When it is."""
    number: int
    """Minutes of its local time since 1970-01-01; at a fixed distance its number, from 0."""


def occurrences(
    timetable: Timetable,
    calendar: Calendar | None,
    tables: CalendarTables,
    end: int,
    closed: Ranges = (),
) -> list[Occurrence]:
    """Return the occasions of a timetable in [0, end), in order of time, then number.

    Those of a week or month are on dates on which the calendar opens; two at one local time are
    one. Those at a fixed distance are on any date. None is on a closed date.

    Parameters
    ----------
    timetable
        What the scenario says.
    calendar
        Calendar whose dates and zone are meant; None never closes.
    tables
        Where calendars are compiled.
    end
        Tick before which they are.
    closed
        Dates on which there is none.
    """
    zone = tables.zone_of(calendar)
    if isinstance(timetable, Cycle):
        ticks = range(timetable.start.ticks, end, timetable.every.ticks)
        return [
            Occurrence(tick, number)
            for number, tick in enumerate(ticks)
            if not closed or not closed_on(closed, tables.local(tick, zone).date())
        ]
    found: set[Occurrence] = set()
    months: Months = {}
    for day in _dates(calendar, tables, end):
        if closed_on(closed, day):
            continue
        for occasion in timetable:
            if _is_on(occasion, day, months, calendar, tables):
                local = datetime.combine(day, time(occasion.minute // 60, occasion.minute % 60))
                tick = tables.tick(local, zone)
                if 0 <= tick < end:
                    minutes = epoch_day(day) * MINUTES_PER_DAY + occasion.minute
                    found.add(Occurrence(tick, minutes))
    return sorted(found)


def _dates(calendar: Calendar | None, tables: CalendarTables, end: int) -> Iterator[date]:
    """Yield the local dates of [0, end) on which a calendar opens."""
    zone = tables.zone_of(calendar)
    first, last = tables.local(0, zone).date(), tables.local(end, zone).date()
    worked = tables.working_dates(calendar)
    yield from (day for i in range((last - first).days + 1) if (day := first + i * _DAY) in worked)


def _is_on(
    occasion: Occasion,
    day: date,
    months: Months,
    calendar: Calendar | None,
    tables: CalendarTables,
) -> bool:
    """Say whether an occasion is on a date on which its calendar opens."""
    if occasion.date is not None:
        return day.day == occasion.date
    if occasion.weekday is not None and occasion.weekday != day.weekday():
        return False
    if occasion.nth is None:
        return True
    if occasion.weekday is None:
        month, n = (day.year, day.month), occasion.nth
        if month not in months:
            first, after = date(*month, 1), date(day.year + day.month // 12, day.month % 12 + 1, 1)
            months[month] = tables.opening_dates(calendar, first, after - _DAY)
        dates = months[month]
        return len(dates) >= abs(n) and dates[n - 1 if n > 0 else n] == day
    if occasion.nth == -1:
        return (day + 7 * _DAY).month != day.month
    return (day.day - 1) // 7 + 1 == occasion.nth
