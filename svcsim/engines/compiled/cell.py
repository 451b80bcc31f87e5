"""Who is next: dispatch, preemption and interruption; the counterpart of `reference.cell`."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.events import cancel, schedule
from svcsim.engines.compiled.lines import FIRST, KEY, LAST, NEXT, insert, remove
from svcsim.engines.compiled.record import write_presence, write_row
from svcsim.engines.compiled.state import (
    LIMITS,
    N_DUE,
    N_ROWS,
    NEEDS,
    NOW,
    QUEUED,
    TOKENS,
    WIDTH,
    WORKING,
)
from svcsim.model.arrays import (
    NEVER,
    UNLIMITED,
    Discipline,
    Interruption,
    Kind,
    Purpose,
    ShiftEnd,
)
from svcsim.world.calendars import never_closes, opening_at
from svcsim.world.draws import uniform
from svcsim.world.order import Phase, place
from svcsim.world.rules import (
    fits,
    keeps_own_group,
    queue_key,
    random_pick,
    rest_after,
    setup_after_shift,
    wait_cause,
)

WORK, SETUP, CONTENTION = int(Kind.WORK), int(Kind.SETUP), int(Kind.CONTENTION)
PRIORITISATION, UNAVAILABILITY = int(Kind.PRIORITISATION), int(Kind.UNAVAILABILITY)
POLICY, GATE = int(Kind.POLICY), int(Kind.GATE)
RANDOM, PICK = int(Discipline.RANDOM), int(Purpose.PICK)
NO_LATE_START, SHIFT_RESTARTS = int(ShiftEnd.NO_LATE_START), int(ShiftEnd.RESTART)
RESTARTS, NOT_INTERRUPTED = int(Interruption.RESTART), int(Interruption.NEVER)
TOKEN_PHASE = int(Phase.TOKEN)


@inlined
def cell_changed(w: int, pool: int) -> None:
    """Dispatch the pool's cell when nothing else is pending at this tick (9)."""
    order = m.shape(w)[LIMITS] + m.cells(w)[m.pools(w)[pool]["cell"]]["order"]
    if m.due(w)[order] == 0:
        m.due(w)[order] = 1
        m.counter(w)[N_DUE] += 1


# ---- requests in queues ------------------------------------------------------------------------


@inlined
def _possible(w: int, t: int, i: int) -> bool:
    """Say whether alternative i may be used (29, 34)."""
    only = m.token(w)[t]["only"]
    return bool(only < 0 or only == i)


@inlined
def _need(w: int, t: int, i: int) -> tuple[int, int]:
    """Return the first need of alternative i of a token's seize, and their number."""
    alternative = m.alternatives(w)[m.seizes(w)[m.token(w)[t]["seize"]]["first"] + i]
    return alternative["first"], alternative["n"]


@inlined
def _first_pool(w: int, t: int, i: int) -> int:
    """Return the pool in whose queue alternative i waits: the first written (21)."""
    return int(m.needs(w)[_need(w, t, i)[0]]["pool"])


@inlined
def _queues_as(w: int, t: int, i: int) -> bool:
    """Say whether alternative i is the first possible one that waits in its pool."""
    if not _possible(w, t, i):
        return False
    pool = _first_pool(w, t, i)
    for j in range(i):
        if _possible(w, t, j) and _first_pool(w, t, j) == pool:
            return False
    return True


@jit
def join(w: int, t: int) -> None:
    """Stand in the queues; number and since were given before (20)."""
    now, token = m.counter(w)[NOW], m.token(w)[t]
    token["doing"] = QUEUED
    token["wait_begin"] = token["cause_since"] = now
    on_shift = m.pool(w)[_first_pool(w, t, 0)]["on_shift"]
    token["cause"] = CONTENTION if on_shift > 0 else UNAVAILABILITY
    token["blame"] = -1
    token["gate"] = token["unavailability"] = token["policy"] = token["prioritisation"] = 0
    enter_queues(w, t)
    cell_changed(w, _first_pool(w, t, 0))


@jit
def enter_queues(w: int, t: int) -> None:
    """Take the places in the queues that the keys give (22)."""
    token = m.token(w)[t]
    for i in range(m.seizes(w)[token["seize"]]["n"]):
        if _queues_as(w, t, i):
            pool = _first_pool(w, t, i)
            k0, k1, k2 = queue_key(
                m.pools(w)[pool]["discipline"],
                token["rank"],
                token["due"],
                token["since"],
                token["number"],
            )
            insert(w, pool, t * m.shape(w)[WIDTH] + i, k0, k1, k2)
            m.pool(w)[pool]["preempting"] += token["preempts"]


