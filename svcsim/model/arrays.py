"""The model: a scenario as arrays and a flow program. Both engines read it, neither writes.

Every time is in ticks (1 µs, int64). Every index is a position in another array. A field that ends
in ``_row`` is a row of `by_class`: the value of class `c` of the item's stream is
``by_class[row, c]``; row -1 means "not given". `svcsim.model.names` turns indices into names.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Records = Any
"""Rows of named fields, an array; numpy's types know no field, and cost mypy half of its time."""
Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

NEVER = 2**62
"""The tick of what has not happened yet (semantics 1)."""
TICKS_PER_SECOND = 1_000_000
TICKS_PER_HOUR = 3600 * TICKS_PER_SECOND
NONE = -1
"""An index that points nowhere."""


def record(*names: str, floats: str = "") -> np.dtype[Any]:
    """Return the type of a record of 64-bit integers, or floats where it is said."""
    decimal = set(floats.split())
    return np.dtype([(name, np.float64 if name in decimal else np.int64) for name in names])


OP = record("code", "step", "next", "a", "b", "c", "d")
"""Instruction of the flow program."""

STEP = record(
    "tag", "stream", "activity", "local", "order", "repeat", "n_repeat", "outcomes", "touch_slot",
    "wait_slot",
)  # fmt: skip
"""tag: 32-bit address of the draws (stream, NUL, step). local: index among the stream's steps.
order: position in the file among the stream's steps. repeat, n_repeat: factors of visits 2, 3, ...
in `factors`, the last one for all later visits (n_repeat 0: always 1). outcomes: number of named
outcomes (0: none). touch_slot, wait_slot: slots of the factors of its touch and its wait (0:
nothing changes it)."""

