"""An independent auditor says whether a trajectory is lawful.

`audit` reads a Model and a Trajectory, and no code of an engine. From the rows alone it rebuilds
what every item did, who was on shift, who waited for whom, and says in plain sentences what no
engine may have done. Calendars, queues, people and causes are worked out here a second time, in
plain Python. Borrowed are the addressed draws (`svcsim.world.draws`) and the quantile functions
(`svcsim.world.quantiles`) with the model's tables, so a fault in those is not seen here: they are
tested by `test_draws.py` against the generator as its paper writes it, by `test_quantiles.py`
against scipy, and by the traces T80 to T82, which were worked out without them.

The rules, with the sentences that they come from (R1 to R10: refinements of ADR form):

A1   rows of a token: contiguous, in order, nothing at or after the end (7, 12, 54, 59).
A2   people: never two places at once, on shift, the lowest free, all at once (14 to 18, 26, 32).
A3   work: slices add up to the draw, set-ups have their length (2, 33, 34, R6).
A4   no request waits that could start (24, 25, 29, 40).
A5   who starts is next by the discipline; who preempts may, and takes its victim (22, 25, 31).
A6   the cause of every wait, and who is to blame for it (55, 56, R2, R3).
A7   gates: in time, by agenda order, decided by their draws; who attends, and how long (35 to 38,
     R7).
A8   the path of every token is the program's path with the addressed draws (10, 13, 39, 61, 64, R8,
     R9); strands begin, are passed by, run again and are cancelled when they must be (41 to 43).
A9   limits: never exceeded, in order, never idle while someone waits, one place an item (45, R1).
A10  patience: gives up exactly when it ends, and only if nothing started (46, R10).
A11  sums and clocks: parts fit their row, Little's law in integers, critical paths are lead times,
     C(t) adds up (4, 57, 58, 65).
A13  children that are waited for (42, 44).
A12  arrivals: exactly the items of the addresses, and of the paths of parents (44, 50 to 52, 60).
A14  families are drawn or inherited, and triggers fire when they must (49, 51).

Parallel work: the tokens of an item are walked one beside the other, in the order of their events.
The table of tokens says when each is cancelled; that somebody cancels it there, and nobody
elsewhere, is found on the way. Where work of no length lets several of an item's tokens go on in
one tick, their order among each other is not known, and any that explains the rows will do; so will
any number of tokens that began, and any order of children that came, behind such work in one tick.

The rules are checked in stages, and a stage runs only on what the one before found sound: a row
that is missing would otherwise be found by every rule.
"""

from bisect import bisect_left, bisect_right, insort
from collections import Counter, defaultdict, namedtuple
from collections.abc import Callable, Generator, Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise, product
from math import ceil, inf
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

import numpy as np

from svcsim.audit.backlog import begin_before, comes_at_once, hold, left, there
from svcsim.audit.changes import Changes, families_and_triggers, trigger_keys
from svcsim.audit.children import Awaited, enough_at, needed, phase_of, resolve
from svcsim.audit.children import Kind as KindOfChild
from svcsim.audit.days import day_of, on_days
from svcsim.audit.gates import away_of, check_attendance, decided_at
from svcsim.audit.groups import (
    PLACE,
    Edge,
    Team,
    call_outs,
    called,
    divided,
    falls,
    few,
    rests,
    starts_of,
)  # fmt: skip
from svcsim.audit.swarms import SwarmCell, breaks, swarms_at, take_team
from svcsim.model.arrays import (
    BACKLOG_LAYER,
    NEVER,
    REDIALLED,
    SENT_BACK,
    TRIGGERED,
    UNLIMITED,
    Arrivals,
    Discipline,
    Interruption,
    Kind,
    Model,
    Op,
    Outcome,
    Purpose,
    Records,
    ShiftEnd,
    Trajectory,
    WhenFull,
)
from svcsim.world.draws import child_key, root_key, run_key, uniform
from svcsim.world.quantiles import quantile

MOST_FINDINGS = 50
"""A stage stops here: the first findings are the ones to read."""
MOST_WALKS = 64
"""Ways through an item's limits, and orders of its tokens, that are tried."""
MOST_TRIES = 100
"""Orders of service that are tried where the law leaves it open (random picks)."""
ENDLESS = 100_000
"""Instructions without passing time after which a path is called endless."""

PARTS = ("gate", "unavailability", "policy", "prioritisation")
"""Columns of a wait for people; contention is what remains."""

READINGS = ((True, False), (False, False), (True, True), (False, True))
"""What sentence 55 leaves open, each way: whether a team that is only too late (R2) is the one that
cannot supply when another is short too; whether who works in overtime, and takes nothing new, is
"eligible" to have overtaken. A row must agree with one reading throughout."""

STARTED = (Kind.WORK, Kind.SETUP, Kind.UNAVAILABILITY)
"""What may come first when people have been given: it is unavailability where one is called out."""

STAY = (ShiftEnd.RUN_OVER, ShiftEnd.NO_LATE_START)
"""Shift ends at which whoever works stays until it is done (34, R4)."""


def audit(model: Model, trajectory: Trajectory, seed: int, replication: int) -> list[str]:
    """Return what contradicts the law, a sentence each; an empty list is a sound trajectory.

    Parameters
    ----------
    model
        The compiled scenario.
    trajectory
        What an engine returned for it.
    seed, replication
        The run: they are half of every address.
    """
    book = Book(model, trajectory, seed, replication)
    stages: tuple[tuple[Callable[[Book], None], ...], ...] = (
        (check_rows, check_visit_table, check_presence_table),
        (check_sums, check_critical_paths, check_calendars),
        (check_arrivals,),
        (check_paths, families_and_triggers),
        (check_people, check_gates, check_limits),
        (check_attendance,),
        (check_cells,),
        (check_causes,),
    )
    for stage in stages:
        for check in stage:
            try:
                check(book)
            except Enough:
                pass
            except Exception as error:  # a doctored table may break any reading of it
                book.findings.append(f"A0 {check.__name__} cannot read the tables: {error!r}")
        if book.findings:
            break
    return book.findings


class Enough(Exception):  # noqa: N818  (no error: the list is long enough)
    """There are as many findings as anybody reads."""


class Mismatch(Exception):  # noqa: N818
    """The rows of an item leave the path of the program."""

    def __init__(self, rule: str, text: str):
        self.rule = rule
        self.text = text


Places = frozenset[int] | None
"""Groups of a pool, by their places in the order of taking; None: all of them."""
Place = tuple[float, ...]
"""Where an event stands in its tick: its phase, then what orders the phase (8)."""
Moment = tuple[int, Place]
"""When a token goes on: a tick, and the place in it."""
NO_MORE: Moment = NEVER, ()
"""The token does not go on by itself: the run ends first, or it is cancelled."""


# ---- what is read ----------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _tuple_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Record", names)


def read(records: Records) -> list[Any]:
    """Return structured records as named tuples of plain numbers."""
    make = _tuple_type(records.dtype.names)._make
    return [make(row) for row in records.tolist()]


class Calendar:
    """Open time, from OPENING records only: C(t) and its inverse in plain Python (4)."""

    def __init__(self, openings: Sequence[Any], always: bool):
        self.always = always
        self.opens = [o.opens for o in openings]
        self.closes = [o.closes for o in openings]
        self.dates = [o.date for o in openings]
        self.before: list[int] = []
        total = 0
        for o in openings:
            self.before.append(total)
            total += o.closes - o.opens

    def at(self, t: int) -> int:
        """Return the index of the opening that contains t; -1 when closed."""
        k = bisect_right(self.opens, t) - 1
        return k if k >= 0 and t < self.closes[k] else -1

    def is_open(self, t: int) -> bool:
        """Say whether it is open at t: openings are [open, close)."""
        return self.always or self.at(t) >= 0

    def clock(self, t: int) -> int:
        """Return C(t), the open time in [0, t)."""
        if self.always:
            return t
        k = bisect_right(self.opens, t) - 1
        return 0 if k < 0 else self.before[k] + min(t, self.closes[k]) - self.opens[k]

    def add(self, t: int, d: int) -> int:
        """Return the earliest u >= t with C(u) - C(t) >= d."""
        if d <= 0:
            return t
        if self.always:
            return t + d
        target = self.clock(t) + d
        k = bisect_left(self.before, target) - 1
        u = self.opens[k] + target - self.before[k] if k >= 0 else NEVER
        return u if k >= 0 and u <= self.closes[k] else NEVER

    def fits(self, t: int, length: int, longest: int) -> bool:
        """Say whether work may start at t and end by the close (34, 40, R4).

        What is longer than the longest opening starts when one opens, and runs over.
        """
        if self.always:
            return True
        k = self.at(t)
        if k < 0:
            return False
        return t + length <= self.closes[k] or (length > longest and t == self.opens[k])


class Group:
    """The people of a pool, or some of them, and when each of them is there (14, 16)."""

    divided = False

    def __init__(
        self,
        book: "Book",
        record: Any,
        away: dict[int, list[tuple[int, int]]],
        rests: list[Edge],
    ):
        self.away = away
        """Spells that people are at sittings (38)."""
        self.off = falls(rests, record.people)
        """Spells that people are missing since somebody on call rests (19)."""
        self.slow = {edge.tick for edge in rests if edge.late}
        self.people = record.people
        self.order = record.order
        self.calendar = book.calendar(record.calendar)
        self.leave = record.leave
        self.day = record.day
        self.tag = record.tag
        self.longest = record.longest
        self.unlimited = record.people == UNLIMITED
        self.shared = not (away or rests) and (
            self.unlimited or self.calendar.always or (record.leave <= 0 and record.day <= 0)
        )
        """Everybody is there while the calendar is open."""
        self.book = book
        self._stays: dict[int, tuple[list[int], list[int]]] = {}

    def block(self, opens: int, closes: int, person: int) -> tuple[int, int]:
        """Return the daily block of absence of a person in a shift (16)."""
        length = round((closes - opens) * self.day)
        rest = closes - opens - length
        begin = opens + ((2 * person - 1) * rest) // (2 * self.people)
        return begin, begin + length

    def stays(self, person: int) -> tuple[list[int], list[int]]:
        """Return begins and ends of the spells that a person is there, touching ones joined."""
        if person not in self._stays:
            begins: list[int] = []
            ends: list[int] = []
            gone = sorted((*self.away.get(person, ()), *self.off.get(person, ())))
            for begin, end in self._without(self._spells(person), gone):
                if ends and ends[-1] == begin:
                    ends[-1] = end
                elif begin < end:
                    begins.append(begin)
                    ends.append(end)
            self._stays[person] = begins, ends
        return self._stays[person]

    @staticmethod
    def _without(
        spells: Iterable[tuple[int, int]], away: Iterable[tuple[int, int]]
    ) -> Iterable[tuple[int, int]]:
        """Yield what is left of spells."""
        for begin, end in spells:
            for gone, back in away:
                if begin < gone < end:
                    yield begin, gone
                if gone < end and begin < back:
                    begin = max(begin, back)
            if begin < end:
                yield begin, end

    def could_come(self, person: int, t: int) -> bool:
        """Say whether a person is on shift at t, at a sitting or not."""
        spells = self._without(self._spells(person), self.off.get(person, ()))
        return any(begin <= t < end for begin, end in spells)

    def _spells(self, person: int) -> Iterable[tuple[int, int]]:
        calendar = self.calendar
        if calendar.always:
            yield 0, NEVER
            return
        for opens, closes, date in zip(
            calendar.opens, calendar.closes, calendar.dates, strict=True
        ):
            if opens >= self.book.end:
                return
            if self.leave > 0 and self.book.leave_draw(self.tag, person, date) < self.leave:
                continue
            begin, end = self.block(opens, closes, person)
            yield opens, begin
            yield end, closes

    def there(self, person: int, t: int) -> bool:
        """Say whether a person is on shift at t."""
        if self.shared:
            return self.calendar.is_open(t)
        begins, ends = self.stays(person)
        k = bisect_right(begins, t) - 1
        return k >= 0 and t < ends[k]

    def until(self, person: int, t: int) -> int:
        """Return the tick at which a person who is there at t leaves; t if absent."""
        if self.shared and self.calendar.always:
            return NEVER
        if self.shared:
            calendar, k = self.calendar, self.calendar.at(t)
            if k < 0:
                return t
            while k + 1 < len(calendar.opens) and calendar.opens[k + 1] == calendar.closes[k]:
                k += 1
            return int(calendar.closes[k])
        begins, ends = self.stays(person)
        k = bisect_right(begins, t) - 1
        return ends[k] if k >= 0 and t < ends[k] else t

    def on_shift(self, t: int) -> set[int]:
        """Return the numbers of the people who are there at t, or before the start."""
        if self.shared or t < 0:
            return self.everybody() if self.calendar.is_open(t) else set()
        return {m for m in self.everybody() if self.there(m, t)}

    def falling(self, t: int) -> set[int]:
        """Return the numbers of those who leave at t behind a dispatch (19)."""
        if t not in self.slow:
            return set()
        away = self.away
        return {
            m
            for m, spells in self.off.items()
            if m > 0 and any(begin == t for begin, _ in spells)
            if any(b <= t < e for b, e in self._without(self._spells(m), away.get(m, ())))
        }

    def order_of(self, _: int) -> int:
        """Return its place among those whose staffing changes at one tick (8)."""
        return int(self.order)

    def everybody(self) -> set[int]:
        """Return the numbers of all people; 0 stands for as many as it takes."""
        return {0} if self.unlimited else set(range(1, self.people + 1))

    def edges(self) -> set[int]:
        """Return the ticks before the end at which the presence may change (R2)."""
        away = (*self.away.values(), *self.off.values())
        found = {t for spells in away for spell in spells for t in spell if t < self.book.end}
        calendar = self.calendar
        if self.people == 0 or calendar.always:
            return found
        for opens, closes in zip(calendar.opens, calendar.closes, strict=True):
            if opens >= self.book.end:
                break
            found.add(opens)
            found.add(closes)
            if self.day > 0 and self.people > 0:
                for person in range(1, self.people + 1):
                    found.update(self.block(opens, closes, person))
        return {t for t in found if t < self.book.end}


class Slice:
    """A stretch of call-out, set-up and work of a request with certain people."""

    __slots__ = (
        "alternative", "begin", "called", "due", "end", "hidden", "people", "presence", "reason",
        "request", "setup", "turn", "worked",
    )  # fmt: skip

    def __init__(self, request: "Request", begin: int):
        self.request = request
        self.begin = begin
        self.end = begin
        self.called = 0
        """Until its people came (19)."""
        self.setup = 0
        self.worked = False
        """Whether work came after the set-up."""
        self.people: list[tuple[int, int]] = []
        """Pools and who of them."""
        self.presence: list[Any] = []
        """Rows of presence; of a swarm not everybody's is as long as the slice."""
        self.due = begin
        """When the work would end."""
        self.alternative = 0
        self.turn = 0
        """Its place among the starts of its cell."""
        self.hidden = False
        """Whether it was preempted at the tick of its start, and so has no row."""
        self.reason = "open"
        """done, shift (its rule is on the next wait), preempted, cancelled, open (the run ended);
        unseen: a guess that it was started and preempted in one tick."""


class Wait:
    """A stretch in the queue, before each slice, of any length."""

    __slots__ = (
        "after", "allowed", "begin", "claimed", "end", "ended", "guesses", "joined", "own", "rest",
        "row", "settled",
    )  # fmt: skip

    def __init__(self, begin: int, rest: int, after: Any, allowed: tuple[int, ...]):
        self.begin = begin
        self.end = begin
        self.rest = rest
        """Ticks of work still to do."""
        self.after = after
        """What interrupted the work before: None, or (what, pools concerned, shift end)."""
        self.allowed = allowed
        """Alternatives that may start it."""
        self.own: dict[int, frozenset[int] | None] = {}
        """By pool: places of the groups that alone may start it; None: all (34)."""
        self.guesses: list[Any] = []
        """What `after` may be if the rows do not say by whom the work was done."""
        self.settled = True
        """Whether the replay of the cell says by whom."""
        self.claimed = False
        """Whether it must have been interrupted once by work that has no row: at its end."""
        self.joined = after, rest
        """What `after` and `rest` were until then."""
        self.ended = "started"
        """started, left (patience ended), cancelled, open (the run ended)."""
        self.row: Any = None


class Request:
    """Somebody's wish for people, from joining a queue until its work ends (20)."""

    __slots__ = (
        "alternatives", "behind", "called", "changes", "deadline", "drawn", "due", "held", "item",
        "joined", "late", "number", "origin", "period", "preempts", "rank", "seize", "since",
        "slices", "step", "token", "visit", "waits", "worked",
    )  # fmt: skip

    item: int
    token: int
    step: int
    visit: int
    seize: Any
    alternatives: list[list[tuple[int, int]]]
    rank: int
    due: int
    since: int
    joined: int
    """When it joined its queues; `since` of the backlog is before."""
    worked: bool
    """Whether somebody was at work on it at the start (53)."""
    held: bool
    """Whether its people were there, so that it goes on before anything is dispatched."""
    preempts: bool
    drawn: int
    deadline: int
    changes: "Sequence[Change]"
    """What becomes of the rank and the due date of its item (22)."""
    origin: Place
    late: bool
    """Its number among those of its tick is not known: work of no length came before it."""
    behind: Slice | None
    """That work, if it ended at the tick of joining."""
    number: int
    waits: list[Wait]
    slices: list[Slice]
    period: int
    called: bool
    """Whether its first work began when people who were called out had come (19)."""

    def order(self) -> tuple[int, int, int]:
        """Return the order of service in a cell: (rank, since, number) (25)."""
        return self.rank, self.since, self.number


class Change(NamedTuple):
    """A new rank and due date of an item."""

    tick: int
    origin: Place
    late: bool
    """Work of no length came before it: its place in the tick is not known."""
    rank: int
    due: int


def rank_at(changes: Sequence[Change], t: int, place: Place) -> int:
    """Return the rank of an item when something at a place of a tick looks at it."""
    rank = changes[0].rank
    for change in changes:
        if change.tick < t or (change.tick == t and not change.late and change.origin < place):
            rank = change.rank
    return rank


class Stay(NamedTuple):
    """What a token did at a limit."""

    limit: int
    item: int
    token: int
    changes: Sequence[Change]
    want: int
    clear: bool
    """Came in a phase before dispatch."""
    got: int
    how: str
    """at once, waited, waiting (the run ended), withdrawn, refused."""
    shared: bool
    """Whether its item had a place already, so that it takes none (45)."""
    since: int
    """Since when it waits: of the backlog, before the start (53)."""

    def ranks(self, t: int) -> tuple[int, int]:
        """Return the best and the worst rank that it may have at a tick."""
        found = [rank_at(self.changes, t, (0,))]
        found += [change.rank for change in self.changes if change.tick == t]
        return min(found), max(found)


class Hearing(NamedTuple):
    """What a token did at a gate."""

    gate: int
    item: int
    token: int
    changes: Sequence[Change]
    step: int
    visit: int
    submitted: int
    order: Place
    decided: int
    way: int
    gone: Moment
    """When it was cancelled."""


