"""The states in which an item can be, and the shares of the ways between them."""

from collections.abc import Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components

from svcsim.model.arrays import Model
from svcsim.model.codes import Op, WhenFull
from svcsim.world.rules import branch_row
from svcsim.world.strands import may_begin, sent_back

ENTER, JOIN, JUMP, REPEAT, BRANCH, GATE = (
    int(op) for op in (Op.ENTER, Op.JOIN, Op.JUMP, Op.REPEAT, Op.BRANCH, Op.GATE)
)
MOST_STATES = 5_000
"""Beyond this many states, what items remember is forgotten, and the flow is approximate."""

Strands = tuple[int, int, int, int, int, int, int]
"""The strand of the token that walks; strands begun, done, passed by, sent back and not to be
repeated, and those whose tokens have not walked yet, as bits."""
State = tuple[int, tuple[int, ...], Strands]
"""An instruction, what the item remembers: visits so far, or ways taken (from 1), and where its
other tokens are."""
Ways = list[tuple[int, float]]
"""Instructions with shares; of weight 0 if only a limit or lost patience leads there."""


class Explored(NamedTuple):
    """States, and the edges between them."""

    states: list[State]
    rows: list[int]
    columns: list[int]
    shares: list[float]
    ways: list[int]
    """Which way from its instruction each edge is; -1 where strands end."""
    hearings: list[float]
    """Sittings on each entry to a gate, 1 elsewhere."""
    exact: bool
    forgotten: tuple[int, ...]
    """Steps whose visits matter and are not told apart."""


class _Key(NamedTuple):
    """Something to remember."""

    op: int
    """The instruction of a sticky branch, or of a repetition; -1 for the visits to a step."""
    step: int
    most: int
    """Visits from which on nothing changes."""
    home: int
    """The loop in which it matters."""


