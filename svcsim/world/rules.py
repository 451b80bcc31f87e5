"""The rules of the simulated world, each stated once and called by both engines.

Each cites its sentence of docs/semantics.md. What an engine owns is only the order of events.
"""

from math import ceil

from svcsim._jit import inlined
from svcsim.model.codes import Discipline, Interruption, Kind, ShiftEnd
from svcsim.world.changes import SHARE

CONTENTION, PRIORITISATION = int(Kind.CONTENTION), int(Kind.PRIORITISATION)
UNAVAILABILITY, POLICY, GATE = int(Kind.UNAVAILABILITY), int(Kind.POLICY), int(Kind.GATE)
LIFO, DUE, RANDOM = int(Discipline.LIFO), int(Discipline.DUE), int(Discipline.RANDOM)
SHORTEST, AGEING = int(Discipline.SHORTEST), int(Discipline.AGEING)
PAUSE, HAND_OVER, RESTART = int(ShiftEnd.PAUSE), int(ShiftEnd.HAND_OVER), int(ShiftEnd.RESTART)
RUN_OVER, NO_LATE_START = int(ShiftEnd.RUN_OVER), int(ShiftEnd.NO_LATE_START)
STEP_RESTART = int(Interruption.RESTART)


@inlined
def queue_key(
    discipline: int, rank: int, due: int, since: int, number: int, worth: int
) -> tuple[int, int, int]:
    """Return the key by which a request stands in a queue; smallest first (22).

    `worth` is the expected touch, or what `aged` says, where the discipline looks at it.
    """
    if discipline == SHORTEST:
        return worth, rank, number
    if discipline == AGEING:
        return worth, number, 0
    if discipline == LIFO:
        return rank, -since, -number
    if discipline == DUE:
        return due, rank, number
    if discipline == RANDOM:
        return rank, number, 0
    return rank, since, number


@inlined
def aged(begun: int, rank: int, period: int) -> int:
    """Return what orders a queue in which each period of waiting is worth a rank (22).

    `begun` is the open time before the wait. Beyond 2**61 ticks all ranks are alike.
    """
    return begun + min(rank, (1 << 61) // period) * period


@inlined
def kept_free(people: int, share: int, present: int, inside: int) -> int:
    """Return how many people others must leave to those for whom some are reserved (30).

    `people` are reserved, or where that is -1 a share of those present, in units of 1e-9; `inside`
    are at work for whom they are reserved.
    """
    if people < 0:
        people = (2 * share * present + SHARE) // (2 * SHARE)
    return max(0, people - inside)


@inlined
def random_pick(u: float, startable: int) -> int:
    """Return which of `startable` requests a random discipline starts (22)."""
    return min(int(u * startable), startable - 1)


@inlined
def fits(open_: bool, opens: int, closes: int, longest: int, now: int, length: int) -> bool:
    """Say whether work of `length` may start now in an opening [opens, closes) (34, 40).

    Work longer than the longest opening starts when one opens, and runs over.
    """
    if not open_:
        return False
    return length <= closes - now or (length > longest and now == opens)


@inlined
def visit_factor(first: int, n: int, visit: int) -> int:
    """Return the index in `factors` of the factor of a visit, or -1 for 1 (2, rule 2)."""
    if n == 0 or visit < 2:
        return -1
    return first + min(visit - 2, n - 1)


@inlined
def branch_row(
    shares: int, n: int, levels: int, n_classes: int, last_row: int, max_visits: int, cls: int,
    visit: int,
) -> int:  # fmt: skip
    """Return the first of the n cumulative shares that hold for a class and visit (13)."""
    c = cls if n_classes > 1 else 0
    if max_visits > 0 and visit >= max_visits:
        return last_row + c * n
    return shares + (c * levels + min(max(visit, 1), levels) - 1) * n


@inlined
def rest_after(interruption_restarts: bool, remaining: int, worked: int, drawn: int) -> int:
    """Return the ticks of work left after an interruption (33, 34)."""
    return drawn if interruption_restarts else remaining - worked


@inlined
def may_work(streams: int, stream: int, own: int, bound: int) -> bool:
    """Say whether a group does the work of a stream, and may resume what was paused (19, 34).

    Parameters
    ----------
    streams
        Streams whose work the group does, as bits; -1: all.
    own
        Bit of those who may resume what the group paused; 0: everybody.
    bound
        Bits of those who alone may resume the work; 0: everybody.
    """
    if streams >= 0 and (streams >> stream) & 1 == 0:
        return False
    return bound == 0 or own == 0 or (own & bound) != 0


@inlined
def keeps_own_group(shift_end: int) -> bool:
    """Say whether only the group that paused the work may resume it (34)."""
    return shift_end == PAUSE


@inlined
def setup_after_shift(shift_end: int, reading: int, switching: int, also_overnight: int) -> int:
    """Return the set-up before work goes on after a shift end (33, 34)."""
    if shift_end == HAND_OVER:
        return reading
    if shift_end == PAUSE and also_overnight == 1:
        return switching
    return 0


@inlined
def stays_after_shift(shift_end: int) -> bool:
    """Say whether a busy person stays until the work ends, uninterruptible (34)."""
    return shift_end == RUN_OVER or shift_end == NO_LATE_START


@inlined
def wait_cause(
    fits_window: bool, binding: int, on_shift: int, available: int, overtaken: bool
) -> int:
    """Return the one cause of a wait for people between two events of its cell (55).

    Parameters
    ----------
    fits_window
        Whether the window is open for long enough.
    binding
        The first written pool that cannot supply; -1 if only the clock forbids a start.
    on_shift, available
        People of it on shift, and those of them who are free: too few for a team of several.
    overtaken
        Whether someone eligible works on a request with a larger number.
    """
    if not fits_window:
        return GATE
    if binding < 0:
        return POLICY
    if on_shift == 0:
        return UNAVAILABILITY
    if available > 0:
        return POLICY
    if overtaken:
        return PRIORITISATION
    return CONTENTION


@inlined
def children_needed(children: int, need: int, share: float) -> int:
    """Return how many of the children of a visit its item waits for (44).

    So many, but not more than there are; or, where `need` is -1, a share of them, rounded up.
    """
    return ceil(share * children - 1e-9) if need < 0 else min(need, children)


@inlined
def instances_needed(instances: int, need: int, share: float) -> int:
    """Return how many of the tokens of a strand must come to its end: one at least (41)."""
    return max(1, ceil(share * instances - 1e-9) if need < 0 else min(need, instances))
