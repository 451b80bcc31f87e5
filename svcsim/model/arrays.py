"""The model: a scenario as arrays and a flow program. Both engines read it, neither writes.

Every time is in ticks (1 µs, int64). Every index is a position in another array. A field that ends
in ``_row`` is a row of `by_class`: the value of class `c` of the item's stream is
``by_class[row, c]``; row -1 means "not given". `svcsim.model.names` turns indices into names.
"""

from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Records = NDArray[Any]
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

NEVER = 2**62
"""The tick of what has not happened yet (semantics 1)."""
TICKS_PER_SECOND = 1_000_000
TICKS_PER_HOUR = 3600 * TICKS_PER_SECOND
NONE = -1
"""An index that points nowhere."""
UNLIMITED = -1
"""Number of people of a pool in which nobody ever waits for a person."""
TRIGGERED = -2
"""Layer of an item that a trigger made."""
BACKLOG_LAYER = -3
"""Layer of an item of the first entry of a backlog; those of later entries are below it."""
SENT_BACK = -2
"""Outcome of a visit that found what came in incomplete."""


REDIALLED = -3
"""Outcome of a visit that ended in losing patience, after which the item tries again."""


class Op(IntEnum):
    """What an instruction of the flow program does; `a`, `b`, `c`, `d` are its operands.

    An instruction goes on with `next` unless it says otherwise.
    """

    ENTER = 0
    """Count a visit to `step`; a = 1 opens a visit row, a = 0 (a group of steps) does not."""
    SET = 1
    """rank := by_class[a] and due := now + by_class[b] on calendar c, where a, b are not -1."""
    ADMIT = 2
    """Hold limit a (semantics 45). Full: wait, or go to instruction b."""
    RETIRE = 3
    """Give back every limit held but a."""
    DELAY = 4
    """Nobody works for a draw of by_class[a], on calendar b (-1: wall clock), cause c; `Purpose`
    d."""
    PATIENCE = 5
    """Give up after a draw of by_class[a] unless work starts first; then go to instruction b."""
    SEIZE = 6
    """Queue for the pools of seize by_class[a]; the work to come is a draw of by_class[b], after
    set-up of c ticks (-1: none) if the team that worked on the item last is none of them."""
    WORK = 7
    """Hold the people until the work is done. Ends patience when it starts."""
    RELEASE = 8
    """Give every person back."""
    GATE = 9
    """Submit to gate a; wait for the sitting that hears it."""
    BRANCH = 10
    """Go where branch a says."""
    LEAVE = 11
    """Close the visit row of `step`."""
    END = 12
    """The item leaves, with `Outcome` a."""
    SPAWN = 13
    """Children may come, as spawn a says (semantics 44)."""
    JOIN = 14
    """The token ends: strand a is done (b = 1: passed by), and what waited for it begins (41)."""
    JUMP = 15
    """Go to another strand, as jump a says (43)."""
    REPEAT = 16
    """Go to instruction b again, until that has been done a times (0: without end) (66)."""
    ASK = 17
    """Wait until enough of those whom ask a names have answered, or their delegate has (39)."""
    AWAIT = 18
    """Wait until enough of the children of this visit that are waited for have left (44)."""
    HANDOVER = 19
    """Wait for a draw of by_class[a], on calendar b, if the team that worked on the item last is
    none of those of seize by_class[c]."""
    ESCALATE = 20
    """Unless the visit is over by then, or with d = 1 work on it has started: by_class[a] ticks
    from now on calendar b, rank := by_class[c] where that is more urgent (46)."""
    MARK = 21
    """Trigger a looks at this: by_class[b] is 1 where it counts, 0 where it is only looked at, -1
    where it is not (49)."""
    EFFECT = 22
    """The model will change, as effect a says (47)."""


class Outcome(IntEnum):
    """How an item left."""

    OPEN = 0
    DONE = 1
    REJECTED = 2
    ABANDONED = 3
    REFUSED = 4
    WITHDRAWN = 5
    """A child whose parent was cancelled while it waited for it (42)."""


