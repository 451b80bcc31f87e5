"""What a visit draws: durations, ways, what is left of work; see `reference.drawing`."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.changes import changed_factor
from svcsim.engines.compiled.features import HAS_CHANGES, HAS_QUANTITIES
from svcsim.engines.compiled.state import (
    FAULT,
    TOO_LONG,
    WHERE,
)
from svcsim.model.codes import Purpose
from svcsim.world.draws import uniform
from svcsim.world.quantiles import (
    choose,
    choose_changed,
    duration,
    for_each,
    quantile,
    residual,
)
from svcsim.world.rules import branch_row

WORK_PURPOSE = int(Purpose.WORK)


@inlined
def times(w: int, t: int, law: int) -> int:
    """Return by how many a draw of a distribution is multiplied (72)."""
    if m.distributions(w)[law]["each"] == 0:
        return 1
    return int(m.items(w)[m.token(w)[t]["item"]]["quantity"])


@inlined
def draw(w: int, t: int, step: int, row: int, purpose: int, factor: float) -> int:
    """Return a duration of this visit in ticks; -1, and a fault, if it is out of range (2)."""
    token = m.token(w)[t]
    tag = m.steps(w)[step]["tag"]
    visit = token["nth"]
    u = uniform(m.key(w)[0], m.key(w)[1], token["hi"], token["lo"], tag, visit, purpose, 0)
    law = m.by_class(w)[row, token["cls"]]
    x = quantile(m.distributions(w), m.pieces(w), m.tables(w), law, u)
    if HAS_QUANTITIES:
        x = for_each(x, times(w, t, law))
    ticks = duration(x, factor)
    if ticks < 0:
        m.counter(w)[FAULT] = TOO_LONG
        m.counter(w)[WHERE] = step
    return int(ticks)


@jit
def way(w: int, t: int, step: int, branch: int, hearings: int) -> int:
    """Return which way a token goes at a branch (11, 13, 61)."""
    record, token = m.branches(w)[branch], m.token(w)[t]
    if record["purpose"] < 0:
        return int(token["cls"])
    visit = token["nth"]
    first = branch_row(
        record["shares"],
        record["n"],
        record["levels"],
        record["n_classes"],
        record["last_row"],
        record["max_visits"],
        token["cls"],
        visit,
    )
    u = uniform(
        m.key(w)[0],
        m.key(w)[1],
        token["hi"],
        token["lo"],
        m.steps(w)[step]["tag"],
        0 if record["sticky"] == 1 else visit,
        record["purpose"],
        hearings & 255,
    )
    if HAS_CHANGES and record["slot"] > 0:
        factor = changed_factor(w, t, record["slot"], 1.0)
        return choose_changed(m.factors(w), first, record["n"], record["changed"], factor, u)
    return choose(m.factors(w), first, record["n"], u)


@jit
def left(w: int, t: int, step: int, row: int) -> int:
    """Return what is left of work that began before the start (53)."""
    token, tag = m.token(w)[t], m.steps(w)[step]["tag"]
    k0, k1, visit = m.key(w)[0], m.key(w)[1], token["nth"]
    u = uniform(k0, k1, token["hi"], token["lo"], tag, visit, WORK_PURPOSE, 0)
    drawn, age = m.by_class(w)[row, token["cls"]], float(token["worked"])
    n = times(w, t, drawn) if HAS_QUANTITIES else 1
    x = residual(m.distributions(w), m.pieces(w), m.tables(w), drawn, n, age, u)
    ticks = duration(x, 1.0)
    if ticks < 0:
        m.counter(w)[FAULT] = TOO_LONG
        m.counter(w)[WHERE] = step
    return int(max(1, ticks))
