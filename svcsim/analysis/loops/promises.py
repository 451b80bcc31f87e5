"""Promises: to whom one was kept, by class and by month, and by how long it was missed."""

import numpy as np

from svcsim._jit import jit
from svcsim.model.arrays import Integers, Records
from svcsim.model.codes import Outcome

OPEN = int(Outcome.OPEN)
KEPT, OWED = range(2)
"""What is counted: items to which a promise was kept, and those to which it was owed."""


@jit
def judge(
    table: Records,
    items: Integers,
    there: Records,
    owed: Records,
    ticks: Integers,
    limits: Integers,
    months: Integers,
) -> tuple[Integers, Integers, Integers, Integers]:
    """Judge a promise to some items of one stream.

    Parameters
    ----------
    table, items
        All items, and the positions of those to which the promise may have been owed.
    there, owed, ticks
        Of each of these: whether it got to where the promise is kept, whether it was owed
        anything, and the time that the clock of the promise told.
    limits
        Ticks of the clock, by class.
    months
        Ticks at which months begin, and the end of the last.

    Returns
    -------
    Items by class, (classes, what), and by month, (months, what); by how long items were late,
    those that got there or are open, by class; and where each class ends.
    """
    n, n_months = len(limits), max(len(months) - 1, 0)
    by_class = np.zeros((n, 2), np.int64)
    by_month = np.zeros((n_months, 2), np.int64)
    ends = np.zeros(n + 1, np.int64)
    month = 0
    for k in range(len(items)):
        item = table[items[k]]
        cls = item["cls"]
        kept = there[k] and ticks[k] <= limits[cls]
        by_class[cls, KEPT] += kept
        by_class[cls, OWED] += owed[k]
        if there[k] or (owed[k] and item["outcome"] == OPEN):
            ends[cls + 1] += 1
        if n_months and months[0] <= item["arrived"] < months[n_months]:
            while item["arrived"] < months[month]:
                month -= 1
            while item["arrived"] >= months[month + 1]:
                month += 1
            by_month[month, KEPT] += kept
            by_month[month, OWED] += owed[k]
    for cls in range(n):
        ends[cls + 1] += ends[cls]
    late = np.empty(ends[n], np.int64)
    for k in range(len(items)):
        item = table[items[k]]
        if there[k] or (owed[k] and item["outcome"] == OPEN):
            cls = item["cls"]
            late[ends[cls]] = max(ticks[k] - limits[cls], 0)
            ends[cls] += 1
    return by_class, by_month, late, ends[:n].copy()
