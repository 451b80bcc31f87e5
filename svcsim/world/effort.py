"""The expected effort of an item at a gate: the work ahead, by which its worth is divided (36).

From the gate on, forward: every way with its share at a first visit, deferral aside. Forward are
the steps below in the file, and within a step what is not done before; a strand begins at most
once.
"""

from collections import defaultdict
from functools import cache
from typing import Any

import numpy as np

from svcsim.model.arrays import NONE, Integers, Model
from svcsim.model.codes import WORKED, Op
from svcsim.world.quantiles import expected
from svcsim.world.rules import branch_row

Ways = list[tuple[int, float]]
"""Instructions, and how often each follows."""


def efforts(model: Model) -> Integers:
    """Return the expected effort in ticks, one at least, shape (gates, most classes).

    1 at gates that ask for no score.
    """
    found = np.ones((len(model.gates), model.by_class.shape[1]), np.int64)
    for gate in np.flatnonzero(model.gates["score"] != NONE).tolist():
        at = (model.ops["code"] == Op.GATE) & (model.ops["a"] == gate)
        start = int(np.flatnonzero(at)[0])
        stream = model.streams[model.steps[model.ops[start]["step"]]["stream"]]
        for cls in range(int(stream["n_classes"])):
            found[gate, cls] = max(1, round(_Ahead(model, stream, cls).work(start)))
    return found


class _Ahead:
    """What is ahead of the items of a class of a stream."""

    def __init__(self, model: Model, stream: Any, cls: int):
        self.model, self.cls = model, cls
        self.ops: list[Any] = model.ops.tolist()
        self.order: list[int] = model.steps["order"].tolist()
        first, n = int(stream["first_strand"]), int(stream["n_strands"])
        self.strands: list[Any] = model.strands[first : first + n].tolist()
        self.starts = {strand[0] for strand in self.strands}
        self.ways = cache(self._ways)

    def work(self, start: int) -> float:
        """Return the work that is expected behind an instruction, in ticks."""
        often: dict[int, float] = defaultdict(float, {start: 1.0})
        total = 0.0
        for op in self._in_order(start):
            times = min(often[op], 1.0) if op in self.starts else often[op]
            if self.ops[op][0] in WORKED:
                total += times * self._expected(op)
            for following, share in self.ways(op):
                often[following] += times * share
        return total

    def _in_order(self, start: int) -> list[int]:
        """Return what may follow an instruction, each behind all that lead to it."""
        found: list[int] = []
        seen, ahead = {start}, [(start, iter(self.ways(start)))]
        while ahead:
            op, ways = ahead[-1]
            following = next((to for to, _ in ways if to not in seen), None)
            if following is None:
                found.append(op)
                ahead.pop()
            else:
                seen.add(following)
                ahead.append((following, iter(self.ways(following))))
        return found[::-1]

    def _expected(self, op: int) -> float:
        model = self.model
        law = int(model.by_class[self.ops[op][4], self.cls])
        return expected(model.distributions, model.pieces, model.tables, law)

    # ---- where items go ------------------------------------------------------------------------

    def _ways(self, op: int) -> Ways:
        """Return what follows an instruction on the ways forward."""
        code, _, following, a, b = self.ops[op][:5]
        if code == Op.JOIN:
            follow = self.strands[a][3]
            return [(s[0], 1.0) for i, s in enumerate(self.strands) if follow >> i & 1]
        if code == Op.JUMP:
            to, _, back = self.model.jumps[a].tolist()[:3]
            return [] if back else [(self.strands[to][0], 1.0)]
        ways = [(following, 1.0)]
        if code == Op.END:
            ways = []
        elif code in (Op.BRANCH, Op.GATE):
            ways = self._branch(int(a if code == Op.BRANCH else self.model.gates[a]["branch"]))
        if code == Op.GATE and (defer := int(self.model.gates[a]["defer"])) != NONE:
            left = 1.0 - ways.pop(defer)[1]
            ways = [(to, share / left) for to, share in ways] if left > 0 else []
        if code == Op.INSTANCES:
            mean, none = self._number(int(self.model.instances[a]["count"]))
            ways = [(following, mean), (b, none)]
        return [(to, share) for to, share in ways if share > 0 and not self._is_back(op, to)]

    def _is_back(self, op: int, to: int) -> bool:
        """Say whether a way leads to a step above, or to what was done before in the same."""
        here, there = self.ops[op][1], self.ops[to][1]
        if here == NONE or there == NONE:
            return False
        if here == there:  # the people of another step come to its work from below
            return to <= op and self.ops[op][0] != Op.KEEP
        return bool(self.order[there] < self.order[here])

    def _branch(self, branch: int) -> Ways:
        """Return the ways of a branch with their shares at a first visit."""
        record = self.model.branches[branch]
        n, first = int(record["n"]), int(record["first_target"])
        targets = self.model.targets[first : first + n].tolist()
        if record["purpose"] == NONE:
            return [(to, float(i == self.cls)) for i, to in enumerate(targets)]
        row = branch_row(
            record["shares"], n, record["levels"], record["n_classes"], record["last_row"],
            record["max_visits"], self.cls, 1,
        )  # fmt: skip
        upto = [*self.model.factors[row : row + n - 1].tolist(), 1.0]
        return list(zip(targets, np.diff(upto, prepend=0.0).tolist(), strict=True))

    def _number(self, count: int) -> tuple[float, float]:
        """Return the mean of a number that is drawn, and how often it is 0."""
        record = self.model.counts[count]
        upto = self.model.factors[record["first"] : record["first"] + record["n"]]
        none = float(upto[0]) if record["offset"] == 0 else 0.0
        return float(record["offset"] + (1.0 - upto[:-1]).sum()), none
