"""Who is next: dispatch, preemption and interruption in a connected set of pools (21)."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from svcsim.engines.reference.clock import Clock
from svcsim.engines.reference.pool import Need, Person, Pool, Request, Wait
from svcsim.model.arrays import NONE, Discipline, Interruption, Kind, ShiftEnd
from svcsim.world.order import Phase
from svcsim.world.rules import (
    fits,
    keeps_own_group,
    random_pick,
    rest_after,
    setup_after_shift,
    wait_cause,
)

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World


class Cell:
    """Pools linked by joint seizes or alternatives, dispatched together."""

    def __init__(self, world: "World", pools: list[Pool], order: int):
        self.world = world
        self.clock: Clock = world.clock
        self.pools = pools
        self.order = order
        self.waiting: list[Request] = []
        self.due = False
        for pool in pools:
            pool.cell = self

    # ---- what happens to a cell; each makes it due for dispatch at this tick ------------------

    def join(self, request: Request) -> Request:
        """Queue a new request."""
        self.waiting.append(request)
        for pool in request.queues():
            pool.queue.append(request)
        self.changed()
        return request

    def withdraw(self, request: Request) -> None:
        """Leave the queues without having been served (46)."""
        self._leave(request)
        self.changed()

    def release(self, request: Request) -> None:
        """Give the people back: the work is done, or cancelled (42)."""
        if not request.finished.triggered:
            assert request.end is not None
            request.end.cancel()
            self._record_slice(request, self.clock.now, done=False)
        self._free(request)
        self.changed()

    def changed(self) -> None:
        """Dispatch when nothing else is pending at this tick (9)."""
        if not self.due:
            self.due = True
            order = self.world.n_limits + self.order
            self.clock.call(self.clock.now, Phase.DISPATCH, order, self.dispatch)

    # ---- dispatch ------------------------------------------------------------------------------

    def dispatch(self) -> None:
        """Start the smallest first startable request of each pool until there is none (25)."""
        self.due = False
        while True:
            firsts = [
                (request, pool)
                for pool in self.pools
                if (request := self._first_startable(pool)) is not None
            ]
            if not firsts:
                break
            request, pool = min(firsts, key=lambda first: first[0].order)
            if pool.record.discipline == Discipline.RANDOM:
                pool.picks += 1
            self._start(request)
        for request in self.waiting:
            assert request.wait is not None
            request.wait.has(*self._cause(request), self.clock.now)

    def _first_startable(self, pool: Pool) -> Request | None:
        queue = sorted(pool.queue, key=lambda request: request.key(pool))
        if pool.record.discipline != Discipline.RANDOM:
            return next((r for r in queue if self._alternative(r, pool) is not None), None)
        startable = [r for r in queue if self._alternative(r, pool) is not None]
        best = [r for r in startable if r.token.rank == startable[0].token.rank]
        if not best:
            return None
        return best[random_pick(self.world.pick_uniform(pool), len(best))]

    def _alternative(self, request: Request, pool: Pool | None = None) -> list[Need] | None:
        """Return the first alternative that can start now (24, 29), one queueing in `pool`."""
        if not self._fits(request):
            return None
        given = partial(self._given, request)
        for able in (given, self._could_take(request)):
            for needs in request.possible():
                here = pool is None or needs[0].pool is pool
                if here and all(able(need) for need in needs):
                    return needs
        return None

    @staticmethod
    def _given(request: Request, need: Need) -> bool:
        return need.pool.can_give(request, need.number)

    def _fits(self, request: Request) -> bool:
        """Say whether the window leaves time for the work (40)."""
        now, length = self.clock.now, request.setup + request.remaining
        seize = request.seize
        return fits(*self.world.opening(seize.window, now), seize.longest, now, length)

    def _start(self, request: Request) -> None:
        needs = self._alternative(request)
        assert needs is not None
        for need in needs:
            if not need.pool.can_give(request, need.number):
                self._preempt(request, need)
        now = self.clock.now
        self._leave(request)
        request.chosen, request.only, request.bound = needs, None, 0
        request.people = [
            (need.pool, person) for need in needs for person in need.pool.take(need.number, request)
        ]
        for need in needs:
            need.pool.working.append(request)
        request.slice_begin = now
        request.called = self._call_out(request)
        request.starts += 1
        request.nth_start = self.world.next_start()
        request.end = self.clock.call(
            now + request.called + request.setup + request.remaining,
            Phase.TOKEN,
            request.token.number,
            lambda: self._complete(request),
        )
        if request.called == 0:
            request.token.visit_starts(now)
        if not request.triggered:
            request.succeed()

    def _call_out(self, request: Request) -> int:
        """Return how long it takes until those who were called out can begin (19)."""
        laws = {person.group.record.call_out for _, person in request.people} - {NONE}
        return self.world.call_out(request.token, laws, request.starts) if laws else 0

    def _complete(self, request: Request) -> None:
        self._record_slice(request, self.clock.now, done=True)
        request.finished.succeed()

    def clip(self, request: Request, end: int) -> None:
        """Write down what is still going on when the run ends (7)."""
        if request.wait is not None:
            request.wait.has(Kind.WORK, request.wait.blame, end)
            request.token.wait_row(request.wait, end)
        else:
            self._record_slice(request, end, done=False)

    # ---- preemption (31) ------------------------------------------------------------------------

    def _victims(self, request: Request, pool: Pool) -> list[tuple[Request, Person]]:
        """People whom the request may take in a pool, the first to be taken first."""
        people = [
            (person.work, person)
            for person in pool.people_for(request)
            if person.present
            and person.work is not None
            and pool.in_time(request, person.group)
            and person.work.token.rank > request.token.rank
            and person.work.seize.interruption != Interruption.NEVER
            and not any(colleague.overtime for _, colleague in person.work.people)
        ]
        people.sort(key=lambda v: (v[0].token.rank, v[0].slice_begin, v[0].number))
        return people[::-1]

    def _could_take(self, request: Request) -> Callable[[Need], bool]:
        def able(need: Need) -> bool:
            if not request.token.item.preempts or need.pool.unlimited:
                return need.pool.can_give(request, need.number)
            free = len(need.pool.available(request))
            return free + len(self._victims(request, need.pool)) >= need.number

        return able

    def _preempt(self, request: Request, need: Need) -> None:
        while not need.pool.can_give(request, need.number):
            victim = self._victims(request, need.pool)[0][0]
            restart = victim.seize.interruption == Interruption.RESTART
            setup = 0 if restart else max(n.pool.record.switching for n in victim.chosen)
            self._interrupt(victim, restart=restart, setup=setup)

    # ---- interruption ---------------------------------------------------------------------------

    def shift_ends(self, request: Request, pool: Pool) -> None:
        """Stop work that loses a person to a shift end (32, 34)."""
        rule = pool.record.shift_end
        self._interrupt(
            request,
            restart=rule == ShiftEnd.RESTART,
            setup=setup_after_shift(
                rule, pool.record.reading, pool.record.switching, pool.record.also_overnight
            ),
            own=keeps_own_group(rule),
        )

    def _interrupt(self, request: Request, *, restart: bool, setup: int, own: bool = False) -> None:
        """Stop the slice and queue again, with the old number and `since` (20)."""
        assert request.end is not None
        request.end.cancel()
        worked = self._record_slice(request, self.clock.now, done=False)
        request.remaining = rest_after(restart, request.remaining, worked, request.drawn)
        if own:
            request.only = request.chosen
            request.bound = 0
            for _, person in request.people:
                request.bound |= person.group.record.own
        self._free(request)
        request.setup = setup
        request.wait = Wait(self.clock.now, since=self.clock.now)
        self.join(request)

    def _record_slice(self, request: Request, now: int, *, done: bool) -> int:
        """Write the rows of the slice that ends now; return the ticks worked."""
        begin, token = request.slice_begin, request.token
        called = min(now - begin, request.called)
        work = begin + called
        setup = min(now - work, request.setup)
        if called > 0:
            token.row(Kind.UNAVAILABILITY, begin, work)
        if setup > 0:
            token.row(Kind.SETUP, work, work + setup)
        if done or now > work + setup:
            token.row(Kind.WORK, work + setup, now)
        if done or now > work:
            token.visit_starts(work)
        if done or now > begin:
            for pool, person in request.people:
                group = person.group.index
                token.presence(pool.index, group, person.number, begin, now, called, setup)
        return now - work - setup

    def _free(self, request: Request) -> None:
        for _, person in request.people:
            person.work, person.overtime, person.freed = None, False, self.clock.now
            record = person.group.record
            if record.rests != NONE and self.clock.now - person.held_since > record.rest_after:
                person.rests_until = self.clock.now + record.rest
                self.world.staffing_changes(self.world.groups[record.rests])
        request.people = []
        for need in request.chosen:
            need.pool.working.remove(request)

    def _leave(self, request: Request) -> None:
        """Leave the queues, and write down the wait."""
        assert request.wait is not None
        request.wait.has(Kind.WORK, request.wait.blame, self.clock.now)
        request.token.wait_row(request.wait, self.clock.now)
        request.wait = None
        self.waiting.remove(request)
        for pool in request.queues():
            pool.queue.remove(request)

    # ---- causes (55, 56) ------------------------------------------------------------------------

    def _cause(self, request: Request) -> tuple[Kind, int]:
        """Return why the request waits from now on, and for whom."""
        needs = [need for needs in request.possible() for need in needs]
        binding = next(
            (n.pool for n in needs if not n.pool.can_give(request, n.number, at_once=False)), None
        )
        working = binding.at_work(request) if binding is not None else []
        overtakers = [r for r in working if r.number > request.number]
        cause = Kind(
            wait_cause(
                self._fits(request),
                -1 if binding is None else binding.index,
                0 if binding is None else binding.on_shift(request),
                0 if binding is None else len(binding.free(request)),
                bool(overtakers),
            )
        )
        if cause == Kind.PRIORITISATION:
            return cause, overtakers[-1].token.item.number
        if cause == Kind.CONTENTION and working:
            return cause, working[0].token.item.number
        return cause, -1
