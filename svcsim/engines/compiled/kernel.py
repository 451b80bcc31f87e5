"""The loop: take the next event, let it happen, carry the tokens that it moves, dispatch."""

from svcsim._jit import entry, inlined, jit, rare
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.attendance import sitting_happens
from svcsim.engines.compiled.carrier import advance
from svcsim.engines.compiled.cell import dispatch
from svcsim.engines.compiled.changes import effect_changes
from svcsim.engines.compiled.demand import arrive, birth, make, next_arrival
from svcsim.engines.compiled.environments import begin_environments, state_ends
from svcsim.engines.compiled.events import SLOT, TICK, cancel, carry, escalates_no_more
from svcsim.engines.compiled.features import (
    HAS_CHANGES,
    HAS_CHILDREN,
    HAS_ESCALATION,
    HAS_GATES,
    HAS_LEARNING,
    HAS_LIMITS,
    HAS_NOTICES,
    HAS_WINDOWS,
)
from svcsim.engines.compiled.handing_over import (
    hand_all_over,
    hand_over,
    hand_rest_over,
    n_given,
)
from svcsim.engines.compiled.learning import was_done
from svcsim.engines.compiled.looks import look, schedule_look
from svcsim.engines.compiled.people import schedule_staffing
from svcsim.engines.compiled.queues import cell_of_token_changed, leave_queues, write_wait
from svcsim.engines.compiled.record import wait_over
from svcsim.engines.compiled.slots import give_slot_back
from svcsim.engines.compiled.staffing import (
    change_blocks,
    schedule_window,
    window_changes,
)
from svcsim.engines.compiled.state import (
    AWAITING,
    CARRIED,
    CHANGES,
    DELAYED,
    DROPPED,
    END,
    FAULT,
    GATES,
    GONE,
    GROUPS,
    GUARDS,
    HAPPENED,
    HAS_BEGUN,
    HAS_ENDED,
    HOME,
    LIMITS,
    LOOKS,
    N_CARRIED,
    N_DUE,
    N_EVENTS,
    NOW,
    PAUSED,
    PAUSES_AT,
    QUEUED,
    ROOT,
    SOUND,
    SOURCES,
    STORM,
    TOKENS,
    TRIGGERS,
    UNBORN,
    WORKING,
)
from svcsim.engines.compiled.token import escalate
from svcsim.engines.compiled.waiting import decide, give_places, next_sitting
from svcsim.engines.compiled.working import write_slice
from svcsim.model.arrays import NEVER
from svcsim.world.order import EVENTS_PER_TICK


@entry
def run(address: int) -> None:
    """Run a model that may use every feature."""
    _run_on(m.full(address))


@entry
def run_core(address: int) -> None:
    """Run a model that uses none of the features."""
    _run_on(m.core(address))


@inlined
def _run_on(w: int) -> None:
    """Let everything due before the end happen, then close what is open (7).

    A run that has handed over enough pauses before the next tick; called again, it goes on.
    """
    if m.counter(w)[HAS_BEGUN] == 0:
        _begin(w)
    while m.counter(w)[FAULT] == SOUND and m.counter(w)[HAS_ENDED] == 0:
        slot, tick = -1, m.counter(w)[END]
        if m.counter(w)[N_EVENTS] > 0:
            slot = m.heap(w)[ROOT, SLOT]
            tick = m.heap(w)[ROOT, TICK]
        if m.counter(w)[N_DUE] > 0 and tick > m.counter(w)[NOW]:
            dispatch_next(w)
        elif tick >= m.counter(w)[END]:
            clip(w)
            m.counter(w)[HAS_ENDED] = 1
        else:
            if tick > m.counter(w)[NOW]:
                if m.counter(w)[GONE] >= 0 and m.counter(w)[PAUSES_AT] < NEVER and not goes_on(w):
                    return
                m.counter(w)[NOW] = tick
                m.counter(w)[HAPPENED] = 0
            cancel(w, slot)
            happen(w, slot)
        for k in range(m.counter(w)[N_CARRIED]):
            go_on(w, m.carried(w)[k])
        m.counter(w)[N_CARRIED] = 0
        m.counter(w)[HAPPENED] += 1
        if m.counter(w)[HAPPENED] > EVENTS_PER_TICK:
            m.counter(w)[FAULT] = STORM
    if m.counter(w)[FAULT] == SOUND:
        if m.counter(w)[PAUSES_AT] < NEVER:
            hand_rest_over(w)
        else:
            hand_all_over(w)


@rare
def goes_on(w: int) -> bool:
    """Hand over who has left, and say whether the run goes on, or pauses before the next tick."""
    hand_over(w)
    if m.counter(w)[FAULT] == SOUND and n_given(w) >= m.counter(w)[PAUSES_AT]:
        m.counter(w)[FAULT] = PAUSED
    return bool(m.counter(w)[FAULT] == SOUND)