class Kind(IntEnum):
    """What an item did during a row: work, or a wait with its cause (semantics 54).

    A row of kind CONTENTION is a wait for people; the parts of it that had another cause
    stand in its columns, and contention is what remains.
    """

    WORK = 0
    SETUP = 1
    AUTOMATIC = 2
    CONTENTION = 3
    PRIORITISATION = 4
    UNAVAILABILITY = 5
    POLICY = 6
    GATE = 7
    BATCHING = 8
    EXTERNAL = 9
    DEPENDENCY = 10
    LIMIT = 11
    HANDOVER = 12
    UNOWNED = 13
    BEFORE_START = 14


class Purpose(IntEnum):
    """What a draw is for: a word of its address (semantics 61). Append only."""

    REPLICATION = 0
    GAP = 1
    MARK = 2
    CLASS = 3
    COUNT = 4
    WORK = 5
    WAIT = 6
    PATIENCE = 7
    OUTCOME = 8
    NEXT = 9
    SHARE = 10
    ONE_OF = 11
    TEAM = 12
    LEAVE = 13
    PICK = 14
    SPAWN = 15
    AUTO = 16
    AUTO_TIME = 17
    AUTO_FAILS = 18
    INCOMPLETE = 19
    OUTCOME_WAIT = 20
    EVERY = 21
    CALL_OUT = 22
    REPLY = 23
    DELEGATE = 24
    DAY_LEVEL = 25
    BACKLOG = 26
    REDIAL = 27
    REDIAL_WAIT = 28
    HANDOVER = 29
    FAMILY = 30
    THIN = 31
    EFFECT = 32


class Discipline(IntEnum):
    """Who is next in a queue (semantics 22)."""

    FIFO = 0
    LIFO = 1
    DUE = 2
    RANDOM = 3


class ShiftEnd(IntEnum):
    """What becomes of work when its person's shift ends (semantics 34)."""

    PAUSE = 0
    HAND_OVER = 1
    RUN_OVER = 2
    RESTART = 3
    NO_LATE_START = 4


class Interruption(IntEnum):
    """What preemption does to work of a step (semantics 31, 33)."""

    RESUME = 0
    RESTART = 1
    NEVER = 2


class WhenFull(IntEnum):
    """What an item does at a limit that is full (semantics 45)."""

    WAIT = 0
    LEAVE = 1
    TO = 2


class Arrivals(IntEnum):
    """How the items of a stream come."""

    POISSON = 0
    RENEWAL = 1
    REPLAY = 2
    INTERNAL = 3
    """Only as children of other items."""


class PieceKind(IntEnum):
    """How a piece of a quantile function is evaluated."""

    LINEAR = 0
    OCTAVE = 1


def _dtype(*names: str, floats: str = "") -> np.dtype[Any]:
    decimal = set(floats.split())
    return np.dtype([(name, np.float64 if name in decimal else np.int64) for name in names])


OP = _dtype("code", "step", "next", "a", "b", "c", "d")
"""Instruction of the flow program."""

STEP = _dtype(
    "tag", "stream", "activity", "local", "order", "repeat", "n_repeat", "outcomes", "touch_slot",
)  # fmt: skip
"""tag: 32-bit address of the draws (stream, NUL, step). local: index among the stream's steps.
order: position in the file among the stream's steps. repeat, n_repeat: factors of visits 2, 3, ...
in `factors`, the last one for all later visits (n_repeat 0: always 1). outcomes: number of named
outcomes (0: none). touch_slot: slot of the factor of its touch (0: nothing changes it)."""

