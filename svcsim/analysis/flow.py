"""Expected visits: the traffic equations of the flow program.

An item of a class walks through the instructions as a Markov chain whose state is the instruction
and, where a share or a factor depends on it, the visit to the step so far and the ways that it
keeps to. Expected entries v of the states solve v = start + P'v (Jackson 1963). Only the routes
that limits and patience may open have no share here: they are possible, with weight 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, identity
from scipy.sparse.csgraph import breadth_first_order, connected_components
from scipy.sparse.linalg import splu

from svcsim.model.arrays import Floats, Integers, Model, Op, WhenFull
from svcsim.world.rules import branch_row

MOST_STATES = 20_000
"""Beyond this many states the visits and ways are forgotten, and the flow is approximate."""

_State = tuple[int, tuple[int, ...]]
_BRANCHES = (int(Op.BRANCH), int(Op.GATE))


@dataclass(frozen=True)
class Flow:
    """Where the items of one class of a stream go when nothing makes them wait."""

    model: Model
    stream: int
    cls: int
    ops: Integers
    """(K,) instruction of each state; state 0 is the start."""
    visits: Integers
    """(K,) which visit to the step of the instruction it is, at most the last that matters."""
    shares: csr_matrix = field(repr=False)
    """(K, K) probabilities of going from one state to the next."""
    possible: csr_matrix = field(repr=False)
    """(K, K) 1 where an item can go at all, through full limits and lost patience too."""
    hearings: Floats
    """(K,) sittings that hear the item on each entry to a gate, deferrals included; 1 elsewhere."""
    exact: bool
    """Whether every visit that matters is told apart."""

    @cached_property
    def codes(self) -> Integers:
        """(K,) what the instruction of each state does."""
        return np.asarray(self.model.ops["code"][self.ops], dtype=np.int64)

    @cached_property
    def steps(self) -> Integers:
        """(K,) the step of the instruction of each state."""
        return np.asarray(self.model.ops["step"][self.ops], dtype=np.int64)

    @cached_property
    def endless(self) -> Integers:
        """States from which no item can ever leave."""
        return np.flatnonzero(~_reaching(self.possible, self.codes == Op.END))

    @cached_property
    def entries(self) -> Floats:
        """(K,) expected entries of an item to each state; `inf` where it never leaves."""
        entries = np.zeros(len(self.ops))
        ends = _reaching(self.shares, self.codes == Op.END)
        keep = np.flatnonzero(ends)
        if ends[0]:
            entries[keep] = _solve(self.shares[keep][:, keep].T, (keep == 0).astype(float))
        caught = np.flatnonzero(~ends)
        reached = breadth_first_order(self.shares, 0, return_predecessors=False)
        entries[np.intersect1d(caught, reached)] = np.inf
        return entries

    @cached_property
    def visits_to(self) -> Floats:
        """(S,) expected visits of an item to each step of the model."""
        entering = self.codes == Op.ENTER
        visits = np.zeros(len(self.model.steps))
        np.add.at(visits, self.steps[entering], self.entries[entering])
        return visits

    def factor(self, state: int) -> float:
        """Return what this visit makes of the work drawn (`repeat_touch`)."""
        step = self.model.steps[self.steps[state]]
        if step["n_repeat"] == 0 or self.visits[state] < 2:
            return 1.0
        which = min(int(self.visits[state]) - 2, int(step["n_repeat"]) - 1)
        return float(self.model.factors[step["repeat"] + which])

    def before(self, state: int) -> Any:
        """Return which states an item can have been in when it gets to `state`: a mask, shape (K,).

        The state itself is one of them only if items come back to it.
        """
        came = np.zeros(len(self.ops), dtype=bool)
        came[self.shares[:, [state]].nonzero()[0]] = True
        came = _reaching(self.shares, came)
        came[np.flatnonzero(self.entries == 0)] = False
        return came

    def chance(self, states: Any) -> Floats:
        """Return for each state the probability of being, or getting, in one of `states`.

        `states` is a boolean mask, shape (K,).
        """
        target = np.asarray(states, dtype=bool)
        chance = target.astype(float)
        open_ = np.flatnonzero(~target & _reaching(self.shares, target))
        if len(open_):
            into = self.shares[open_][:, np.flatnonzero(target)].sum(axis=1)
            chance[open_] = _solve(self.shares[open_][:, open_], np.asarray(into).ravel())
        return chance

    def successions(self, labels: Integers, n: int) -> Floats:
        """Return how often, per item, a state labelled j is the next labelled one after i.

        Parameters
        ----------
        labels : shape (K,)
            Label of each state from 0 to n - 1; -1 for states that are passed over.
        n : int
            Number of labels.

        Returns
        -------
        ndarray, shape (n + 1, n + 1)
            The last row is the start, the last column the end.
        """
        marked = np.where(self.codes == Op.END, n, labels)
        finite = np.where(np.isfinite(self.entries), self.entries, 0.0)
        stops, between = np.flatnonzero(marked >= 0), np.flatnonzero(marked < 0)
        arrive = np.zeros((len(self.ops), n + 1))
        arrive[stops, marked[stops]] = 1.0
        between = between[_reaching(self.shares, marked >= 0)[between]]
        if len(between):
            direct = self.shares[between] @ arrive
            arrive[between] = _solve(self.shares[between][:, between], direct)
        counts = np.zeros((n + 1, n + 1))
        onward = self.shares @ arrive
        for state in stops[marked[stops] < n]:
            counts[marked[state]] += finite[state] * onward[state]
        counts[n] = arrive[0]
        return counts


def trace(model: Model, stream: int, cls: int) -> Flow:
    """Return the flow of one class of a stream."""
    for remember in (True, False):
        found = _explore(model, stream, cls, remember)
        if found is not None:
            return found
    raise AssertionError("without memory there are no more states than instructions")


def _explore(model: Model, stream: int, cls: int, remember: bool) -> Flow | None:
    """Walk through every state that an item can be in; None when there are too many."""
    program = model.ops.tolist()
    memory = _memory(model, stream, cls)
    if not remember:
        memory = {}
    place = {key: i for i, key in enumerate(memory)}
    start: _State = (int(model.streams[stream]["start"]), (0,) * len(memory))
    number: dict[_State, int] = {start: 0}
    states, rows, columns, weights, hearings = [start], [], [], [], [1.0]
    at = 0
    while at < len(states):
        op, kept = states[at]
        code, step = program[op][:2]
        visit = place.get(("visit", step), -1)
        if code == Op.ENTER and visit >= 0:
            seen = min(kept[visit] + 1, memory["visit", step])
            kept = (*kept[:visit], seen, *kept[visit + 1 :])
        way = place.get(("way", op), -1)
        level = 0 if way >= 0 else kept[visit] if visit >= 0 else 1
        heard, onward = _ways(model, program, op, cls, level)
        hearings[at] = heard
        if way >= 0 and kept[way]:
            onward = [(onward[kept[way] - 1][0], 1.0)]
        for i, (target, share) in enumerate(onward):
            if share == 0 and code in _BRANCHES:
                continue
            fixed = kept if way < 0 or kept[way] else (*kept[:way], i + 1, *kept[way + 1 :])
            state = (target, fixed)
            if state not in number:
                number[state] = len(states)
                states.append(state)
                hearings.append(1.0)
            rows.append(at)
            columns.append(number[state])
            weights.append(share)
        at += 1
        if len(states) > MOST_STATES and remember:
            return None
    size = (len(states), len(states))
    visits = [
        kept[place["visit", program[op][1]]] if ("visit", program[op][1]) in place else 1
        for op, kept in states
    ]
    shares = csr_matrix((weights, (rows, columns)), size)
    shares.eliminate_zeros()
    return Flow(
        model, stream, cls,
        np.array([op for op, _ in states]), np.array(visits), shares,
        csr_matrix((np.ones(len(rows)), (rows, columns)), size), np.array(hearings),
        exact=remember,
    )  # fmt: skip


def _ways(
    model: Model, program: list[Any], op: int, cls: int, visit: int
) -> tuple[float, list[tuple[int, float]]]:
    """Return the hearings of one entry, and where an item goes from an instruction, with shares.

    Ways of weight 0 that are no branch are open only to items that a limit or patience diverts.
    """
    code, _, following, a, b, _ = program[op]
    if code == Op.END:
        return 1.0, []
    if code == Op.BRANCH:
        return 1.0, list(_branch(model, a, cls, visit))
    if code == Op.GATE:
        gate = model.gates[a]
        if gate["branch"] < 0:
            return 1.0, [(following, 1.0)]
        ways = list(_branch(model, int(gate["branch"]), cls, visit))
        kept = ways.pop(int(gate["defer"]))[1] if gate["defer"] >= 0 else 0.0
        if kept >= 1:
            return np.inf, [(op, 1.0)]
        return 1 / (1 - kept), [(target, share / (1 - kept)) for target, share in ways]
    onward = [(following, 1.0)]
    if code == Op.ADMIT and model.limits[a]["when_full"] == WhenFull.TO and b >= 0:
        onward.append((b, 0.0))
    if code == Op.PATIENCE and b >= 0:
        onward.append((b, 0.0))
    return 1.0, onward


def _branch(model: Model, branch: int, cls: int, visit: int) -> Iterator[tuple[int, float]]:
    """Yield the ways of a branch with their shares at this visit."""
    record = model.branches[branch]
    n, first = int(record["n"]), int(record["first_target"])
    targets = model.targets[first : first + n].tolist()
    if record["purpose"] < 0:
        yield from ((target, float(i == cls)) for i, target in enumerate(targets))
        return
    row = branch_row(
        record["shares"], n, record["levels"], record["n_classes"], record["last_row"],
        record["max_visits"], cls, visit,
    )  # fmt: skip
    upto = np.append(model.factors[row : row + n - 1], 1.0)
    yield from zip(targets, np.maximum(0.0, np.diff(upto, prepend=0.0)).tolist(), strict=True)


def _targets(model: Model, program: list[Any], op: int, cls: int) -> list[int]:
    """Return every instruction that may follow one, whatever the visit."""
    code, _, _, a = program[op][:4]
    which = int(model.gates[a]["branch"]) if code == Op.GATE else a
    if code not in _BRANCHES or which < 0:
        return [target for target, _ in _ways(model, program, op, cls, 1)[1]]
    first, n = int(model.branches[which]["first_target"]), int(model.branches[which]["n"])
    if model.branches[which]["purpose"] < 0:
        return [int(model.targets[first + cls])]
    return [int(target) for target in model.targets[first : first + n]]


def _memory(model: Model, stream: int, cls: int) -> dict[tuple[str, int], int]:
    """Return what a state must remember: visits to steps (up to the last that matters), and ways.

    Only instructions to which an item can come back need a memory.
    """
    program = model.ops.tolist()
    rows, columns, seen = [], [], [int(model.streams[stream]["start"])]
    for op in seen:
        for target in _targets(model, program, op, cls):
            rows.append(op)
            columns.append(target)
            if target not in seen:
                seen.append(target)
    graph = csr_matrix((np.ones(len(rows)), (rows, columns)), (len(program), len(program)))
    _, component = connected_components(graph, directed=True, connection="strong")
    cyclic = {int(c) for c, size in enumerate(np.bincount(component)) if size > 1}
    cyclic |= {int(component[i]) for i, j in zip(rows, columns, strict=True) if i == j}
    again = [op for op in seen if int(component[op]) in cyclic]
    memory: dict[tuple[str, int], int] = {}
    for op in again:
        code, step, _, a = program[op][:4]
        most = 0
        if code == Op.SEIZE:
            most = int(model.steps[step]["n_repeat"]) + 1
        if code == Op.BRANCH or (code == Op.GATE and model.gates[a]["branch"] >= 0):
            branch = model.branches[a if code == Op.BRANCH else model.gates[a]["branch"]]
            most = max(int(branch["levels"]), int(branch["max_visits"]))
            if code == Op.BRANCH and branch["sticky"] and branch["purpose"] >= 0:
                memory["way", op] = 1
                most = 0
        if most > 1:
            memory["visit", step] = max(memory.get(("visit", step), 0), most)
    return memory


def _reaching(shares: csr_matrix, target: Any) -> Any:
    """Return which states can reach one of the `target` states (a mask); a target does."""
    size = len(target)
    goals = np.flatnonzero(target)
    if not len(goals):
        return np.zeros(size, dtype=bool)
    back = csr_matrix(shares.T)
    # one more node from which every target is one step away
    rows = np.concatenate([np.full(len(goals), size), back.nonzero()[0]])
    columns = np.concatenate([goals, back.nonzero()[1]])
    graph = csr_matrix((np.ones(len(rows)), (rows, columns)), (size + 1, size + 1))
    reached = np.zeros(size + 1, dtype=bool)
    reached[breadth_first_order(graph, size, return_predecessors=False)] = True
    return reached[:size]


def _solve(matrix: Any, right: Any) -> Any:
    """Return x of x = right + matrix x."""
    size = matrix.shape[0]
    return splu((identity(size, format="csc") - matrix).tocsc()).solve(np.asarray(right))


def flows(model: Model) -> list[list[Flow]]:
    """Return the flow of every class of every stream, parallel to `Names.classes`."""
    return [
        [trace(model, stream, cls) for cls in range(int(record["n_classes"]))]
        for stream, record in enumerate(model.streams)
    ]
