"""Gates become sittings: when each takes place, and who is in time for it (semantics 35 to 37)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

import numpy as np

from svcsim.model.arrays import Integers
from svcsim.model.calendar_tables import CalendarTables
from svcsim.scenario.calendar import Calendar, closed_on, ticks_on
from svcsim.scenario.gate import Cycle, Gate, Meeting
from svcsim.scenario.units import Duration

_DAY = timedelta(days=1)


class Sitting(NamedTuple):
    """One meeting of a gate."""

    tick: int
    """When it begins."""
    deadlines: tuple[int, ...]
    """For each cut-off the latest tick of submission that may be heard; below 0: only backlog."""


def sittings(
    gate: Gate,
    calendar: Calendar | None,
    cut_offs: Sequence[Duration],
    tables: CalendarTables,
    end: int,
) -> list[Sitting]:
    """Return the sittings of a gate in [0, end), in order of time.

    Parameters
    ----------
    gate
        What the scenario says.
    calendar
        The gate's calendar; None never closes.
    cut_offs
        Cut-offs, for instance one for each class.
    tables
        Where calendars are compiled.
    end
        Tick at which the run ends.
    """
    ticks = np.array(sorted(set(_ticks(gate, calendar, tables, end))), dtype=np.int64)
    columns = [deadlines(ticks, cut_off, calendar, tables).tolist() for cut_off in cut_offs]
    return [
        Sitting(tick, tuple(column[i] for column in columns))
        for i, tick in enumerate(ticks.tolist())
    ]


def deadlines(
    ticks: Integers, cut_off: Duration, calendar: Calendar | None, tables: CalendarTables
) -> Integers:
    """Return the latest submissions in time for sittings at some ticks (semantics 35).

    That is the largest d <= m from which at least the cut-off is left until m: open time of the
    calendar for bd and bh, wall time else. Before the start no calendar is known: there it is -1,
    and what was submitted before is in time.
    """
    length = ticks_on(cut_off, calendar)
    if length == 0:
        return ticks
    if calendar is None or not cut_off.business:
        return ticks - length
    own = tables.openings(tables.add(calendar, merged=True))
    if len(own) == 0:
        return np.full_like(ticks, -1)
    at = np.searchsorted(own["opens"], ticks, side="right") - 1
    last = own[np.maximum(at, 0)]
    spent = np.minimum(ticks, last["closes"]) - last["opens"] + last["before"]
    left = np.where(at >= 0, spent, 0) - length
    # C(d) = left for the last time: in the opening that begins there if one does.
    within = own[np.maximum(np.searchsorted(own["before"], left, side="right") - 1, 0)]
    return np.where(left < 0, -1, within["opens"] + left - within["before"])


def _ticks(
    gate: Gate, calendar: Calendar | None, tables: CalendarTables, end: int
) -> Iterator[int]:
    """Yield the ticks of a gate's sittings in [0, end)."""
    zone = tables.zone_of(calendar)
    first = tables.start.astimezone(zone).date()
    if isinstance(gate.meets, Cycle):
        every = gate.meets.every.ticks
        for tick in range(gate.meets.start.ticks, end, every):
            if not closed_on(gate.closed, tables.local(tick, zone).date()):
                yield tick
        return
    last = tables.local(end, zone).date()
    worked = tables.working_dates(calendar)
    for i in range((last - first).days + 1):
        day = first + i * _DAY
        if day not in worked or closed_on(gate.closed, day):
            continue
        for meeting in gate.meets or ():
            if _meets_on(meeting, day):
                local = datetime.combine(day, time(meeting.minute // 60, meeting.minute % 60))
                tick = tables.tick(local, zone)
                if 0 <= tick < end:
                    yield tick


def _meets_on(meeting: Meeting, day: date) -> bool:
    """Say whether a meeting is on a date."""
    if meeting.weekday is not None and meeting.weekday != day.weekday():
        return False
    if meeting.nth is None:
        return True
    if meeting.nth == -1:
        return (day + 7 * _DAY).month != day.month
    return (day.day - 1) // 7 + 1 == meeting.nth
