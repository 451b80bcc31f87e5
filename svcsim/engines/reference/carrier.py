"""How a token is carried: a process that performs the flow program of its stream."""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.engines.endless import Endless
from svcsim.engines.reference.awaited import Awaited
from svcsim.engines.reference.drawing import Primitive, checked
from svcsim.engines.reference.keeping import keep_people
from svcsim.engines.reference.pool import Need
from svcsim.engines.reference.spawning import Spawning
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import REDIALLED, SENT_BACK, Kind, Op, Outcome, Purpose, WhenFull
from svcsim.world.calendars import add_open
from svcsim.world.order import EVENTS_PER_TICK, Guard, Phase
from svcsim.world.quantiles import duration
from svcsim.world.rules import instances_needed

if TYPE_CHECKING:
    from svcsim.engines.reference.gate import Gate


class Carrier(Spawning):
    """The primitives: one method each, from the flow program to SimPy events."""

    def carry(self, pc: int) -> Generator[simpy.Event, Any, None]:
        """Perform instructions until the token ends."""
        tick, performed = self.clock.now, 0
        while pc != NONE:
            pc = yield from self.perform(pc)
            performed = performed + 1 if self.clock.now == tick else 0
            tick = self.clock.now
            if performed > EVENTS_PER_TICK:
                raise Endless

    def perform(self, pc: int) -> Primitive:
        """Perform one instruction; return the next, or -1."""
        op = self.world.ops[pc]
        return (yield from PRIMITIVES[op.code](self, op))

    # ---- primitives that take no time -----------------------------------------------------------

    def enter(self, op: Any) -> Primitive:
        """Count a visit, and open its row."""
        token, local = self.token, self.world.steps[op.step].local
        token.entries[local] += 1
        token.visits = token.entries[local]
        self.item.entries[local] = max(self.item.entries[local], token.visits)
        if op.a == 1:
            if token.visit is not None:
                token.came, token.worked = NEVER, NONE
            token.guarded_no_more()
            token.repeats = token.repeats if token.step == op.step else 0
            token.step, token.work = op.step, 0
            token.visit = [
                self.item.number, token.number, op.step, token.visits, self.clock.now,
                NEVER, NEVER, NONE,
            ]  # fmt: skip
            self.world.record.visits.append(token.visit)
        return op.next
        yield

    def set(self, op: Any) -> Primitive:
        """Change rank and due date."""
        cls = self.item.cls
        rank = None if op.a == NONE else self.world.by_class[op.a][cls]
        due = None if op.b == NONE else self.world.due(op.b, op.c, cls)
        if rank is not None or due is not None:
            self.item.change(rank, due)
        return op.next
        yield

    def escalate(self, op: Any) -> Primitive:
        """Let the item be more urgent, or go elsewhere, when this visit has taken too long (46)."""
        model, token, by_class = self.world.model, self.token, self.world.by_class
        after = int(by_class[op.a][self.item.cls])
        rank = int(by_class[op.c][self.item.cls]) if op.c != NONE else NEVER
        until = int(add_open(model.calendars, model.openings, op.b, self.clock.now, after))

        def fire() -> None:
            late = op.d == 0 or not token.has_started(until)
            if late and rank < self.item.rank:
                self.item.change(rank, None)
            if late and token.escalates_to != NONE:
                self.item.escape(token)

        order = (token.number << 8) | int(Guard.ESCALATION)
        token.escalation = self.clock.call(until, Phase.GUARD, order, fire)
        token.escalates_to = NONE
        return op.next
        yield

    def escalate_to(self, op: Any) -> Primitive:
        """Note where the escalation of this visit leads."""
        self.token.escalates_to = op.a
        return op.next
        yield

    def retire(self, op: Any) -> Primitive:
        """Give back every limit but one."""
        for limit in list(self.token.holds):
            if op.a == NONE or limit is not self.world.limits[op.a]:
                limit.give_back(self.token)
        return op.next
        yield

    def branch(self, op: Any) -> Primitive:
        """Go one of several ways."""
        way = self.world.way(self.token, op, op.a, 0)
        return self.go(op.a, way)
        yield

    def go(self, branch: int, way: int) -> int:
        """Take a way, and note an outcome."""
        record = self.world.branches[branch]
        if record.purpose == Purpose.OUTCOME and self.token.visit is not None:
            self.token.visit[7] = way
        if record.purpose == Purpose.INCOMPLETE and way == 1 and self.token.visit is not None:
            self.token.visit[7] = SENT_BACK
        if record.purpose == Purpose.REDIAL and way == 0 and self.token.visit is not None:
            self.token.visit[7] = REDIALLED
        return int(self.world.targets[record.first_target + way])

    def mark(self, op: Any) -> Primitive:
        """Let a trigger see this (49)."""
        self.world.changes.mark(self.token, op.a, self.world.by_class[op.b][self.item.cls], op.c)
        return op.next
        yield

    def effect(self, op: Any) -> Primitive:
        """Let the model change (47)."""
        self.world.changes.bring(self.token, op.a, op.step)
        return op.next
        yield

    def leave(self, op: Any) -> Primitive:
        """Close the visit's row."""
        assert self.token.visit is not None
        self.token.visit[6] = self.clock.now
        self.token.guarded_no_more()
        return op.next
        yield

    def end(self, op: Any) -> Primitive:
        """Leave the value stream."""
        self.item.leave(self.token, Outcome(op.a))
        return NONE
        yield

    def join(self, op: Any) -> Primitive:
        """End the strand; what waited for it may begin (41)."""
        self.item.join(self.token, op.b == 1)
        return NONE
        yield

    def instances(self, op: Any) -> Primitive:
        """Let a drawn number of tokens go on instead of this one (41)."""
        record = self.world.instances[op.a]
        n = self.world.count(record.count, self.uniform(op.step, 0, Purpose.COUNT))
        if n == 0:
            return op.b
        needed = instances_needed(n, record.need, record.need_share)
        self.item.multiply(self.token, self.world.steps[op.step].tag, n, needed, int(op.next))
        return NONE
        yield

    def repeat(self, op: Any) -> Primitive:
        """Do a step again, so many times (66)."""
        self.token.repeats += 1
        if op.a == 0 or self.token.repeats < op.a:
            return op.b
        return op.next
        yield

    def jump(self, op: Any) -> Primitive:
        """Go back to another strand, or forward to its beginning (43)."""
        jump = self.world.jumps[op.a]
        if jump.back == 1:
            self.item.go_back(self.token, jump)
            return int(jump.start)
        self.item.forward(self.token, jump)
        return NONE
        yield

    # ---- primitives that wait -------------------------------------------------------------------

    def delay(self, op: Any) -> Primitive:
        """Nobody works for a while, on a calendar (4)."""
        slot = self.world.steps[op.step].wait_slot if op.d == Purpose.WAIT else 0
        factor = self.world.changes.factor(slot, self.item, 1.0)
        ticks = checked(duration(self.draw(op, op.a, Purpose(op.d)), factor), op.step)
        return (yield from self.pass_time(op, ticks, Kind(op.c)))

    def pass_time(self, op: Any, ticks: int, kind: Kind) -> Primitive:
        """Let some time pass on the calendar of an instruction."""
        model, begin = self.world.model, self.clock.now
        until = add_open(model.calendars, model.openings, op.b, begin, ticks)
        if until > begin:
            yield from self.wait(kind, self.clock.at(until, Phase.TOKEN, self.token.number))
        return op.next

    def await_(self, op: Any) -> Primitive:
        """Wait until enough of the children of this visit have left (44)."""
        awaited, self.token.awaited = self.token.awaited, None
        if awaited is not None:
            with awaited as enough:
                yield from self.wait(Kind.DEPENDENCY, enough, awaited)
        return op.next

    def wait(
        self, kind: Kind, event: simpy.Event, awaited: Awaited | None = None
    ) -> Generator[simpy.Event, Any, Any]:
        """Wait for an event, and write down why."""
        begin = self.clock.now
        self.token.waiting = (kind, begin)
        try:
            return (yield event)
        finally:
            self.token.waiting = None
            if self.clock.now > begin:
                blame = NONE if awaited is None else awaited.last
                self.token.row(kind, begin, self.clock.now, blame=blame)

    def admit(self, op: Any) -> Primitive:
        """Hold a place under a limit (45)."""
        token, limit = self.token, self.world.limits[op.a]
        if limit in token.holds:
            return op.next
        if limit.record.when_full == WhenFull.WAIT:
            with limit.request(token) as admitted:
                yield from self.wait(Kind.LIMIT, admitted)
            return op.next
        if not limit.admits(token):
            return op.b
        limit.take(token)
        return op.next

    def gate(self, op: Any) -> Primitive:
        """Wait for a sitting and its decision."""
        gate: Gate = self.world.gates[op.a]
        with gate.submit(self.token, op) as decided:
            way = yield from self.wait(Kind(gate.record.cause), decided)
        return self.go(gate.record.branch, way)

    def ask(self, op: Any) -> Primitive:
        """Wait until enough people have answered, or their delegate has (39)."""
        model, now, ask = self.world.model, self.clock.now, self.world.asks[op.a]

        def answered(begin: int, row: int, purpose: Purpose, sub: int) -> int:
            ticks = checked(duration(self.draw(op, row, purpose, sub), 1.0), op.step)
            return int(add_open(model.calendars, model.openings, ask.calendar, begin, ticks))

        replies = [answered(now, ask.reply_row, Purpose.REPLY, sub) for sub in range(ask.of)]
        until = sorted(replies)[ask.answers - 1]
        if ask.after != NONE:
            asked = int(add_open(model.calendars, model.openings, ask.calendar, now, ask.after))
            if asked < until:
                until = min(until, answered(asked, ask.delegate_row, Purpose.DELEGATE, 0))
        if until > now:
            yield from self.wait(Kind.GATE, self.clock.at(until, Phase.TOKEN, self.token.number))
        return op.next

    def patience(self, op: Any) -> Primitive:
        """Decide how long the next wait for people may last."""
        ticks = checked(duration(self.draw(op, op.a, Purpose.PATIENCE), 1.0), op.step)
        self.token.patience = (ticks, op.b)
        return op.next
        yield

    def seize(self, op: Any) -> Primitive:
        """Queue for people; what stands between seize and release happens with them."""
        token, (patience, token.patience) = self.token, (self.token.patience, None)
        seize = self.world.seizes[self.world.by_class[op.a][self.item.cls]]
        alternatives, work = self.alternatives(seize), self.drawn_work(op)
        pool = alternatives[0][0].pool
        expected = self.expected_work(op)
        holds = self.world.ops[op.next]
        with pool.request(token, holds, seize, alternatives, work, expected) as request:
            token.request = request
            request.setup = op.c if op.c > 0 and self.from_others(seize) else 0
            if token.worked != NONE:
                request.cell.goes_on(request, token.worked)
                token.worked = NONE
            if patience is None:
                yield request
            else:
                ticks, gives_up_to = patience
                order = (token.number << 8) | int(Guard.PATIENCE)
                yield request | self.clock.at(self.clock.now + ticks, Phase.GUARD, order)
                if not request.triggered:
                    token.request = None
                    token.guarded_no_more()
                    return gives_up_to
            pc = int(op.next)
            while self.world.ops[pc].code != Op.RELEASE:
                pc = yield from self.perform(pc)
        token.request, token.team = None, request.chosen[0].pool.index
        return int(self.world.ops[pc].next)

    def keep(self, op: Any) -> Primitive:
        """Let the people of the step before go on with this one (71)."""
        token, request = self.token, self.token.request
        assert request is not None
        token.team = request.chosen[0].pool.index
        seize = self.world.seizes[self.world.by_class[op.a][self.item.cls]]
        needs, work = self.alternatives(seize), self.drawn_work(op)
        expected, holds = self.expected_work(op), self.world.ops[op.next]
        keep_people(self.world, request, holds, seize, needs, work, expected)
        return op.next
        yield

    def from_others(self, seize: Any) -> bool:
        """Say whether a team that is not asked now worked on the item last."""
        asked = [need.pool.index for needs in self.alternatives(seize) for need in needs]
        return self.token.team not in (NONE, *asked)

    def handover(self, op: Any) -> Primitive:
        """Let time pass where the item comes from another team."""
        if not self.from_others(self.world.seizes[self.world.by_class[op.c][self.item.cls]]):
            return op.next
        ticks = checked(duration(self.draw(op, op.a, Purpose.HANDOVER), 1.0), op.step)
        return (yield from self.pass_time(op, ticks, Kind.HANDOVER))

    def alternatives(self, seize: Any) -> list[list[Need]]:
        """Return who may do the work: so many people of these pools, or of those."""
        world = self.world
        return [
            [
                Need(
                    world.pools[need.pool],
                    need.number,
                    need.least,
                    need.stay,
                    inside=need.inside == 1,
                    yields=need.yields == 1,
                )
                for need in world.needs[alternative.first : alternative.first + alternative.n]
            ]
            for alternative in world.alternatives[seize.first : seize.first + seize.n]
        ]

    def work(self, op: Any) -> Primitive:
        """Hold the people until the work is done."""
        assert self.token.request is not None
        yield self.token.request.finished
        return op.next


