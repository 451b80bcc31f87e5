"""The event list: an indexed heap on (tick, place), one slot for each thing that can happen.

Slots are sources, gates, groups, calendars (windows), again gates and groups (people at sittings),
triggers that look, environments, then two for each token: its work or delay, and its patience; then
one for each: its escalation.
What is cancelled is removed, so nothing stale is ever in the list.
"""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.features import HAS_ESCALATION
from svcsim.engines.compiled.state import CARRIED, GUARDS, N_CARRIED, N_EVENTS, ROOT

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
def _above(position: int) -> int:
    return (position >> 2) + 2


@inlined
def _rise(w: int, tick: int, place: int, slot: int, position: int) -> None:
    while position > ROOT and _comes_before(w, tick, place, _above(position)):
        _move(w, _above(position), position)
        position = _above(position)
    _put(w, tick, place, slot, position)


@inlined
def _sink(w: int, tick: int, place: int, slot: int, position: int, end: int) -> None:
    while True:
        first = 4 * (position - 2)
        if first >= end:
            break
        if first + 3 < end:
            least = _first(w, _first(w, first, first + 1), _first(w, first + 2, first + 3))
        else:
            least = first
            for child in range(first + 1, end):
                least = _first(w, least, child)
        t, p = m.heap(w)[least, TICK], m.heap(w)[least, PLACE]
        if not _is_before(t, p, tick, place):
            break
        _put(w, t, p, m.heap(w)[least, SLOT], position)
        position = least
    _put(w, tick, place, slot, position)


@inlined
def _is_before(tick: int, place: int, other_tick: int, other_place: int) -> bool:
    return bool((tick < other_tick) | ((tick == other_tick) & (place < other_place)))


@inlined
def _first(w: int, a: int, b: int) -> int:
    """Return which of two positions of the heap comes first: without a jump, nothing is guessed."""
    heap = m.heap(w)
    return a if _is_before(heap[a, TICK], heap[a, PLACE], heap[b, TICK], heap[b, PLACE]) else b


@jit
def schedule(w: int, slot: int, tick: int, place: int) -> None:
    """Let something happen at a tick; it was not scheduled before."""
    n = m.counter(w)[N_EVENTS]
    m.counter(w)[N_EVENTS] = n + 1
    _rise(w, tick, place, slot, ROOT + n)


@inlined
def cancel(w: int, slot: int) -> None:
    """Let something not happen; nothing is done if it was not scheduled."""
    if m.position(w)[slot] >= 0:
        _remove(w, slot)


@jit
def _remove(w: int, slot: int) -> None:
    position = m.position(w)[slot]
    m.position(w)[slot] = -1
    m.counter(w)[N_EVENTS] -= 1
    end = ROOT + m.counter(w)[N_EVENTS]
    if position == end:
        return
    tick, place, last = m.heap(w)[end, TICK], m.heap(w)[end, PLACE], m.heap(w)[end, SLOT]
    if position > ROOT and _comes_before(w, tick, place, _above(position)):
        _rise(w, tick, place, last, position)
    else:
        _sink(w, tick, place, last, position, end)


@inlined
def escalates_no_more(w: int, t: int) -> None:
    """Let a visit not escalate, if it would (46)."""
    if HAS_ESCALATION:
        cancel(w, m.shape(w)[GUARDS] + t)


@inlined
def carry(w: int, t: int) -> None:
    """Let a token go on when this event has happened (10)."""
    m.token(w)[t]["doing"] = CARRIED
    m.carried(w)[m.counter(w)[N_CARRIED]] = t
    m.counter(w)[N_CARRIED] += 1
