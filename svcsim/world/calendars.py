"""Open time: the clock C(t) of a calendar and its inverse (semantics 4), by binary search.

Every function takes the arrays `calendars` and `openings` of a model and the index `c` of a
calendar; c = -1 is the wall clock, which never closes. Ticks are counted from the start; nothing is
known beyond the last opening of the table.
"""

from svcsim._jit import inlined, jit
from svcsim.model.arrays import NEVER, Records


@inlined
def never_closes(calendars: Records, c: int) -> bool:
    """Say whether calendar c is the wall clock."""
    return c < 0 or calendars[c]["always"] == 1


@inlined
def _last_opened(calendars: Records, openings: Records, c: int, t: int) -> int:
    """Return the index of the last opening with opens <= t; below the first if there is none."""
    low = calendars[c]["first"]
    high = low + calendars[c]["n"]
    while low < high:
        middle = (low + high) >> 1
        if openings[middle]["opens"] <= t:
            low = middle + 1
        else:
            high = middle
    return int(low - 1)


@jit
def open_ticks(calendars: Records, openings: Records, c: int, t: int) -> int:
    """Return C(t), the open time in [0, t)."""
    if never_closes(calendars, c):
        return t
    k = _last_opened(calendars, openings, c, t)
    if k < calendars[c]["first"]:
        return 0
    return int(openings[k]["before"] + min(t, openings[k]["closes"]) - openings[k]["opens"])


@jit
def add_open(calendars: Records, openings: Records, c: int, t: int, d: int) -> int:
    """Return the earliest u >= t with C(u) - C(t) >= d; NEVER if the table ends before.

    d = 0 is over at once, also when closed.
    """
    if d <= 0:
        return t
    if never_closes(calendars, c):
        return t + d
    target = open_ticks(calendars, openings, c, t) + d
    first = calendars[c]["first"]
    low = first
    high = first + calendars[c]["n"]
    while low < high:
        middle = (low + high) >> 1
        if openings[middle]["before"] < target:
            low = middle + 1
        else:
            high = middle
    if low == first:
        return NEVER
    opening = openings[low - 1]
    u = opening["opens"] + target - opening["before"]
    return int(u) if u <= opening["closes"] else NEVER


@jit
def take_open(calendars: Records, openings: Records, c: int, t: int, d: int) -> int:
    """Return the latest u <= t with C(t) - C(u) >= d; -1 if that is before tick 0."""
    if d <= 0:
        return t
    if never_closes(calendars, c):
        return max(t - d, -1)
    left = open_ticks(calendars, openings, c, t) - d
    if left < 0:
        return -1
    low = calendars[c]["first"]
    high = low + calendars[c]["n"]
    while low < high:
        middle = (low + high) >> 1
        if openings[middle]["before"] <= left:
            low = middle + 1
        else:
            high = middle
    opening = openings[low - 1]
    return int(opening["opens"] + left - opening["before"])


@jit
def opening_at(calendars: Records, openings: Records, c: int, t: int) -> int:
    """Return the index of the opening that contains t, or -1; the wall clock has no openings."""
    if never_closes(calendars, c):
        return -1
    k = _last_opened(calendars, openings, c, t)
    if k < calendars[c]["first"] or t >= openings[k]["closes"]:
        return -1
    return int(k)


@jit
def is_open(calendars: Records, openings: Records, c: int, t: int) -> bool:
    """Say whether calendar c is open at t."""
    return never_closes(calendars, c) or opening_at(calendars, openings, c, t) >= 0


@jit
def next_opening(calendars: Records, openings: Records, c: int, t: int) -> int:
    """Return the index of the first opening with opens > t, or -1."""
    if never_closes(calendars, c):
        return -1
    k = _last_opened(calendars, openings, c, t) + 1
    return int(k) if k < calendars[c]["first"] + calendars[c]["n"] else -1


@jit
def next_edge(calendars: Records, openings: Records, c: int, t: int) -> int:
    """Return the first tick after t at which an opening opens or closes, or NEVER."""
    if never_closes(calendars, c):
        return NEVER
    k = _last_opened(calendars, openings, c, t)
    if k >= calendars[c]["first"] and t < openings[k]["closes"]:
        return int(openings[k]["closes"])
    if k + 1 < calendars[c]["first"] + calendars[c]["n"]:
        return int(openings[k + 1]["opens"])
    return NEVER
