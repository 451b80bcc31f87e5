"""People who go on with the next step (71)."""

from collections.abc import Generator
from typing import Any

from svcsim.audit.findings import Mismatch
from svcsim.audit.requests import NO_MORE, Moment, Request, Slice, Wait
from svcsim.audit.working import Working
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Interruption, Kind


class Keeping(Working):
    """A token whose people go on with the next step."""

    def _keep(self, op: Any) -> Generator[Moment, None, None]:
        """Let the people of the step before go on (71).

        The request is the same, with its number and `since`; here it is another one, whose first
        slice follows that of the step before without a wait.
        """
        last = self._kept_from()
        self.team = last.request.alternatives[last.alternative][0][0]
        request = self._request(op)
        first = request.first = last.request.first
        request.since, request.late, request.behind = first.since, first.late, ()
        request.deadline = NEVER
        if request.alternatives != last.request.alternatives:
            text = f"has people of {last.request.alternatives} go on as {request.alternatives}"
            raise Mismatch("A8", f"{text} (71)")
        wait = Wait(self.now, request.drawn, None, (0,))
        request.waits.append(wait)
        request.learns = self.book.ops[op.next] if self.book.ops[op.next].a >= 0 else None
        self._learn(request, wait, keeps=True)
        self.expected[self.last[op.step]][3] = self.now
        self.ending = self._stops
        piece = Slice(request, self.now)
        piece.follow(last)
        piece.people, piece.hidden = list(last.people), True
        leaving = self._leaving(piece) if request.drawn > 0 else []
        if not leaving and self._go_on_here(op, last):
            self.going = last
            return
        request.slices.append(piece)
        if self._cut_here():
            piece.reason = "cancelled"
            yield NO_MORE
        if leaving:
            request.waits.append(self._interruption(request, wait, piece, 0))
        else:
            request.waits.append(self._preempted_at_once(request, piece))
        self._queue(request)

    def _kept_from(self) -> Slice:
        """Return the work of the step before, which is done now."""
        if self.request is None or not self.request.slices:
            raise Mismatch("A8", "goes on without having worked (71)")
        last = self.request.slices[-1]
        if (last.reason, last.end) != ("done", self.now) or self.request.seize.quorum:
            raise Mismatch("A8", f"goes on at {self.now} with people who do not work on it (71)")
        return last

    def _go_on_here(self, op: Any, last: Slice) -> bool:
        """Say whether the rows have the people of the step before at work here and now."""
        coming = self.presence[op.step, self.visit[op.step]]
        now = sorted((p.pool, p.person) for p in coming if p.begin == self.now)
        return now == sorted(last.people) and self._peek(Kind.WORK, op.step) is not None

    def _preempted_at_once(self, request: Request, piece: Slice) -> Wait:
        """Return the wait of somebody who was preempted at the tick of going on (31)."""
        rule, shifts = request.seize.interruption, self._left_at_once(request)
        if rule == Interruption.NEVER and not shifts:
            raise Mismatch("A5", f"is interrupted at {self.now}, which may never be (31)")
        piece.reason = "preempted"
        pools = tuple(pool for pool, _ in request.alternatives[0])
        wait = Wait(self.now, request.drawn, ("preempted", pools, rule), (0,))
        wait.guesses = [wait.after, *shifts]
        wait.settled = not shifts
        return wait
