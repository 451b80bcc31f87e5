"""Attendance: the counterpart of `reference.attendance` (semantics 38).

Behind the events of calendars there are one of each gate, at which people go to its sitting, and
one of each pool, at which the first of them come back.
"""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.cell import cell_changed, shift_ends
from svcsim.engines.compiled.events import cancel, schedule
from svcsim.engines.compiled.staffing import update
from svcsim.engines.compiled.state import (
    END,
    FAULT,
    FULL_ATTENDANCE,
    FULL_TOKENS,
    GATES,
    HEARD_AT,
    N_ATTENDANCE,
    N_HEARD,
    NOW,
    POOLS,
    TOKENS,
    TOO_LONG,
    WHERE,
)
from svcsim.model.arrays import NEVER, Purpose
from svcsim.world.draws import uniform
from svcsim.world.order import Phase, back_order, off_order, place
from svcsim.world.quantiles import duration, quantile
from svcsim.world.rules import stays_after_shift, visit_factor

WORK, STAFFING = int(Purpose.WORK), int(Phase.STAFFING)


@inlined
def _first_slot(w: int) -> int:
    """Return the slot of the first gate's event."""
    return int(m.shape(w)[TOKENS] - m.shape(w)[GATES] - m.shape(w)[POOLS])


@jit
def sits(w: int, gate: int) -> None:
    """Begin to hear what is on the agenda."""
    if m.counter(w)[HEARD_AT] != m.counter(w)[NOW]:
        m.counter(w)[HEARD_AT] = m.counter(w)[NOW]
        m.counter(w)[N_HEARD] = 0
    meeting = m.meeting(w)[gate]
    meeting["first"] = m.counter(w)[N_HEARD]
    meeting["n"] = meeting["ticks"] = 0


@jit
def hear(w: int, t: int, gate: int, step: int) -> None:
    """Draw the time that an item takes of everybody, as it is heard."""
    if m.gates(w)[gate]["n_seats"] == 0:
        return
    n = m.counter(w)[N_HEARD]
    if n == len(m.heard(w)):
        m.counter(w)[FAULT] = FULL_TOKENS
        return
    token, record = m.token(w)[t], m.steps(w)[step]
    visit, sub, k0, k1 = token["nth"], token["hearings"] & 255, m.key(w)[0], m.key(w)[1]
    u = uniform(k0, k1, token["hi"], token["lo"], record["tag"], visit, WORK, sub)
    drawn = m.by_class(w)[m.gates(w)[gate]["touch_row"], token["cls"]]
    f = visit_factor(record["repeat"], record["n_repeat"], visit)
    factor = m.factors(w)[f] if f >= 0 else 1.0
    ticks = duration(quantile(m.distributions(w), m.pieces(w), m.tables(w), drawn, u), factor)
    if ticks < 0:
        m.counter(w)[FAULT] = TOO_LONG
        m.counter(w)[WHERE] = step
        return
    m.counter(w)[N_HEARD] = n + 1
    m.meeting(w)[gate]["n"] += 1
    m.meeting(w)[gate]["ticks"] += ticks
    heard = m.heard(w)[n]
    heard["item"] = token["item"]
    heard["token"] = token["token"]
    heard["step"] = step
    heard["visit"] = visit
    heard["ticks"] = ticks


@jit
def call_together(w: int, gate: int) -> None:
    """Call the people together, when everything is decided."""
    if m.meeting(w)[gate]["ticks"] > 0:
        order = off_order(m.gates(w)[gate]["order"])
        schedule(w, _first_slot(w) + gate, m.counter(w)[NOW], place(STAFFING, order))


@jit
def attend(w: int, gate: int) -> None:
    """Take the highest numbers off their pools until all items are through."""
    record, until = m.gates(w)[gate], m.counter(w)[NOW] + m.meeting(w)[gate]["ticks"]
    for k in range(record["first_seat"], record["first_seat"] + record["n_seats"]):
        pool, left = m.seats(w)[k]["pool"], m.seats(w)[k]["number"]
        state = m.pool(w)[pool]
        someone = False
        stays = stays_after_shift(m.pools(w)[pool]["shift_end"])
        p = state["first_person"] + state["people"] - 1
        while p >= state["first_person"] and left != 0:
            person = m.person(w)[p]
            if person["present"] == 1 and (person["work"] < 0 or not stays):
                left -= 1
                someone = True
                person["present"] = 0
                person["away"] = until
                state["on_shift"] -= 1
                _write(w, gate, pool, person["number"])
                if person["work"] < 0:
                    state["available"] -= 1
                else:
                    shift_ends(w, person["work"], pool)
            p -= 1
        if someone:
            cell_changed(w, pool)
            _schedule_back(w, pool)


@jit
def _schedule_back(w: int, pool: int) -> None:
    """Schedule when the next of a pool's people come back."""
    slot = _first_slot(w) + m.shape(w)[GATES] + pool
    cancel(w, slot)
    state, earliest = m.pool(w)[pool], NEVER
    for p in range(state["first_person"], state["first_person"] + state["people"]):
        if m.person(w)[p]["away"] > m.counter(w)[NOW]:
            earliest = min(earliest, m.person(w)[p]["away"])
    if earliest < NEVER:
        schedule(w, slot, earliest, place(STAFFING, back_order(m.pools(w)[pool]["order"])))


@jit
def sitting_happens(w: int, slot: int) -> None:
    """Let people go to a sitting, or come back from one."""
    k = slot - _first_slot(w)
    if k < m.shape(w)[GATES]:
        attend(w, k)
    else:
        update(w, k - m.shape(w)[GATES])
        _schedule_back(w, k - m.shape(w)[GATES])


@jit
def _write(w: int, gate: int, pool: int, person: int) -> None:
    """Write down what somebody hears, one item after the other, up to the end of the run."""
    meeting, sitting = m.meeting(w)[gate], m.counter(w)[NOW]
    begin = sitting
    for k in range(meeting["first"], meeting["first"] + meeting["n"]):
        heard = m.heard(w)[k]
        end = min(begin + heard["ticks"], m.counter(w)[END])
        if end > begin:
            n = m.counter(w)[N_ATTENDANCE]
            if n == len(m.attendance(w)):
                m.counter(w)[FAULT] = FULL_ATTENDANCE
                return
            m.counter(w)[N_ATTENDANCE] = n + 1
            row = m.attendance(w)[n]
            row["item"] = heard["item"]
            row["token"] = heard["token"]
            row["step"] = heard["step"]
            row["visit"] = heard["visit"]
            row["sitting"] = sitting
            row["pool"] = pool
            row["person"] = person
            row["begin"] = begin
            row["end"] = end
        begin += heard["ticks"]
