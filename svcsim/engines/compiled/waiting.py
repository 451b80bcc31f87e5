"""Gates and limits: the counterparts of `reference.gate` and `reference.limit`."""

from svcsim._jit import jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.attendance import call_together, hear, sits
from svcsim.engines.compiled.carrier import go
from svcsim.engines.compiled.changes import score_of
from svcsim.engines.compiled.drawing import way
from svcsim.engines.compiled.events import carry, schedule
from svcsim.engines.compiled.features import HAS_SCORES
from svcsim.engines.compiled.limits import admits, take_place
from svcsim.engines.compiled.lines import FIRST, KEY, LAST, NEXT, insert, remove, token_in_line
from svcsim.engines.compiled.record import wait_over
from svcsim.engines.compiled.state import (
    LIMITS,
    NOW,
    POOLS,
    SOURCES,
    STRANDS,
)
from svcsim.world.order import Phase, place

SITTING_PHASE = int(Phase.SITTING)


@jit
def next_sitting(w: int, gate: int) -> None:
    """Schedule the next sitting of a gate."""
    record = m.gates(w)[gate]
    if m.sitting(w)[gate] < record["n"]:
        tick = m.sittings(w)[record["first"] + m.sitting(w)[gate]]["tick"]
        schedule(w, m.shape(w)[SOURCES] + gate, tick, place(SITTING_PHASE, record["order"]))


@jit
def decide(w: int, gate: int) -> None:
    """Hear the first items of the agenda that are in time (35, 36)."""
    record = m.gates(w)[gate]
    deadlines = m.sittings(w)[record["first"] + m.sitting(w)[gate]]["deadline_row"]
    m.sitting(w)[gate] += 1
    line = m.shape(w)[POOLS] + m.shape(w)[LIMITS] + gate
    if HAS_SCORES and record["score"] >= 0:
        order_by_score(w, gate, line)
    node = m.ends(w)[line, FIRST]
    heard = 0
    sits(w, gate)
    while node >= 0 and heard < record["agenda"]:
        after = m.line(w)[node, NEXT]
        t = token_in_line(w, node)
        token = m.token(w)[t]
        if m.line(w)[node, KEY + 1] <= m.by_class(w)[deadlines, token["cls"]]:
            heard += 1
            step = m.ops(w)[token["pc"]]["step"]
            hear(w, t, gate, step)
            taken = way(w, t, step, record["branch"], token["hearings"])
            token["hearings"] += 1
            if taken != record["defer"]:
                remove(w, line, node)
                wait_over(w, t, m.counter(w)[NOW])
                token["pc"] = go(w, t, record["branch"], taken)
                carry(w, t)
        node = after
    call_together(w, gate)


@jit
def order_by_score(w: int, gate: int, line: int) -> None:
    """Put those who wait at a gate in the order of what they are worth now (36)."""
    node = m.ends(w)[line, FIRST]
    m.ends(w)[line, FIRST] = m.ends(w)[line, LAST] = -1
    while node >= 0:
        after = m.line(w)[node, NEXT]
        since, number = m.line(w)[node, KEY + 1], m.line(w)[node, KEY + 2]
        insert(w, line, node, -score_of(w, token_in_line(w, node), gate), since, number)
        node = after


@jit
def give_places(w: int, limit: int) -> None:
    """Give free places to waiting items, by rank, then since, then number (45)."""
    node = m.ends(w)[m.shape(w)[POOLS] + limit, FIRST]
    while node >= 0:
        after = m.line(w)[node, NEXT]
        t = token_in_line(w, node)
        if admits(w, t, limit):
            remove(w, m.shape(w)[POOLS] + limit, node)
            take_place(w, t, limit)
            wait_over(w, t, m.counter(w)[NOW])
            carry(w, t)
        elif m.shape(w)[STRANDS] == 0:
            return  # nobody further back has a place already
        node = after
