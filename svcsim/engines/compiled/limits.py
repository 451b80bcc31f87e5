"""WIP limits: who has a place (semantics 45); the counterpart of `reference.limit`."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.state import LIMITS, N_DUE, POOLS


@jit
def limit_changed(w: int, limit: int) -> None:
    """Give places away when nothing else is pending at this tick (8)."""
    order = m.limits(w)[limit]["order"]
    if m.due(w)[order] == 0:
        m.due(w)[order] = 1
        m.counter(w)[N_DUE] += 1


@inlined
def admits(w: int, t: int, limit: int) -> bool:
    """Say whether a token may come in: there is a place, or its item has one (45)."""
    if m.held(w)[limit] < m.limits(w)[limit]["capacity"]:
        return True
    return bool(m.places(w)[m.token(w)[t]["home"] * m.shape(w)[LIMITS] + limit] > 0)


@jit
def take_place(w: int, t: int, limit: int) -> None:
    """Hold a place under a limit; all tokens of an item share one."""
    m.holds(w)[t * m.shape(w)[LIMITS] + limit] = 1
    shared = m.token(w)[t]["home"] * m.shape(w)[LIMITS] + limit
    if m.places(w)[shared] == 0:
        m.held(w)[limit] += 1
    m.places(w)[shared] += 1


@jit
def retire(w: int, t: int, kept: int) -> None:
    """Give back every limit but one, unless another token of the item needs it (45)."""
    for limit in range(m.shape(w)[LIMITS]):
        if limit != kept and m.holds(w)[t * m.shape(w)[LIMITS] + limit] == 1:
            m.holds(w)[t * m.shape(w)[LIMITS] + limit] = 0
            shared = m.token(w)[t]["home"] * m.shape(w)[LIMITS] + limit
            m.places(w)[shared] -= 1
            if m.places(w)[shared] == 0:
                m.held(w)[limit] -= 1
                if m.ends(w)[m.shape(w)[POOLS] + limit, 0] >= 0:
                    limit_changed(w, limit)
