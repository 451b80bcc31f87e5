"""Which visit the rows of other tables belong to."""

import numpy as np

from svcsim.analysis.followed import Columns, Followed
from svcsim.model.arrays import NONE, Integers


class VisitIndex:
    """Finds visits by item, step and visit."""

    def __init__(self, run: Followed):
        self._steps = len(run.questions.model.steps)
        self._most = 1 + int(run.visits["visit"].max(initial=0))
        address = self._address(run.visits)
        self._order = np.argsort(address, kind="stable")  # nearly in order: quick with timsort
        self._known = address[self._order]

    def find(self, table: Columns, rows: Integers | None = None) -> Integers:
        """Position among the visits of the visit of each row of a table, or -1.

        The table has columns item, step and visit, as rows and presence have; `rows` are the
        rows in question, without it all.
        """
        wanted = self._address(table)
        if rows is not None:
            wanted = wanted[rows]
        if not len(self._known):
            return np.full(len(wanted), NONE, np.int64)
        at = np.minimum(np.searchsorted(self._known, wanted), len(self._known) - 1)
        found: Integers = np.where(self._known[at] == wanted, self._order[at], NONE)
        return found

    def _address(self, columns: Columns) -> Integers:
        """One number for an item's visit to a step; -1 outside of any step."""
        place = columns["item"] * self._steps + columns["step"]
        return np.where(columns["step"] >= 0, place * self._most + columns["visit"], NONE)
