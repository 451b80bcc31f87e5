"""What can start now: people, windows, shifts and victims (24, 31, 34, 40)."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.queues import first_pool, needs_of, possible
from svcsim.engines.compiled.state import NOW
from svcsim.model.arrays import NEVER, UNLIMITED, Interruption, ShiftEnd
from svcsim.world.calendars import never_closes, opening_at
from svcsim.world.rules import fits

NO_LATE_START = int(ShiftEnd.NO_LATE_START)
NOT_INTERRUPTED = int(Interruption.NEVER)


@jit
def opening_fits(w: int, calendar: int, longest: int, now: int, length: int) -> bool:
    """Say whether work of a length may start now on a calendar (34, 40)."""
    if never_closes(m.calendars(w), calendar):
        return fits(True, 0, NEVER, longest, now, length)
    k = opening_at(m.calendars(w), m.openings(w), calendar, now)
    if k < 0:
        return False
    return fits(True, m.openings(w)[k]["opens"], m.openings(w)[k]["closes"], longest, now, length)


@inlined
def window_fits(w: int, t: int) -> bool:
    """Say whether the window of a step leaves time for the work (40)."""
    token = m.token(w)[t]
    seize = m.seizes(w)[token["seize"]]
    if seize["window"] < 0:
        return True
    length = token["setup"] + token["remaining"]
    return bool(opening_fits(w, seize["window"], seize["longest"], m.counter(w)[NOW], length))


@inlined
def _shift_fits(w: int, t: int, pool: int) -> bool:
    if m.pools(w)[pool]["shift_end"] != NO_LATE_START:
        return True
    token, group = m.token(w)[t], m.groups(w)[m.pools(w)[pool]["group"]]
    length = token["setup"] + token["remaining"]
    return bool(opening_fits(w, group["calendar"], group["longest"], m.counter(w)[NOW], length))


@inlined
def is_victim(w: int, t: int, p: int) -> bool:
    """Say whether a token may take person p (31)."""
    person = m.person(w)[p]
    work = person["work"]
    if person["present"] == 0 or work < 0:
        return False
    other = m.token(w)[work]
    return bool(
        other["rank"] > m.token(w)[t]["rank"]
        and m.seizes(w)[other["seize"]]["interruption"] != NOT_INTERRUPTED
        and other["overtime"] == 0
    )


@jit
def _could_give(w: int, t: int, pool: int, number: int) -> bool:
    """Say whether a pool can give its number, if need be by preemption (31)."""
    state = m.pool(w)[pool]
    free = state["available"]
    if free >= number or m.groups(w)[m.pools(w)[pool]["group"]]["people"] == UNLIMITED:
        return bool(free >= number)
    for p in range(state["first_person"], state["first_person"] + state["people"]):
        if is_victim(w, t, p):
            free += 1
    return bool(free >= number)


@inlined
def _able(w: int, t: int, i: int, preempting: bool) -> bool:
    """Say whether alternative i can start now."""
    first, n = needs_of(w, t, i)
    for k in range(first, first + n):
        pool, number = m.needs(w)[k]["pool"], m.needs(w)[k]["number"]
        if preempting:
            if not _could_give(w, t, pool, number):
                return False
        elif m.pool(w)[pool]["available"] < number:
            return False
    for k in range(first, first + n):
        if not _shift_fits(w, t, m.needs(w)[k]["pool"]):
            return False
    return True


@jit
def alternative(w: int, t: int, pool: int) -> int:
    """Return the first alternative that can start now, one that waits in `pool` (-1: in any)."""
    token = m.token(w)[t]
    if not window_fits(w, t):
        return -1
    for preempting in range(1 + token["preempts"]):
        for i in range(m.seizes(w)[token["seize"]]["n"]):
            here = pool < 0 or first_pool(w, t, i) == pool
            if here and possible(w, t, i) and _able(w, t, i, preempting == 1):
                return i
    return -1
