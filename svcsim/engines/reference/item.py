"""A demand item: a process that performs the flow program of its stream."""

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.engines.reference.gate import Gate
from svcsim.engines.reference.limit import Limit
from svcsim.engines.reference.pool import PARTS, Need, Request, Wait
from svcsim.errors import SimulationError
from svcsim.model.arrays import NEVER, NONE, Kind, Op, Outcome, Purpose, WhenFull
from svcsim.world.calendars import add_open
from svcsim.world.draws import child_key, uniform
from svcsim.world.order import EVENTS_PER_TICK, Phase, child_order
from svcsim.world.quantiles import duration, quantile
from svcsim.world.rules import visit_factor

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World

Primitive = Generator[simpy.Event, Any, Any]
"""A primitive performs one instruction and returns the number of the next."""


class Token:
    """What an item carries through its value stream."""

    def __init__(self, world: "World", stream: Any, item: int, cls: int, key: tuple[int, int]):
        self.world = world
        self.stream = stream
        self.item = item
        self.cls = cls
        self.key = key
        self.rank = world.by_class[stream.rank_row][cls]
        self.preempts = world.by_class[stream.preempts_row][cls] == 1
        self.due = world.due(stream.due_row, stream.due_calendar, cls)
        self.entries = [0] * stream.n_steps
        self.holds: list[Limit] = []
        self.patience: tuple[int, int] | None = None
        self.hearings = 0
        self.children = 0
        self.step = NONE
        self.visit: list[int] | None = None
        self.n_rows = 0
        self.waiting: tuple[Kind, int] | None = None
        """Kind and begin of a wait without people that has not ended."""
        self.request: Request | None = None
        self.alive = True

    # ---- what is recorded (54) ------------------------------------------------------------------

    def row(self, kind: Kind, begin: int, end: int, wait: Wait | None = None) -> None:
        """Write down what happened in [begin, end)."""
        parts = [wait.parts[part] for part in PARTS] if wait else [0] * len(PARTS)
        blame = wait.blame if wait else NONE
        row = (self.item, self.item, self.n_rows, self.step, self.visits, int(kind), begin, end)
        self.world.record.rows.append((*row, *parts, blame))
        self.n_rows += 1

    def wait_row(self, wait: Wait, now: int) -> None:
        """Write down a wait for people; one of no length is none."""
        if now > wait.begin:
            self.row(Kind.CONTENTION, wait.begin, now, wait)

    def presence(self, pool: int, person: int, begin: int, end: int, setup: int) -> None:
        """Write down that a person was on this item in [begin, end)."""
        self.world.record.presence.append(
            (self.item, self.item, self.step, self.visits, pool, person, begin, end, setup)
        )

    def visit_starts(self, now: int) -> None:
        """Write down the first work of a visit."""
        if self.visit is not None and self.visit[5] == NEVER:
            self.visit[5] = now

    @property
    def visits(self) -> int:
        """Entries so far to the present step (61)."""
        return self.entries_to(self.step)

    def entries_to(self, step: int) -> int:
        """Entries so far to a step."""
        return int(self.entries[self.world.steps[step].local])


