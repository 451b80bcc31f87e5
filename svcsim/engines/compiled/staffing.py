"""When people are there: the counterpart of `reference.staffing`."""

from svcsim._jit import inlined, jit, rare
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.events import schedule
from svcsim.engines.compiled.features import HAS_CALLS, HAS_UNLIMITED
from svcsim.engines.compiled.interruption import all_leave, person_leaves
from svcsim.engines.compiled.lines import token_at_work
from svcsim.engines.compiled.people import appear, gives, is_free, schedule_staffing
from svcsim.engines.compiled.queues import cell_changed
from svcsim.engines.compiled.state import GATES, GROUPS, MANY, NOW, SOURCES
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Purpose
from svcsim.world.calendars import never_closes, next_edge, opening_at
from svcsim.world.draws import uniform
from svcsim.world.order import Phase, place
from svcsim.world.rules import stays_after_shift
from svcsim.world.staffing import block_length, first_after, next_staffing, present

STAFFING_PHASE, LEAVE = int(Phase.STAFFING), int(Purpose.LEAVE)
WINDOWS = 1 << 20
"""Windows change after groups at one tick."""


@rare
def schedule_window(w: int, calendar: int, tick: int) -> None:
    """Schedule an opening or closing of a window."""
    if tick < NEVER:
        slot = m.shape(w)[SOURCES] + m.shape(w)[GATES] + m.shape(w)[GROUPS] + calendar
        schedule(w, slot, tick, place(STAFFING_PHASE, WINDOWS + calendar))


@rare
def change(w: int, g: int) -> None:
    """Bring all people on shift up to date, and see to the next change (14 to 16)."""
    now, group, state = m.counter(w)[NOW], m.groups(w)[g], m.group(w)[g]
    k = opening_at(m.calendars(w), m.openings(w), group["calendar"], now)
    open_now = k >= 0 or never_closes(m.calendars(w), group["calendar"])
    resting, edge = 0, NEVER
    if HAS_CALLS and state["backs"] == 1:
        resting, edge = rests(w, g, now)
    if HAS_UNLIMITED and m.pools(w)[group["pool"]]["unlimited"] == 1:
        change_unlimited(w, group["pool"], open_now)
    state["shift"] = k
    for p in range(state["first_person"], state["first_person"] + state["people"]):
        person = m.person(w)[p]
        there = open_now and now >= person["away"]
        there = there and person["number"] <= group["people"] - resting
        there = there and on_shift(w, g, p, k)
        come_or_leave(w, g, p, there)
    _changed(w, g, edge)


@rare
def change_blocks(w: int, g: int) -> None:
    """Bring those up to date who alone change within a shift: whose block ends or begins now."""
    now, group, state = m.counter(w)[NOW], m.groups(w)[g], m.group(w)[g]
    k = state["shift"]
    if k < 0 or state["backs"] == 1 or now >= m.openings(w)[k]["closes"]:
        change(w, g)
        return
    opens, closes, people = m.openings(w)[k]["opens"], m.openings(w)[k]["closes"], group["people"]
    for begins in range(2):  # whose block ends come first: the starts ascend with the person
        tick = now if begins == 1 else now - block_length(opens, closes, group["day"])
        first = first_after(opens, closes, people, group["day"], tick - 1)
        last = first_after(opens, closes, people, group["day"], tick)
        for p in range(state["first_person"] + first - 1, state["first_person"] + last - 1):
            there = now >= m.person(w)[p]["away"] and on_shift(w, g, p, k)
            come_or_leave(w, g, p, there)
    _changed(w, g, NEVER)


@inlined
def come_or_leave(w: int, g: int, p: int, there: bool) -> None:
    """Let a person be there or not; who leaves stops working, or stays (34)."""
    person = m.person(w)[p]
    if there and person["present"] == 0:
        person["present"] = 1
        appear(w, g, 1)
        if person["work"] < 0:
            is_free(w, g, p)
        elif person["overtime"] == 1:
            person["overtime"] = 0
            m.token(w)[person["work"]]["overtime"] -= 1
    elif not there and person["present"] == 1:
        person["present"] = 0
        appear(w, g, -1)
        work = person["work"]
        if work < 0:
            gives(w, g, -1)
        elif stays_after_shift(m.pools(w)[person["pool"]]["shift_end"]):
            person["overtime"] = 1
            m.token(w)[work]["overtime"] += 1
        else:
            person_leaves(w, work, p)


@inlined
def _changed(w: int, g: int, edge: int) -> None:
    """Dispatch the cell, and schedule the next change."""
    group = m.groups(w)[g]
    cell_changed(w, group["pool"])
    later = next_staffing(m.calendars(w), m.openings(w), m.groups(w), g, m.counter(w)[NOW])
    schedule_staffing(w, g, min(edge, later))


@jit
def rests(w: int, g: int, now: int) -> tuple[int, int]:
    """Return how many rests take people from a group, and when the first of them is over (19)."""
    resting, edge = 0, NEVER
    for other in range(len(m.groups(w))):
        if m.groups(w)[other]["rests"] == g:
            group = m.group(w)[other]
            for p in range(group["first_person"], group["first_person"] + group["people"]):
                until = m.person(w)[p]["rests_until"]
                if until > now:
                    resting += 1
                    edge = min(edge, until)
    return resting, edge


@rare
def change_unlimited(w: int, pool: int, open_now: bool) -> None:
    """Open or close a pool in which nobody ever waits for a person."""
    state = m.pool(w)[pool]
    was_open = state["on_shift"] == 1
    state["on_shift"] = 1 if open_now else 0
    state["available"] = MANY if open_now else 0
    state["changed"] = 1
    if open_now == was_open:
        return
    node = state["first_working"]
    while node >= 0:
        after = m.at_work(w)[node, 0]
        t = token_at_work(w, node)
        if open_now:
            m.token(w)[t]["overtime"] -= 1
        elif stays_after_shift(m.pools(w)[pool]["shift_end"]):
            m.token(w)[t]["overtime"] += 1
        else:
            all_leave(w, t, pool)
        node = after


@inlined
def on_shift(w: int, g: int, p: int, k: int) -> bool:
    """Say whether a person is not on leave for shift k, nor absent for a block of it (16)."""
    group, person = m.groups(w)[g], m.person(w)[p]
    if k < 0:
        return True
    opening = m.openings(w)[k]
    if group["leave"] > 0 and person["leave_known"] != k:
        date = opening["date"] & 0xFFFFFFFF
        number = person["number"]
        u = uniform(m.key(w)[0], m.key(w)[1], number, date, group["tag"], 0, LEAVE, 0)
        person["leave_known"] = k
        person["on_leave"] = 1 if u < group["leave"] else 0
    if group["leave"] > 0 and person["on_leave"] == 1:
        return False
    return present(
        opening["opens"],
        opening["closes"],
        person["number"],
        group["people"],
        group["day"],
        0.0,
        1.0,
        m.counter(w)[NOW],
    )


@rare
def window_changes(w: int, calendar: int) -> None:
    """Tell the cells whose work may run only in a window that it opens or closes (40)."""
    for k in range(len(m.seizes(w))):
        if m.seizes(w)[k]["window"] == calendar:
            first = m.alternatives(w)[m.seizes(w)[k]["first"]]["first"]
            cell_changed(w, m.needs(w)[first]["pool"])
    schedule_window(
        w, calendar, next_edge(m.calendars(w), m.openings(w), calendar, m.counter(w)[NOW])
    )
