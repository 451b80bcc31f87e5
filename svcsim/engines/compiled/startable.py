"""What can start now: alternatives, people and windows (24, 29, 31, 40)."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.people import available, could_give, opening_fits
from svcsim.engines.compiled.queues import first_pool, needs_of, possible
from svcsim.engines.compiled.state import NOW


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
def _able(w: int, t: int, i: int, preempting: bool) -> bool:
    """Say whether alternative i can start now."""
    first, n = needs_of(w, t, i)
    for k in range(first, first + n):
        pool, number = m.needs(w)[k]["pool"], m.needs(w)[k]["number"]
        if preempting:
            if not could_give(w, t, pool, number):
                return False
        elif available(w, t, pool) < number:
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
