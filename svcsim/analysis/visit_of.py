"""Which visit the rows of other tables belong to."""

import numpy as np

from svcsim.analysis.followed import Columns, Followed
from svcsim.model.arrays import NONE, Integers


def visit_of(run: Followed, table: Columns) -> Integers:
    """Position among the visits of a replication of the visit of each row of `table`, or -1.

    `table` has columns item, step and visit, as rows and presence have.
    """
    visits = run.visits
    if not len(visits):
        return np.full(len(table), NONE, np.int64)
    most = 1 + int(visits["visit"].max())

    def address(columns: Columns) -> Integers:
        place = columns["item"] * len(run.questions.model.steps) + columns["step"]
        numbers: Integers = place * most + columns["visit"]
        return numbers

    known, wanted = address(visits), address(table)
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(visits) - 1)]
    found: Integers = np.where((known[at] == wanted) & (table["step"] >= 0), at, NONE)
    return found
