"""What steps have learned of being done, worked out from the rows (74)."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from typing import Any

from svcsim.model.codes import SENT_BACK, Kind, Op, Outcome

ASKS = (Kind.WORK, Kind.SETUP, Kind.UNAVAILABILITY, Kind.CONTENTION)
"""Rows of a visit until its work is done: the last of them is work, if it is."""


class Lessons:
    """When the touch of each step that learns was finished.

    What began and ended at one tick may have ended before or after something else there. Of work
    in which a token was cancelled the rows do not say whether it was finished at that tick.
    """

    def __init__(self, book: Any, table: list[Any]):
        self.table = table
        self.long: dict[int, list[int]] = defaultdict(list)
        """Ticks at which work ended that was finished, by step."""
        self.short: dict[int, list[int]] = defaultdict(list)
        """Ticks of work that took no time."""
        self.unsure: dict[int, list[int]] = defaultdict(list)
        """Ticks at which work perhaps was finished."""
        learns = {op.step for op in book.ops if op.code == Op.WORK and op.a >= 0}
        if not learns:
            return
        back = {(v.token, v.step, v.visit) for v in book.visits if v.outcome == SENT_BACK}
        gone = {(life.token, life.ended) for some in book.lives.values() for life in some
                if life.cancelled}  # fmt: skip
        last = {}
        for row in book.rows:
            if row.step in learns and row.kind in ASKS:
                last[row.token, row.step, row.visit] = row
        for visit, row in last.items():
            if row.kind != Kind.WORK or row.end >= book.end or visit in back:
                continue
            item = book.items[row.item]
            withdrawn = item.outcome == Outcome.WITHDRAWN and item.ended == row.end
            if withdrawn or (row.token, row.end) in gone:
                self.unsure[row.step].append(row.end)
            else:
                (self.short if row.begin == row.end else self.long)[row.step].append(row.end)
        for ticks in (*self.long.values(), *self.short.values(), *self.unsure.values()):
            ticks.sort()

    def factors(self, op: Any, t: int, *, keeps: bool) -> list[float]:
        """Return the factors that work may have that begins at a tick.

        Parameters
        ----------
        op
            The instruction that holds the people.
        t
            When they begin.
        keeps
            Whether they have gone on from the step before, among the ends of work of that tick:
            others begin behind all of them (8).
        """
        sure = bisect_left if keeps else bisect_right
        least = sure(self.long[op.step], t) + bisect_left(self.short[op.step], t)
        most = bisect_right(self.long[op.step], t) + bisect_right(self.short[op.step], t)
        most += bisect_right(self.unsure[op.step], t)
        stairs = self.table[op.a : op.a + op.b]
        found = [bisect_right([stair.done for stair in stairs], n) for n in range(least, most + 1)]
        return [stairs[k - 1].factor if k else 1.0 for k in dict.fromkeys(found)]