class Chain:
    """The walk of the items of one class of a stream."""

    def __init__(self, model: Model, stream: int, cls: int):
        self.model = model
        self.cls = cls
        self.returns: Mapping[int, float] = {}
        """Of steps whose visits are not told apart: the probability that an item comes back."""
        self.program: list[Any] = model.ops.tolist()
        self.start = int(model.streams[stream]["start"])
        first, n = (int(model.streams[stream][name]) for name in ("first_strand", "n_strands"))
        self.strands: list[Any] = model.strands[first : first + n].tolist()
        self.jumps: list[Any] = model.jumps.tolist()
        self.until = reduce(or_, (strand[5] for strand in self.strands), 0)
        """Strands that end only with others: how often they repeat is not known before a run."""
        self.ways_at: dict[tuple[int, int], tuple[float, Ways]] = {}
        self.component, self.again = self._loops()

    def explored(self) -> Explored:
        """Return every state in which an item can be."""
        keys = self.keys()
        for kept in (keys, [key for key in keys if key.op < 0]):
            found = self.explore(kept, exact=kept == keys)
            if found is not None:
                return found
        return self._without_memory()

    def _without_memory(self) -> Explored:
        found = self.explore([], exact=False)
        assert found is not None, "there are no more states than instructions"
        return found

    def on_average(self, found: Explored, returns: Mapping[int, float]) -> Explored:
        """Return the same states with the shares of the average visit.

        Parameters
        ----------
        found
            States in which visits are not told apart.
        returns
            Of steps whose visits are not told apart: the probability that an item comes back.
        """
        self.returns, self.ways_at = returns, {}
        ops = [op for op, *_ in found.states]
        led: dict[int, set[tuple[int, int]]] = {}
        for row, column, way in zip(found.rows, found.columns, found.ways, strict=True):
            if way >= 0:
                led.setdefault(ops[row], set()).add((way, ops[column]))
        if any(ways != set(self._taken(op)) for op, ways in led.items()):
            return self._without_memory()
        of_op = {op: [share for _, share in self.ways(op, 0)[1]] for op in led}
        edges = zip(found.rows, found.ways, found.shares, strict=True)
        return found._replace(
            shares=[of_op[ops[row]][way] if way >= 0 else share for row, way, share in edges],
            hearings=[self.ways(op, 0)[0] if op in led else 1.0 for op in ops],
        )

    def _taken(self, op: int) -> Iterator[tuple[int, int]]:
        """Yield which ways lead on from an instruction, whatever the visit, and where to."""
        for way, (target, share) in enumerate(self.ways(op, 0)[1]):
            if share or self.program[op][0] not in (BRANCH, GATE):
                yield way, target

    # ---- what to remember ----------------------------------------------------------------------

    def _loops(self) -> tuple[Any, list[int]]:
        """Return the strong component of each instruction, and those to which items come back."""
        rows, columns, seen = [], [], {self.start: None}
        ahead = [self.start]
        while ahead:
            op = ahead.pop()
            for target in self._targets(op):
                rows.append(op)
                columns.append(target)
                if target not in seen:
                    seen[target] = None
                    ahead.append(target)
        size = len(self.program)
        graph = csr_matrix((np.ones(len(rows)), (rows, columns)), (size, size))
        _, component = connected_components(graph, directed=True, connection="strong")
        cyclic = np.bincount(component, minlength=size) > 1
        itself = {i for i, j in zip(rows, columns, strict=True) if i == j}
        return component, [op for op in sorted(seen) if cyclic[component[op]] or op in itself]

    def _targets(self, op: int) -> list[int]:
        """Return every instruction that may follow one, whatever the visit."""
        code, a = self.program[op][0], self.program[op][3]
        if code == Op.JOIN:
            return [strand[0] for i, strand in enumerate(self.strands) if self._follows(a, i)]
        if code == Op.JUMP:
            to, start, back = self.jumps[a][:3]
            return [start if back else self.strands[to][0]]
        branch = self._branch_of(op)
        if branch < 0:
            return [target for target, _ in self.ways(op, 1)[1]]
        record = self.model.branches[branch]
        first, n = int(record["first_target"]), int(record["n"])
        if record["purpose"] < 0:
            return [int(self.model.targets[first + self.cls])]
        return [int(target) for target in self.model.targets[first : first + n]]

    def _branch_of(self, op: int) -> int:
        """Return the branch of an instruction, or -1."""
        if self.program[op][0] not in (Op.GATE, Op.BRANCH):
            return -1
        return _branch_of(self.model, op)

    def keys(self) -> list[_Key]:
        """Return what an item must remember inside loops."""
        found: dict[tuple[int, int], _Key] = {}
        for op in self.again:
            branch, home = self._branch_of(op), int(self.component[op])
            code, step, _, times = self.program[op][:4]
            if code == Op.REPEAT and times > 1 and self.model.steps[step]["n_repeat"] > 0:
                found[op, step] = _Key(op, step, times, home)
            if branch < 0:
                continue
            record = self.model.branches[branch]
            most = max(int(record["levels"]), int(record["max_visits"]))
            if record["sticky"] and record["purpose"] >= 0:
                found[op, step] = _Key(op, step, 0, home)
            elif most > 1:
                before = found.get((-1, step))
                found[-1, step] = _Key(-1, step, max(most, before.most if before else 0), home)
        return list(found.values())

    # ---- walking -------------------------------------------------------------------------------

    def explore(self, keys: list[_Key], *, exact: bool) -> Explored | None:
        """Walk through every state that an item can be in; None when there are too many."""
        visit_of = {key.step: i for i, key in enumerate(keys) if key.op < 0}
        way_of = {key.op: i for i, key in enumerate(keys) if key.op >= 0}
        start: State = (self.start, (0,) * len(keys), (0, 1, 0, 0, 0, 0, 0))
        number: dict[State, int] = {start: 0}
        states, rows, columns, shares, which, hearings = [start], [], [], [], [], [1.0]
        at = 0
        while at < len(states):
            op, memory, strands = states[at]
            code, step = self.program[op][:2]
            counted, chosen = visit_of.get(step, -1), way_of.get(op, -1)
            if code == ENTER and counted >= 0:
                seen = min(memory[counted] + 1, keys[counted].most)
                memory = (*memory[:counted], seen, *memory[counted + 1 :])
            level = memory[counted] if counted >= 0 else 0
            if code in (JOIN, JUMP):
                hearings[at], (ways, strands) = 1.0, self._on_from(op, strands)
            else:
                hearings[at], ways = self.ways(op, level)
            if code == REPEAT and chosen >= 0:
                done = (memory[chosen] + 1) % keys[chosen].most
                memory = (*memory[:chosen], done, *memory[chosen + 1 :])
                ways, chosen = [(ways[0 if done else 1][0], 1.0)], -1
            if chosen >= 0 and memory[chosen]:
                ways = [(ways[memory[chosen] - 1][0], 1.0)]
            for i, (target, share) in enumerate(ways):
                if share == 0 and code in (BRANCH, GATE):
                    continue
                after = memory
                if chosen >= 0 and not memory[chosen]:
                    after = (*memory[:chosen], i + 1, *memory[chosen + 1 :])
                if not self.strands and any(after):
                    home = self.component[target]
                    kept = [key.home == home for key in keys]
                    after = tuple(k if keep else 0 for k, keep in zip(after, kept, strict=True))
                state = (target, after, strands)
                if state not in number:
                    number[state] = len(states)
                    states.append(state)
                    hearings.append(1.0)
                rows.append(at)
                columns.append(number[state])
                shares.append(share)
                which.append(-1 if code in (JOIN, JUMP) else i)
            at += 1
            if keys and len(states) > MOST_STATES:
                return None
        told = {key.step for key in keys if key.op < 0}
        forgotten = {key.step for key in self.keys() if key.op < 0} - told
        return Explored(
            states, rows, columns, shares, which, hearings, exact, tuple(sorted(forgotten))
        )  # fmt: skip

    # ---- strands, one after the other ------------------------------------------------------------

    def _follows(self, strand: int, other: int) -> bool:
        return bool(self.strands[strand][3] >> other & 1)

    def _on_from(self, op: int, strands: Strands) -> tuple[Ways, Strands]:
        """Return where the walk goes on from the end of a strand, or by a way to another."""
        code, a, b = self.program[op][0], self.program[op][3], self.program[op][4]
        here, begun, done, passed, sent, ran, ahead = strands
        if code == Op.JUMP:
            to, start, back, again, once, past = self.jumps[a]
            if back:
                again &= ~(once & ahead & ~(1 << here))
                ran |= again & once & done
                sent = sent_back(sent, done, again)
                begun, done, passed, ahead = (
                    bits & ~again for bits in (begun, done, passed, ahead)
                )
                return [(start, 1.0)], (to, begun | 1 << to, done, passed, sent, ran, ahead)
            begun, passed = begun | past & ~begun, passed | past & ~begun
            done |= 1 << here
            over = past & ~strands[1] | 1 << here
            wanted = [i for i, strand in enumerate(self.strands) if i == to or strand[1] & over]
        else:
            done, passed = (done, passed | 1 << a) if b else (done | 1 << a, passed)
            wanted = [i for i in range(len(self.strands)) if self._follows(a, i)]
        bits = self._begin(wanted, [begun, done, passed, sent, ran, ahead])
        begun, done, passed, sent, ran, ahead = bits
        begins = begun & self.until & ~strands[1] & ~passed
        beside = [(strand[0], 0.0) for i, strand in enumerate(self.strands) if begins >> i & 1]
        if not ahead:
            return beside, (strands[0], begun, done, passed, sent, ran, ahead)
        if not sent & ~begun:  # whatever was sent back has begun again: it makes no difference
            sent = 0
        here = (ahead & -ahead).bit_length() - 1
        after = (here, begun, done, passed, sent, ran, ahead & ~(1 << here))
        return [(self.strands[here][0], 1.0), *beside], after

    def _begin(self, wanted: list[int], bits: list[int]) -> list[int]:
        """Begin strands that have what they wait for; those not repeated are over at once."""
        while wanted:
            i = wanted.pop(0)
            _, before, need, _, _, _, once = self.strands[i]
            begun, done, passed, sent, ran, _ = bits
            if begun >> i & 1 or not may_begin(before, need, done, passed, sent, 1 << i):
                continue
            bits[0] |= 1 << i
            if self.until >> i & 1:
                continue
            if once and ran >> i & 1:
                bits[1] |= 1 << i
                wanted += [j for j in range(len(self.strands)) if self._follows(i, j)]
            else:
                bits[5] |= 1 << i
        return bits

    def ways(self, op: int, visit: int) -> tuple[float, Ways]:
        """Return the hearings of one entry to an instruction, and where items go from it.

        `visit` 0: not told apart.
        """
        if (op, visit) not in self.ways_at:
            self.ways_at[op, visit] = self._ways(op, visit)
        return self.ways_at[op, visit]

    def _ways(self, op: int, visit: int) -> tuple[float, Ways]:
        code, _, following, a, b = self.program[op][:5]
        if code == Op.END:
            return 1.0, []
        branch = self._branch_of(op)
        if branch >= 0:
            first, n = (int(self.model.branches[branch][name]) for name in ("first_target", "n"))
            targets = self.model.targets[first : first + n].tolist()
            ways = list(zip(targets, self._shares(op, branch, visit), strict=True))
            if code == Op.BRANCH:
                return 1.0, ways
            defer = int(self.model.gates[a]["defer"])
            kept = ways.pop(defer)[1] if defer >= 0 else 0.0
            if kept >= 1:
                return np.inf, [(op, 1.0)]
            return 1 / (1 - kept), [(target, share / (1 - kept)) for target, share in ways]
        ways = [(following, 1.0)]
        if code == Op.REPEAT:
            again = 1 - 1 / a if a else 1.0
            ways = [(b, again), (following, 1 - again)]
        if code == Op.ADMIT and self.model.limits[a]["when_full"] == WhenFull.TO and b >= 0:
            ways.append((b, 0.0))
        if code == Op.PATIENCE and b >= 0:
            ways.append((b, 0.0))
        if code == Op.INSTANCES:
            none = none_of(self.model, int(self.model.instances[a]["count"]))
            ways = [(following, 1 - none), (b, none)]
        if code == Op.ESCALATE_TO:
            ways.append((a, 0.0))
        return 1.0, ways

    def _shares(self, op: int, branch: int, visit: int) -> list[float]:
        """Return the shares of the ways of a branch at a visit, or at the average visit."""
        record = self.model.branches[branch]
        n = int(record["n"])
        if record["purpose"] < 0:
            return [float(i == self.cls) for i in range(n)]
        if record["sticky"]:
            return self._row(record, 0)
        again = self.returns.get(int(self.program[op][1]))
        if visit or again is None:
            return self._row(record, max(visit, 1))
        most = max(int(record["levels"]), int(record["max_visits"]))
        mean = np.zeros(n)
        for v in range(1, most + 1):
            weight = again ** (v - 1) * (1 - again if v < most else 1.0)
            mean += weight * np.array(self._row(record, v))
        return [float(share) for share in mean]

    def _row(self, record: Any, visit: int) -> list[float]:
        return _shares_at(self.model, record, self.cls, visit)


