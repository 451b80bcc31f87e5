"""Linear equations over the states of a walk: who gets where, and how often."""

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix, identity
from scipy.sparse.csgraph import breadth_first_order, connected_components
from scipy.sparse.linalg import splu

from svcsim.model.arrays import Floats, Integers


def first_met(shares: csr_matrix, targets: Integers) -> Callable[[Floats], Floats]:
    """Return what tells of items in states, (K,), which target they meet first, (targets,).

    A target meets itself; who meets none is not told of.
    """
    inside = np.zeros(shares.shape[0], dtype=bool)
    inside[targets] = True
    between = np.flatnonzero(~inside & reaching(shares, inside))
    into = shares[between][:, targets]
    way = factors(shares[between][:, between]) if len(between) else None

    def met(items: Floats) -> Floats:
        here = items[targets]
        if way is not None:
            here = here + way.solve(items[between], trans="T") @ into
        return np.asarray(here)

    return met


def reaching(shares: csr_matrix, target: Any) -> Any:
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


def solve(matrix: Any, right: Any) -> Any:
    """Return x of x = right + matrix x."""
    return factors(matrix).solve(np.asarray(right))


def solve_apart(matrix: Any, right: Any) -> Any:
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
    row, at = np.nonzero(solved := solve(matrix, packed))
    return coo_matrix(
        (solved[row, at], (row, wanted[first[part[row]] + at] % columns)), right.shape
    )


def factors(matrix: Any) -> Any:
    """Return the factors of 1 - matrix."""
    return splu((identity(matrix.shape[0], format="csc") - matrix).tocsc())
