"""Approval on demand: the counterpart of `reference.carrier.Carrier.ask` (semantics 39)."""

import numpy as np

from svcsim._jit import jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.state import FAULT, NOW, TOO_LONG, WHERE
from svcsim.model.codes import Purpose
from svcsim.world.calendars import add_open
from svcsim.world.draws import uniform
from svcsim.world.quantiles import duration, quantile

REPLY, DELEGATE = int(Purpose.REPLY), int(Purpose.DELEGATE)


@jit
def decided_at(w: int, t: int, step: int, a: int) -> int:
    """Return the tick at which those who are asked now, or their delegate, have decided."""
    ask, now = m.asks(w)[a], m.counter(w)[NOW]
    replies = np.empty(ask["of"], np.int64)
    for sub in range(ask["of"]):
        reply, k = _answered(w, t, step, a, now, ask["reply_row"], REPLY, sub), sub
        while k > 0 and replies[k - 1] > reply:
            replies[k] = replies[k - 1]
            k -= 1
        replies[k] = reply
    until = replies[ask["answers"] - 1]
    if ask["after"] >= 0:
        asked = add_open(m.calendars(w), m.openings(w), ask["calendar"], now, ask["after"])
        if asked < until:
            until = min(until, _answered(w, t, step, a, asked, ask["delegate_row"], DELEGATE, 0))
    return int(until)


@jit
def _answered(
    w: int, t: int, step: int, a: int, begin: int, row: int, purpose: int, sub: int
) -> int:
    """Return the tick at which somebody answers who is asked at `begin`."""
    token, k0, k1 = m.token(w)[t], m.key(w)[0], m.key(w)[1]
    tag = m.steps(w)[step]["tag"]
    u = uniform(k0, k1, token["hi"], token["lo"], tag, token["nth"], purpose, sub)
    drawn = m.by_class(w)[row, token["cls"]]
    ticks = duration(quantile(m.distributions(w), m.pieces(w), m.tables(w), drawn, u), 1.0)
    if ticks < 0:
        m.counter(w)[FAULT] = TOO_LONG
        m.counter(w)[WHERE] = step
    return add_open(m.calendars(w), m.openings(w), m.asks(w)[a]["calendar"], begin, ticks)