class Birth(NamedTuple):
    """A token that must be, in the order of creation (12)."""

    token: int
    tick: int
    origin: Place
    late: bool
    item: int


class Strand(NamedTuple):
    """A strand of a stream, and what follows from which strands wait for which (41, 43)."""

    start: int
    before: frozenset[int]
    need: int
    once: bool
    cancels: frozenset[int]
    ends: frozenset[int]
    """What is repeated until it is over (66)."""
    follow: frozenset[int]
    ahead: frozenset[int]
    """What comes after it, sooner or later."""


def members(bits: int) -> frozenset[int]:
    """Return a set that is written as the bits of a number."""
    return frozenset(i for i in range(bits.bit_length()) if bits >> i & 1)


class Child(NamedTuple):
    """An item that must come of another (44)."""

    key: tuple[int, int]
    arrives: int
    stream: int
    cls: int
    origin: tuple[int, int, int, int]
    """Parent, site, visit and index."""
    rank: int | None
    """Of the parent, where it is inherited."""
    due: int | None
    turn: tuple[int, int, int]
    """Its place among the children of its tick (8): 2 if it was spawned at the tick after phase 5,
    1 where that is not known; the token that spawned it, and how many children that had before."""
    place: Place
    """Where its parent was when it spawned: work of no length may stand between (9) ..."""
    behind: "Slice | None"
    """... and is this."""


class Book:
    """Everything that is read, and what the checks before have worked out of it."""

    def __init__(self, model: Model, trajectory: Trajectory, seed: int, replication: int):
        self.model = model
        self.trajectory = trajectory
        self.findings: list[str] = []
        self.end = int(model.end)
        self.k0, self.k1 = run_key(seed, replication)
        self.items, self.visits = read(trajectory.items), read(trajectory.visits)
        self.rows, self.presence = read(trajectory.rows), read(trajectory.presence)
        self.ops, self.steps, self.streams = read(model.ops), read(model.steps), read(model.streams)
        self.pools, self.seizes, self.limits = (
            read(model.pools), read(model.seizes), read(model.limits),
        )  # fmt: skip
        self.asks = read(model.asks)
        self.gates, self.branches = read(model.gates), read(model.branches)
        self.spawns, self.jumps = read(model.spawns), read(model.jumps)
        self.tokens = read(trajectory.tokens)
        self.strands = [self.strands_of(stream) for stream in self.streams]
        self.by_class = model.by_class.tolist()
        self.factors = model.factors.tolist()
        self.targets = model.targets.tolist()
        self._calendars: dict[int, Calendar] = {}
        self._draws: dict[tuple[int, int], float] = {}
        self.zero = [d.zero == 1 for d in read(model.distributions)]
        self.backlog = read(model.backlog)
        self.days: dict[tuple[int, int], float] = {}
        """Levels of dates, by tag of the stream."""
        self.there: dict[tuple[int, int], Any] = {}
        """The backlog, by key."""
        self.held: dict[int, list[tuple[int, int]]] = {}
        """Pools, and who of them goes on with an item of the backlog as the run starts."""
        self.seats, self.attendance = read(model.seats), read(trajectory.attendance)
        self.agendas: dict[int, list[tuple[int, Hearing, int]]] = {}
        """What each gate heard: sitting, what was submitted, and how often it had been heard."""
        self.rows_of: dict[int, list[Any]] = defaultdict(list)
        """Rows by item."""
        for row in self.rows:
            self.rows_of[row.item].append(row)
        away, resting = away_of(self), rests(self)
        self.groups = [
            Group(self, g, away[i], resting[i]) for i, g in enumerate(read(model.groups))
        ]
        self.teams = [
            Team(self, p) if pool.n_groups > 1 else self.groups[pool.group]
            for p, pool in enumerate(self.pools)
        ]
        if divided(model):
            self.presence = [self._as_one_number(row) for row in self.presence]
        needs = read(model.needs)
        self.needs = [needs[a.first : a.first + a.n] for a in read(model.alternatives)]
        self.alternatives = [
            [[(n.pool, n.number) for n in one] for one in self.needs[s.first : s.first + s.n]]
            for s in self.seizes
        ]
        self.keys: list[tuple[int, int]] = []
        self.requests: list[Request] = []
        self.instants: set[int] = set()
        """Ticks at which work of no length was done: there dispatch has several rounds (9)."""
        self.stays: list[Stay] = []
        self.holds: list[tuple[int, int, int, int]] = []
        self.hearings: list[Hearing] = []
        self.children: dict[tuple[int, int], Child] = {}
        """What the paths of items bring about, by key."""
        self.by_key: dict[tuple[int, int], Any] = {}
        """Items that came of others, by key."""
        self.gone: dict[tuple[int, int], Moment] = {}
        """When children were withdrawn (42)."""
        self.lives: dict[int, list[Any]] = defaultdict(list)
        """TOKEN records by item."""
        self.first_token: dict[int, int] = {}
        """The token of each item that has only one, as far as a row tells."""
        self.births: list[Birth] = []
        self.cells: list[Cell] = []

    @cached_property
    def changes(self) -> Changes:
        """What changed inside the run."""
        return Changes(self, read)

    def say(self, rule: str, text: str) -> None:
        """Write down a finding."""
        self.findings.append(f"{rule} {text}")
        if len(self.findings) >= MOST_FINDINGS:
            raise Enough

    def child_key(self, spawn: Any, item: Any) -> tuple[int, int]:
        """Return the key that a child of a site would have (60)."""
        parent = self.items[item.parent]
        return child_key(parent.hi, parent.lo, spawn.tag, item.ordinal, item.member)

    def strands_of(self, stream: Any) -> list[Strand]:
        """Return the strands of a stream, worked out from what each waits for."""
        first, n = stream.first_strand, stream.n_strands
        records = read(self.model.strands[first : first + n])
        before = [members(record.before) for record in records]
        follow = [frozenset(j for j in range(n) if i in before[j]) for i in range(n)]
        ahead = [frozenset[int]()] * n
        for i in reversed(range(n)):
            ahead[i] = follow[i].union(*(ahead[j] for j in follow[i]))
        return [
            Strand(
                record.start, before[i], record.need, record.once == 1, members(record.cancels),
                members(record.ends), follow[i], ahead[i],
            )
            for i, record in enumerate(records)
        ]  # fmt: skip

    def calendar(self, index: int) -> Calendar:
        """Return a calendar; -1 is the wall clock."""
        if index not in self._calendars:
            if index < 0:
                self._calendars[index] = Calendar((), True)
            else:
                record = self.model.calendars[index]
                first, n = int(record["first"]), int(record["n"])
                openings = read(self.model.openings[first : first + n])
                self._calendars[index] = Calendar(openings, bool(record["always"]))
        return self._calendars[index]

    def _as_one_number(self, row: Any) -> Any:
        """Return a row of presence with the number of somebody of a pool that is divided."""
        team = self.teams[row.pool] if 0 <= row.pool < len(self.pools) else None
        if not isinstance(team, Team) or row.group not in team.numbers or row.person < 1:
            return row
        return row._replace(person=team.who(row.group, row.person))

    def group(self, pool: int) -> Group | Team:
        """Return the people of a pool."""
        return self.teams[pool]

    def places(self, request: "Request", wait: "Wait", pool: int) -> frozenset[int] | None:
        """Return the groups of a pool that may start a wait, as places; None: all (19, 34)."""
        team = self.teams[pool]
        if not isinstance(team, Team):
            return None
        return team.places(self.steps[request.step].stream, wait.own.get(pool))

    def draw(self, key: tuple[int, int], tag: int, visit: int, purpose: int, sub: int = 0) -> float:
        """Return the uniform at an address (61)."""
        return uniform(self.k0, self.k1, key[0], key[1], tag, visit, int(purpose), sub)

    def leave_draw(self, tag: int, person: int, date: int) -> float:
        """Return the uniform of a person's leave on a local date (16)."""
        return uniform(self.k0, self.k1, person, date, tag, 0, int(Purpose.LEAVE), 0)

    def quantile(self, distribution: int, u: float) -> float:
        """Return a quantile in ticks."""
        model = self.model
        return quantile(model.distributions, model.pieces, model.tables, distribution, u)

    def duration(self, distribution: int, u: float, factor: float = 1.0) -> int:
        """Return max(0, rint(x f)) (2)."""
        if self.zero[distribution]:
            return 0
        return max(0, round(self.quantile(distribution, u) * factor))


def where(request: Request) -> str:
    """Return how a request is called in a finding."""
    return f"item {request.item} at step {request.step}, visit {request.visit},"


# ---- A1: rows of a token ---------------------------------------------------------------------


def check_rows(book: Book) -> None:
    """A1 (7, 12, 54, 59, R6): a token does one thing at a time, from arrival to end or E."""
    end = book.end
    for n, item in enumerate(book.items):
        if item.item != n:
            book.say("A1", f"item {item.item} stands at place {n}: items are numbered from 0 (12)")
        if not item.arrived < end or (item.arrived < 0) != (item.layer <= BACKLOG_LAYER):
            book.say("A1", f"item {n} arrives at {item.arrived}, outside [0, {end}) (7)")
        if (item.ended == NEVER) != (item.outcome == Outcome.OPEN):
            book.say("A1", f"item {n} ended at {item.ended} with outcome {item.outcome}")
        if item.ended != NEVER and not item.arrived <= item.ended < end:
            book.say("A1", f"item {n} ended at {item.ended}, not in [{item.arrived}, {end}) (7)")
    order = {v: book.streams[v].order for v in range(len(book.streams))}
    for a, b in pairwise(book.items):
        if b.layer <= BACKLOG_LAYER:  # the backlog comes first, by since (A12)
            ordered = a.layer <= BACKLOG_LAYER
        elif b.parent >= 0 or b.layer == TRIGGERED:  # these come after the others of their tick
            ordered = a.arrived <= b.arrived
        elif a.parent >= 0 or a.layer == TRIGGERED:
            ordered = a.arrived < b.arrived
        else:
            ordered = (a.arrived, order[a.stream], a.layer, a.ordinal, a.member) < (
                b.arrived, order[b.stream], b.layer, b.ordinal, b.member,
            )  # fmt: skip
        if not ordered:
            book.say("A1", f"items {a.item} and {b.item} are not in order of creation (8, 12)")
    check_tokens(book)
    if [(r.item, r.token, r.row) for r in book.rows] != sorted(
        (r.item, r.token, r.row) for r in book.rows
    ):
        book.say("A1", "rows are not sorted by (item, token, row) (59)")
    rows: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in book.rows:
        rows[row.item, row.token].append(row)
    spans = {
        (item.item, book.first_token[item.item]): (item.arrived, item.ended)
        for item in book.items
        if item.item in book.first_token
    }
    spans.update(((life.item, life.token), (life.began, life.ended)) for life in book.tokens)
    for item in book.items:  # that was there for some time, and of which nothing is told
        if item.item not in book.first_token and item.item not in book.lives:
            spans[item.item, NEVER] = item.arrived, item.ended
    kinds = {int(kind) for kind in Kind}
    for (item, token), (began, ended) in spans.items():
        now, which = began, f"item {item}, token {token}"
        for place, row in enumerate(rows[item, token]):
            name = f"row {row.row} of {which}"
            if row.row != place:
                book.say("A1", f"{name} stands at place {place}")
            if row.kind not in kinds:
                book.say("A1", f"{name} has the unknown kind {row.kind}")
            if row.begin != now:
                book.say("A1", f"{name} begins at {row.begin}, the one before ended at {now} (54)")
            if row.end < row.begin or (row.end == row.begin and row.kind != Kind.WORK):
                book.say("A1", f"{name}, kind {row.kind}, is [{row.begin}, {row.end}) (R6)")
            if row.begin >= end or row.end > end:
                book.say("A1", f"{name} is [{row.begin}, {row.end}), the run ends at {end} (7)")
            now = row.end
        last = min(ended, end)
        if now != last:
            book.say("A1", f"the rows of {which} end at {now}, it ends at {last} (54)")


def check_tokens(book: Book) -> None:
    """A1 (12, 41, 42): tokens are numbered in the run, each is of one item, and lives within it."""
    end, known = book.end, set(range(len(book.items)))
    if [(life.item, life.token) for life in book.tokens] != sorted(
        (life.item, life.token) for life in book.tokens
    ):
        book.say("A1", "tokens are not sorted by (item, token) (59)")
    owner: dict[int, int] = {}
    for life in book.tokens:
        name = f"token {life.token} of item {life.item}"
        if life.item not in known or not book.strands[book.items[life.item].stream]:
            book.say("A1", f"{name} belongs to nobody")
            raise Enough
        if owner.setdefault(life.token, life.item) != life.item or life.token in {
            other.token for other in book.lives[life.item]
        }:
            book.say("A1", f"{name} is there twice (12)")
        book.lives[life.item].append(life)
        item = book.items[life.item]
        last = min(item.ended, end - 1)
        ended = life.ended == NEVER or life.began <= life.ended <= last
        if not item.arrived <= life.began <= last or not ended:
            book.say(
                "A1", f"{name} lives in [{life.began}, {life.ended}), outside its item (41, 42)"
            )
        if life.cancelled not in (0, 1) or (life.cancelled == 1 and life.ended == NEVER):
            book.say("A1", f"{name} has cancelled {life.cancelled} and ends at {life.ended} (42)")
    alone = len(book.model.strands) == 0
    for table in (book.rows, book.visits, book.presence):
        for row in table:
            found = row.item in known
            if found and alone:
                found = row.token == row.item
            if found and book.strands[book.items[row.item].stream]:
                found = owner.get(row.token) == row.item
            elif found:
                found = owner.setdefault(row.token, row.item) == row.item
                found = book.first_token.setdefault(row.item, row.token) == row.token and found
            if not found:
                book.say("A1", f"a row of item {row.item}, token {row.token} belongs to nobody")
    numbers = len(owner)
    for item in book.items:
        lives = book.lives.get(item.item)
        if lives:
            if max(life.ended for life in lives) != item.ended:
                book.say("A1", f"item {item.item} and its last token do not end together (41)")
        elif book.strands[item.stream]:
            book.say("A1", f"item {item.item} has no token (41)")
        elif alone:
            book.first_token[item.item] = item.item
        elif item.item not in book.first_token:
            numbers += 1
    if not alone and any(not 0 <= token < numbers for token in owner):
        book.say("A1", f"tokens are not numbered from 0 to {numbers - 1} (12)")


def check_visit_table(book: Book) -> None:
    """A1 (59, 61): visits are numbered per item and step, in order of entering, inside the item."""
    count: Counter[tuple[int, int]] = Counter()
    order = [(visit.item, visit.token) for visit in book.visits]
    if order != sorted(order):
        book.say("A1", "visits are not sorted by (item, token) (59)")
    lives = {life.token: life for life in book.tokens}
    visits = book.visits
    if lives:  # tokens of an item may come to a step in another order than they were created
        visits = sorted(visits, key=lambda v: (v.item, v.visit if v.item in book.lives else 0))
    for visit in visits:
        item, step = book.items[visit.item], visit.step
        name = f"visit {visit.visit} of item {item.item} to step {step}"
        count[item.item, step] += 1
        life = lives.get(visit.token)
        last = min(life.ended if life else item.ended, book.end - 1)
        if visit.visit != count[item.item, step]:
            book.say("A1", f"{name} is number {count[item.item, step]} (61)")
        if not (life.began if life else item.arrived) <= visit.entered <= last:
            book.say("A1", f"{name} is entered at {visit.entered}, when its token is not there")
        for tick in (visit.started, visit.finished):
            if tick != NEVER and not visit.entered <= tick <= last:
                book.say("A1", f"{name} has tick {tick}, outside [{visit.entered}, {last}]")
        if visit.started != NEVER and visit.finished < visit.started:
            book.say("A1", f"{name} finishes at {visit.finished} and starts at {visit.started}")
    entered: dict[Any, int] = {}
    for visit in book.visits:
        if visit.entered < entered.get(visit.token, 0):
            book.say("A1", f"token {visit.token} of item {visit.item} enters steps out of order")
        entered[visit.token] = visit.entered
    for visit in visits if lives else ():
        if visit.entered < entered.get((visit.item, visit.step), 0):
            book.say("A1", f"item {visit.item} enters step {visit.step} out of order (61)")
        entered[visit.item, visit.step] = visit.entered


def check_presence_table(book: Book) -> None:
    """A1 (59): presence is sorted, inside the run, of people that exist."""
    keys = [(p.item, p.token, p.begin, p.pool, p.group, p.person, p.end) for p in book.presence]
    if keys != sorted(keys):
        book.say("A1", "presence is not sorted by (item, token, begin, pool, group, person) (59)")
    for p in book.presence:
        name = f"presence of person {p.person} of pool {p.pool} on item {p.item}"
        if not 0 <= p.begin <= p.end <= book.end or p.begin >= book.end:
            book.say("A1", f"{name} is [{p.begin}, {p.end}), the run ends at {book.end} (7)")
        if min(p.setup, p.called) < 0 or p.setup + p.called > p.end - p.begin:
            book.say("A1", f"{name} has {p.setup} ticks of set-up in [{p.begin}, {p.end})")
        pool = book.pools[p.pool] if 0 <= p.pool < len(book.pools) else None
        serving = book.model.pool_groups[pool.first : pool.first + pool.n_groups] if pool else ()
        if p.group not in serving:
            book.say("A1", f"{name} is of group {p.group}, which does not serve it (14)")
        elif p.called and not (book.model.groups["call_out"] >= 0).any():
            book.say("A1", f"{name} is called out, and nobody ever is (19)")


# ---- A11: sums and clocks --------------------------------------------------------------------


def check_sums(book: Book) -> None:
    """A11 (57, 58, 65): parts fit into their row, and Little's law holds in integers."""
    for row in book.rows:
        parts = row.gate, row.unavailability, row.policy, row.prioritisation
        name = f"row {row.row} of item {row.item}"
        if min(parts) < 0 or sum(parts) > row.end - row.begin:
            book.say("A11", f"the parts {parts} of {name} do not fit [{row.begin}, {row.end})")
        blames = row.kind in (Kind.CONTENTION, Kind.DEPENDENCY)
        if row.kind != Kind.CONTENTION and (any(parts) or (row.blame != -1 and not blames)):
            book.say("A11", f"{name} has kind {row.kind} and parts of a wait for people (54)")
    items, rows = book.trajectory.items, book.trajectory.rows
    last = np.minimum(items["ended"], book.end)
    stream = items["stream"][rows["item"]]
    for v in range(len(book.streams)):
        mine = items["stream"] == v
        presence = _exact(last[mine]) - _exact(items["arrived"][mine])
        if book.strands[v]:
            tokens = book.trajectory.tokens
            mine = items["stream"][tokens["item"]] == v
            presence = _exact(np.minimum(tokens["ended"][mine], book.end))
            presence -= _exact(tokens["began"][mine])
        integral = _integral(rows["begin"][stream == v], rows["end"][stream == v])
        if presence != integral:
            book.say("A11", f"stream {v}: items are there {presence} ticks, counted {integral}")
    for visit in book.visits:
        v = book.streams[book.items[visit.item].stream]
        if visit.step == v.value_step and visit.finished != NEVER and v.due_row >= 0:
            clock = book.calendar(v.due_calendar).clock
            arrived = book.items[visit.item].arrived
            elapsed = clock(visit.finished) - clock(arrived)
            if not 0 <= elapsed <= visit.finished - arrived:
                book.say("A11", f"the clock of item {visit.item} says {elapsed} ticks (58)")


