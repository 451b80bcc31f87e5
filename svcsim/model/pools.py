"""Teams and resources become pools, groups and cells; a team's WIP limit becomes a limit."""

from collections.abc import Iterable

import numpy as np

from svcsim.model.arrays import CELL, LIMIT, NONE, POOL, TICKS_PER_HOUR, Integers, Records
from svcsim.model.calendar_tables import CalendarTables
from svcsim.model.change_tables import SHARE
from svcsim.model.codes import Discipline, ShiftEnd, WhenFull
from svcsim.model.groups import Groups, ranked
from svcsim.model.tags import tag32
from svcsim.scenario.calendar import named, ticks_on
from svcsim.scenario.schema import Scenario
from svcsim.scenario.team import Resource, Team


class Pools:
    """Everything that is known of teams and resources before the streams are read."""

    def __init__(self, scenario: Scenario, calendars: CalendarTables, activities: tuple[str, ...]):
        self.scenario = scenario
        self.calendars = calendars
        self.activities = activities
        self.names = (*scenario.teams, *scenario.resources)
        self.rng_names = [self.part(name).rng_name or name for name in self.names]
        self.groups = Groups(scenario, calendars, self.rng_names)
        self.limits = {name: i for i, name in enumerate(n for n, _ in self._limited())}

    def part(self, name: str) -> Team | Resource:
        """Return the team or resource of a name."""
        teams = self.scenario.teams
        return teams[name] if name in teams else self.scenario.resources[name]

    def index(self, name: str) -> int:
        """Return the index of the pool of a name."""
        return self.names.index(name)

    def business_day(self, name: str) -> int:
        """Return the ticks of a business day of a team (semantics 6)."""
        calendar = named(self.scenario.calendars, self.calendar_name(name))
        return self.calendars.day_ticks(calendar) if calendar else 24 * TICKS_PER_HOUR

    def reservation(self, name: str, stream: str, cls: str, *, preempts: bool) -> tuple[int, int]:
        """Return the last fields of NEED for the work of a class: inside, and yields (30)."""
        reserve = getattr(self.part(name), "reserve", None)
        if reserve is None:
            return 0, 0
        inside = reserve.covers(stream, cls)
        return int(inside), int(not inside and not preempts)

    def calendar_name(self, name: str) -> str:
        """Return the name of the calendar of a team or resource."""
        return self.part(name).calendar or self.scenario.calendar

    def _limited(self) -> list[tuple[str, Team]]:
        return [(name, team) for name, team in self.scenario.teams.items() if team.wip]

    def pool_records(self) -> Records:
        """Return POOL; cells are filled in by `cell_records`."""
        records = np.zeros(len(self.names), POOL)
        ranks = ranked(self.rng_names)
        for i, name in enumerate(self.names):
            part, record = self.part(name), records[i]
            groups = self.groups.of(i)
            record["group"], record["n_groups"] = self.groups.first(i), len(groups)
            record["first"] = sum(len(self.groups.of(before)) for before in range(i))
            record["order"] = ranks[i]
            record["activity"] = NONE
            record["tag"] = tag32("pool", self.rng_names[i])
            if isinstance(part, Resource):
                continue
            record["unlimited"] = part.people == "unlimited"
            served = part.activity or (name,)
            if served[0] in self.activities:
                record["activity"] = self.activities.index(served[0])
            record["discipline"] = Discipline[part.queue.upper()]
            record["ageing_calendar"] = NONE
            if part.ageing is not None:
                calendar = named(self.scenario.calendars, self.calendar_name(name))
                record["ageing"] = ticks_on(part.ageing, calendar)
                if part.ageing.business:
                    record["ageing_calendar"] = self.calendars.add(calendar, merged=True)
            if part.reserve is not None:
                record["reserved"] = part.reserve.people or NONE
                record["reserved_share"] = round((part.reserve.share or 0) * SHARE)
            record["shift_end"] = ShiftEnd[part.shift_end.upper()]
            if part.reading_in is not None:
                record["reading"] = part.reading_in.ticks
            if part.switching is not None:
                record["switching"] = part.switching.time.ticks
                record["also_overnight"] = part.switching.also_overnight
        return records

    def limit_records(self) -> Records:
        """Return LIMIT, ordered by name."""
        limited = self._limited()
        records = np.zeros(len(limited), LIMIT)
        ranks = ranked([team.rng_name or name for name, team in limited])
        for record, rank, (_, team) in zip(records, ranks, limited, strict=True):
            assert team.wip is not None
            record["capacity"] = team.wip.limit
            record["when_full"] = WhenFull[team.wip.when_full.upper()]
            record["order"] = rank
        return records

    def cell_records(self, pools: Records, linked: Iterable[set[int]]) -> tuple[Records, Integers]:
        """Return CELL and its pools, and note the cell of each pool (semantics 21)."""
        order = pools["order"].tolist()
        sets = connected(len(self.names), [*linked, *map(set, self.groups.serves)])
        cells = [sorted(cell, key=lambda p: order[p]) for cell in sets]
        cells.sort(key=lambda cell: order[cell[0]])
        records = np.zeros(len(cells), CELL)
        first = 0
        for i, cell in enumerate(cells):
            records[i] = (first, len(cell), i)
            pools["cell"][cell] = i
            first += len(cell)
        return records, np.array([pool for cell in cells for pool in cell], np.int64)


def connected(n: int, linked: Iterable[set[int]]) -> list[set[int]]:
    """Return the connected sets of 0..n-1.

    >>> connected(4, [{0, 2}, {2, 3}])
    [{0, 2, 3}, {1}]
    """
    cells = [{i} for i in range(n)]
    for link in linked:
        joined = [cell for cell in cells if cell & link]
        if len(joined) > 1:
            cells = [cell for cell in cells if not cell & link]
            cells.append(set().union(*joined))
    return sorted(cells, key=min)
