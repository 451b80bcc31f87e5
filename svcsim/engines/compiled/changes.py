"""How the model changes inside a run: the counterpart of `reference.changes`.

An effect, or an item that a trigger makes, stands in a record of `change` until its event comes.
"""

from svcsim._jit import jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.events import schedule
from svcsim.engines.compiled.features import HAS_SCORES
from svcsim.engines.compiled.state import (
    CHANGES,
    FAULT,
    FULL_CHANGES,
    FULL_MARKS,
    N_CHANGES,
    N_MARKS,
    NOW,
)
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import Purpose
from svcsim.world.changes import (
    counts_if_late,
    drawn_factor,
    enough,
    faded,
    is_over,
    may_fire,
    next_change,
    score,
    thinned,
    worth,
)
from svcsim.world.draws import uniform
from svcsim.world.order import Phase, effect_order, made_order, place
from svcsim.world.quantiles import choose

FAMILY, THIN, EFFECT = int(Purpose.FAMILY), int(Purpose.THIN), int(Purpose.EFFECT)
MODEL_PHASE, ARRIVAL_PHASE = int(Phase.MODEL), int(Phase.ARRIVAL)
PER_FAMILY, FIRST = "per_family", "first_watch"


# ---- families (51) -----------------------------------------------------------------------------


@jit
def draw_family(w: int, v: int, hi: int, lo: int) -> int:
    """Return the family of an item of a stream that has some, or -1."""
    stream = m.streams(w)[v]
    u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, stream["tag"], 0, FAMILY, 0)
    n = stream["n_families"]
    way = choose(m.factors(w), stream["family_shares"], n + 1, u)
    return int(stream["first_family"] + way) if way < n else NONE


@jit
def comes(w: int, v: int, hi: int, lo: int, family: int) -> bool:
    """Say whether a candidate of a family is an item."""
    slot = m.streams(w)[v]["rate_slot"]
    if family < 0 or slot == 0:
        return True
    u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, m.streams(w)[v]["tag"], 0, THIN, 0)
    return not thinned(u, m.slot(w)[slot + 1 + family]["value"])


@jit
def changed_factor(w: int, t: int, slot: int, factor: float) -> float:
    """Return the factor of a touch or a wait with what is made of it (2)."""
    factor *= m.slot(w)[slot]["value"]
    family = m.token(w)[t]["family"]
    if family >= 0:
        factor *= m.slot(w)[slot + 1 + family]["value"]
    return factor


# ---- effects (47, 48) --------------------------------------------------------------------------


@jit
def new_change(w: int) -> int:
    """Return the number of a new change; -1, and a fault, if there is no room."""
    i = m.counter(w)[N_CHANGES]
    if i == len(m.change(w)):
        m.counter(w)[FAULT] = FULL_CHANGES
        return NONE
    m.counter(w)[N_CHANGES] = i + 1
    return int(i)


@jit
def bring(w: int, t: int, e: int, step: int) -> None:
    """Let an effect begin when its lag has passed."""
    token, record = m.token(w)[t], m.effects(w)[e]
    if record["own"] == 1 and token["family"] < 0:
        return
    i = new_change(w)
    if i < 0:
        return
    change, tag, hi, lo = m.change(w)[i], m.steps(w)[step]["tag"], token["hi"], token["lo"]
    u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, tag, token["nth"], EFFECT, record["sub"])
    change["effect"] = e
    change["slot"] = record["slot"]
    if record["own"] == 1:
        change["slot"] += 1 + token["family"]
    change["factor"] = drawn_factor(record["low"], record["high"], u)
    change["begin"] = m.counter(w)[NOW] + record["lag"]
    change["stairs"] = NONE
    change["next"] = NONE
    schedule_change(w, i, change["begin"])


@jit
def schedule_change(w: int, i: int, tick: int) -> None:
    """Let something happen to an effect, in phase 0 (8)."""
    if tick < NEVER:
        order = effect_order(m.effects(w)[m.change(w)[i]["effect"]]["order"], i)
        schedule(w, m.shape(w)[CHANGES] + i, tick, place(MODEL_PHASE, order))


@jit
def effect_changes(w: int, i: int) -> None:
    """Let an effect begin, end, or go down a stair (3)."""
    change = m.change(w)[i]
    record, slot, now = m.effects(w)[change["effect"]], m.slot(w)[change["slot"]], m.counter(w)[NOW]
    change["stairs"] += 1
    if change["stairs"] == 0:
        change["value"] = change["factor"]
        if slot["first"] < 0:
            slot["first"] = i
        else:
            m.change(w)[slot["last"]]["next"] = i
        slot["last"] = i
        slot["value"] *= change["value"]  # the last of the product: what fades changes it all
        over = False
    else:
        over = is_over(now, change["begin"], record["lasts"], change["stairs"])
        if over:
            change["value"] = 1.0
        else:
            left = m.factors(w)[record["decay"] + change["stairs"]]
            change["value"] = faded(change["factor"], left)
        set_value(w, change["slot"])
    if not over:
        begin, lasts, half_life = change["begin"], record["lasts"], record["half_life"]
        schedule_change(w, i, next_change(begin, lasts, half_life, change["stairs"]))


