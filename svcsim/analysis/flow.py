"""Expected visits: the traffic equations of the flow program.

An item of a class walks through the instructions as a Markov chain. Its state is the instruction
and, inside a loop whose shares depend on it, the visits to a step so far and the ways that the item
keeps to. Expected entries v of the states solve v = start + P'v (Jackson 1963). Only the routes
that limits and patience may open have no share here: they are possible, with weight 0.

Where strands run beside one another, the walk goes through them one after the other, lowest first;
how often each step is visited does not depend on the order. Losers are taken to run on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix, identity
from scipy.sparse.csgraph import breadth_first_order, connected_components
from scipy.sparse.linalg import splu

from svcsim.analysis.chain import Explored, explored
from svcsim.model.arrays import Floats, Integers, Model, Op, Outcome

Mask = NDArray[np.bool_]


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
        return np.flatnonzero(~_reaching(self.possible, self.leaves))

    @cached_property
    def entries(self) -> Floats:
        """(K,) expected entries of an item to each state; `inf` where it never leaves."""
        entries = np.zeros(len(self.ops))
        ends = _reaching(self.shares, self.leaves)
        keep = np.flatnonzero(ends)
        if ends[0]:
            entries[keep] = _solve(self.shares[keep][:, keep].T, (keep == 0).astype(float))
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
            once = len(doors) == 1 and not self._again[doors[0]]
            self._comes[step] = (
                float(self.entries[doors[0]]) if once else self.first_visits(step, 1)[0]
            )
        return self._comes[step]

    @cached_property
    def _again(self) -> Mask:
        """(K,) whether an item can come back to a state."""
        _, part = connected_components(self.shares, directed=True, connection="strong")
        return np.asarray((np.bincount(part) > 1)[part] | (self.shares.diagonal() > 0))

    def first_visits(self, step: int, n: int) -> list[float]:
        """Return the expected 1st, 2nd, ... n-th visits of an item to a step.

        That is the probability that it comes there at least so often.
        """
        doors = np.flatnonzero((self.codes == Op.ENTER) & (self.steps == step))
        arrive = self._first_met(doors)
        counts, now = [], arrive(self._start)
        for _ in range(n):
            counts.append(float(now.sum()))
            now = arrive(now @ self.shares[doors])
        return counts

    def requests(self, step: int, op: int, n: int) -> list[float]:
        """Return the expected entries to an instruction on the 1st, ... n-th visit to its step."""
        doors = np.flatnonzero((self.codes == Op.ENTER) & (self.steps == step))
        arrive, size = self._first_met(doors), len(doors)
        onward = self._first_met(np.append(doors, np.flatnonzero(self.ops == op)))
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

    def _first_met(self, targets: Integers) -> Callable[[Floats], Floats]:
        """Return what tells of items in states, (K,), which target they meet first, (targets,).

        A target meets itself; who meets none is not told of.
        """
        inside = np.zeros(len(self.ops), dtype=bool)
        inside[targets] = True
        between = np.flatnonzero(~inside & _reaching(self.shares, inside))
        into = self.shares[between][:, targets]
        way = _factors(self.shares[between][:, between]) if len(between) else None

        def met(items: Floats) -> Floats:
            here = items[targets]
            if way is not None:
                here = here + way.solve(items[between], trans="T") @ into
            return np.asarray(here)

        return met

    def chance(self, states: Mask) -> Floats:
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

    def before(self, states: Mask) -> Mask:
        """Return which states an item can have been in when it gets to one of `states`.

        Both are boolean masks, shape (K,). One of `states` is among them only if items come back.
        """
        came = np.zeros(len(self.ops), dtype=bool)
        came[self.shares[:, np.flatnonzero(states)].nonzero()[0]] = True
        return np.asarray(_reaching(self.shares, came) & (self.entries > 0))

    def leads_to(self, states: Mask) -> Mask:
        """Return which states can lead to one of `states`, whatever the shares.

        As `before`, but through full limits and lost patience too.
        """
        came = np.zeros(len(self.ops), dtype=bool)
        came[self.possible[:, np.flatnonzero(states)].nonzero()[0]] = True
        return np.asarray(_reaching(self.possible, came))

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
        between = between[_reaching(self.shares, marked >= 0)[between]]
        if len(between):
            inside = self.shares[between][:, between]
            found = _solve_apart(inside, self.shares[between] @ arrive)
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
    for stream, record in enumerate(model.streams):
        walks: dict[Any, Walk] = {}
        classes = []
        for cls in range(int(record["n_classes"])):
            alike = _signature(model, int(record["start"]), cls)
            if alike not in walks:
                walks[alike] = walk(model, stream, cls)
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


def walk(model: Model, stream: int, cls: int) -> Walk:
    """Return the walk of one class of a stream."""
    found = explored(model, stream, cls, {})
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
        found = explored(model, stream, cls, returns)
        result = Walk(model, found)
    return result


def _reaching(shares: csr_matrix, target: Any) -> Any:
    """Return which states can reach one of the `target` states (a mask); a target does."""
    size = len(target)
    goals = np.flatnonzero(target)
    if not len(goals):
        return np.zeros(size, dtype=bool)
    # one more node from which every target is one step away, in the reversed graph
    to, origin = shares.nonzero()
    rows = np.concatenate([np.full(len(goals), size), origin])
    columns = np.concatenate([goals, to])
    graph = csr_matrix((np.ones(len(rows)), (rows, columns)), (size + 1, size + 1))
    reached = np.zeros(size + 1, dtype=bool)
    reached[breadth_first_order(graph, size, return_predecessors=False)] = True
    return reached[:size]


def _solve(matrix: Any, right: Any) -> Any:
    """Return x of x = right + matrix x."""
    return _factors(matrix).solve(np.asarray(right))


def _solve_apart(matrix: Any, right: Any) -> Any:
    """Return x of x = right + matrix x, all of them sparse, as triples.

    States that do not hang together need different columns of the right side: these share one.
    """
    _, part = connected_components(matrix, directed=False)
    right, columns = right.tocoo(), right.shape[1]
    wanted, which = np.unique(
        part[right.row].astype(np.int64) * columns + right.col, return_inverse=True
    )
    first = np.searchsorted(wanted, np.arange(part.max() + 1) * columns)
    place = np.arange(len(wanted)) - first[wanted // columns]
    packed = np.zeros((len(part), int(place.max(initial=0)) + 1))
    packed[right.row, place[which]] = right.data
    row, at = np.nonzero(solved := _solve(matrix, packed))
    return coo_matrix(
        (solved[row, at], (row, wanted[first[part[row]] + at] % columns)), right.shape
    )


def _factors(matrix: Any) -> Any:
    """Return the factors of 1 - matrix."""
    return splu((identity(matrix.shape[0], format="csc") - matrix).tocsc())
