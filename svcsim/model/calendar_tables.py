"""Calendars become openings: ticks between which something is open.

Local times are those of semantics 5: one that is skipped in spring is the first instant after the
gap, one that occurs twice in autumn is the first. So a shift has its true length on both days.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from svcsim.model.arrays import CALENDAR, OPENING, TICKS_PER_HOUR, Integers, Records
from svcsim.scenario.calendar import (
    OFFICE,
    Calendar,
    day_ticks,
    holiday_dates,
    named,
    periods,
)
from svcsim.scenario.dates import MINUTES_PER_DAY
from svcsim.scenario.schema import Scenario
from svcsim.scenario.units import WALL_TICKS

SLACK = 400 * 24 * TICKS_PER_HOUR
"""Ticks by which calendars go on after the end: waits and due dates beyond it have a tick too."""
_EPOCH = date(1970, 1, 1)
_MICROSECOND = timedelta(microseconds=1)
_DAY = timedelta(days=1)
_LATER = 2
"""Dates after that on which a shift starts: it ends on the next, whose end is looked at too."""


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


@lru_cache(maxsize=16)
def midnights(zone: ZoneInfo, first: date, n: int) -> Integers:
    """Return the microseconds since the epoch of the midnights of n dates in a zone."""
    epoch = datetime.combine(_EPOCH, time(), UTC)
    days = (datetime.combine(first + i * _DAY, time()) for i in range(n))
    found = np.array([(instant(day, zone) - epoch) // _MICROSECOND for day in days], np.int64)
    found.flags.writeable = False
    return found


def epoch_day(day: date) -> int:
    """Return the days of a date since 1970-01-01."""
    return (day - _EPOCH).days


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
        self._epoch_tick = (self._start - datetime.combine(_EPOCH, time(), UTC)) // _MICROSECOND
        self._working = working if working is not None and not working.seasonal else OFFICE
        self._index: dict[tuple[Calendar | None, bool], int] = {}
        self._closed: dict[tuple[int, ...], int] = {}
        self._after: dict[tuple[int, int], int] = {}
        self._never_closes: list[bool] = []
        self._openings: list[Records] = []

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
            self._index[key] = len(self._openings)
            always = calendar is None and merged
            self._never_closes.append(always)
            self._openings.append(np.empty(0, OPENING) if always else self._compile(*key))
        return self._index[key]

    def closed(self, indices: tuple[int, ...]) -> int:
        """Return the index of a calendar that is open when all of some calendars are closed."""
        if indices not in self._closed:
            self._closed[indices] = len(self._openings)
            self._never_closes.append(False)
            self._openings.append(self._between(indices))
        return self._closed[indices]

    def after(self, index: int, tick: int) -> int:
        """Return the index of a calendar that is open when another is, from a tick on."""
        if (index, tick) not in self._after:
            self._after[index, tick] = len(self._openings)
            own = self._openings[index]
            if self._never_closes[index]:
                own = np.zeros(1, OPENING)
                own["closes"], own["date"] = self.until, epoch_day(self.local(tick).date())
            found = own[own["closes"] > tick]
            found["opens"] = np.maximum(found["opens"], tick)
            lengths = found["closes"] - found["opens"]
            found["before"] = np.cumsum(lengths) - lengths
            self._never_closes.append(False)
            self._openings.append(found)
        return self._after[index, tick]

    def _between(self, indices: tuple[int, ...]) -> Records:
        """Return the openings in [0, until) in which none of some calendars is open."""
        if any(self._never_closes[index] for index in indices):
            return np.empty(0, OPENING)
        spans = np.concatenate([self._openings[index] for index in indices])
        spans = spans[np.argsort(spans["opens"], kind="stable")]
        opens = np.concatenate([[0], np.maximum.accumulate(spans["closes"])])
        closes = np.append(spans["opens"], self.until)
        some = opens < closes
        found = np.empty(np.count_nonzero(some), OPENING)
        found["opens"], found["closes"] = opens[some], closes[some]
        found["date"] = [epoch_day(self.local(tick).date()) for tick in found["opens"].tolist()]
        lengths = found["closes"] - found["opens"]
        found["before"] = np.cumsum(lengths) - lengths
        return found

    def arrays(self) -> tuple[Records, Records]:
        """Return the records CALENDAR and OPENING of what was added."""
        calendars = np.zeros(len(self._openings), CALENDAR)
        calendars["n"] = n = [len(own) for own in self._openings]
        calendars["first"] = np.cumsum(n, dtype=np.int64) - n
        calendars["always"] = self._never_closes
        return calendars, np.concatenate([np.empty(0, OPENING), *self._openings])

    def openings(self, index: int) -> Records:
        """Return the openings of one calendar."""
        return self._openings[index]

    def longest(self, index: int) -> int:
        """Return the ticks of the longest opening of a calendar; `until` if it never closes."""
        own = self._openings[index]
        always = self._never_closes[index]
        return self.until if always else int((own["closes"] - own["opens"]).max(initial=0))

    def working_dates(self, calendar: Calendar | None) -> set[date]:
        """Return the local dates around [0, until) on which a shift starts; None: all."""
        return set(self.opening_dates(calendar, *self._dates(self.zone_of(calendar))))

    def opening_dates(self, calendar: Calendar | None, first: date, last: date) -> list[date]:
        """Return the local dates of a range on which a shift starts, in order; None: all."""
        return [_EPOCH + day * _DAY for day in self._opening_days(calendar, first, last).tolist()]

    def _compile(self, calendar: Calendar | None, merged: bool) -> Records:
        """Return the openings of a calendar: its shifts in order, cut to [0, until)."""
        zone = self.zone_of(calendar)
        days, begins, ends = self._shifts(calendar, zone)
        opens = np.maximum(self._ticks(days, begins, zone), 0)
        closes = np.minimum(self._ticks(days, ends, zone), self.until)
        some = opens < closes
        opens, closes, days = opens[some], closes[some], days[some]
        apart = np.ones(len(opens) + 1, bool)
        if merged:
            apart[1:-1] = opens[1:] != closes[:-1]
        begin, end = apart[:-1], apart[1:]
        found = np.empty(np.count_nonzero(begin), OPENING)
        found["opens"], found["closes"], found["date"] = opens[begin], closes[end], days[begin]
        lengths = found["closes"] - found["opens"]
        found["before"] = np.cumsum(lengths) - lengths
        return found

    def _ticks(self, days: Integers, minutes: Integers, zone: ZoneInfo) -> Integers:
        """Return the ticks of local times: minutes after the midnights of dates."""
        first, last = self._dates(zone)
        midnight = midnights(zone, first, (last - first).days + 1 + _LATER)
        date_of = days - epoch_day(first) + minutes // MINUTES_PER_DAY
        ticks: Integers = midnight[date_of] + minutes % MINUTES_PER_DAY * WALL_TICKS["min"]
        ticks -= self._epoch_tick
        changes = midnight[date_of + 1] - midnight[date_of] != WALL_TICKS["d"]
        for i in np.flatnonzero(changes).tolist():
            since = timedelta(days=int(days[i]), minutes=int(minutes[i]))
            ticks[i] = self.tick(datetime.combine(_EPOCH, time()) + since, zone)
        return ticks

    def _dates(self, zone: ZoneInfo) -> tuple[date, date]:
        """Return the first and last local date on which a shift may start that matters."""
        first, last = self.local(0, zone).date(), self.local(self.until, zone).date()
        return first - 2 * _DAY, last + _DAY

    def _shifts(
        self, calendar: Calendar | None, zone: ZoneInfo
    ) -> tuple[Integers, Integers, Integers]:
        """Return (epoch days, opens, closes) of every shift, in minutes since midnight."""
        days = self._opening_days(calendar, *self._dates(zone))
        if calendar is None or calendar.seasonal:
            return days, np.zeros_like(days), np.full_like(days, MINUTES_PER_DAY)
        weekdays, opens, closes = np.array(calendar.pattern).T
        day, shift = np.nonzero(_weekday(days)[:, None] == weekdays)
        return days[day], opens[shift], closes[shift]

    def _opening_days(self, calendar: Calendar | None, first: date, last: date) -> Integers:
        """Return the epoch days of a range on which a calendar has a shift; None: all."""
        if calendar is not None and not calendar.seasonal:
            return self._open_days(calendar, first, last)
        days = np.arange(epoch_day(first), epoch_day(last) + 1)
        return days if calendar is None else days[self._season(calendar, first, last)]

    @staticmethod
    def _open_days(calendar: Calendar, first: date, last: date) -> Integers:
        """Return the epoch days of a range on which a weekly pattern has a shift."""
        days = np.arange(epoch_day(first), epoch_day(last) + 1)
        chosen = np.isin(_weekday(days), [weekday for weekday, _, _ in calendar.pattern])
        off = holiday_dates(calendar.holidays, first, last)
        for begin, end in (*calendar.closed, *((day, day) for day in off)):
            chosen &= (days < epoch_day(begin)) | (days > epoch_day(end))
        return days[chosen]

    def _season(self, calendar: Calendar, first: date, last: date) -> NDArray[np.bool_]:
        """Return which dates of a range are in a season, those that are not worked too."""
        length = calendar.first or calendar.last
        assert length is not None
        assert calendar.of is not None
        days = np.arange(epoch_day(first), epoch_day(last) + 1)
        chosen = np.zeros(len(days), bool)
        for begin, end in periods(calendar.of, first, last):
            worked = self._open_days(self._working, begin, end)
            n = min(int(length.amount), len(worked))
            if n == 0:
                continue
            if calendar.first is not None:
                chosen |= (epoch_day(begin) <= days) & (days <= worked[n - 1])
            else:
                chosen |= (worked[-n] <= days) & (days <= epoch_day(end))
        return chosen


def _weekday(days: Integers) -> Integers:
    """Return the days of the week of epoch days, Monday first."""
    return np.asarray((days + _EPOCH.weekday()) % 7)
