"""Triggers that look at times of their own: the counterpart of `reference.looks` (semantics 49)."""

from svcsim._jit import jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.carrier import asks_for
from svcsim.engines.compiled.changes import (
    FIRST,
    MODEL_PHASE,
    PER_FAMILY,
    fire,
    fires,
    is_true,
    set_value,
)
from svcsim.engines.compiled.events import schedule
from svcsim.engines.compiled.state import LOOKS, NOW, QUEUED
from svcsim.world.changes import holds_now, may_fire
from svcsim.world.order import look_order, place

AROUND_STATE = 0
"""Where `around` has the state in which an environment is."""


@jit
def schedule_look(w: int, index: int, tick: int) -> None:
    """Schedule the next look of a trigger that looks at times of its own."""
    trigger = m.triggers(w)[index]
    if trigger["every"] > 0:
        order = place(MODEL_PHASE, look_order(trigger["order"]))
        schedule(w, m.shape(w)[LOOKS] + index, tick + trigger["every"], order)


@jit
def look(w: int, index: int) -> None:
    """Look at everything that a trigger sees, and let happen what comes of it."""
    trigger = m.triggers(w)[index]
    if trigger["level"] == 1:
        read_level(w, index)
    if trigger["n_effects"] > 0:
        hold(w, index)
    else:
        _fire_chosen(w, index)
    schedule_look(w, index, m.counter(w)[NOW])


@jit
def _n_watches(w: int, index: int) -> int:
    n = 1
    if m.triggers(w)[index][PER_FAMILY] == 1:
        n = 0
        for stream in range(len(m.streams(w))):
            n += m.streams(w)[stream]["n_families"]
    return int(n)


@jit
def _fire_chosen(w: int, index: int) -> None:
    """Fire for all that is true; the largest first, where some are chosen."""
    trigger, n = m.triggers(w)[index], _n_watches(w, index)
    first = trigger[FIRST]
    for k in range(first, first + n):
        m.watch(w)[k]["chosen"] = 1 if fires(w, index, k) else 0
    most, top = n, trigger["top"]
    if top > 0:
        most = min(n, top)
    for _ in range(most):
        best = -1
        for k in range(first, first + n):
            if m.watch(w)[k]["chosen"] == 0:
                continue
            if best < 0 or (top > 0 and m.watch(w)[k]["counted"] > m.watch(w)[best]["counted"]):
                best = k
        if best < 0:
            break
        m.watch(w)[best]["chosen"] = 0
        fire(w, index, best)


# ---- levels ------------------------------------------------------------------------------------


@jit
def read_level(w: int, index: int) -> None:
    """Count who is there, in all or by family."""
    trigger = m.triggers(w)[index]
    first = trigger[FIRST]
    for k in range(first, first + _n_watches(w, index)):
        m.watch(w)[k]["counted"] = 0
    for t in range(len(m.token(w))):
        if m.token(w)[t]["item"] < 0 or not _is_counted(w, t, index):
            continue
        if trigger[PER_FAMILY] == 0:
            m.watch(w)[first]["counted"] += 1
        elif m.token(w)[t]["family"] >= 0:
            m.watch(w)[first + m.token(w)[t]["family"]]["counted"] += 1


@jit
def _is_counted(w: int, t: int, index: int) -> bool:
    """Say whether a token stands for an item, or waits for a team, that is counted."""
    trigger, token = m.triggers(w)[index], m.token(w)[t]
    if trigger["of_stream"] >= 0 and token["stream"] != trigger["of_stream"]:
        return False
    classes = trigger["of_classes"]
    if classes >= 0 and m.by_class(w)[classes, token["cls"]] != 1:
        return False
    if trigger["of_pool"] < 0:
        return bool(token["home"] == t)
    return token["doing"] == QUEUED and asks_for(w, token["seize"], trigger["of_pool"])


# ---- what holds for a while --------------------------------------------------------------------


@jit
def hold(w: int, index: int) -> None:
    """Let the effects of a trigger begin, go on, or end."""
    trigger, now = m.triggers(w)[index], m.counter(w)[NOW]
    k = trigger[FIRST]
    watch = m.watch(w)[k]
    rested = may_fire(now, watch["fired"], trigger["cool_down"])
    after = 1 if holds_now(watch["holds"] == 1, is_true(w, index, k), rested) else 0
    if after == watch["holds"]:
        return
    watch["holds"] = after
    if after == 1:
        watch["fired"] = now
    set_bases(w, trigger["first_effect"], trigger["n_effects"])


@jit
def set_bases(w: int, first: int, n: int) -> None:
    """Bring the factors up to date that some effects change: environments, then triggers (48)."""
    for k in range(first, first + n):
        slot, base = m.state_effects(w)[k]["slot"], 1.0
        for e in range(len(m.environments(w))):
            state = m.states(w)[m.environments(w)[e]["first"] + m.around(w)[e, AROUND_STATE]]
            base *= _factor(w, state["first_effect"], state["n_effects"], slot)
        for order in range(len(m.triggers(w))):
            for index in range(len(m.triggers(w))):
                trigger = m.triggers(w)[index]
                if trigger["order"] == order and m.watch(w)[trigger[FIRST]]["holds"] == 1:
                    base *= _factor(w, trigger["first_effect"], trigger["n_effects"], slot)
        m.slot(w)[slot]["base"] = base
        set_value(w, slot)


@jit
def _factor(w: int, first: int, n: int, slot: int) -> float:
    """Return what a stretch of effects makes of a slot."""
    for k in range(first, first + n):
        if m.state_effects(w)[k]["slot"] == slot:
            return float(m.state_effects(w)[k]["factor"])
    return 1.0
