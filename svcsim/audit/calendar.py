"""Open time, worked out from the openings alone (4)."""

from bisect import bisect_left, bisect_right
from itertools import accumulate
from operator import sub

from svcsim.model.arrays import NEVER, Records


class Calendar:
    """Open time, from OPENING records only: C(t) and its inverse in plain Python (4)."""

    def __init__(self, openings: Records, always: bool):
        self.always = always
        self.opens: list[int] = openings["opens"].tolist()
        self.closes: list[int] = openings["closes"].tolist()
        self.dates: list[int] = openings["date"].tolist()
        lengths = map(sub, self.closes, self.opens)
        self.before = [0, *accumulate(lengths)][: len(self.opens)]

    def at(self, t: int) -> int:
        """Return the index of the opening that contains t; -1 when closed."""
        k = bisect_right(self.opens, t) - 1
        return k if k >= 0 and t < self.closes[k] else -1

    def is_open(self, t: int) -> bool:
        """Say whether it is open at t: openings are [open, close)."""
        return self.always or self.at(t) >= 0

    def clock(self, t: int) -> int:
        """Return C(t), the open time in [0, t)."""
        if self.always:
            return t
        k = bisect_right(self.opens, t) - 1
        return 0 if k < 0 else self.before[k] + min(t, self.closes[k]) - self.opens[k]

    def add(self, t: int, d: int) -> int:
        """Return the earliest u >= t with C(u) - C(t) >= d."""
        if d <= 0:
            return t
        if self.always:
            return t + d
        target = self.clock(t) + d
        k = bisect_left(self.before, target) - 1
        u = self.opens[k] + target - self.before[k] if k >= 0 else NEVER
        return u if k >= 0 and u <= self.closes[k] else NEVER

    def take(self, t: int, d: int) -> int:
        """Return the latest u <= t with C(t) - C(u) >= d; -1 before tick 0 (68)."""
        if self.always or d == 0:
            return max(t - d, -1)
        left = self.clock(t) - d
        if left < 0:
            return -1
        k = bisect_right(self.before, left) - 1
        return int(self.opens[k] + left - self.before[k])

    def fits(self, t: int, length: int, longest: int) -> bool:
        """Say whether work may start at t and end by the close (34, 40, R4).

        What is longer than the longest opening starts when one opens, and runs over.
        """
        if self.always:
            return True
        k = self.at(t)
        if k < 0:
            return False
        return t + length <= self.closes[k] or (length > longest and t == self.opens[k])