PRIMITIVES: dict[int, Callable[[Carrier, Any], Primitive]] = {
    Op.ENTER: Carrier.enter,
    Op.SET: Carrier.set,
    Op.ADMIT: Carrier.admit,
    Op.RETIRE: Carrier.retire,
    Op.DELAY: Carrier.delay,
    Op.PATIENCE: Carrier.patience,
    Op.SEIZE: Carrier.seize,
    Op.WORK: Carrier.work,
    Op.GATE: Carrier.gate,
    Op.ASK: Carrier.ask,
    Op.BRANCH: Carrier.branch,
    Op.LEAVE: Carrier.leave,
    Op.SPAWN: Carrier.spawn,
    Op.END: Carrier.end,
    Op.JOIN: Carrier.join,
    Op.JUMP: Carrier.jump,
    Op.REPEAT: Carrier.repeat,
    Op.AWAIT: Carrier.await_,
    Op.HANDOVER: Carrier.handover,
    Op.ESCALATE: Carrier.escalate,
    Op.MARK: Carrier.mark,
    Op.EFFECT: Carrier.effect,
    Op.ESCALATE_TO: Carrier.escalate_to,
    Op.INSTANCES: Carrier.instances,
    Op.KEEP: Carrier.keep,
}
"""RELEASE is the end of the ``with`` block in `Item.seize`."""
