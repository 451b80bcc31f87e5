"""Calendars become openings: ticks between which something is open.

Local times are those of semantics 5: one that is skipped in spring is the first instant after the
gap, one that occurs twice in autumn is the first. So a shift has its true length on both days.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np

from svcsim.model.arrays import CALENDAR, NONE, OPENING, TICKS_PER_HOUR, Records
from svcsim.scenario.calendar import (
    OFFICE,
    Calendar,
    closed_on,
    day_ticks,
    holiday_dates,
    named,
    periods,
)
from svcsim.scenario.dates import MINUTES_PER_DAY
from svcsim.scenario.schema import Scenario

SLACK = 400 * 24 * TICKS_PER_HOUR
"""Ticks by which calendars go on after the end: waits and due dates beyond it have a tick too."""
_EPOCH = date(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)


def instant(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC time of a local time without zone (semantics 5).

    >>> instant(datetime(2026, 3, 29, 1, 30), ZoneInfo("Europe/London")).isoformat()
    '2026-03-29T01:00:00+00:00'
    """
    found = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local:
        return found
    # In a gap fold=0 reads the offset before it, and so gives a time after it; fold=1 the reverse.
    after, before = found, local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    offset = after.astimezone(zone).utcoffset()
    while after - before > _MICROSECOND:
        middle = before + (after - before) // 2
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def end_tick(scenario: Scenario) -> int:
    """Return the tick at which a run ends: horizon and run-out (semantics 7)."""
    return scenario.horizon.ticks + scenario.run_out.ticks


