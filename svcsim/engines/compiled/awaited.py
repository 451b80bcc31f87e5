"""Children that are waited for: the counterpart of `reference.awaited`.

A child notes the slot of the token that waits for it, and the number of that wait: a slot is used
again, and a number never.
"""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.events import schedule
from svcsim.engines.compiled.state import KINDS, N_AWAITED, N_DOOMED, NOW, TOKENS
from svcsim.model.arrays import NONE
from svcsim.world.order import Phase, place
from svcsim.world.rules import children_needed

TOKEN_PHASE = int(Phase.TOKEN)


@jit
def expect(w: int, t: int, s: int, children: int) -> None:
    """Let a token wait for enough of its children of one kind (44)."""
    token, record = m.token(w)[t], m.spawns(w)[s]
    needed = children_needed(children, record["need"], record["need_share"])
    if record["waited"] < 0 or needed == 0:
        return
    if token["awaited"] < 0:
        token["awaited"] = m.counter(w)[N_AWAITED]
        m.counter(w)[N_AWAITED] += 1
        token["missing"] = 0
        for kind in range(m.shape(w)[KINDS]):
            m.missing(w)[t * m.shape(w)[KINDS] + kind] = 0
    m.missing(w)[t * m.shape(w)[KINDS] + record["waited"]] = needed
    token["missing"] += 1


@jit
def left(w: int, home: int) -> None:
    """Count a child; with the last that is needed its parent goes on, in phase 1 (44)."""
    child = m.token(w)[home]
    if child["awaited_in"] < 0:
        return
    parent = m.token(w)[child["awaiter"]]
    place_ = child["awaiter"] * m.shape(w)[KINDS] + child["as_kind"]
    if parent["awaited"] != child["awaited_in"] or m.missing(w)[place_] == 0:
        return
    m.missing(w)[place_] -= 1
    if m.missing(w)[place_] > 0:
        return
    parent["missing"] -= 1
    if parent["missing"] == 0:
        parent["awaited"] = NONE
        parent["blame"] = child["item"]
        event = m.shape(w)[TOKENS] + 2 * child["awaiter"]
        schedule(w, event, m.counter(w)[NOW], place(TOKEN_PHASE, parent["token"]))


@inlined
def doom(w: int, t: int) -> None:
    """Note that a token waits no more: the children that it still needs are cancelled (42)."""
    token = m.token(w)[t]
    if token["awaited"] >= 0:
        n = m.counter(w)[N_DOOMED]
        m.doomed(w)[2 * n] = t
        m.doomed(w)[2 * n + 1] = token["awaited"]
        m.counter(w)[N_DOOMED] = n + 1
        token["awaited"] = NONE


@inlined
def is_needed(w: int, c: int, parent: int, awaited: int) -> bool:
    """Say whether what stands in a slot is a child for which a wait still stands."""
    child = m.token(w)[c]
    if child["awaited_in"] != awaited:
        return False
    return bool(m.missing(w)[parent * m.shape(w)[KINDS] + child["as_kind"]] > 0)
