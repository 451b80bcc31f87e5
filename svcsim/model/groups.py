"""Groups of people: which there are, which pools they serve, and in which order they are taken."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from svcsim.errors import Problem, ScenarioError
from svcsim.model.arrays import GROUP, NEVER, NONE, Integers, Records
from svcsim.model.calendar_tables import CalendarTables
from svcsim.model.codes import UNLIMITED
from svcsim.model.tags import tag32
from svcsim.scenario.calendar import named
from svcsim.scenario.distribution import Dist
from svcsim.scenario.group import ON_CALL, Group, OnCall
from svcsim.scenario.loads import is_load
from svcsim.scenario.schema import Scenario
from svcsim.scenario.shrinkage import Shrinkage
from svcsim.scenario.team import Resource, Team

BITS = 62
"""Streams, or groups, that fit into one number as bits."""


@dataclass(frozen=True, slots=True)
class OneGroup:
    """A group of a team or resource."""

    pool: int
    name: str
    """Empty: the pool is not divided."""
    part: Group | OnCall | None
    """None: unlimited people, or a resource."""


class Groups:
    """The groups of all pools, numbered in the order of the file."""

    def __init__(self, scenario: Scenario, calendars: CalendarTables, rng_names: Sequence[str]):
        self.scenario = scenario
        self.calendars = calendars
        self.rng_names = rng_names
        self.parts: list[Team | Resource] = [
            *scenario.teams.values(),
            *scenario.resources.values(),
        ]
        self.all = [group for pool, part in enumerate(self.parts) for group in _own(pool, part)]
        self.ranks = ranked([f"{rng_names[g.pool]}\0{g.name}" for g in self.all])
        names = list(scenario.teams)
        self.serves = [
            [group.pool, *(names.index(name) for name in _served(group))] for group in self.all
        ]

    @property
    def names(self) -> tuple[str, ...]:
        """Names for people to read: ``desk``, ``desk.early``."""
        pools = [*self.scenario.teams, *self.scenario.resources]
        return tuple(
            f"{pools[group.pool]}.{group.name}" if group.name else pools[group.pool]
            for group in self.all
        )

    @property
    def paths(self) -> tuple[str, ...]:
        """Where the groups stand in the file."""
        return tuple(
            f"{holder}.groups.{group.name}" if isinstance(group.part, Group) and group.name
            else holder
            for group in self.all
            for holder in [self._holder(group.pool)]
        )  # fmt: skip

    def _holder(self, pool: int) -> str:
        teams, resources = list(self.scenario.teams), list(self.scenario.resources)
        n = len(teams)
        return f"teams.{teams[pool]}" if pool < n else f"resources.{resources[pool - n]}"

    def first(self, pool: int) -> int:
        """Return the first of a pool's own groups, as written."""
        return next(g for g, group in enumerate(self.all) if group.pool == pool)

    def of(self, pool: int) -> list[int]:
        """Return the groups that serve a pool, in the order in which people are taken (17).

        Those on call come last; before them groups that serve fewer pools, then by name.
        """
        found = [g for g, pools in enumerate(self.serves) if pool in pools]
        return sorted(found, key=lambda g: (self._on_call(g), len(self.serves[g]), self.ranks[g]))

    def records(self, law: Callable[[Dist, int, str], int]) -> tuple[Records, Integers, Integers]:
        """Return GROUP, the groups of the pools, and the pools of the groups.

        `law` returns the index of a distribution, of its business day and its path.
        """
        records = np.zeros(len(self.all), GROUP)
        own = self._own_bits()
        for g, (group, record) in enumerate(zip(self.all, records, strict=True)):
            part, rng_name = self.parts[group.pool], self.rng_names[group.pool]
            record["pool"] = group.pool
            record["order"] = self.ranks[g]
            record["tag"] = tag32("group", rng_name, *([group.name] if group.name else []))
            record["streams"] = record["call_out"] = record["rests"] = NONE
            record["rest_after"] = NEVER
            record["own"] = own[g]
            record["n_pools"] = len(self.serves[g])
            record["first"] = sum(map(len, self.serves[:g]))
            if isinstance(group.part, OnCall):
                self._duty(record, group, group.part, law)
            else:
                self._shifts(record, part, group.part)
            record["longest"] = self.calendars.longest(int(record["calendar"]))
        pool_groups = [g for pool in range(len(self.parts)) for g in self.of(pool)]
        group_pools = [pool for pools in self.serves for pool in pools]
        return records, np.array(pool_groups, np.int64), np.array(group_pools, np.int64)

    def _shifts(self, record: np.void, part: Team | Resource, group: Group | None) -> None:
        """Write those who come for their shifts, or a resource."""
        shrinkage = group.shrinkage if group is not None else None
        shrinkage = shrinkage or Shrinkage()
        shrinks = bool(shrinkage.leave or shrinkage.day)
        name = (group.calendar if group is not None else part.calendar) or self.scenario.calendar
        calendar = named(self.scenario.calendars, name)
        record["calendar"] = self.calendars.add(calendar, merged=not shrinks)
        if group is not None and group.start is not None and group.start.ticks > 0:
            record["calendar"] = self.calendars.after(int(record["calendar"]), group.start.ticks)
        record["leave"], record["day"] = shrinkage.leave, shrinkage.day
        if group is not None:
            record["people"] = group.people
        else:
            record["people"] = part.count if isinstance(part, Resource) else UNLIMITED

    def _duty(
        self, record: np.void, group: OneGroup, duty: OnCall, law: Callable[[Dist, int, str], int]
    ) -> None:
        """Write those who are on call (19)."""
        path = f"{self._holder(group.pool)}.on_call"
        record["people"], record["on_call"] = duty.people, 1
        if duty.calendar is not None:
            calendar = named(self.scenario.calendars, duty.calendar)
            record["calendar"] = self.calendars.add(calendar, merged=True)
        else:
            others = [g for g in self.all if g.pool == group.pool and isinstance(g.part, Group)]
            open_ = [self._merged(one.part) for one in others if isinstance(one.part, Group)]
            record["calendar"] = self.calendars.closed(tuple(dict.fromkeys(open_)))
        if duty.call_out is not None:
            record["call_out"] = law(duty.call_out, 0, f"{path}.call_out")
        if duty.rest is not None:
            record["rest_after"] = duty.rest.after.ticks
            record["rest"] = duty.rest.length.ticks
            record["rests"] = self.first(group.pool)
        streams = list(self.scenario.streams)
        served = set(duty.streams or (name for name in streams if not is_load(name)))
        if served != set(streams):
            if len(streams) > BITS:
                found = f"there are {len(streams)} streams"
                remedy = f"at most {BITS} can be told apart here: leave for out, or join streams"
                raise ScenarioError([Problem("too-many-streams", f"{path}.for", found, remedy)])
            record["streams"] = sum(1 << streams.index(name) for name in served)

    def _merged(self, group: Group) -> int:
        """Return when a group has shifts, without the dates of each."""
        calendar = named(self.scenario.calendars, group.calendar or self.scenario.calendar)
        found = self.calendars.add(calendar, merged=True)
        start = group.start.ticks if group.start is not None else 0
        return self.calendars.after(found, start) if start else found

    def _on_call(self, g: int) -> bool:
        return isinstance(self.all[g].part, OnCall)

    def _own_bits(self) -> list[int]:
        """Return the bit of those who may resume what a group paused; 0: everybody (34).

        A team that has people on call is one: the same people stand behind both.
        """
        kin = [
            g if all(group.pool != other.pool or not self._on_call(o)
                     for o, other in enumerate(self.all)) else self.first(group.pool)
            for g, group in enumerate(self.all)
        ]  # fmt: skip
        mixed = {
            kin[g]
            for pool in range(len(self.parts))
            for g in self.of(pool)
            if getattr(self.parts[pool], "shift_end", None) == "pause"
            and len({kin[other] for other in self.of(pool)}) > 1
        }
        bits = {one: 1 << i for i, one in enumerate(sorted(mixed))}
        if len(bits) > BITS:
            found = f"there are {len(bits)} groups among which work that pauses tells its own"
            remedy = f"write at most {BITS}, or shift_end: hand_over at some of the teams"
            raise ScenarioError([Problem("too-many-groups", "teams", found, remedy)])
        return [bits.get(one, 0) for one in kin]


def _own(pool: int, part: Team | Resource) -> list[OneGroup]:
    """Return the groups of a team or resource."""
    if isinstance(part, Resource) or not part.shifts:
        return [OneGroup(pool, "", None)]
    found = [OneGroup(pool, name, group) for name, group in part.shifts.items()]
    if part.on_call is not None:
        found.append(OneGroup(pool, ON_CALL, part.on_call))
    return found


def _served(group: OneGroup) -> tuple[str, ...]:
    """Return the other teams that a group serves."""
    return (group.part.serves or ()) if isinstance(group.part, Group) else ()


def ranked(names: Sequence[str]) -> list[int]:
    """Return the rank of each name by code point, equal ones in the order given (semantics 11).

    >>> ranked(["b", "a", "c"])
    [1, 0, 2]
    """
    order = sorted(range(len(names)), key=lambda i: names[i])
    return [order.index(i) for i in range(len(names))]
