"""The state of one replication as arrays, reused from one replication to the next.

Tokens live in slots that are reused when an item leaves; a slot is never a name. Everything that
waits for its turn stands in a *line*: the queue of a pool, the waiting items of a limit, the
submissions of a gate. Everything that has a tick stands in the event list.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.engines.compiled.shortcuts import expected_work, know_pools, simple_seizes
from svcsim.model.arrays import NEVER, NONE, Integers, Model, Records, record
from svcsim.model.codes import Arrivals
from svcsim.model.trajectory import ATTENDANCE, ITEM, PRESENCE, ROW, VISIT
from svcsim.model.trajectory import TOKEN as LIFE

# What a token is doing.
(
    DELAYED, QUEUED, WORKING, SUBMITTED, OUTSIDE, UNBORN, BEGINS, CARRIED, HOME, DROPPED, AWAITING,
) = range(11)  # fmt: skip
"""BEGINS: will be carried in phase 1 of this tick. CARRIED: is carried next. HOME: its strand is
over, and it keeps what the tokens of the item share. DROPPED: cancelled before it was carried.
AWAITING: waits for children."""

# Places in `State.counter`.
(
    N_ITEMS, N_VISITS, N_ROWS, N_PRESENCE, N_REQUESTS, N_FREE, N_EVENTS, N_DUE, N_CARRIED, NOW,
    HAPPENED, FAULT, WHERE, END, N_NUMBERS, N_LIVES, N_STARTS, N_HEARD, HEARD_AT, N_ATTENDANCE,
    N_AWAITED, N_DOOMED, N_CHANGES, N_MARKS, HAS_BEGUN, PAUSES_AT, N_COUNTS,
) = range(27)  # fmt: skip
"""PAUSES_AT: a run that has so many rows pauses before the next tick."""

# Faults: a table that is too small (the replication starts again with a larger one), or an error.
# Or no fault: the run has paused.
(
    SOUND, FULL_TOKENS, FULL_ITEMS, FULL_VISITS, FULL_ROWS, FULL_PRESENCE, FULL_LIVES, TOO_LONG,
    STORM, FULL_ATTENDANCE, FULL_CHANGES, FULL_MARKS, PAUSED,
) = range(13)  # fmt: skip

MANY = 1 << 40
"""People available in an unlimited pool that is open."""


TOKEN = record(
    "doing", "item", "pc", "step", "visit", "stream", "cls", "home",
    "seize", "number", "since", "rank", "bound", "cause", "cause_since", "blame",
    "only", "preempts", "due", "remaining", "setup", "drawn", "wait_begin", "started",
    "chosen", "first_person", "slice_begin", "called", "nth_start", "overtime", "starts", "team",
    "hi", "lo", "nth", "token", "n_rows", "kind", "begin", "patience",
    "gate", "unavailability", "policy", "prioritisation", "strand", "life", "alive", "begun",
    "done", "passed", "back", "ran", "gives_up_to", "hearings", "limit", "children",
    "repeats", "parent", "spawn", "came", "worked", "awaited", "missing", "awaited_in",
    "awaiter", "as_kind", "escalates_to", "unless_started", "family", "efficiency",
    "expected", "escapes_to", "beside", "counts",
)  # fmt: skip
"""A token: see `reference.token.Token` and `reference.pool.Request`. home: the slot of the item's
first token, where the item's own numbers stand: `entries`, `places`, `at_strand`, alive (tokens),
begun, done, passed, back and ran (strands as bits). nth: which visit to its step this is. life: its
row in `lives`, or -1. Of a child that is still to come: parent, spawn, its class if that is known,
rank, due date and family of the parent, hearings (the visit) and only (its index). awaited: the
number of the wait for children, or -1; missing: how many kinds of them are still needed. Of a
child, at its home: awaited_in: the wait in which it is needed (-1: in none), awaiter: the slot of
the token that waits, as_kind: which kind of child it is. beside: the next token in its strand, or
-1; counts: the slot at which its visits are counted, its home or, of an instance, its own. What is
read together stands together: each line above is one of the processor's cache."""

