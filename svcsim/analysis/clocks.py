"""Clocks on which time is measured: the wall clock, and the opening hours of calendars."""

from typing import NamedTuple

import numpy as np

from svcsim.analysis.loops.numbers import readings
from svcsim.model.arrays import TICKS_PER_HOUR, Integers, Records

WALL_NAME = "wall"


class Clock(NamedTuple):
    """A clock runs while its calendar is open."""

    name: str
    """Name of the calendar, or ``wall``."""
    openings: Records | None
    """(n,) OPENING, in order; None: the clock never stands."""
    day: int = 24 * TICKS_PER_HOUR
    """Ticks of one day on this clock."""


WALL = Clock(WALL_NAME, None)
"""The clock on the wall."""


def reading(clock: Clock, ticks: Integers) -> Integers:
    """Open time in [0, tick), of each tick (semantics 4)."""
    if clock.openings is None:
        return ticks
    if not len(clock.openings):
        return np.zeros_like(ticks)
    return readings(clock.openings, ticks)


def elapsed(clock: Clock, begin: Integers, end: Integers) -> Integers:
    """Ticks of the clock from each begin to its end."""
    if clock.openings is None:
        return end - begin
    return reading(clock, end) - reading(clock, begin)
