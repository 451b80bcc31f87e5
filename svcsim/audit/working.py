"""Work, slice by slice, until it is done (20, 26, 32 to 34, R6)."""

from collections import Counter
from collections.abc import Generator
from typing import Any

from svcsim.audit.efficiency import done_in, efficiencies_of, efficiency_of, taken_at_once, time_for
from svcsim.audit.findings import Mismatch
from svcsim.audit.on_call import call_outs, starts_of
from svcsim.audit.queueing import Queueing
from svcsim.audit.requests import NO_MORE, STAY, Moment, Place, Request, Slice, Wait
from svcsim.audit.setups import setup_of
from svcsim.audit.swarm_team import breaks, take_team
from svcsim.audit.team import Team, called, few
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Interruption, Kind, ShiftEnd


class Working(Queueing):
    """A token that people work on."""

    def _work(self, op: Any) -> Generator[Moment, None, None]:
        """Follow the slices of a request until its work is done (20, 33, 34, R6)."""
        book, request = self.book, self.request
        if request is None:
            raise Mismatch("A8", "works without having queued")
        while True:
            wait = request.waits[-1]
            if self.now >= self.until or (
                self._cut_here() and len(request.waits) > len(request.slices) > 0
            ):
                yield NO_MORE
            going, self.going = self.going, None
            if going is None and self._served_by_others(op, request, wait):
                self._at_once(request, wait)
                wait = request.waits[-1]
            self._learn(request, wait)
            piece = self._slice(op, request)
            if going is not None:
                piece.follow(going)
            visit = self.expected[self.last[op.step]]
            if visit[3] == NEVER and (piece.worked or piece.setup or not piece.called):
                visit[3] = piece.begin + piece.called
                request.called = piece.called > 0
            way = 0 if going is not None else self._way_here(request, piece)
            if piece.begin < piece.end == piece.begin + way:
                request.came.add(piece.end)
            setup = self._effort(request, wait, piece)
            done = piece.due = piece.begin + way + setup + time_for(piece, wait.rest)
            if piece.end >= book.end:
                if done < book.end:
                    raise Mismatch("A3", f"works until the end, the draw ends at {done}")
                yield NO_MORE
            if piece.end == done:
                instant = piece.end == piece.begin
                place: Place = (
                    (7, self._cell(request), self.number) if instant else (1, self.number)
                )
                if going is not None and instant:
                    place = self.origin
                elif instant:
                    book.instants.add(self.now)
                yield self._comes(piece.end, place)
                self.ending = None
                piece.reason = "done"
                if going is not None and instant:
                    return
                if instant:
                    again = self.origin[1] + 1 if self.origin[0] == 7 else 0
                    self.origin, self.late = (7, again, self.number), True
                    self.behind = piece
                else:
                    self.origin, self.late = (1, self.number), False
                return
            if piece.end > done:
                raise Mismatch("A3", f"works until {piece.end}, the draw ends at {done} (33)")
            if self._cut_here():
                yield NO_MORE
            wait = self._interruption(request, wait, piece, way + setup)
            request.waits.append(wait)
            self._queue(request)

    def _served_by_others(self, op: Any, request: Request, wait: Wait) -> bool:
        """Say whether a team works that could not have gone on with paused work (34).

        Then its own team had it back, and lost it again in the same tick, which freed it (31).
        """
        if request.seize.interruption == Interruption.NEVER:
            return False
        coming = self.presence[op.step, self.visit[op.step]]
        coming = [p for p in coming if p.begin == self.now]
        own = Counter(p.pool for p in coming if few([p.person], wait.own.get(p.pool)))
        if request.seize.quorum:  # others may have joined it as it began (28, 32)
            needs = self.book.needs[request.seize.first]
            enough = all(own[need.pool] >= need.least for need in needs)
            enough = enough and own.total() >= request.seize.quorum
            return own.total() < len(coming) and not enough
        if own.total() < len(coming):
            return True
        pools = Counter(p.pool for p in coming)
        fits = [k for k, needs in enumerate(request.alternatives) if pools == Counter(dict(needs))]
        return bool(fits) and not set(fits) & set(wait.allowed)

    def _cell(self, request: Request) -> int:
        """Return the place of a request's cell among those that dispatch (8)."""
        pool = next(needs[0][0] for needs in request.alternatives if needs)
        return int(self.book.model.cells["order"][self.book.pools[pool].cell])

    def _slice(self, op: Any, request: Request) -> Slice:
        """Take the rows and the presence of a slice (A2: they agree)."""
        piece = Slice(request, self.now)
        coming = self.presence[op.step, self.visit[op.step]]
        row = self._of_slice(Kind.UNAVAILABILITY, op, piece, coming)
        if row is not None:
            piece.called = row.end - row.begin
        row = self._of_slice(Kind.SETUP, op, piece, coming)
        if row is not None:
            piece.setup = row.end - row.begin
        row = self._of_slice(Kind.WORK, op, piece, coming)
        if row is not None:
            piece.worked = True
        elif not piece.called and not piece.setup:
            raise Mismatch("A3", f"leaves its work at {self.now} before it is done (33)")
        piece.end = self.now
        if request.seize.quorum:
            take_team(self.book, request, piece, coming)
            may = efficiencies_of(self.book, piece, request.waits[-1])
            piece.efficiency = may[self.path.choose(len(may)) if len(may) > 1 else 0]
            request.slices.append(piece)
            return piece
        while coming and (coming[-1].begin, coming[-1].end) == (piece.begin, piece.end):
            p = coming.pop()
            if (p.called, p.setup) != (piece.called, piece.setup):
                said, law = (p.called, p.setup), (piece.called, piece.setup)
                text = f"person {called(p.person)} has {said}, not {law} (way, set-up)"
                raise Mismatch("A2", f"{text} (19, 33)")
            piece.people.append((p.pool, p.person))
            piece.presence.append(p)
        piece.efficiency = efficiency_of(self.book, piece)
        request.slices.append(piece)
        if not piece.people and piece.end == piece.begin:
            piece.alternative = request.waits[-1].allowed[0]
            return piece
        pools = Counter(pool for pool, _ in piece.people)
        for k in request.waits[-1].allowed:
            if pools == Counter(dict(request.alternatives[k])):
                piece.alternative = k
                return piece
        needs = [request.alternatives[k] for k in request.waits[-1].allowed]
        raise Mismatch(
            "A2",
            f"is worked on in [{piece.begin}, {piece.end}) by {dict(pools)} (people by pool); "
            f"it asks for one of {needs} (26, 29, 34)",
        )

    def _of_slice(self, kind: Kind, op: Any, piece: Slice, coming: list[Any]) -> Any:
        """Take the next row of a slice, if it has one of this kind.

        It has none if it was interrupted here, and others began at once.
        """
        row = self._peek(kind, op.step) if self.now < self.book.end else None
        if row is None:
            return None
        if self.now > piece.begin and coming and coming[-1].begin == piece.begin:
            over = coming[-1].end == self.now
            if piece.request.seize.quorum:
                over = not any(p.begin < self.now < p.end for p in coming)
            begins = any(p.begin == self.now for p in coming)
            if over and (self.now < row.end or begins) and not self._replaced(kind, piece, coming):
                return None
        self.next_row += 1
        self.now = row.end
        return row

    def _replaced(self, kind: Kind, piece: Slice, coming: list[Any]) -> bool:
        """Say whether others joined a team before its last was preempted, as its set-up ended.

        Then it works on (28, 32); the set-up of a new start after preemption would come first.
        """
        request, rule = piece.request, piece.request.seize.interruption
        if not request.seize.quorum or kind != Kind.WORK or self.now == piece.begin:
            return False
        team = Slice(request, piece.begin)
        team.end = self.now
        team.presence = [p for p in coming if p.begin < self.now == p.end]
        team.people = [(p.pool, p.person) for p in team.presence]
        pools = tuple(pool for pool, _ in request.alternatives[0])
        stopped = breaks(self.book, request, team, self._leaving(team)) is not None
        return not stopped and setup_of(self.book, ("preempted", pools, rule)) > 0

    def _leaving(self, piece: Slice) -> list[tuple[Place, int, int]]:
        """Return by when, of which pools, and who leaves at the end of a slice (8, 34)."""
        book, e = self.book, piece.end
        told = piece.presence if piece.kept is None or piece.presence else piece.kept.presence
        rows = {(p.pool, p.person): p for p in told}
        begun = {who: row.begin if piece.kept is None else piece.begun for who, row in rows.items()}
        return sorted(
            (book.fall_of(rows[pool, person], e), pool, person)
            for pool, person in piece.people
            if e > begun[pool, person]
            and book.pools[pool].shift_end not in STAY
            and book.group(pool).until(person, begun[pool, person]) == e
        )

    def _way_here(self, request: Request, piece: Slice) -> int:
        """Return how long those who were called out need, wherever they were stopped (19)."""
        groups = {p.group for p in piece.presence if p.begin == piece.begin}
        if request.seize.quorum:  # whoever was taken from it at once delays it all the same
            pools = {need.pool for need in self.book.needs[request.seize.first]}
            groups.update(taken_at_once(self.book, pools, piece.begin))
        before = [one for one in request.slices if one is not piece]
        found = call_outs(self.book, request, groups, starts_of(request, before))
        way = min((d for d in found if d >= piece.called), default=-1)
        broken = not piece.worked and not piece.setup
        if way != piece.called and not (broken and way > piece.called):
            text = f"calls out for {piece.called} ticks at {piece.begin}, the draws say"
            raise Mismatch("A3", f"{text} {sorted(found)} (19)")
        return way

    def _effort(self, request: Request, wait: Wait, piece: Slice) -> int:
        """Return the whole set-up of a slice (33, 34), and see to what is left to do.

        If the rows have another, work may have been started and preempted at once since the last
        slice, which leaves no row: the replay of the cell must agree (`Wait.claimed`). What is
        restarted then only its end tells: a slice that is interrupted again may be either.
        """
        rule = request.seize.interruption
        restarts = rule == Interruption.RESTART and wait.rest < request.drawn
        for guess in (wait.after, *wait.guesses):
            setup = setup_of(self.book, guess)
            if self._plausible(piece, setup, wait.rest):
                done = piece.begin + piece.called + setup + time_for(piece, wait.rest)
                if restarts and piece.end < min(done, self.book.end) and self.path.choose(2):
                    break
                wait.after, wait.joined = guess, (guess, wait.rest)
                return setup
        if rule != Interruption.NEVER:
            rest = request.drawn if rule == Interruption.RESTART else wait.rest
            for k in wait.allowed:
                pools = tuple(pool for pool, _ in request.alternatives[k])
                setup = setup_of(self.book, ("preempted", pools, rule))
                if self._plausible(piece, setup, rest):
                    wait.after, wait.rest, wait.claimed = ("preempted", pools, rule), rest, True
                    return setup
        setup = setup_of(self.book, wait.after)
        if self._plausible(piece, setup, NEVER):
            return setup
        raise Mismatch(
            "A3", f"has {piece.setup} ticks of set-up at {piece.begin}, not {setup} (33, 34)"
        )

    @staticmethod
    def _plausible(piece: Slice, setup: int, rest: int) -> bool:
        """Say whether a slice may have a set-up and work of these lengths, or less of them."""
        broken = not piece.worked and piece.setup < setup
        begin = piece.begin + piece.called
        latest = NEVER if rest == NEVER else begin + setup + time_for(piece, rest)
        return broken or (piece.setup == setup and piece.end <= latest)

    def _interruption(self, request: Request, wait: Wait, piece: Slice, before: int) -> Wait:
        """Return the wait after an interruption: what is left, and who may resume it (33, 34)."""
        book, e = self.book, piece.end
        every = tuple(range(len(request.alternatives)))
        rest = wait.rest - done_in(piece, max(0, e - piece.begin - before))
        leaving = self._leaving(piece)
        last = breaks(book, request, piece, leaving)
        if last is None:
            piece.reason = "preempted"
            if request.seize.interruption == Interruption.RESTART:
                rest = request.drawn
            pools = tuple(pool for pool, _ in request.alternatives[piece.alternative])
            return Wait(e, rest, ("preempted", pools, request.seize.interruption), every)
        piece.reason, pool = "shift", leaving[last][1]
        rule = book.pools[pool].shift_end
        if rule == ShiftEnd.RESTART:
            rest = request.drawn
        if rule != ShiftEnd.PAUSE:
            return Wait(e, rest, ("shift", (pool,), rule), every)
        # only its own groups: of the alternative that was at work
        wait = Wait(e, rest, ("shift", (pool,), rule), (piece.alternative,))
        gone = {(p, person) for _, p, person in leaving[:last]}
        people = [who for who in piece.people if who not in gone]
        for p in {p for p, _ in people}:
            team = book.teams[p]
            if isinstance(team, Team) and book.pools[p].shift_end == ShiftEnd.PAUSE:
                wait.own[p] = team.owners(person for q, person in people if q == p)
        return wait