POOL_STATE = record(
    "available", "on_shift", "preempting", "first_working", "last_working", "picks",
    "general", "owned", "apart", "timely", "late", "plain", "stale", "was_closed", "top",
    "top_was", "blamed", "collecting", "kept", "collector", "inside",
)  # fmt: skip
"""available, on_shift: people of all groups that serve the pool. preempting, collecting: requests
in the queue that may preempt, or collect. kept: available people who are kept for one request, that
of the token `collector`. inside: people at work on what some are reserved for. general: 1 if all
groups that serve it do the work of every stream; owned: 1 if some of them alone may resume what
they paused; apart: 1 if they serve no other pool. timely: 1 if work may start at any time of a
shift. late: 1 if people may join work in it that has begun.

A plain pool is alone in its cell, first in first out, and its work takes one person, with neither
windows nor alternatives. There the cause of a wait follows from two facts, so that only changes of
them are looked at (see `cell.note_causes`): whether anybody is on shift (was_closed: not at the
last dispatch), and the largest request number at work (top; top_was: at the last dispatch).
stale: 1 if work was interrupted since. blamed: item of the request that started first, as of the
last dispatch."""

GROUP_STATE = record(
    "first_person", "people", "available", "on_shift", "kept", "backs", "lowest", "shift"
)
"""People are a stretch of `person`; who is before `lowest` is not available. kept: available people
who are kept for one request. backs: 1 if people on call may take rest from it (19). shift: the
opening of the last change, or -1."""

PERSON = record(
    "group", "number", "pool", "present", "overtime", "work", "next", "begin", "called",
    "held_since", "freed", "rests_until", "away", "leave_known", "on_leave", "inside",
)  # fmt: skip
"""pool: for which the person works. work: slot of the token, or -1, and begin: since when, the
first `called` ticks on the way. next: next person on the same token, or -1. held_since: when taken,
gaps of no length aside; freed: when given back last. rests_until: the end of a rest after a long
call. away: at a sitting until then. on_leave: 1 if on leave in shift `leave_known` (-1: in none so
far). inside: 1 while at work on what people are reserved for."""

MEETING = record("first", "n", "ticks")
"""What the last sitting of a gate heard: n rows of `heard`, which take so many ticks."""

HEARD = record("item", "token", "step", "visit", "ticks")
"""What a sitting of this tick heard, and the time that it takes of everybody."""

CHANGE = np.dtype(
    [
        *((name, np.int64) for name in ("effect", "slot", "begin", "stairs", "next", "family")),
        ("factor", np.float64),
        ("value", np.float64),
    ]
)
"""An effect that some visit has brought about, see `reference.changes.Effect`; next: the one that
began after it, of the same slot, or -1. Or, where effect is -1, an item that trigger `slot` makes,
of a family, with `stairs` firings before it."""

SLOT = np.dtype(
    [("value", np.float64), ("base", np.float64), ("first", np.int64), ("last", np.int64)]
)
"""A factor of the model: base is what environments make of it; first and last of the effects on it,
in order of their start."""

WATCH = record("first", "last", "seen", "counted", "fired", "chosen")
"""What a trigger has seen within its window: the first and last of its marks, how many there are,
and how many count, or for how much. fired: when it fired last, or NEVER. chosen: 1 while a look
takes it."""

MARK = record("tick", "counts", "next")
"""What a trigger has seen, and the next mark of the same watch, or -1."""

SOURCE = record("stream", "layer", "ordinal", "row", "order")
"""A layer, a renewal process or a replay: the candidate that comes next."""