class CalendarTables:
    """The calendars of a model, each compiled once.

    Parameters
    ----------
    start
        Tick 0, with its zone.
    until
        Tick at which the openings end: the end of the run and `SLACK`.
    working
        Calendar whose working days are the business days that seasons count.
    """

    def __init__(self, start: datetime, until: int, working: Calendar | None = OFFICE):
        if not isinstance(start.tzinfo, ZoneInfo):
            raise TypeError("start needs a zone of zoneinfo")
        self.start = start
        self.until = until
        self.zone = start.tzinfo
        self._start = start.astimezone(UTC)
        self._working = working if working is not None and not working.seasonal else OFFICE
        self._index: dict[tuple[Calendar | None, bool], int] = {}
        self._calendars: list[tuple[int, int, int]] = []
        self._openings: list[tuple[int, int, int, int]] = []
        self._arrays: tuple[Records, Records] | None = None

    @classmethod
    def of(cls, scenario: Scenario) -> Self:
        """Return empty tables for a scenario: its start, its end and `SLACK`, its calendar."""
        zone = ZoneInfo(scenario.start.zone)
        start = instant(scenario.start.local, zone).astimezone(zone)
        working = named(scenario.calendars, scenario.calendar)
        return cls(start, end_tick(scenario) + SLACK, working)

    day_ticks = staticmethod(day_ticks)

    def tick(self, local: datetime, zone: ZoneInfo | None = None) -> int:
        """Return the tick of a local time (of the start's zone), negative before the start."""
        return self.tick_of(instant(local, zone or self.zone))

    def tick_of(self, moment: datetime) -> int:
        """Return the tick of a time that knows its zone."""
        return (moment - self._start) // _MICROSECOND

    def local(self, tick: int, zone: ZoneInfo | None = None) -> datetime:
        """Return the local time of a tick (in the start's zone)."""
        return (self._start + tick * _MICROSECOND).astimezone(zone or self.zone)

    def zone_of(self, calendar: Calendar | None) -> ZoneInfo:
        """Return the zone in which a calendar's hours are meant."""
        return ZoneInfo(calendar.zone) if calendar is not None and calendar.zone else self.zone

    def add(self, calendar: Calendar | None, *, merged: bool) -> int:
        """Return the index of a calendar in `arrays`; None never closes.

        Parameters
        ----------
        calendar
            What to compile; equal calendars share an index.
        merged
            Join openings that touch: for clocks, windows, and staff without leave. Otherwise each
            shift is an opening, and what never closes has one for each local day, so that leave
            has a date.
        """
        key = (calendar, merged)
        if key not in self._index:
            self._index[key] = len(self._calendars)
            self._compile(calendar, merged)
            self._arrays = None
        return self._index[key]

    def arrays(self) -> tuple[Records, Records]:
        """Return the records CALENDAR and OPENING of what was added."""
        if self._arrays is None:
            openings = np.array(self._openings, dtype=OPENING)
            self._arrays = np.array(self._calendars, dtype=CALENDAR), openings
        return self._arrays

    def openings(self, index: int) -> Records:
        """Return the openings of one calendar."""
        calendars, openings = self.arrays()
        first = calendars[index]["first"]
        return openings[first : first + calendars[index]["n"]]

    def longest(self, index: int) -> int:
        """Return the ticks of the longest opening of a calendar; `until` if it never closes."""
        own = self.openings(index)
        always = self._calendars[index][2]
        return self.until if always else int((own["closes"] - own["opens"]).max(initial=0))

    def working_dates(self, calendar: Calendar | None) -> set[date]:
        """Return the local dates around [0, until) on which a shift starts; None: all."""
        return {day for day, _, _ in self._shifts(calendar, self.zone_of(calendar))}

    def _compile(self, calendar: Calendar | None, merged: bool) -> None:
        first, before, last = len(self._openings), 0, NONE
        if calendar is None and merged:
            self._calendars.append((first, 0, 1))
            return
        for opens, closes, day in self._spans(calendar):
            if merged and opens == last:
                begin, _, earlier, its_day = self._openings.pop()
                self._openings.append((begin, closes, earlier, its_day))
            else:
                self._openings.append((opens, closes, before, (day - _EPOCH).days))
            before += closes - opens
            last = closes
        self._calendars.append((first, len(self._openings) - first, 0))

    def _spans(self, calendar: Calendar | None) -> Iterator[tuple[int, int, date]]:
        """Yield (opens, closes, local date) of every shift, cut to [0, until), in order."""
        zone = self.zone_of(calendar)
        for day, opens, closes in self._shifts(calendar, zone):
            midnight = datetime.combine(day, time())
            begin = max(self.tick(midnight + timedelta(minutes=opens), zone), 0)
            end = min(self.tick(midnight + timedelta(minutes=closes), zone), self.until)
            if begin < end:
                yield begin, end, day

    def _dates(self, zone: ZoneInfo) -> tuple[date, date]:
        """Return the first and last local date on which a shift may start that matters."""
        first, last = self.local(0, zone).date(), self.local(self.until, zone).date()
        return first - 2 * _DAY, last + _DAY

    def _shifts(self, calendar: Calendar | None, zone: ZoneInfo) -> Iterator[tuple[date, int, int]]:
        """Yield (local date, opens, closes) in minutes since midnight of every shift."""
        first, last = self._dates(zone)
        if calendar is None or calendar.seasonal:
            chosen = None if calendar is None else self._season(calendar, first, last)
            for i in range((last - first).days + 1):
                day = first + i * _DAY
                if chosen is None or day in chosen:
                    yield day, 0, MINUTES_PER_DAY
            return
        for day in self._open_dates(calendar, first, last):
            for weekday, opens, closes in calendar.pattern:
                if weekday == day.weekday():
                    yield day, opens, closes

    @staticmethod
    def _open_dates(calendar: Calendar, first: date, last: date) -> list[date]:
        """Return the dates of a range on which a weekly pattern has a shift."""
        weekdays = {weekday for weekday, _, _ in calendar.pattern}
        off = holiday_dates(calendar.holidays, first, last)
        days = (first + i * _DAY for i in range((last - first).days + 1))
        return [
            day
            for day in days
            if day.weekday() in weekdays and day not in off and not closed_on(calendar.closed, day)
        ]

    def _season(self, calendar: Calendar, first: date, last: date) -> set[date]:
        """Return the dates of a season: whole days, those that are not worked among them."""
        length = calendar.first or calendar.last
        assert length is not None
        assert calendar.of is not None
        chosen: set[date] = set()
        for begin, end in periods(calendar.of, first, last):
            days = self._open_dates(self._working, begin, end)
            n = min(int(length.amount), len(days))
            if n == 0:
                continue
            if calendar.first is not None:
                end = days[n - 1]
            else:
                begin = days[-n]
            chosen.update(begin + i * _DAY for i in range((end - begin).days + 1))
        return chosen
