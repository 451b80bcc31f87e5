"""Families: an item, its children, and theirs."""

import numpy as np
from numpy.typing import NDArray

from svcsim._jit import jit
from svcsim.model.arrays import NEVER, Integers, Records


@jit
def have_left(items: Records, parents_to_be: Integers) -> NDArray[np.bool_]:
    """Return of each item whether all of its family have left, shape (items,).

    `parents_to_be` are items of which children are still to come.
    """
    root = np.empty(len(items), np.int64)
    left = np.ones(len(items), np.bool_)
    for i in range(len(items)):
        parent = items[i]["parent"]
        root[i] = i if parent < 0 else root[parent]
        if items[i]["ended"] == NEVER:
            left[root[i]] = False
    for parent in parents_to_be:
        left[root[parent]] = False
    for i in range(len(items)):
        left[i] = left[root[i]]
    return left