class Item:
    """The primitives: one method each, from the flow program to SimPy events."""

    def __init__(self, world: "World", token: Token):
        self.world = world
        self.clock = world.clock
        self.token = token

    def live(self) -> Generator[simpy.Event, Any, None]:
        """Perform instructions until the item leaves."""
        pc, tick, performed = int(self.token.stream.start), self.clock.now, 0
        while pc != NONE:
            pc = yield from self.perform(pc)
            performed = performed + 1 if self.clock.now == tick else 0
            tick = self.clock.now
            if performed > EVENTS_PER_TICK:
                item, step = self.token.item, self.token.step
                raise SimulationError(
                    f"item {item} goes round for ever at tick {tick}",
                    step=step, item=item, tick=tick,
                )  # fmt: skip

    def perform(self, pc: int) -> Primitive:
        """Perform one instruction; return the next, or -1."""
        op = self.world.ops[pc]
        primitive: Callable[[Any], Primitive] = PRIMITIVES[Op(op.code)].__get__(self)
        return (yield from primitive(op))

    def draw(self, op: Any, row: int, purpose: Purpose) -> float:
        """Return a duration of this visit, in ticks, before any factor."""
        model, token = self.world.model, self.token
        u = self.uniform(op.step, token.entries_to(op.step), purpose, 0)
        distribution = self.world.by_class[row][token.cls]
        return quantile(model.distributions, model.pieces, model.tables, distribution, u)

    def uniform(self, step: int, visit: int, purpose: int, sub: int) -> float:
        """Return the random number at an address of this item (61)."""
        hi, lo = self.token.key
        tag = self.world.steps[step].tag
        return uniform(self.world.k0, self.world.k1, hi, lo, tag, visit, int(purpose), sub)

    # ---- primitives that take no time -----------------------------------------------------------

    def enter(self, op: Any) -> Primitive:
        """Count a visit, and open its row."""
        token = self.token
        token.entries[self.world.steps[op.step].local] += 1
        if op.a == 1:
            token.step = op.step
            token.visit = [
                token.item, token.item, op.step, token.visits, self.clock.now, NEVER, NEVER, NONE,
            ]  # fmt: skip
            self.world.record.visits.append(token.visit)
        return op.next
        yield

    def set(self, op: Any) -> Primitive:
        """Change rank and due date."""
        token = self.token
        if op.a != NONE:
            token.rank = self.world.by_class[op.a][token.cls]
        if op.b != NONE:
            token.due = self.world.due(op.b, op.c, token.cls)
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
        return int(self.world.targets[record.first_target + way])

    def spawn(self, op: Any) -> Primitive:
        """Let children come of this visit, perhaps (44)."""
        world, token, spawn = self.world, self.token, self.world.spawns[op.a]
        address = (*token.key, spawn.tag, token.visits)
        share = world.model.factors[spawn.shares + (token.cls if spawn.n_classes > 1 else 0)]
        if uniform(world.k0, world.k1, *address, int(Purpose.SPAWN), 0) < share:
            children = 1
            if spawn.count != NONE:
                u = uniform(world.k0, world.k1, *address, int(Purpose.COUNT), 0)
                children = world.count(spawn.count, u)
            for index in range(children):
                self.child(spawn, index)
        return op.next
        yield

    def child(self, spawn: Any, index: int) -> None:
        """Let one child come when its time has passed."""
        world, token, model = self.world, self.token, self.world.model
        key = child_key(*token.key, spawn.tag, token.visits, index)
        until = self.clock.now
        if spawn.wait_row != NONE:
            tag = world.streams[spawn.stream].tag
            u = uniform(world.k0, world.k1, *key, tag, 0, int(Purpose.WAIT), 0)
            distribution = world.by_class[spawn.wait_row][token.cls]
            x = quantile(model.distributions, model.pieces, model.tables, distribution, u)
            ticks = checked(duration(x, 1.0), spawn.step)
            until = int(add_open(model.calendars, model.openings, spawn.calendar, until, ticks))
        cls = NONE if spawn.cls_row == NONE else world.by_class[spawn.cls_row][token.cls]
        origin = (NONE, token.visits, index, token.item, int(spawn.step))
        rank = token.rank if spawn.inherit_rank else None
        due = token.due if spawn.inherit_due else None

        def come() -> None:
            child = world.create(int(spawn.stream), cls, key, origin)
            child.rank = child.rank if rank is None else rank
            child.due = child.due if due is None else due

        self.clock.call(until, Phase.ARRIVAL, child_order(token.item, token.children), come)
        token.children += 1

    def leave(self, op: Any) -> Primitive:
        """Close the visit's row."""
        assert self.token.visit is not None
        self.token.visit[6] = self.clock.now
        return op.next
        yield

    def end(self, op: Any) -> Primitive:
        """Leave the value stream."""
        token = self.token
        for limit in list(token.holds):
            limit.give_back(token)
        self.world.ended(token, Outcome(op.a))
        return NONE
        yield

    # ---- primitives that wait -------------------------------------------------------------------

    def delay(self, op: Any) -> Primitive:
        """Nobody works for a while, on a calendar (4)."""
        ticks = checked(duration(self.draw(op, op.a, Purpose.WAIT), 1.0), op.step)
        model, begin = self.world.model, self.clock.now
        until = add_open(model.calendars, model.openings, op.b, begin, ticks)
        if until > begin:
            yield from self.wait(Kind(op.c), self.clock.at(until, Phase.TOKEN, self.token.item))
        return op.next

    def wait(self, kind: Kind, event: simpy.Event) -> Generator[simpy.Event, Any, Any]:
        """Wait for an event, and write down why."""
        begin = self.clock.now
        self.token.waiting = (kind, begin)
        value = yield event
        self.token.waiting = None
        if self.clock.now > begin:
            self.token.row(kind, begin, self.clock.now)
        return value

    def admit(self, op: Any) -> Primitive:
        """Hold a place under a limit (45)."""
        token, limit = self.token, self.world.limits[op.a]
        if limit in token.holds:
            return op.next
        if limit.record.when_full == WhenFull.WAIT:
            yield from self.wait(Kind.LIMIT, limit.request(token))
            return op.next
        if limit.full:
            return op.b
        limit.take(token)
        return op.next

    def gate(self, op: Any) -> Primitive:
        """Wait for a sitting and its decision."""
        gate: Gate = self.world.gates[op.a]
        way = yield from self.wait(Kind(gate.record.cause), gate.submit(self.token, op))
        return self.go(gate.record.branch, way)

    def patience(self, op: Any) -> Primitive:
        """Decide how long the next wait for people may last."""
        ticks = checked(duration(self.draw(op, op.a, Purpose.PATIENCE), 1.0), op.step)
        self.token.patience = (ticks, op.b)
        return op.next
        yield

    def seize(self, op: Any) -> Primitive:
        """Queue for people; what stands between seize and release happens with them."""
        token, (patience, token.patience) = self.token, (self.token.patience, None)
        seize = self.world.seizes[self.world.by_class[op.a][token.cls]]
        alternatives, work = self.alternatives(seize), self.drawn_work(op)
        pool = alternatives[0][0].pool
        with pool.request(token, seize, alternatives, work) as request:
            token.request = request
            if patience is None:
                yield request
            else:
                ticks, gives_up_to = patience
                order = token.item << 8
                yield request | self.clock.at(self.clock.now + ticks, Phase.GUARD, order)
                if not request.triggered:
                    token.request = None
                    return gives_up_to
            pc = int(op.next)
            while self.world.ops[pc].code != Op.RELEASE:
                pc = yield from self.perform(pc)
        token.request = None
        return int(self.world.ops[pc].next)

    def alternatives(self, seize: Any) -> list[list[Need]]:
        """Return who may do the work: so many people of these pools, or of those."""
        world = self.world
        return [
            [
                Need(world.pools[need.pool], need.number)
                for need in world.needs[alternative.first : alternative.first + alternative.n]
            ]
            for alternative in world.alternatives[seize.first : seize.first + seize.n]
        ]

    def drawn_work(self, op: Any) -> int:
        """Return the ticks of work of this visit (2)."""
        step, model = self.world.steps[op.step], self.world.model
        factor = visit_factor(step.repeat, step.n_repeat, self.token.entries_to(op.step))
        f = 1.0 if factor < 0 else float(model.factors[factor])
        return checked(duration(self.draw(op, op.b, Purpose.WORK), f), op.step)

    def work(self, op: Any) -> Primitive:
        """Hold the people until the work is done."""
        assert self.token.request is not None
        yield self.token.request.finished
        return op.next


PRIMITIVES: dict[Op, Any] = {
    Op.ENTER: Item.enter,
    Op.SET: Item.set,
    Op.ADMIT: Item.admit,
    Op.RETIRE: Item.retire,
    Op.DELAY: Item.delay,
    Op.PATIENCE: Item.patience,
    Op.SEIZE: Item.seize,
    Op.WORK: Item.work,
    Op.GATE: Item.gate,
    Op.BRANCH: Item.branch,
    Op.LEAVE: Item.leave,
    Op.SPAWN: Item.spawn,
    Op.END: Item.end,
}
"""RELEASE is the end of the ``with`` block in `Item.seize`."""


def checked(ticks: int, step: int) -> int:
    """Return a duration, or say that it is out of range (2)."""
    if ticks < 0:
        raise SimulationError(
            f"a duration at step {step} is longer than 2**53 ticks (285 years)", step=step
        )
    return int(ticks)
