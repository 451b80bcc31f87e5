"""The state of one replication as arrays, reused from one replication to the next.

Tokens live in slots that are reused when an item leaves; a slot is never a name. Everything that
waits for its turn stands in a *line*: the queue of a pool, the waiting items of a limit, the
submissions of a gate. Everything that has a tick stands in the event list.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.engines.compiled.aligned import empty, zeros
from svcsim.engines.compiled.records import (
    BEING,
    CHANGE,
    GROUP_STATE,
    HEARD,
    LIFE,
    MARK,
    MEETING,
    PERSON,
    POOL_STATE,
    SLOT,
    SOURCE,
    TOKEN,
    WATCH,
)
from svcsim.engines.compiled.shortcuts import expected_work, know_pools, lone_seizes, simple_seizes
from svcsim.model.arrays import NEVER, NONE, Integers, Model, Records
from svcsim.model.codes import Arrivals
from svcsim.model.trajectory import ATTENDANCE, PRESENCE, ROW, VISIT
from svcsim.world.effort import efforts

# What a token is doing.
(
    DELAYED, QUEUED, WORKING, SUBMITTED, OUTSIDE, UNBORN, BEGINS, CARRIED, HOME, DROPPED, AWAITING,
) = range(11)  # fmt: skip
"""BEGINS: will be carried in phase 1 of this tick. CARRIED: is carried next. HOME: its strand is
over, and it keeps what the tokens of the item share. DROPPED: cancelled before it was carried.
AWAITING: waits for children."""

# Places in `State.counter`.
(
    N_ITEMS, FREE_ITEMS, N_VISITS, FREE_VISITS, N_ROWS, FREE_ROWS, N_PRESENCE, FREE_PRESENCE,
    N_LIVES, FREE_LIVES, N_ATTENDANCE, FREE_ATTENDANCE, BORN, N_REQUESTS, N_FREE, N_EVENTS, N_DUE,
    N_CARRIED, NOW, HAPPENED, FAULT, WHERE, END, N_NUMBERS, N_STARTS, N_HEARD, HEARD_AT,
    N_AWAITED, N_DOOMED, N_CHANGES, N_MARKS, HAS_BEGUN, HAS_ENDED, PAUSES_AT, GONE,
    GIVEN_ITEMS, GIVEN_VISITS, GIVEN_ROWS, GIVEN_PRESENCE, GIVEN_TOKENS, GIVEN_ATTENDANCE,
    GIVEN_NUMBERS, N_COUNTS,
) = range(43)  # fmt: skip
"""N_ITEMS and the like: how many rows of a table have been in use at once; FREE_ITEMS and the
like, behind it: the first of these that is free again, or -1. BORN: items so far. GONE: root of the
family that left last, and is not handed over yet. GIVEN_ITEMS and the like: how many have been
handed over since the last pause; GIVEN_NUMBERS: to how many tokens. PAUSES_AT: a run that has
handed over so many rows pauses before the next tick; NEVER: it hands over at its end, and
everybody."""

# Faults: a table that is too small (the replication starts again with a larger one), or an error.
# Or no fault: the run has paused, or may have no room for what it hands over.
(
    SOUND, FULL_TOKENS, FULL_ITEMS, FULL_VISITS, FULL_ROWS, FULL_PRESENCE, FULL_LIVES, TOO_LONG,
    STORM, FULL_ATTENDANCE, FULL_CHANGES, FULL_MARKS, PAUSED, CRAMPED,
) = range(14)  # fmt: skip

FIRST_FREE = FREE_ITEMS, FREE_VISITS, FREE_ROWS, FREE_PRESENCE, FREE_LIVES, FREE_ATTENDANCE

MANY = 1 << 40
"""People available in an unlimited pool that is open."""


ROOT = 3
"""Where the heap of events begins: so the four children of a place are two lines of the cache."""


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
    efforts: Integers
    """(gates, classes) expected effort of items at each gate; see `world.effort`."""
    simple: Integers
    """(seizes,) the one pool of which a seize needs one person, at any time, or -1. The people of
    the pool serve no other, and nobody joins work that has begun."""
    lone: Integers
    """(seizes,) 1 if a seize asks one pool alone, at any time."""
    held: Integers
    """(L,) places of a limit that are held."""
    times_done: Integers
    """(steps,) how often people have finished the touch of a step, if it learns."""
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
    """BEING: in the memory of a run."""
    visits: Records
    rows: Records
    presence: Records
    lives: Records
    """LIFE."""
    attendance: Records
    after_items: Integers
    """The row of `items` that is free behind one that is; of the others, what the same token did