STREAM = _dtype(
    "tag", "start", "n_classes", "class_shares", "n_steps", "rank_row", "due_row", "due_calendar",
    "preempts_row", "value_step", "arrivals", "gap", "layers", "layer_rate", "first_rate",
    "n_rates", "batch", "first_replay", "n_replay", "origin", "order", "first_strand", "n_strands",
    "day_level", "n_families", "first_family", "family_shares", "rate_slot",
    floats="layer_rate",
)  # fmt: skip
"""start: first instruction. class_shares: first of n_classes cumulative shares in `factors`, in
name order. rank_row, due_row (ticks after arrival, on due_calendar), preempts_row (0 or 1): by
class. value_step: step whose completion is value; -1: leaving as DONE is. arrivals: `Arrivals`.
gap: distribution of renewal gaps, or of a layer's gaps. layers: number of layers of thinning;
layer_rate: items per tick of one layer (lambda 0 of semantics 50). first_rate, n_rates: the
stream's stretch of `rates`. batch: `counts` record (-1: single items). first_replay, n_replay:
its rows of `replay`. origin: 32-bit tag of the keys of its items. order: rank by name.
first_strand, n_strands: its stretch of `strands` (n_strands 0: one token does it all). day_level:
distribution of the factor of each local day (-1: none). n_families: its families (0: none),
first_family: number of the first one among those of all streams, family_shares: first of
n_families + 1 cumulative shares, the last that of items of no family. rate_slot: slot of the factor
of its rate (0: nothing changes it)."""

STRAND = _dtype("start", "before", "need", "follow", "cancels", "ends", "once")
"""A stretch of steps that one token performs; strand 0 of a stream is that of the item's first
token. start: first instruction. before, follow: the strands that it waits for, and that wait for
it, as bits by number in the stream. need: how many of those before must be done. cancels: bits of
strands that are cancelled when it begins; ends: when it is over. once: 1 if it is never
repeated."""

JUMP = _dtype("to", "start", "back", "again", "once", "passed")
"""A way to another strand `to` of the stream. back: 1 on to instruction `start`, and the strands
`again` (bits) run again by the same token, those of them in `once` that were done only in name; 0:
to its beginning, as soon as all else that it waits for is done, and the strands `passed` are passed
by."""

RATE = _dtype("tick", "level", "cumulative", "date", floats="level cumulative")
"""From `tick` on the rate is `level` layers (POISSON) or `level` operational ticks per tick
(RENEWAL); cumulative: operational time in [0, tick). The first record is at tick 0. date: local
date, days since 1970-01-01, where days have levels of their own."""

REPLAY = _dtype("tick", "cls", "row")
"""An arrival read from a file, in order of (tick, row); cls -1: drawn from the shares; row: row
of the file from 0, the address of the item."""

BACKLOG = _dtype(
    "stream", "entry", "items", "age", "since", "cls", "start", "step", "working", "origin"
)
"""Items that are there at the start, `items` of them, of an entry of a stream (semantics 53). age:
distribution of the time since they came; since: that of the time since they came to `step`, or
their work began (-1: as long as their age). cls -1: drawn from the shares. start: instruction at
which they begin. working: 1 if somebody works on them. origin: 32-bit tag of their keys."""

COUNT = _dtype("first", "n", "offset")
"""A distribution of whole numbers: n cumulative probabilities in `factors`; value = offset +
index."""

POOL = _dtype(
    "group", "n_groups", "first", "unlimited", "cell", "order", "discipline", "shift_end",
    "reading", "switching", "also_overnight", "activity", "tag",
)  # fmt: skip
"""One team or resource. group: the first of its own groups. first, n_groups: the groups that serve
it, a stretch of `pool_groups` in the order in which people are taken. unlimited: 1 where nobody
ever waits for a person. reading, switching: set-up in ticks after a hand-over and after preemption.
order: rank by name (code points)."""