@rare
def _begin(w: int) -> None:
    """Schedule whatever comes first of each kind."""
    m.counter(w)[HAS_BEGUN] = 1
    for k in range(m.shape(w)[SOURCES]):
        next_arrival(w, k, 0)
    if HAS_GATES:
        for gate in range(m.shape(w)[GATES]):
            next_sitting(w, gate)
    for group in range(m.shape(w)[GROUPS]):
        schedule_staffing(w, group, 0)
    if HAS_WINDOWS:
        for calendar in range(len(m.calendars(w))):
            if _is_window(w, calendar):
                schedule_window(w, calendar, 0)
    if HAS_CHANGES:
        for trigger in range(m.shape(w)[TRIGGERS]):
            schedule_look(w, trigger, 0)
        begin_environments(w)


@jit
def _is_window(w: int, calendar: int) -> bool:
    for k in range(len(m.seizes(w))):
        if m.seizes(w)[k]["window"] == calendar:
            return True
    return False


@jit
def dispatch_next(w: int) -> None:
    """Dispatch the first limit or cell that is due (8, 9)."""
    order = 0
    while m.due(w)[order] == 0:
        order += 1
    m.due(w)[order] = 0
    m.counter(w)[N_DUE] -= 1
    if HAS_LIMITS and order < m.shape(w)[LIMITS]:
        give_places(w, m.by_order(w)[order])
    else:
        dispatch(w, m.by_order(w)[order])


@inlined
def go_on(w: int, t: int) -> None:
    """Carry a token, unless one before it has cancelled it (42)."""
    if m.token(w)[t]["doing"] == CARRIED:
        advance(w, t)
    elif m.token(w)[t]["doing"] == DROPPED:
        give_slot_back(w, t)


@jit
def happen(w: int, slot: int) -> None:
    """Let an event happen: what it is follows from its slot."""
    gates = m.shape(w)[SOURCES]
    groups = gates + m.shape(w)[GATES]
    windows = groups + m.shape(w)[GROUPS]
    sittings = windows + len(m.calendars(w))
    looks = m.shape(w)[LOOKS]
    environments = looks + m.shape(w)[TRIGGERS]
    if HAS_CHANGES and slot >= m.shape(w)[CHANGES]:
        i = slot - m.shape(w)[CHANGES]
        if m.change(w)[i]["effect"] < 0:
            make(w, i)
        else:
            effect_changes(w, i)
    elif HAS_ESCALATION and slot >= m.shape(w)[GUARDS]:
        escalate(w, slot - m.shape(w)[GUARDS])
    elif slot >= m.shape(w)[TOKENS]:
        t, guard = (slot - m.shape(w)[TOKENS]) >> 1, (slot - m.shape(w)[TOKENS]) & 1
        token = m.token(w)[t]
        if (HAS_CHILDREN or HAS_NOTICES) and token["doing"] == UNBORN:
            birth(w, t)
            return
        if guard == 1:
            leave_queues(w, t)
            cell_of_token_changed(w, t)
            escalates_no_more(w, t)
            token["pc"] = token["gives_up_to"]
        elif token["doing"] == DELAYED or token["doing"] == AWAITING:
            wait_over(w, t, m.counter(w)[NOW])
        elif token["doing"] == WORKING:
            write_slice(w, t, m.counter(w)[NOW], True)
            if HAS_LEARNING:
                was_done(w, t)
            token["pc"] = m.ops(w)[token["pc"]]["next"]
        carry(w, t)
    elif slot < gates:
        arrive(w, slot)
        next_arrival(w, slot, m.counter(w)[NOW])
    elif HAS_GATES and slot < groups:
        gate = slot - gates
        decide(w, gate)
        next_sitting(w, gate)
    elif slot < windows:
        change_blocks(w, slot - groups)
    elif HAS_WINDOWS and slot < sittings:
        window_changes(w, slot - windows)
    elif HAS_GATES and slot < looks:
        sitting_happens(w, slot)
    elif HAS_CHANGES and slot < environments:
        look(w, slot - looks)
    elif HAS_CHANGES:
        state_ends(w, slot - environments)


@rare
def clip(w: int) -> None:
    """Write down what is still going on at the end (7)."""
    for t in range(len(m.token(w))):
        token = m.token(w)[t]
        if token["item"] < 0 or token["doing"] == HOME:
            continue
        if token["doing"] == WORKING:
            write_slice(w, t, m.counter(w)[END], False)
        elif token["doing"] == QUEUED:
            write_wait(w, t, m.counter(w)[END])
        else:
            wait_over(w, t, m.counter(w)[END])