then, or what is free behind; -1: none."""
    after_visits: Integers
    after_rows: Integers
    after_presence: Integers
    after_lives: Integers
    after_attendance: Integers


class Sizes(NamedTuple):
    """Rows that the tables have room for."""

    tokens: int = 256
    items: int = 1024
    visits: int = 4096
    rows: int = 8192
    presence: int = 8192
    lives: int = 1024
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
    person = zeros(int(people.sum()), PERSON)
    pool = zeros(len(pools), POOL_STATE)
    know_pools(model, pool)
    group = zeros(len(model.groups), GROUP_STATE)
    group["people"] = people
    group["first_person"] = np.cumsum(people) - people
    group["backs"][model.groups["rests"][model.groups["rests"] != NONE]] = 1
    person["group"] = np.repeat(np.arange(len(group)), people)
    person["number"] = np.arange(len(person)) - group["first_person"][person["group"]] + 1
    by_order = np.zeros(len(limits) + len(model.cells), np.int64)
    by_order[limits["order"]] = np.arange(len(limits))
    by_order[len(limits) + model.cells["order"]] = np.arange(len(model.cells))
    return State(
        counter=zeros(N_COUNTS, np.int64),
        key=zeros(2, np.int64),
        token=zeros(sizes.tokens, TOKEN),
        free=zeros(sizes.tokens, np.int64),
        entries=zeros(sizes.tokens * int(shape[STEPS]), np.int64),
        holds=zeros(sizes.tokens * len(limits), np.int64),
        places=zeros(sizes.tokens * len(limits), np.int64),
        at_strand=zeros(sizes.tokens * int(shape[STRANDS]), np.int64),
        lacking=zeros(sizes.tokens * int(shape[STRANDS]), np.int64),
        missing=zeros(sizes.tokens * int(shape[KINDS]), np.int64),
        doomed=zeros(2 * sizes.tokens, np.int64),
        carried=zeros(sizes.tokens, np.int64),
        pool=pool,
        group=group,
        person=person,
        expected=expected_work(model),
        efforts=efforts(model),
        simple=simple_seizes(model, pool),
        lone=lone_seizes(model),
        held=zeros(len(limits), np.int64),
        times_done=zeros(len(model.steps), np.int64),
        sitting=zeros(len(gates), np.int64),
        meeting=zeros(len(gates), MEETING),
        heard=zeros(sizes.tokens, HEARD),
        source=sources,
        ends=zeros((len(pools) + len(limits) + len(gates), 2), np.int64),
        line=zeros((sizes.tokens << int(shape[WIDTH_BITS]), 5), np.int64),
        at_work=zeros((sizes.tokens << int(shape[NEEDS_BITS]), 4), np.int64),
        heap=zeros((events + ROOT, 4), np.int64),
        position=zeros(events, np.int64),
        change=zeros(n_changes, CHANGE),
        slot=zeros(n_slots, SLOT),
        around=zeros((len(model.environments), 2), np.int64),
        watch=zeros(n_watches, WATCH),
        mark=zeros(n_marks, MARK),
        firings=zeros(len(model.triggers), np.int64),
        due=zeros(len(by_order), np.int64),
        by_order=by_order,
        shape=shape,
        items=empty(sizes.items, BEING),
        visits=empty(sizes.visits, VISIT),
        rows=empty(sizes.rows, ROW),
        presence=empty(sizes.presence, PRESENCE),
        lives=empty(sizes.lives, LIFE),
        attendance=empty(sizes.attendance, ATTENDANCE),
        after_items=empty(sizes.items, np.int64),
        after_visits=empty(sizes.visits, np.int64),
        after_rows=empty(sizes.rows, np.int64),
        after_presence=empty(sizes.presence, np.int64),
        after_lives=empty(sizes.lives, np.int64),
        after_attendance=empty(sizes.attendance, np.int64),
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
    state.counter[list(FIRST_FREE)] = state.counter[GONE] = NONE
    state.counter[PAUSES_AT] = NEVER
    state.key[:] = k0, k1
    state.free[:] = np.arange(len(state.free))[::-1]
    state.counter[N_FREE] = len(state.free)
    for name in ("available", "on_shift", "preempting", "collecting", "kept", "picks", "stale"):
        state.pool[name] = 0
    state.pool["joined"] = state.pool["inside"] = 0
    state.pool["was_closed"] = state.pool["changed"] = 1
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
    state.times_done[:] = 0
    state.sitting[:] = 0
    state.ends[:] = NONE
    state.position[:] = NONE
    state.due[:] = 0
    state.slot["value"] = state.slot["base"] = 1.0
    state.slot["first"] = state.slot["last"] = NONE
    state.watch["first"] = state.watch["last"] = NONE
    state.watch["seen"] = state.watch["counted"] = state.watch["chosen"] = 0
    state.watch["holds"] = 0
    state.watch["fired"] = NEVER
    state.firings[:] = 0
    state.source["ordinal"] = 0
    state.source["row"] = state.source["rate"] = 0
    state.source["date"] = NEVER
