"""A token: where an item is in its value stream, and what is recorded of it."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.engines.reference.awaited import Awaited
from svcsim.engines.reference.clock import Moment
from svcsim.engines.reference.item import Item
from svcsim.engines.reference.limit import Limit
from svcsim.engines.reference.pool import PARTS, Request, Wait
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import Kind
from svcsim.world.order import Phase

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World


class Token:
    """One of the places at which an item is: one token, or several where it has been forked."""

    def __init__(self, world: "World", item: Item, strand: int, of: int = NONE):
        self.world = world
        self.item = item
        self.number = world.next_token()
        self.strand = strand
        self.starting: Moment | None = None
        self.carried: Generator[simpy.Event, Any, None] | None = None
        self.holds: list[Limit] = []
        self.patience: tuple[int, int] | None = None
        self.escalation: Moment | None = None
        """When its item becomes more urgent, unless its visit is over (46)."""
        self.escalates_to = NONE
        """Where a new token goes then in its place, or -1."""
        self.hearings = 0
        self.children = 0
        self.awaited: Awaited | None = None
        """The children of this visit that it will wait for."""
        self.repeats = 0
        """How often the present step has been repeated (66)."""
        self.team = NONE
        """The team that worked on it last."""
        self.key = item.key
        """Address of its draws: that of its item, unless it is one of several instances (60)."""
        self.entries = item.entries
        """Visits so far, of each step: those of its item, or an instance's own."""
        self.one_of_several = False
        """Whether it is an instance, beside others in its strand."""
        self.step = NONE
        self.work = 0
        """Ticks of work of this visit so far."""
        self.visits = 0
        """Which visit of the item to the step this is (61)."""
        self.visit: list[int] | None = None
        self.n_rows = 0
        self.came = NEVER
        """When one of the backlog came to its step, as long as it waits there first (53)."""
        self.worked = NONE
        """For how long somebody has been at work on it at the start, or -1."""
        self.waiting: tuple[Kind, int] | None = None
        """Kind and begin of a wait without people that has not ended."""
        self.request: Request | None = None
        item.tokens[strand, self.number] = self
        self.life: list[int] | None = None
        if item.stream.n_strands > 0:
            self.life = [item.number, self.number, strand, strand, of, world.clock.now, NEVER, 0]
            world.record.tokens.append(self.life)

    @property
    def rank(self) -> int:
        """How urgent its item is; smaller is more urgent."""
        return self.item.rank

    @property
    def cls(self) -> int:
        """Class of its item."""
        return self.item.cls

    def since(self) -> int:
        """Return since when it waits that begins to wait now."""
        now = self.world.clock.now
        return min(now, self.came) if now == 0 else now

    # ---- its life (41, 42) ----------------------------------------------------------------------

    def begin(self, pc: int) -> None:
        """Be carried from an instruction on, in phase 1 of this tick, by number (41)."""
        clock = self.world.clock
        self.starting = clock.call(
            clock.now, Phase.TOKEN, self.number, lambda: self.world.carry(self, pc)
        )

    def move(self, strand: int) -> None:
        """Go on in another strand."""
        del self.item.tokens[self.strand, self.number]
        self.strand = strand
        self.item.tokens[strand, self.number] = self
        assert self.life is not None
        self.life[3] = strand

    def guarded_no_more(self) -> None:
        """End the guard of the visit: it is over (46)."""
        if self.escalation is not None:
            self.escalation.cancel()
            self.escalation = None

    def end(self) -> None:
        """Give back what it holds, and be no more."""
        self.guarded_no_more()
        for limit in list(self.holds):
            limit.give_back(self)
        del self.item.tokens[self.strand, self.number]
        if self.life is not None:
            self.life[6] = self.world.clock.now

    def cancel(self) -> None:
        """Leave every queue and agenda, free the people, and be no more (42)."""
        if self.carried is None:
            assert self.starting is not None
            self.starting.cancel()
        else:
            self.carried.close()  # leaves `with pool.request(...)`, and every other wait
        if self.life is not None:
            self.life[7] = 1
        self.end()

    # ---- what is recorded (54) ------------------------------------------------------------------

    def row(
        self, kind: Kind, begin: int, end: int, wait: Wait | None = None, blame: int = NONE
    ) -> None:
        """Write down what happened in [begin, end)."""
        parts = [wait.parts[part] for part in PARTS] if wait else [0] * len(PARTS)
        blame = wait.blame if wait else blame
        place = self.item.number, self.number, self.n_rows, self.step, self.visits
        self.world.record.rows.append((*place, int(kind), begin, end, *parts, blame))
        self.n_rows += 1

    def wait_row(self, wait: Wait, now: int) -> None:
        """Write down a wait for people; one of no length is none."""
        if now > wait.begin:
            self.row(Kind.CONTENTION, wait.begin, now, wait)

    def presence(self, *slice_: int) -> None:
        """Write down that somebody was on this token: `PRESENCE` from `pool` on."""
        place = self.item.number, self.number, self.step, self.visits
        self.world.record.presence.append((*place, *slice_))

    def visit_starts(self, now: int) -> None:
        """Write down the first work of a visit."""
        if self.visit is not None and self.visit[5] == NEVER:
            self.visit[5] = now

    def has_started(self, now: int) -> bool:
        """Say whether work of the visit has started: who is on the way has not begun (19, 46)."""
        assert self.visit is not None
        if self.visit[5] < NEVER:
            return True
        request = self.request
        return request is not None and bool(request.people) and request.begins_at <= now

    def clip(self, end: int) -> None:
        """Write down what is still going on when the run ends (7)."""
        if self.waiting is not None:
            kind, begin = self.waiting
            self.row(kind, begin, end)
        elif self.request is not None:
            self.request.cell.clip(self.request, end)
