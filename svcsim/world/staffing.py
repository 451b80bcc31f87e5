"""Who is on shift: leave by whole shifts, and one block of absence in each shift (semantics 16)."""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import NEVER, Records
from svcsim.world.calendars import never_closes, next_opening, opening_at


@inlined
def block_length(opens: int, closes: int, day: float) -> int:
    """Return the ticks that each person is absent from a shift [opens, closes)."""
    return int(np.rint((closes - opens) * day))


@inlined
def block_start(opens: int, closes: int, person: int, people: int, day: float) -> int:
    """Return the tick at which the block of person 1..people begins."""
    rest = closes - opens - block_length(opens, closes, day)
    return opens + ((2 * person - 1) * rest) // (2 * people)


@inlined
def block_end(opens: int, closes: int, person: int, people: int, day: float) -> int:
    """Return the tick at which the block of person 1..people is over."""
    return block_start(opens, closes, person, people, day) + block_length(opens, closes, day)


@jit
def present(
    opens: int, closes: int, person: int, people: int, day: float, leave: float, u: float, tick: int
) -> bool:
    """Say whether a person is there at a tick.

    Parameters
    ----------
    opens, closes
        The shift.
    person, people
        Which of how many, from 1.
    day, leave
        Shares of each shift, and of whole shifts, that a person misses.
    u
        The draw addressed to the person and the local date of the shift; absent iff u < leave.
    tick
        When; nobody is there outside the shift.
    """
    if not opens <= tick < closes or u < leave:
        return False
    begin = block_start(opens, closes, person, people, day)
    return not begin <= tick < begin + block_length(opens, closes, day)


@inlined
def first_after(opens: int, closes: int, people: int, day: float, tick: int) -> int:
    """Return the first person whose block begins after a tick, or people + 1: starts ascend."""
    low = 1
    high = people + 1
    while low < high:
        middle = (low + high) >> 1
        if block_start(opens, closes, middle, people, day) > tick:
            high = middle
        else:
            low = middle + 1
    return low


@inlined
def _first_block_after(opens: int, closes: int, people: int, day: float, tick: int) -> int:
    """Return the first start of a block after a tick, or NEVER."""
    first = first_after(opens, closes, people, day, tick)
    return block_start(opens, closes, first, people, day) if first <= people else NEVER


@jit
def next_staffing(calendars: Records, openings: Records, groups: Records, g: int, tick: int) -> int:
    """Return the first tick after `tick` at which the presence of group g may change, or NEVER.

    That is where a shift opens or closes, or a block begins or ends.
    """
    people = groups[g]["people"]
    c = groups[g]["calendar"]
    if people == 0 or never_closes(calendars, c):
        return NEVER
    k = opening_at(calendars, openings, c, tick)
    if k < 0:
        k = next_opening(calendars, openings, c, tick)
        return int(openings[k]["opens"]) if k >= 0 else NEVER
    opens, closes, day = openings[k]["opens"], openings[k]["closes"], groups[g]["day"]
    length = block_length(opens, closes, day)
    edge = closes
    if people > 0 and length > 0:
        edge = min(edge, _first_block_after(opens, closes, people, day, tick))
        edge = min(edge, _first_block_after(opens, closes, people, day, tick - length) + length)
    return int(edge)
