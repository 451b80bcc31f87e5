"""Who is there when others come: spells of presence that overlap."""

import numpy as np

from svcsim.model.arrays import Integers


def latest_end(group: Integers, end: Integers) -> Integers:
    """Return the latest end so far within each group, of rows that stand together by group.

    >>> latest_end(np.array([7, 7, 7, 3]), np.array([5, 9, 6, 2])).tolist()
    [5, 9, 9, 2]
    """
    n = len(end)
    turn = np.zeros(n, np.int64)
    turn[1:] = np.cumsum(group[1:] != group[:-1])
    order = np.argsort(end, kind="stable")
    rank = np.empty(n, np.int64)
    rank[order] = np.arange(n)
    latest: Integers = end[order[np.maximum.accumulate(turn * n + rank) - turn * n]]
    return latest
