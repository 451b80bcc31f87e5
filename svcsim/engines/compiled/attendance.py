"""Attendance: the counterpart of `reference.attendance` (semantics 38).

Behind the events of calendars there are one of each gate, at which people go to its sitting, and
one of each group, at which the first of them come back.
"""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.events import cancel, schedule
from svcsim.engines.compiled.interruption import person_leaves
from svcsim.engines.compiled.people import appear, gives
from svcsim.engines.compiled.queues import cell_changed
from svcsim.engines.compiled.record import append, room
from svcsim.engines.compiled.staffing import change
from svcsim.engines.compiled.state import (
    END,
    FAULT,
    FULL_ATTENDANCE,
    FULL_TOKENS,
    GATES,
    GROUPS,
    HEARD_AT,
    LOOKS,
    N_ATTENDANCE,
    N_HEARD,
    NOW,
    TOO_LONG,
    WHERE,
)
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Purpose
from svcsim.world.draws import uniform
from svcsim.world.order import Phase, back_order, off_order, place
from svcsim.world.quantiles import duration, quantile
from svcsim.world.rules import stays_after_shift, visit_factor

WORK, STAFFING = int(Purpose.WORK), int(Phase.STAFFING)


@inlined
def _first_slot(w: int) -> int:
    """Return the slot of the first gate's event."""
    return int(m.shape(w)[LOOKS] - m.shape(w)[GATES] - m.shape(w)[GROUPS])


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
    heard["life"] = token["life"]
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
        first = m.pools(w)[pool]["first"]
        for j in range(first + m.pools(w)[pool]["n_groups"] - 1, first - 1, -1):
            g = m.pool_groups(w)[j]
            if m.groups(w)[g]["pool"] == pool and m.groups(w)[g]["on_call"] == 0:
                left = _send(w, gate, pool, g, left, until)


@inlined
def _comes(w: int, p: int) -> bool:
    """Say whether somebody leaves what they do; who would stay after a shift does not."""
    person = m.person(w)[p]
    if person["work"] < 0:
        return True
    return not stays_after_shift(m.pools(w)[person["pool"]]["shift_end"])


@jit
def _send(w: int, gate: int, pool: int, g: int, left: int, until: int) -> int:
    """Send people of a group, so many or everybody; return how many are left to send."""
    state, someone = m.group(w)[g], False
    p = state["first_person"] + state["people"] - 1
    while p >= state["first_person"] and left != 0:
        person = m.person(w)[p]
        if person["present"] == 1 and _comes(w, p):
            left -= 1
            someone = True
            person["present"] = 0
            person["away"] = until
            appear(w, g, -1)
            _write(w, gate, pool, g, person["number"])
            if person["work"] < 0:
                gives(w, g, -1)
            else:
                person_leaves(w, person["work"], p)
        p -= 1
    if someone:
        cell_changed(w, pool)
        _schedule_back(w, g)
    return int(left)


@jit
def _schedule_back(w: int, g: int) -> None:
    """Schedule when the next of a group's people come back."""
    slot = _first_slot(w) + m.shape(w)[GATES] + g
    cancel(w, slot)
    state, earliest = m.group(w)[g], NEVER
    for p in range(state["first_person"], state["first_person"] + state["people"]):
        if m.person(w)[p]["away"] > m.counter(w)[NOW]:
            earliest = min(earliest, m.person(w)[p]["away"])
    if earliest < NEVER:
        schedule(w, slot, earliest, place(STAFFING, back_order(m.groups(w)[g]["order"])))


@jit
def sitting_happens(w: int, slot: int) -> None:
    """Let people go to a sitting, or come back from one."""
    k = slot - _first_slot(w)
    if k < m.shape(w)[GATES]:
        attend(w, k)
    else:
        change(w, k - m.shape(w)[GATES])
        _schedule_back(w, k - m.shape(w)[GATES])


@jit
def _write(w: int, gate: int, pool: int, g: int, person: int) -> None:
    """Write down what somebody hears, one item after the other, up to the end of the run."""
    meeting, sitting = m.meeting(w)[gate], m.counter(w)[NOW]
    begin = sitting
    for k in range(meeting["first"], meeting["first"] + meeting["n"]):
        heard = m.heard(w)[k]
        end = min(begin + heard["ticks"], m.counter(w)[END])
        if end > begin:
            n = room(w, m.attendance(w), m.after_attendance(w), N_ATTENDANCE, FULL_ATTENDANCE)
            if n < 0:
                return
            row, life = m.attendance(w)[n], m.lives(w)[heard["life"]]
            first, last = life["first_attendance"], life["last_attendance"]
            life["first_attendance"] = append(m.after_attendance(w), first, last, n)
            life["last_attendance"] = n
            row["step"] = heard["step"]
            row["visit"] = heard["visit"]
            row["sitting"] = sitting
            row["pool"] = pool
            row["group"] = g
            row["person"] = person
            row["begin"] = begin
            row["end"] = end
        begin += heard["ticks"]
