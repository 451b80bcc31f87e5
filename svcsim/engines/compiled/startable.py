"""What can start now: alternatives, people and windows (24, 29, 31, 40)."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.features import HAS_PREEMPTION, HAS_WINDOWS
from svcsim.engines.compiled.people import available, could_give, could_take, opening_fits
from svcsim.engines.compiled.queues import first_pool, needs_of, possible
from svcsim.engines.compiled.state import NOW


@inlined
def window_fits(w: int, t: int) -> bool:
    """Say whether the window of a step leaves time for the work (40)."""
    token = m.token(w)[t]
    seize = m.seizes(w)[token["seize"]]
    if not HAS_WINDOWS or seize["window"] < 0:
        return True
    length = token["setup"] + token["remaining"]
    return bool(opening_fits(w, seize["window"], seize["longest"], m.counter(w)[NOW], length))


@jit
def lacking(w: int, t: int, i: int, preempting: bool, timed: bool) -> int:
    """Return the need of which more people must be had before work can start, or -1 (24).

    The first that does not give its least; if all do, and the quorum is not reached, the first
    that is short of its number.
    """
    first, n = needs_of(w, t, i)
    people, short = 0, -1
    for k in range(first, first + n):
        need = m.needs(w)[k]
        given = could_take(w, t, need["pool"], timed)
        if HAS_PREEMPTION and preempting and given < need["number"]:
            given = could_give(w, t, need["pool"], need["number"])
        if given < need["least"]:
            return k
        if given < need["number"] and short < 0:
            short = k
        people += min(given, need["number"])
    return short if people < m.seizes(w)[m.token(w)[t]["seize"]]["quorum"] else -1


@inlined
def may_join(w: int, t: int, pool: int) -> bool:
    """Say whether one person more of a pool can join a token at work (28)."""
    preempts = m.token(w)[t]["preempts"] == 1
    return available(w, t, pool) > 0 or (preempts and could_give(w, t, pool, 1) > 0)


@inlined
def one_is_free(w: int, t: int) -> bool:
    """Say whether a request is known to be startable: one person is enough, and there."""
    pool = m.simple(w)[m.token(w)[t]["seize"]]
    return bool(pool >= 0 and available(w, t, pool) > 0)


@jit
def alternative(w: int, t: int, pool: int) -> int:
    """Return the first alternative that can start now, one that waits in `pool` (-1: in any)."""
    if one_is_free(w, t):
        return 0
    token = m.token(w)[t]
    if not window_fits(w, t):
        return -1
    for preempting in range(1 + token["preempts"]):
        for i in range(m.seizes(w)[token["seize"]]["n"]):
            here = pool < 0 or first_pool(w, t, i) == pool
            if here and possible(w, t, i) and lacking(w, t, i, preempting == 1, True) < 0:
                return i
    return -1
