"""Who works: people, pools of them, and requests for them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.engines.reference.clock import Moment
from svcsim.model.arrays import UNLIMITED, Kind
from svcsim.world.rules import queue_key

if TYPE_CHECKING:
    from svcsim.engines.reference.cell import Cell
    from svcsim.engines.reference.token import Token

PARTS = (Kind.GATE, Kind.UNAVAILABILITY, Kind.POLICY, Kind.PRIORITISATION)
"""Parts of a wait for people that have a column of their own; contention is what remains."""


@dataclass(slots=True)
class Person:
    """One person of a pool. Number 0 stands for everybody of an unlimited pool."""

    number: int
    present: bool = False
    overtime: bool = False
    away: int = 0
    """At a sitting until then (38)."""
    work: "Request | None" = None


class Pool:
    """A team or a resource: its people, its queue, and what they are working on.

    ``with pool.request(...) as request: yield request`` is SimPy's idiom; leaving the block gives
    the people back, or the place in the queue.
    """

    def __init__(self, index: int, record: Any, people: int):
        self.index = index
        self.record = record
        self.unlimited = people == UNLIMITED
        self.people = [Person(1 + j) for j in range(0 if self.unlimited else people)]
        self.open = False
        """An unlimited pool is there or not."""
        self.queue: list[Request] = []
        self.working: list[Request] = []
        """Requests being worked on, in order of starting."""
        self.picks = 0
        self.cell: Cell

    @property
    def on_shift(self) -> int:
        """People present (an unlimited pool: 1 or 0)."""
        return int(self.open) if self.unlimited else sum(p.present for p in self.people)

    def request(
        self, token: "Token", seize: Any, alternatives: "list[list[Need]]", work: int
    ) -> "Request":
        """Queue for people, here and wherever else an alternative waits (21, 29)."""
        return self.cell.join(Request(self.cell, token, seize, alternatives, work))

    def available(self) -> list[Person]:
        """People on shift and free (23), lowest number first (17)."""
        return [p for p in self.people if p.present and p.work is None]

    def can_give(self, number: int) -> bool:
        """Say whether `number` people are available."""
        return self.open if self.unlimited else len(self.available()) >= number

    def take(self, number: int, request: "Request") -> list[Person]:
        """Give the lowest free numbers to a request (17)."""
        if self.unlimited:
            return [Person(0, present=True, work=request) for _ in range(number)]
        taken = self.available()[:number]
        for person in taken:
            person.work = request
        return taken


@dataclass(slots=True)
class Need:
    """So many people of a pool."""

    pool: Pool
    number: int


@dataclass(slots=True)
class Wait:
    """A wait for people, from joining the queue until work starts: its causes so far (55, 56)."""

    begin: int
    cause: Kind = Kind.CONTENTION
    since: int = 0
    blame: int = -1
    parts: dict[Kind, int] = field(default_factory=lambda: dict.fromkeys(PARTS, 0))

    def has(self, cause: Kind, blame: int, now: int) -> None:
        """From now on the cause is this one."""
        if self.cause in self.parts:
            self.parts[self.cause] += now - self.since
        self.cause, self.since, self.blame = cause, now, blame


class Request(simpy.Event):
    """A place in the queues of a cell until the work ends (20); happens when it starts."""

    def __init__(
        self, cell: "Cell", token: "Token", seize: Any, alternatives: "list[list[Need]]", work: int
    ):
        clock = cell.clock
        super().__init__(clock)
        self.cell = cell
        self.token = token
        self.seize = seize
        self.number = cell.world.next_request()
        self.since = token.since()
        self.alternatives = alternatives
        self.only: list[Need] | None = None
        """The alternative that alone may resume paused work (34)."""
        self.drawn = self.remaining = work
        self.setup = 0
        """Set-up before the next slice of work."""
        self.finished = simpy.Event(clock)
        self.wait: Wait | None = Wait(clock.now, since=clock.now)
        self.chosen: list[Need] = []
        self.people: list[tuple[Pool, Person]] = []
        self.slice_begin = 0
        self.end: Moment | None = None

    @property
    def order(self) -> tuple[int, int, int]:
        """Whose turn it is among the firsts of several queues (25)."""
        return self.token.rank, self.since, self.number

    def key(self, pool: Pool) -> tuple[int, int, int]:
        """Return its place in the queue of one pool (22)."""
        return queue_key(
            pool.record.discipline, self.token.rank, self.token.item.due, self.since, self.number
        )

    def possible(self) -> Iterator[list[Need]]:
        """Alternatives that may be used now, first written first (29)."""
        yield from [self.only] if self.only is not None else self.alternatives

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