STREAM = record(
    "tag", "start", "n_classes", "class_shares", "n_steps", "rank_row", "due_row", "due_calendar",
    "preempts_row", "value_step", "arrivals", "gap", "layers", "layer_rate", "first_rate",
    "n_rates", "batch", "first_replay", "n_replay", "origin", "order", "first_strand", "n_strands",
    "day_level", "n_families", "first_family", "family_shares", "rate_slot", "noticed",
    "notice_row", "notice_calendar", "rate_most", "quantity_row",
    floats="layer_rate rate_most",
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
of its rate (0: nothing changes it); rate_most: the largest that it can be. noticed: 1 if its items
come a notice before an event, a draw of notice_row on notice_calendar. quantity_row: `counts`
records of the quantity of an item, by class (-1: it has none)."""

STRAND = record("start", "before", "need", "follow", "cancels", "ends", "once")
"""A stretch of steps that one token performs; strand 0 of a stream is that of the item's first
token. start: first instruction. before, follow: the strands that it waits for, and that wait for
it, as bits by number in the stream. need: how many of those before must be done. cancels: bits of
strands that are cancelled when it begins; ends: when it is over. once: 1 if it is never
repeated."""

INSTANCES = record("count", "need", "need_share", floats="need_share")
"""Tokens of one strand that run at once. count: `counts` record of how many; need: how many of them
must be done before the strand is (-1: the share need_share)."""

JUMP = record("to", "start", "back", "again", "once", "passed")
"""A way to another strand `to` of the stream. back: 1 on to instruction `start`, and the strands
`again` (bits) run again by the same token, those of them in `once` that were done only in name; 0:
to its beginning, as soon as all else that it waits for is done, and the strands `passed` are passed
by."""

RATE = record("tick", "level", "cumulative", "date", floats="level cumulative")
"""From `tick` on the rate is `level` layers (POISSON) or `level` operational ticks per tick
(RENEWAL); cumulative: operational time in [0, tick). The first record is at tick 0. date: local
date, days since 1970-01-01, where days have levels of their own."""

REPLAY = record("tick", "cls", "row", "event")
"""An arrival read from a file or scheduled, in order of (tick, row); cls -1: drawn from the shares;
row: row of the file from 0, or number of the occasion: the address of the item. event: before which
its items come, none of them before `tick` (-1: they come at the tick)."""

BACKLOG = record(
    "stream", "entry", "items", "age", "since", "cls", "start", "step", "working", "origin"
)
"""Items that are there at the start, `items` of them, of an entry of a stream (semantics 53). age:
distribution of the time since they came; since: that of the time since they came to `step`, or
their work began (-1: as long as their age). cls -1: drawn from the shares. start: instruction at
which they begin. working: 1 if somebody works on them. origin: 32-bit tag of their keys."""

COUNT = record("first", "n", "offset")
"""A distribution of whole numbers: n cumulative probabilities in `factors`; value = offset +
index."""

POOL = record(
    "group", "n_groups", "first", "unlimited", "cell", "order", "discipline", "shift_end",
    "reading", "switching", "also_overnight", "activity", "tag", "ageing", "ageing_calendar",
    "reserved", "reserved_share",
)  # fmt: skip
"""One team or resource. group: the first of its own groups. first, n_groups: the groups that serve
it, a stretch of `pool_groups` in the order in which people are taken. unlimited: 1 where nobody
ever waits for a person. reading, switching: set-up in ticks after a hand-over and after preemption.
order: rank by name (code points). ageing: ticks, on ageing_calendar (-1: the wall clock), that are
worth a step of priority in its queue. reserved: people who are kept free for some of its work (0:
nobody; -1: the share reserved_share of those on shift, in units of 1e-9)."""

GROUP = record(
    "people", "calendar", "leave", "day", "tag", "order", "longest", "pool", "first", "n_pools",
    "streams", "own", "on_call", "call_out", "rest_after", "rest", "rests", "first_stair",
    "n_stairs", floats="leave day",
)  # fmt: skip
"""People 1..n with one calendar of shifts. people -1: unlimited. leave: share of whole shifts
missed; day: share of each shift missed in one block. longest: its longest shift in ticks. order:
rank by name. pool: whose group it is; first, n_pools: pools that it serves, a stretch of
`group_pools`. streams: those whose work it does, as bits (-1: all). own: bit of those who may
resume what they paused (0: everybody whom the pool has). on_call: 1 if its people are paid for the
time in which they are held. call_out: distribution of the time until a start of work (-1: none).
rest_after, rest: who was held for longer, in ticks, takes one person from group `rests` (-1: from
none) for so long. first_stair, n_stairs: its stretch of `stairs` (n_stairs 0: standard work takes
as long as it says; -1: what is no person, or unlimited, slows nobody down)."""

LESSON = record("done", "factor", floats="factor")
"""When a step has been `done` so often in the run, its work takes this factor (74)."""

STAIR = record("tick", "efficiency")
"""From `tick` on a group has this efficiency, in permille (18); the first is at tick 0."""

CELL = record("first", "n", "order")
"""A connected set of pools: n entries of `cell_pools`, in name order. order: rank by its first
name."""

SEIZE = record("first", "n", "window", "longest", "interruption", "quorum", "collect")
"""n alternatives in `alternatives`, first written first. window: calendar in which it may run (-1:
any time); longest: its longest opening in ticks. interruption: `Interruption`. quorum: people of
all needs together, without whom work neither starts nor goes on (0: what the needs say is enough).
collect: 1 if people are kept for it until it can start (26)."""

ALTERNATIVE = record("first", "n")
"""n needs in `needs`, all at once."""

NEED = record("pool", "number", "least", "stay", "inside", "yields")
"""This many people of this pool: `least` of them start, and with fewer than `stay` work stops. Both
are `number` but for the teams of a quorum, of which one each must start and any may leave. inside:
1 if people of the pool are reserved for it; yields: 1 if it must leave those who are to others."""

LIMIT = record("capacity", "when_full", "order")
"""Items that may hold it at once (semantics 45)."""

GATE = record(
    "first", "n", "agenda", "by_rank", "branch", "cause", "order", "defer", "touch_row",
    "first_seat", "n_seats", "score",
)  # fmt: skip
"""n sittings in `sittings`. agenda: items heard at one (NEVER: all). by_rank: 1 if rank comes
before submission. branch: what may come of it. defer: index of the outcome that keeps the item
(-1: none). cause: `Kind` of the wait. touch_row: time for each item, of each who attends; n_seats
teams in `seats` attend. score: trigger that adds up the work by which items are ordered (-1: they
have no score)."""

SEAT = record("pool", "number")
"""People of a pool who attend the sittings of a gate; number -1: all who are there."""

ASK = record("answers", "of", "reply_row", "calendar", "after", "delegate_row")
"""People who are asked: of `of` who each take a draw of reply_row, on their calendar, the answer
number `answers` decides. after: ticks of that calendar until a delegate is asked, who takes a draw
of delegate_row (-1: nobody)."""

SITTING = record("tick", "deadline_row")
"""deadline_row: row of `by_class`: the latest submission that may be heard."""

BRANCH = record(
    "purpose", "sticky", "n", "first_target", "shares", "levels", "n_classes", "last_row",
    "max_visits", "slot", "changed",
)  # fmt: skip
"""n ways in name order with targets (instructions) in `targets`. Cumulative shares in `factors`,
one row of n for each class and visit level: shares + ((class * levels) + level) * n, where level
= min(visit, levels) - 1 and n_classes 1 means that classes do not differ. At visit max_visits (0:
no limit) the rows from last_row on, one for each class, are used instead (semantics 13). purpose:
`Purpose` of the draw; -1: no draw, the way is the item's class. The draw's step is the
instruction's. sticky: 1 draws at visit 0. slot: of the factor of the share of way `changed` (0:
nothing changes it)."""

SPAWN = record(
    "stream", "tag", "step", "shares", "n_classes", "count", "wait_row", "calendar", "cls_row",
    "inherit_rank", "inherit_due", "inherit_family", "inherit_quantity", "waited", "need",
    "need_share",
    floats="need_share",
)  # fmt: skip
"""Children that may come of a visit to `step`. tag: 32-bit address of its draws and of the keys
of the children. shares: first of n_classes probabilities in `factors`, by class of the parent
(1: of every class). count: `counts` record (-1: one child). wait_row: time until each comes, by
class of the parent, on `calendar`. cls_row: class of the children by that of the parent (-1:
drawn). inherit_rank, inherit_due, inherit_family, inherit_quantity: 1 where they have it of
their parent. waited: index among the children of a visit that the parent waits for (-1: it does
not); need: how many of them (-1: the share need_share)."""

EFFECT = record(
    "slot", "own", "low", "high", "lag", "lasts", "half_life", "decay", "order", "sub",
    floats="low high",
)  # fmt: skip
"""A change of the model that a visit brings about (47). slot: of the factor that changes; slot 0 is
always 1, and behind a slot stand those of the families, in order. own: 1 if only the family of the
item is concerned. low, high: between them the factor is drawn; sub: which of several draws of the
step. lag: ticks until it begins; lasts: ticks until it ends (NEVER: it does not). half_life: ticks
in which half of it fades (0: it does not), decay: first of the levels of its stairs in `factors`.
order: rank by name."""

ENVIRONMENT = record("tag", "first", "n", "start")
"""What changes by chance between n states, a stretch of `states` in name order (69). tag: 32-bit
address of its draws. start: number of the state in which it begins."""

STATE = record("lasts", "calendar", "following", "shares", "first_effect", "n_effects")
"""A state of an environment. lasts: distribution of its sojourns, on `calendar`. shares: first of
n cumulative shares of the next state in `factors` (-1: it is `following`, by number).
first_effect, n_effects: what is different meanwhile, a stretch of `state_effects`."""

STATE_EFFECT = record("slot", "factor", floats="factor")
"""A factor of the slot while a state lasts, or what a trigger looks for, for all items."""

TRIGGER = record(
    "tag", "stream", "count", "share", "mean", "sum", "within", "cool_down", "every", "top",
    "per_family", "first_watch", "order", "level", "of_stream", "of_classes", "of_pool",
    "first_effect", "n_effects", "of_work",
)  # fmt: skip
"""What makes items of `stream` (-1: none) when enough has happened (49). tag: 32-bit origin of
their keys. count: so much has been looked at, or so much counts, within so many ticks; share: more
than this share of it counts, in units of 1e-9 (-1: not asked). mean, sum: more ticks than this have
passed since the items came, on average or together (-1: not asked). every: ticks from one look to
the next (0: at each mark). top: only so many of the families (0: all). per_family: 1 if each family
is looked at by itself, from first_watch on; 0 if all are together there. order: rank by name.
level: 1 if `count` is of who is there, items of of_stream (-1: of all) and of the classes for which
the row of_classes is 1 (-1: of all), or requests of theirs that wait for pool of_pool (-1: items).
Where n_effects is not 0 no item is made: a stretch of `state_effects` holds from when it fires
until it looks and is not true. of_work: 1 if what adds up is the work of the visits, for the score
of a gate (36): it never fires; these stand behind the triggers of the file."""

CALENDAR = record("first", "n", "always")
"""n openings in `openings`, in order, disjoint; always: 1 when it never closes (n is 0 then)."""

OPENING = record("opens", "closes", "before", "date")
"""Open in [opens, closes). before: open ticks in [0, opens). date: local date of the opening, days
since 1970-01-01: the address of leave."""

DISTRIBUTION = record("first", "n", "zero", "each")
"""n pieces in `pieces`, by ascending upper. zero: 1 when every value is 0. each: 1 when a value is
multiplied by the quantity of the item."""

PIECE = record("upper", "kind", "table", "scale", "shift", "low", "high", "least", "most",
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
    stairs: Records
    """STAIR."""
    lessons: Records
    """LESSON."""
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
    instances: Records
    """INSTANCES."""
    effects: Records
    """EFFECT."""
    environments: Records
    """ENVIRONMENT, in name order."""
    states: Records
    """STATE."""
    state_effects: Records
    """STATE_EFFECT."""
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
