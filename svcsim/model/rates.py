"""Demand profiles become rates: piecewise constant over the run.

An *ordinary week* has no holidays, no closed dates, no season and no change of clocks. It carries
the stated rate: its mean level is 1, however its hours are weighed. Holidays then take demand away
(or move it to the level outside the calendar), and seasons and months multiply it; neither is made
up for.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta
from itertools import pairwise
from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.errors import Problem, ScenarioError
from svcsim.model.arrays import RATE, Floats, Integers, Records
from svcsim.model.calendar_tables import CalendarTables, end_tick, epoch_day
from svcsim.model.csv_files import read_numbers
from svcsim.scenario.calendar import Calendar, named, ticks_on
from svcsim.scenario.dates import MINUTES_PER_DAY, MINUTES_PER_WEEK, WEEKDAYS
from svcsim.scenario.demand import Demand
from svcsim.scenario.demand_change import DemandChange
from svcsim.scenario.profile import Levels, Shape
from svcsim.scenario.schema import Scenario
from svcsim.scenario.units import Duration, Rate

Table = list[tuple[int, float]]
"""(tick, level) in order: a level holds from its tick to the next; the first tick is 0."""
STAIRS, HALF_LIVES = 8, 10
"""What fades goes down in so many stairs per half-life, and is gone after so many (semantics 3)."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rate_table(
    demand: Demand, scenario: Scenario, tables: CalendarTables | None = None, path: str = "demand"
) -> Table:
    """Return the arrivals per tick of Poisson demand over the run.

    Parameters
    ----------
    demand
        With a `rate` or a table of `rates`.
    scenario
        Says the calendars, the start and the end.
    tables
        Where calendars are compiled; not given: tables of its own.
    path
        Place of the demand in the scenario, for problems.

    Raises
    ------
    ScenarioError
        If the profile has no ordinary week, or the file cannot be read.
    """
    if demand.rates is not None:
        file = scenario.directory / demand.rates.csv
        items = read_numbers(file, demand.rates.column, f"{path}.rates")
        table = _repeated(items, demand.rates.bin.ticks, end_tick(scenario))
        return _changed(table, demand.changes, end_tick(scenario))
    if demand.rate is None:
        raise ValueError("only demand with a rate, or a table of rates, has a rate table")
    tables = tables or CalendarTables.of(scenario)
    profile = _profile(demand, scenario, tables, path)
    mean = mean_rate(demand.rate, demand, scenario, tables, path)
    table = [(tick, mean * level / profile.mean) for tick, level in profile.table]
    return _changed(table, demand.changes, end_tick(scenario))


def level_table(
    demand: Demand, scenario: Scenario, tables: CalendarTables | None = None, path: str = "demand"
) -> Table:
    """Return the operational ticks per tick of renewal demand over the run.

    Where the profile is a calendar, gaps are spent in its open time, at level 1; otherwise the mean
    level of an ordinary week is 1. Parameters and errors are those of `rate_table`.
    """
    tables = tables or CalendarTables.of(scenario)
    profile = _profile(demand, scenario, tables, path)
    mean = 1.0 if demand.profile is None or isinstance(demand.profile, str) else profile.mean
    table = [(tick, level / mean) for tick, level in profile.table]
    return _changed(table, demand.changes, end_tick(scenario))


