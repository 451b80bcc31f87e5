"""Which requests of a cell can start, and whom they may interrupt (24, 25, 31, 34, 40)."""

from operator import itemgetter
from typing import Any

from svcsim.audit.cell_queues import CellQueues
from svcsim.audit.pool_state import Entry, State, few_of
from svcsim.audit.requests import Places, Request, Slice
from svcsim.audit.setups import lengths_of
from svcsim.audit.team import PLACE, Team, few
from svcsim.model.codes import Discipline, Interruption


class CellSupply(CellQueues):
    """What its people allow."""

    def fits(self, r: Request, k: int, t: int) -> bool:
        """Say whether the clock allows alternative k of a request to start at t (34, 40, R4)."""
        wait = r.waits[r.period]
        window = r.seize.window
        needs = r.alternatives[k]
        late = [p for p, _ in needs if self.late_start[p] and not self.group[p].divided]
        if window < 0 and not late:
            return True
        starts = wait.end == t and wait.ended == "started"
        return (any if starts else all)(
            (window < 0 or self.book.calendar(window).fits(t, length, r.seize.longest))
            and all(self.in_shift(p, t, length) for p in late)
            for length in lengths_of(self.book, wait, t)
        )

    def in_shift(self, p: int, t: int, length: int) -> bool:
        """Say whether work of a length may start in a pool that starts nothing late (34, R4)."""
        group = self.group[p]
        return isinstance(group, Team) or group.calendar.fits(t, length, group.longest)

    def too_late(
        self, p: int, places: Places, number: int, state: State, t: int, length: int
    ) -> bool:
        """Say whether only the clock keeps a pool, of this state, from giving its number (34)."""
        group = self.group[p]
        if not isinstance(group, Team):
            return not self.in_shift(p, t, length)
        assert state.by_person is not None
        there, busy = state.by_person
        return few_of(group.in_time(places, t, length), there, busy).available < number

    def victims(self, p: int, rank: int, places: Places, t: int) -> list[tuple[Any, Slice]]:
        """Return who of a pool may be interrupted at t, the first victim first (31).

        Where the number of one is not known, of those who are alike the one who was comes first.
        """
        found = []
        late = {(s.request.rank, s.begin) for s in self.busy[p].values() if s.request.late}
        for person, piece in self.busy[p].items():
            request = piece.request
            if (
                request.rank > rank
                and (places is None or person // PLACE in places)
                and request.seize.interruption != Interruption.NEVER
                and all(m in self.there[q] for q, m in piece.people)
            ):
                stays = (request.rank, piece.begin) in late and piece.end != t
                order = -request.rank, -piece.begin, stays, -request.number, -person
                found.append((order, piece))
        found.sort(key=itemgetter(0))
        return found

    def plan(self, r: Request, k: int, t: int, preempting: bool) -> list[Slice] | None:
        """Return whom alternative k would interrupt to start now; None if it cannot (24, 31)."""
        places = {p: self.places(p, r, t) for p, _ in r.alternatives[k]}
        ways = r.alternatives[k]
        if not preempting and any(self.available(p, r, places[p]) < n for p, n in ways):
            return None
        if not self.fits(r, k, t):
            return None
        taken: list[Slice] = []
        for p, number in r.alternatives[k]:
            missing = number - self.available(p, r, places[p])
            if missing <= 0:
                continue
            freed = {id(piece) for piece in taken}
            candidates = self.victims(p, r.rank, places[p], t)
            missing -= sum(1 for _, piece in candidates if id(piece) in freed)
            for _, piece in candidates:
                if missing <= 0:
                    break
                if id(piece) not in freed:
                    freed.add(id(piece))
                    taken.append(piece)
                    missing -= len(few(self.of_pool(piece, p), places[p]))
            if missing > 0:
                return None
        return taken

    def best(self, r: Request, t: int) -> tuple[int, list[Slice]] | None:
        """Return the first written alternative that can start, without preempting if any can."""
        allowed = r.waits[r.period].allowed
        for k in allowed:
            if self.plan(r, k, t, False) is not None:
                return k, []
        if r.preempts:
            for k in allowed:
                plan = self.plan(r, k, t, True)
                if plan is not None:
                    return k, plan
        return None

    def startable(self, entry: Entry, t: int) -> bool:
        """Say whether an entry of a queue can start, preempting if need be (24, R5)."""
        r = entry.request
        return self.plan(r, entry.alternative, t, False) is not None or (
            r.preempts and self.plan(r, entry.alternative, t, True) is not None
        )

    def heads(self, t: int) -> tuple[list[Request], list[Request]]:
        """Return the first startable request of each pool, and all of random pools (22, 25)."""
        first: list[Request] = []
        random: list[Request] = []
        for p in self.pools:
            queue = self.queue[p]
            if not queue or (not self.eager[p] and self.free_people(p) <= 0):
                continue
            if self.discipline[p] != Discipline.RANDOM:
                for entry in queue:
                    if self.startable(entry, t):
                        first.append(entry.request)
                        break
                continue
            rank = None
            for entry in queue:
                if rank is not None and entry.request.rank > rank:
                    break
                if self.startable(entry, t):
                    rank = entry.request.rank
                    random.append(entry.request)
        return first, random
