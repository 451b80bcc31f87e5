"""Codes: what the numbers in the arrays of a model and a trajectory stand for."""

from enum import IntEnum

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
    set-up of c ticks (-1: none) if the team that worked on the item last is none of them. Who
    chooses by its length expects a draw of by_class[d] (-1: of b)."""
    WORK = 7
    """Hold the people until the work is done. Ends patience when it starts. Where a is not -1, it
    takes less the more often it has been done: `lessons[a : a + b]` (74)."""
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
    from now on calendar b, rank := by_class[c] where that (-1: nothing) is more urgent (46)."""
    MARK = 21
    """Trigger a looks at this: by_class[b] is 1 where it counts, 0 where it is only looked at, -1
    where it is not; c ticks after the item came or earlier it does not count (-1: always) (49)."""
    EFFECT = 22
    """The model will change, as effect a says (47)."""
    ESCALATE_TO = 23
    """Where the escalation of this visit takes effect, go to instruction a (46)."""
    INSTANCES = 24
    """The token ends, and as many as record a says begin here, each with draws of its own (41);
    where they are none, go to instruction b instead."""
    KEEP = 25
    """Whoever worked at the step before goes on with this one, as seize by_class[a] says; the work
    to come is a draw of by_class[b] (71)."""


WORKED = Op.SEIZE, Op.KEEP
"""What has people work: they are asked for, or go on."""


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
    NOTICE = 33
    SOJOURN = 34
    QUANTITY = 35


class Discipline(IntEnum):
    """Who is next in a queue (semantics 22)."""

    FIFO = 0
    LIFO = 1
    DUE = 2
    RANDOM = 3
    SHORTEST = 4
    AGEING = 5


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
