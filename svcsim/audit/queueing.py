"""Waiting for people (20, 24, 46, R10)."""

from collections.abc import Generator
from typing import Any

from svcsim.audit.backlog import comes_at_once, hold, left
from svcsim.audit.findings import Mismatch
from svcsim.audit.requests import NO_MORE, STAY, Moment, Request, Slice, Wait
from svcsim.audit.team import Team
from svcsim.audit.waiting import Waiting
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Interruption, Kind, Purpose

STARTED = (Kind.WORK, Kind.SETUP, Kind.UNAVAILABILITY)
"""What may come first when people have been given: it is unavailability where one is called out."""


class Queueing(Waiting):
    """A token that asks for people."""

    def _seize(self, op: Any) -> Generator[Moment, None, int | None]:
        """Queue for people (R10): None when they came, else where patience leads (-1: out)."""
        book, request = self.book, self._request(op)
        rest, work = request.drawn, book.ops[op.next]
        if work.a >= 0 and not (self.there is not None and self.there.record.working):
            request.learns = work
        if self.there is not None and self.there.record.working:
            distribution = book.by_class[op.b][self.item.cls]
            u = book.draw(self.key, book.steps[op.step].tag, request.visit, Purpose.WORK)
            times = book.times(distribution, self.item)
            rest = left(book, distribution, times, self.there.since, u)
            request.drawn, request.worked = rest + self.there.since, self.now == 0
            self.there = None
        every = tuple(range(len(request.alternatives)))
        others = self._from_others(book.by_class[op.a][self.item.cls])
        after = ("comes", (), op.c) if op.c > 0 and others else None
        wait = Wait(self.now, rest, after, every)
        request.waits.append(wait)
        if request.worked and hold(book, request):
            request.held, request.deadline = True, NEVER
            if comes_at_once(book, request):
                self.expected[self.last[op.step]][3] = 0
        self.ending = self._stops
        self._queue(request)
        wait = request.waits[-1]
        deadline = request.deadline
        stops = self.now >= self.until or self.now == self.cut
        if stops and deadline < self.now and not request.slices:
            raise Mismatch("A10", f"still waits at {self.now}, patience ended at {deadline}")
        if self.now >= self.until:
            yield NO_MORE
        if request.slices:
            return None
        if any(self._peek(kind, op.step) for kind in STARTED):
            self._in_patience(request)
            return None
        if wait.end != deadline and self._cut_here():
            if self._started_now(op):
                self._undone(request, "cancelled")
            yield NO_MORE
        if wait.end != deadline:
            told = "has none" if deadline == NEVER else f"ends at {deadline}"
            rule = "A8" if deadline == NEVER else "A10"
            raise Mismatch(rule, f"leaves the queue at {wait.end}, patience {told} (46)")
        yield self._comes(wait.end, (3, self.number))
        self.path.guards.pop(self.number, None)
        self.ending = None
        wait.ended = "left"
        target = self.patience[1] if self.patience else -1
        self.patience = self.request = None
        if wait.begin == wait.end:
            self._instantly()
            self.origin = max(self.origin, (3, self.number))
        else:
            self.origin, self.late = (3, self.number), False
        return int(target)

    def _request(self, op: Any) -> Request:
        """Ask for people, with the work that is drawn."""
        book, item = self.book, self.item
        seize = book.by_class[op.a][item.cls]
        distribution = book.by_class[op.b][item.cls]
        step = book.steps[op.step]
        visit = self.visit[op.step]
        factor = 1.0
        if step.n_repeat and visit > 1:
            factor = book.factors[step.repeat + min(visit - 2, step.n_repeat - 1)]
        if step.touch_slot > 0:
            values = book.changes.values(step.touch_slot, item.family, self.now)
            factor *= values[self.path.choose(len(values)) if len(values) > 1 else 0]
        request = Request()
        request.item, request.step, request.visit = item.item, op.step, visit
        request.token, request.changes = self.number, self.path.changes
        request.seize = book.seizes[seize]
        request.alternatives = book.alternatives[seize]
        request.rank, request.due, request.since = self.path.rank, self.path.due, self._since()
        request.joined = self.now
        request.preempts = self.path.preempts
        request.drawn = self._duration(op, distribution, Purpose.WORK, factor)
        request.expected = 0
        if any(book.by_length[pool] for needs in request.alternatives for pool, _ in needs):
            law = distribution if op.d < 0 else book.by_class[op.d][item.cls]
            times = book.times(law, item)
            request.expected = max(0, round(book.expected(law) * times * factor))
        request.origin, request.late = self.origin, self.late
        request.behind = (self.behind,) if self.behind and self.origin[0] == 7 else ()
        request.child = self.child if self.origin[0] == 6 else -1
        request.deadline = self.patience[0] if self.patience else NEVER
        self.requests.append(request)
        self.request = request
        return request

    def _from_others(self, seize: int) -> bool:
        """Say whether the team that worked on it last is none of those asked now."""
        asked = {pool for needs in self.book.alternatives[seize] for pool, _ in needs}
        return self.team >= 0 and self.team not in asked

    def _stops(self, gone: Moment) -> None:
        """Be cancelled while it waits for people or has them; or the run ends."""
        request = self.request
        assert request is not None
        wait = request.waits[-1]
        if gone is NO_MORE:
            if len(request.waits) > len(request.slices):
                wait.ended = "open"
            return
        if len(request.waits) > len(request.slices):
            if wait.begin < wait.end or not request.slices:
                wait.ended = "cancelled"
                return
            request.waits.pop()  # it was interrupted and cancelled at one tick
        request.slices[-1].reason = "cancelled"

    def _in_patience(self, request: Request) -> None:
        """A10 (46): work starts now; patience must not have ended before, nor at this tick."""
        self.patience = None
        if self.now >= request.deadline:
            raise Mismatch(
                "A10", f"starts at {self.now}, patience ended at {request.deadline} (46: it wins)"
            )

    def _queue(self, request: Request) -> None:
        """Take the rows of waiting for people.

        Two of them one after the other, or work said to have started before the first ended: it
        was started and preempted in the same tick, and has no row (its length is 0). So was it if
        it is said to have started before those who are called out have come, or if nobody gives up
        as patience ends: it was over with the first call.
        """
        at = self.last[request.step]
        started = self.visits[at].started if at < len(self.visits) else NEVER
        while True:
            wait = request.waits[-1]
            row = self._peek(Kind.CONTENTION, request.step)
            if row is None:
                break
            in_vain = row.end > request.deadline and self._may_be_called(request)
            if request.slices or (started != wait.begin and not in_vain):
                self.next_row += 1
                wait.row, wait.end = row, row.end
                self.now = row.end
                if row.end >= self.until:
                    return
                if self._peek(Kind.CONTENTION, request.step) is None:
                    break
            self._at_once(request, wait)
        called = self._peek(Kind.UNAVAILABILITY, request.step) is not None
        if called and started == self.now and self.expected[at][3] == NEVER:
            self._at_once(request, request.waits[-1])

    def _at_once(self, request: Request, wait: Wait) -> None:
        """Note work that was preempted at the tick of its start, or left by who rests (19)."""
        rule, shifts = request.seize.interruption, self._left_at_once(request)
        if rule == Interruption.NEVER and not shifts:
            raise Mismatch("A5", f"is interrupted at {self.now}, which may never be (31)")
        self._undone(request, "preempted")
        rest = request.drawn if rule == Interruption.RESTART else wait.rest
        every = tuple(range(len(request.alternatives)))
        ways = [
            ("preempted", tuple(pool for pool, _ in request.alternatives[k]), rule)
            for k in wait.allowed
        ] + shifts
        following = Wait(self.now, rest, ways[0], every)
        following.guesses, following.settled = ways, len(ways) == 1
        request.waits.append(following)

    def _left_at_once(self, request: Request) -> list[Any]:
        """Return what may have stopped work at the tick of its start, but preemption (19, 34)."""
        found = []
        for pool in sorted({pool for needs in request.alternatives for pool, _ in needs}):
            team, rule = self.book.teams[pool], self.book.pools[pool].shift_end
            slow = isinstance(team, Team) and any(self.now in group.slow for group in team.groups)
            if slow and rule not in STAY:
                found.append(("shift", (pool,), rule))
        return found

    def _undone(self, request: Request, reason: str) -> None:
        """Note work that was stopped at the tick of its start, and has no row."""
        if not request.slices:
            self._in_patience(request)
        self._learn(request, request.waits[-1])
        at = self.last[request.step]
        told = at < len(self.visits) and self.visits[at].started == self.now
        if self.expected[at][3] == NEVER and (told or not self._may_be_called(request)):
            self.expected[at][3] = self.now
        piece = Slice(request, self.now)
        piece.reason, piece.hidden = reason, True
        request.slices.append(piece)

    def _learn(self, request: Request, wait: Wait, *, keeps: bool = False) -> None:
        """Let work that begins now take as long as its step has learned to take (74)."""
        if request.learns is not None:
            may = self.book.lessons.factors(request.learns, self.now, keeps=keeps)
            factor = may[self.path.choose(len(may)) if len(may) > 1 else 0]
            wait.unlearned, request.learns = wait.rest, None
            request.drawn = wait.rest = max(0, round(request.drawn * factor))

    def _may_be_called(self, request: Request) -> bool:
        """Say whether somebody on call may start a request, who has to come first (19)."""
        pools = {pool for needs in request.alternatives for pool, _ in needs}
        laws = self.book.model.groups["call_out"]
        teams = (self.book.teams[p] for p in pools)
        return any(laws[g] >= 0 for team in teams if isinstance(team, Team) for g in team.numbers)
