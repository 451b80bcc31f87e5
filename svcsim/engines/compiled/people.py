"""Who of a pool is there for a request: the one place that decides it (17, 19, 23, 34)."""

from svcsim._jit import inlined, jit, rare
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.events import TICK, cancel, schedule
from svcsim.engines.compiled.features import (
    HAS_ODD_POOLS,
    HAS_RESERVATIONS,
    HAS_TEAMS,
    HAS_UNLIMITED,
)
from svcsim.engines.compiled.queues import precedes
from svcsim.engines.compiled.state import GATES, NOW, SOURCES, WORKING
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Interruption, ShiftEnd
from svcsim.world.calendars import never_closes, opening_at
from svcsim.world.efficiency import ticks_of_work
from svcsim.world.order import Phase, place
from svcsim.world.rules import fits, kept_free, may_work

NO_LATE_START = int(ShiftEnd.NO_LATE_START)
NOT_INTERRUPTED = int(Interruption.NEVER)
STAFFING_PHASE = int(Phase.STAFFING)


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
def group_of(w: int, pool: int, k: int) -> int:
    """Return the k-th group that serves a pool, in the order in which people are taken (17)."""
    return int(m.pool_groups(w)[m.pools(w)[pool]["first"] + k])


@inlined
def may_have(w: int, t: int, pool: int, g: int) -> bool:
    """Say whether a group may do a token's work for a pool (19, 34)."""
    token, group = m.token(w)[t], m.groups(w)[g]
    bound = token["bound"] if m.pool(w)[pool]["owned"] == 1 else 0
    return may_work(group["streams"], token["stream"], group["own"], bound)


@inlined
def in_time(w: int, t: int, pool: int, g: int) -> bool:
    """Say whether a group's shift leaves time for a token's work, where that is asked (34)."""
    if m.pools(w)[pool]["shift_end"] != NO_LATE_START:
        return True
    token, group, now = m.token(w)[t], m.groups(w)[g], m.counter(w)[NOW]
    length = token["setup"] + token["remaining"]
    if token["doing"] == WORKING:
        length = ends_at(w, t) - now
    return bool(opening_fits(w, group["calendar"], group["longest"], now, length))


@inlined
def ends_at(w: int, t: int) -> int:
    """Return when the slice of work that goes on is over (18)."""
    token = m.token(w)[t]
    work = ticks_of_work(token["remaining"], token["efficiency"])
    return int(token["slice_begin"] + token["called"] + token["setup"] + work)


FREE, GIVEN, ON_SHIFT = 0, 1, 2
"""What `count` adds up: who is free, who is free and not kept for another, who is on shift."""


@inlined
def given(w: int, t: int, pool: int, g: int) -> int:
    """Return how many people of a group a token may take: free, and not kept (23, 26)."""
    state = m.group(w)[g]
    free = state["available"]
    if HAS_TEAMS and state["kept"] > 0 and precedes(w, m.pool(w)[pool]["collector"], t):
        free -= state["kept"]
    return int(free)


@inlined
def everybody(w: int, t: int, pool: int) -> bool:
    """Say whether all people of a pool may do a token's work (19, 34)."""
    state = m.pool(w)[pool]
    return bool(state["general"] == 1 and (state["owned"] == 0 or m.token(w)[t]["bound"] == 0))


@jit
def count(w: int, t: int, pool: int, what: int, timed: bool) -> int:
    """Add up over the groups that may do a token's work, and perhaps have the time."""
    if HAS_UNLIMITED and m.pools(w)[pool]["unlimited"] == 1:
        there = not timed or in_time(w, t, pool, m.pools(w)[pool]["group"])
        return m.pool(w)[pool]["available"] if there else 0
    total = 0
    for k in range(m.pools(w)[pool]["n_groups"]):
        g = group_of(w, pool, k)
        if may_have(w, t, pool, g) and (not timed or in_time(w, t, pool, g)):
            if what == FREE:
                total += m.group(w)[g]["available"]
            elif what == GIVEN:
                total += given(w, t, pool, g)
            else:
                total += m.group(w)[g]["on_shift"]
    return int(total)


@inlined
def could_take(w: int, t: int, pool: int, timed: bool) -> int:
    """Return how many people of a pool a token may take now, or might, whatever the clock says."""
    state = m.pool(w)[pool]
    if state["kept"] == 0 and (state["timely"] == 1 or not timed) and everybody(w, t, pool):
        found = int(state["available"])
    else:
        found = count(w, t, pool, GIVEN, timed)
    if HAS_RESERVATIONS and m.pools(w)[pool]["reserved"] != 0:
        found = max(0, found - left_to_others(w, t, pool, state["inside"]))
    return found