GROUP = _dtype(
    "people", "calendar", "leave", "day", "tag", "order", "longest", "pool", "first", "n_pools",
    "streams", "own", "on_call", "call_out", "rest_after", "rest", "rests", floats="leave day",
)  # fmt: skip
"""People 1..n with one calendar of shifts. people -1: unlimited. leave: share of whole shifts
missed; day: share of each shift missed in one block. longest: its longest shift in ticks. order:
rank by name. pool: whose group it is; first, n_pools: pools that it serves, a stretch of
`group_pools`. streams: those whose work it does, as bits (-1: all). own: bit of those who may
resume what they paused (0: everybody whom the pool has). on_call: 1 if its people are paid for the
time in which they are held. call_out: distribution of the time until a start of work (-1: none).
rest_after, rest: who was held for longer, in ticks, takes one person from group `rests` (-1: from
none) for so long."""

CELL = _dtype("first", "n", "order")
"""A connected set of pools: n entries of `cell_pools`, in name order. order: rank by its first
name."""

SEIZE = _dtype("first", "n", "window", "longest", "interruption", "quorum", "collect")
"""n alternatives in `alternatives`, first written first. window: calendar in which it may run (-1:
any time); longest: its longest opening in ticks. interruption: `Interruption`. quorum: people of
all needs together, without whom work neither starts nor goes on (0: what the needs say is enough).
collect: 1 if people are kept for it until it can start (26)."""

ALTERNATIVE = _dtype("first", "n")
"""n needs in `needs`, all at once."""

NEED = _dtype("pool", "number", "least", "stay")
"""This many people of this pool: `least` of them start, and with fewer than `stay` work stops. Both
are `number` but for the teams of a quorum, of which one each must start and any may leave."""

LIMIT = _dtype("capacity", "when_full", "order")
"""Items that may hold it at once (semantics 45)."""

GATE = _dtype(
    "first", "n", "agenda", "by_rank", "branch", "cause", "order", "defer", "touch_row",
    "first_seat", "n_seats",
)  # fmt: skip
"""n sittings in `sittings`. agenda: items heard at one (NEVER: all). by_rank: 1 if rank comes
before submission. branch: what may come of it. defer: index of the outcome that keeps the item
(-1: none). cause: `Kind` of the wait. touch_row: time for each item, of each who attends; n_seats
teams in `seats` attend."""

SEAT = _dtype("pool", "number")
"""People of a pool who attend the sittings of a gate; number -1: all who are there."""

ASK = _dtype("answers", "of", "reply_row", "calendar", "after", "delegate_row")
"""People who are asked: of `of` who each take a draw of reply_row, on their calendar, the answer
number `answers` decides. after: ticks of that calendar until a delegate is asked, who takes a draw
of delegate_row (-1: nobody)."""

SITTING = _dtype("tick", "deadline_row")
"""deadline_row: row of `by_class`: the latest submission that may be heard."""

BRANCH = _dtype(
    "purpose", "sticky", "n", "first_target", "shares", "levels", "n_classes", "last_row",
    "max_visits",
)  # fmt: skip
"""n ways in name order with targets (instructions) in `targets`. Cumulative shares in `factors`,
one row of n for each class and visit level: shares + ((class * levels) + level) * n, where level
= min(visit, levels) - 1 and n_classes 1 means that classes do not differ. At visit max_visits (0:
no limit) the rows from last_row on, one for each class, are used instead (semantics 13). purpose:
`Purpose` of the draw; -1: no draw, the way is the item's class. The draw's step is the
instruction's. sticky: 1 draws at visit 0."""

SPAWN = _dtype(
    "stream", "tag", "step", "shares", "n_classes", "count", "wait_row", "calendar", "cls_row",
    "inherit_rank", "inherit_due", "inherit_family", "waited", "need", "need_share",
    floats="need_share",
)  # fmt: skip
"""Children that may come of a visit to `step`. tag: 32-bit address of its draws and of the keys of
the children. shares: first of n_classes probabilities in `factors`, by class of the parent (1: of
every class). count: `counts` record (-1: one child). wait_row: time until each comes, by class of
the parent, on `calendar`. cls_row: class of the children by that of the parent (-1: drawn).
inherit_rank, inherit_due, inherit_family: 1 where they have it of their parent. waited: index among
the children of a visit that the parent waits for (-1: it does not); need: how many of them (-1: the
share need_share)."""

