"""Who is next: dispatch of a cell, and the start of work; the counterpart of `reference.cell`."""

from svcsim._jit import inlined, jit, rare
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.causes import note_causes
from svcsim.engines.compiled.collecting import keep
from svcsim.engines.compiled.events import cancel, schedule
from svcsim.engines.compiled.features import (
    HAS_CALLS,
    HAS_EFFICIENCY,
    HAS_LEARNING,
    HAS_ODD_POOLS,
    HAS_PREEMPTION,
    HAS_TEAMS,
)
from svcsim.engines.compiled.interruption import preempt, who_gives
from svcsim.engines.compiled.learning import learn
from svcsim.engines.compiled.lines import FIRST, KEY, NEXT, node_at_work, token_in_line
from svcsim.engines.compiled.on_call import call_out
from svcsim.engines.compiled.people import available, ends_at
from svcsim.engines.compiled.queues import (
    cell_changed,
    leave_queues,
    needs_of,
    possible,
    precedes,
)
from svcsim.engines.compiled.startable import (
    alternative,
    lacking,
    may_join,
    one_is_free,
    window_fits,
)
from svcsim.engines.compiled.state import (
    COLLECTS,
    N_STARTS,
    NOW,
    TOKENS,
    WORKING,
)
from svcsim.engines.compiled.working import (
    HELD,
    ask,
    come,
    come_alone,
    efficiency,
    go_on_at,
    let_join,
    work_starts,
)
from svcsim.model.codes import Discipline, Purpose
from svcsim.world.draws import uniform
from svcsim.world.efficiency import STANDARD
from svcsim.world.order import Phase, place
from svcsim.world.rules import random_pick

RANDOM, PICK = int(Discipline.RANDOM), int(Purpose.PICK)
TOKEN_PHASE = int(Phase.TOKEN)


@inlined
def _startable(w: int, t: int, pool: int) -> bool:
    """Say whether what a token asks for in a pool can be had: to start, or one person more."""
    if HAS_TEAMS and m.token(w)[t]["doing"] == WORKING:
        return may_join(w, t, pool)
    return alternative(w, t, pool) >= 0


@inlined
def _rests(w: int, pool: int) -> bool:
    """Say whether nobody can start in a pool because nobody could when it was dispatched last."""
    state = m.pool(w)[pool]
    return bool(
        state["changed"] == 0 and state["joined"] == 0 and state["lonely"] * state["timely"] == 1
    )


@jit
def first_startable(w: int, pool: int) -> int:
    """Return the first startable request of a pool's queue, or -1 (25)."""
    node, state = m.ends(w)[pool, FIRST], m.pool(w)[pool]
    if node < 0 or (state["preempting"] == 0 and (state["available"] == 0 or _rests(w, pool))):
        return -1
    while node >= 0 and not _startable(w, token_in_line(w, node), pool):
        node = m.line(w)[node, NEXT]
    if node < 0 or m.pools(w)[pool]["discipline"] != RANDOM:
        return token_in_line(w, node) if node >= 0 else -1
    rank, n, other = m.line(w)[node, KEY], 0, node
    while other >= 0 and m.line(w)[other, KEY] == rank:
        if _startable(w, token_in_line(w, other), pool):
            n += 1
        other = m.line(w)[other, NEXT]
    u = uniform(
        m.key(w)[0], m.key(w)[1], m.pool(w)[pool]["picks"], 0, m.pools(w)[pool]["tag"], 0, PICK, 0
    )
    pick = random_pick(u, n)
    while True:
        if _startable(w, token_in_line(w, node), pool):
            if pick == 0:
                return int(token_in_line(w, node))
            pick -= 1
        node = m.line(w)[node, NEXT]


