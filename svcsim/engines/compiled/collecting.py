"""Who is kept for a request until it can start (26); the counterpart of `reference.swarm.keep`."""

from svcsim._jit import jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.lines import FIRST, NEXT
from svcsim.engines.compiled.queues import needs_of, precedes
from svcsim.engines.compiled.startable import shift_fits, window_fits
from svcsim.engines.compiled.state import QUEUED, WIDTH
from svcsim.model.arrays import UNLIMITED


@jit
def keep(w: int, cell: int) -> None:
    """Keep people for the first request of a cell that collects, and for nobody else (26)."""
    best = -1
    first, n = m.cells(w)[cell]["first"], m.cells(w)[cell]["n"]
    for k in range(first, first + n):
        pool = m.cell_pools(w)[k]
        m.pool(w)[pool]["kept"] = 0
        node = m.ends(w)[pool, FIRST] if m.pool(w)[pool]["collecting"] > 0 else -1
        while node >= 0:
            t = node // m.shape(w)[WIDTH]
            if (best < 0 or precedes(w, t, best)) and _collects(w, t):
                best = t
            node = m.line(w)[node, NEXT]
    if best < 0:
        return
    first, n = needs_of(w, best, 0)
    for k in range(first, first + n):
        state = m.pool(w)[m.needs(w)[k]["pool"]]
        if m.groups(w)[m.pools(w)[m.needs(w)[k]["pool"]]["group"]]["people"] != UNLIMITED:
            state["kept"] = min(m.needs(w)[k]["number"], state["available"])
            state["collector"] = best


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
        there = m.pool(w)[need["pool"]]["on_shift"]
        if there > 0 and m.groups(w)[m.pools(w)[need["pool"]]["group"]]["people"] == UNLIMITED:
            there = need["number"]
        if there < need["least"]:
            return False
        if not shift_fits(w, need["pool"], token["setup"] + token["remaining"]):
            return False
        people += min(there, need["number"])
    return bool(people >= seize["quorum"])