EFFECT = _dtype(
    "slot", "own", "low", "high", "lag", "lasts", "half_life", "decay", "order", "sub",
    floats="low high",
)  # fmt: skip
"""A change of the model that a visit brings about (47). slot: of the factor that changes; slot 0 is
always 1, and behind a slot stand those of the families, in order. own: 1 if only the family of the
item is concerned. low, high: between them the factor is drawn; sub: which of several draws of the
step. lag: ticks until it begins; lasts: ticks until it ends (NEVER: it does not). half_life: ticks
in which half of it fades (0: it does not), decay: first of the levels of its stairs in `factors`.
order: rank by name."""

TRIGGER = _dtype(
    "tag", "stream", "count", "share", "within", "cool_down", "every", "top", "per_family",
    "first_watch", "order",
)  # fmt: skip
"""What makes items of `stream` when enough has happened (49). tag: 32-bit origin of their keys.
count: so much has been looked at, or so much counts, within so many ticks; share: more than this
share of it counts, in units of 1e-9 (-1: not asked). every: ticks from one look to the next (0: at
each mark). top: only so many of the families (0: all). per_family: 1 if each family is looked at
by itself, from first_watch on; 0 if all are together there. order: rank by name."""

CALENDAR = _dtype("first", "n", "always")
"""n openings in `openings`, in order, disjoint; always: 1 when it never closes (n is 0 then)."""

OPENING = _dtype("opens", "closes", "before", "date")
"""Open in [opens, closes). before: open ticks in [0, opens). date: local date of the opening, days
since 1970-01-01: the address of leave."""

DISTRIBUTION = _dtype("first", "n", "zero")
"""n pieces in `pieces`, by ascending upper. zero: 1 when every value is 0."""

PIECE = _dtype("upper", "kind", "table", "scale", "shift", "low", "high", "least", "most",
               floats="upper scale shift low high least most")  # fmt: skip
"""For u in [upper of the piece before or 0, upper): v = where u lies between them, in [0, 1); w =
low + v (high - low); value = shift + scale * w (LINEAR) or shift + scale * table(w) (OCTAVE), not
below least nor above most. In ticks."""

OCTAVES, CELLS, DEGREE = 52, 16, 5
"""Layout of a quantile table (methods 1.4): halves x OCTAVES x CELLS x (DEGREE + 1)
coefficients."""
TABLE_SIZE = 2 * OCTAVES * CELLS * (DEGREE + 1)


class Model(NamedTuple):
    """A compiled scenario."""

    ops: Records
    """(O,) OP: the flow program."""
    steps: Records
    """(S,) STEP."""
    streams: Records
    """(V,) STREAM, in the order of the file."""
    rates: Records
    """RATE."""
    replay: Records
    """REPLAY."""
    backlog: Records
    """BACKLOG, by name of the stream, then entry."""
    counts: Records
    """COUNT."""
    pools: Records
    """(P,) POOL, in the order of the file, teams before resources."""
    groups: Records
    """(G,) GROUP."""
    pool_groups: Integers
    """Groups of the pools."""
    group_pools: Integers
    """Pools of the groups."""
    cells: Records
    """(C,) CELL."""
    cell_pools: Integers
    """Pools of the cells."""
    seizes: Records
    """SEIZE."""
    alternatives: Records
    """ALTERNATIVE."""
    needs: Records
    """NEED."""
    limits: Records
    """(L,) LIMIT."""
    gates: Records
    """GATE."""
    seats: Records
    """SEAT."""
    asks: Records
    """ASK."""
    sittings: Records
    """SITTING, in order of time within a gate."""
    branches: Records
    """BRANCH."""
    spawns: Records
    """SPAWN."""
    strands: Records
    """STRAND."""
    jumps: Records
    """JUMP."""
    effects: Records
    """EFFECT."""
    triggers: Records
    """TRIGGER."""
    targets: Integers
    """Instructions that branches lead to."""
    calendars: Records
    """CALENDAR."""
    openings: Records
    """OPENING."""
    distributions: Records
    """DISTRIBUTION."""
    pieces: Records
    """PIECE."""
    tables: Floats
    """(T, TABLE_SIZE) quantile tables of shapes."""
    by_class: Integers
    """(R, largest number of classes) values that differ by class."""
    factors: Floats
    """Cumulative shares and factors."""
    warm_up: int
    """Cohorts arrive from here ..."""
    horizon: int
    """... until before here."""
    end: int
    """Nothing due at this tick or later happens (semantics 7)."""


