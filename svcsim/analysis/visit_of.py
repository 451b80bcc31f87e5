"""Which visit the rows of other tables belong to."""

import numpy as np

from svcsim.model.arrays import NONE, Integers, Model, Records, Trajectory


def visit_of(model: Model, trajectory: Trajectory, table: Records) -> Integers:
    """Position in ``trajectory.visits`` of the visit of each row of `table`, or -1.

    `table` has columns item, step and visit, as rows and presence have.
    """
    visits = trajectory.visits
    if not len(visits):
        return np.full(len(table), NONE, np.int64)
    most = 1 + int(visits["visit"].max())

    def address(records: Records) -> Integers:
        place = records["item"] * len(model.steps) + records["step"]
        numbers: Integers = place * most + records["visit"]
        return numbers

    known, wanted = address(visits), address(table)
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known, wanted, sorter=order), len(visits) - 1)]
    found: Integers = np.where((known[at] == wanted) & (table["step"] >= 0), at, NONE)
    return found