def check_critical_paths(book: Book) -> None:
    """A11 (57): causes, work and set-up on the way back from the last token are the lead time."""
    ticks: Counter[int] = Counter()
    for row in book.rows if book.tokens else ():
        ticks[row.token] += row.end - row.begin
    for n, lives in book.lives.items():
        item, by_number = book.items[n], {life.token: life for life in lives}
        open_ones = [life for life in lives if life.ended == NEVER]
        life = (
            min(open_ones, key=attrgetter("token"))
            if open_ones
            else max(lives, key=lambda life: (life.ended, not life.cancelled, life.token))
        )
        total, left = 0, len(lives)
        while life is not None and left:
            total, left = total + ticks[life.token], left - 1
            before = by_number.get(life.of)
            if life.of >= 0 and (before is None or before.ended != life.began):
                book.say("A11", f"token {life.token} of item {n} begins at {life.began}, not when "
                         f"the token {life.of} ends that let it begin (57)")  # fmt: skip
                break
            life = before
        else:
            lead = min(item.ended, book.end) - item.arrived
            if total != lead:
                book.say("A11", f"the critical path of item {n} is {total} ticks, not {lead} (57)")


def _exact(values: Any) -> int:
    """Return the sum of ticks without overflow: high and low halves apart (65)."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())


def _integral(begins: Any, ends: Any) -> int:
    """Return the integral over time of how many of some intervals hold, by a sweep."""
    ticks = np.concatenate((begins, ends))
    steps = np.concatenate((np.ones(len(begins), np.int64), -np.ones(len(ends), np.int64)))
    order = np.argsort(ticks, kind="stable")
    level = np.cumsum(steps[order])[:-1]
    return _exact(level * np.diff(ticks[order]))


def check_calendars(book: Book) -> None:
    """A11 (4): the openings of every calendar are in order, apart, and C(t) adds up."""
    for c in range(len(book.model.calendars)):
        record = book.model.calendars[c]
        stretch = book.model.openings[int(record["first"]) : int(record["first"] + record["n"])]
        opens, closes = stretch["opens"], stretch["closes"]
        sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(closes - opens)))[:-1]
        if (opens >= closes).any() or (closes[:-1] > opens[1:]).any():
            book.say("A11", f"the openings of calendar {c} overlap (4)")
        if (opens < 0).any() or (len(stretch) and (stretch["before"] != sums).any()):
            book.say("A11", f"the clock of calendar {c} does not add up (4)")


# ---- A12: arrivals ---------------------------------------------------------------------------


def check_arrivals(book: Book) -> None:
    """A12 (8, 12, 50, 52, 60): the items are those of the addresses, all of them, no others."""
    expected = sorted(
        (tick, stream.order, layer, ordinal, member, v, cls, key)
        for v, stream in enumerate(book.streams)
        for tick, layer, ordinal, member, cls, key in _arrivals(book, v, stream)
        if book.changes.comes(stream, key, tick)
    )
    before = [
        (-one.age, book.streams[one.record.stream].order, one.layer, one.ordinal, -1,
         one.record.stream, _class(book, book.streams[one.record.stream], one.key)
         if one.record.cls < 0 else one.record.cls, one.key)
        for one in there(book)
    ]  # fmt: skip
    book.there = {one.key: one for one in there(book)}
    expected = before + expected
    outside = [item for item in book.items if item.parent < 0 and item.layer != TRIGGERED]
    keys: dict[int, tuple[int, int]] = {}
    trigger_keys(book, keys)
    for want, item in zip(expected, outside, strict=False):
        tick, _, layer, ordinal, member, v, cls, key = want
        found = item.arrived, item.stream, item.layer, item.ordinal, item.member, item.cls
        if found != (tick, v, layer, ordinal, member, cls):
            book.say(
                "A12",
                f"item {item.item} is {found}, the addresses give "
                f"{(tick, v, layer, ordinal, member, cls)}"
                " (arrived, stream, layer, ordinal, member, class)",
            )
            return
        keys[item.item] = key
    if len(expected) != len(outside):
        book.say("A12", f"{len(outside)} items, the addresses give {len(expected)} (50, 52)")
        return
    for item in book.items:
        if item.parent >= 0:
            keys[item.item] = _child_key(book, item, keys)
        elif item.site != -1:
            book.say("A12", f"item {item.item} came from outside, and has site {item.site} (44)")
        if keys[item.item] != (item.hi, item.lo):
            book.say("A12", f"item {item.item} has the key {(item.hi, item.lo)} (60)")
    book.keys = [keys[item.item] for item in book.items]


def _child_key(book: Book, item: Any, keys: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return the key of a child by its address: parent, spawn site, visit and index (60)."""
    parent = keys.get(item.parent, (-1, -1))
    for spawn in book.spawns:
        if (spawn.stream, spawn.step) == (item.stream, item.site):
            key = child_key(*parent, spawn.tag, item.ordinal, item.member)
            if key == (item.hi, item.lo):
                return key
    return -1, -1


def _arrivals(book: Book, v: int, stream: Any) -> Iterable[tuple[Any, ...]]:
    """Yield (tick, layer, ordinal, member, class, key) of the items of a stream."""
    if stream.arrivals == Arrivals.REPLAY:
        first = stream.first_replay
        for row in read(book.model.replay[first : first + stream.n_replay]):
            if row.tick < book.end:
                key = root_key(0, row.row, stream.origin)
                cls = row.cls if row.cls >= 0 else _class(book, stream, key)
                yield row.tick, -1, row.row, -1, cls, key
        return
    if stream.arrivals == Arrivals.INTERNAL:
        return
    candidates = _poisson if stream.arrivals == Arrivals.POISSON else _renewal
    for tick, layer, ordinal, key in candidates(book, stream):
        if stream.batch < 0:
            yield tick, layer, ordinal, -1, _class(book, stream, key), key
            continue
        record = book.model.counts[stream.batch]
        u = book.draw(key, stream.tag, 0, Purpose.COUNT)
        number = int(record["offset"]) + _choose(book, int(record["first"]), int(record["n"]), u)
        for member in range(number):
            child = child_key(key[0], key[1], stream.tag, 0, member)
            yield tick, layer, ordinal, member, _class(book, stream, child), child


def _poisson(book: Book, stream: Any) -> Iterable[tuple[int, int, int, tuple[int, int]]]:
    """Yield the candidates that stay: (layer + mark) lambda 0 < lambda(t) (50)."""
    rates = read(book.model.rates[stream.first_rate : stream.first_rate + stream.n_rates])
    ticks = [rate.tick for rate in rates]
    for layer in range(stream.layers):
        tick = ordinal = 0
        while True:
            key = root_key(layer, ordinal, stream.origin)
            tick += book.duration(stream.gap, book.draw(key, stream.tag, 0, Purpose.GAP))
            if tick >= book.end:
                break
            mark = book.draw(key, stream.tag, 0, Purpose.MARK)
            rate = rates[bisect_right(ticks, tick) - 1]
            level = rate.level * day_of(book, stream, rate.date)
            if book.changes.stays(stream, (tick, layer, ordinal), mark, level):
                yield tick, layer, ordinal, key
            ordinal += 1


def _renewal(book: Book, stream: Any) -> Iterable[tuple[int, int, int, tuple[int, int]]]:
    """Yield the arrivals of a renewal process: a gap is over at the first tick that has spent it.

    Operational time L is float64, so a tick beside the one found here will do as well (52).
    """
    rates = read(book.model.rates[stream.first_rate : stream.first_rate + stream.n_rates])
    if stream.day_level >= 0:
        rates = on_days(book, stream, rates)
    ticks = [rate.tick for rate in rates]
    totals = [rate.cumulative for rate in rates]
    seen = {i.ordinal: i.arrived for i in book.items if book.streams[i.stream] is stream}
    tick = ordinal = 0
    while True:
        key = root_key(0, ordinal, stream.origin)
        gap = book.quantile(stream.gap, book.draw(key, stream.tag, 0, Purpose.GAP))
        now = rates[bisect_right(ticks, tick) - 1]
        target = now.cumulative + now.level * (tick - now.tick) + gap
        if gap > 0.0:
            rate = rates[max(bisect_left(totals, target) - 1, 0)]
            if rate.level <= 0.0:
                return
            steps = ceil((target - rate.cumulative) / rate.level)
            while rate.cumulative + rate.level * (steps - 1) >= target:
                steps -= 1
            while rate.cumulative + rate.level * steps < target:
                steps += 1
            exact = rate.tick + steps
            found = seen.get(ordinal, exact)
            tick = found if abs(found - exact) <= 1 else exact
        if tick >= book.end:
            return
        yield tick, 0, ordinal, key
        ordinal += 1


def _class(book: Book, stream: Any, key: tuple[int, int]) -> int:
    """Return the class of an item: classes lie on [0, 1) in name order (11)."""
    u = book.draw(key, stream.tag, 0, Purpose.CLASS)
    return _choose(book, stream.class_shares, stream.n_classes, u)


def _choose(book: Book, first: int, n: int, u: float) -> int:
    """Return the way that u points to on n cumulative shares."""
    return min(bisect_right(book.factors, u, first, first + n) - first, n - 1)


# ---- A3, A8, A10: the path of an item --------------------------------------------------------


def check_paths(book: Book) -> None:
    """A8 (10, 41 to 43, 64): every item follows the program; A2, A3, A10 on the way."""
    for stream, strands in zip(book.streams, book.strands, strict=True):
        for i, strand in enumerate(strands):
            if members(int(book.model.strands["follow"][stream.first_strand + i])) != strand.follow:
                book.say("A8", f"strand {i} is waited for by {sorted(strand.follow)} (41)")
    rows: dict[int, list[Any]] = defaultdict(list)
    visits: dict[int, list[Any]] = defaultdict(list)
    presence: dict[int, list[Any]] = defaultdict(list)
    for table, into in ((book.rows, rows), (book.visits, visits), (book.presence, presence)):
        for row in table:
            into[row.token].append(row)
    batches = {
        (item.stream, item.layer, item.ordinal): item.item
        for item in book.items
        if item.parent < 0 and item.member >= 0
    }
    book.by_key = {(item.hi, item.lo): item for item in book.items if item.parent >= 0}
    for item in book.items:
        n = item.item
        problem = None
        choices: list[int] = []
        last = batches.get((item.stream, item.layer, item.ordinal), n)
        last = len(book.there) - 1 if item.layer <= BACKLOG_LAYER else last  # it comes like a batch
        for _ in range(MOST_WALKS):
            path = Path(
                book, item, (rows, visits, presence), choices, n if item.parent >= 0 else last
            )
            try:
                path.run()
                break
            except Mismatch as mismatch:
                if problem is None or path.progress() > problem[0]:
                    problem = path.progress(), mismatch
                while path.taken and path.taken[-1][0] + 1 == path.taken[-1][1]:
                    path.taken.pop()
                choices = [k for k, _ in path.taken]
                if not choices:
                    book.say(problem[1].rule, f"item {n}: {problem[1].text}")
                    break
                choices[-1] += 1
        else:
            book.say("A8", f"item {n}: no way through its limits and tokens fits its rows")
            continue
        for walk in path.walks:
            book.requests.extend(walk.requests)
            book.stays.extend(walk.stays)
            book.hearings.extend(walk.hearings)
        book.holds.extend(path.holds)
        book.births.extend(path.births)
        for child in path.children:
            book.children[child.key] = child
        resolve(book, path.awaited)
    _check_children(book)
    _check_numbers(book)
    _let_in_together(book)
    book.requests.sort(key=lambda r: (r.joined, r.origin))
    for number, request in enumerate(book.requests):
        request.number = number


def _let_in_together(book: Book) -> None:
    """Do not trust the numbers of those who several limits let in at one tick (8, 45).

    Who is let in by one limit may free a place of another whose turn by name is over.
    """
    limits: dict[int, set[float]] = defaultdict(set)
    let_in = [request for request in book.requests if request.origin[0] == 6]
    for request in let_in:
        limits[request.joined].add(request.origin[1])
    for request in let_in:
        request.late = request.late or len(limits[request.joined]) > 1


def _check_children(book: Book) -> None:
    """A12 (8, 44): the items that come of others are those that the paths of these give."""
    found = {}
    before = None
    for item in book.items:
        if item.parent >= 0:
            origin = item.parent, item.site, item.ordinal, item.member
            found[item.hi, item.lo] = item.arrived, item.stream, item.cls, *origin
            child = book.children.get((item.hi, item.lo))
            if before and child and before.arrives == child.arrives:
                late, late_too = before.turn[0], child.turn[0]
                if late_too == 0 and (late == 2 or (late == 0 and before.turn > child.turn)):
                    text = f"item {item.item} comes after a child that comes later at its tick"
                    book.say("A12", f"{text}: by parent token and number (8)")
            before = child
    for key in found.keys() | book.children.keys():
        child = book.children.get(key)
        want = child and (child.arrives, child.stream, child.cls, *child.origin)
        if found.get(key) != want:
            text = f"a child is {found.get(key)}, the path of its parent gives {want}"
            book.say("A12", f"{text} (arrived, stream, class, parent, site, visit, index) (44)")


def _check_numbers(book: Book) -> None:
    """A8 (12): tokens are numbered as they were created, as far as their tick tells."""

    def known(birth: Birth) -> bool:
        return not birth.late and birth.origin[0] < 6

    births = sorted(book.births, key=attrgetter("token"))
    for a, b in pairwise(births):
        wrong = a.tick > b.tick
        if a.tick == b.tick and known(b):
            wrong = a.origin > b.origin if known(a) else a.origin[0] >= 6
        if wrong:
            book.say(
                "A8",
                f"token {b.token} of item {b.item} was created at {b.tick}, before token {a.token} "
                f"of item {a.item} (12, 41)",
            )


