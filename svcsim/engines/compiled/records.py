"""Records of the state of a replication; see `state.State`."""

import numpy as np

from svcsim.engines.compiled.aligned import whole_lines
from svcsim.model.arrays import record
from svcsim.model.trajectory import ITEM

TOKEN = whole_lines(
    "doing", "item", "pc", "step", "visit", "stream", "cls", "home",
    "seize", "number", "since", "rank", "pool", "cause", "cause_since", "noted",
    "only", "preempts", "due", "remaining", "setup", "drawn", "wait_begin", "started",
    "chosen", "first_person", "slice_begin", "called", "nth_start", "overtime", "starts", "team",
    "hi", "lo", "nth", "token", "life", "kind", "begin", "blame",
    "gate", "unavailability", "policy", "prioritisation", "strand", "bound", "alive", "begun",
    "done", "passed", "back", "ran", "gives_up_to", "hearings", "limit", "children",
    "repeats", "parent", "spawn", "came", "worked", "awaited", "missing", "awaited_in",
    "awaiter", "as_kind", "escalates_to", "unless_started", "family", "efficiency",
    "expected", "escapes_to", "beside", "counts", "patience", "quantity", "fresh", "work",
)  # fmt: skip
"""A token: see `reference.token.Token` and `reference.pool.Request`. pool: in whose queue its
first alternative waits. home: the slot of the item's first token, where the item's own numbers
stand: `entries`, `places`, `at_strand`, alive (tokens), begun, done, passed, back and ran
(strands as bits). nth: which visit to its step this is. life: its row in `lives`. Of a child
that is still to come: parent, spawn, its class if that is known, rank, due date, family and
quantity of the parent, hearings (the visit) and only (its index). awaited: the number of the
wait for children, or -1; missing: how many kinds of them are still needed. Of a child, at its
home: awaited_in: the wait in which it is needed (-1: in none), awaiter: the slot of the token
that waits, as_kind: which kind of child it is. beside: the next token in its strand, or -1;
counts: the slot at which its visits are counted, its home or, of an instance, its own. noted: 1
if the cause of its wait was noted since it queues. fresh: 1 until its work first starts, unless
that was before the start. work: ticks of work of its visit so far, where scores are asked for.
What is read together stands together: each line above is one of the processor's cache."""

BEING = whole_lines(
    *(ITEM.names or ()), "first_life", "last_life", "root", "present", "last_member",
    "next_member", "next_gone",
)  # fmt: skip
"""An item that is there, or of whose family somebody is; parent: where it stands. item: its number
in the run, and when it is handed over, in the part. first_life, last_life: of its tokens. root: of
its family; there present: how many of the family are there or still to come, and last_member;
next_member: those of a family, in the order in which they came. next_gone: who left just before."""

LIFE = whole_lines(
    "first_visit", "last_visit", "first_row", "last_row", "first_presence", "last_presence",
    "first_attendance", "last_attendance",
    "token", "next", "first", "strand", "of", "began", "ended", "cancelled",
)  # fmt: skip
"""What a token leaves behind: the first and the last of its visits, and so on, between which lead
`State.after_visits` and the like. next: life of the next token of the item; of: life of the token
whose end let it begin. The others are as in a trajectory; first: -1 if the stream has no strands.
"""

POOL_STATE = record(
    "available", "on_shift", "preempting", "first_working", "last_working", "picks",
    "general", "owned", "apart", "timely", "late", "plain", "stale", "was_closed", "top",
    "top_was", "blamed", "collecting", "kept", "collector", "inside", "changed",
    "joined", "newcomer", "lonely", "order",
)  # fmt: skip
"""available, on_shift: people of all groups that serve the pool. preempting, collecting: requests
in the queue that may preempt, or collect. kept: available people who are kept for one request, that
of the token `collector`. inside: people at work on what some are reserved for. changed: 1 if
somebody came or went, or work began or stopped, since the causes of waits were noted last; joined:
how many requests joined since, and newcomer: the last of them. lonely: 1 if all requests ask it
alone, at any time. order: in which its cell is dispatched. general: 1 if all groups that serve it
do the work of every stream; owned: 1 if some of them alone may resume what they paused; apart: 1 if
they serve no other pool. timely: 1 if work may start at any time of a shift. late: 1 if people may
join work in it that has begun.

A plain pool is alone in its cell, first in first out; one group serves it, and no other; and its
work takes one person, with neither windows nor alternatives. There the cause of a wait follows from
two facts, so that only changes of them are looked at (see `causes.note_causes`): whether anybody is
on shift (was_closed: not at the last dispatch), and the largest request number at work (top;
top_was: at the last dispatch that left somebody in the queue). stale: 1 if work was interrupted
since. blamed: item of the request that started first, as of that dispatch."""

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

HEARD = record("life", "step", "visit", "ticks")
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
"""A factor of the model: base is what environments and triggers make of it; first and last of the
effects of visits on it, in order of their start."""

WATCH = record("first", "last", "seen", "counted", "fired", "chosen", "holds")
"""What a trigger has seen within its window: the first and last of its marks, how many there are,
and how many count, or for how much. fired: when it fired last, or NEVER. chosen: 1 while a look
takes it. holds: 1 while its effects hold."""

MARK = record("tick", "counts", "next")
"""What a trigger has seen, and the next mark of the same watch, or -1."""

SOURCE = np.dtype(
    [
        *((name, np.int64) for name in ("stream", "layer", "ordinal", "row", "rate", "date")),
        ("day_level", np.float64),
    ]
)
"""A layer, a renewal process or a replay: the candidate that comes next. rate: which of the
stream's rates held when the last candidate of a layer came, and date: its day, where days have a
level."""
