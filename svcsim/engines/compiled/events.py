"""The event list: an indexed heap on (tick, place), one slot for each thing that can happen.

Slots are sources, gates, groups, calendars (windows), again gates and groups (people at sittings),
triggers that look, environments, then two for each token: its work or delay, and its patience; then
one for each: its escalation.
What is cancelled is removed, so nothing stale is ever in the list.
"""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.state import CARRIED, N_CARRIED, N_EVENTS

TICK, PLACE, SLOT = range(3)


@inlined
def _comes_before(w: int, tick: int, place: int, position: int) -> bool:
    """Say whether (tick, place) comes before what stands at a position of the heap."""
    other = m.heap(w)[position, TICK]
    return bool(tick < other or (tick == other and place < m.heap(w)[position, PLACE]))


@inlined
def _put(w: int, tick: int, place: int, slot: int, position: int) -> None:
    m.heap(w)[position, TICK] = tick
    m.heap(w)[position, PLACE] = place
    m.heap(w)[position, SLOT] = slot
    m.position(w)[slot] = position


@inlined
def _move(w: int, source: int, position: int) -> None:
    slot = m.heap(w)[source, SLOT]
    _put(w, m.heap(w)[source, TICK], m.heap(w)[source, PLACE], slot, position)


@inlined
def _rise(w: int, tick: int, place: int, slot: int, position: int) -> None:
    while position > 0 and _comes_before(w, tick, place, (position - 1) >> 2):
        _move(w, (position - 1) >> 2, position)
        position = (position - 1) >> 2
    _put(w, tick, place, slot, position)


@inlined
def _sink(w: int, tick: int, place: int, slot: int, position: int, n: int) -> None:
    while True:
        first = 4 * position + 1
        if first >= n:
            break
        least = first
        t, p = m.heap(w)[first, TICK], m.heap(w)[first, PLACE]
        for child in range(first + 1, min(first + 4, n)):
            if not _is_before(t, p, m.heap(w)[child, TICK], m.heap(w)[child, PLACE]):
                least, t, p = child, m.heap(w)[child, TICK], m.heap(w)[child, PLACE]
        if not _is_before(t, p, tick, place):
            break
        _put(w, t, p, m.heap(w)[least, SLOT], position)
        position = least
    _put(w, tick, place, slot, position)


@inlined
def _is_before(tick: int, place: int, other_tick: int, other_place: int) -> bool:
    return bool(tick < other_tick or (tick == other_tick and place < other_place))


@jit
def schedule(w: int, slot: int, tick: int, place: int) -> None:
    """Let something happen at a tick; it was not scheduled before."""
    n = m.counter(w)[N_EVENTS]
    m.counter(w)[N_EVENTS] = n + 1
    _rise(w, tick, place, slot, n)


@inlined
def cancel(w: int, slot: int) -> None:
    """Let something not happen; nothing is done if it was not scheduled."""
    if m.position(w)[slot] >= 0:
        _remove(w, slot)


@jit
def _remove(w: int, slot: int) -> None:
    position = m.position(w)[slot]
    m.position(w)[slot] = -1
    n = m.counter(w)[N_EVENTS] - 1
    m.counter(w)[N_EVENTS] = n
    if position == n:
        return
    tick, place, last = m.heap(w)[n, TICK], m.heap(w)[n, PLACE], m.heap(w)[n, SLOT]
    if position > 0 and _comes_before(w, tick, place, (position - 1) >> 2):
        _rise(w, tick, place, last, position)
    else:
        _sink(w, tick, place, last, position, n)


@inlined
def carry(w: int, t: int) -> None:
    """Let a token go on when this event has happened (10)."""
    m.token(w)[t]["doing"] = CARRIED
    m.carried(w)[m.counter(w)[N_CARRIED]] = t
    m.counter(w)[N_CARRIED] += 1