class Path:
    """An item's way through the program: what its tokens share, and who of them goes on next.

    `choices` says which of several ways to take where the rows do not tell: full limits may have
    sent the item elsewhere, and the order of its tokens in a tick may be unknown.
    """

    def __init__(
        self,
        book: Book,
        item: Any,
        tables: tuple[dict[int, list[Any]], ...],
        choices: list[int],
        last: int,
    ):
        self.book = book
        self.item = item
        self.tables = tables
        self.choices = choices
        self.taken: list[tuple[int, int]] = []
        """At each choice: which of how many."""
        self.last = last
        """The last item of its batch."""
        stream = book.streams[item.stream]
        self.stream = stream
        self.strands = book.strands[item.stream]
        self.key = book.keys[item.item]
        rank, due = book.by_class[stream.rank_row][item.cls], NEVER
        if stream.due_row >= 0:
            ticks = book.by_class[stream.due_row][item.cls]
            if ticks >= 0:
                due = book.calendar(stream.due_calendar).add(max(0, item.arrived), ticks)
                due += min(0, item.arrived)
        self.made = item.layer == TRIGGERED
        """Whether a trigger made it, perhaps after a dispatch of its tick (9, 49)."""
        self.born = book.children.get(self.key) if item.parent >= 0 else None
        """What the path of its parent says of it."""
        if self.born is not None:
            rank = rank if self.born.rank is None else self.born.rank
            due = due if self.born.due is None else self.born.due
        self.rank, self.due = rank, due
        self.changes = [Change(-1, (), False, rank, due)]
        preempts = stream.preempts_row
        self.preempts = preempts >= 0 and book.by_class[preempts][item.cls] == 1
        self.count: Counter[int] = Counter()
        """Visits to each step so far, by all tokens."""
        self.lives = book.lives.get(item.item, [])
        self.walks: list[Walk] = []
        """Its tokens in the order of creation."""
        self.live: dict[int, Walk] = {}
        """Its tokens that are, by strand."""
        self.begun: set[int] = {0}
        self.done: set[int] = set()
        self.passed: set[int] = set()
        self.back: set[int] = set()
        """Strands that were sent back, and have not been done since."""
        self.ran: set[int] = set()
        """Strands that are not repeated, and were done when they were sent back."""
        self.places: dict[int, tuple[int, set[int]]] = {}
        """Since when it has a place at a limit, and the tokens that need it (45)."""
        self.holds: list[tuple[int, int, int, int]] = []
        self.children: list[Child] = []
        self.awaited: list[Awaited] = []
        self.guards: dict[int, tuple[Moment, int, bool, Walk]] = {}
        """When visits of tokens escalate, to which rank, and whether only if not started (46)."""
        self.births: list[Birth] = []

    def progress(self) -> tuple[int, int]:
        """Return how far its tokens came."""
        return (
            sum(walk.next_row for walk in self.walks),
            sum(len(walk.expected) for walk in self.walks),
        )

    def choose(self, n: int) -> int:
        """Return which of some ways to take."""
        place = len(self.taken)
        k = self.choices[place] if place < len(self.choices) else 0
        self.taken.append((k, n))
        return k

    def run(self) -> None:
        """Let the tokens go on, one event after the other, or raise `Mismatch`."""
        item = self.item
        if self.strands:
            walk = self._create(0, -1, item.arrived)
        else:
            number = self.book.first_token.get(item.item, NEVER)
            withdrawn = item.outcome == Outcome.WITHDRAWN
            walk = Walk(self, 0, number, item.arrived, item.ended if withdrawn else NEVER)
            walk.comes_as(self.born)
            walk.late = walk.late or self.made
            self.walks.append(walk)
            self.live[0] = walk
            if number != NEVER:
                self._born(number, item.arrived, walk.origin, walk.late)
        self._go_on(walk)
        gone = self.book.gone.get(self.key) if item.outcome == Outcome.WITHDRAWN else None
        while self.live:
            walk = self._next()
            if walk.wake is NO_MORE or (gone is not None and walk.wake >= gone):
                break
            self._go_on(walk)
        if not self.live:
            return
        if item.outcome != Outcome.WITHDRAWN:
            self._escalate((NEVER, ()))
        if item.outcome == Outcome.WITHDRAWN:
            self._withdrawn()
            return
        if item.ended != NEVER:
            raise Mismatch("A8", "ended, though the program goes on past the end")
        for walk in self.live.values():
            if walk.cut != NEVER:
                raise Mismatch(
                    "A8", f"token {walk.number} is cancelled at {walk.cut}, and nobody does (42)"
                )
            walk.finish(NEVER)
        for limit, (got, _) in self.places.items():
            self.holds.append((limit, item.item, got, NEVER))
        self._all_told()

    def _escalate(self, before: Moment) -> None:
        """Let the item be more urgent whose visits have taken too long by a moment (46)."""
        due = sorted((guard[0], number) for number, guard in self.guards.items())
        for moment, number in due:
            if moment >= before or moment[0] >= self.book.end:
                break
            _, rank, unless_started, walk = self.guards.pop(number)
            started = walk.expected[-1][3]
            # whoever is on the way has come in phase 1, and others begin in phase 6 (8, 19);
            # what goes on from before the start goes on as it comes (53)
            r = walk.request
            early = r is not None and (r.called or r.held)
            begun = started < moment[0] + bool(early)
            if rank < self.rank and not (unless_started and begun):
                self.rank = rank
                self.changes.append(Change(moment[0], moment[1], False, rank, self.due))

    def _withdrawn(self) -> None:
        """Leave with what waited for it, which was cancelled (42)."""
        gone = self.book.gone.get(self.key)
        if gone is None or gone[0] != self.item.ended:
            raise Mismatch("A13", "is withdrawn, and nobody that needs it is cancelled (42)")
        self._escalate(gone)
        for _, walk in sorted(self.live.items()):
            walk.cancelled_at(gone)
        for limit, (got, _) in self.places.items():
            self.holds.append((limit, self.item.item, got, gone[0]))
        self._all_told()

    def _go_on(self, walk: "Walk") -> None:
        self._escalate(walk.wake)
        walk.wake = next(walk.flow, NO_MORE)

    def _next(self) -> "Walk":
        """Return the token whose turn it is (8).

        Work of no length ends in phase 1 behind the dispatch that starts it. Which of several are
        started by one dispatch is not known: at first all of the cell, then one alone.
        """
        if len(self.live) == 1:
            return next(iter(self.live.values()))
        walks = sorted(self.live.values(), key=attrgetter("wake"))
        t, place = walks[0].wake
        if place and place[0] == 1 and walks[0].awaits == t:
            others = [walk for walk in walks[1:] if walk.wake[0] == t and walk.wake[1][0] == 1]
            if others and self.choose(2) == 1:  # the last child that it needed left behind them
                return others[0]
        if not place or place[0] < 6:
            return walks[0]
        rivals = [walk for walk in walks if walk.wake[0] == t and walk.wake[1][0] >= 6]
        if len(rivals) == 1 or rivals[-1].wake[1][0] < 7:
            return rivals[0]
        options: list[list[Walk]] = []
        for walk in rivals:
            cell = [other for other in rivals if other.wake[1][:2] == walk.wake[1][:2]]
            if walk.wake[1][0] == 7 and len(cell) > 1 and cell not in options:
                options.append(cell)
            options.append([walk])
        started = options[self.choose(len(options))]
        if started[0].wake[1][0] == 7:
            for walk in started:
                walk.wake = t, (1, walk.number)
        return started[0]

    def _all_told(self) -> None:
        """See that every token of the tables is one of the path."""
        if self.strands and len(self.walks) < len(self.lives):
            number = self.lives[len(self.walks)].token
            raise Mismatch("A8", f"nothing lets token {number} begin (41)")

    def ends(self, outcome: int, t: int) -> None:
        """The last token has ended: compare how the item left (41, 42)."""
        item = self.item
        if item.outcome != outcome or item.ended != t:
            raise Mismatch(
                "A8",
                f"ended at {item.ended} with outcome {item.outcome}, the program "
                f"ends at {t} with outcome {outcome}",
            )
        self._all_told()

    # -- what tokens share --

    def change(self, walk: "Walk", rank: int, due: int) -> None:
        """Give the item another rank and due date (22)."""
        self.rank, self.due = rank, due
        self.changes.append(Change(walk.now, walk.origin, walk.late, rank, due))

    def take(self, limit: int, walk: "Walk") -> None:
        """Hold a place, for one more of the tokens (45)."""
        self.places.setdefault(limit, (walk.now, set()))[1].add(walk.number)
        walk.held.add(limit)

    def give_back(self, limit: int, walk: "Walk", t: int) -> None:
        """Give a place back, unless another token needs it (45)."""
        got, tokens = self.places[limit]
        walk.held.discard(limit)
        tokens.discard(walk.number)
        if not tokens:
            del self.places[limit]
            self.holds.append((limit, self.item.item, got, t))

    # -- strands (41 to 43) --

    def _create(self, strand: int, of: int, t: int, by: "Walk | None" = None) -> "Walk":
        """Create the token that begins a strand, and compare it with the table."""
        if len(self.walks) == len(self.lives):
            raise Mismatch("A8", f"strand {strand} begins at {t}, and no token tells of it (41)")
        life = self.lives[len(self.walks)]
        if (life.first, life.of, life.began) != (strand, of, t):
            raise Mismatch(
                "A8",
                f"token {life.token} begins strand {life.first} at {life.began} as token {life.of} "
                f"ends; the law has strand {strand} begin at {t} as {of} ends (41)",
            )
        walk = Walk(self, strand, life.token, t, life.ended if life.cancelled else NEVER)
        if by is None:
            walk.comes_as(self.born)
            walk.late = walk.late or self.made
            self._born(life.token, t, walk.origin, walk.late)
        else:
            walk.begin_after(by)
            self._born(life.token, t, *self._after(by))
            walk.team = by.team
        self.walks.append(walk)
        self.live[strand] = walk
        return walk

    def _born(self, number: int, t: int, origin: Place, late: bool) -> None:
        """Note a token."""
        self.births.append(Birth(number, max(0, t), origin, late, self.item.item))

    def _after(self, by: "Walk") -> tuple[Place, bool]:
        """Return where a token is created: those of a batch, after all its items are."""
        if len(by.origin) == 2 and by.origin[0] == 5:
            return (5, self.last, -1, self.item.item), by.late
        return by.origin, by.late

    def leaves(self, walk: "Walk", outcome: int) -> None:
        """A token leaves the stream: the others are cancelled (42)."""
        self._cancel(set(self.live), walk)
        walk.finish(walk.now)
        self.ends(outcome, walk.now)

    def joins(self, walk: "Walk", passed: bool) -> None:
        """A token comes to the end of its strand, done or passed by (41)."""
        walk.finish(walk.now)
        (self.passed if passed else self.done).add(walk.strand)
        self._end_repetitions({walk.strand}, walk)
        self._over({walk.strand}, walk)

    def jumps(self, walk: "Walk", jump: Any) -> int | None:
        """A token goes to another strand: return where it goes on, if it goes back (43)."""
        here, there = walk.strand, jump.to
        ahead = [strand.ahead for strand in self.strands]
        if jump.back == 0:
            if there not in ahead[here]:
                raise Mismatch("A8", f"goes forward from strand {here} to {there} (43)")
            walk.finish(walk.now)
            passed = ahead[here] - {there} - ahead[there]
            if members(jump.passed) != passed:
                said, law = sorted(members(jump.passed)), sorted(passed)
                raise Mismatch("A8", f"passes {said} by, the law {law} (43)")
            passed -= self.begun
            self.begun |= passed
            self.passed |= passed
            self.done.add(here)
            self._end_repetitions({here} | passed, walk)
            self._over({here} | passed, walk, there)
            return None
        if here not in ahead[there]:
            raise Mismatch("A8", f"goes back from strand {here} to {there} (43)")
        again = {here, there} | {i for i in ahead[there] if here in ahead[i]}
        once = {i for i in again if self.strands[i].once and i != there}
        if members(jump.again) != again or members(jump.once) != once:
            told = sorted(members(jump.again)), sorted(members(jump.once))
            must = sorted(again), sorted(once)
            raise Mismatch("A8", f"sends back {told}, the law {must} (strands, once) (43)")
        again -= {i for i in once if i in self.live and self.live[i] is not walk}
        self._cancel(again, walk)
        self.ran |= once & again & self.done
        self.back = (self.back - self.done) | again
        self.begun -= again
        self.done -= again
        self.passed -= again
        losers = self._losers(there)
        self.begun |= {there} | losers
        self._cancel(losers, walk)
        del self.live[here]
        walk.strand = there
        self.live[there] = walk
        return int(jump.start)

    def _over(self, over: set[int], walk: "Walk", there: int = -1) -> None:
        """Begin what waited for strands that are over, in the order of the file (41)."""
        tried = {j for i in over for j in self.strands[i].follow}
        tried |= {there} if there >= 0 else set()
        while tried:
            strand = min(tried)
            tried.remove(strand)
            if strand in self.begun or not self._enough(strand):
                continue
            losers = self._losers(strand)
            self.begun |= {strand} | losers
            self._cancel(losers, walk)
            if self.strands[strand].once and strand in self.ran:
                self.done.add(strand)
                tried |= self.strands[strand].follow
            else:
                self._create(strand, walk.number, walk.now, walk)
        if not self.live:
            self.ends(Outcome.DONE, walk.now)

    def _end_repetitions(self, over: set[int], walk: "Walk") -> None:
        """Cancel what is repeated until strands are over; it does not begin any more (66)."""
        for strand in sorted(over):
            ends = self.strands[strand].ends
            if any(self.strands[i].follow for i in ends):
                raise Mismatch("A8", f"something waits for what ends with strand {strand} (66)")
            self.begun |= ends
            self._cancel(ends, walk)

    def _enough(self, strand: int) -> bool:
        """Say whether enough of what a strand waits for is done (41, 43)."""
        waited_for = self.strands[strand].before - self.passed
        if strand in self.back:
            waited_for &= self.back
        need = min(self.strands[strand].need, len(waited_for))
        return bool(len(waited_for & self.done) >= need)

    def _losers(self, strand: int) -> frozenset[int]:
        """Return the strands that lead nowhere else, unless they run on (41)."""
        strands = self.strands
        if not strands[strand].cancels:
            return frozenset()
        found: set[int] = set()
        for i in reversed(range(len(strands))):
            if strands[i].follow and strands[i].follow <= found | {strand}:
                found.add(i)
        found = found.union(*(strands[i].ends for i in found))
        if found != strands[strand].cancels or strands[strand].need >= len(strands[strand].before):
            said, law = sorted(strands[strand].cancels), sorted(found)
            raise Mismatch("A8", f"strand {strand} cancels {said}, the law {law} (41)")
        return frozenset(found)

    def _cancel(self, strands: Iterable[int], by: "Walk") -> None:
        """Cancel the tokens in some strands, in their order (42)."""
        for strand in sorted(strands):
            walk = self.live.get(strand)
            if walk is not None and walk is not by:
                walk.cancel(by)