def limited_ways(model: Model, cls: int, op: int) -> set[int]:
    """Return where an instruction leads only so often, whatever the item remembers (13)."""
    code, _, _, a, b = model.ops[op].tolist()[:5]
    if code == Op.REPEAT:
        return {b} if a > 0 else set()
    branch = _branch_of(model, op)
    if branch < 0:
        return set()
    record = model.branches[branch]
    if record["purpose"] < 0 or record["sticky"]:
        return set()
    first, n = int(record["first_target"]), int(record["n"])
    targets = model.targets[first : first + n].tolist()
    last = _shares_at(model, record, cls, max(int(record["levels"]), int(record["max_visits"])))
    return set(targets) - {target for target, share in zip(targets, last, strict=True) if share}


def _branch_of(model: Model, op: int) -> int:
    """Return the branch of an instruction, or -1."""
    code, a = int(model.ops[op]["code"]), int(model.ops[op]["a"])
    if code == Op.GATE:
        return int(model.gates[a]["branch"])
    return a if code == Op.BRANCH else -1


def _shares_at(model: Model, record: Any, cls: int, visit: int) -> list[float]:
    """Return the shares of the ways of a branch at a visit."""
    n = int(record["n"])
    row = branch_row(
        record["shares"], n, record["levels"], record["n_classes"], record["last_row"],
        record["max_visits"], cls, visit,
    )  # fmt: skip
    upto = np.append(model.factors[row : row + n - 1], 1.0)
    return [max(0.0, float(share)) for share in np.diff(upto, prepend=0.0)]


def none_of(model: Model, count: int) -> float:
    """Return the probability that a drawn number is 0."""
    record = model.counts[count]
    return float(model.factors[record["first"]]) if record["offset"] == 0 else 0.0