def rate_records(table: Table, unit: float = 1.0) -> Records:
    """Return the RATE records of a table with its levels counted in `unit`.

    Operational time is summed exactly and rounded once.
    """
    levels = [level / unit for _, level in table]
    ratios = [level.as_integer_ratio() for level in levels]
    whole = max(denominator for _, denominator in ratios)  # a power of two, as they all are
    sums = [0]
    for (number, of), ((tick, _), (following, _)) in zip(ratios, pairwise(table), strict=False):
        sums.append(sums[-1] + number * (whole // of) * (following - tick))
    rows = zip(table, levels, sums, strict=True)
    return np.array([(tick, level, sum_ / whole, 0) for (tick, _), level, sum_ in rows], dtype=RATE)


def dated(table: Table, tables: CalendarTables, end: int, unit: float = 1.0) -> Records:
    """Return the RATE records of a table that is cut at each local midnight, with their dates."""
    day = tables.local(0).date()
    dates = {0: epoch_day(day)}
    while (tick := tables.tick(datetime.combine(day, time()))) < end:
        dates[max(0, tick)] = epoch_day(day)
        day += timedelta(days=1)
    midnights = sorted(dates)
    ticks = sorted({*dates, *(tick for tick, _ in table)})
    begins, levels = zip(*table, strict=True)
    levels_at = np.searchsorted(begins, ticks, side="right") - 1
    records = rate_records(
        [(tick, levels[at]) for tick, at in zip(ticks, levels_at.tolist(), strict=True)], unit
    )
    last_midnight = np.searchsorted(midnights, ticks, side="right") - 1
    records["date"] = [dates[midnights[at]] for at in last_midnight.tolist()]
    return records


def mean_rate(
    rate: Rate, demand: Demand, scenario: Scenario, tables: CalendarTables, path: str = "demand"
) -> float:
    """Return the items per tick of an ordinary week: also for the rate of a layer.

    Per bd and bh count the open time of the calendar that is the profile, else the scenario's.
    """
    per = Duration(1, rate.per)
    if not rate.business:
        return rate.amount / per.ticks
    name = demand.profile if isinstance(demand.profile, str) else scenario.calendar
    calendar = named(scenario.calendars, name)
    share = float(ordinary_week(calendar, tables).mean())
    if share == 0:
        raise _no_week(path, f"{name} has no business days of its own: it is a season")
    return rate.amount * share / ticks_on(per, calendar)


def ordinary_week(calendar: Calendar | None, tables: CalendarTables) -> NDArray[np.bool_]:
    """Return whether a calendar is open in each minute of an ordinary week, from Monday 00:00 on.

    The week is one of the start's zone; other zones lie beside it as they do at the start. A season
    is never open in it.
    """
    week = np.full(MINUTES_PER_WEEK, calendar is None)
    if calendar is not None:
        here, there = tables.local(0), tables.local(0, tables.zone_of(calendar))
        ahead = there.replace(tzinfo=None) - here.replace(tzinfo=None)
        for weekday, opens, closes in calendar.pattern:
            minutes = np.arange(opens, closes) + weekday * MINUTES_PER_DAY
            week[(minutes - round(ahead / timedelta(minutes=1))) % MINUTES_PER_WEEK] = True
    return week


# ---- profiles --------------------------------------------------------------------------------


class _Compiled(NamedTuple):
    """A profile over the run."""

    table: Table
    mean: float
    """Mean level of an ordinary week, above 0."""


def _profile(demand: Demand, scenario: Scenario, tables: CalendarTables, path: str) -> _Compiled:
    profile = scenario.calendar if demand.profile is None else demand.profile
    if isinstance(profile, Shape):
        compiled = _shape(profile, tables, end_tick(scenario))
    elif isinstance(profile, Levels):
        levels = [
            (named(scenario.calendars, name), level) for name, level in profile.calendars.items()
        ]
        seasons_only = all(calendar and calendar.seasonal for calendar, _ in levels)
        if seasons_only and profile.otherwise != 1:
            raise ScenarioError(
                [
                    Problem(
                        "no-ordinary-week",
                        f"{path}.profile.otherwise",
                        "an ordinary week, outside of every season, carries 100% of the rate",
                        "write otherwise: 100% and change the rate",
                    )
                ]
            )
        compiled = _levels(levels, profile.otherwise, tables, end_tick(scenario))
    else:
        calendar = named(scenario.calendars, profile)
        compiled = _levels([(calendar, 1.0)], 0.0, tables, end_tick(scenario))
    if compiled.mean == 0:
        raise _no_week(f"{path}.profile", "an ordinary week of this profile has no demand")
    return compiled


def _no_week(path: str, found: str) -> ScenarioError:
    remedy = "write a calendar of a week, or levels such as {quarter_end: 180%, otherwise: 100%}"
    return ScenarioError([Problem("no-ordinary-week", path, found, remedy)])


def _levels(
    by_calendar: Sequence[tuple[Calendar | None, float]],
    otherwise: float,
    tables: CalendarTables,
    end: int,
) -> _Compiled:
    """Return the level of the first calendar that is open, times that of the first season."""
    seasons = [pair for pair in by_calendar if pair[0] is not None and pair[0].seasonal]
    weeks = [pair for pair in by_calendar if pair not in seasons]
    week = np.full(MINUTES_PER_WEEK, otherwise)
    for calendar, level in reversed(weeks):
        week[ordinary_week(calendar, tables)] = level
    edges = np.concatenate([[0], *(_edges(calendar, tables) for calendar, _ in by_calendar)])
    edges = np.unique(edges[edges < end]).astype(np.int64)
    levels = np.full(len(edges), otherwise)
    for calendar, level in reversed(weeks):
        levels[_open_at(calendar, tables, edges)] = level
    factors = np.ones(len(edges))
    for calendar, level in reversed(seasons):
        factors[_open_at(calendar, tables, edges)] = level
    steps = zip(edges.tolist(), (levels * factors).tolist(), strict=True)
    return _Compiled(_compressed(steps), float(week.mean()))


def _edges(calendar: Calendar | None, tables: CalendarTables) -> Integers:
    own = tables.openings(tables.add(calendar, merged=True))
    return np.concatenate([own["opens"], own["closes"]])


def _open_at(
    calendar: Calendar | None, tables: CalendarTables, ticks: Integers
) -> NDArray[np.bool_]:
    """Return whether a calendar is open at some ticks."""
    own = tables.openings(tables.add(calendar, merged=True))
    if len(own) == 0:
        return np.full(len(ticks), calendar is None)
    at = np.searchsorted(own["opens"], ticks, side="right") - 1
    found: NDArray[np.bool_] = (at >= 0) & (ticks < own["closes"][np.maximum(at, 0)])
    return found


def _shape(shape: Shape, tables: CalendarTables, end: int) -> _Compiled:
    """Return hour of the day times day of the week times month, in local time of the start."""
    days = {str(name): factor for name, factor in shape.weekdays.items()}
    months = {str(name): factor for name, factor in shape.months.items()}
    steps: dict[int, float] = {}
    day = tables.local(0).date()
    while (midnight := tables.tick(datetime.combine(day, time()))) < end:
        factor = days.get(WEEKDAYS[day.weekday()], 1.0) * months.get(MONTHS[day.month - 1], 1.0)
        steps[midnight] = factor * shape.hours[0]
        for hour in range(1, 24):
            if shape.hours[hour] != shape.hours[hour - 1]:
                # Of hours that are skipped the last one holds after the gap.
                steps[tables.tick(datetime.combine(day, time(hour)))] = factor * shape.hours[hour]
        day += timedelta(days=1)
    before = [level for tick, level in steps.items() if tick <= 0]
    after = [(tick, level) for tick, level in steps.items() if 0 < tick < end]
    week = sum(shape.hours) * sum(days.get(name, 1.0) for name in WEEKDAYS)
    return _Compiled(_compressed([(0, before[-1]), *after]), week / (24 * 7))


def _repeated(items: Floats, length: int, end: int) -> Table:
    """Return a table of items per bin, repeated to the end, per tick."""
    bins = range(-(-end // length))
    return _compressed((i * length, float(items[i % len(items)]) / length) for i in bins)


def _changed(table: Table, changes: Sequence[DemandChange], end: int) -> Table:
    """Return a table with changes: each multiplies the level while it lasts."""
    if not changes:
        return table
    stairs = [_stairs(change) for change in changes]
    edges = sorted({tick for steps in (table, *stairs) for tick, _ in steps if tick < end})
    return _compressed(
        (tick, _level(table, tick) * prod(1.0 + _level(steps, tick) for steps in stairs))
        for tick in edges
    )


def _stairs(change: DemandChange) -> Table:
    """Return how much a change adds: what fades goes down in stairs (semantics 3)."""
    begin = change.start.ticks
    steps: Table = [(0, 0.0), (begin, change.by)]
    if change.half_life is not None:
        stair = change.half_life.ticks / STAIRS
        steps += [
            (begin + round(k * stair), change.by * 2 ** (-k / STAIRS))
            for k in range(1, STAIRS * HALF_LIVES)
        ]
        steps.append((begin + HALF_LIVES * change.half_life.ticks, 0.0))
    if change.until is not None:
        ends = change.until.ticks
        steps = [(tick, level) for tick, level in steps if tick < ends] + [(ends, 0.0)]
    return steps


def _level(table: Table, tick: int) -> float:
    """Return the level that holds at a tick."""
    return table[bisect_right(table, tick, key=lambda step: step[0]) - 1][1]


def _compressed(steps: Iterable[tuple[int, float]]) -> Table:
    """Leave out steps that change nothing."""
    table: Table = []
    for tick, level in steps:
        if not table or table[-1][1] != level:
            table.append((tick, level))
    return table
