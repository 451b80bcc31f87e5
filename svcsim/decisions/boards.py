"""A gate that sits twice as often: one sitting more, halfway between each two."""

from functools import partial
from itertools import pairwise

import numpy as np

from svcsim.decisions.variants import sittings_added
from svcsim.model.arrays import Integers, Model, Records
from svcsim.model.build import Compiled
from svcsim.model.calendar_tables import CalendarTables
from svcsim.model.sittings import deadlines
from svcsim.scenario.calendar import Calendar, closed_on, named
from svcsim.scenario.flow import placed
from svcsim.scenario.gate import Gate
from svcsim.scenario.schema import Scenario
from svcsim.scenario.units import Duration
from svcsim.scenario.words import of_class, says

NOTHING = Duration(0, "h")
"""The cut-off of classes that never come to the gate."""


def twice_as_often(scenario: Scenario, compiled: Compiled, gate: int) -> "partial[Model] | None":
    """Return what lets a gate sit twice as often; None if it sits less than twice.

    The new sittings lie halfway in the open time of the gate's calendar, so that those who attend
    are there, and not on dates on which the gate is closed. Cut-offs hold for them too.
    """
    model, names = compiled
    stream, _, step = names.gates[gate].partition(".")
    classes = names.classes[list(names.streams).index(stream)]
    said = next(p.step.gate for p in placed(scenario.streams[stream].steps) if p.name == step)
    record = model.gates[gate]
    held = model.sittings[record["first"] : record["first"] + record["n"]]["tick"]
    if said is None or len(held) < 2:
        return None
    calendar = named(scenario.calendars, said.calendar or scenario.calendar)
    tables = CalendarTables.of(scenario)
    ticks = _between(said, calendar, held, tables)
    cut_offs = [of_class(said.cut_off, c) if says(said.cut_off, c) else NOTHING for c in classes]
    columns = [deadlines(ticks, cut_off, calendar, tables).tolist() for cut_off in cut_offs]
    rows = {tick: tuple(column[i] for column in columns) for i, tick in enumerate(ticks.tolist())}
    return partial(sittings_added, gate=gate, ticks=tuple(ticks.tolist()), deadlines=rows)


def _between(
    gate: Gate, calendar: Calendar | None, held: Integers, tables: CalendarTables
) -> Integers:
    openings = None
    if calendar is not None:
        openings = tables.openings(tables.add(calendar, merged=True))
    zone, ticks = tables.zone_of(calendar), []
    for before, after in pairwise(sorted(held.tolist())):
        tick = (before + after) // 2 if openings is None else _halfway(openings, before, after)
        if before < tick < after and not closed_on(gate.closed, tables.local(tick, zone).date()):
            ticks.append(tick)
    return np.array(ticks, np.int64)


def _halfway(openings: Records, begin: int, end: int) -> int:
    """Return the tick at which half the open time between two ticks has passed."""

    def spent(tick: int) -> int:
        at = int(np.searchsorted(openings["opens"], tick, side="right")) - 1
        if at < 0:
            return 0
        last = openings[at]
        return int(last["before"] + min(tick, int(last["closes"])) - last["opens"])

    wanted = (spent(begin) + spent(end)) // 2
    at = max(int(np.searchsorted(openings["before"], wanted, side="right")) - 1, 0)
    return int(openings[at]["opens"] + wanted - openings[at]["before"])
