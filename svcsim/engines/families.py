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


@jit
def divide(
    words: Integers,
    gone: NDArray[np.bool_],
    place: Integers,
    taken: Integers,
    new_row: Integers,
) -> int:
    """Copy records of items that are gone, and move up the others; return how many are copied.

    Item numbers, the first words, become places; `new_row` gets where each record is now.
    """
    n, kept = np.uint64(0), np.uint64(0)
    width = np.uint64(words.shape[1])
    for k in range(np.uint64(len(words))):
        item = np.uint64(words[k, np.uint64(0)])
        if gone[item]:
            for j in range(width):
                taken[n, j] = words[k, j]
            taken[n, np.uint64(0)] = place[item]
            new_row[k] = n
            n += np.uint64(1)
        else:
            for j in range(width):
                words[kept, j] = words[k, j]
            words[kept, np.uint64(0)] = place[item]
            new_row[k] = kept
            kept += np.uint64(1)
    return int(n)
