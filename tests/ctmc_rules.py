"""What may happen next in a tiny model: the third telling of `docs/semantics.md`, without a clock.

Nothing of the engines or of the rules that they share is used: only the flow program. A state is
what is left of a history when times are forgotten: exponential and Erlang times become phases,
`since` and numbers become the order in which requests came. A chance that is decided at once
(class, way, number of children) gives several states, each with its probability.
"""

import copy
import itertools
import math

from svcsim.model.arrays import NONE
from svcsim.model.codes import Discipline, Interruption, Op, Outcome, ShiftEnd, WhenFull

DELAYED, QUEUED, WORKING, LIMITED, UNBORN, OVER = range(6)
"""What a token does."""


class Unsupported(Exception):  # noqa: N818
    """The model says what no chain of this kind can follow."""


class Token:
    """One token of an item: what it does, at which instruction, and in which phase."""

    __slots__ = ("doing", "held", "order", "patience", "pc", "phase", "slice", "strand")

    def __init__(self, strand, pc):
        self.strand, self.pc, self.doing = strand, pc, OVER
        self.phase = self.order = self.slice = 0
        self.patience = (0, 0)
        """Phases left, and the instruction that says how it began."""
        self.held = ()
        """Pairs of group and number of people."""


class Item:
    """One item, its tokens, and what it remembers."""

    __slots__ = ("begun", "cls", "done", "held", "memory", "passed", "rank", "stream", "tokens")

    def __init__(self, stream, cls, rank):
        self.stream, self.cls, self.rank = stream, cls, rank
        self.memory = {}
        """Visits by step, and ways by branch where they are sticky."""
        self.held = frozenset()
        self.begun = self.done = self.passed = 0
        self.tokens = []


class World:
    """A state that is being changed. Items and tokens keep their places until it is frozen."""

    __slots__ = ("births", "clock", "ends", "items")

    def __init__(self, items=()):
        self.items = list(items)
        self.ends = ()
        """Pairs of stream and outcome of items that have left in this change."""
        self.births = ()
        """Items that begin when all else has come to rest."""
        self.clock = 10**6

    def copy(self):
        """Return another world that is the same."""
        other = World()
        other.items = [item and _copied(item) for item in self.items]
        other.ends, other.births = self.ends, self.births
        other.clock = self.clock
        return other

    def working(self):
        """Return pairs of item and token of whom people work on."""
        return [(i, t) for i in self.items if i for t in i.tokens if t.doing == WORKING]


def _copied(item):
    other = copy.copy(item)
    other.memory = dict(item.memory)
    other.tokens = [copy.copy(token) for token in item.tokens]
    return other


