"""Who is next: dispatch, preemption and interruption in a connected set of pools (21)."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from svcsim.engines.reference.clock import Clock
from svcsim.engines.reference.pool import Need, Person, Pool, Request, Wait
from svcsim.model.arrays import Discipline, Interruption, Kind, ShiftEnd
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

    def goes_on(self, request: Request, worked: int) -> None:
        """Let work go on that has begun before the start, if its people are there (53)."""
        request.drawn += worked
        for needs in request.possible():
            able = all(need.pool.can_give(need.number) for need in needs)
            if able and self.clock.now == 0 and self._fits(request, needs):
                self._start(request)
                return

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
        for able in (lambda need: need.pool.can_give(need.number), self._could_take(request)):
            for needs in request.possible():
                here = pool is None or needs[0].pool is pool
                if here and self._fits(request, needs) and all(able(need) for need in needs):
                    return needs
        return None

    def _fits(self, request: Request, needs: list[Need]) -> bool:
        """Say whether window and shifts leave time for the work (34, 40)."""
        now, length = self.clock.now, request.setup + request.remaining
        calendars = [(request.seize.window, request.seize.longest)]
        calendars += [
            (group.calendar, group.longest)
            for need in needs
            if need.pool.record.shift_end == ShiftEnd.NO_LATE_START
            for group in [self.world.groups[need.pool.record.group]]
        ]
        return all(
            fits(*self.world.opening(calendar, now), longest, now, length)
            for calendar, longest in calendars
        )

    def _start(self, request: Request) -> None:
        needs = self._alternative(request)
        assert needs is not None
        for need in needs:
            if not need.pool.can_give(need.number):
                self._preempt(request, need)
        now = self.clock.now
        self._leave(request)
        request.chosen, request.only = needs, None
        request.people = [
            (need.pool, person) for need in needs for person in need.pool.take(need.number, request)
        ]
        for need in needs:
            need.pool.working.append(request)
        request.slice_begin = now
        request.end = self.clock.call(
            now + request.setup + request.remaining,
            Phase.TOKEN,
            request.token.number,
            lambda: self._complete(request),
        )
        request.token.visit_starts(now)
        if not request.triggered:
            request.succeed()

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
            for person in pool.people
            if person.present
            and person.work is not None
            and person.work.token.rank > request.token.rank
            and person.work.seize.interruption != Interruption.NEVER
            and not any(colleague.overtime for _, colleague in person.work.people)
        ]
        people.sort(key=lambda v: (v[0].token.rank, v[0].slice_begin, v[0].number, v[1].number))
        return people[::-1]

    def _could_take(self, request: Request) -> Callable[[Need], bool]:
        def able(need: Need) -> bool:
            if not request.token.item.preempts or need.pool.unlimited:
                return need.pool.can_give(need.number)
            free = len(need.pool.available())
            return free + len(self._victims(request, need.pool)) >= need.number

        return able

    def _preempt(self, request: Request, need: Need) -> None:
        while not need.pool.can_give(need.number):
            victim = self._victims(request, need.pool)[0][0]
            restart = victim.seize.interruption == Interruption.RESTART
            setup = 0 if restart else max(n.pool.record.switching for n in victim.chosen)
            self._interrupt(victim, restart=restart, setup=setup, only=None)

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
            only=request.chosen if keeps_own_group(rule) else None,
        )

    def _interrupt(
        self, request: Request, *, restart: bool, setup: int, only: list[Need] | None
    ) -> None:
        """Stop the slice and queue again, with the old number and `since` (20)."""
        assert request.end is not None
        request.end.cancel()
        worked = self._record_slice(request, self.clock.now, done=False)
        request.remaining = rest_after(restart, request.remaining, worked, request.drawn)
        self._free(request)
        request.setup, request.only = setup, only
        request.wait = Wait(self.clock.now, since=self.clock.now)
        self.join(request)

    def _record_slice(self, request: Request, now: int, *, done: bool) -> int:
        """Write the rows of the slice that ends now; return the ticks worked."""
        begin = request.slice_begin
        setup = min(now - begin, request.setup)
        if setup > 0:
            request.token.row(Kind.SETUP, begin, begin + setup)
        if done or now > begin + setup:
            request.token.row(Kind.WORK, begin + setup, now)
        if done or now > begin:
            for pool, person in request.people:
                request.token.presence(pool.index, person.number, begin, now, setup)
        return now - begin - setup

    def _free(self, request: Request) -> None:
        for _, person in request.people:
            person.work, person.overtime = None, False
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
        window = fits(
            *self.world.opening(request.seize.window, self.clock.now),
            request.seize.longest,
            self.clock.now,
            request.setup + request.remaining,
        )
        needs = [need for needs in request.possible() for need in needs]
        binding = next((n.pool for n in needs if not n.pool.can_give(n.number)), None)
        working = binding.working if binding is not None else []
        overtakers = [r for r in working if r.number > request.number]
        cause = Kind(
            wait_cause(
                window,
                -1 if binding is None else binding.index,
                0 if binding is None else binding.on_shift,
                0 if binding is None else len(binding.available()),
                bool(overtakers),
            )
        )
        if cause == Kind.PRIORITISATION:
            return cause, overtakers[-1].token.item.number
        if cause == Kind.CONTENTION and working:
            return cause, working[0].token.item.number
        return cause, -1
