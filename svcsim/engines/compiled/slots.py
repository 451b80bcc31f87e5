"""Slots of tokens: taken when somebody comes or is to come, and given back (12)."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.events import escalates_no_more
from svcsim.engines.compiled.state import FAULT, FULL_TOKENS, N_FREE, UNBORN


@jit
def take_slot(w: int) -> int:
    """Return a slot that is free, for whom nobody waits; -1, and a fault, if there is none."""
    if m.counter(w)[N_FREE] == 0:
        m.counter(w)[FAULT] = FULL_TOKENS
        return -1
    m.counter(w)[N_FREE] -= 1
    t = m.free(w)[m.counter(w)[N_FREE]]
    m.token(w)[t]["awaited_in"] = -1
    return int(t)


@jit
def take_for_unborn(w: int, hi: int, lo: int, ordinal: int, member: int) -> int:
    """Return a slot in which an item with a key stands until it comes; -1 if there is none."""
    t = take_slot(w)
    if t < 0:
        return -1
    unborn = m.token(w)[t]
    unborn["item"] = -1
    unborn["doing"] = UNBORN
    unborn["hi"] = hi
    unborn["lo"] = lo
    unborn["hearings"] = ordinal
    unborn["only"] = member
    return int(t)


@inlined
def give_slot_back(w: int, t: int) -> None:
    """Let the slot be used by others."""
    escalates_no_more(w, t)
    m.token(w)[t]["item"] = -1
    m.token(w)[t]["doing"] = -1
    m.free(w)[m.counter(w)[N_FREE]] = t
    m.counter(w)[N_FREE] += 1