@jit
def set_value(w: int, slot: int) -> None:
    """Bring a factor up to date: environments, then effects in order of their start (48)."""
    value, k = m.slot(w)[slot]["base"], m.slot(w)[slot]["first"]
    while k >= 0:
        value *= m.change(w)[k]["value"]
        k = m.change(w)[k]["next"]
    m.slot(w)[slot]["value"] = value


# ---- triggers (49) -----------------------------------------------------------------------------


@jit
def mark(w: int, t: int, index: int, counts: int, limit: int) -> None:
    """Let a trigger see something, and fire at once if that is enough."""
    trigger, family = m.triggers(w)[index], m.token(w)[t]["family"]
    took = m.counter(w)[NOW] - m.items(w)[m.token(w)[t]["item"]]["arrived"]
    counts = counts_if_late(counts, trigger["share"], took, limit)
    if counts < 0 or (trigger[PER_FAMILY] == 1 and family < 0):
        return
    if HAS_SCORES and trigger["of_work"] == 1:
        took = m.token(w)[t]["work"]
    counts = worth(counts, trigger["mean"], trigger["sum"], took)
    n = m.counter(w)[N_MARKS]
    if n == len(m.mark(w)):
        m.counter(w)[FAULT] = FULL_MARKS
        return
    m.counter(w)[N_MARKS] = n + 1
    m.mark(w)[n]["tick"] = m.counter(w)[NOW]
    m.mark(w)[n]["counts"] = counts
    m.mark(w)[n]["next"] = NONE
    k = trigger[FIRST] + (family if trigger[PER_FAMILY] == 1 else 0)
    watch = m.watch(w)[k]
    if watch["first"] < 0:
        watch["first"] = n
    else:
        m.mark(w)[watch["last"]]["next"] = n
    watch["last"] = n
    watch["seen"] += 1
    watch["counted"] += counts
    if trigger["every"] == 0 and fires(w, index, k):
        fire(w, index, k)


@jit
def fires(w: int, index: int, k: int) -> bool:
    """Say whether a trigger is true, and may fire again."""
    trigger, watch, now = m.triggers(w)[index], m.watch(w)[k], m.counter(w)[NOW]
    return is_true(w, index, k) and may_fire(now, watch["fired"], trigger["cool_down"])


@jit
def is_true(w: int, index: int, k: int) -> bool:
    """Say whether what a trigger has seen is enough now, whenever it fired."""
    trigger, watch = m.triggers(w)[index], m.watch(w)[k]
    forget(w, k, m.counter(w)[NOW] - trigger["within"])
    count, share, mean, total = (
        trigger["count"], trigger["share"], trigger["mean"], trigger["sum"]
    )  # fmt: skip
    return bool(enough(count, share, mean, total, watch["seen"], watch["counted"]))


@jit
def forget(w: int, k: int, before: int) -> None:
    """Leave out what was seen at a tick or earlier."""
    watch = m.watch(w)[k]
    while watch["first"] >= 0 and m.mark(w)[watch["first"]]["tick"] <= before:
        watch["seen"] -= 1
        watch["counted"] -= m.mark(w)[watch["first"]]["counts"]
        watch["first"] = m.mark(w)[watch["first"]]["next"]


@jit
def fire(w: int, index: int, k: int) -> None:
    """Let an item come at this tick (60)."""
    trigger, watch = m.triggers(w)[index], m.watch(w)[k]
    i = new_change(w)
    if i < 0:
        return
    change, firing = m.change(w)[i], m.firings(w)[index]
    m.firings(w)[index] = firing + 1
    watch["fired"] = m.counter(w)[NOW]
    change["effect"] = NONE
    change["slot"] = index
    change["stairs"] = firing
    change["family"] = k - trigger[FIRST] if trigger[PER_FAMILY] == 1 else NONE
    order = place(ARRIVAL_PHASE, made_order(trigger["order"], firing))
    schedule(w, m.shape(w)[CHANGES] + i, m.counter(w)[NOW], order)


# ---- scores at gates (36) ----------------------------------------------------------------------


@jit
def score_of(w: int, t: int, gate: int) -> int:
    """Return what an item is worth at a gate that orders its items by that."""
    token, index = m.token(w)[t], m.gates(w)[gate]["score"]
    if token["family"] < 0:
        return 0
    k = m.triggers(w)[index][FIRST] + token["family"]
    forget(w, k, m.counter(w)[NOW] - m.triggers(w)[index]["within"])
    return score(m.watch(w)[k]["counted"], m.efforts(w)[gate, token["cls"]])
