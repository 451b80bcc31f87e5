"""Waits without people: delays, limits, gates and children (4, 35 to 39, 44, 45)."""

from collections.abc import Generator
from math import inf
from typing import Any

from svcsim.audit.children import Awaited, enough_at, place_of
from svcsim.audit.findings import Mismatch
from svcsim.audit.happenings import Hearing, Stay
from svcsim.audit.requests import NO_MORE, Moment
from svcsim.audit.scores import turns
from svcsim.audit.token import Token
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import Kind, Op, Outcome, Purpose, WhenFull


class Waiting(Token):
    """A token that waits for a time, a place, a sitting or a child."""

    def _delay(self, op: Any) -> Generator[Moment, None, None]:
        distribution = self.book.by_class[op.a][self.item.cls]
        if distribution < 0:
            return
        purpose, factor = self._delay_purpose(op), 1.0
        slot = self.book.steps[op.step].wait_slot if purpose == Purpose.WAIT else 0
        if slot > 0:
            values = self.book.changes.values(slot, self.item.family, self.now)
            factor = values[self.path.choose(len(values)) if len(values) > 1 else 0]
        d = self._duration(op, distribution, purpose, factor)
        kind = Kind.HANDOVER if op.code == Op.HANDOVER else op.c
        yield from self._passes(self.book.calendar(op.b).add(self.now, d), kind, op.step)

    def _delay_purpose(self, op: Any) -> Purpose:
        """Return what a delay is drawn for, which its cause must allow (64, 66)."""
        if op.code == Op.HANDOVER:
            return Purpose.HANDOVER
        purpose = Purpose(op.d)
        causes = {Purpose.AUTO_TIME: Kind.AUTOMATIC, Purpose.EVERY: Kind.BATCHING}
        wanted = causes.get(purpose)
        waits = Purpose.WAIT, Purpose.OUTCOME_WAIT, Purpose.REDIAL_WAIT
        known = purpose in causes or purpose in waits
        if not known or (op.c == Kind.AUTOMATIC) != (wanted == Kind.AUTOMATIC):
            raise Mismatch("A8", f"delays for purpose {purpose} with cause {op.c} (64)")
        if wanted is not None and op.c != wanted:
            raise Mismatch("A8", f"delays for purpose {purpose} with cause {op.c} (66)")
        return purpose

    def _admit(self, op: Any) -> Generator[Moment, None, int | None]:
        """Hold a limit (45): return None to go on, -1 when refused, or where to go instead."""
        limit, path, since = op.a, self.path, self._since()
        if limit in self.held:
            return None
        rule = self.book.limits[limit].when_full
        clear = self.origin[0] < 6 and not self.late
        row = self._peek(Kind.LIMIT, op.step)
        common = limit, self.item.item, self.number, path.changes, self.now, clear
        if rule != WhenFull.WAIT:
            if row is not None:
                raise Mismatch("A9", f"waits at limit {limit}, which lets nobody wait (45)")
            shared = limit in path.places
            if not shared and self._turned_away(rule):
                self.stays.append(Stay(*common, NEVER, "refused", shared, since))
                return -1 if rule == WhenFull.LEAVE else int(op.b)
            self.stays.append(Stay(*common, self.now, "at once", shared, since))
            path.take(limit, self)
            return None
        want = got = self.now
        if row is not None:
            self.next_row += 1
            self.now = got = row.end
        self.ending = lambda gone: self.stays.append(
            Stay(*common, gone[0], "withdrawn" if gone[1] else "waiting", False, since)
        )
        if self._cut_here() and not (self._went_on(op.step) or self._started_now(op)):
            yield NO_MORE
        yield self._comes(got, (6, self.book.limits[limit].order, since, self.number))
        self.ending = None
        place = 6, self.book.limits[limit].order, path.rank, since, self.number
        shared = limit in path.places or limit in path.let_in
        path.let_in.add(limit)
        self.stays.append(Stay(*common, got, "waited" if got > want else "at once", shared, since))
        path.take(limit, self)
        if got > want:
            # Work of no length at the tick may have freed the place, after others were let in.
            self.origin, self.late, self.child = place, got in self.book.instants, -1
        elif self.origin[0] != 7:
            self.origin, self.child = place, -1
        return None

    def _went_on(self, step: int) -> bool:
        """Say whether more is told of it than that it is at a step."""
        at = self.last.get(step, len(self.visits))
        if at >= len(self.visits):
            return False
        over = self.visits[at].finished < NEVER or len(self.visits) > len(self.expected)
        return over or bool(self.visits[at].outcome != self.expected[at][5])

    def _turned_away(self, rule: int) -> bool:
        """Say whether a limit that lets nobody wait is full, as far as the rows tell."""
        if rule == WhenFull.LEAVE:
            path = self.path
            over = self.next_row == len(self.rows) and len(self.visits) == len(self.expected)
            over = over and self.item.outcome == Outcome.REFUSED and self.item.ended == self.now
            over = over and not path.more_begin()
            return bool(over and (len(path.live) == 1 or path.choose(2) == 0))
        return self.path.choose(2) == 1

    def _gate(self, op: Any) -> Generator[Moment, None, int | None]:
        """Wait for a sitting; what it decides is read here and checked by A7."""
        book, gate = self.book, self.book.gates[op.a]
        submitted = self._since()
        row = self._peek(gate.cause, op.step)
        decided = row.end if row is not None else self.now
        common = (
            op.a, self.item.item, self.number, self.path.changes, op.step, self.visit[op.step],
            submitted, self.origin,
        )  # fmt: skip
        if row is not None:
            self.next_row += 1
        self.now = decided
        self.ending = lambda gone: self.hearings.append(Hearing(*common, NEVER, -1, gone))
        way = -1
        if gate.branch >= 0:
            at = self.last[op.step]
            way = self.visits[at].outcome if at < len(self.visits) else -1
            if way == -1 and self._cut_here():
                yield NO_MORE
        yield self._comes(decided, (2, gate.order))
        self.ending = None
        place = None
        if gate.branch >= 0:
            branch = book.branches[gate.branch]
            if not 0 <= way < branch.n or way == gate.defer:
                raise Mismatch("A7", f"leaves gate {op.a} at {decided} with outcome {way}")
            self.expected[at][5] = way
            place = int(book.targets[branch.first_target + way])
        self.hearings.append(Hearing(*common, decided, way, NO_MORE))
        rank = self.path.rank if gate.by_rank else 0
        if gate.score != NONE:
            rank = next(turns(book, gate, decided))(self.item)
        self.origin, self.late = (2, gate.order, rank, submitted, self.number), False
        return place

    def _await(self, op: Any) -> Generator[Moment, None, None]:
        """Wait for children; when enough have left is looked at when all is told (44)."""
        kinds, self.needs = self.needs, []
        if not kinds:
            return
        begin, row = self.now, self._peek(Kind.DEPENDENCY, op.step)
        if enough_at(self.book, kinds) <= begin:  # another wait may follow, of the same cause
            row = None
        if row is not None:
            self.next_row += 1
            self.now = row.end
        common = self.item.item, self.number, op.step, begin
        blame, waits = -1 if row is None else row.blame, self.path.awaited
        self.ending = lambda gone: waits.append(Awaited(*common, NEVER, gone, blame, kinds))
        at = self.last[op.step]
        if at >= len(self.visits):
            raise Mismatch("A8", f"does not come to step {op.step}, where it waits (44)")
        if self._cut_here() and not self._went_on(op.step):
            yield NO_MORE
        # The last child may have left in any phase of the tick.
        place = place_of(self.book, kinds, self.now)
        place = (*place, self.number) if place[0] == 1 else (*place, inf, self.number)
        self.awaits = self.now
        yield self._comes(self.now, place)
        self.ending, self.awaits = None, NEVER
        waits.append(Awaited(*common, self.now, NO_MORE, blame, kinds))
        self.origin, self.late, self.child = place, True, blame
