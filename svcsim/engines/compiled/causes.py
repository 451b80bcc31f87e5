"""Why requests wait, and for whom (55, 56)."""

from svcsim._jit import jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.lines import FIRST, KEY, LAST, NEXT
from svcsim.engines.compiled.queues import has_cause, possible
from svcsim.engines.compiled.startable import lacking, window_fits
from svcsim.engines.compiled.state import NEEDS, NOW, QUEUED, WIDTH
from svcsim.model.arrays import Kind
from svcsim.world.rules import wait_cause

CONTENTION = int(Kind.CONTENTION)
PRIORITISATION = int(Kind.PRIORITISATION)


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
        if m.token(w)[node // m.shape(w)[WIDTH]]["doing"] == QUEUED:
            evaluate_cause(w, node // m.shape(w)[WIDTH])
        node = m.line(w)[node, NEXT]


@jit
def evaluate_cause(w: int, t: int) -> None:
    """Note why a request waits from now on, and for whom."""
    token = m.token(w)[t]
    binding = -1
    for i in range(m.seizes(w)[token["seize"]]["n"]):
        if binding < 0 and possible(w, t, i):
            k = lacking(w, t, i, False)
            if k >= 0:
                binding = m.needs(w)[k]["pool"]
    on_shift, available, overtaker, earliest = 0, 0, -1, -1
    if binding >= 0:
        on_shift, available = m.pool(w)[binding]["on_shift"], m.pool(w)[binding]["available"]
        earliest = m.pool(w)[binding]["first_working"]
        node = m.pool(w)[binding]["last_working"]
        while node >= 0 and overtaker < 0:
            if m.token(w)[node // m.shape(w)[NEEDS]]["number"] > token["number"]:
                overtaker = node
            node = m.at_work(w)[node, 1]
    cause = wait_cause(window_fits(w, t), binding, on_shift, available, overtaker >= 0)
    blamed = -1
    if cause == PRIORITISATION:
        blamed = m.token(w)[overtaker // m.shape(w)[NEEDS]]["item"]
    elif cause == CONTENTION and earliest >= 0:
        blamed = m.token(w)[earliest // m.shape(w)[NEEDS]]["item"]
    has_cause(w, t, cause, blamed, m.counter(w)[NOW])
