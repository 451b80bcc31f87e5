"""Gates become sittings: when each takes place, and who is in time for it (semantics 35 to 37)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from svcsim.model.arrays import Integers
from svcsim.model.calendar_tables import CalendarTables
from svcsim.model.timetables import occurrences
from svcsim.scenario.calendar import Calendar, ticks_on
from svcsim.scenario.gate import Gate
from svcsim.scenario.units import Duration


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
    held = () if gate.meets is None else gate.meets
    found = occurrences(held, calendar, tables, end, gate.closed)
    ticks = np.array(sorted({one.tick for one in found}), dtype=np.int64)
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
    return earlier(
        ticks, ticks_on(cut_off, calendar), calendar if cut_off.business else None, tables
    )


def earlier(
    ticks: Integers, length: int, calendar: Calendar | None, tables: CalendarTables
) -> Integers:
    """Return the latest ticks from which so much time of a calendar is left until some ticks.

    None is the wall clock. Before the start no calendar is known: there it is -1.
    """
    if length == 0:
        return ticks
    if calendar is None:
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
