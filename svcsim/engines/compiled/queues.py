"""Queues of the pools: joining, leaving, and the wait that is written down."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.features import HAS_ODD_POOLS, HAS_PREEMPTION, HAS_TEAMS
from svcsim.engines.compiled.lines import insert, node_in_line, remove
from svcsim.engines.compiled.record import write_row
from svcsim.engines.compiled.state import N_DUE, NOW, QUEUED
from svcsim.model.codes import Discipline, Kind
from svcsim.world.calendars import open_ticks
from svcsim.world.rules import AGEING, aged, queue_key

FIFO = int(Discipline.FIFO)
WORK, CONTENTION = int(Kind.WORK), int(Kind.CONTENTION)
PRIORITISATION, UNAVAILABILITY = int(Kind.PRIORITISATION), int(Kind.UNAVAILABILITY)
POLICY, GATE = int(Kind.POLICY), int(Kind.GATE)


@inlined
def cell_changed(w: int, pool: int) -> None:
    """Dispatch the pool's cell when nothing else is pending at this tick (9)."""
    order = m.pool(w)[pool]["order"]
    if m.due(w)[order] == 0:
        m.due(w)[order] = 1
        m.counter(w)[N_DUE] += 1


@inlined
def possible(w: int, t: int, i: int) -> bool:
    """Say whether alternative i may be used (29, 34)."""
    only = m.token(w)[t]["only"]
    return bool(only < 0 or only == i)


@inlined
def needs_of(w: int, t: int, i: int) -> tuple[int, int]:
    """Return the first need of alternative i of a token's seize, and their number."""
    alternative = m.alternatives(w)[m.seizes(w)[m.token(w)[t]["seize"]]["first"] + i]
    return alternative["first"], alternative["n"] if HAS_TEAMS else 1


@inlined
def first_pool(w: int, t: int, i: int) -> int:
    """Return the pool in whose queue alternative i waits: the first written (21)."""
    return int(m.needs(w)[needs_of(w, t, i)[0]]["pool"])


@inlined
def queues_as(w: int, t: int, i: int) -> bool:
    """Say whether alternative i is the first possible one that waits in its pool."""
    if not possible(w, t, i):
        return False
    pool = first_pool(w, t, i)
    for j in range(i):
        if possible(w, t, j) and first_pool(w, t, j) == pool:
            return False
    return True


@inlined
def join(w: int, t: int) -> None:
    """Stand in the queues; number and since were given before (20)."""
    now, token = m.counter(w)[NOW], m.token(w)[t]
    token["doing"] = QUEUED
    token["wait_begin"] = token["cause_since"] = now
    on_shift = m.pool(w)[token["pool"]]["on_shift"]
    token["cause"] = CONTENTION if on_shift > 0 else UNAVAILABILITY
    token["blame"] = -1
    token["noted"] = 0
    token["gate"] = token["unavailability"] = token["policy"] = token["prioritisation"] = 0
    enter_queues(w, t)
    cell_changed(w, token["pool"])


@jit
def enter_queues(w: int, t: int) -> None:
    """Take the places in the queues that the keys give (22)."""
    token = m.token(w)[t]
    if not HAS_ODD_POOLS or m.pool(w)[token["pool"]]["plain"] == 1:
        _enter(w, t, token["pool"], 0)
        return
    for i in range(m.seizes(w)[token["seize"]]["n"]):
        if queues_as(w, t, i):
            _enter(w, t, first_pool(w, t, i), i)


@inlined
def _enter(w: int, t: int, pool: int, i: int) -> None:
    token, state = m.token(w)[t], m.pool(w)[pool]
    stand(w, t, pool, i)
    if HAS_PREEMPTION:
        state["preempting"] += token["preempts"]
    if HAS_TEAMS:
        state["collecting"] += m.seizes(w)[token["seize"]]["collect"]
    state["joined"] += 1
    state["newcomer"] = t


@jit
def stand(w: int, t: int, pool: int, i: int) -> None:
    """Take the place in the queue of a pool that the key gives (22)."""
    token, record = m.token(w)[t], m.pools(w)[pool]
    if not HAS_ODD_POOLS or record["discipline"] == FIFO:
        k0, k1, k2 = queue_key(FIFO, token["rank"], 0, token["since"], token["number"], 0)
        insert(w, pool, node_in_line(w, t, i), k0, k1, k2)
        return
    worth = token["expected"]
    if record["discipline"] == AGEING:
        begun = open_ticks(m.calendars(w), m.openings(w), record["ageing_calendar"], token["since"])
        worth = aged(begun, token["rank"], record["ageing"])
    k0, k1, k2 = queue_key(
        record["discipline"], token["rank"], token["due"], token["since"], token["number"], worth
    )
    insert(w, pool, node_in_line(w, t, i), k0, k1, k2)


@inlined
def precedes(w: int, a: int, b: int) -> bool:
    """Say whether the turn of request a comes before that of b (25)."""
    x, y = m.token(w)[a], m.token(w)[b]
    if x["rank"] != y["rank"]:
        return bool(x["rank"] < y["rank"])
    if x["since"] != y["since"]:
        return bool(x["since"] < y["since"])
    return bool(x["number"] < y["number"])


@jit
def quit_queues(w: int, t: int) -> None:
    """Give up the places in the queues."""
    token = m.token(w)[t]
    if not HAS_ODD_POOLS or m.pool(w)[token["pool"]]["plain"] == 1:
        _quit(w, t, token["pool"], 0)
        return
    for i in range(m.seizes(w)[token["seize"]]["n"]):
        if queues_as(w, t, i):
            _quit(w, t, first_pool(w, t, i), i)


@inlined
def _quit(w: int, t: int, pool: int, i: int) -> None:
    remove(w, pool, node_in_line(w, t, i))
    if HAS_PREEMPTION:
        m.pool(w)[pool]["preempting"] -= m.token(w)[t]["preempts"]
    if HAS_TEAMS:
        m.pool(w)[pool]["collecting"] -= m.seizes(w)[m.token(w)[t]["seize"]]["collect"]


@jit
def leave_queues(w: int, t: int) -> None:
    """Leave the queues, and write down the wait."""
    quit_queues(w, t)
    write_wait(w, t, m.counter(w)[NOW])


@jit
def cell_of_token_changed(w: int, t: int) -> None:
    """Dispatch the cell in which a token queues or is worked on."""
    cell_changed(w, m.token(w)[t]["pool"])


@inlined
def write_wait(w: int, t: int, now: int) -> None:
    """Write down a wait for people that ends now; one of no length is none."""
    token = m.token(w)[t]
    if now > token["wait_begin"]:
        pool = m.pool(w)[token["pool"]]
        blame = token["blame"]
        if pool["plain"] == 1 and token["cause"] == CONTENTION:
            blame = pool["blamed"]
        has_cause(w, t, WORK, blame, now)
        n = write_row(w, t, CONTENTION, token["wait_begin"], now)
        if n >= 0:
            row = m.rows(w)[n]
            row["gate"] = token["gate"]
            row["unavailability"] = token["unavailability"]
            row["policy"] = token["policy"]
            row["prioritisation"] = token["prioritisation"]
            row["blame"] = token["blame"]


@inlined
def has_cause(w: int, t: int, cause: int, blame: int, now: int) -> None:
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
