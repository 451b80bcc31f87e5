"""What can start now: people, windows, shifts and victims (24, 31, 34, 40)."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.queues import first_pool, needs_of, possible, precedes
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
def shift_fits(w: int, pool: int, length: int) -> bool:
    """Say whether the shift of a pool leaves time for work of a length, where it must (34)."""
    if m.pools(w)[pool]["shift_end"] != NO_LATE_START:
        return True
    group = m.groups(w)[m.pools(w)[pool]["group"]]
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


@inlined
def available(w: int, t: int, pool: int) -> int:
    """Return how many people of a pool a token may take: free, and not kept (23, 26)."""
    state = m.pool(w)[pool]
    free = state["available"]
    if state["kept"] > 0 and precedes(w, state["collector"], t):
        free -= state["kept"]
    return int(free)


@jit
def could_give(w: int, t: int, pool: int, number: int) -> int:
    """Return how many people up to a number a pool can give, if need be by preemption (31)."""
    state = m.pool(w)[pool]
    free = available(w, t, pool)
    if free >= number or m.groups(w)[m.pools(w)[pool]["group"]]["people"] == UNLIMITED:
        return free
    for p in range(state["first_person"], state["first_person"] + state["people"]):
        if is_victim(w, t, p):
            free += 1
    return free


@jit
def lacking(w: int, t: int, i: int, preempting: bool) -> int:
    """Return the need of which more people must be had before work can start, or -1 (24).

    The first that does not give its least; if all do, and the quorum is not reached, the first
    that is short of its number.
    """
    first, n = needs_of(w, t, i)
    people, short = 0, -1
    for k in range(first, first + n):
        need = m.needs(w)[k]
        given = available(w, t, need["pool"])
        if preempting and given < need["number"]:
            given = could_give(w, t, need["pool"], need["number"])
        if given < need["least"]:
            return k
        if given < need["number"] and short < 0:
            short = k
        people += min(given, need["number"])
    return short if people < m.seizes(w)[m.token(w)[t]["seize"]]["quorum"] else -1


@inlined
def _able(w: int, t: int, i: int, preempting: bool) -> bool:
    """Say whether alternative i can start now."""
    if lacking(w, t, i, preempting) >= 0:
        return False
    length = m.token(w)[t]["setup"] + m.token(w)[t]["remaining"]
    first, n = needs_of(w, t, i)
    for k in range(first, first + n):
        if not shift_fits(w, m.needs(w)[k]["pool"], length):
            return False
    return True


@inlined
def may_join(w: int, t: int, pool: int) -> bool:
    """Say whether one person more of a pool can join a token at work (28)."""
    token = m.token(w)[t]
    rest = token["slice_begin"] + token["setup"] + token["remaining"] - m.counter(w)[NOW]
    if not shift_fits(w, pool, rest):
        return False
    return available(w, t, pool) > 0 or (token["preempts"] == 1 and could_give(w, t, pool, 1) > 0)


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
