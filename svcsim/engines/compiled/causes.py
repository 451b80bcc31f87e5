"""Why requests wait, and for whom (55, 56)."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.features import HAS_ODD_POOLS
from svcsim.engines.compiled.lines import FIRST, KEY, LAST, NEXT, token_at_work, token_in_line
from svcsim.engines.compiled.people import everybody, free_people, group_of, may_have, on_shift_for
from svcsim.engines.compiled.queues import has_cause, possible
from svcsim.engines.compiled.startable import lacking, window_fits
from svcsim.engines.compiled.state import NOW, QUEUED
from svcsim.model.codes import Kind
from svcsim.world.rules import wait_cause

CONTENTION = int(Kind.CONTENTION)
PRIORITISATION = int(Kind.PRIORITISATION)


@jit
def note_causes(w: int, pool: int) -> None:
    """Note why the requests of a pool wait from now on, after a dispatch."""
    if not HAS_ODD_POOLS or m.pool(w)[pool]["plain"] == 1:
        _note_in_turn(w, pool)
        return
    state = m.pool(w)[pool]
    changed, joined = state["changed"], state["joined"]
    state["changed"] = state["joined"] = 0
    if changed == 0 and state["lonely"] == 1 and joined <= 1:
        t = state["newcomer"]
        if joined == 1 and m.token(w)[t]["doing"] == QUEUED and m.token(w)[t]["pool"] == pool:
            evaluate_cause(w, t)
        return
    node = m.ends(w)[pool, FIRST]
    while node >= 0:
        t = token_in_line(w, node)
        if m.token(w)[t]["doing"] == QUEUED and not _is_known(w, t, changed):
            evaluate_cause(w, t)
        node = m.line(w)[node, NEXT]


@inlined
def _note_in_turn(w: int, pool: int) -> None:
    """Note why the requests of a plain pool wait, where the queue is by rank, then number.

    A cause can have changed only if the pool opened or closed, work was interrupted, or somebody's
    number is below the largest one at work: of one rank, that is the first in the queue.
    """
    state = m.pool(w)[pool]
    node, closed = m.ends(w)[pool, FIRST], 1 if state["on_shift"] == 0 else 0
    known = state["was_closed"] == closed and state["stale"] == 0
    state["was_closed"], state["stale"] = closed, 0
    if node < 0:
        return
    earliest, last = state["first_working"], m.ends(w)[pool, LAST]
    state["blamed"] = m.token(w)[token_at_work(w, earliest)]["item"] if earliest >= 0 else -1
    top = max(state["top"], state["top_was"])
    state["top_was"] = state["top"]
    if known and state["changed"] == 0:
        return  # who joined since has a larger number than anybody at work
    state["changed"] = 0
    while node >= 0:
        t = token_in_line(w, node)
        if not known or m.token(w)[t]["number"] < top:
            simple_cause(w, t, pool)
        elif m.line(w)[node, KEY] == m.line(w)[last, KEY]:
            return
        node = m.line(w)[node, NEXT]


@inlined
def _is_known(w: int, t: int, changed: int) -> bool:
    """Say whether a request waits for what was noted last, as nothing happened that changes it."""
    token = m.token(w)[t]
    return bool(changed == 0 and token["noted"] == 1 and m.lone(w)[token["seize"]] == 1)


@jit
def evaluate_cause(w: int, t: int) -> None:
    """Note why a request waits from now on, and for whom."""
    token = m.token(w)[t]
    token["noted"] = 1
    pool = m.simple(w)[token["seize"]]
    if pool >= 0 and m.pool(w)[pool]["kept"] == 0 and everybody(w, t, pool):
        simple_cause(w, t, pool)
        return
    binding = -1
    for i in range(m.seizes(w)[token["seize"]]["n"]):
        if binding < 0 and possible(w, t, i):
            k = lacking(w, t, i, False, False)
            if k >= 0:
                binding = m.needs(w)[k]["pool"]
    on_shift, free, overtaker, earliest = 0, 0, -1, -1
    if binding >= 0:
        on_shift, free = on_shift_for(w, t, binding), free_people(w, t, binding)
        overtaker, earliest = at_work(w, t, binding)
    cause = wait_cause(window_fits(w, t), binding, on_shift, free, overtaker >= 0)
    blamed = -1
    if cause == PRIORITISATION:
        blamed = m.token(w)[overtaker]["item"]
    elif cause == CONTENTION and earliest >= 0:
        blamed = m.token(w)[earliest]["item"]
    has_cause(w, t, cause, blamed, m.counter(w)[NOW])


@inlined
def simple_cause(w: int, t: int, pool: int) -> None:
    """Note why a request waits that needs one person of a pool, whoever that is."""
    token, state = m.token(w)[t], m.pool(w)[pool]
    binding = pool if state["available"] == 0 else -1
    overtaken = state["top"] > token["number"]
    cause = wait_cause(True, binding, state["on_shift"], 0, overtaken)
    blamed = -1
    if cause == CONTENTION and state["first_working"] >= 0:
        blamed = m.token(w)[token_at_work(w, state["first_working"])]["item"]
    elif cause == PRIORITISATION:
        node = state["last_working"]
        while m.token(w)[token_at_work(w, node)]["number"] < token["number"]:
            node = m.at_work(w)[node, 1]
        blamed = m.token(w)[token_at_work(w, node)]["item"]
    if cause == token["cause"]:
        token["blame"] = blamed
    else:
        has_cause(w, t, cause, blamed, m.counter(w)[NOW])


@jit
def at_work(w: int, t: int, pool: int) -> tuple[int, int]:
    """Return who overtook a token last, and who started first (55, 56); -1: nobody.

    They are those whose work holds people of the pool who may do the token's. Those of a pool stand
    in order of starting, unless there are latecomers.
    """
    overtaker, earliest = -1, -1
    number = m.token(w)[t]["number"]
    state = m.pool(w)[pool]
    if state["apart"] == 1 and everybody(w, t, pool):
        if state["late"] == 1:
            node = state["first_working"]
            while node >= 0:
                overtaker, earliest = _told(w, token_at_work(w, node), number, overtaker, earliest)
                node = m.at_work(w)[node, 0]
            return overtaker, earliest
        if state["first_working"] >= 0:
            earliest = token_at_work(w, state["first_working"])
        node = state["last_working"] if state["top"] > number else -1
        while node >= 0 and overtaker < 0:
            if m.token(w)[token_at_work(w, node)]["number"] > number:
                overtaker = token_at_work(w, node)
            node = m.at_work(w)[node, 1]
        return overtaker, earliest
    for k in range(m.pools(w)[pool]["n_groups"]):
        g = group_of(w, pool, k)
        if may_have(w, t, pool, g):
            group = m.group(w)[g]
            for p in range(group["first_person"], group["first_person"] + group["people"]):
                if m.person(w)[p]["work"] >= 0:
                    other = m.person(w)[p]["work"]
                    overtaker, earliest = _told(w, other, number, overtaker, earliest)
    return overtaker, earliest


@inlined
def _told(w: int, other: int, number: int, overtaker: int, earliest: int) -> tuple[int, int]:
    """Return the overtaker and the earliest of those so far and one more."""
    nth = m.token(w)[other]["nth_start"]
    if earliest < 0 or nth < m.token(w)[earliest]["nth_start"]:
        earliest = other
    if m.token(w)[other]["number"] > number:
        if overtaker < 0 or nth > m.token(w)[overtaker]["nth_start"]:
            overtaker = other
    return overtaker, earliest