class State(NamedTuple):
    """Arrays of one worker. T: most tokens alive at once."""

    counter: Integers
    """Counters, the clock and the fault."""
    key: Integers
    """(2,) run key."""
    token: Records
    """(T,) TOKEN."""
    free: Integers
    """(T,) stack of free slots."""
    entries: Integers
    """(T * most steps,) entries to each step, at the home of the item, or of an instance."""
    holds: Integers
    """(T * limits,) 1 where a token holds a limit."""
    places: Integers
    """(T * limits,) tokens of an item that hold a limit, at its home."""
    at_strand: Integers
    """(T * most strands,) first token in each strand or -1, at the home of the item."""
    lacking: Integers
    """(T * most strands,) instances of each strand that must still come to its end."""
    missing: Integers
    """(T * kinds,) children that must still leave, of each kind that a token waits for."""
    doomed: Integers
    """(2 T,) stack of tokens that wait no more, and the numbers of their waits."""
    carried: Integers
    """(T,) tokens that go on now, in order."""
    pool: Records
    """(P,) POOL_STATE."""
    group: Records
    """(G,) GROUP_STATE."""
    person: Records
    """PERSON."""
    expected: NDArray[np.float64]
    """(D,) what is expected of each distribution; empty if nobody chooses by the length of work."""
    simple: Integers
    """(seizes,) the one pool of which a seize needs one person, at any time, or -1. The people of
    the pool serve no other, and nobody joins work that has begun."""
    held: Integers
    """(L,) places of a limit that are held."""
    sitting: Integers
    """(gates,) next sitting."""
    meeting: Records
    """(gates,) MEETING."""
    heard: Records
    """(T,) HEARD."""
    source: Records
    """SOURCE."""
    ends: Integers
    """(lines, 2) first and last node of each line: pools, limits, gates."""
    line: Integers
    """(T * width, 5) next, previous, key of each node: slot * width, plus the alternative, or
    beyond all of these the need of whose people a team at work lacks some."""
    at_work: Integers
    """(T * needs, 4) next and previous of each node of the lists of requests being worked on; how
    many people it has of the pool, and since when the last of them."""
    heap: Integers
    """(events, 4) tick, place and slot of each event that is scheduled; see `events`."""
    position: Integers
    """(events,) where each slot stands in the heap, or -1."""
    change: Records
    """CHANGE."""
    slot: Records
    """SLOT."""
    around: Integers
    """(environments, 2) state in which each is, and the number of its sojourn."""
    watch: Records
    """WATCH."""
    mark: Records
    """MARK."""
    firings: Integers
    """(triggers,) how often each has fired."""
    due: Integers
    """(limits + cells,) 1 where dispatch is due."""
    by_order: Integers
    """(limits + cells,) limit or cell with this order of dispatch."""
    shape: Integers
    """Sizes that never change: see `Shape`."""
    items: Records
    visits: Records
    rows: Records
    presence: Records
    lives: Records
    """TOKEN of the trajectory."""
    attendance: Records


class Sizes(NamedTuple):
    """Rows that the tables have room for."""

    tokens: int = 256
    items: int = 1024
    visits: int = 4096
    rows: int = 8192
    presence: int = 8192
    lives: int = 256
    attendance: int = 256
    changes: int = 64
    marks: int = 1024


# Places in `State.shape`: most steps of a stream, most alternatives of a seize, most needs of an
# alternative, and the number of limits, pools, sources, gates, groups; where the events of tokens
# begin; most strands of a stream; where the nodes of latecomers begin among those of a token; 1 if
# people are kept for any request; most kinds of children that a visit waits for; where the events
# of escalations begin; triggers, and where the events of changes begin; 1 if people are called out;
# 1 if some are slower or faster than the standard; where the looks of triggers begin, before the
# events of environments. The width is the number of nodes of a token.
(
    STEPS, WIDTH_BITS, NEEDS_BITS, LIMITS, POOLS, SOURCES, GATES, GROUPS, TOKENS, STRANDS, LATE,
    COLLECTS, KINDS, GUARDS, TRIGGERS, CHANGES, CALLS, UNEQUAL, LOOKS, N_SHAPE,
) = range(20)  # fmt: skip


