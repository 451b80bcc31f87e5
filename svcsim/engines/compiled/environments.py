"""States of environments: the counterpart of `reference.environments` (semantics 69)."""

from svcsim._jit import jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.events import schedule
from svcsim.engines.compiled.looks import AROUND_STATE as STATE
from svcsim.engines.compiled.looks import set_bases
from svcsim.engines.compiled.state import FAULT, LOOKS, NOW, TOO_LONG, TRIGGERS, WHERE
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import Purpose
from svcsim.world.calendars import add_open
from svcsim.world.changes import sojourn
from svcsim.world.draws import uniform
from svcsim.world.order import Phase, environment_order, place
from svcsim.world.quantiles import choose, duration, quantile

SOJOURN, NEXT = int(Purpose.SOJOURN), int(Purpose.NEXT)
MODEL_PHASE = int(Phase.MODEL)
ORDINAL = 1


@jit
def enter_state(w: int, e: int, state: int) -> None:
    """Let the next sojourn of an environment begin, in a state."""
    environment, now = m.environments(w)[e], m.counter(w)[NOW]
    m.around(w)[e, STATE] = state
    m.around(w)[e, ORDINAL] += 1
    ordinal, record = m.around(w)[e, ORDINAL], m.states(w)[environment["first"] + state]
    u = uniform(m.key(w)[0], m.key(w)[1], ordinal, 0, environment["tag"], 0, SOJOURN, 0)
    x = quantile(m.distributions(w), m.pieces(w), m.tables(w), record["lasts"], u)
    ticks = duration(x, 1.0)
    if ticks < 0:
        m.counter(w)[FAULT] = TOO_LONG
        m.counter(w)[WHERE] = NONE
    until = add_open(m.calendars(w), m.openings(w), record["calendar"], now, sojourn(ticks))
    if until < NEVER:
        slot = m.shape(w)[LOOKS] + m.shape(w)[TRIGGERS] + e
        schedule(w, slot, until, place(MODEL_PHASE, environment_order(e)))


@jit
def state_ends(w: int, e: int) -> None:
    """Let the next state of an environment follow, and all factors be those of now."""
    environment, was = m.environments(w)[e], m.around(w)[e, STATE]
    record, ordinal = m.states(w)[environment["first"] + was], m.around(w)[e, ORDINAL]
    state = record["following"]
    if record["shares"] >= 0:
        u = uniform(m.key(w)[0], m.key(w)[1], ordinal, 0, environment["tag"], 0, NEXT, 0)
        state = choose(m.factors(w), record["shares"], environment["n"], u)
    enter_state(w, e, state)
    around(w, environment["first"] + was)
    around(w, environment["first"] + state)


@jit
def around(w: int, state: int) -> None:
    """Bring the factors up to date that a state changes."""
    set_bases(w, m.states(w)[state]["first_effect"], m.states(w)[state]["n_effects"])


@jit
def begin_environments(w: int) -> None:
    """Let every environment begin (69)."""
    for e in range(len(m.environments(w))):
        m.around(w)[e, ORDINAL] = NONE
        enter_state(w, e, m.environments(w)[e]["start"])
    for e in range(len(m.environments(w))):
        around(w, m.environments(w)[e]["first"] + m.around(w)[e, STATE])