@jit
def dispatch(w: int, cell: int) -> None:
    """Start the smallest first startable request of each pool until there is none (25)."""
    first, n = m.cells(w)[cell]["first"], m.cells(w)[cell]["n"]
    pool = m.cell_pools(w)[first]
    if not HAS_ODD_POOLS or (m.pool(w)[pool]["plain"] == 1 and m.pool(w)[pool]["preempting"] == 0):
        _start_in_turn(w, pool)
        note_causes(w, pool)
        return
    while True:
        if HAS_TEAMS and m.shape(w)[COLLECTS] == 1:
            keep(w, cell)
        best, best_pool = -1, -1
        for k in range(first, first + n):
            pool = m.cell_pools(w)[k]
            t = first_startable(w, pool)
            if t >= 0 and (best < 0 or precedes(w, t, best)):
                best, best_pool = t, pool
        if best < 0:
            break
        if m.pools(w)[best_pool]["discipline"] == RANDOM:
            m.pool(w)[best_pool]["picks"] += 1
        if HAS_TEAMS and m.token(w)[best]["doing"] == WORKING:
            if available(w, best, best_pool) == 0:
                preempt(w, best, best_pool)
            let_join(w, best, best_pool)
        else:
            start(w, best)
    for k in range(first, first + n):
        note_causes(w, m.cell_pools(w)[k])


@inlined
def _start_in_turn(w: int, pool: int) -> None:
    """Start the requests of a plain pool in their order while there are people."""
    while m.pool(w)[pool]["available"] > 0 and m.ends(w)[pool, FIRST] >= 0:
        start(w, token_in_line(w, m.ends(w)[pool, FIRST]))


@jit
def goes_on(w: int, t: int) -> bool:
    """Let work go on that has begun before the start, if its people are there (53)."""
    if m.counter(w)[NOW] > 0 or not window_fits(w, t):
        return False
    for i in range(m.seizes(w)[m.token(w)[t]["seize"]]["n"]):
        if possible(w, t, i) and lacking(w, t, i, False, True) < 0:
            start(w, t)
            return True
    return False


@rare
def keep_people(w: int, t: int) -> None:
    """Let those who work on a token go on with the work of another step (71)."""
    now, token = m.counter(w)[NOW], m.token(w)[t]
    token["doing"] = WORKING
    token["slice_begin"] = now
    token["called"], token["setup"], token["starts"] = 0, 0, 1
    go_on_at(w, t, now)
    if HAS_LEARNING:
        learn(w, t)
    schedule(w, m.shape(w)[TOKENS] + 2 * t, ends_at(w, t), place(TOKEN_PHASE, token["token"]))
    work_starts(w, t, now)
    cell_changed(w, token["pool"])


@jit
def start(w: int, t: int) -> None:
    """Take people and begin to work."""
    now, token = m.counter(w)[NOW], m.token(w)[t]
    i = alternative(w, t, -1) if HAS_ODD_POOLS else 0
    if HAS_PREEMPTION:
        while not one_is_free(w, t) and lacking(w, t, i, False, True) >= 0:
            preempt(w, t, who_gives(w, t, i))
    leave_queues(w, t)
    token["doing"] = WORKING
    token["chosen"] = i
    token["only"] = -1
    token["overtime"] = 0
    token["first_person"] = -1
    token["slice_begin"] = now
    token["called"], token["efficiency"] = 0, STANDARD
    token["nth_start"] = m.counter(w)[N_STARTS]
    m.counter(w)[N_STARTS] += 1
    if not HAS_ODD_POOLS or m.pool(w)[token["pool"]]["plain"] == 1:
        come_alone(w, t, token["pool"])
    else:
        first, n = needs_of(w, t, i)
        for k in range(first, first + n):
            m.at_work(w)[node_at_work(w, t, k - first), HELD] = 0
            come(w, t, k, min(m.needs(w)[k]["number"], available(w, t, m.needs(w)[k]["pool"])))
    token["bound"] = 0
    if HAS_CALLS:
        token["called"] = call_out(w, t, False)
    if HAS_EFFICIENCY:
        token["efficiency"] = efficiency(w, t)
    if HAS_TEAMS and m.seizes(w)[token["seize"]]["quorum"] > 0:
        ask(w, t)
    if HAS_LEARNING and token["fresh"] == 1:
        learn(w, t)
    schedule(
        w,
        m.shape(w)[TOKENS] + 2 * t,
        ends_at(w, t),
        place(TOKEN_PHASE, token["token"]),
    )
    if token["started"] == 0:
        token["started"] = 1
        cancel(w, m.shape(w)[TOKENS] + 2 * t + 1)
    if token["called"] == 0:
        work_starts(w, t, now)