def allocate(model: Model, sizes: Sizes) -> State:
    """Return the arrays of a worker for a model."""
    streams, pools, limits, gates = model.streams, model.pools, model.limits, model.gates
    people = np.maximum(model.groups["people"], 0)
    sources = source_records(model)
    shape = np.zeros(N_SHAPE, np.int64)
    shape[STEPS] = streams["n_steps"].max(initial=1)
    needs = int(model.alternatives["n"].max(initial=1))
    shape[LATE] = width = int(model.seizes["n"].max(initial=1))
    if (model.seizes["quorum"] > 0).any():
        width += needs
    shape[NEEDS_BITS], shape[WIDTH_BITS] = (needs - 1).bit_length(), (width - 1).bit_length()
    shape[COLLECTS] = (model.seizes["collect"] == 1).any()
    shape[LIMITS], shape[POOLS], shape[SOURCES] = len(limits), len(pools), len(sources)
    shape[GATES], shape[GROUPS] = len(gates), len(model.groups)
    shape[STRANDS] = streams["n_strands"].max(initial=0)
    shape[KINDS] = model.spawns["waited"].max(initial=NONE) + 1
    shape[TRIGGERS] = len(model.triggers)
    shape[UNEQUAL] = len(model.stairs) > 0
    shape[CALLS] = (model.groups["call_out"] != NONE).any()
    shape[LOOKS] = len(sources) + len(gates) + len(model.groups) + len(model.calendars)
    shape[LOOKS] += len(gates) + len(model.groups)
    shape[TOKENS] = shape[LOOKS] + len(model.triggers) + len(model.environments)
    shape[GUARDS] = shape[TOKENS] + 2 * sizes.tokens
    shape[CHANGES] = shape[GUARDS] + sizes.tokens
    changing = len(model.effects) + len(model.triggers) > 0
    n_changes, n_marks = (sizes.changes, sizes.marks) if changing else (0, 0)
    families = int(model.streams["n_families"].sum())
    last_slot = max(int(one["slot"].max(initial=0)) for one in (model.effects, model.state_effects))
    n_slots = last_slot + 1 + families
    n_watches = int(np.where(model.triggers["per_family"] == 1, families, 1).sum())
    events = int(shape[CHANGES]) + n_changes
    person = np.zeros(int(people.sum()), PERSON)
    pool = np.zeros(len(pools), POOL_STATE)
    know_pools(model, pool)
    group = np.zeros(len(model.groups), GROUP_STATE)
    group["people"] = people
    group["first_person"] = np.cumsum(people) - people
    group["backs"][model.groups["rests"][model.groups["rests"] != NONE]] = 1
    person["group"] = np.repeat(np.arange(len(group)), people)
    person["number"] = np.arange(len(person)) - group["first_person"][person["group"]] + 1
    by_order = np.zeros(len(limits) + len(model.cells), np.int64)
    by_order[limits["order"]] = np.arange(len(limits))
    by_order[len(limits) + model.cells["order"]] = np.arange(len(model.cells))
    return State(
        counter=np.zeros(N_COUNTS, np.int64),
        key=np.zeros(2, np.int64),
        token=np.zeros(sizes.tokens, TOKEN),
        free=np.zeros(sizes.tokens, np.int64),
        entries=np.zeros(sizes.tokens * int(shape[STEPS]), np.int64),
        holds=np.zeros(sizes.tokens * len(limits), np.int64),
        places=np.zeros(sizes.tokens * len(limits), np.int64),
        at_strand=np.zeros(sizes.tokens * int(shape[STRANDS]), np.int64),
        lacking=np.zeros(sizes.tokens * int(shape[STRANDS]), np.int64),
        missing=np.zeros(sizes.tokens * int(shape[KINDS]), np.int64),
        doomed=np.zeros(2 * sizes.tokens, np.int64),
        carried=np.zeros(sizes.tokens, np.int64),
        pool=pool,
        group=group,
        person=person,
        expected=expected_work(model),
        simple=simple_seizes(model, pool),
        held=np.zeros(len(limits), np.int64),
        sitting=np.zeros(len(gates), np.int64),
        meeting=np.zeros(len(gates), MEETING),
        heard=np.zeros(sizes.tokens, HEARD),
        source=sources,
        ends=np.zeros((len(pools) + len(limits) + len(gates), 2), np.int64),
        line=np.zeros((sizes.tokens << int(shape[WIDTH_BITS]), 5), np.int64),
        at_work=np.zeros((sizes.tokens << int(shape[NEEDS_BITS]), 4), np.int64),
        heap=np.zeros((events, 4), np.int64),
        position=np.zeros(events, np.int64),
        change=np.zeros(n_changes, CHANGE),
        slot=np.zeros(n_slots, SLOT),
        around=np.zeros((len(model.environments), 2), np.int64),
        watch=np.zeros(n_watches, WATCH),
        mark=np.zeros(n_marks, MARK),
        firings=np.zeros(len(model.triggers), np.int64),
        due=np.zeros(len(by_order), np.int64),
        by_order=by_order,
        shape=shape,
        items=np.zeros(sizes.items, ITEM),
        visits=np.zeros(sizes.visits, VISIT),
        rows=np.zeros(sizes.rows, ROW),
        presence=np.zeros(sizes.presence, PRESENCE),
        lives=np.zeros(sizes.lives, LIFE),
        attendance=np.zeros(sizes.attendance, ATTENDANCE),
    )


