"""Who is kept for a request until it can start (26); the counterpart of `reference.swarm.keep`."""

from svcsim._jit import jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.features import HAS_RESERVATIONS
from svcsim.engines.compiled.lines import FIRST, NEXT, token_in_line
from svcsim.engines.compiled.people import (
    ON_SHIFT,
    available,
    count,
    group_of,
    in_time,
    left_to_others,
    may_have,
)
from svcsim.engines.compiled.queues import needs_of, precedes
from svcsim.engines.compiled.startable import window_fits
from svcsim.engines.compiled.state import QUEUED


@jit
def keep(w: int, cell: int) -> None:
    """Keep people for the first request of a cell that collects, and for nobody else (26)."""
    best = -1
    first, n = m.cells(w)[cell]["first"], m.cells(w)[cell]["n"]
    for k in range(first, first + n):
        pool = m.cell_pools(w)[k]
        if m.pool(w)[pool]["kept"] > 0:
            m.pool(w)[pool]["kept"], m.pool(w)[pool]["changed"] = 0, 1
            for g in range(m.pools(w)[pool]["n_groups"]):
                m.group(w)[group_of(w, pool, g)]["kept"] = 0
        node = m.ends(w)[pool, FIRST] if m.pool(w)[pool]["collecting"] > 0 else -1
        while node >= 0:
            t = token_in_line(w, node)
            if (best < 0 or precedes(w, t, best)) and _collects(w, t):
                best = t
            node = m.line(w)[node, NEXT]
    if best < 0:
        return
    for k in range(first, first + n):
        m.pool(w)[m.cell_pools(w)[k]]["collector"] = best
    first, n = needs_of(w, best, 0)
    for k in range(first, first + n):
        if m.pools(w)[m.needs(w)[k]["pool"]]["unlimited"] == 0:
            _keep(w, best, m.needs(w)[k]["pool"], m.needs(w)[k]["number"])


@jit
def _keep(w: int, t: int, pool: int, number: int) -> None:
    """Keep up to so many people of a pool for a token, in the order of being taken."""
    number = min(number, available(w, t, pool))
    for k in range(m.pools(w)[pool]["n_groups"]):
        g = group_of(w, pool, k)
        if may_have(w, t, pool, g) and in_time(w, t, pool, g):
            people = min(number, m.group(w)[g]["available"])
            number -= people
            m.group(w)[g]["kept"] += people
            first = m.groups(w)[g]["first"]
            for served in range(first, first + m.groups(w)[g]["n_pools"]):
                m.pool(w)[m.group_pools(w)[served]]["kept"] += people
                m.pool(w)[m.group_pools(w)[served]]["changed"] = 1


@jit
def _collects(w: int, t: int) -> bool:
    """Say whether a request collects and could start now if all on shift were free (26)."""
    token, seize = m.token(w)[t], m.seizes(w)[m.token(w)[t]["seize"]]
    if token["doing"] != QUEUED or seize["collect"] == 0 or not window_fits(w, t):
        return False
    first, n = needs_of(w, t, 0)
    people = 0
    for k in range(first, first + n):
        need = m.needs(w)[k]
        there = count(w, t, need["pool"], ON_SHIFT, True)
        if HAS_RESERVATIONS:
            there -= left_to_others(w, t, need["pool"], 0)
        if there < need["least"]:
            return False
        people += min(there, need["number"])
    return bool(people >= seize["quorum"])
