"""Children: the counterpart of `reference.item.Item.spawn`.

A child that is still to come stands in the slot of a token; its event is that of a token.
"""

from svcsim._jit import jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.awaited import expect
from svcsim.engines.compiled.events import schedule
from svcsim.engines.compiled.slots import take_for_unborn
from svcsim.engines.compiled.state import (
    END,
    FAULT,
    NOW,
    TOKENS,
    TOO_LONG,
    WHERE,
)
from svcsim.model.codes import Purpose
from svcsim.world.calendars import add_open
from svcsim.world.draws import child_key, uniform
from svcsim.world.order import Phase, child_order, place
from svcsim.world.quantiles import choose, duration, quantile

SHARE, COUNT, WAIT = int(Purpose.SPAWN), int(Purpose.COUNT), int(Purpose.WAIT)
ARRIVAL_PHASE = int(Phase.ARRIVAL)


@jit
def spawn(w: int, t: int, s: int) -> None:
    """Let children come of this visit, perhaps (semantics 44)."""
    token, record = m.token(w)[t], m.spawns(w)[s]
    k0, k1, hi, lo, tag = m.key(w)[0], m.key(w)[1], token["hi"], token["lo"], record["tag"]
    visit = token["nth"]
    share = m.factors(w)[record["shares"] + (token["cls"] if record["n_classes"] > 1 else 0)]
    if uniform(k0, k1, hi, lo, tag, visit, SHARE, 0) >= share:
        return
    children = 1
    if record["count"] >= 0:
        count = m.counts(w)[record["count"]]
        u = uniform(k0, k1, hi, lo, tag, visit, COUNT, 0)
        children = count["offset"] + choose(m.factors(w), count["first"], count["n"], u)
    expect(w, t, s, children)
    for index in range(children):
        child(w, t, s, visit, index)


@jit
def child(w: int, t: int, s: int, visit: int, index: int) -> None:
    """Let one child come when its time has passed."""
    parent, record = m.token(w)[t], m.spawns(w)[s]
    hi, lo = child_key(parent["hi"], parent["lo"], record["tag"], visit, index)
    order = child_order(parent["token"], parent["children"])
    parent["children"] += 1
    until = m.counter(w)[NOW]
    if record["wait_row"] >= 0:
        tag = m.streams(w)[record["stream"]]["tag"]
        u = uniform(m.key(w)[0], m.key(w)[1], hi, lo, tag, 0, WAIT, 0)
        row = m.by_class(w)[record["wait_row"], parent["cls"]]
        x = quantile(m.distributions(w), m.pieces(w), m.tables(w), row, u)
        ticks = duration(x, 1.0)
        if ticks < 0:
            m.counter(w)[FAULT] = TOO_LONG
            m.counter(w)[WHERE] = record["step"]
            return
        until = add_open(m.calendars(w), m.openings(w), record["calendar"], until, ticks)
    if until >= m.counter(w)[END]:
        return
    c = take_for_unborn(w, hi, lo, visit, index)
    if c < 0:
        return
    unborn = m.token(w)[c]
    unborn["spawn"] = s
    unborn["parent"] = parent["item"]
    m.items(w)[m.items(w)[parent["item"]]["root"]]["present"] += 1
    unborn["rank"] = parent["rank"]
    unborn["due"] = parent["due"]
    if record["waited"] >= 0:
        unborn["awaited_in"] = parent["awaited"]
    unborn["awaiter"] = t
    unborn["as_kind"] = record["waited"]
    unborn["family"] = parent["family"] if record["inherit_family"] == 1 else -1
    unborn["quantity"] = m.items(w)[parent["item"]]["quantity"]
    unborn["cls"] = -1
    if record["cls_row"] >= 0:
        unborn["cls"] = m.by_class(w)[record["cls_row"], parent["cls"]]
    schedule(w, m.shape(w)[TOKENS] + 2 * c, until, place(ARRIVAL_PHASE, order))