@jit
def left_to_others(w: int, t: int, pool: int, inside: int) -> int:
    """Return how many people a token leaves to those for whom some are reserved (30).

    `inside`: how many are at work for these.
    """
    record = m.pools(w)[pool]
    if record["reserved"] == 0 or m.needs(w)[need_of(w, t, pool)]["yields"] == 0:
        return 0
    present = m.pool(w)[pool]["on_shift"]
    return int(kept_free(record["reserved"], record["reserved_share"], present, inside))


@jit
def need_of(w: int, t: int, pool: int) -> int:
    """Return the first need of a token that a pool serves, in any of its alternatives."""
    seize = m.seizes(w)[m.token(w)[t]["seize"]]
    k = m.alternatives(w)[seize["first"]]["first"]
    while m.needs(w)[k]["pool"] != pool:
        k += 1
    return int(k)


@inlined
def available(w: int, t: int, pool: int) -> int:
    """Return how many people of a pool a token may take now (23, 26, 34)."""
    return could_take(w, t, pool, True)


@inlined
def free_people(w: int, t: int, pool: int) -> int:
    """Return how many of those who may do a token's work are free."""
    if everybody(w, t, pool):
        return int(m.pool(w)[pool]["available"])
    return count(w, t, pool, FREE, False)


@inlined
def on_shift_for(w: int, t: int, pool: int) -> int:
    """Return how many of those who may do a token's work are on shift."""
    if everybody(w, t, pool):
        return int(m.pool(w)[pool]["on_shift"])
    return count(w, t, pool, ON_SHIFT, False)


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
def could_give(w: int, t: int, pool: int, number: int) -> int:
    """Return how many people up to a number a pool can give, if need be by preemption (31)."""
    found = available(w, t, pool)
    if found >= number or m.pools(w)[pool]["unlimited"] == 1:
        return found
    for k in range(m.pools(w)[pool]["n_groups"]):
        g = group_of(w, pool, k)
        if may_have(w, t, pool, g) and in_time(w, t, pool, g):
            group = m.group(w)[g]
            for p in range(group["first_person"], group["first_person"] + group["people"]):
                if is_victim(w, t, p):
                    found += 1
    return found


@rare
def victim(w: int, t: int, pool: int) -> int:
    """Return who is taken first: worst rank, latest slice start, largest number, last (31)."""
    worst = -1
    for k in range(m.pools(w)[pool]["n_groups"]):
        g = group_of(w, pool, k)
        if may_have(w, t, pool, g) and in_time(w, t, pool, g):
            group = m.group(w)[g]
            for p in range(group["first_person"], group["first_person"] + group["people"]):
                if is_victim(w, t, p) and (worst < 0 or _not_before(w, p, worst)):
                    worst = p
    return int(worst)


@inlined
def _not_before(w: int, p: int, other: int) -> bool:
    x, y = m.token(w)[m.person(w)[p]["work"]], m.token(w)[m.person(w)[other]["work"]]
    if x["rank"] != y["rank"]:
        return bool(x["rank"] > y["rank"])
    if x["slice_begin"] != y["slice_begin"]:
        return bool(x["slice_begin"] > y["slice_begin"])
    return bool(x["number"] >= y["number"])


@inlined
def gives(w: int, g: int, change: int) -> None:
    """Let a group have more or fewer people available, and the pools that it serves."""
    m.group(w)[g]["available"] += change
    if not HAS_ODD_POOLS:
        pool = m.pool(w)[m.groups(w)[g]["pool"]]
        pool["available"] += change
        pool["changed"] = 1
        return
    first = m.groups(w)[g]["first"]
    for k in range(first, first + m.groups(w)[g]["n_pools"]):
        pool = m.pool(w)[m.group_pools(w)[k]]
        pool["available"] += change
        pool["changed"] = 1


@inlined
def is_free(w: int, g: int, p: int) -> None:
    """Let one person more of a group be available."""
    gives(w, g, 1)
    m.group(w)[g]["lowest"] = min(m.group(w)[g]["lowest"], p)


@inlined
def appear(w: int, g: int, change: int) -> None:
    """Let a group have more or fewer people on shift, and the pools that it serves."""
    m.group(w)[g]["on_shift"] += change
    first = m.groups(w)[g]["first"]
    for k in range(first, first + m.groups(w)[g]["n_pools"]):
        pool = m.pool(w)[m.group_pools(w)[k]]
        pool["on_shift"] += change
        pool["changed"] = 1


@rare
def schedule_staffing(w: int, g: int, tick: int) -> None:
    """Let a group's people change at a tick, unless they do so before."""
    slot = m.shape(w)[SOURCES] + m.shape(w)[GATES] + g
    at = m.position(w)[slot]
    if tick < NEVER and (at < 0 or tick < m.heap(w)[at, TICK]):
        cancel(w, slot)
        schedule(w, slot, tick, place(STAFFING_PHASE, m.groups(w)[g]["order"]))
