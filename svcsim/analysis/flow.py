"""Expected visits: the traffic equations of the flow program.

An item of a class walks through the instructions as a Markov chain. Its state is the instruction
and, inside a loop whose shares depend on it, the visits to a step so far and the ways that the item
keeps to. Expected entries v of the states solve v = start + P'v (Jackson 1963). Only the routes
that limits and patience may open have no share here: they are possible, with weight 0.

Where strands run beside one another, the walk goes through them one after the other, lowest first;
how often each step is visited does not depend on the order. Losers are taken to run on.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from svcsim.analysis.chain import Chain, Explored
from svcsim.analysis.solving import first_met, reaching, solve, solve_apart
from svcsim.model.arrays import Floats, Integers, Model
from svcsim.model.codes import Op, Outcome

Mask = NDArray[np.bool_]
SMALL = 200
"""States of a loop whose equations are solved without regard to zeros."""
ROUNDING = 1e-12
"""A loop that is left more seldom is taken not to be left."""
KEPT = 128
"""Walks that are kept: models that differ in people, times or demand have the same."""
ROUTING = (
    "ops", "steps", "streams", "branches", "targets", "factors", "strands", "jumps", "limits",
    "gates", "instances", "counts",
)  # fmt: skip
"""Tables of a model in which a walk looks."""


class Walk:
    """Where items go when nothing makes them wait; the same for all classes that share it."""

    def __init__(self, model: Model, found: Explored):
        self.model = model
        self.ops: Integers = np.array([op for op, *_ in found.states])
        """(K,) instruction of each state; state 0 is the start."""
        size = (len(self.ops), len(self.ops))
        edges = found.rows, found.columns
        self.shares = csr_matrix((found.shares, edges), size)
        """(K, K) probabilities of going from one state to the next."""
        self.shares.eliminate_zeros()
        self.possible = csr_matrix((np.ones(len(found.rows)), edges), size)
        """(K, K) not 0 where an item can go at all, through full limits and lost patience too."""
        self.hearings: Floats = np.array(found.hearings)
        """(K,) sittings that hear an item on each entry to a gate, deferrals too; 1 elsewhere."""
        self.exact = found.exact
        """Whether every visit and way that matters is told apart."""
        self.codes: Integers = model.ops["code"][self.ops]
        """(K,) what the instruction of each state does."""
        self.steps: Integers = model.ops["step"][self.ops]
        """(K,) the step of the instruction of each state."""
        self._before: dict[int, Integers] = {}
        self._comes: dict[int, float] = {}
        self._requests: dict[tuple[int, int, int], list[float]] = {}
        self._returns: dict[int, Floats | None] = {}
        self._loops: dict[int, tuple[csr_matrix, Integers, Floats]] = {}

    @cached_property
    def leaves(self) -> Mask:
        """(K,) states in which the item leaves: its last token ends there.

        Repetitions that may still begin there end with another of its strands.
        """
        return np.asarray(self.shares.getnnz(axis=1) == 0)

    @cached_property
    def done(self) -> Mask:
        """(K,) states in which the item leaves as done."""
        ended = (self.codes == Op.END) & (self.model.ops["a"][self.ops] == Outcome.DONE)
        return np.asarray(self.leaves & (ended | (self.codes == Op.JOIN)))

    @cached_property
    def endless(self) -> Integers:
        """States from which no item can ever leave."""
        return np.flatnonzero(~reaching(self.possible, self.leaves))

    @cached_property
    def loops(self) -> bool:
        """Whether an item can come back to a state, through full limits and lost patience too."""
        _, part = connected_components(self.possible, directed=True, connection="strong")
        return bool((np.bincount(part) > 1).any() or (self.possible.diagonal() > 0).any())

    @cached_property
    def entries(self) -> Floats:
        """(K,) expected entries of an item to each state; `inf` where it never leaves."""
        entries = np.zeros(len(self.ops))
        ends = reaching(self.shares, self.leaves)
        keep = np.flatnonzero(ends)
        if ends[0]:
            entries[keep] = solve(self.shares[keep][:, keep].T, (keep == 0).astype(float))
        reached = breadth_first_order(self.shares, 0, return_predecessors=False)
        entries[np.intersect1d(np.flatnonzero(~ends), reached)] = np.inf
        return entries

    @cached_property
    def visits_to(self) -> Floats:
        """(S,) expected visits of an item to each step of the model."""
        entering = self.codes == Op.ENTER
        visits = np.zeros(len(self.model.steps))
        np.add.at(visits, self.steps[entering], self.entries[entering])
        return visits

    def comes(self, step: int) -> float:
        """Return the probability that an item comes to a step at all."""
        if step not in self._comes:
            doors = np.flatnonzero((self.codes == Op.ENTER) & (self.steps == step))
            alone = len(doors) == 1 and np.isfinite(self.entries).all()
            if alone and (visits := self._once_there(int(doors[0]))) is not None:
                self._comes[step] = float(self.entries[doors[0]]) / visits
            else:
                self._comes[step] = self.first_visits(step, 1)[0]
        return self._comes[step]

    def _once_there(self, state: int) -> float | None:
        """Return the expected entries to a state of an item that gets there; None if unknown.

        All those of a small loop are found at once: they are the diagonal of (1 - P)^-1.
        """
        if not self._again[state]:
            return 1.0
        loop = int(self._loop[state])
        shares, around, _ = self._around(loop)
        if len(around) > SMALL:
            return None
        if loop not in self._returns:
            stays = np.eye(len(around)) - shares.toarray()
            ends = np.linalg.cond(stays, 1) < 1 / ROUNDING
            self._returns[loop] = np.diag(np.linalg.inv(stays)) if ends else None
        found = self._returns[loop]
        return None if found is None else float(found[np.searchsorted(around, state)])

    @cached_property
    def _again(self) -> Mask:
        """(K,) whether an item can come back to a state."""
        _, part = connected_components(self.shares, directed=True, connection="strong")
        return np.asarray((np.bincount(part) > 1)[part] | (self.shares.diagonal() > 0))

    def first_visits(self, step: int, n: int) -> list[float]:
        """Return the expected 1st, 2nd, ... n-th visits of an item to a step.

        That is the probability that it comes there at least so often. Whoever leaves the loops
        around the step does not come back, so that only these are looked at, and who gets there.
        """
        doors = np.flatnonzero((self.codes == Op.ENTER) & (self.steps == step))
        shares, around, start = self.shares, np.arange(len(self.ops)), self._start
        if len(np.unique(self._loop[doors])) == 1 and np.isfinite(self.entries).all():
            shares, around, start = self._around(int(self._loop[doors[0]]))
            doors = np.searchsorted(around, doors)
        arrive = first_met(shares, doors)
        counts, now = [], arrive(start)
        for _ in range(n):
            counts.append(float(now.sum()))
            now = arrive(now @ shares[doors])
        return counts

    @cached_property
    def _loop(self) -> Integers:
        """(K,) the loop of instructions in which a state is, whatever the item remembers."""
        rows, columns = self.shares.nonzero()
        size = (len(self.model.ops), len(self.model.ops))
        graph = csr_matrix((np.ones(len(rows)), (self.ops[rows], self.ops[columns])), size)
        _, part = connected_components(graph, directed=True, connection="strong")
        return np.asarray(part[self.ops])

    def _around(self, loop: int) -> tuple[csr_matrix, Integers, Floats]:
        """Return the shares between the states of a loop, these, and how often each is got into."""
        if loop not in self._loops:
            inside = self._loop == loop
            states = np.flatnonzero(inside)
            coming = np.where(inside, 0.0, self.entries) @ self.shares + self._start
            self._loops[loop] = self.shares[states][:, states], states, coming[states]
        return self._loops[loop]

    def requests(self, step: int, op: int, n: int) -> list[float]:
        """Return the expected entries to an instruction on the 1st, ... n-th visit to its step."""
        if (step, op, n) not in self._requests:
            self._requests[step, op, n] = self._requested(step, op, n)
        return self._requests[step, op, n]

    def _requested(self, step: int, op: int, n: int) -> list[float]:
        doors = np.flatnonzero((self.codes == Op.ENTER) & (self.steps == step))
        arrive, size = first_met(self.shares, doors), len(doors)
        onward = first_met(self.shares, np.append(doors, np.flatnonzero(self.ops == op)))
        counts, now = [], arrive(self._start)
        for _ in range(n):
            left = now @ self.shares[doors]
            counts.append(float(onward(left)[size:].sum()))
            now = arrive(left)
        return counts

    @property
    def _start(self) -> Floats:
        """(K,) one item where items start."""
        return np.asarray(np.arange(len(self.ops)) == 0, dtype=float)

    def chance(self, states: Mask) -> Floats:
        """Return for each state the probability of being, or getting, in one of `states`.

        `states` is a boolean mask, shape (K,).
        """
        target = np.asarray(states, dtype=bool)
        chance = target.astype(float)
        open_ = np.flatnonzero(~target & reaching(self.shares, target))
        if len(open_):
            into = self.shares[open_][:, np.flatnonzero(target)].sum(axis=1)
            chance[open_] = solve(self.shares[open_][:, open_], np.asarray(into).ravel())
        return chance

    def before(self, states: Mask) -> Mask:
        """Return which states an item can have been in when it gets to one of `states`.

        Both are boolean masks, shape (K,). One of `states` is among them only if items come back.
        """
        came = np.zeros(len(self.ops), dtype=bool)
        came[self.shares[:, np.flatnonzero(states)].nonzero()[0]] = True
        return np.asarray(reaching(self.shares, came) & (self.entries > 0))

    def leads_to(self, states: Mask) -> Mask:
        """Return which states can lead to one of `states`, whatever the shares.

        As `before`, but through full limits and lost patience too.
        """
        came = np.zeros(len(self.ops), dtype=bool)
        came[self.possible[:, np.flatnonzero(states)].nonzero()[0]] = True
        return np.asarray(reaching(self.possible, came))

    def before_op(self, op: int) -> Integers:
        """Return the instructions at which an item can have been when it gets to one."""
        if op not in self._before:
            self._before[op] = self.before_ops([op])
        return self._before[op]

    def before_ops(self, ops: Sequence[int]) -> Integers:
        """Return the instructions at which an item can have been when it gets to one of several."""
        return np.unique(self.ops[self.before(np.isin(self.ops, ops))])

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
        marked = np.where(self.leaves, n, labels)
        stops, between = np.flatnonzero(marked >= 0), np.flatnonzero(marked < 0)
        arrive = csr_matrix((np.ones(len(stops)), (stops, marked[stops])), (len(self.ops), n + 1))
        between = between[reaching(self.shares, marked >= 0)[between]]
        if len(between):
            inside = self.shares[between][:, between]
            found = solve_apart(inside, self.shares[between] @ arrive)
            arrive = arrive + csr_matrix(
                (found.data, (between[found.row], found.col)), arrive.shape
            )
        counts = np.zeros((n + 1, n + 1))
        stops = stops[(marked[stops] < n) & np.isfinite(self.entries[stops])]
        onward = (self.shares[stops] @ arrive).tocoo()
        np.add.at(
            counts,
            (marked[stops][onward.row], onward.col),
            self.entries[stops][onward.row] * onward.data,
        )
        counts[n] = arrive[0].toarray()[0]
        return counts


@dataclass(frozen=True)
class Flow:
    """The walk of the items of one class of a stream."""

    model: Model
    stream: int
    cls: int
    walk: Walk = field(repr=False)

    @property
    def ops(self) -> Integers:
        """(K,) instruction of each state."""
        return self.walk.ops

    @property
    def codes(self) -> Integers:
        """(K,) what the instruction of each state does."""
        return self.walk.codes

    @property
    def steps(self) -> Integers:
        """(K,) the step of the instruction of each state."""
        return self.walk.steps

    @property
    def entries(self) -> Floats:
        """(K,) expected entries of an item to each state."""
        return self.walk.entries

    @property
    def visits_to(self) -> Floats:
        """(S,) expected visits of an item to each step of the model."""
        return self.walk.visits_to


def flows(model: Model) -> list[list[Flow]]:
    """Return the flow of every class of every stream, parallel to `Names.classes`."""
    found = []
    routing = b"".join(getattr(model, name).tobytes() for name in ROUTING)
    for stream, record in enumerate(model.streams):
        walks: dict[Any, Walk] = {}
        classes = []
        for cls in range(int(record["n_classes"])):
            alike = _signature(model, int(record["start"]), cls)
            if alike not in walks:
                walks[alike] = kept_walk(Asked(routing, stream, cls, model))
            classes.append(Flow(model, stream, cls, walks[alike]))
        found.append(classes)
    return found


def _signature(model: Model, start: int, cls: int) -> bytes:
    """Return what of the routing depends on the class."""
    parts = []
    for branch in model.branches:
        n, levels = int(branch["n"]), int(branch["levels"])
        if branch["purpose"] < 0:
            parts.append(bytes([cls % 256]))
        elif branch["n_classes"] > 1:
            first = int(branch["shares"]) + cls * levels * n
            parts.append(model.factors[first : first + levels * n].tobytes())
            if branch["last_row"] >= 0:
                last = int(branch["last_row"]) + cls * n
                parts.append(model.factors[last : last + n].tobytes())
    return b"|".join(parts)


@dataclass(frozen=True)
class Asked:
    """Whose walk: that of any model with the same routing."""

    routing: bytes
    stream: int
    cls: int
    model: Model = field(compare=False)


@lru_cache(KEPT)
def kept_walk(asked: Asked) -> Walk:
    """Return a walk, which is found once."""
    return walk(asked.model, asked.stream, asked.cls)


def walk(model: Model, stream: int, cls: int) -> Walk:
    """Return the walk of one class of a stream."""
    chain = Chain(model, stream, cls)
    found = chain.explored()
    result = Walk(model, found)
    if found.exact:
        return result
    # Too many states: shares are those of the average visit, found by repetition (flow in is flow
    # out, so that two levels are still exact).
    returns: dict[int, float] = {}
    for _ in range(100):
        change = 0.0
        for step in found.forgotten:
            visits = result.visits_to[step]
            again = 1 - result.comes(step) / visits if 0 < visits < np.inf else 0.0
            change = max(change, abs(again - returns.get(step, 0.0)))
            returns[step] = again
        if change < 1e-9:
            break
        found = chain.on_average(found, returns)
        result = Walk(model, found)
    return result
