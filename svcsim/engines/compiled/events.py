"""The event list: an indexed heap on (tick, place), one slot for each thing that can happen.

Slots are sources, gates, groups, calendars (windows), again gates and groups (people at sittings),
then two for each token: its work or delay, and its patience; then one for each: its escalation.
What is cancelled is removed, so nothing stale is ever in the list.
"""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.state import CARRIED, N_CARRIED, N_EVENTS

TICK, PLACE, POSITION, HEAP = range(4)


@inlined
def _before(w: int, a: int, b: int) -> bool:
    ta, tb = m.event(w)[a, TICK], m.event(w)[b, TICK]
    return bool(ta < tb or (ta == tb and m.event(w)[a, PLACE] < m.event(w)[b, PLACE]))


@inlined
def _put(w: int, slot: int, position: int) -> None:
    m.event(w)[position, HEAP] = slot
    m.event(w)[slot, POSITION] = position


@inlined
def _rise(w: int, slot: int, position: int) -> None:
    while position > 0:
        parent = (position - 1) >> 2
        above = m.event(w)[parent, HEAP]
        if not _before(w, slot, above):
            break
        _put(w, above, position)
        position = parent
    _put(w, slot, position)


@inlined
def _sink(w: int, slot: int, position: int) -> None:
    n = m.counter(w)[N_EVENTS]
    while True:
        first = 4 * position + 1
        if first >= n:
            break
        least = m.event(w)[first, HEAP]
        where = first
        for child in range(first + 1, min(first + 4, n)):
            other = m.event(w)[child, HEAP]
            if _before(w, other, least):
                least = other
                where = child
        if not _before(w, least, slot):
            break
        _put(w, least, position)
        position = where
    _put(w, slot, position)


@jit
def schedule(w: int, slot: int, tick: int, place: int) -> None:
    """Let something happen at a tick; it was not scheduled before."""
    m.event(w)[slot, TICK] = tick
    m.event(w)[slot, PLACE] = place
    n = m.counter(w)[N_EVENTS]
    m.counter(w)[N_EVENTS] = n + 1
    _rise(w, slot, n)


@jit
def cancel(w: int, slot: int) -> None:
    """Let something not happen; nothing is done if it was not scheduled."""
    position = m.event(w)[slot, POSITION]
    if position < 0:
        return
    m.event(w)[slot, POSITION] = -1
    n = m.counter(w)[N_EVENTS] - 1
    m.counter(w)[N_EVENTS] = n
    if position == n:
        return
    last = m.event(w)[n, HEAP]
    if position > 0 and _before(w, last, m.event(w)[(position - 1) >> 2, HEAP]):
        _rise(w, last, position)
    else:
        _sink(w, last, position)


@inlined
def carry(w: int, t: int) -> None:
    """Let a token go on when this event has happened (10)."""
    m.token(w)[t]["doing"] = CARRIED
    m.carried(w)[m.counter(w)[N_CARRIED]] = t
    m.counter(w)[N_CARRIED] += 1
