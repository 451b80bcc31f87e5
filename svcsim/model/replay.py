"""Arrivals whose times are known: read from a file, or scheduled."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

from svcsim.errors import Problem, ScenarioError
from svcsim.model.arrays import NONE, REPLAY, TICKS_PER_HOUR, Records
from svcsim.model.calendar_tables import SLACK, CalendarTables, end_tick, instant
from svcsim.model.csv_files import MOST_PROBLEMS, read_rows
from svcsim.model.sittings import earlier
from svcsim.model.timetables import occurrences
from svcsim.scenario.calendar import Calendar, named
from svcsim.scenario.demand import Demand
from svcsim.scenario.schema import Scenario
from svcsim.scenario.units import LONGEST_TICKS, WALL_TICKS


class Notice(NamedTuple):
    """How long before an event items come."""

    largest: float
    """Ticks that it never exceeds."""
    calendar: Calendar | None
    """Calendar on which it is counted; None: the wall clock."""


def replay_records(
    scenario: Scenario, stream: str, tables: CalendarTables | None = None
) -> Records:
    """Return the REPLAY records of a stream whose demand comes from a CSV file.

    Rows outside the run are left out. Where the demand names a column `item`, only the first row of
    each item counts.

    Parameters
    ----------
    scenario
        Says the directory, the start and the end.
    stream
        Name of the stream.
    tables
        Knows the start as an instant; not given: tables of its own.

    Raises
    ------
    ScenarioError
        If the file cannot be read, a row has no time or an unknown class, or no row is in the run.
    """
    demand, place = scenario.streams[stream].demand, f"streams.{stream}.demand"
    if demand is None or demand.csv is None or demand.arrived is None:
        raise ValueError("only demand with a file has a replay")
    tables = tables or CalendarTables.of(scenario)
    zone = ZoneInfo(demand.zone) if demand.zone else tables.zone
    classes = sorted(scenario.streams[stream].classes)
    index = _class_index(demand.class_names, classes)
    file, end = scenario.directory / demand.csv, end_tick(scenario)
    records: list[tuple[int, int, int, int]] = []
    problems: list[Problem] = []
    outside: list[datetime] = []

    def refuse(code: str, word: str, found: str, remedy: str, line: int) -> None:
        problems.append(Problem(code, f"{place}.{word}", found, remedy, str(file), line))

    for row, line, arrived, text in _arrivals(demand, file, place):
        moment = _moment(arrived, demand.format, zone)
        cls = NONE if text is None else index.get(text)
        if moment is None:
            form = f"in the format {demand.format}" if demand.format else "such as 2026-01-05 09:30"
            found = f"{arrived!r} is not a time"
            refuse("not-a-moment", "arrived", found, f"write a time {form}", line)
        elif cls is None:
            remedy = f"classes are {', '.join(classes)}; name it in classes_from"
            refuse("unknown-class", "class", f"{text!r} is no class", remedy, line)
        elif 0 <= (tick := tables.tick_of(moment)) < end:
            records.append((tick, cls, row, NONE))
        else:
            outside.append(moment)
        if len(problems) == MOST_PROBLEMS:
            break
    if not problems and not records:
        found = f"no row of {file.name} is in the run"
        if outside:
            first, last = (f"{time:%Y-%m-%d %H:%M} UTC" for time in (min(outside), max(outside)))
            found += f"; its times go from {first} to {last}"
        refuse("nothing-to-replay", "csv", found, "change start or horizon", 0)
    if problems:
        raise ScenarioError(problems)
    records.sort(key=lambda record: record[0])  # rows of one tick stay in order
    return np.array(records, dtype=REPLAY)


def scheduled_records(
    demand: Demand, scenario: Scenario, tables: CalendarTables, notice: Notice | None, path: str
) -> Records:
    """Return the REPLAY records of scheduled demand, one for each occasion (semantics 67, 68).

    Parameters
    ----------
    demand
        With a timetable.
    scenario
        Says the calendars, the start and the end.
    tables
        Where calendars are compiled.
    notice
        How long before them items come at most; None: they come at them.
    path
        Place of the demand in the scenario, for problems.

    Raises
    ------
    ScenarioError
        If items may come longer before an event than calendars are known.
    """
    if demand.scheduled is None:
        raise ValueError("only demand with a timetable is scheduled")
    calendar, end = (
        named(scenario.calendars, demand.calendar or scenario.calendar),
        end_tick(scenario),
    )
    if notice is None:
        found = occurrences(demand.scheduled, calendar, tables, end)
        return np.array([(one.tick, NONE, one.number, NONE) for one in found], dtype=REPLAY)
    known = end + SLACK - WALL_TICKS["d"]
    least = int(min(notice.largest, LONGEST_TICKS)) + TICKS_PER_HOUR  # what is drawn is rounded
    if earlier(np.array([known]), least, notice.calendar, tables)[0] < end:
        found_text = "it may be longer than a year"
        remedy = "give it a largest value, for instance between: [0 bd, 60 bd]"
        raise ScenarioError([Problem("notice-too-long", f"{path}.notice", found_text, remedy)])
    events = occurrences(demand.scheduled, calendar, tables, known)
    ticks = np.array([one.tick for one in events], np.int64)
    opens = np.maximum(earlier(ticks, least, notice.calendar, tables), 0).tolist()
    rows = zip(opens, events, strict=True)
    found_rows = [(first, NONE, one.number, one.tick) for first, one in rows if first < end]
    return np.array(found_rows, dtype=REPLAY)


def _arrivals(demand: Demand, file: Path, place: str) -> Iterator[tuple[int, int, str, str | None]]:
    """Yield (row from 0, line, time, class if there is a column) of the rows that count."""
    words = {"arrived": demand.arrived, "class": demand.class_column, "item": demand.item}
    columns = {word: column for word, column in words.items() if column is not None}
    seen: set[str] = set()
    for row, (line, cells) in enumerate(read_rows(file, columns, place)):
        cell = dict(zip(columns, cells, strict=True))
        item = cell.get("item")
        if item is not None:
            if item in seen:
                continue
            seen.add(item)
        yield row, line, cell["arrived"], cell.get("class")


def _class_index(names: Mapping[str, str] | None, classes: Sequence[str]) -> dict[str, int]:
    """Return the class of each text of the file: those that are translated, and the classes."""
    index = {name: i for i, name in enumerate(classes)}
    return index | {text: index[name] for text, name in (names or {}).items() if name in index}


def _moment(text: str, form: str | None, zone: ZoneInfo) -> datetime | None:
    """Return the UTC time of a text; None if it is no time."""
    try:
        found = datetime.strptime(text, form) if form else datetime.fromisoformat(text)
        return instant(found, zone) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