class Walk:
    """One token's way through the program, guided by its rows.

    Rows say how long waits took that depend on others; all else is worked out and compared.
    """

    def __init__(self, path: Path, strand: int, number: int, begin: int, cut: int):
        self.path = path
        self.book = path.book
        self.item = path.item
        self.key = path.key
        self.strand = strand
        self.number = number
        self.cut = cut
        """When the table says that it is cancelled."""
        rows, visits, presence = path.tables
        self.rows = rows.get(number, [])
        self.visits = visits.get(number, [])
        self.presence: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for p in sorted(presence.get(number, ()), key=attrgetter("begin", "end"), reverse=True):
            self.presence[p.step, p.visit].append(p)
        self.next_row = 0
        self.there = path.book.there.get(path.key) if begin < 0 else None
        """What is known of it from before the start (53)."""
        self.now = begin
        self.stop = min(cut, self.book.end)
        """Where its rows end, if not before."""
        self.until = min(cut + 1, self.book.end)
        """What happens from here on does not happen to it."""
        self.origin: Place = (5, self.item.item)
        self.late = False
        self.behind: Slice | None = None
        self.visit: Counter[int] = Counter()
        """Its own visits to each step, as the item counts them (61)."""
        self.expected: list[list[int]] = []
        self.last: dict[int, int] = {}
        self.held: set[int] = set()
        self.patience: tuple[int, int] | None = None
        self.request: Request | None = None
        self.requests: list[Request] = []
        self.stays: list[Stay] = []
        self.hearings: list[Hearing] = []
        self.spawned = 0
        self.team = -1
        """The team that worked on it last."""
        self.needs: list[KindOfChild] = []
        """Children of this visit that it will wait for."""
        self.awaits = NEVER
        """When it goes on from there."""
        self.repeated, self.at_step = 0, -1
        """How often the step at which it is has been repeated (66)."""
        self.flow = self._walk()
        self.wake: Moment = max(0, begin), (1, number)
        """When it goes on."""
        self.ending: Callable[[Moment], None] | None = None
        """Writes down what it waits for, when that does not happen."""

    def comes_as(self, child: Child | None) -> None:
        """Come in phase 5; a child perhaps after a dispatch of that tick (8, 9, 44)."""
        if child is not None and child.turn[0] > 0:
            self.late = True
            if child.place[0] >= 6:
                self.origin = *child.place, self.item.item
                self.behind = child.behind

    def begin_after(self, by: "Walk") -> None:
        """Begin in phase 1, by number, after what another token does (8, 41)."""
        origin, n = by.origin, self.number
        phase = origin[0]
        self.late, self.behind = by.late, by.behind
        if phase == 1:
            self.origin = 1, n
        elif phase in (2, 6):
            self.origin = phase, origin[1], inf, n
        elif phase == 5:
            self.origin = 5, self.path.last, n
        else:
            self.origin = phase, origin[1], n

    # -- its end --

    def cancel(self, by: "Walk") -> None:
        """Be cancelled by a sibling: so say the tables, at this very tick (42)."""
        self.cancelled_at((by.now, (7, *by.origin) if by.late else by.origin))

    def cancelled_at(self, gone: Moment) -> None:
        """Be cancelled: so say the tables, at this very tick (42)."""
        t = gone[0]
        if self.cut != t:
            told = "has not" if self.cut == NEVER else f"is at {self.cut}"
            raise Mismatch("A8", f"token {self.number} must be cancelled at {t}, and {told} (42)")
        if self.ending is not None:
            self.ending(gone)
            self.ending = None
        self.finish(t, cancelled=True)

    def finish(self, t: int, *, cancelled: bool = False) -> None:
        """Be no more, at a tick or open at the end of the run; compare all that is left."""
        path = self.path
        path.guards.pop(self.number, None)
        if t != NEVER:
            for limit in list(self.held):
                path.give_back(limit, self, t)
            del path.live[self.strand]
        elif self.ending is not None:
            self.ending(NO_MORE)
        if path.strands:
            life = path.lives[path.walks.index(self)]
            said, law = (life.strand, life.ended, life.cancelled), (self.strand, t, int(cancelled))
            if said != law:
                text = f"token {self.number} ends as {said}, the program gives {law}"
                raise Mismatch("A8", f"{text} (strand, tick, whether cancelled) (41, 42)")
        if self.next_row < len(self.rows):
            row = self.rows[self.next_row]
            raise Mismatch("A8", f"row {row.row} of kind {row.kind} comes after the end")
        if any(self.presence.values()):
            raise Mismatch("A2", "somebody was present when no work was done")
        found = [
            [v.step, v.visit, v.entered, v.started, v.finished, v.outcome] for v in self.visits
        ]
        if found != self.expected:
            pairs = zip(found + [None] * len(self.expected), self.expected, strict=False)
            odd = next(((a, b) for a, b in pairs if a != b), (found[-1:], None))
            raise Mismatch(
                "A8",
                f"visit {odd[0]}, the program gives {odd[1]} "
                "(step, visit, entered, started, finished, outcome)",
            )

    def _comes(self, t: int, place: Place) -> Moment:
        """Return when something comes that others may prevent."""
        return (t, place) if t < self.until else NO_MORE

    def _cut_here(self) -> bool:
        """Say whether it is cancelled now, as no row tells of anything else."""
        return self.now == self.cut and self.next_row == len(self.rows)

    # -- the program --

    def _walk(self) -> Generator[Moment, None, None]:
        ops, book, path = self.book.ops, self.book, self.path
        place = path.strands[self.strand].start if path.strands else path.stream.start
        if self.there is not None:
            place = self.there.record.start
            self._take(Kind.BEFORE_START, 0, self.there.record.step)
            self.now = 0
        since = (self.now, 0)
        while True:
            since = (self.now, since[1] + 1 if since[0] == self.now else 0)
            if since[1] > ENDLESS:
                raise Mismatch("A8", f"goes round and round at {self.now} (13)")
            op = ops[place]
            place = op.next
            code = op.code
            if code == Op.ENTER:
                self._enter(op)
            elif code == Op.SET:
                self._set(op)
            elif code == Op.ADMIT:
                jump = yield from self._admit(op)
                if jump is not None:
                    if jump < 0:
                        path.leaves(self, Outcome.REFUSED)
                        return
                    place = jump
            elif code == Op.RETIRE:
                for limit in [limit for limit in self.held if limit != op.a]:
                    path.give_back(limit, self, self.now)
            elif code == Op.DELAY:
                yield from self._delay(op)
            elif code == Op.PATIENCE:
                distribution = book.by_class[op.a][self.item.cls] if op.a >= 0 else -1
                self.patience = None
                if distribution >= 0:
                    d = self._duration(op, distribution, Purpose.PATIENCE)
                    self.patience = self.now + d, op.b
            elif code == Op.SEIZE:
                jump = yield from self._seize(op)
                if jump is not None:
                    if jump < 0:
                        path.leaves(self, Outcome.ABANDONED)
                        return
                    place = jump
            elif code == Op.WORK:
                yield from self._work(op)
            elif code == Op.RELEASE:
                assert self.request is not None
                piece = self.request.slices[-1]
                ways = self.request.waits[-1].allowed
                if piece.people or len(ways) == 1:  # else who it was is not known
                    ways = (piece.alternative,)
                way = ways[path.choose(len(ways)) if len(ways) > 1 else 0]
                self.team, self.request = self.request.alternatives[way][0][0], None
            elif code == Op.HANDOVER:
                if self._from_others(book.by_class[op.c][self.item.cls]):
                    yield from self._delay(op)
            elif code == Op.GATE:
                jump = yield from self._gate(op)
                if jump is not None:
                    place = jump
            elif code == Op.ASK:
                yield from self._passes(decided_at(self, op), Kind.GATE, op.step)
            elif code == Op.BRANCH:
                place = self._branch(op)
            elif code == Op.SPAWN:
                self._spawn(book.spawns[op.a])
            elif code == Op.ESCALATE:
                after, rank = (book.by_class[row][self.item.cls] for row in (op.a, op.c))
                until = book.calendar(op.b).add(self.now, after)
                path.guards[self.number] = (until, (3, self.number, 1)), rank, op.d == 1, self
            elif code == Op.AWAIT:
                yield from self._await(op)
            elif code in (Op.EFFECT, Op.MARK):
                pass  # svcsim.audit.changes
            elif code == Op.LEAVE:
                self.expected[self.last[op.step]][4] = self.now
                path.guards.pop(self.number, None)
            elif code == Op.END:
                path.leaves(self, int(op.a))
                return
            elif code == Op.REPEAT:
                place = self._repeat(op)
            elif code == Op.JOIN:
                if op.a != self.strand:
                    raise Mismatch("A8", f"ends strand {op.a} in strand {self.strand} (41)")
                path.joins(self, op.b == 1)
                return
            elif code == Op.JUMP:
                jump = path.jumps(self, book.jumps[op.a])
                if jump is None:
                    return
                place = jump
            else:
                raise Mismatch("A8", f"comes to the unknown instruction {code}")

    def _spawn(self, spawn: Any) -> None:
        """Note the children that come of this visit (44)."""
        book, visit, cls = self.book, self.visit[spawn.step], self.item.cls
        u = book.draw(self.key, spawn.tag, visit, Purpose.SPAWN)
        if u >= book.factors[spawn.shares + (cls if spawn.n_classes > 1 else 0)]:
            return
        number = 1
        if spawn.count >= 0:
            record = book.model.counts[spawn.count]
            u = book.draw(self.key, spawn.tag, visit, Purpose.COUNT)
            first, n = int(record["first"]), int(record["n"])
            number = int(record["offset"]) + _choose(book, first, n, u)
        stream = book.streams[spawn.stream]
        late = 2 if self.origin[0] >= 6 else int(self.late)
        keys: list[tuple[int, int]] = []
        if spawn.waited >= 0 and needed(spawn, number) > 0:
            self.needs.append(KindOfChild(needed(spawn, number), keys))
        for index in range(number):
            key = child_key(self.key[0], self.key[1], spawn.tag, visit, index)
            arrives = self.now
            if spawn.wait_row >= 0:
                distribution = book.by_class[spawn.wait_row][cls]
                d = book.duration(distribution, book.draw(key, stream.tag, 0, Purpose.WAIT))
                arrives = book.calendar(spawn.calendar).add(arrives, d)
            known = book.by_class[spawn.cls_row][cls] if spawn.cls_row >= 0 else -1
            child = Child(
                key,
                arrives,
                spawn.stream,
                known if known >= 0 else _class(book, stream, key),
                (self.item.item, spawn.step, visit, index),
                self.path.rank if spawn.inherit_rank else None,
                self.path.due if spawn.inherit_due else None,
                (late if arrives == self.now else 0, self.number, self.spawned),
                self.origin,
                self.behind,
            )
            self.spawned += 1
            keys.append(key)
            if arrives < book.end:
                self.path.children.append(child)

    def _await(self, op: Any) -> Generator[Moment, None, None]:
        """Wait for children; when enough have left is looked at when all is told (44)."""
        kinds, self.needs = self.needs, []
        if not kinds:
            return
        begin, row = self.now, self._peek(Kind.DEPENDENCY, op.step)
        if enough_at(self.book, kinds) <= begin:  # another wait may follow, of the same cause
            row = None
        if row is not None:
            self.next_row += 1
            self.now = row.end
        common = self.item.item, self.number, op.step, begin
        blame, waits = -1 if row is None else row.blame, self.path.awaited
        self.ending = lambda gone: waits.append(Awaited(*common, NEVER, gone, blame, kinds))
        over = self.visits[self.last[op.step]].finished < NEVER
        went_on = over or len(self.visits) > len(self.expected)
        if self._cut_here() and not went_on:
            yield NO_MORE
        # The last child may have left in any phase of the tick.
        phase = phase_of(self.book, kinds, self.now)
        place: Place = (phase, inf, self.number) if phase > 1 else (1, self.number)
        self.awaits = self.now
        yield self._comes(self.now, place)
        self.ending, self.awaits = None, NEVER
        waits.append(Awaited(*common, self.now, NO_MORE, blame, kinds))
        self.origin, self.late = place, True

    def _duration(self, op: Any, distribution: int, purpose: Purpose, factor: float = 1.0) -> int:
        tag = self.book.steps[op.step].tag
        if self.book.zero[distribution]:
            return 0
        u = self.book.draw(self.key, tag, self.visit[op.step], purpose)
        return self.book.duration(distribution, u, factor)

    def _enter(self, op: Any) -> None:
        self.path.count[op.step] += 1
        self.visit[op.step] = self.path.count[op.step]
        if op.a == 1:
            self.path.guards.pop(self.number, None)
            if self.expected:
                self.there = None
            self.repeated = self.repeated if op.step == self.at_step else 0
            self.at_step = op.step
            self.last[op.step] = len(self.expected)
            self.expected.append([op.step, self.visit[op.step], self.now, NEVER, NEVER, -1])

    def _since(self) -> int:
        """Return since when it waits that begins to wait now (53)."""
        return -self.there.since if self.there is not None and self.now == 0 else self.now

    def _set(self, op: Any) -> None:
        if op.a < 0 and op.b < 0:
            return
        rank, due = self.path.rank, self.path.due
        if op.a >= 0:
            rank = self.book.by_class[op.a][self.item.cls]
        if op.b >= 0:
            ticks = self.book.by_class[op.b][self.item.cls]
            due = self.book.calendar(op.c).add(self.now, ticks)
        self.path.change(self, rank, due)

    def _delay(self, op: Any) -> Generator[Moment, None, None]:
        distribution = self.book.by_class[op.a][self.item.cls]
        if distribution < 0:
            return
        d = self._duration(op, distribution, self._delay_purpose(op))
        kind = Kind.HANDOVER if op.code == Op.HANDOVER else op.c
        yield from self._passes(self.book.calendar(op.b).add(self.now, d), kind, op.step)

    def _passes(self, until: int, kind: int, step: int) -> Generator[Moment, None, None]:
        """Take a row of a wait of which the end is known beforehand."""
        before = self.now
        stop = min(until, self.stop)
        if stop > before:
            self._take(kind, stop, step)
        if until > before:
            yield self._comes(until, (1, self.number))
            self.now = until
            self.origin, self.late = (1, self.number), False
        else:
            self._instantly()

    def _delay_purpose(self, op: Any) -> Purpose:
        """Return what a delay is drawn for, which its cause must allow (64, 66)."""
        if op.code == Op.HANDOVER:
            return Purpose.HANDOVER
        purpose = Purpose(op.d)
        causes = {Purpose.AUTO_TIME: Kind.AUTOMATIC, Purpose.EVERY: Kind.BATCHING}
        wanted = causes.get(purpose)
        waits = Purpose.WAIT, Purpose.OUTCOME_WAIT, Purpose.REDIAL_WAIT
        known = purpose in causes or purpose in waits
        if not known or (op.c == Kind.AUTOMATIC) != (wanted == Kind.AUTOMATIC):
            raise Mismatch("A8", f"delays for purpose {purpose} with cause {op.c} (64)")
        if wanted is not None and op.c != wanted:
            raise Mismatch("A8", f"delays for purpose {purpose} with cause {op.c} (66)")
        return purpose

    def _repeat(self, op: Any) -> int:
        """Return where a step that is repeated goes on (66)."""
        self.repeated += 1
        return int(op.b if op.a == 0 or self.repeated < op.a else op.next)

    def _branch(self, op: Any) -> int:
        book = self.book
        branch = book.branches[op.a]
        if branch.purpose == -1:
            return int(book.targets[branch.first_target + self.item.cls])
        visit = self.visit[op.step]
        tag = book.steps[op.step].tag
        u = book.draw(self.key, tag, 0 if branch.sticky else visit, branch.purpose)
        way = self._way(branch, visit, u)
        if branch.purpose == Purpose.OUTCOME:
            self.expected[self.last[op.step]][5] = way
        if branch.purpose == Purpose.INCOMPLETE and way == 1:
            self.expected[self.last[op.step]][5] = SENT_BACK
        if branch.purpose == Purpose.REDIAL and way == 0:
            self.expected[self.last[op.step]][5] = REDIALLED
        return int(book.targets[branch.first_target + way])

    def _way(self, branch: Any, visit: int, u: float) -> int:
        return way_of(self.book, branch, self.item.cls, visit, u)

    # -- rows --

    def _peek(self, kind: int, step: int) -> Any:
        """Return the next row if it is of this kind, here and now."""
        if self.next_row < len(self.rows):
            row = self.rows[self.next_row]
            if (row.kind, row.begin, row.step, row.visit) == (
                kind, self.now, step, self.visit[step],
            ):  # fmt: skip
                return row
        return None

    def _take(self, kind: int, end: int, step: int) -> None:
        """Take a row that is known beforehand."""
        row = self._peek(kind, step)
        if row is None or row.end != end:
            found = "nothing"
            if self.next_row < len(self.rows):
                row = self.rows[self.next_row]
                found = (
                    f"kind {row.kind} in [{row.begin}, {row.end}) at step {row.step}, visit "
                    f"{row.visit}"
                )
            raise Mismatch(
                "A8",
                f"has {found}, where the program has kind {kind} in [{self.now}, {end}) at step "
                f"{step}, visit {self.visit[step]}",
            )
        self.next_row += 1

    # -- limits --

    def _admit(self, op: Any) -> Generator[Moment, None, int | None]:
        """Hold a limit (45): return None to go on, -1 when refused, or where to go instead."""
        limit, path, since = op.a, self.path, self._since()
        if limit in self.held:
            return None
        rule = self.book.limits[limit].when_full
        clear = self.origin[0] < 6 and not self.late
        row = self._peek(Kind.LIMIT, op.step)
        common = limit, self.item.item, self.number, path.changes, self.now, clear
        if rule != WhenFull.WAIT:
            if row is not None:
                raise Mismatch("A9", f"waits at limit {limit}, which lets nobody wait (45)")
            shared = limit in path.places
            if not shared and self._turned_away(rule):
                self.stays.append(Stay(*common, NEVER, "refused", shared, since))
                return -1 if rule == WhenFull.LEAVE else int(op.b)
            self.stays.append(Stay(*common, self.now, "at once", shared, since))
            path.take(limit, self)
            return None
        want = got = self.now
        if row is not None:
            self.next_row += 1
            self.now = got = row.end
        self.ending = lambda gone: self.stays.append(
            Stay(*common, gone[0], "withdrawn" if gone[1] else "waiting", False, since)
        )
        more = len(self.visits) > len(self.expected) or self._started_now(op)
        if self._cut_here() and not more:
            yield NO_MORE
        yield self._comes(got, (6, self.book.limits[limit].order, since, self.number))
        self.ending = None
        place = 6, self.book.limits[limit].order, path.rank, since, self.number
        shared = limit in path.places
        self.stays.append(Stay(*common, got, "waited" if got > want else "at once", shared, since))
        path.take(limit, self)
        if got > want:
            # Work of no length at the tick may have freed the place, after others were let in.
            self.origin, self.late = place, got in self.book.instants
        elif self.origin[0] != 7:
            self.origin = place
        return None

    def _turned_away(self, rule: int) -> bool:
        """Say whether a limit that lets nobody wait is full, as far as the rows tell."""
        if rule == WhenFull.LEAVE:
            over = self.next_row == len(self.rows) and len(self.visits) == len(self.expected)
            over = over and self.item.outcome == Outcome.REFUSED and self.item.ended == self.now
            return bool(over and (len(self.path.live) == 1 or self.path.choose(2) == 0))
        return self.path.choose(2) == 1

    def _started_now(self, op: Any) -> bool:
        """Say whether the table of visits has the first work of this visit start now."""
        at = self.last[op.step]
        return at < len(self.visits) and self.visits[at].started == self.now

    # -- gates --

    def _gate(self, op: Any) -> Generator[Moment, None, int | None]:
        """Wait for a sitting; what it decides is read here and checked by A7."""
        book, gate = self.book, self.book.gates[op.a]
        submitted = self._since()
        row = self._peek(gate.cause, op.step)
        decided = row.end if row is not None else self.now
        common = (
            op.a, self.item.item, self.number, self.path.changes, op.step, self.visit[op.step],
            submitted, self.origin,
        )  # fmt: skip
        if row is not None:
            self.next_row += 1
        self.now = decided
        self.ending = lambda gone: self.hearings.append(Hearing(*common, NEVER, -1, gone))
        way = -1
        if gate.branch >= 0:
            at = self.last[op.step]
            way = self.visits[at].outcome if at < len(self.visits) else -1
            if way == -1 and self._cut_here():
                yield NO_MORE
        yield self._comes(decided, (2, gate.order))
        self.ending = None
        place = None
        if gate.branch >= 0:
            branch = book.branches[gate.branch]
            if not 0 <= way < branch.n or way == gate.defer:
                raise Mismatch("A7", f"leaves gate {op.a} at {decided} with outcome {way}")
            self.expected[at][5] = way
            place = int(book.targets[branch.first_target + way])
        self.hearings.append(Hearing(*common, decided, way, NO_MORE))
        rank = self.path.rank if gate.by_rank else 0
        self.origin, self.late = (2, gate.order, rank, submitted, self.number), False
        return place

    # -- people --

    def _seize(self, op: Any) -> Generator[Moment, None, int | None]:
        """Queue for people (R10): None when they came, else where patience leads (-1: out)."""
        book, item = self.book, self.item
        seize = book.by_class[op.a][item.cls]
        distribution = book.by_class[op.b][item.cls]
        step = book.steps[op.step]
        visit = self.visit[op.step]
        factor = 1.0
        if step.n_repeat and visit > 1:
            factor = book.factors[step.repeat + min(visit - 2, step.n_repeat - 1)]
        if step.touch_slot > 0:
            values = book.changes.values(step.touch_slot, item.family, self.now)
            factor *= values[self.path.choose(len(values)) if len(values) > 1 else 0]
        request = Request()
        request.item, request.step, request.visit = item.item, op.step, visit
        request.token, request.changes = self.number, self.path.changes
        request.seize = book.seizes[seize]
        request.alternatives = book.alternatives[seize]
        request.rank, request.due, request.since = self.path.rank, self.path.due, self._since()
        request.joined, request.worked, request.held = self.now, False, False
        request.preempts = self.path.preempts
        request.drawn = rest = self._duration(op, distribution, Purpose.WORK, factor)
        if self.there is not None and self.there.record.working:
            u = book.draw(self.key, step.tag, visit, Purpose.WORK)
            rest = left(book, distribution, self.there.since, u)
            request.drawn, request.worked = rest + self.there.since, self.now == 0
            self.there = None
        request.origin, request.late = self.origin, self.late
        request.behind = self.behind if self.origin[0] == 7 else None
        request.deadline = self.patience[0] if self.patience else NEVER
        request.waits, request.slices = [], []
        request.period = request.number = 0
        request.called = False
        self.requests.append(request)
        self.request = request
        every = tuple(range(len(request.alternatives)))
        after = ("comes", (), op.c) if op.c > 0 and self._from_others(seize) else None
        wait = Wait(self.now, rest, after, every)
        request.waits.append(wait)
        if request.worked and hold(book, request):
            request.held, request.deadline = True, NEVER
            if comes_at_once(book, request):
                self.expected[self.last[op.step]][3] = 0
        self.ending = self._stops
        self._queue(request)
        wait = request.waits[-1]
        deadline = request.deadline
        stops = self.now >= self.until or self.now == self.cut
        if stops and deadline < self.now and not request.slices:
            raise Mismatch("A10", f"still waits at {self.now}, patience ended at {deadline}")
        if self.now >= self.until:
            yield NO_MORE
        if request.slices:
            return None
        if any(self._peek(kind, op.step) for kind in STARTED):
            self._in_patience(request)
            return None
        if wait.end != deadline and self._cut_here():
            if self._started_now(op):
                self._undone(request, "cancelled")
            yield NO_MORE
        if wait.end != deadline:
            told = "has none" if deadline == NEVER else f"ends at {deadline}"
            rule = "A8" if deadline == NEVER else "A10"
            raise Mismatch(rule, f"leaves the queue at {wait.end}, patience {told} (46)")
        yield self._comes(wait.end, (3, self.number))
        self.path.guards.pop(self.number, None)
        self.ending = None
        wait.ended = "left"
        target = self.patience[1] if self.patience else -1
        self.patience = self.request = None
        if wait.begin == wait.end:
            self._instantly()
            self.origin = max(self.origin, (3, self.number))
        else:
            self.origin, self.late = (3, self.number), False
        return int(target)

    def _from_others(self, seize: int) -> bool:
        """Say whether the team that worked on it last is none of those asked now."""
        asked = {pool for needs in self.book.alternatives[seize] for pool, _ in needs}
        return self.team >= 0 and self.team not in asked

    def _stops(self, gone: Moment) -> None:
        """Be cancelled while it waits for people or has them; or the run ends."""
        request = self.request
        assert request is not None
        wait = request.waits[-1]
        if gone is NO_MORE:
            if len(request.waits) > len(request.slices):
                wait.ended = "open"
            return
        if len(request.waits) > len(request.slices):
            if wait.begin < wait.end or not request.slices:
                wait.ended = "cancelled"
                return
            request.waits.pop()  # it was interrupted and cancelled at one tick
        request.slices[-1].reason = "cancelled"

    def _instantly(self) -> None:
        """Note an event without time: others of the same event may come in between (9, 10)."""
        self.late = (
            self.late
            or self.origin[0] in (2, 6)
            or self.item.member >= 0
            or self.item.layer <= BACKLOG_LAYER
        )

    def _in_patience(self, request: Request) -> None:
        """A10 (46): work starts now; patience must not have ended before, nor at this tick."""
        self.patience = None
        if self.now >= request.deadline:
            raise Mismatch(
                "A10", f"starts at {self.now}, patience ended at {request.deadline} (46: it wins)"
            )

    def _queue(self, request: Request) -> None:
        """Take the rows of waiting for people.

        Two of them one after the other, or work said to have started before the first ended: it
        was started and preempted in the same tick, and has no row (its length is 0).
        """
        at = self.last[request.step]
        started = self.visits[at].started if at < len(self.visits) else NEVER
        while True:
            wait = request.waits[-1]
            row = self._peek(Kind.CONTENTION, request.step)
            if row is None:
                break
            if request.slices or started != wait.begin:
                self.next_row += 1
                wait.row, wait.end = row, row.end
                self.now = row.end
                if row.end >= self.until:
                    return
                if self._peek(Kind.CONTENTION, request.step) is None:
                    break
            self._at_once(request, wait)

    def _at_once(self, request: Request, wait: Wait) -> None:
        """Note work that was preempted at the tick of its start."""
        rule = request.seize.interruption
        if rule == Interruption.NEVER:
            raise Mismatch("A5", f"is interrupted at {self.now}, which may never be (31)")
        self._undone(request, "preempted")
        rest = request.drawn if rule == Interruption.RESTART else wait.rest
        every = tuple(range(len(request.alternatives)))
        ways = [
            ("preempted", tuple(pool for pool, _ in request.alternatives[k]), rule)
            for k in wait.allowed
        ]
        following = Wait(self.now, rest, ways[0], every)
        following.guesses, following.settled = ways, len(ways) == 1
        request.waits.append(following)

    def _undone(self, request: Request, reason: str) -> None:
        """Note work that was stopped at the tick of its start, and has no row."""
        if not request.slices:
            self._in_patience(request)
        at = self.last[request.step]
        told = at < len(self.visits) and self.visits[at].started == self.now
        if self.expected[at][3] == NEVER and (told or not self._may_be_called(request)):
            self.expected[at][3] = self.now
        piece = Slice(request, self.now)
        piece.reason, piece.hidden = reason, True
        request.slices.append(piece)

    def _may_be_called(self, request: Request) -> bool:
        """Say whether somebody on call may start a request, who has to come first (19)."""
        pools = {pool for needs in request.alternatives for pool, _ in needs}
        laws = self.book.model.groups["call_out"]
        teams = (self.book.teams[p] for p in pools)
        return any(laws[g] >= 0 for team in teams if isinstance(team, Team) for g in team.numbers)

    def _work(self, op: Any) -> Generator[Moment, None, None]:
        """Follow the slices of a request until its work is done (20, 33, 34, R6)."""
        book, request = self.book, self.request
        if request is None:
            raise Mismatch("A8", "works without having queued")
        while True:
            wait = request.waits[-1]
            if self.now >= self.until or (
                self._cut_here() and len(request.waits) > len(request.slices) > 0
            ):
                yield NO_MORE
            if self._served_by_others(op, request, wait):
                self._at_once(request, wait)
                wait = request.waits[-1]
            piece = self._slice(op, request)
            visit = self.expected[self.last[op.step]]
            if visit[3] == NEVER and (piece.worked or piece.setup or not piece.called):
                visit[3] = piece.begin + piece.called
                request.called = piece.called > 0
            way = self._way_here(request, piece)
            setup = self._effort(request, wait, piece)
            done = piece.due = piece.begin + way + setup + wait.rest
            if piece.end >= book.end:
                if done < book.end:
                    raise Mismatch("A3", f"works until the end, the draw ends at {done}")
                yield NO_MORE
            if piece.end == done:
                instant = piece.end == piece.begin
                place: Place = (
                    (7, self._cell(request), self.number) if instant else (1, self.number)
                )
                if instant:
                    book.instants.add(self.now)
                yield self._comes(piece.end, place)
                self.ending = None
                piece.reason = "done"
                if instant:
                    again = self.origin[1] + 1 if self.origin[0] == 7 else 0
                    self.origin, self.late = (7, again, self.number), True
                    self.behind = piece
                else:
                    self.origin, self.late = (1, self.number), False
                return
            if piece.end > done:
                raise Mismatch("A3", f"works until {piece.end}, the draw ends at {done} (33)")
            if self._cut_here():
                yield NO_MORE
            wait = self._interruption(request, wait, piece, way + setup)
            request.waits.append(wait)
            self._queue(request)

    def _served_by_others(self, op: Any, request: Request, wait: Wait) -> bool:
        """Say whether a team works that could not have gone on with paused work (34).

        Then its own team had it back, and lost it again in the same tick, which freed it (31).
        """
        if request.seize.interruption == Interruption.NEVER:
            return False
        coming = self.presence[op.step, self.visit[op.step]]
        coming = [p for p in coming if p.begin == self.now]
        if any(not few([p.person], wait.own.get(p.pool)) for p in coming):
            return True
        pools = Counter(p.pool for p in coming)
        fits = [k for k, needs in enumerate(request.alternatives) if pools == Counter(dict(needs))]
        return bool(fits) and not set(fits) & set(wait.allowed)

    def _cell(self, request: Request) -> int:
        """Return the place of a request's cell among those that dispatch (8)."""
        pool = next(needs[0][0] for needs in request.alternatives if needs)
        return int(self.book.model.cells["order"][self.book.pools[pool].cell])

    def _slice(self, op: Any, request: Request) -> Slice:
        """Take the rows and the presence of a slice (A2: they agree)."""
        piece = Slice(request, self.now)
        coming = self.presence[op.step, self.visit[op.step]]
        row = self._of_slice(Kind.UNAVAILABILITY, op, piece, coming)
        if row is not None:
            piece.called = row.end - row.begin
        row = self._of_slice(Kind.SETUP, op, piece, coming)
        if row is not None:
            piece.setup = row.end - row.begin
        row = self._of_slice(Kind.WORK, op, piece, coming)
        if row is not None:
            piece.worked = True
        elif not piece.called and not piece.setup:
            raise Mismatch("A3", f"leaves its work at {self.now} before it is done (33)")
        piece.end = self.now
        if request.seize.quorum:
            take_team(self.book, request, piece, coming)
            request.slices.append(piece)
            return piece
        while coming and (coming[-1].begin, coming[-1].end) == (piece.begin, piece.end):
            p = coming.pop()
            if (p.called, p.setup) != (piece.called, piece.setup):
                said, law = (p.called, p.setup), (piece.called, piece.setup)
                text = f"person {called(p.person)} has {said}, not {law} (way, set-up)"
                raise Mismatch("A2", f"{text} (19, 33)")
            piece.people.append((p.pool, p.person))
            piece.presence.append(p)
        request.slices.append(piece)
        if not piece.people and piece.end == piece.begin:
            piece.alternative = request.waits[-1].allowed[0]
            return piece
        pools = Counter(pool for pool, _ in piece.people)
        for k in request.waits[-1].allowed:
            if pools == Counter(dict(request.alternatives[k])):
                piece.alternative = k
                return piece
        needs = [request.alternatives[k] for k in request.waits[-1].allowed]
        raise Mismatch(
            "A2",
            f"is worked on in [{piece.begin}, {piece.end}) by {dict(pools)} (people by pool); "
            f"it asks for one of {needs} (26, 29, 34)",
        )

    def _of_slice(self, kind: Kind, op: Any, piece: Slice, coming: list[Any]) -> Any:
        """Take the next row of a slice, if it has one of this kind.

        It has none if it was interrupted here, and others began at once.
        """
        row = self._peek(kind, op.step) if self.now < self.book.end else None
        if row is None:
            return None
        if self.now > piece.begin and coming and coming[-1].begin == piece.begin:
            over = coming[-1].end == self.now
            if piece.request.seize.quorum:
                over = not any(p.begin < self.now < p.end for p in coming)
            begins = any(p.begin == self.now for p in coming)
            if over and (self.now < row.end or begins) and not self._replaced(kind, piece, coming):
                return None
        self.next_row += 1
        self.now = row.end
        return row

    def _replaced(self, kind: Kind, piece: Slice, coming: list[Any]) -> bool:
        """Say whether others joined a team before its last was preempted, as its set-up ended.

        Then it works on (28, 32); the set-up of a new start after preemption would come first.
        """
        request, rule = piece.request, piece.request.seize.interruption
        if not request.seize.quorum or kind != Kind.WORK or self.now == piece.begin:
            return False
        team = Slice(request, piece.begin)
        team.end = self.now
        team.presence = [p for p in coming if p.end == self.now]
        team.people = [(p.pool, p.person) for p in team.presence]
        pools = tuple(pool for pool, _ in request.alternatives[0])
        stopped = breaks(self.book, request, team, self._leaving(team)) is not None
        return not stopped and setup_of(self.book, ("preempted", pools, rule)) > 0

    def _leaving(self, piece: Slice) -> list[tuple[int, int]]:
        """Return by when, and of which pools, people leave at the end of a slice (8, 34)."""
        book, e = self.book, piece.end
        begun = {(p.pool, p.person): p.begin for p in piece.presence}
        return sorted(
            (book.group(pool).order_of(person), pool)
            for pool, person in piece.people
            if e > piece.begin
            and book.pools[pool].shift_end not in STAY
            and book.group(pool).until(person, begun[pool, person]) == e
        )

    def _way_here(self, request: Request, piece: Slice) -> int:
        """Return how long those who were called out need, wherever they were stopped (19)."""
        groups = {p.group for p in piece.presence if p.begin == piece.begin}
        before = [one for one in request.slices if one is not piece]
        found = call_outs(self.book, request, groups, starts_of(request, before))
        way = min((d for d in found if d >= piece.called), default=-1)
        broken = not piece.worked and not piece.setup
        if way != piece.called and not (broken and way > piece.called):
            text = f"calls out for {piece.called} ticks at {piece.begin}, the draws say"
            raise Mismatch("A3", f"{text} {sorted(found)} (19)")
        return way

    def _effort(self, request: Request, wait: Wait, piece: Slice) -> int:
        """Return the whole set-up of a slice (33, 34), and see to what is left to do.

        If the rows have another, work may have been started and preempted at once since the last
        slice, which leaves no row: the replay of the cell must agree (`Wait.claimed`).
        """
        rule = request.seize.interruption
        for guess in (wait.after, *wait.guesses):
            setup = setup_of(self.book, guess)
            if self._plausible(piece, setup, wait.rest):
                wait.after, wait.joined = guess, (guess, wait.rest)
                return setup
        if rule != Interruption.NEVER:
            rest = request.drawn if rule == Interruption.RESTART else wait.rest
            for k in wait.allowed:
                pools = tuple(pool for pool, _ in request.alternatives[k])
                setup = setup_of(self.book, ("preempted", pools, rule))
                if self._plausible(piece, setup, rest):
                    wait.after, wait.rest, wait.claimed = ("preempted", pools, rule), rest, True
                    return setup
        setup = setup_of(self.book, wait.after)
        if self._plausible(piece, setup, NEVER):
            return setup
        raise Mismatch(
            "A3", f"has {piece.setup} ticks of set-up at {piece.begin}, not {setup} (33, 34)"
        )

    @staticmethod
    def _plausible(piece: Slice, setup: int, rest: int) -> bool:
        """Say whether a slice may have a set-up and work of these lengths, or less of them."""
        broken = not piece.worked and piece.setup < setup
        begin = piece.begin + piece.called
        return broken or (piece.setup == setup and piece.end <= begin + setup + rest)

    def _interruption(self, request: Request, wait: Wait, piece: Slice, before: int) -> Wait:
        """Return the wait after an interruption: what is left, and who may resume it (33, 34)."""
        book, e = self.book, piece.end
        every = tuple(range(len(request.alternatives)))
        rest = wait.rest - max(0, e - piece.begin - before)
        pool = breaks(book, request, piece, self._leaving(piece))
        if pool is None:
            piece.reason = "preempted"
            if request.seize.interruption == Interruption.RESTART:
                rest = request.drawn
            pools = tuple(pool for pool, _ in request.alternatives[piece.alternative])
            return Wait(e, rest, ("preempted", pools, request.seize.interruption), every)
        piece.reason = "shift"
        rule = book.pools[pool].shift_end
        if rule == ShiftEnd.RESTART:
            rest = request.drawn
        if rule != ShiftEnd.PAUSE:
            return Wait(e, rest, ("shift", (pool,), rule), every)
        # only its own groups: of the alternative that was at work
        wait = Wait(e, rest, ("shift", (pool,), rule), (piece.alternative,))
        for p in {p for p, _ in piece.people}:
            team = book.teams[p]
            if isinstance(team, Team) and book.pools[p].shift_end == ShiftEnd.PAUSE:
                wait.own[p] = team.owners(person for q, person in piece.people if q == p)
        return wait