def source_records(model: Model) -> NDArray[Any]:
    """Return the sources of items of a model: the layers of each stream, or its one process.

    The last one, of stream -1, is the backlog, if there is one.
    """
    poisson = model.streams["arrivals"] == Arrivals.POISSON
    internal = model.streams["arrivals"] == Arrivals.INTERNAL
    n = np.where(poisson, model.streams["layers"], np.where(internal, 0, 1))
    there = int(len(model.backlog) > 0)
    sources = np.zeros(int(n.sum()) + there, SOURCE)
    last = len(sources) - there
    sources["stream"][:last] = np.repeat(np.arange(len(n)), n)
    sources["layer"][:last] = np.arange(last) - np.repeat(np.cumsum(n) - n, n)
    sources["stream"][last:] = NONE
    return sources


def reset(state: State, k0: int, k1: int, end: int) -> None:
    """Make the arrays ready for a replication."""
    state.counter[:] = 0
    state.counter[END] = end
    state.counter[PAUSES_AT] = NEVER
    state.key[:] = k0, k1
    state.free[:] = np.arange(len(state.free))[::-1]
    state.counter[N_FREE] = len(state.free)
    for name in ("available", "on_shift", "preempting", "collecting", "kept", "picks", "stale"):
        state.pool[name] = 0
    state.pool["inside"] = 0
    state.pool["was_closed"] = 1
    for name in ("first_working", "last_working", "top", "top_was", "blamed"):
        state.pool[name] = NONE
    state.group["available"] = state.group["on_shift"] = state.group["kept"] = 0
    state.group["lowest"] = state.group["first_person"]
    state.group["shift"] = NONE
    state.person["present"] = state.person["overtime"] = 0
    state.person["held_since"] = state.person["rests_until"] = state.person["called"] = 0
    state.person["away"] = state.person["inside"] = 0
    state.person["freed"] = state.person["leave_known"] = NONE
    state.person["work"] = state.person["next"] = NONE
    state.token["item"] = state.token["doing"] = NONE
    state.holds[:] = 0
    state.places[:] = 0
    state.at_strand[:] = NONE
    state.held[:] = 0
    state.sitting[:] = 0
    state.ends[:] = NONE
    state.position[:] = NONE
    state.due[:] = 0
    state.slot["value"] = state.slot["base"] = 1.0
    state.slot["first"] = state.slot["last"] = NONE
    state.watch["first"] = state.watch["last"] = NONE
    state.watch["seen"] = state.watch["counted"] = state.watch["chosen"] = 0
    state.watch["fired"] = NEVER
    state.firings[:] = 0
    state.source["ordinal"] = 0
    state.source["row"] = 0
