"""People who are called out, and rest after a long call (19)."""

from svcsim._jit import jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.features import HAS_CALLS, HAS_RESERVATIONS
from svcsim.engines.compiled.people import gives, is_free, schedule_staffing
from svcsim.engines.compiled.state import CALLS, FAULT, NOW, TOO_LONG, WHERE
from svcsim.model.codes import Purpose
from svcsim.world.draws import uniform
from svcsim.world.quantiles import duration, quantile

CALL_OUT = int(Purpose.CALL_OUT)


@jit
def call_out(w: int, t: int, joins: bool) -> int:
    """Return how long it takes until those who are called out can begin (19).

    They are all who work on a token, or the last of them, who joins the others.
    """
    token, longest, u = m.token(w)[t], 0, -1.0
    p = token["first_person"] if m.shape(w)[CALLS] == 1 else -1
    while p >= 0:
        law = m.groups(w)[m.person(w)[p]["group"]]["call_out"]
        if law >= 0:
            if u < 0:
                u = _uniform(w, t)
            ticks = duration(quantile(m.distributions(w), m.pieces(w), m.tables(w), law, u), 1.0)
            if ticks < 0:
                m.counter(w)[FAULT] = TOO_LONG
                m.counter(w)[WHERE] = token["step"]
                return 0
            longest = max(longest, ticks)
        p = -1 if joins else m.person(w)[p]["next"]
    token["starts"] += 1
    p = token["first_person"] if longest > 0 else -1
    while p >= 0:
        m.person(w)[p]["called"] = longest
        p = -1 if joins else m.person(w)[p]["next"]
    return int(longest)


@jit
def _uniform(w: int, t: int) -> float:
    """Return the random number of a start: the address is the request and its starts so far."""
    token = m.token(w)[t]
    tag, start = m.steps(w)[token["step"]]["tag"], token["starts"] & 255
    return uniform(
        m.key(w)[0], m.key(w)[1], token["hi"], token["lo"], tag, token["nth"], CALL_OUT, start
    )


@jit
def give_back(w: int, p: int) -> None:
    """Let a person go, to rest after a long call (19)."""
    person, now = m.person(w)[p], m.counter(w)[NOW]
    group = m.groups(w)[person["group"]]
    if HAS_RESERVATIONS:
        m.pool(w)[person["pool"]]["inside"] -= person["inside"]
    person["work"] = -1
    person["overtime"] = 0
    person["freed"] = now
    if person["present"] == 1:
        is_free(w, person["group"], p)
    else:
        gives(w, person["group"], 0)  # nobody, but who is at work has changed
    if HAS_CALLS and group["rests"] >= 0 and now - person["held_since"] > group["rest_after"]:
        person["rests_until"] = now + group["rest"]
        schedule_staffing(w, group["rests"], now)