@jit
def quit_queues(w: int, t: int) -> None:
    """Give up the places in the queues."""
    token = m.token(w)[t]
    for i in range(m.seizes(w)[token["seize"]]["n"]):
        if _queues_as(w, t, i):
            pool = _first_pool(w, t, i)
            remove(w, pool, t * m.shape(w)[WIDTH] + i)
            m.pool(w)[pool]["preempting"] -= token["preempts"]


@jit
def leave_queues(w: int, t: int) -> None:
    """Leave the queues, and write down the wait."""
    quit_queues(w, t)
    write_wait(w, t, m.counter(w)[NOW])


@jit
def cell_of_token_changed(w: int, t: int) -> None:
    """Dispatch the cell in which a token queues or is worked on."""
    cell_changed(w, _first_pool(w, t, 0))


@jit
def write_wait(w: int, t: int, now: int) -> None:
    """Write down a wait for people that ends now; one of no length is none."""
    token = m.token(w)[t]
    pool = m.pool(w)[_first_pool(w, t, 0)]
    blame = token["blame"]
    if pool["plain"] == 1 and token["cause"] == CONTENTION:
        blame = pool["blamed"]
    _has(w, t, WORK, blame, now)
    if now > token["wait_begin"]:
        n = m.counter(w)[N_ROWS]
        write_row(w, t, CONTENTION, token["wait_begin"], now)
        if m.counter(w)[N_ROWS] > n:
            row = m.rows(w)[n]
            row["gate"] = token["gate"]
            row["unavailability"] = token["unavailability"]
            row["policy"] = token["policy"]
            row["prioritisation"] = token["prioritisation"]
            row["blame"] = token["blame"]


@inlined
def _has(w: int, t: int, cause: int, blame: int, now: int) -> None:
    """From now on the cause of a token's wait is this one."""
    token = m.token(w)[t]
    waited = now - token["cause_since"]
    was = token["cause"]
    if was == UNAVAILABILITY:
        token["unavailability"] += waited
    elif was == PRIORITISATION:
        token["prioritisation"] += waited
    elif was == GATE:
        token["gate"] += waited
    elif was == POLICY:
        token["policy"] += waited
    token["cause"] = cause
    token["cause_since"] = now
    token["blame"] = blame


# ---- what can start ------------------------------------------------------------------------------


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
def _window_fits(w: int, t: int) -> bool:
    token = m.token(w)[t]
    seize = m.seizes(w)[token["seize"]]
    if seize["window"] < 0:
        return True
    length = token["setup"] + token["remaining"]
    return bool(opening_fits(w, seize["window"], seize["longest"], m.counter(w)[NOW], length))


@inlined
def _shift_fits(w: int, t: int, pool: int) -> bool:
    if m.pools(w)[pool]["shift_end"] != NO_LATE_START:
        return True
    token, group = m.token(w)[t], m.groups(w)[m.pools(w)[pool]["group"]]
    length = token["setup"] + token["remaining"]
    return bool(opening_fits(w, group["calendar"], group["longest"], m.counter(w)[NOW], length))


@inlined
def _is_victim(w: int, t: int, p: int) -> bool:
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
def _could_give(w: int, t: int, pool: int, number: int) -> bool:
    """Say whether a pool can give its number, if need be by preemption (31)."""
    state = m.pool(w)[pool]
    free = state["available"]
    if free >= number or m.groups(w)[m.pools(w)[pool]["group"]]["people"] == UNLIMITED:
        return bool(free >= number)
    for p in range(state["first_person"], state["first_person"] + state["people"]):
        if _is_victim(w, t, p):
            free += 1
    return bool(free >= number)


@inlined
def _able(w: int, t: int, i: int, preempting: bool) -> bool:
    """Say whether alternative i can start now."""
    first, n = _need(w, t, i)
    for k in range(first, first + n):
        pool, number = m.needs(w)[k]["pool"], m.needs(w)[k]["number"]
        if preempting:
            if not _could_give(w, t, pool, number):
                return False
        elif m.pool(w)[pool]["available"] < number:
            return False
    for k in range(first, first + n):
        if not _shift_fits(w, t, m.needs(w)[k]["pool"]):
            return False
    return True


