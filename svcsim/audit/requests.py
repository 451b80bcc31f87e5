"""Wishes for people: their waits, their work, and how urgent they are (20, 22)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from svcsim.model.arrays import NEVER
from svcsim.model.codes import ShiftEnd

PARTS = ("gate", "unavailability", "policy", "prioritisation")
"""Columns of a wait for people; contention is what remains."""
STAY = (ShiftEnd.RUN_OVER, ShiftEnd.NO_LATE_START)
"""Shift ends at which whoever works stays until it is done (34, R4)."""
Places = frozenset[int] | None
"""Groups of a pool, by their places in the order of taking; None: all of them."""
Place = tuple[float, ...]
"""Where an event stands in its tick: its phase, then what orders the phase (8)."""
Moment = tuple[int, Place]
"""When a token goes on: a tick, and the place in it."""
NO_MORE: Moment = NEVER, ()
"""The token does not go on by itself: the run ends first, or it is cancelled."""


class Slice:
    """A stretch of call-out, set-up and work of a request with certain people."""

    __slots__ = (
        "alternative", "begin", "begun", "called", "due", "efficiency", "end", "goes_on", "hidden",
        "kept", "people", "presence", "reason", "request", "setup", "turn", "worked",
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
        self.efficiency = 1000
        """Of those who began it, in permille (18)."""
        self.due = begin
        """When the work would end."""
        self.alternative = 0
        self.turn = 0
        """Its place among the starts of its cell."""
        self.hidden = False
        """Whether it was stopped at the tick of its start, and so has no row."""
        self.begun = begin
        """When its people were taken: for the step before, if they went on from there (71)."""
        self.kept: Slice | None = None
        """The work of the step before, whose people go on here (71)."""
        self.goes_on: Slice | None = None
        """The work of the next step, to which its people go on (71)."""
        self.reason = "open"
        """done, shift (its rule is on the next wait), preempted, cancelled, open (the run ended);
        unseen: a guess that it was started and preempted in one tick."""

    def follow(self, before: "Slice") -> None:
        """Have the people who did the work of the step before (71)."""
        self.kept, before.goes_on, self.begun = before, self, before.begun


class Wait:
    """A stretch in the queue, before each slice, of any length."""

    __slots__ = (
        "after", "allowed", "begin", "claimed", "end", "ended", "guesses", "joined", "own", "rest",
        "row", "settled", "unlearned",
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
        self.unlearned = -1
        """Work that had to fit before it first started: more than `rest`, where it learned (74)."""
        self.ended = "started"
        """started, left (patience ended), cancelled, open (the run ended)."""
        self.row: Any = None


class Request:
    """Somebody's wish for people, from joining a queue until its work ends (20)."""

    __slots__ = (
        "alternatives", "behind", "called", "came", "changes", "child", "deadline", "drawn", "due",
        "expected", "first", "held", "item", "joined", "late", "learns", "number", "origin",
        "period", "preempts", "rank", "seize", "since", "slices", "step", "token", "visit", "waits",
        "worked",
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
    """When it joined its queues, or went on at its step; `since` of the backlog is before."""
    worked: bool
    """Whether somebody was at work on it at the start (53)."""
    held: bool
    """Whether its people were there, so that it goes on before anything is dispatched."""
    preempts: bool
    first: "Request"
    """As which it joined the queue, if it came to the step with its people; else itself (71)."""
    drawn: int
    learns: Any
    """The instruction of work that will be what its step has learned, until it begins (74)."""
    expected: int
    """How long who chooses by the length of work expects it to be (22)."""
    deadline: int
    changes: "Sequence[Change]"
    """What becomes of the rank and the due date of its item (22)."""
    origin: Place
    late: bool
    """Its number among those of its tick is not known: work of no length came before it."""
    behind: tuple[Slice, ...]
    """That work, if it ended at the tick of joining."""
    child: int
    """The child for which it waited until then, by its item; -1: none (44)."""
    number: int
    waits: list[Wait]
    slices: list[Slice]
    period: int
    called: bool
    """Whether its first work began when people who were called out had come (19)."""
    came: set[int]
    """When people who were called out came, and were stopped before they worked (19)."""

    def __init__(self) -> None:
        self.first = self
        self.waits, self.slices, self.came = [], [], set()
        self.worked = self.held = self.called = False
        self.learns = None
        self.period = self.number = 0

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


def where(request: Request) -> str:
    """Return how a request is called in a finding."""
    return f"item {request.item} at step {request.step}, visit {request.visit},"