def way_of(book: Book, branch: Any, cls: int, visit: int, u: float) -> int:
    """Return the way of a draw at a branch: by class, visit level and last visit (11, 13)."""
    c = cls if branch.n_classes > 1 else 0
    if branch.max_visits > 0 and visit >= branch.max_visits:
        first = branch.last_row + c * branch.n
    else:
        level = max(min(visit, branch.levels), 1) - 1
        first = branch.shares + (c * branch.levels + level) * branch.n
    return _choose(book, first, branch.n, u)


def setup_of(book: Book, after: Any) -> int:
    """Return the set-up before work goes on, by what interrupted it and its rule (33, 34).

    Switching when work is resumed after preemption, and after a pause if it is also overnight;
    reading-in after a hand-over; nothing when work starts again from nothing. It is that of the
    pool that was interrupted; when several people of a team are taken, the longest.
    """
    if after is None:
        return 0
    what, pools, rule = after
    if what == "comes":  # from another team: rule is the time to read oneself in
        return int(rule)
    records = [book.pools[pool] for pool in pools]
    if what == "preempted":
        return 0 if rule == Interruption.RESTART else max(record.switching for record in records)
    if rule == ShiftEnd.HAND_OVER:
        return int(max(record.reading for record in records))
    if rule == ShiftEnd.PAUSE:
        return int(max(record.switching * record.also_overnight for record in records))
    return 0


def length_of(book: Book, wait: Wait, t: int) -> int:
    """Return the set-up and the work that a start at t of a wait would need (34, 40)."""
    after, rest = (wait.after, wait.rest) if t == wait.end else wait.joined
    return rest + setup_of(book, after)


def lengths_of(book: Book, wait: Wait, t: int) -> list[int]:
    """Return what `length_of` may be: several where it is not known whose set-up is due (33)."""
    length = length_of(book, wait, t)
    if wait.settled:
        return [length]
    rest = wait.joined[1]
    return [length, *{rest + setup_of(book, guess) for guess in wait.guesses} - {length}]


# ---- A2: people ------------------------------------------------------------------------------


def check_people(book: Book) -> None:
    """A2 (14 to 16, 23, 34): nobody is in two places, and everybody is on shift or runs over."""
    last: dict[tuple[int, int], Any] = {}
    everyone = [book.group(p).everybody() for p in range(len(book.pools))]
    for p in sorted(book.presence, key=lambda p: (p.begin, p.end)):
        group, who = book.group(p.pool), called(p.person)
        name = f"person {who} of pool {p.pool}, on item {p.item} in [{p.begin}, {p.end}),"
        if p.person not in everyone[p.pool]:
            book.say("A2", f"{name} does not exist (14)")
            continue
        before = last.get((p.pool, p.person))
        if before is not None and before.end > p.begin and not group.unlimited:
            book.say("A2", f"{name} is on item {before.item} until {before.end} (14)")
        last[p.pool, p.person] = p
        if isinstance(group, Team):
            places = group.places(book.steps[p.step].stream, None)
            if not few([p.person], places):
                book.say("A2", f"{name} does no work of this stream (19)")
        falling = p.person in group.falling(p.begin)
        if not falling and not group.there(p.person, p.begin):
            book.say("A2", f"{name} is not on shift when it begins (16, 19, 23)")
        elif p.end > group.until(p.person, p.begin) and book.pools[p.pool].shift_end not in STAY:
            left = group.until(p.person, p.begin)
            book.say("A2", f"{name} leaves at {left}, and does not run over (34)")


# ---- A7: gates -------------------------------------------------------------------------------


def check_gates(book: Book) -> None:
    """A7 (35 to 37, R7): every sitting hears who is in time, in order, and its draws decide."""
    for g, gate in enumerate(book.gates):
        mine = [h for h in book.hearings if h.gate == g]
        findings = _sit(book, g, gate, mine, lambda h: (h.token,))
        if findings:  # the number that breaks ties may be that of the joining
            other = _sit(book, g, gate, mine, lambda h: (h.order, h.token))
            findings = other and findings
        for finding in findings[:5]:
            book.say("A7", finding)


def _sit(
    book: Book, g: int, gate: Any, hearings: list[Hearing], number: Callable[[Hearing], Any]
) -> list[str]:
    """Return what is wrong with one gate when ties are broken by `number`."""
    found: list[str] = []
    sittings = [
        (int(s["tick"]), int(s["deadline_row"]))
        for s in book.model.sittings[gate.first : gate.first + gate.n]
        if s["tick"] < book.end
    ]
    ticks = {tick for tick, _ in sittings}
    coming = sorted(hearings, key=attrgetter("submitted"))
    waiting: list[Hearing] = []
    heard: Counter[tuple[int, int, int]] = Counter()
    told = book.agendas[g] = []
    k = 0
    for h in hearings:
        if h.decided != NEVER and h.decided not in ticks:
            found.append(f"item {h.item} is decided at {h.decided}, gate {g} does not sit then")
    if found:
        return found
    for tick, deadline_row in sittings:
        while k < len(coming) and coming[k].submitted <= tick:
            waiting.append(coming[k])
            k += 1
        in_time = []
        for h in waiting:
            deadline = book.by_class[deadline_row][book.items[h.item].cls]
            if h.submitted > deadline:
                if h.decided == tick:
                    found.append(
                        f"item {h.item} is heard at {tick} by gate {g}: submitted at "
                        f"{h.submitted}, the deadline was {deadline} (35)"
                    )
                    return found
                continue
            # at the tick of the sitting: what came in an earlier phase or sitting (8)
            # (nothing is there yet at the sitting of tick 0)
            if (h.submitted < tick and tick > 0) or h.order < (2, gate.order):
                in_time.append(h)
        here = 2, gate.order
        in_time = [h for h in in_time if h.gone > (tick, here)]
        ranks = {h.token: rank_at(h.changes, tick, here) if gate.by_rank else 0 for h in in_time}
        in_time.sort(key=lambda h: (ranks[h.token], h.submitted, number(h)))
        agenda = in_time[: gate.agenda]
        for h in waiting:
            if h.decided == tick and h not in agenda:
                found.append(
                    f"item {h.item} is heard at {tick} by gate {g}, the agenda is "
                    f"{[a.item for a in agenda]} (36)"
                )
        for h in agenda:
            told.append((tick, h, heard[h.item, h.step, h.visit]))
            way = -1
            if gate.branch >= 0:
                branch = book.branches[gate.branch]
                at = h.item, h.step, h.visit
                u = book.draw(
                    book.keys[h.item], book.steps[h.step].tag, h.visit, branch.purpose, heard[at]
                )
                heard[at] += 1
                way = way_of(book, branch, book.items[h.item].cls, h.visit, u)
                if way == gate.defer:
                    if h.decided == tick:
                        found.append(
                            f"item {h.item} is decided at {tick} by gate {g}, its draw defers it"
                        )
                    continue
            if (h.decided != tick or h.way != way) and h.gone[0] != tick:
                found.append(
                    f"item {h.item} is on the agenda of gate {g} at {tick}, which decides {way}; "
                    f"it was decided at {h.decided} with {h.way} (35 to 37)"
                )
        if found:
            return found
        waiting = [h for h in waiting if h.decided != tick and h.gone[0] > tick]
    return found


# ---- A9: limits ------------------------------------------------------------------------------


