"""How often steps have been done, and what they have learned of it; see `reference.learning`."""

from svcsim._jit import rare
from svcsim.engines.compiled import memory as m
from svcsim.world.learning import learned


@rare
def learn(w: int, t: int) -> None:
    """Let work that first starts take as long as its step has learned to take (74)."""
    token = m.token(w)[t]
    token["fresh"] = 0
    op = m.ops(w)[token["pc"]]
    if op["a"] >= 0:
        done = m.times_done(w)[op["step"]]
        token["drawn"] = learned(m.lessons(w), op["a"], op["b"], done, token["drawn"])
        token["remaining"] = token["drawn"]


@rare
def was_done(w: int, t: int) -> None:
    """Count work that is done at a step that learns."""
    op = m.ops(w)[m.token(w)[t]["pc"]]
    if op["a"] >= 0:
        m.times_done(w)[op["step"]] += 1
