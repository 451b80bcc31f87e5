"""Who is next: dispatch, preemption and interruption in a connected set of pools (21)."""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from svcsim.engines.reference.clock import Clock
from svcsim.engines.reference.pool import Group, Member, Need, Person, Pool, Request, Wait
from svcsim.engines.reference.slices import efficiency, record_presence, record_slice
from svcsim.engines.reference.swarm import Latecomer, keep, lacking, needs_time
from svcsim.model.arrays import NONE
from svcsim.model.codes import Discipline, Interruption, Kind, ShiftEnd
from svcsim.world.efficiency import STANDARD, standard_work
from svcsim.world.order import Phase
from svcsim.world.rules import (
    CONTENTION,
    PRIORITISATION,
    fits,
    keeps_own_group,
    random_pick,
    rest_after,
    setup_after_shift,
    wait_cause,
)

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World


class Shortage(NamedTuple):
    """What all who ask for the same people find at a moment, whatever the clock says."""

    lacking: list[list[Need]]
    """What each alternative lacks."""
    binding: Pool | None
    """The pool of which somebody is lacking first."""
    on_shift: int
    """How many of it are there, ..."""
    free: int
    """free, ..."""
    working: list[Request]
    """and what the others do, in order of starting."""


class Cell:
    """Pools linked by joint seizes or alternatives, dispatched together."""

    def __init__(self, world: "World", pools: list[Pool], order: int):
        self.world = world
        self.clock: Clock = world.clock
        self.pools = pools
        self.order = order
        self.waiting: list[Request] = []
        self.collector: Request | None = None
        """The request for which people are kept (26)."""
        self.kept: Counter[Group] = Counter()
        """How many people of each group are."""
        self.shortages: dict[tuple[int, int, int, bool], Shortage] = {}
        """What has been found since anybody was taken or given back."""
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
        request.fresh = False
        self.shortages.clear()
        able = (needs for needs in request.possible() if not self._lacking(request, needs))
        if self.clock.now == 0 and self.fits(request) and any(able):
            self._start(request)

    def withdraw(self, request: Request) -> None:
        """Leave the queues without having been served (46)."""
        self._leave(request)
        self.changed()

    def release(self, request: Request) -> None:
        """Give the people back: the work is done, or cancelled (42)."""
        if not request.finished.triggered:
            assert request.end is not None
            request.end.cancel()
            record_slice(request, self.clock.now, done=False)
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
            self.shortages.clear()
            keep(self)
            firsts = [
                (entry, pool)
                for pool in self.pools
                if pool.queue and (entry := self._first_startable(pool)) is not None
            ]
            if not firsts:
                break
            entry, pool = min(firsts, key=lambda first: first[0].order)
            if pool.record.discipline == Discipline.RANDOM:
                pool.picks += 1
            if isinstance(entry, Latecomer):
                self._let_join(entry)
            else:
                self._start(entry)
        for request in self.waiting:
            assert request.wait is not None
            request.wait.has(*self._cause(request), self.clock.now)

    def _first_startable(self, pool: Pool) -> Request | Latecomer | None:
        startable = [entry for entry in pool.queue if self._startable(entry, pool)]
        if len(startable) < 2 and pool.record.discipline != Discipline.RANDOM:
            return startable[0] if startable else None
        startable.sort(key=lambda entry: entry.key(pool))
        if pool.record.discipline != Discipline.RANDOM:
            return startable[0]
        best = [r for r in startable if r.order[0] == startable[0].order[0]]
        if not best:
            return None
        return best[random_pick(self.world.pick_uniform(pool), len(best))]

    def _startable(self, entry: Request | Latecomer, pool: Pool) -> bool:
        if isinstance(entry, Latecomer):
            return self._could_give(entry.request, pool, preempting=True) > 0
        return self._alternative(entry, pool) is not None

    def _alternative(self, request: Request, pool: Pool | None = None) -> list[Need] | None:
        """Return the first alternative that can start now (24, 29), one queueing in `pool`."""
        lacking, preempts = self._shortage(request).lacking, request.token.item.preempts
        if (all(lacking) and not preempts) or not self.fits(request):
            return None
        found = zip(request.possible(), lacking, strict=True)
        here = [(needs, short) for needs, short in found if pool is None or needs[0].pool is pool]
        for needs, short in here:
            if not short and not (needs_time(needs) and self._lacking(request, needs)):
                return needs
        for needs, _ in here if preempts else ():
            if not self._lacking(request, needs, preempting=True):
                return needs
        return None

    def _shortage(self, request: Request) -> Shortage:
        """Return what a request finds, as all do who ask for the same people."""
        if request.only is not None:
            return self._found(request)
        asked = id(request.seize), request.stream, request.bound, self._after_collector(request)
        found = self.shortages.get(asked)
        if found is None:
            found = self.shortages[asked] = self._found(request)
        return found

    def _found(self, request: Request) -> Shortage:
        short = [self._lacking(request, n, timed=False) for n in request.possible()]
        pool = next((need.pool for needs in short for need in needs), None)
        if pool is None:
            return Shortage(short, None, 0, 0, [])
        on_shift, free = pool.on_shift(request), len(pool.free(request))
        return Shortage(short, pool, on_shift, free, pool.at_work(request))

    def kept_from(self, request: Request, group: Group) -> int:
        """Return how many free people of a group are kept for a request before this one (26)."""
        return self.kept[group] if self._after_collector(request) else 0

    def _after_collector(self, request: Request) -> bool:
        return self.collector is not None and self.collector.order < request.order

    def _lacking(
        self, request: Request, needs: list[Need], *, preempting: bool = False, timed: bool = True
    ) -> list[Need]:
        """Return the needs that keep a request from starting now, or whenever (24, 31)."""
        if preempting:
            given = [self._could_give(request, need.pool, preempting=True) for need in needs]
        else:
            given = [need.pool.could_give(request, timed=timed) for need in needs]
        return lacking(needs, given, request.seize.quorum)

    def fits(self, request: Request) -> bool:
        """Say whether the window leaves time for the work (40)."""
        if request.seize.window == NONE:
            return True
        now, seize = self.clock.now, request.seize
        opening = self.world.opening(seize.window, now)
        return fits(*opening, seize.longest, now, request.length)

    def _start(self, request: Request) -> None:
        needs = self._alternative(request)
        assert needs is not None
        while request.token.item.preempts and (short := self._lacking(request, needs)):
            self._preempt(request, next(n.pool for n in short if self._victims(request, n.pool)))
        now = self.clock.now
        self._leave(request)
        request.chosen, request.only = needs, None
        request.slice_begin, request.called, request.efficiency = now, 0, STANDARD
        request.nth_start = self.world.next_start()
        given = [min(need.number, need.pool.could_give(request)) for need in needs]
        for need, number in zip(needs, given, strict=True):
            self._join(request, need, number)
        request.bound = 0
        request.called = self._call_out(request, request.people)
        request.efficiency = efficiency(self.world, request)
        self._ask(request)
        self.world.learning.begins(request)
        self.work_until_done(request)
        if request.called == 0:
            request.token.visit_starts(now)
        if not request.triggered:
            request.succeed()

    def work_until_done(self, request: Request) -> None:
        """Let the slice of work end when it is over."""
        request.end = self.clock.call(
            request.ends_at,
            Phase.TOKEN,
            request.token.number,
            lambda: self._complete(request),
        )

    def _call_out(self, request: Request, people: list[Member]) -> int:
        """Return how long it takes until those who were called out can begin (19)."""
        laws = {member.person.group.record.call_out for member in people} - {NONE}
        called = self.world.call_out(request.token, laws, request.starts) if laws else 0
        request.starts += 1
        for member in people:
            member.called = called
        return called

    def _let_join(self, entry: Latecomer) -> None:
        """Let one person more work on a request (28)."""
        if not entry.need.pool.could_give(entry.request):
            self._preempt(entry.request, entry.need.pool)
        self._join(entry.request, entry.need, 1)
        self._call_out(entry.request, entry.request.people[-1:])
        self._ask(entry.request)

    def _join(self, request: Request, need: Need, number: int) -> None:
        if request not in need.pool.working:
            need.pool.working.append(request)
        for person in need.pool.take(number, request):
            request.people.append(Member(need.pool, person, self.clock.now))

    def _ask(self, request: Request) -> None:
        """Ask for whoever is missing in a team at work, and for nobody else (28)."""
        for entry in request.latecomers:
            entry.need.pool.queue.remove(entry)
        request.latecomers = [
            Latecomer(request, need)
            for need in request.chosen
            if request.people and request.held(need) < need.number
        ]
        for entry in request.latecomers:
            entry.need.pool.queue.append(entry)

    def _complete(self, request: Request) -> None:
        record_slice(request, self.clock.now, done=True)
        self.world.learning.ends(request)
        request.finished.succeed()

    def clip(self, request: Request, end: int) -> None:
        """Write down what is still going on when the run ends (7)."""
        if request.wait is not None:
            request.wait.has(Kind.WORK, request.wait.blame, end)
            request.token.wait_row(request.wait, end)
        else:
            record_slice(request, end, done=False)

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
            and not any(colleague.person.overtime for colleague in person.work.people)
        ]
        people.sort(key=lambda v: (v[0].token.rank, v[0].slice_begin, v[0].number))
        return people[::-1]

    def _could_give(self, request: Request, pool: Pool, *, preempting: bool) -> int:
        """Return how many people a request may have of a pool, if need be by preemption."""
        free = pool.could_give(request)
        if not preempting or not request.token.item.preempts or pool.unlimited:
            return free
        return free + len(self._victims(request, pool))

    def _preempt(self, request: Request, pool: Pool) -> None:
        """Take one person of a pool from whoever has it (31, 32)."""
        victim, person = self._victims(request, pool)[0]
        if victim.goes_on_without(person.works_for):
            self._lose(victim, person)
            return
        restart = victim.seize.interruption == Interruption.RESTART
        setup = 0 if restart else max(n.pool.record.switching for n in victim.chosen)
        self._interrupt(victim, restart=restart, setup=setup)

    # ---- interruption ---------------------------------------------------------------------------

    def shift_ends(self, request: Request, pool: Pool, person: Person) -> None:
        """Stop work that loses a person to a shift end, unless a quorum goes on (32, 34)."""
        if request.goes_on_without(pool):
            self._lose(request, person)
            return
        rule = pool.record.shift_end
        self._interrupt(
            request,
            restart=rule == ShiftEnd.RESTART,
            setup=setup_after_shift(
                rule, pool.record.reading, pool.record.switching, pool.record.also_overnight
            ),
            own=keeps_own_group(rule),
        )

    def _lose(self, request: Request, person: Person) -> None:
        """Let one person leave a team that goes on (32)."""
        member = next(member for member in request.people if member.person is person)
        record_presence(request, member, self.clock.now, done=False)
        request.people.remove(member)
        self._give_back(person)
        if not any(other.pool is member.pool for other in request.people):
            member.pool.working.remove(request)
        self._ask(request)

    def _interrupt(self, request: Request, *, restart: bool, setup: int, own: bool = False) -> None:
        """Stop the slice and queue again, with the old number and `since` (20)."""
        assert request.end is not None
        request.end.cancel()
        worked = record_slice(request, self.clock.now, done=False)
        worked = standard_work(worked, request.efficiency)
        request.remaining = rest_after(restart, request.remaining, worked, request.drawn)
        if own:
            request.only = request.chosen
            for member in request.people:
                if keeps_own_group(member.pool.record.shift_end):
                    request.bound |= member.person.group.record.own
        self._free(request)
        request.setup = setup
        request.wait = Wait(self.clock.now, since=self.clock.now)
        self.join(request)

    def _give_back(self, person: Person) -> None:
        """Let a person go, to rest after a long call (19)."""
        now, record = self.clock.now, person.group.record
        person.work, person.overtime, person.freed = None, False, now
        if record.rests != NONE and now - person.held_since > record.rest_after:
            person.rests_until = now + record.rest
            self.world.staffing_changes(self.world.groups[record.rests])

    def _free(self, request: Request) -> None:
        for member in request.people:
            self._give_back(member.person)
        request.people = []
        for need in request.chosen:
            if request in need.pool.working:
                need.pool.working.remove(request)
        self._ask(request)

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

    def _cause(self, request: Request) -> tuple[int, int]:
        """Return why the request waits from now on, and for whom."""
        _, binding, on_shift, free, working = self._shortage(request)
        later = [other for other in working if other.number > request.number]
        pool = NONE if binding is None else binding.index
        cause = wait_cause(self.fits(request), pool, on_shift, free, bool(later))
        if cause == PRIORITISATION and later:
            return cause, later[-1].token.item.number
        if cause == CONTENTION and working:
            return cause, working[0].token.item.number
        return cause, -1
