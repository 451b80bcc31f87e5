"""Who works: people, pools of them, and requests for them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.engines.reference.clock import Moment
from svcsim.engines.reference.swarm import MANY, Latecomer
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Discipline, Kind, ShiftEnd
from svcsim.world.calendars import open_ticks
from svcsim.world.efficiency import STANDARD, ticks_of_work
from svcsim.world.rules import (
    CONTENTION,
    aged,
    fits,
    keeps_own_group,
    kept_free,
    may_work,
    queue_key,
)

if TYPE_CHECKING:
    from svcsim.engines.reference.cell import Cell
    from svcsim.engines.reference.token import Token

PARTS = (Kind.GATE, Kind.UNAVAILABILITY, Kind.POLICY, Kind.PRIORITISATION)
"""Parts of a wait for people that have a column of their own; contention is what remains."""


@dataclass(slots=True, eq=False)
class Person:
    """One person of a group. Number 0 stands for everybody of an unlimited pool."""

    group: "Group"
    number: int
    present: bool = False
    overtime: bool = False
    away: int = 0
    """At a sitting until then (38)."""
    work: "Request | None" = None
    held_since: int = 0
    """When the person was taken, gaps of no length aside."""
    freed: int = -1
    """When the person was last given back."""
    rests_until: int = 0
    """When the rest after a long call is over (19)."""

    @property
    def works_for(self) -> "Pool":
        """The pool for which the person works."""
        assert self.work is not None
        return next(member.pool for member in self.work.people if member.person is self)


class Group:
    """People with one calendar, who serve a list of pools (14)."""

    def __init__(self, index: int, record: Any):
        self.index = index
        self.record = record
        self.people = [Person(self, 1 + j) for j in range(max(0, record.people))]
        self.pools: list[Pool] = []
        self.on_rest: list[Person] = []
        """People on call whose rests take people from here."""
        self.changes_at = NEVER
        self.next: Moment | None = None
        """When the staffing may change next."""

    def free(self) -> list[Person]:
        """Its people who are on shift and free."""
        return [person for person in self.people if person.present and person.work is None]


class Pool:
    """A team or a resource: its groups, its queue, and what it is working on.

    ``with pool.request(...) as request: yield request`` is SimPy's idiom; leaving the block gives
    the people back, or the place in the queue.
    """

    def __init__(self, index: int, record: Any, groups: list[Group]):
        self.index = index
        self.record = record
        self.groups = groups
        """Groups that serve it, in the order in which people are taken (17)."""
        self.unlimited = record.unlimited == 1
        self.own_group = keeps_own_group(record.shift_end)
        """Whether only the groups that paused work may resume it (34)."""
        self.timed = record.shift_end == ShiftEnd.NO_LATE_START
        """Whether work starts only if the shift leaves time for it (34)."""
        self.open = False
        """An unlimited pool is there or not."""
        self.queue: list[Request | Latecomer] = []
        self.working: list[Request] = []
        """Requests being worked on, in order of starting."""
        self.picks = 0
        self.able: dict[tuple[int, int], list[Group]] = {}
        """Groups for the work of a stream that may be bound to some of them, once asked for."""
        self.cell: Cell
        for group in groups:
            group.pools.append(self)

    def request(
        self,
        token: "Token",
        op: Any,
        seize: Any,
        alternatives: "list[list[Need]]",
        work: int,
        expected: int,
    ) -> "Request":
        """Queue for people, here and wherever else an alternative waits (21, 29)."""
        return self.cell.join(Request(self.cell, token, op, seize, alternatives, work, expected))

    # ---- who is there for a request --------------------------------------------------------------

    def groups_for(self, request: "Request") -> list[Group]:
        """Groups that may do the work (19, 34), in the order in which people are taken (17)."""
        bound = request.bound if self.own_group else 0
        work = request.stream, bound
        if work not in self.able:
            self.able[work] = [group for group in self.groups if request.may_have(group, bound)]
        return self.able[work]

    def people_for(self, request: "Request") -> list[Person]:
        """Their people, there or not."""
        return [person for group in self.groups_for(request) for person in group.people]

    def on_shift(self, request: "Request") -> int:
        """How many of them are present (an unlimited pool: 1 or 0)."""
        if self.unlimited:
            return int(self.open)
        return sum(person.present for person in self.people_for(request))

    def free(self, request: "Request") -> list[Person]:
        """Those of them who are on shift and free."""
        return [person for group in self.groups_for(request) for person in group.free()]

    def in_time(self, request: "Request", group: Group) -> bool:
        """Say whether a group's shift leaves time for the work (34)."""
        if not self.timed:
            return True
        record, now = group.record, self.cell.clock.now
        opening = self.cell.world.opening(record.calendar, now)
        return fits(*opening, record.longest, now, request.length)

    def staffed(self, request: "Request") -> list[Person]:
        """Those of them who are on shift, free or not, with time for the work (26, 34)."""
        there = [person for person in self.people_for(request) if person.present]
        return [person for person in there if self.in_time(request, person.group)]

    def available(self, request: "Request") -> list[Person]:
        """Those of them whom a request may take: free, not kept, with time (17, 23, 26, 34)."""
        return self._given(request, timed=True)

    def _given(self, request: "Request", *, timed: bool) -> list[Person]:
        found = []
        for group in self.groups_for(request):
            free = group.free()
            if free and (not timed or self.in_time(request, group)):
                found += free[: len(free) - self.cell.kept_from(request, group)]
        return found[: max(0, len(found) - self.left_to_others(request))]

    def left_to_others(self, request: "Request", *, idle: bool = False) -> int:
        """Return how many people a request leaves to those for whom some are reserved (30).

        Parameters
        ----------
        idle
            Ask as if everybody were free.
        """
        if not self.record.reserved or not request.need(self).yields:
            return 0
        present = sum(person.present for group in self.groups for person in group.people)
        inside = 0 if idle else sum(r.held(n) for r in self.working if (n := r.need(self)).inside)
        return int(kept_free(self.record.reserved, self.record.reserved_share, present, inside))

    def could_give(self, request: "Request", *, timed: bool = True) -> int:
        """Return how many people a request may take; or might, whatever the clock says."""
        if self.unlimited:
            there = self.open and (not timed or self.in_time(request, self.groups[0]))
            return MANY if there else 0
        return len(self._given(request, timed=timed))

    def at_work(self, request: "Request") -> "list[Request]":
        """Requests that hold people who may do this one's work, in order of starting (55, 56)."""
        held = {id(p.work): p.work for p in self.people_for(request) if p.work is not None}
        return sorted(held.values(), key=lambda other: other.nth_start)

    def take(self, number: int, request: "Request") -> list[Person]:
        """Give the first of those who are available to a request (17)."""
        if self.unlimited:
            return [Person(self.groups[0], 0, True, work=request) for _ in range(number)]
        taken, now = self.available(request)[:number], self.cell.clock.now
        for person in taken:
            person.work = request
            if person.freed != now:
                person.held_since = now
        return taken


