"""The queues of a cell and the people of its pools (17, 22, 23)."""

from bisect import bisect_left, insort
from collections import Counter, defaultdict
from math import inf
from typing import Any

from svcsim.audit.book import Book
from svcsim.audit.pool_state import Entry, few_of, state_of
from svcsim.audit.requests import (
    Change,
    Places,
    Request,
    Slice,
)
from svcsim.audit.reservations import reserved, yields
from svcsim.audit.setups import lengths_of
from svcsim.audit.team import Team, few
from svcsim.model.codes import Discipline, ShiftEnd


class CellQueues:
    """Who waits in which queue, who works, and what was so at which tick."""

    def __init__(self, book: Book, index: int, pools: list[int], requests: list[Request]):
        self.book = book
        self.index = index
        self.pools = pools
        self.requests = requests
        self.queue: dict[int, list[Entry]] = {p: [] for p in pools}
        self.eager: Counter[int] = Counter()
        self.busy: dict[int, dict[int, Slice]] = {p: {} for p in pools}
        self.there: dict[int, set[int]] = {p: set() for p in pools}
        self.ticks: list[int] = []
        self.logs: dict[int, tuple[list[int], list[Any]]] = {p: ([], []) for p in pools}
        self.touched: set[int] = set()
        self.group = {p: book.group(p) for p in pools}
        self.discipline = {p: book.pools[p].discipline for p in pools}
        self.random = any(d == Discipline.RANDOM for d in self.discipline.values())
        self.late_start = {p: book.pools[p].shift_end == ShiftEnd.NO_LATE_START for p in pools}
        self.same_tick: dict[int, list[Request]] = defaultdict(list)
        for r in requests:
            if r.first is r:
                self.same_tick[r.joined].append(r)
        self.perhaps: dict[int, list[Request]] = defaultdict(list)
        """Requests, worked on before, that may have started as they were cancelled, at a tick."""
        for r in requests:
            if r.slices and r.waits[-1].ended == "cancelled":
                self.perhaps[r.waits[-1].end].append(r)
        self.inside: set[int] = set()
        """Numbers of the requests that wait."""
        self.starters: dict[int, set[int]] = defaultdict(set)
        """Items whose work starts at a tick."""
        self.undone: set[int] = set()
        """Waits (by id) in which work was started and preempted without a row."""
        self.loose: set[int] = set()
        """Ticks of which not even the rounds are known."""
        self.picks: list[tuple[int, int]] = []
        self.decisions: list[int] = []
        """At each choice of a tick that the law leaves open: which, of how many; which to try."""
        self.falling: dict[int, set[int]] = {}
        """By pool: who leaves when all that can start has started (19)."""
        self.stopping: list[Slice] = []
        """Work that they stop."""
        self.turn = 0
        self.unsure: set[int] = set()
        """Ticks at which the order of starts is not known."""
        self.area = 0

    def available(self, p: int, r: Request, places: Places) -> float:
        """Return how many people of some groups of a pool a request may take (23, 30)."""
        left = self.reserved(p) if yields(self.book, r, p) else 0
        return self.free_people(p, places) - left

    def reserved(self, p: int) -> int:
        """Return how many people of a pool are still reserved (30)."""
        at_work = (piece.request for piece in self.busy[p].values())
        return reserved(self.book, p, len(self.there[p]), at_work)

    def free_people(self, p: int, places: Places = None) -> float:
        """Return how many people of a pool, or some of its groups, are on shift and free (23)."""
        there, busy = self.there[p], self.busy[p]
        if self.group[p].unlimited:
            return inf if there else 0
        if places is not None:
            return sum(1 for person in few(there, places) if person not in busy)
        return len(there) - sum(1 for person in busy if person in there)

    def places(self, p: int, r: Request, t: int) -> Places:
        """Return the groups of a pool whose people a request may take now (19, 34); None: all."""
        group, wait = self.group[p], r.waits[r.period]
        if not isinstance(group, Team):
            return None
        places = self.book.places(r, wait, p)
        if not self.late_start[p]:
            return places
        in_time = [group.in_time(places, t, n) for n in lengths_of(self.book, wait, t)]
        starts = wait.end == t and wait.ended == "started"
        return frozenset.union(*in_time) if starts else frozenset.intersection(*in_time)

    def lowest(self, p: int, number: int, places: Places = None) -> list[int]:
        """Return the lowest free numbers of a pool (17)."""
        busy = self.busy[p]
        return sorted(m for m in few(self.there[p], places) if m not in busy)[:number]

    def key(self, p: int, r: Request) -> tuple[int, ...]:
        """Return the queue key of a request in a pool (22)."""
        discipline = self.discipline[p]
        if discipline == Discipline.LIFO:
            return r.rank, -r.since, -r.number
        if discipline == Discipline.DUE:
            return r.due, r.rank, r.number
        if discipline == Discipline.RANDOM:
            return r.rank, r.number
        if discipline == Discipline.SHORTEST:
            return r.expected, r.rank, r.number
        if discipline == Discipline.AGEING:
            pool = self.book.pools[p]
            begun = self.book.calendar(pool.ageing_calendar).clock(r.since)
            return begun + r.rank * pool.ageing, r.number
        return r.rank, r.since, r.number

    def join(self, r: Request) -> None:
        """Put a request into the queue of every alternative that may start it (26, 29)."""
        for k in r.waits[r.period].allowed:
            p = r.alternatives[k][0][0]
            insort(self.queue[p], Entry(self.key(p, r), r.number, k, r))
            self.eager[p] += r.preempts
            self.touched.add(p)
        self.inside.add(r.number)

    def leave(self, r: Request) -> None:
        """Take a request out of its queues."""
        for k in r.waits[r.period].allowed:
            p = r.alternatives[k][0][0]
            queue = self.queue[p]
            at = bisect_left(queue, (self.key(p, r), r.number, k))
            del queue[at]
            self.eager[p] -= r.preempts
            self.touched.add(p)
        self.inside.discard(r.number)

    def change(self, r: Request, change: Change) -> None:
        """Queue a request anew by another rank and due date: an event of its cell (22)."""
        begun = r.period >= (r.first is not r)  # its people have gone on to it (71)
        waits = r.number in self.inside and begun and r.period < len(r.waits)
        if waits:
            self.leave(r)
        r.rank, r.due = change.rank, change.due
        if waits:
            self.join(r)
        self.touched.update(needs[0][0] for needs in r.alternatives)

    def occupy(self, piece: Slice) -> None:
        """Note that people work on a slice."""
        for p, person in piece.people:
            self.hold(p, person, piece)
        piece.request.period += 1
        self.turn += 1
        piece.turn = self.turn
        self.starters[piece.begin].add(piece.request.item)

    def hold(self, p: int, person: int, piece: Slice) -> None:
        """Let somebody of a pool be busy, in whichever queue they are asked for (14)."""
        self.touched.add(p)
        for q, who in self.book.everywhere(p, person) if person else ():
            self.touched.add(q)
            self.busy[q][who] = piece

    def over(self, piece: Slice) -> None:
        """Free the people of work that is over, unless they go on with the next step (71)."""
        following = piece.goes_on
        if following is None:
            self.free(piece)
            return
        for p, person in piece.people:
            self.hold(p, person, following)
        following.request.period += 1
        following.turn = piece.turn
        if following.end == following.begin and following.reason in ("done", "cancelled"):
            self.over(following)

    def settle(self, piece: Slice) -> None:
        """Free the people of work that is over, and of what they were stopped at, going on."""
        self.over(piece)
        while piece.goes_on is not None and piece.goes_on.begin == piece.end:
            piece = piece.goes_on
        if piece.kept is not None and piece.hidden and piece.reason == "preempted":
            self.free(piece)
            self.join(piece.request)

    def free(self, piece: Slice) -> None:
        """Note that the people of a slice are done with it."""
        for p, person in piece.people:
            self.touched.add(p)
            for q, who in self.book.everywhere(p, person) if person else ():
                self.touched.add(q)
                if self.busy[q].get(who) is piece:
                    del self.busy[q][who]

    def of_pool(self, piece: Slice, p: int) -> list[int]:
        """Return those at work on a slice whom a pool may have, as it numbers them."""
        return [
            who
            for q, m in piece.people
            for r, who in (self.book.everywhere(q, m) if m else ((q, m),))
            if r == p
        ]

    def begin_logs(self) -> None:
        """Write down the state before anything happened."""
        self.touched.update(self.pools)
        self.log(-1)

    def log(self, t: int) -> None:
        """Write down the state of the pools that changed, after everything of the tick."""
        self.ticks.append(t)
        for p in self.touched:
            ticks, states = self.logs[p]
            there = self.there[p]
            ticks.append(t)
            if not self.group[p].divided:
                pieces = [(m in there, piece) for m, piece in self.busy[p].items()]
                state = state_of(len(there), self.free_people(p), pieces)
            else:
                who = [(m, m in there, piece) for m, piece in self.busy[p].items()]
                state = few_of(None, sorted(there), who)
            states.append(state._replace(reserved=self.reserved(p)))
        self.touched.clear()

    def state(
        self, starts: list[Slice], preempted: list[Slice], late: list[Request]
    ) -> tuple[Any, ...]:
        """Return what a tick may change, to go back to it."""
        requests = {piece.request for piece in (*starts, *preempted)} | set(late)
        going = [piece for piece in starts if piece.goes_on is not None]
        while going:
            going = [piece.goes_on for piece in going if piece.goes_on is not None]
            requests |= {piece.request for piece in going}
        return (
            {p: list(queue) for p, queue in self.queue.items()},
            {p: dict(busy) for p, busy in self.busy.items()},
            Counter(self.eager),
            set(self.inside),
            set(self.undone),
            ({p: set(there) for p, there in self.there.items()}, self.falling, self.stopping),
            [(r, r.period) for r in requests],
            [(piece, list(piece.people)) for piece in starts if piece.hidden],
        )

    def restore(self, state: tuple[Any, ...]) -> None:
        """Go back to a state."""
        queue, busy, eager, inside, undone, staff, periods, people = state
        self.there = {p: set(there) for p, there in staff[0].items()}
        self.falling, self.stopping = staff[1], list(staff[2])
        self.queue = {p: list(entries) for p, entries in queue.items()}
        self.busy = {p: dict(pieces) for p, pieces in busy.items()}
        self.eager, self.inside, self.undone = Counter(eager), set(inside), set(undone)
        for r, period in periods:
            r.period = period
        for piece, found in people:
            piece.people = list(found)

    def fall(self) -> None:
        """Let those leave whose place somebody takes who rests from now on (19)."""
        for p, people in self.falling.items():
            self.there[p] -= people
            self.touched.add(p)
        for piece in self.stopping:
            self.free(piece)
            self.join(piece.request)
        self.falling, self.stopping = {}, []