def check_limits(book: Book) -> None:
    """A9 (45, R1): never more than the capacity; waits only while full; slots go in order."""
    for index, limit in enumerate(book.limits):
        stays = [s for s in book.stays if s.limit == index]
        holds = [h for h in book.holds if h[0] == index]
        got: Counter[int] = Counter(h[2] for h in holds)
        gone: Counter[int] = Counter(h[3] for h in holds)
        withdrawn = [s.got for s in stays if s.how == "withdrawn"]
        wanted = [s.want for s in stays]
        ticks = sorted({t for t in (*got, *gone, *wanted, *withdrawn) if t < book.end})
        by_tick: dict[int, list[Stay]] = defaultdict(list)
        for s in stays:
            by_tick[s.want].append(s)
        waiting: dict[int, Stay] = {}
        held = 0
        for t in ticks:
            most = held + got[t]
            held += got[t] - gone[t]
            if held > limit.capacity:
                book.say("A9", f"limit {index} is held {held} times at {t}, of {limit.capacity}")
            for s in [s for s in waiting.values() if s.how == "withdrawn" and s.got == t]:
                del waiting[s.token]
            entered = [s for s in waiting.values() if s.got == t]
            for s in by_tick[t]:
                if s.how == "refused":
                    if most < limit.capacity:
                        book.say(
                            "A9",
                            f"item {s.item} is turned away by limit {index} at {t}, held at most "
                            f"{most} times of {limit.capacity} (45)",
                        )
                elif s.how == "at once":
                    entered.append(s)
                elif s.got > t:
                    waiting[s.token] = s
            for s in entered:
                waiting.pop(s.token, None)
            for s in entered:
                rivals = [w for w in waiting.values() if w.want < t or w.clear]
                if not s.shared:
                    _in_order(book, index, s, rivals)
            inside = {item for _, item, since, until in holds if since <= t < until}
            for w in waiting.values():
                if w.item in inside:
                    book.say(
                        "A9",
                        f"item {w.item} waits for limit {index} at {t} with one token, and has a "
                        "place with another (45)",
                    )
            if waiting and held < limit.capacity:
                first = min(waiting.values(), key=lambda w: (w.ranks(t), w.since, w.token))
                book.say(
                    "A9",
                    f"item {first.item} waits for limit {index} at {t}, which is held {held} times "
                    f"of {limit.capacity} (R1)",
                )


def _in_order(book: Book, limit: int, entered: Stay, waiting: list[Stay]) -> None:
    """A9 (R1): slots go to waiting items by (rank, since, number)."""
    t = entered.got
    for w in waiting:
        if (w.ranks(t)[1], w.since) < (entered.ranks(t)[0], entered.since):
            book.say("A9", f"item {entered.item} enters limit {limit} at {t} before item {w.item}")


# ---- A4, A5: who is next ---------------------------------------------------------------------


def check_cells(book: Book) -> None:
    """A4, A5 (22 to 34, 40, R5): replay every cell and compare each start with the law."""
    requests: dict[int, list[Request]] = defaultdict(list)
    for request in book.requests:
        for needs in request.alternatives:
            if needs:
                requests[book.pools[needs[0][0]].cell].append(request)
                break
    for c in range(len(book.model.cells)):
        record = book.model.cells[c]
        first, n = int(record["first"]), int(record["n"])
        pools = book.model.cell_pools[first : first + n].tolist()
        if swarms_at(book, c):
            SwarmCell(book, pools, requests[c], rank_at, lengths_of).replay()
            continue
        cell = Cell(book, c, pools, requests[c])
        book.cells.append(cell)
        cell.replay()


class Entry(NamedTuple):
    """A request in one of its queues: smallest key first (22, 29)."""

    key: tuple[int, ...]
    number: int
    alternative: int
    request: Request


class State(NamedTuple):
    """A pool after everything of a tick."""

    there: int
    available: float
    largest: list[int]
    """Largest number of a request that is worked on: by those on shift, and in overtime too."""
    pieces: list[Slice]
    """The work that is done, and whether whoever does it is on shift."""
    on_shift: list[bool]
    by_person: tuple[list[int], list[tuple[int, bool, Slice]]] | None
    """Who is there, and who works on what, where some requests may have only some of them."""


def state_of(
    there: int, available: float, pieces: list[tuple[bool, Slice]], by_person: Any = None
) -> State:
    """Return what is told of a pool."""
    largest = [
        max((s.request.number for on, s in pieces if on or overtime), default=-1)
        for overtime in (False, True)
    ]
    on_shift = [on for on, _ in pieces]
    return State(there, available, largest, [s for _, s in pieces], on_shift, by_person)