# ---- what an engine returns ------------------------------------------------------------------

ITEM = _dtype(
    "item", "stream", "cls", "family", "layer", "ordinal", "member", "parent", "site", "hi", "lo",
    "arrived", "ended", "outcome",
)  # fmt: skip
"""One item, numbered by creation. family: its cause among those of all streams (-1: none). layer
and ordinal: its origin (replay: layer -1, ordinal the row of the file; backlog: layer -3 - entry).
member: index in its batch (-1: not from a batch). parent: item whose visit to step `site` it came
of (-1: it came from outside); then ordinal is the visit, and member its index among the children of
that visit. Of an item that a trigger made, layer is -2, ordinal the number of the firing and member
the trigger. hi, lo: its key, the address of everything that is drawn for it. ended: NEVER if open
at the end."""

VISIT = _dtype("item", "token", "step", "visit", "entered", "started", "finished", "outcome")
"""One visit of an item to a step, in order of entering within the item. started: first work, or
NEVER. finished: left the step forward, or NEVER (open at the end, sent back, abandoned, refused,
rejected). outcome: index in name order of the step's outcomes, or -1; -2: sent back, because what
came in was incomplete; -3: given up, to be tried again."""

ROW = _dtype(
    "item", "token", "row", "step", "visit", "kind", "begin", "end", "gate", "unavailability",
    "policy", "prioritisation", "blame",
)  # fmt: skip
"""What a token did in [begin, end), without gaps from arrival to end (waits of no length are left
out; work of no length is not). kind: `Kind`. gate, unavailability, policy, prioritisation: parts of
a CONTENTION row, in ticks. blame: item in the way when the wait ended (semantics 56), or -1."""

PRESENCE = _dtype(
    "item", "token", "step", "visit", "pool", "group", "person", "begin", "end", "called", "setup",
)  # fmt: skip
"""One person on one token in [begin, end): the first `called` ticks on the way to it, the next
`setup` ticks of set-up. pool: for which the person works. person: from 1 within the group; 0 in an
unlimited pool."""


TOKEN = _dtype("item", "token", "first", "strand", "of", "began", "ended", "cancelled")
"""One token of an item whose stream has strands, numbered by creation in the run. first: the strand
in which it began, by number in the stream; strand: the one that it is in, or was in at its end. of:
the token whose end let it begin (-1: the item's first). ended: NEVER if it is alive at the end of
the run. cancelled: 1 if it ended because others did (semantics 42)."""


ATTENDANCE = _dtype(
    "item", "token", "step", "visit", "sitting", "pool", "group", "person", "begin", "end",
)  # fmt: skip
"""One person at a sitting while it hears an item, in [begin, end); the items of a sitting are heard
one after the other. sitting: tick at which it began, and at which all was decided."""


class Trajectory(NamedTuple):
    """Everything that happened in one replication: all else is a pure function of it.

    Sorted (semantics 59): items by item, visits by (item, token, order), rows by (item, token,
    row), presence by (item, token, begin, pool, group, person, end), tokens by (item, token),
    attendance by (item, token, begin, pool, group, person).
    """

    items: Records
    """ITEM."""
    visits: Records
    """VISIT."""
    rows: Records
    """ROW."""
    presence: Records
    """PRESENCE."""
    tokens: Records
    """TOKEN."""
    attendance: Records
    """ATTENDANCE."""