class Rules:
    """What the flow program of a model does to a world."""

    def __init__(self, model, phases):
        """`phases(distribution)` is the number of phases of a law (0: no time), and their mean."""
        self.m, self.phases = model, phases
        self.present = [True] * len(model.groups)
        self.ops = [tuple(int(x) for x in op) for op in model.ops]
        self.row = model.by_class.tolist()
        self.limits = {number: int(record["order"]) for number, record in enumerate(model.limits)}
        self.pool_groups = [
            model.pool_groups[p["first"] : p["first"] + p["n_groups"]].tolist() for p in model.pools
        ]
        self.inside, self.yields = set(), set()
        """Seizes and pools: for whom people are reserved, and who leaves these."""
        self.seizes = [self._alternatives(s) for s in range(len(model.seizes))]
        self.cells = [
            model.cell_pools[c["first"] : c["first"] + c["n"]].tolist() for c in model.cells
        ]
        self.people = model.groups["people"].tolist()
        self._refuse()
        self.reach = _reachable(model)
        self.interrupts = any(
            self.row[s["preempts_row"]][c] for s in model.streams for c in range(s["n_classes"])
        )
        """Whether anybody's work may be interrupted: then orders of those at work matter."""
        self.kept = {int(b["step"]) for b in model.ops if self._depends(b)}

    def _alternatives(self, seize):
        m, record = self.m, self.m.seizes[seize]
        found = []
        for a in m.alternatives[record["first"] : record["first"] + record["n"]]:
            needs = m.needs[a["first"] : a["first"] + a["n"]]
            found.append([(int(n["pool"]), int(n["number"])) for n in needs])
            self.inside |= {(seize, int(n["pool"])) for n in needs if n["inside"]}
            self.yields |= {(seize, int(n["pool"])) for n in needs if n["yields"]}
            if (needs["least"] != needs["number"]).any() or record["quorum"] or record["collect"]:
                raise Unsupported("a quorum")
        return found

    def _refuse(self):
        m = self.m
        for what in (
            "gates",
            "asks",
            "effects",
            "environments",
            "triggers",
            "jumps",
            "backlog",
            "replay",
            "lessons",
        ):
            if len(getattr(m, what)):
                raise Unsupported(what)
        for record in m.pools:
            first_come = record["discipline"] == Discipline.FIFO
            cell = self.cells[record["cell"]]
            if record["discipline"] not in (Discipline.FIFO, Discipline.LIFO) or not (
                first_come or len(cell) == 1
            ):
                raise Unsupported("a discipline")
            alone = record["shift_end"] == ShiftEnd.PAUSE and len(cell) == 1
            alone &= record["n_groups"] == 1
            calendars = m.groups["calendar"][m.pool_groups[record["first"] :][: record["n_groups"]]]
            closes = not all(m.calendars["always"][c] for c in calendars if c != NONE)
            if closes and not alone and record["shift_end"] != ShiftEnd.HAND_OVER:
                raise Unsupported("a rule at the end of shifts")
            if record["reading"] or record["switching"]:
                raise Unsupported("set-up")
        if len(m.limits) and (m.streams["n_strands"] > 0).any():
            raise Unsupported("limits and strands")
        if (m.seizes["window"] != NONE).any():
            raise Unsupported("a window")
        shrinks = (m.groups["leave"] != 0) | (m.groups["day"] != 0) | (m.groups["on_call"] != 0)
        if shrinks.any():
            raise Unsupported("people who are not there")

    def _depends(self, op):
        """Say whether an instruction asks how often the item was here."""
        if op["code"] == Op.BRANCH:
            branch = self.m.branches[op["a"]]
            return branch["levels"] > 1 or branch["max_visits"] > 0
        return op["code"] == Op.SEIZE and self.m.steps[op["step"]]["n_repeat"] > 0

    # ---- items come -----------------------------------------------------------------------------

    def arrivals(self, world, stream, cls=None, rank=None):
        """Return what comes of an item of a stream that arrives: pairs of probability and world."""
        record = self.m.streams[stream]
        cumulative = self.cumulative(record["class_shares"], record["n_classes"])
        shares = enumerate(cumulative) if cls is None else [(cls, 1.0)]
        found = []
        for each, share in shares:
            if share > 0:
                after = world.copy()
                own = self.row[record["rank_row"]][each] if rank is None else rank
                item = Item(stream, each, own)
                item.begun, item.tokens = 1, [Token(0, int(record["start"]))]
                after.items.append(item)
                found += scaled(share, self.carry(after, len(after.items) - 1, 0))
        return found

    def cumulative(self, first, n):
        """Return the shares of cumulative shares."""
        levels = [0.0, *self.m.factors[first : first + n].tolist()]
        return [b - a for a, b in itertools.pairwise(levels)]

    # ---- a token goes on ------------------------------------------------------------------------

    def carry(self, world, i, j):
        """Let a token go on until it waits or ends; return pairs of probability and world."""
        item = world.items[i]
        token = item.tokens[j]
        while True:
            code, step, then, a, b, c, _ = self.ops[token.pc]
            if code == Op.ENTER:
                if step in self.kept:
                    item.memory[step] = item.memory.get(step, 0) + 1
            elif code == Op.SET:
                if b != NONE:
                    raise Unsupported("a due date")
                if a != NONE:
                    item.rank = self.row[a][item.cls]
            elif code == Op.ADMIT:
                if a not in item.held:
                    if self.m.limits[a]["when_full"] == WhenFull.WAIT:
                        return self._waits(world, token, LIMITED)
                    if self.held(world, a) < self.m.limits[a]["capacity"]:
                        item.held |= {a}
                    else:
                        then = b
            elif code == Op.RETIRE:
                item.held &= {a}
            elif code == Op.DELAY:
                token.phase, _ = self.phases(self.row[a][item.cls])
                if b != NONE:
                    raise Unsupported("a wait with a calendar")
                if token.phase:
                    token.doing = DELAYED
                    return [(1.0, world)]
            elif code == Op.PATIENCE:
                token.patience = (self.phases(self.row[a][item.cls])[0], token.pc)
            elif code == Op.SEIZE:
                token.phase, _ = self.phases(self.row[b][item.cls])
                if not token.phase or c != NONE:
                    raise Unsupported("work of no length, or set-up")
                return self._waits(world, token, QUEUED)
            elif code == Op.BRANCH:
                found = []
                for share, way in self._ways(item, a, step):
                    after = world.copy()
                    after.items[i].tokens[j].pc = way
                    if self.m.branches[a]["sticky"] and token.pc in self.reach[way]:
                        after.items[i].memory[-1 - a] = way
                    found += scaled(share, self.carry(after, i, j))
                return found
            elif code == Op.SPAWN:
                return self._spawn(world, i, j, a, then)
            elif code == Op.JOIN:
                return self._join(world, i, j, a, b)
            elif code == Op.END:
                return self._end(world, i, a)
            elif code not in (Op.WORK, Op.RELEASE, Op.LEAVE):
                raise Unsupported(Op(code).name)
            token.pc = then

    @staticmethod
    def _waits(world, token, doing):
        token.doing, token.order, world.clock = doing, world.clock, world.clock + 1
        return [(1.0, world)]

    def _ways(self, item, number, step):
        """Yield the probability and target of each way of a branch."""
        branch = self.m.branches[number]
        n, first = int(branch["n"]), int(branch["first_target"])
        targets = self.m.targets[first : first + n].tolist()
        if branch["purpose"] == NONE:
            return [(1.0, targets[item.cls])]
        if -1 - number in item.memory:
            return [(1.0, item.memory[-1 - number])]
        visit, cls = item.memory.get(step, 1), item.cls if branch["n_classes"] > 1 else 0
        level = min(visit, branch["levels"]) - 1
        at = branch["shares"] + (cls * branch["levels"] + level) * n
        if 0 < branch["max_visits"] <= visit:
            at = branch["last_row"] + cls * n
        shares = self.cumulative(at, n)
        return [(share, way) for share, way in zip(shares, targets, strict=True) if share > 0]

    def _end(self, world, i, outcome):
        """Let an item leave by one of its tokens; the others are cancelled."""
        item = world.items[i]
        world.ends = (*world.ends, (item.stream, item.cls, outcome))
        world.items[i] = None
        return [(1.0, world)]

    def _spawn(self, world, i, j, number, then):
        """Let children come, that nobody waits for."""
        spawn, item = self.m.spawns[number], world.items[i]
        if spawn["waited"] != NONE or spawn["inherit_family"] or spawn["inherit_due"]:
            raise Unsupported("children that are waited for")
        if spawn["calendar"] != NONE:
            raise Unsupported("a delay with a calendar")
        cls = item.cls if spawn["n_classes"] > 1 else 0
        share = self.m.factors[spawn["shares"] + cls]
        numbers = [(1 - share, 0)]
        if spawn["count"] == NONE:
            numbers.append((share, 1))
        else:
            record = self.m.counts[spawn["count"]]
            several = self.cumulative(record["first"], record["n"])
            numbers += [(share * p, n + int(record["offset"])) for n, p in enumerate(several)]
        own = None if spawn["cls_row"] == NONE else self.row[spawn["cls_row"]][item.cls]
        rank = item.rank if spawn["inherit_rank"] else None
        law = NONE if spawn["wait_row"] == NONE else self.row[spawn["wait_row"]][item.cls]
        found = []
        for p, n in numbers:
            if p > 0:
                after = world.copy()
                after.items[i].tokens[j].pc = then
                after.births += ((int(spawn["stream"]), own, rank, law),) * n
                found += scaled(p, self.carry(after, i, j))
        return found

    def _join(self, world, i, j, number, passed):
        """End a strand, and begin those that have waited long enough."""
        item = world.items[i]
        stream = self.m.streams[item.stream]
        first, n = int(stream["first_strand"]), int(stream["n_strands"])
        strands = self.m.strands[first : first + n]
        mine = strands[number]
        item.tokens[j].doing = OVER
        if passed:
            item.passed |= 1 << number
        else:
            item.done |= 1 << number
        self._cancel(item, int(mine["ends"]))
        begins = []
        for k in range(n):
            if mine["follow"] >> k & 1 and not item.begun >> k & 1:
                before = int(strands[k]["before"]) & ~item.passed
                enough = min(int(strands[k]["need"]), before.bit_count())
                if (before & item.done).bit_count() >= enough:
                    begins.append(k)
        worlds = [(1.0, world)]
        for k in begins:
            for _, each in worlds:
                each.items[i].begun |= 1 << k
                self._cancel(each.items[i], int(strands[k]["cancels"]))
        for k in begins:
            later = []
            for p, each in worlds:
                if each.items[i] is None:
                    later.append((p, each))
                    continue
                each.items[i].tokens.append(Token(k, int(strands[k]["start"])))
                later += scaled(p, self.carry(each, i, len(each.items[i].tokens) - 1))
            worlds = later
        for _, each in worlds:
            left = each.items[i]
            if left and all(token.doing == OVER for token in left.tokens):
                self._end(each, i, int(Outcome.DONE))
        return worlds

    @staticmethod
    def _cancel(item, strands):
        for token in item.tokens:
            if strands >> token.strand & 1:
                token.doing, token.held = OVER, ()

    # ---- people are given work ------------------------------------------------------------------

    def held(self, world, limit):
        """Return how many items hold a limit."""
        return sum(limit in item.held for item in world.items if item)

    def settle(self, world):
        """Let places and people be taken until nobody can begin: pairs of probability and world."""
        while True:
            if world.births:
                (stream, cls, rank, law), world.births = world.births[0], world.births[1:]
                return self._born(world, stream, cls, rank, law)
            place = self._place(world)
            if place is not None:
                return self.settled(self.carry(world, *place))
            if not any(self._start(world, cell) for cell in self.cells):
                return [(1.0, world)]

    def settled(self, worlds):
        return [pair for p, world in worlds for pair in scaled(p, self.settle(world))]

    def _born(self, world, stream, cls, rank, law):
        if law == NONE or not self.phases(law)[0]:
            return self.settled(self.arrivals(world, stream, cls, rank))
        item, token = Item(stream, cls, rank), Token(law, 0)
        token.doing, token.phase = UNBORN, self.phases(law)[0]
        item.tokens = [token]
        world.items.append(item)
        return self.settle(world)

    def _place(self, world):
        """Give a place to the first who waits for one; return where it stands."""
        for limit in sorted(self.limits, key=self.limits.get):
            free = self.m.limits[limit]["capacity"] - self.held(world, limit)
            waiting = [
                (item.rank, token.order, i, j)
                for i, item in enumerate(world.items) if item
                for j, token in enumerate(item.tokens)
                if token.doing == LIMITED and self.ops[token.pc][3] == limit
            ]  # fmt: skip
            if free > 0 and waiting:
                _, _, i, j = min(waiting)
                item, token = world.items[i], world.items[i].tokens[j]
                item.held |= {limit}
                token.pc, token.doing = self.ops[token.pc][2], OVER
                return i, j
        return None

    def seize(self, item, token):
        """Return the number of the seize that a token queues for or works at."""
        return self.row[self.ops[token.pc][3]][item.cls]

    def _free(self, world):
        free = [n * here for n, here in zip(self.people, self.present, strict=True)]
        for _, token in world.working():
            for group, number in token.held:
                free[group] -= number
        return free

    def _start(self, world, cell):
        """Start the first request of a cell that can start, if there is one."""
        queue = [
            (item.rank, token.order, item, token)
            for item in world.items if item
            for token in item.tokens
            if token.doing == QUEUED and self.seizes[self.seize(item, token)][0][0][0] in cell
        ]  # fmt: skip
        last = self.m.pools[cell[0]]["discipline"] == Discipline.LIFO
        queue.sort(key=lambda each: (each[0], -each[1] if last else each[1]))
        free = self._free(world) if queue else None
        for _, _, item, token in queue:
            alternatives = self.seizes[self.seize(item, token)]
            for needs in alternatives:
                leaves = self._leaves(world, item, token, needs, free)
                if leaves and self._begin(token, needs, list(free)):
                    return True
            if self.row[self.m.streams[item.stream]["preempts_row"]][item.cls]:
                for needs in alternatives:
                    if self._preempt(world, item, token, needs, list(free)):
                        return True
        return False

    def _leaves(self, world, item, token, needs, free):
        """Say whether a request leaves those whom a pool keeps for others."""
        for pool, number in needs:
            if (self.seize(item, token), pool) in self.yields:
                record, groups = self.m.pools[pool], self.pool_groups[pool]
                kept = int(record["reserved"])
                if kept < 0:
                    there = sum(self.people[g] for g in groups if self.present[g])
                    kept = math.floor(record["reserved_share"] / 1e9 * there + 0.5)
                for other, its in world.working():
                    if (self.seize(other, its), pool) in self.inside:
                        kept -= sum(n for group, n in its.held if group in groups)
                if sum(max(0, free[g]) for g in groups) - max(0, kept) < number:
                    return False
        return True

    def _begin(self, token, needs, free):
        """Take people who are free, if there are enough."""
        taken = {}
        for pool, number in needs:
            for group in self.pool_groups[pool]:
                some = max(0, number if self.people[group] < 0 else min(number, free[group]))
                if some:
                    taken[group] = taken.get(group, 0) + some
                    free[group] -= some
                    number -= some
            if number:
                return False
        token.doing, token.patience = WORKING, (0, 0)
        token.held, token.slice = tuple(sorted(taken.items())), 10**9
        return True

    def _preempt(self, world, item, token, needs, free):
        """Take people from work of worse rank, if that gives enough."""
        victims = [
            (other.rank, its.slice, its.order, its)
            for other, its in world.working()
            if other.rank > item.rank
            and self.m.seizes[self.seize(other, its)]["interruption"] == Interruption.RESUME
        ]
        victims.sort(key=lambda each: each[:3], reverse=True)
        stopped = []
        for pool, number in needs:
            groups = self.pool_groups[pool]
            while sum(max(0, free[g]) for g in groups) < number:
                useful = [v[3] for v in victims if v[3] not in stopped
                          and any(g in groups for g, _ in v[3].held)]  # fmt: skip
                if not useful:
                    return False
                stopped.append(useful[0])
                for group, people in useful[0].held:
                    free[group] += people
        for its in stopped:
            self.stop(its)
        return self._begin(token, needs, free)

    @staticmethod
    def stop(token):
        """Let work be interrupted; what is left of it is done later."""
        token.doing, token.held, token.slice = QUEUED, (), 0

    # ---- states ---------------------------------------------------------------------------------

    def freeze(self, world):
        """Return a world as nested tuples, the same for all that have the same future."""
        orders, slices = {}, {}
        for item in world.items:
            for token in item.tokens if item else ():
                group = self._group(item, token)
                if token.doing in (QUEUED, LIMITED) or self._counts(token):
                    orders.setdefault(group, set()).add(token.order)
                if self._counts(token):
                    slices.setdefault(group, set()).add(token.slice)
        orders = {group: sorted(found) for group, found in orders.items()}
        slices = {group: sorted(found) for group, found in slices.items()}
        frozen = []
        for item in world.items:
            if item:
                tokens = []
                for t in item.tokens:
                    if t.doing == OVER:
                        continue
                    group, counts = self._group(item, t), self._counts(t)
                    here = counts or t.doing in (QUEUED, LIMITED)
                    order = 1 + orders[group].index(t.order) if here else 0
                    begun = 1 + slices[group].index(t.slice) if counts else 0
                    tokens.append(
                        (t.strand, t.pc, t.doing, t.phase, order, begun, t.patience, t.held)
                    )
                near = set().union(*(self.reach[t[1]] for t in tokens))
                steps = {self.ops[pc][1] for pc in near}
                memory = [(k, v) for k, v in item.memory.items() if k < 0 or k in steps]
                if all(t[2] == UNBORN for t in tokens):
                    memory = []
                frozen.append((
                    item.stream, item.cls, item.rank, tuple(sorted(memory)),
                    tuple(sorted(item.held)), item.begun, item.done, item.passed,
                    tuple(sorted(tokens)),
                ))  # fmt: skip
        frozen.sort(key=repr)
        return tuple(frozen)

    def _counts(self, token):
        return self.interrupts and token.doing == WORKING

    def _group(self, item, token):
        """Those among whom an order matters: of one queue and one rank."""
        if token.doing == LIMITED:
            return ("limit", self.ops[token.pc][3], item.rank)
        if token.doing in (QUEUED, WORKING):
            pool = self.seizes[self.seize(item, token)][0][0][0]
            return ("cell", int(self.m.pools[pool]["cell"]), item.rank)
        return None

    def thaw(self, state):
        """Return the world of a state."""
        world = World()
        for stream, cls, rank, memory, held, begun, done, passed, tokens in state:
            item = Item(stream, cls, rank)
            item.memory, item.held = dict(memory), frozenset(held)
            item.begun, item.done, item.passed = begun, done, passed
            for strand, pc, doing, phase, order, slice_, patience, people in tokens:
                token = Token(strand, pc)
                token.doing, token.phase, token.order = doing, phase, order
                token.slice, token.patience, token.held = slice_, patience, people
                item.tokens.append(token)
            world.items.append(item)
        return world


def scaled(share, worlds):
    """Multiply the probabilities of worlds."""
    return [(share * p, world) for p, world in worlds]


def _reachable(model):
    """Return for each instruction those that may come after it, itself included."""
    follows = []
    for op in model.ops:
        code, next_ = op["code"], {int(op["next"])}
        if code == Op.BRANCH:
            branch = model.branches[op["a"]]
            first = branch["first_target"]
            next_ = set(model.targets[first : first + branch["n"]].tolist())
        elif code in (Op.ADMIT, Op.PATIENCE):
            next_.add(int(op["b"]))
        elif code in (Op.END, Op.JOIN):
            next_ = set()
        follows.append({pc for pc in next_ if 0 <= pc < len(model.ops)})
    reach = []
    for pc in range(len(follows)):
        found, new = {pc}, [pc]
        while new:
            more = follows[new.pop()] - found
            found |= more
            new += more
        reach.append(found)
    return reach