@jit
def alternative(w: int, t: int, pool: int) -> int:
    """Return the first alternative that can start now, one that waits in `pool` (-1: in any)."""
    token = m.token(w)[t]
    if not _window_fits(w, t):
        return -1
    for preempting in range(1 + token["preempts"]):
        for i in range(m.seizes(w)[token["seize"]]["n"]):
            here = pool < 0 or _first_pool(w, t, i) == pool
            if here and _possible(w, t, i) and _able(w, t, i, preempting == 1):
                return i
    return -1


@jit
def first_startable(w: int, pool: int) -> int:
    """Return the first startable request of a pool's queue, or -1 (25)."""
    node = m.ends(w)[pool, FIRST]
    if node < 0 or (m.pool(w)[pool]["available"] == 0 and m.pool(w)[pool]["preempting"] == 0):
        return -1
    width = m.shape(w)[WIDTH]
    while node >= 0 and alternative(w, node // width, pool) < 0:
        node = m.line(w)[node, NEXT]
    if node < 0 or m.pools(w)[pool]["discipline"] != RANDOM:
        return node // width if node >= 0 else -1
    rank, n, other = m.line(w)[node, KEY], 0, node
    while other >= 0 and m.line(w)[other, KEY] == rank:
        if alternative(w, other // width, pool) >= 0:
            n += 1
        other = m.line(w)[other, NEXT]
    u = uniform(
        m.key(w)[0], m.key(w)[1], m.pool(w)[pool]["picks"], 0, m.pools(w)[pool]["tag"], 0, PICK, 0
    )
    pick = random_pick(u, n)
    while True:
        if alternative(w, node // width, pool) >= 0:
            if pick == 0:
                return int(node // width)
            pick -= 1
        node = m.line(w)[node, NEXT]


@jit
def dispatch(w: int, cell: int) -> None:
    """Start the smallest first startable request of each pool until there is none (25)."""
    first, n = m.cells(w)[cell]["first"], m.cells(w)[cell]["n"]
    while True:
        best, best_pool = -1, -1
        for k in range(first, first + n):
            pool = m.cell_pools(w)[k]
            t = first_startable(w, pool)
            if t >= 0 and (best < 0 or _precedes(w, t, best)):
                best, best_pool = t, pool
        if best < 0:
            break
        if m.pools(w)[best_pool]["discipline"] == RANDOM:
            m.pool(w)[best_pool]["picks"] += 1
        start(w, best)
    for k in range(first, first + n):
        note_causes(w, m.cell_pools(w)[k])


@inlined
def _precedes(w: int, a: int, b: int) -> bool:
    """Say whether the turn of request a comes before that of b (25)."""
    x, y = m.token(w)[a], m.token(w)[b]
    if x["rank"] != y["rank"]:
        return bool(x["rank"] < y["rank"])
    if x["since"] != y["since"]:
        return bool(x["since"] < y["since"])
    return bool(x["number"] < y["number"])


# ---- start, completion, interruption -------------------------------------------------------------


@jit
def goes_on(w: int, t: int) -> bool:
    """Let work go on that has begun before the start, if its people are there (53)."""
    if m.counter(w)[NOW] > 0 or not _window_fits(w, t):
        return False
    for i in range(m.seizes(w)[m.token(w)[t]["seize"]]["n"]):
        if _able(w, t, i, False):
            start(w, t)
            return True
    return False


@jit
def start(w: int, t: int) -> None:
    """Take people and begin to work."""
    now, token = m.counter(w)[NOW], m.token(w)[t]
    i = alternative(w, t, -1)
    first, n = _need(w, t, i)
    for k in range(first, first + n):
        while m.pool(w)[m.needs(w)[k]["pool"]]["available"] < m.needs(w)[k]["number"]:
            preempt(w, t, m.needs(w)[k]["pool"])
    leave_queues(w, t)
    token["doing"] = WORKING
    token["chosen"] = i
    token["only"] = -1
    token["overtime"] = 0
    token["first_person"] = -1
    for k in range(first, first + n):
        _take(w, t, m.needs(w)[k]["pool"], m.needs(w)[k]["number"])
        _work_begins(w, t * m.shape(w)[NEEDS] + k - first, m.needs(w)[k]["pool"])
    token["slice_begin"] = now
    schedule(
        w,
        m.shape(w)[TOKENS] + 2 * t,
        now + token["setup"] + token["remaining"],
        place(TOKEN_PHASE, token["token"]),
    )
    if token["started"] == 0:
        token["started"] = 1
        cancel(w, m.shape(w)[TOKENS] + 2 * t + 1)
    visit = m.visits(w)[token["visit"]]
    if visit["started"] == NEVER:
        visit["started"] = now


@jit
def _take(w: int, t: int, pool: int, number: int) -> None:
    """Give the lowest free numbers to a token (17)."""
    state = m.pool(w)[pool]
    if m.groups(w)[m.pools(w)[pool]["group"]]["people"] == UNLIMITED:
        return
    state["available"] -= number
    p = state["first_person"]
    while number > 0:
        person = m.person(w)[p]
        if person["present"] == 1 and person["work"] < 0:
            person["work"] = t
            person["next"] = m.token(w)[t]["first_person"]
            m.token(w)[t]["first_person"] = p
            number -= 1
        p += 1


@inlined
def _work_begins(w: int, node: int, pool: int) -> None:
    """Append to the requests that a pool works on."""
    last = m.pool(w)[pool]["last_working"]
    m.at_work(w)[node, 0] = -1
    m.at_work(w)[node, 1] = last
    if last >= 0:
        m.at_work(w)[last, 0] = node
    else:
        m.pool(w)[pool]["first_working"] = node
    m.pool(w)[pool]["last_working"] = node
    number = m.token(w)[node // m.shape(w)[NEEDS]]["number"]
    m.pool(w)[pool]["top"] = max(m.pool(w)[pool]["top"], number)


@inlined
def _work_stops(w: int, node: int, pool: int) -> None:
    after, before = m.at_work(w)[node, 0], m.at_work(w)[node, 1]
    if before >= 0:
        m.at_work(w)[before, 0] = after
    else:
        m.pool(w)[pool]["first_working"] = after
    if after >= 0:
        m.at_work(w)[after, 1] = before
    else:
        m.pool(w)[pool]["last_working"] = before
    if m.pool(w)[pool]["top"] == m.token(w)[node // m.shape(w)[NEEDS]]["number"]:
        top, other = -1, m.pool(w)[pool]["first_working"]
        while other >= 0:
            top = max(top, m.token(w)[other // m.shape(w)[NEEDS]]["number"])
            other = m.at_work(w)[other, 0]
        m.pool(w)[pool]["top"] = top


@jit
def free(w: int, t: int) -> None:
    """Give the people back."""
    token = m.token(w)[t]
    p = token["first_person"]
    while p >= 0:
        person = m.person(w)[p]
        person["work"] = -1
        person["overtime"] = 0
        if person["present"] == 1:
            m.pool(w)[person["pool"]]["available"] += 1
        p = person["next"]
    token["first_person"] = -1
    first, n = _need(w, t, token["chosen"])
    for k in range(first, first + n):
        _work_stops(w, t * m.shape(w)[NEEDS] + k - first, m.needs(w)[k]["pool"])
    cell_changed(w, m.needs(w)[first]["pool"])


@jit
def write_slice(w: int, t: int, now: int, done: bool) -> int:
    """Write the rows of the slice that ends now; return the ticks worked."""
    token = m.token(w)[t]
    begin = token["slice_begin"]
    setup = min(now - begin, token["setup"])
    if setup > 0:
        write_row(w, t, SETUP, begin, begin + setup)
    if done or now > begin + setup:
        write_row(w, t, WORK, begin + setup, now)
    if done or now > begin:
        p = token["first_person"]
        while p >= 0:
            person = m.person(w)[p]
            write_presence(w, t, person["pool"], person["number"], begin, now, setup)
            p = person["next"]
        first, n = _need(w, t, token["chosen"])
        for k in range(first, first + n):
            pool = m.needs(w)[k]["pool"]
            if m.groups(w)[m.pools(w)[pool]["group"]]["people"] == UNLIMITED:
                for _ in range(m.needs(w)[k]["number"]):
                    write_presence(w, t, pool, 0, begin, now, setup)
    return int(now - begin - setup)


@jit
def interrupt(w: int, t: int, restart: bool, setup: int, only: int) -> None:
    """Stop the slice and queue again, with the old number and `since` (20)."""
    token = m.token(w)[t]
    cancel(w, m.shape(w)[TOKENS] + 2 * t)
    worked = write_slice(w, t, m.counter(w)[NOW], False)
    token["remaining"] = rest_after(restart, token["remaining"], worked, token["drawn"])
    free(w, t)
    token["setup"] = setup
    token["only"] = only
    m.pool(w)[_first_pool(w, t, 0)]["stale"] = 1
    join(w, t)


@jit
def preempt(w: int, t: int, pool: int) -> None:
    """Take one person: worst rank, latest slice start, largest number, largest person (31)."""
    state = m.pool(w)[pool]
    worst = -1
    for p in range(state["first_person"], state["first_person"] + state["people"]):
        if _is_victim(w, t, p):
            if worst < 0:
                worst = p
                continue
            x, y = m.token(w)[m.person(w)[p]["work"]], m.token(w)[m.person(w)[worst]["work"]]
            if x["rank"] != y["rank"]:
                worse = x["rank"] > y["rank"]
            elif x["slice_begin"] != y["slice_begin"]:
                worse = x["slice_begin"] > y["slice_begin"]
            else:
                worse = x["number"] >= y["number"]
            if worse:
                worst = p
    victim = m.person(w)[worst]["work"]
    restart = m.seizes(w)[m.token(w)[victim]["seize"]]["interruption"] == RESTARTS
    setup = 0
    if not restart:
        first, n = _need(w, victim, m.token(w)[victim]["chosen"])
        for k in range(first, first + n):
            setup = max(setup, m.pools(w)[m.needs(w)[k]["pool"]]["switching"])
    interrupt(w, victim, restart, setup, -1)


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


# ---- causes (55, 56) -----------------------------------------------------------------------------


@jit
def note_causes(w: int, pool: int) -> None:
    """Note why the requests of a pool wait from now on, after a dispatch.

    In a plain pool the queue is in order of rank, then number. A cause can have changed only if
    the pool opened or closed, work was interrupted, or somebody's number is below the largest one
    at work: of one rank, that is the first in the queue.
    """
    state = m.pool(w)[pool]
    node, last = m.ends(w)[pool, FIRST], m.ends(w)[pool, LAST]
    if state["plain"] == 1:
        earliest = state["first_working"]
        state["blamed"] = -1
        if earliest >= 0:
            state["blamed"] = m.token(w)[earliest // m.shape(w)[NEEDS]]["item"]
        closed = 1 if state["on_shift"] == 0 else 0
        unchanged = state["was_closed"] == closed and state["stale"] == 0
        top = max(state["top"], state["top_was"])
        state["was_closed"], state["stale"], state["top_was"] = closed, 0, state["top"]
        if node < 0:
            return
        alike = m.line(w)[node, KEY] == m.line(w)[last, KEY]
        number = m.token(w)[node // m.shape(w)[WIDTH]]["number"]
        if unchanged and alike and number > top:
            return
    while node >= 0:
        evaluate_cause(w, node // m.shape(w)[WIDTH])
        node = m.line(w)[node, NEXT]


@jit
def evaluate_cause(w: int, t: int) -> None:
    """Note why a request waits from now on, and for whom."""
    token = m.token(w)[t]
    binding = -1
    for i in range(m.seizes(w)[token["seize"]]["n"]):
        if binding < 0 and _possible(w, t, i):
            first, n = _need(w, t, i)
            for k in range(first, first + n):
                pool = m.needs(w)[k]["pool"]
                if binding < 0 and m.pool(w)[pool]["available"] < m.needs(w)[k]["number"]:
                    binding = pool
    on_shift, available, overtaker, earliest = 0, 0, -1, -1
    if binding >= 0:
        on_shift, available = m.pool(w)[binding]["on_shift"], m.pool(w)[binding]["available"]
        earliest = m.pool(w)[binding]["first_working"]
        node = m.pool(w)[binding]["last_working"]
        while node >= 0 and overtaker < 0:
            if m.token(w)[node // m.shape(w)[NEEDS]]["number"] > token["number"]:
                overtaker = node
            node = m.at_work(w)[node, 1]
    cause = wait_cause(_window_fits(w, t), binding, on_shift, available, overtaker >= 0)
    blamed = -1
    if cause == PRIORITISATION:
        blamed = m.token(w)[overtaker // m.shape(w)[NEEDS]]["item"]
    elif cause == CONTENTION and earliest >= 0:
        blamed = m.token(w)[earliest // m.shape(w)[NEEDS]]["item"]
    _has(w, t, cause, blamed, m.counter(w)[NOW])