def few_of(places: Places, there: list[int], busy: list[tuple[int, bool, Slice]]) -> State:
    """Return what is told of some groups of a pool."""
    here = few(there, places)
    pieces = [(on, s) for m, on, s in busy if places is None or m // PLACE in places]
    free = len(here) - sum(on for on, _ in pieces)
    return state_of(len(here), free, pieces, (there, busy))


class Cell:
    """Pools that share requests, replayed tick by tick from the rows (21, 25)."""

    def __init__(self, book: Book, index: int, pools: list[int], requests: list[Request]):
        self.book = book
        self.index = index
        self.pools = pools
        self.requests = requests
        self.queue: dict[int, list[Entry]] = {p: [] for p in pools}
        self.eager: Counter[int] = Counter()
        self.busy: dict[int, dict[int, Slice]] = {p: {} for p in pools}
        self.there: dict[int, set[int]] = {p: set() for p in pools}
        self.ticks: list[int] = []
        self.logs: dict[int, tuple[list[int], list[Any]]] = {p: ([], []) for p in pools}
        self.touched: set[int] = set()
        self.group = {p: book.group(p) for p in pools}
        self.discipline = {p: book.pools[p].discipline for p in pools}
        self.random = any(d == Discipline.RANDOM for d in self.discipline.values())
        self.late_start = {p: book.pools[p].shift_end == ShiftEnd.NO_LATE_START for p in pools}
        self.same_tick: dict[int, list[Request]] = defaultdict(list)
        for r in requests:
            self.same_tick[r.joined].append(r)
        self.inside: set[int] = set()
        """Numbers of the requests that wait."""
        self.starters: dict[int, set[int]] = defaultdict(set)
        """Items whose work starts at a tick."""
        self.undone: set[int] = set()
        """Waits (by id) in which work was started and preempted without a row."""
        self.loose: set[int] = set()
        """Ticks of which not even the rounds are known."""
        self.picks: list[tuple[int, int]] = []
        self.decisions: list[int] = []
        """At each choice of a tick that the law leaves open: which, of how many; which to try."""
        self.falling: dict[int, set[int]] = {}
        """By pool: who leaves when all that can start has started (19)."""
        self.stopping: list[Slice] = []
        """Work that they stop."""
        self.turn = 0
        self.unsure: set[int] = set()
        """Ticks at which the order of starts is not known."""
        self.area = 0

    # -- state --

    def available(self, p: int, places: Places = None) -> float:
        """Return how many people of a pool, or some of its groups, are on shift and free (23)."""
        there, busy = self.there[p], self.busy[p]
        if self.group[p].unlimited:
            return inf if there else 0
        if places is not None:
            return sum(1 for person in few(there, places) if person not in busy)
        return len(there) - sum(1 for person in busy if person in there)

    def places(self, p: int, r: Request, t: int) -> Places:
        """Return the groups of a pool whose people a request may take now (19, 34); None: all."""
        group, wait = self.group[p], r.waits[r.period]
        if not isinstance(group, Team):
            return None
        places = self.book.places(r, wait, p)
        if not self.late_start[p]:
            return places
        in_time = [group.in_time(places, t, n) for n in lengths_of(self.book, wait, t)]
        starts = wait.end == t and wait.ended == "started"
        return frozenset.union(*in_time) if starts else frozenset.intersection(*in_time)

    def lowest(self, p: int, number: int, places: Places = None) -> list[int]:
        """Return the lowest free numbers of a pool (17)."""
        busy = self.busy[p]
        return sorted(m for m in few(self.there[p], places) if m not in busy)[:number]

    def key(self, p: int, r: Request) -> tuple[int, ...]:
        """Return the queue key of a request in a pool (22)."""
        discipline = self.discipline[p]
        if discipline == Discipline.LIFO:
            return r.rank, -r.since, -r.number
        if discipline == Discipline.DUE:
            return r.due, r.rank, r.number
        if discipline == Discipline.RANDOM:
            return r.rank, r.number
        return r.rank, r.since, r.number

    def join(self, r: Request) -> None:
        """Put a request into the queue of every alternative that may start it (26, 29)."""
        for k in r.waits[r.period].allowed:
            p = r.alternatives[k][0][0]
            insort(self.queue[p], Entry(self.key(p, r), r.number, k, r))
            self.eager[p] += r.preempts
            self.touched.add(p)
        self.inside.add(r.number)

    def leave(self, r: Request) -> None:
        """Take a request out of its queues."""
        for k in r.waits[r.period].allowed:
            p = r.alternatives[k][0][0]
            queue = self.queue[p]
            at = bisect_left(queue, (self.key(p, r), r.number, k))
            del queue[at]
            self.eager[p] -= r.preempts
            self.touched.add(p)
        self.inside.discard(r.number)

    def change(self, r: Request, change: Change) -> None:
        """Queue a request anew by another rank and due date: an event of its cell (22)."""
        waits = r.number in self.inside
        if waits:
            self.leave(r)
        r.rank, r.due = change.rank, change.due
        if waits:
            self.join(r)
        self.touched.update(needs[0][0] for needs in r.alternatives)

    def occupy(self, piece: Slice) -> None:
        """Note that people work on a slice."""
        for p, person in piece.people:
            self.touched.add(p)
            if person:
                self.busy[p][person] = piece
        piece.request.period += 1
        self.turn += 1
        piece.turn = self.turn
        self.starters[piece.begin].add(piece.request.item)

    def free(self, piece: Slice) -> None:
        """Note that the people of a slice are done with it."""
        for p, person in piece.people:
            self.touched.add(p)
            if person and self.busy[p].get(person) is piece:
                del self.busy[p][person]

    # -- what may start --

    def fits(self, r: Request, k: int, t: int) -> bool:
        """Say whether the clock allows alternative k of a request to start at t (34, 40, R4)."""
        wait = r.waits[r.period]
        window = r.seize.window
        needs = r.alternatives[k]
        late = [p for p, _ in needs if self.late_start[p] and not self.group[p].divided]
        if window < 0 and not late:
            return True
        starts = wait.end == t and wait.ended == "started"
        return (any if starts else all)(
            (window < 0 or self.book.calendar(window).fits(t, length, r.seize.longest))
            and all(self.in_shift(p, t, length) for p in late)
            for length in lengths_of(self.book, wait, t)
        )

    def in_shift(self, p: int, t: int, length: int) -> bool:
        """Say whether work of a length may start in a pool that starts nothing late (34, R4)."""
        group = self.group[p]
        return isinstance(group, Team) or group.calendar.fits(t, length, group.longest)

    def too_late(
        self, p: int, places: Places, number: int, state: State, t: int, length: int
    ) -> bool:
        """Say whether only the clock keeps a pool, of this state, from giving its number (34)."""
        group = self.group[p]
        if not isinstance(group, Team):
            return not self.in_shift(p, t, length)
        assert state.by_person is not None
        there, busy = state.by_person
        return few_of(group.in_time(places, t, length), there, busy).available < number

    def victims(self, p: int, rank: int, places: Places = None) -> list[tuple[Any, Slice]]:
        """Return who of a pool may be interrupted, the first victim first (31)."""
        found = []
        for person, piece in self.busy[p].items():
            request = piece.request
            if (
                request.rank > rank
                and (places is None or person // PLACE in places)
                and request.seize.interruption != Interruption.NEVER
                and all(m in self.there[q] for q, m in piece.people)
            ):
                order = -request.rank, -piece.begin, -request.number, -person
                found.append((order, piece))
        found.sort(key=itemgetter(0))
        return found

    def plan(self, r: Request, k: int, t: int, preempting: bool) -> list[Slice] | None:
        """Return whom alternative k would interrupt to start now; None if it cannot (24, 31)."""
        places = {p: self.places(p, r, t) for p, _ in r.alternatives[k]}
        if not preempting and any(self.available(p, places[p]) < n for p, n in r.alternatives[k]):
            return None
        if not self.fits(r, k, t):
            return None
        taken: list[Slice] = []
        for p, number in r.alternatives[k]:
            missing = number - self.available(p, places[p])
            if missing <= 0:
                continue
            freed = {id(piece) for piece in taken}
            candidates = self.victims(p, r.rank, places[p])
            missing -= sum(1 for _, piece in candidates if id(piece) in freed)
            for _, piece in candidates:
                if missing <= 0:
                    break
                if id(piece) not in freed:
                    freed.add(id(piece))
                    taken.append(piece)
                    freed_here = (person for q, person in piece.people if q == p)
                    missing -= len(few(freed_here, places[p]))
            if missing > 0:
                return None
        return taken

    def best(self, r: Request, t: int) -> tuple[int, list[Slice]] | None:
        """Return the first written alternative that can start, without preempting if any can."""
        allowed = r.waits[r.period].allowed
        for k in allowed:
            if self.plan(r, k, t, False) is not None:
                return k, []
        if r.preempts:
            for k in allowed:
                plan = self.plan(r, k, t, True)
                if plan is not None:
                    return k, plan
        return None

    def startable(self, entry: Entry, t: int) -> bool:
        """Say whether an entry of a queue can start, preempting if need be (24, R5)."""
        r = entry.request
        return self.plan(r, entry.alternative, t, False) is not None or (
            r.preempts and self.plan(r, entry.alternative, t, True) is not None
        )

    def heads(self, t: int) -> tuple[list[Request], list[Request]]:
        """Return the first startable request of each pool, and all of random pools (22, 25)."""
        first: list[Request] = []
        random: list[Request] = []
        for p in self.pools:
            queue = self.queue[p]
            if not queue or (not self.eager[p] and self.available(p) <= 0):
                continue
            if self.discipline[p] != Discipline.RANDOM:
                for entry in queue:
                    if self.startable(entry, t):
                        first.append(entry.request)
                        break
                continue
            rank = None
            for entry in queue:
                if rank is not None and entry.request.rank > rank:
                    break
                if self.startable(entry, t):
                    rank = entry.request.rank
                    random.append(entry.request)
        return first, random

    # -- the replay --

    def replay(self) -> None:
        """Go through all ticks at which something happens in the cell (R2)."""
        book = self.book
        happenings: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
        windows = set()
        for r in self.requests:
            windows.add(r.seize.window)
            for n, wait in enumerate(r.waits):
                if n == 0:
                    happenings[wait.begin]["join"].append(r)
                if wait.ended in ("left", "cancelled"):
                    happenings[wait.end]["left"].append(r)
            last = max(r.waits[-1].end, r.slices[-1].end if r.slices else 0)
            for change in r.changes[1:]:
                if r.joined <= change.tick <= last:
                    happenings[change.tick]["change"].append((r, change))
            for piece in r.slices:
                happenings[piece.begin]["start"].append(piece)
                if piece.reason != "open":
                    happenings[piece.end][piece.reason].append(piece)
        edges: dict[int, list[int]] = defaultdict(list)
        for p in self.pools:
            for t in self.group[p].edges():
                edges[t].append(p)
            self.there[p] = self.group[p].on_shift(-1)
        ticks = set(happenings) | set(edges) | self.windows()
        self.begin_logs()
        before = 0
        for t in sorted(ticks):
            if t >= book.end:
                break
            self.area += len(self.inside) * (t - before)
            before = t
            self.tick(t, happenings.get(t, {}), edges.get(t, ()))
            self.log(t)
        self.area += len(self.inside) * (book.end - before)
        for r in self.requests:
            for wait in r.waits:
                known = wait.begin in self.loose or wait.end in self.loose
                if wait.claimed and not known and id(wait) not in self.undone:
                    book.say(
                        "A3",
                        f"{where(r)} has the set-up or the work at {wait.end} of somebody who was "
                        "preempted, and was not (33)",
                    )
        rows = sum(w.end - w.begin for r in self.requests for w in r.waits)
        if rows != self.area and not book.findings:
            book.say("A11", f"cell {self.index}: waits of {rows} ticks, its queues say {self.area}")

    def windows(self) -> set[int]:
        """Return the ticks at which a window of the cell opens or closes (R2)."""
        pools = set(self.pools)
        found: set[int] = set()
        seen: set[int] = set()
        for s, seize in enumerate(self.book.seizes):
            if seize.window < 0 or seize.window in seen:
                continue
            if any(p in pools for needs in self.book.alternatives[s] for p, _ in needs):
                seen.add(seize.window)
                calendar = self.book.calendar(seize.window)
                found.update(calendar.opens, calendar.closes)
        return found

    def begin_logs(self) -> None:
        """Write down the state before anything happened."""
        self.touched.update(self.pools)
        self.log(-1)

    def log(self, t: int) -> None:
        """Write down the state of the pools that changed, after everything of the tick."""
        self.ticks.append(t)
        for p in self.touched:
            ticks, states = self.logs[p]
            there = self.there[p]
            ticks.append(t)
            if not self.group[p].divided:
                pieces = [(m in there, piece) for m, piece in self.busy[p].items()]
                states.append(state_of(len(there), self.available(p), pieces))
                continue
            who = [(m, m in there, piece) for m, piece in self.busy[p].items()]
            states.append(few_of(None, sorted(there), who))
        self.touched.clear()

    def tick(self, t: int, what: dict[str, list[Any]], edges: Sequence[int]) -> None:
        """Let everything of a tick happen in the order of the phases (8), then compare."""
        book = self.book
        starts: list[Slice] = what.get("start", [])
        for piece in (*what.get("done", ()), *what.get("cancelled", ())):
            if piece.begin < t:
                self.free(piece)
        gone = what.get("left", ())
        late: list[Request] = []
        for r in what.get("join", ()):
            if r in gone and r.waits[-1].begin == t:
                self.touched.update(needs[0][0] for needs in r.alternatives)
            elif r.behind is not None or (r.origin[0] == 6 and t in book.instants):
                late.append(r)
            else:
                self.join(r)
        for r in gone:
            if r.waits[-1].begin < t:
                self.leave(r)
        for r, change in what.get("change", ()):
            self.change(r, change)
        for p in edges:
            self.touched.add(p)
            falling = self.group[p].falling(t)
            self.there[p] = self.group[p].on_shift(t) | falling
            if falling:
                self.falling[p] = falling
        for piece in what.get("shift", ()):
            if any(m in self.falling.get(p, ()) for p, m in piece.people):
                self.stopping.append(piece)
                continue
            self.free(piece)
            self.join(piece.request)
        self.serve(t, what, starts, late)
        self.fall()

    def fall(self) -> None:
        """Let those leave whose place somebody takes who rests from now on (19)."""
        for p, people in self.falling.items():
            self.there[p] -= people
            self.touched.add(p)
        for piece in self.stopping:
            self.free(piece)
            self.join(piece.request)
        self.falling, self.stopping = {}, []

    def serve(
        self, t: int, what: dict[str, list[Any]], starts: list[Slice], late: list[Request]
    ) -> None:
        """Compare what starts at a tick with the dispatch of the law."""
        book = self.book
        preempted: list[Slice] = what.get("preempted", [])
        if t == 0 and any(r.worked for r in self.requests):
            starts = begin_before(self, t, starts, preempted)
        if not starts and not preempted and not late and not self.inside:
            return
        if any(piece.hidden and piece.reason == "cancelled" for piece in starts):
            self.cancelled_at_once(t, starts, preempted, late)
            return
        own = {id(piece) for piece in starts}
        foreign = [r for r in late if r.behind is None or id(r.behind) not in own]
        known = t not in book.instants and not self.random and not self.falling
        if known and not any(p.request.late for p in starts):
            self.strictly(t, starts, preempted, late)
            return
        self.search(t, starts, preempted, late, foreign)

    def search(
        self,
        t: int,
        starts: list[Slice],
        preempted: list[Slice],
        late: list[Request],
        foreign: list[Request],
    ) -> None:
        """Try the choices that the law leaves open until one agrees with the rows."""
        found = self.book.findings
        before = self.state(starts, preempted, late)
        n = len(found)
        claimed = [w for p in starts for w in p.request.waits if w.claimed and w.end == t]
        own = [r for r in late if r not in foreign]
        self.decisions = []
        for _ in range(MOST_TRIES):
            self.picks = []
            for r in foreign:
                self.join(r)
            self.strictly(t, starts, list(preempted), list(own))
            if len(found) == n and all(id(wait) in self.undone for wait in claimed):
                self.decisions = []
                return
            del found[n:]
            self.restore(before)
            while self.picks and self.picks[-1][0] + 1 == self.picks[-1][1]:
                self.picks.pop()
            if not self.picks:
                break
            self.decisions = [k for k, _ in self.picks[:-1]] + [self.picks[-1][0] + 1]
        self.decisions = []
        if t in self.book.instants or self.falling:
            self.loosely(t, starts, preempted, late)
            return
        for r in foreign:
            self.join(r)
        self.strictly(t, starts, preempted, own)

    def state(
        self, starts: list[Slice], preempted: list[Slice], late: list[Request]
    ) -> tuple[Any, ...]:
        """Return what a tick may change, to go back to it."""
        requests = {piece.request for piece in (*starts, *preempted)} | set(late)
        return (
            {p: list(queue) for p, queue in self.queue.items()},
            {p: dict(busy) for p, busy in self.busy.items()},
            Counter(self.eager),
            set(self.inside),
            set(self.undone),
            ({p: set(there) for p, there in self.there.items()}, self.falling, self.stopping),
            [(r, r.period) for r in requests],
            [(piece, list(piece.people)) for piece in starts if piece.hidden],
        )

    def restore(self, state: tuple[Any, ...]) -> None:
        """Go back to a state."""
        queue, busy, eager, inside, undone, staff, periods, people = state
        self.there = {p: set(there) for p, there in staff[0].items()}
        self.falling, self.stopping = staff[1], list(staff[2])
        self.queue = {p: list(entries) for p, entries in queue.items()}
        self.busy = {p: dict(pieces) for p, pieces in busy.items()}
        self.eager, self.inside, self.undone = Counter(eager), set(inside), set(undone)
        for r, period in periods:
            r.period = period
        for piece, found in people:
            piece.people = list(found)

    def strictly(
        self, t: int, starts: list[Slice], preempted: list[Slice], late: list[Request]
    ) -> None:
        """A4, A5: dispatch as the law says, start by start, and compare (25).

        Work of no length frees its people when the cell has dispatched; then comes another round.
        Work may start twice in a tick, if it was preempted in between: the rows tell it once.
        """
        book = self.book
        left: dict[int, list[Slice]] = defaultdict(list)
        for piece in sorted(starts, key=attrgetter("end")):
            left[piece.request.number].append(piece)
        done: list[Slice] = []
        agreed = False
        while True:
            first, random = self.heads(t)
            if not first and not random:
                if not done and self.falling:
                    self.fall()
                    continue
                if not done:
                    agreed = True
                    break
                for piece in done:
                    self.free(piece)
                for r in [r for r in late if r.behind in done]:
                    late.remove(r)
                    self.join(r)
                done = []
                continue
            if random or t in book.instants:
                self.unsure.add(t)
            pick = min((*first, *random), key=Request.order)
            choice = self.choose(pick, first, random, left, t)
            told = choice is not None and (
                left[choice.number][0].hidden or self.agrees(left[choice.number][0], t)
            )
            if not told and self.may_be_preempted(choice or pick, left):
                piece = self.unseen(choice or pick, t)
                self.start(piece, t, preempted, left, done)
                piece.request.period -= 1
                preempted.append(piece)
                continue
            if choice is None:
                self.passed_over(pick, left, t)
                break
            piece = left[choice.number].pop(0)
            if not left[choice.number]:
                del left[choice.number]
            self.start(piece, t, preempted, left, done)
            if piece.end == t and piece.reason == "done":
                done.append(piece)
        if agreed:
            for pieces in left.values():
                self.forbidden(pieces[0], t)
            for piece in preempted:
                book.say(
                    "A5",
                    f"the work on {where(piece.request)} is interrupted at {t}, though nobody of "
                    "better rank takes its people (31)",
                )
        if left or preempted or late or done:
            self.sync(t, left, preempted, late, done)

    def choose(
        self,
        pick: Request,
        first: list[Request],
        random: list[Request],
        left: dict[int, list[Slice]],
        t: int,
    ) -> Request | None:
        """Return the start that is next: the law's, or one that it cannot tell from it.

        It cannot tell where a random discipline has picks, or numbers of one tick are unknown.
        """
        waiting = [pieces[0].request for number, pieces in left.items() if number in self.inside]
        alike = [
            r
            for r in waiting
            if r is pick
            or (random and (r in first or r in random))
            or any(
                (r.rank, r.since) == (h.rank, h.since) and (r.late or h.late)
                for h in (first if random else (pick,))
            )
        ]
        if pick in alike and not random and len(alike) > 1 and not pick.late:
            return pick
        if len(alike) < 2:
            return alike[0] if alike else None

        def doubt(r: Request) -> tuple[bool, bool, int, int]:
            piece = left[r.number][0]
            return not self.agrees(piece, t), piece.end > t, piece.end if random else 0, r.number

        place = len(self.picks)
        k = self.decisions[place] if place < len(self.decisions) else 0
        self.picks.append((k, len(alike)))
        return sorted(alike, key=doubt)[k]

    @staticmethod
    def unseen(r: Request, t: int) -> Slice:
        """Return a guess that work was started and preempted in one tick."""
        piece = Slice(r, t)
        piece.reason, piece.hidden = "unseen", True
        return piece

    def may_be_preempted(self, r: Request, left: dict[int, list[Slice]]) -> bool:
        """Say whether a start may have been undone in the same tick, so that no row tells of it."""
        return r.seize.interruption != Interruption.NEVER and any(
            pieces[0].request.preempts and pieces[0].request.rank < r.rank
            for pieces in left.values()
        )

    def plan_of(self, piece: Slice, t: int) -> tuple[int, list[Slice], dict[int, list[int]]]:
        """Return with which alternative, victims and people a start should come (17, 29, 31).

        Of a victim of several people those that are not needed come free: their pools are left out.
        """
        r = piece.request
        k, victims = self.best(r, t) or (piece.alternative, [])
        places = {p: self.places(p, r, t) for p, _ in r.alternatives[k]}
        people = {
            p: self.lowest(p, n, places[p])
            for p, n in r.alternatives[k]
            if not self.group[p].unlimited
        }
        for victim in victims:
            for p, person in victim.people:
                if p in people:
                    people[p].extend(few([person], places[p]))
        need = dict(r.alternatives[k])
        for p in list(people):
            if len(people[p]) > need[p] and victims:
                del people[p]
        return k, victims, people

    def agrees(self, piece: Slice, t: int) -> bool:
        """Say whether a start is as the law has it."""
        k, victims, people = self.plan_of(piece, t)
        if any(v.begin < t and (v.end, v.reason) != (t, "preempted") for v in victims):
            return False
        if not piece.people:
            return True
        return k == piece.alternative and all(
            sorted(m for q, m in piece.people if q == p) == sorted(people[p]) for p in people
        )

    def passed_over(self, pick: Request, left: dict[int, list[Slice]], t: int) -> None:
        """A4 or A5: the next request was not started."""
        if not left:
            self.book.say("A4", f"{where(pick)} waits at {t}, though it could start (25)")
            return
        others = ", ".join(str(pieces[0].request.item) for pieces in left.values())
        if pick.waits[pick.period].end > t or pick.waits[pick.period].ended != "started":
            text = f"{where(pick)} waits at {t}, though it comes before item {others}, started then"
        else:
            text = f"{where(pick)} is not started before item {others} at {t}"
        self.book.say("A5", text + " (22, 25)")

    def forbidden(self, piece: Slice, t: int) -> None:
        """A2 or A5: something started that could not."""
        r = piece.request
        k = piece.alternative
        if not self.fits(r, k, t):
            text = f"{where(r)} starts at {t}, though it does not fit its window or shift (34, 40)"
            self.book.say("A5", text)
            return
        short = [
            p for p, number in r.alternatives[k]
            if self.available(p, self.places(p, r, t)) < number
        ]  # fmt: skip
        what = "preempts at" if r.preempts else "starts at"
        self.book.say(
            "A5", f"{where(r)} {what} {t}, though pools {short} cannot supply it (24, 31)"
        )

    @staticmethod
    def owes(piece: Slice) -> None:
        """Note the set-up that is due after work without a row: its alternative is known (33)."""
        r = piece.request
        at = r.slices.index(piece) + 1 if piece in r.slices else len(r.waits)
        if at < len(r.waits) and (at == len(r.slices) or r.slices[at].hidden):
            pools = tuple(pool for pool, _ in r.alternatives[piece.alternative])
            wait, after = r.waits[at], ("preempted", pools, r.seize.interruption)
            wait.after, wait.joined, wait.settled = after, (after, wait.joined[1]), True

    def start(
        self,
        piece: Slice,
        t: int,
        preempted: list[Slice],
        left: dict[int, list[Slice]],
        done: list[Slice],
    ) -> None:
        """A2, A5: the right alternative, the right victims, the lowest free people (17, 29, 31)."""
        book, r = self.book, piece.request
        k, victims, people = self.plan_of(piece, t)
        if piece.hidden:
            piece.alternative = k
            self.owes(piece)
            for p, number in r.alternatives[k]:
                found = people.get(p) or [m for v in victims for q, m in v.people if q == p]
                piece.people.extend((p, person) for person in sorted(found)[:number])
        elif piece.people and k != piece.alternative:
            book.say(
                "A5",
                f"{where(r)} starts at {t} with alternative {piece.alternative}, though {k} is "
                "written first and can start it (29, 31)",
            )
            people = {}
        known = True
        for victim in victims:
            if victim in preempted:
                preempted.remove(victim)
                self.free(victim)
                self.join(victim.request)
                if victim.reason == "unseen":
                    self.undone.add(id(victim.request.waits[victim.request.period]))
            elif victim.begin == t:  # it starts a second time in this tick
                if victim in done:
                    done.remove(victim)
                self.free(victim)
                victim.request.period -= 1
                self.undone.add(id(victim.request.waits[victim.request.period]))
                self.join(victim.request)
                left[victim.request.number].insert(0, victim)
            else:
                people, known = {}, False
                book.say(
                    "A5",
                    f"{where(r)} preempts at {t}, but not item {victim.request.item}, whose turn "
                    "it is to be interrupted (31)",
                )
        again = t in book.instants and r.seize.interruption != Interruption.NEVER
        for p in people if piece.people and not again else ():
            found = sorted(person for q, person in piece.people if q == p)
            if found != sorted(people[p]):
                book.say(
                    "A2",
                    f"{where(r)} takes people {[*map(called, found)]} of pool {p} at {t}; the "
                    f"lowest free are {[*map(called, sorted(people[p]))]} (17)",
                )
        for p, person in piece.people:
            other = self.busy[p].get(person)
            if person and other is not None and known:
                book.say(
                    "A2",
                    f"{where(r)} takes person {called(person)} of pool {p} at {t}, who is on item "
                    f"{other.request.item} (23)",
                )
        self.leave(r)
        self.occupy(piece)

    def sync(
        self,
        t: int,
        left: dict[int, list[Slice]],
        preempted: list[Slice],
        late: list[Request],
        done: list[Slice],
    ) -> None:
        """Take over what the rows say, so that one deviation is one finding."""
        for r in late:
            self.join(r)
        for piece in done:
            self.free(piece)
        for piece in preempted:
            if piece.begin < t or piece not in [p for pieces in left.values() for p in pieces]:
                self.free(piece)
                self.join(piece.request)
        for pieces in left.values():
            for piece in pieces:
                self.leave(piece.request)
                self.occupy(piece)
                if piece.end == t:
                    self.free(piece)
                    if piece.reason == "preempted":
                        self.join(piece.request)

    def cancelled_at_once(
        self, t: int, starts: list[Slice], preempted: list[Slice], late: list[Request]
    ) -> None:
        """A5 where work was cancelled at the tick of its start: only work of no length does it."""
        stopped = [piece for piece in starts if piece.hidden and piece.reason == "cancelled"]
        if t not in self.book.instants:
            text = f"{where(stopped[0].request)} is cancelled at {t}, when it starts (8, 42)"
            self.book.say("A5", text)
        self.loosely(t, starts, preempted, late)

    def loosely(
        self, t: int, starts: list[Slice], preempted: list[Slice], late: list[Request]
    ) -> None:
        """A4, A5 at a tick with work of no length: rounds of dispatch, whose order is unknown."""
        book = self.book
        self.loose.add(t)
        self.unsure.add(t)
        self.fall()
        for piece in starts:  # with which alternative is not known
            for wait in piece.request.waits if piece.hidden else ():
                if wait.begin == t:
                    wait.settled = len(wait.guesses) < 2
        for r in late:
            self.join(r)
        for piece in preempted:
            if piece.begin < t or piece.reason == "unseen":
                self.free(piece)
                self.join(piece.request)
        for piece in sorted(starts, key=lambda s: (s.end, s.request.number)):
            if piece.request.number in self.inside:
                self.leave(piece.request)
            self.occupy(piece)
            if piece.end == t:
                self.free(piece)
                if piece.reason == "preempted":
                    self.join(piece.request)
        first, random = self.heads(t)
        for r in (*first, *random):
            book.say("A4", f"{where(r)} waits at {t}, though it could start (25)")
        if any(piece.end == t for piece in starts):
            return
        for piece in starts:
            if piece.end == t or not piece.people:
                continue
            r = piece.request
            p = r.alternatives[piece.alternative][0][0]
            if self.discipline[p] == Discipline.RANDOM:
                continue
            self.free(piece)
            for entry in self.queue[p]:
                if entry.key >= self.key(p, r):
                    break
                other = entry.request
                if other.waits[other.period].begin < t and self.startable(entry, t):
                    self.passed_over(other, {r.number: [piece]}, t)
                    break
            for q, person in piece.people:
                if person:
                    self.busy[q][person] = piece


# ---- A6: causes ------------------------------------------------------------------------------


def check_causes(book: Book) -> None:
    """A6 (55, 56, R2, R3): recompute the parts and the blame of every wait for people."""
    for cell in book.cells:
        for r in cell.requests:
            for wait in r.waits:
                if wait.row is not None:
                    _check_wait(book, cell, r, wait)


def _check_wait(book: Book, cell: Cell, r: Request, wait: Wait) -> None:
    """Compare one row with what its cell did between its events."""
    alternatives = [r.alternatives[k] for k in wait.allowed]
    pools = {p for needs in alternatives for p, _ in needs}
    punctual = any(cell.late_start[p] for p in pools)
    if punctual or r.seize.window >= 0:
        ticks = cell.ticks
    elif len(pools) == 1:
        ticks = cell.logs[min(pools)][0]
    else:
        ticks = sorted({t for p in pools for t in _between(cell.logs[p][0], wait)})
    points = [max(t, wait.begin) for t in _between(ticks, wait)]
    vague = any(
        other.token != r.token and (other.late or r.late) for other in cell.same_tick[r.joined]
    )  # whose number is larger is not known
    rounds: set[int] = set()
    if wait.end in book.instants:  # the last interval may be one between two rounds of dispatch
        rounds = {-1} | cell.starters[wait.end]
        for p in pools:
            ticks, states = cell.logs[p]
            state = states[bisect_left(ticks, wait.end) - 1]
            rounds.update(piece.request.item for piece in state.pieces)
    row = wait.row
    found = {name: getattr(row, name) for name in PARTS}
    if vague:
        del found["prioritisation"]
    lengths = lengths_of(book, wait, wait.begin)
    late = punctual or any(book.pools[p].shift_end in STAY for p in pools)
    told = ""
    for reading, length in product(READINGS if late else READINGS[:1], lengths):
        parts: Counter[str] = Counter()
        cause, binding = "", None
        for a, b in pairwise([*points, wait.end]):
            cause, binding = _cause(cell, r, wait, alternatives, length, a, reading)
            parts[cause] += b - a
        want = {name: parts[name] for name in found}
        blame = _blame(cell, r, cause, binding, reading) | rounds
        if found != want:
            told = told or f"with the parts {found}, the law gives {want} (55, R2)"
        elif row.blame not in blame and not vague:
            told = f"and blames {row.blame}, the law {sorted(blame)} (56, R3)"
        else:
            return
    book.say("A6", f"{where(r)} waits in [{wait.begin}, {wait.end}) {told}")


def _between(ticks: list[int], wait: Wait) -> list[int]:
    """Return the ticks of a log that matter for a wait, the state at its begin first."""
    first = max(bisect_right(ticks, wait.begin) - 1, 0)
    return ticks[first : bisect_left(ticks, wait.end)]


def _cause(
    cell: Cell,
    r: Request,
    wait: Wait,
    alternatives: list[list[tuple[int, int]]],
    length: int,
    t: int,
    reading: tuple[bool, bool],
) -> tuple[str, State | None]:
    """Return the first cause that holds after tick t, and the pool that cannot supply (55)."""
    window = r.seize.window
    if window >= 0 and not cell.book.calendar(window).fits(t, length, r.seize.longest):
        return "gate", None
    late_binds, overtime = reading
    for needs in alternatives:
        for p, number in needs:
            ticks, states = cell.logs[p]
            state = states[bisect_right(ticks, t) - 1]
            places, late = cell.book.places(r, wait, p), False
            if places is not None:
                state = few_of(places, *state.by_person)
            if late_binds and cell.late_start[p] and state.available >= number:
                late = cell.too_late(p, places, number, state, t, length)
            if state.available < number:
                if state.there == 0:
                    return "unavailability", state
                if state.available > 0:
                    return "policy", state
                overtaken = state.largest[overtime] > r.number
                return "prioritisation" if overtaken else "contention", state
            if late:
                return "policy" if state.there else "unavailability", state
    return "policy", None


def _blame(
    cell: Cell, r: Request, cause: str, state: State | None, reading: tuple[bool, bool]
) -> set[int]:
    """Return who may be blamed: several where the order of dispatch is not known (56)."""
    if cause not in ("prioritisation", "contention") or state is None or not state.pieces:
        return {-1}
    begun = attrgetter("begin", "turn")
    pieces = state.pieces
    if cause == "prioritisation":
        pieces = [
            piece
            for piece, on in zip(pieces, state.on_shift, strict=True)
            if piece.request.number > r.number and (on or reading[1])
        ]
        at = max(pieces, key=begun)
    else:
        at = min(pieces, key=begun)
    if at.begin in cell.unsure:
        return {s.request.item for s in pieces if s.begin == at.begin}
    return {at.request.item}
