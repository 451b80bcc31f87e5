"""A token's way through the instructions of the program (10, 13, 64)."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from svcsim.audit.arrivals import class_of
from svcsim.audit.asks import decided_at
from svcsim.audit.children import Kind as KindOfChild
from svcsim.audit.children import needed
from svcsim.audit.findings import Mismatch
from svcsim.audit.happenings import Child
from svcsim.audit.keeping import Keeping
from svcsim.audit.requests import Moment
from svcsim.audit.ways import ways_drawn
from svcsim.model.arrays import NEVER
from svcsim.model.codes import REDIALLED, SENT_BACK, Kind, Op, Outcome, Purpose
from svcsim.world.draws import child_key

if TYPE_CHECKING:
    from svcsim.audit.strands import Strands

ENDLESS = 10_000_000
"""Instructions without passing time after which a path is called endless."""


class Walk(Keeping):
    """One token's way through the program, guided by its rows."""

    def __init__(self, path: "Strands", strand: int, number: int, begin: int, cut: int):
        super().__init__(path, strand, number, begin, cut)
        self.flow = self._walk()

    def _walk(self) -> Generator[Moment, None, None]:
        ops, book, path = self.book.ops, self.book, self.path
        place = path.strands[self.strand].start if path.strands else path.stream.start
        place = place if self.goes_to is None else self.goes_to
        if self.there is not None:
            place = self.there.record.start
            self._take(Kind.BEFORE_START, 0, self.there.record.step)
            self.now = 0
        since = (self.now, 0)
        while True:
            since = (self.now, since[1] + 1 if since[0] == self.now else 0)
            if since[1] > ENDLESS:
                raise Mismatch("A8", f"goes round and round at {self.now} (13)")
            op = ops[place]
            place = op.next
            code = op.code
            if code == Op.ENTER:
                self._enter(op)
            elif code == Op.SET:
                self._set(op)
            elif code == Op.ADMIT:
                jump = yield from self._admit(op)
                if jump is not None:
                    if jump < 0:
                        path.leaves(self, Outcome.REFUSED)
                        return
                    place = jump
            elif code == Op.RETIRE:
                for limit in [limit for limit in self.held if limit != op.a]:
                    path.give_back(limit, self, self.now)
            elif code == Op.DELAY:
                yield from self._delay(op)
            elif code == Op.PATIENCE:
                distribution = book.by_class[op.a][self.item.cls] if op.a >= 0 else -1
                self.patience = None
                if distribution >= 0:
                    d = self._duration(op, distribution, Purpose.PATIENCE)
                    self.patience = self.now + d, op.b
            elif code == Op.SEIZE:
                jump = yield from self._seize(op)
                if jump is not None:
                    if jump < 0:
                        path.leaves(self, Outcome.ABANDONED)
                        return
                    place = jump
            elif code == Op.KEEP:
                yield from self._keep(op)
            elif code == Op.WORK:
                yield from self._work(op)
            elif code == Op.RELEASE:
                assert self.request is not None
                piece = self.request.slices[-1]
                ways = self.request.waits[-1].allowed
                if piece.people or len(ways) == 1:  # else who it was is not known
                    ways = (piece.alternative,)
                way = ways[path.choose(len(ways)) if len(ways) > 1 else 0]
                self.team, self.request = self.request.alternatives[way][0][0], None
            elif code == Op.HANDOVER:
                if self._from_others(book.by_class[op.c][self.item.cls]):
                    yield from self._delay(op)
            elif code == Op.GATE:
                jump = yield from self._gate(op)
                if jump is not None:
                    place = jump
            elif code == Op.ASK:
                yield from self._passes(decided_at(self, op), Kind.GATE, op.step)
            elif code == Op.BRANCH:
                place = self._branch(op)
            elif code == Op.SPAWN:
                self._spawn(book.spawns[op.a])
            elif code == Op.ESCALATE:
                after = book.by_class[op.a][self.item.cls]
                rank = book.by_class[op.c][self.item.cls] if op.c >= 0 else NEVER
                until = book.calendar(op.b).add(self.now, after)
                path.guards[self.number] = (until, (3, self.number, 1)), rank, op.d == 1, self
                self.escapes_to = None
            elif code == Op.ESCALATE_TO:
                self.escapes_to = op.a
            elif code == Op.AWAIT:
                yield from self._await(op)
            elif code in (Op.EFFECT, Op.MARK):
                pass  # svcsim.audit.changes
            elif code == Op.LEAVE:
                self.expected[self.last[op.step]][4] = self.now
                path.guards.pop(self.number, None)
            elif code == Op.END:
                path.leaves(self, int(op.a))
                return
            elif code == Op.REPEAT:
                place = self._repeat(op)
            elif code == Op.JOIN:
                if op.a != self.strand:
                    raise Mismatch("A8", f"ends strand {op.a} in strand {self.strand} (41)")
                path.joins(self, op.b == 1)
                return
            elif code == Op.INSTANCES:
                n = book.number(book.instances[op.a].count, self.key, book.steps[op.step].tag, 0)
                if n > 0:
                    path.multiply(self, op, n)
                    return
                place = op.b
            elif code == Op.JUMP:
                jump = path.jumps(self, book.jumps[op.a])
                if jump is None:
                    return
                place = jump
            else:
                raise Mismatch("A8", f"comes to the unknown instruction {code}")

    def _spawn(self, spawn: Any) -> None:
        """Note the children that come of this visit (44)."""
        book, visit, cls = self.book, self.visit[spawn.step], self.item.cls
        u = book.draw(self.key, spawn.tag, visit, Purpose.SPAWN)
        if u >= book.factors[spawn.shares + (cls if spawn.n_classes > 1 else 0)]:
            return
        number = 1
        if spawn.count >= 0:
            number = book.number(spawn.count, self.key, spawn.tag, visit)
        stream = book.streams[spawn.stream]
        late = 2 if self.origin[0] >= 6 else int(self.late)
        keys: list[tuple[int, int]] = []
        if spawn.waited >= 0 and needed(spawn, number) > 0:
            self.needs.append(KindOfChild(needed(spawn, number), keys))
        for index in range(number):
            key = child_key(self.key[0], self.key[1], spawn.tag, visit, index)
            arrives = self.now
            if spawn.wait_row >= 0:
                distribution = book.by_class[spawn.wait_row][cls]
                d = book.duration(distribution, book.draw(key, stream.tag, 0, Purpose.WAIT))
                arrives = book.calendar(spawn.calendar).add(arrives, d)
            known = book.by_class[spawn.cls_row][cls] if spawn.cls_row >= 0 else -1
            child = Child(
                key,
                arrives,
                spawn.stream,
                known if known >= 0 else class_of(book, stream, key),
                (self.item.item, spawn.step, visit, index),
                self.path.rank if spawn.inherit_rank else None,
                self.path.due if spawn.inherit_due else None,
                (late if arrives == self.now else 0, self.number, self.spawned),
                self.origin,
                self.behind,
            )
            self.spawned += 1
            keys.append(key)
            if arrives < book.end:
                self.path.children.append(child)

    def _enter(self, op: Any) -> None:
        self.count[op.step] += 1
        self.visit[op.step] = n = self.count[op.step]
        self.path.count[op.step] = max(self.path.count[op.step], n)
        if op.a == 1:
            self.path.guards.pop(self.number, None)
            if self.expected:
                self.there = None
            self.repeated = self.repeated if op.step == self.at_step else 0
            self.at_step = op.step
            self.last[op.step] = len(self.expected)
            self.expected.append([op.step, self.visit[op.step], self.now, NEVER, NEVER, -1])

    def _set(self, op: Any) -> None:
        if op.a < 0 and op.b < 0:
            return
        rank, due = self.path.rank, self.path.due
        if op.a >= 0:
            rank = self.book.by_class[op.a][self.item.cls]
        if op.b >= 0:
            ticks = self.book.by_class[op.b][self.item.cls]
            due = self.book.calendar(op.c).add(self.now, ticks)
        self.path.change(self, rank, due)

    def _repeat(self, op: Any) -> int:
        """Return where a step that is repeated goes on (66)."""
        self.repeated += 1
        return int(op.b if op.a == 0 or self.repeated < op.a else op.next)

    def _branch(self, op: Any) -> int:
        book = self.book
        branch = book.branches[op.a]
        if branch.purpose == -1:
            return int(book.targets[branch.first_target + self.item.cls])
        visit = self.visit[op.step]
        tag = book.steps[op.step].tag
        u = book.draw(self.key, tag, 0 if branch.sticky else visit, branch.purpose)
        ways = ways_drawn(book, branch, self.item, visit, u, self.now)
        way = ways[self.path.choose(len(ways)) if len(ways) > 1 else 0]
        if branch.purpose == Purpose.OUTCOME:
            self.expected[self.last[op.step]][5] = way
        if branch.purpose == Purpose.INCOMPLETE and way == 1:
            self.expected[self.last[op.step]][5] = SENT_BACK
        if branch.purpose == Purpose.REDIAL and way == 0:
            self.expected[self.last[op.step]][5] = REDIALLED
        return int(book.targets[branch.first_target + way])
