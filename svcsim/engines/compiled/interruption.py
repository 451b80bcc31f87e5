"""What stops work: preemption and shift ends (31 to 34)."""

from svcsim._jit import jit, rare
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.events import cancel
from svcsim.engines.compiled.features import HAS_TEAMS
from svcsim.engines.compiled.people import available, could_give, victim
from svcsim.engines.compiled.queues import join, needs_of
from svcsim.engines.compiled.state import NOW, TOKENS
from svcsim.engines.compiled.working import free, goes_on_without, held, lose, lose_all, write_slice
from svcsim.model.codes import Interruption, ShiftEnd
from svcsim.world.efficiency import standard_work
from svcsim.world.rules import keeps_own_group, rest_after, setup_after_shift

SHIFT_RESTARTS = int(ShiftEnd.RESTART)
RESTARTS = int(Interruption.RESTART)


@rare
def interrupt(w: int, t: int, restart: bool, setup: int, only: int) -> None:
    """Stop the slice and queue again, with the old number and `since` (20)."""
    token = m.token(w)[t]
    cancel(w, m.shape(w)[TOKENS] + 2 * t)
    worked = standard_work(write_slice(w, t, m.counter(w)[NOW], False), token["efficiency"])
    token["remaining"] = rest_after(restart, token["remaining"], worked, token["drawn"])
    token["bound"] = 0
    if only >= 0:
        p = token["first_person"]
        while p >= 0:
            if keeps_own_group(m.pools(w)[m.person(w)[p]["pool"]]["shift_end"]):
                token["bound"] |= m.groups(w)[m.person(w)[p]["group"]]["own"]
            p = m.person(w)[p]["next"]
    free(w, t)
    token["setup"] = setup
    token["only"] = only
    m.pool(w)[token["pool"]]["stale"] = 1
    join(w, t)


@rare
def preempt(w: int, t: int, pool: int) -> None:
    """Take one person of a pool from whoever has it (31, 32)."""
    p = victim(w, t, pool)
    loser = m.person(w)[p]["work"]
    if goes_on_without(w, loser, m.person(w)[p]["pool"], 1):
        lose(w, loser, p)
        return
    restart = m.seizes(w)[m.token(w)[loser]["seize"]]["interruption"] == RESTARTS
    setup = 0
    if not restart:
        first, n = needs_of(w, loser, m.token(w)[loser]["chosen"])
        for k in range(first, first + n):
            setup = max(setup, m.pools(w)[m.needs(w)[k]["pool"]]["switching"])
    interrupt(w, loser, restart, setup, -1)


@jit
def who_gives(w: int, t: int, i: int) -> int:
    """Return the pool whose work is interrupted next, so that a request can start (31)."""
    first, n = needs_of(w, t, i)
    for k in range(first, first + n):
        if available(w, t, m.needs(w)[k]["pool"]) < m.needs(w)[k]["least"]:
            return int(m.needs(w)[k]["pool"])
    for k in range(first, first + n):
        free = available(w, t, m.needs(w)[k]["pool"])
        if free < m.needs(w)[k]["number"]:
            if could_give(w, t, m.needs(w)[k]["pool"], free + 1) > free:
                return int(m.needs(w)[k]["pool"])
    return -1


@rare
def person_leaves(w: int, t: int, p: int) -> None:
    """Let a shift end take a person from work, which stops unless a quorum goes on (32, 34)."""
    if HAS_TEAMS and goes_on_without(w, t, m.person(w)[p]["pool"], 1):
        lose(w, t, p)
    else:
        shift_ends(w, t, m.person(w)[p]["pool"])


@rare
def all_leave(w: int, t: int, pool: int) -> None:
    """Let an unlimited pool close on work, which stops unless a quorum goes on (32, 34)."""
    number = held(w, t, pool)
    if goes_on_without(w, t, pool, number):
        lose_all(w, t, pool, number)
    else:
        shift_ends(w, t, pool)


@jit
def shift_ends(w: int, t: int, pool: int) -> None:
    """Stop work that loses a person to a shift end (32, 34)."""
    record = m.pools(w)[pool]
    rule = record["shift_end"]
    setup = setup_after_shift(
        rule, record["reading"], record["switching"], record["also_overnight"]
    )
    only = m.token(w)[t]["chosen"] if keeps_own_group(rule) else -1
    interrupt(w, t, rule == SHIFT_RESTARTS, setup, only)