@dataclass(slots=True)
class Member:
    """Somebody at work on a request, since a tick; for the first `called` ticks on the way."""

    pool: Pool
    person: Person
    begin: int
    called: int = 0


@dataclass(slots=True)
class Need:
    """So many people of a pool: `least` of them start, with fewer than `stay` work stops."""

    pool: Pool
    number: int
    least: int
    stay: int
    inside: bool
    """Whether people of the pool are reserved for it."""
    yields: bool
    """Whether it leaves those who are reserved for others."""


@dataclass(slots=True)
class Wait:
    """A wait for people, from joining the queue until work starts: its causes so far (55, 56)."""

    begin: int
    cause: int = CONTENTION
    since: int = 0
    blame: int = -1
    parts: dict[int, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    def has(self, cause: int, blame: int, now: int) -> None:
        """From now on the cause is this one."""
        if self.cause in self.parts:
            self.parts[self.cause] += now - self.since
        self.cause, self.since, self.blame = cause, now, blame


class Request(simpy.Event):
    """A place in the queues of a cell until the work ends (20); happens when it starts."""

    def __init__(
        self,
        cell: "Cell",
        token: "Token",
        op: Any,
        seize: Any,
        alternatives: "list[list[Need]]",
        work: int,
        expected: int,
    ):
        clock = cell.clock
        super().__init__(clock)
        self.cell = cell
        self.token = token
        self.op = op
        """The instruction that holds the people."""
        self.seize = seize
        self.stream = int(cell.world.steps[token.step].stream)
        self.number = cell.world.next_request()
        self.since = token.since()
        self.alternatives = alternatives
        self.only: list[Need] | None = None
        """The alternative that alone may resume paused work (34)."""
        self.bound = 0
        """Bits of the groups that alone may resume it; 0: all."""
        self.starts = 0
        """How often it has been started."""
        self.nth_start = 0
        """Which of all starts its last one was."""
        self.called = 0
        """Ticks of the call-out before the slice of work (19)."""
        self.efficiency = STANDARD
        """Of the slice of work, in permille (18)."""
        self.drawn = self.remaining = work
        self.fresh = True
        """Whether its work has not started yet, nor before the start (74)."""
        self.expected = expected
        """Ticks of work that who chooses by its length expects (22)."""
        self.setup = 0
        """Set-up before the next slice of work."""
        self.finished = simpy.Event(clock)
        self.wait: Wait | None = Wait(clock.now, since=clock.now)
        self.chosen: list[Need] = []
        self.people: list[Member] = []
        self.latecomers: list[Latecomer] = []
        """Open places, while it is being worked on (28)."""
        self.slice_begin = 0
        self.end: Moment | None = None

    def goes_on_with(
        self, op: Any, seize: Any, alternatives: "list[list[Need]]", work: int, expected: int
    ) -> None:
        """Ask for other work of the same people, who have it already (71)."""
        self.op = op
        self.seize, self.alternatives, self.chosen = seize, alternatives, alternatives[0]
        self.drawn = self.remaining = work
        self.fresh = True
        self.expected, self.setup = expected, 0
        self.finished = simpy.Event(self.cell.clock)

    @property
    def order(self) -> tuple[int, int, int]:
        """Whose turn it is among the firsts of several queues (25)."""
        return self.token.rank, self.since, self.number

    def may_have(self, group: Group, bound: int) -> bool:
        """Say whether a group may do the work, where some groups alone may resume it (19, 34)."""
        return may_work(group.record.streams, self.stream, group.record.own, bound)

    def key(self, pool: Pool) -> tuple[int, int, int]:
        """Return its place in the queue of one pool (22)."""
        record, rank, worth = pool.record, self.token.rank, self.expected
        if record.discipline == Discipline.AGEING:
            model, calendar = self.cell.world.model, record.ageing_calendar
            begun = open_ticks(model.calendars, model.openings, calendar, self.since)
            worth = aged(int(begun), rank, record.ageing)
        due = self.token.item.due
        return queue_key(record.discipline, rank, due, self.since, self.number, worth)

    def need(self, pool: Pool) -> Need:
        """Return what it needs of a pool, in any of its alternatives."""
        return next(need for needs in self.alternatives for need in needs if need.pool is pool)

    def held(self, need: Need) -> int:
        """Return how many people of a need are at work."""
        return sum(member.pool is need.pool for member in self.people)

    @property
    def length(self) -> int:
        """Ticks of set-up and work that must fit: those until the end of the work that goes on."""
        if self.people:
            return self.ends_at - self.cell.clock.now
        return self.setup + self.remaining

    @property
    def begins_at(self) -> int:
        """When whoever was called out for the slice of work that goes on has come (19)."""
        return self.slice_begin + self.called

    @property
    def ends_at(self) -> int:
        """When the slice of work that goes on is over."""
        return self.begins_at + self.setup + ticks_of_work(self.remaining, self.efficiency)

    def goes_on_without(self, pool: Pool) -> bool:
        """Say whether work goes on when one person of a pool leaves (32)."""
        need = next(need for need in self.chosen if need.pool is pool)
        return self.held(need) > need.stay and len(self.people) > self.seize.quorum

    def possible(self) -> list[list[Need]]:
        """Alternatives that may be used now, first written first (29)."""
        return self.alternatives if self.only is None else [self.only]

    def queues(self) -> list[Pool]:
        """Pools in whose queue it stands: the first of each alternative (21, 29)."""
        pools: list[Pool] = []
        for needs in self.possible():
            if needs[0].pool not in pools:
                pools.append(needs[0].pool)
        return pools

    def __enter__(self) -> "Request":
        return self

    def __exit__(self, *_: object) -> None:
        if self.people:
            self.cell.release(self)
        elif self.wait is not None:
            self.cell.withdraw(self)
