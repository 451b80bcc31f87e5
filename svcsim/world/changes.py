"""Change of the model inside a run: effects, environments, triggers (47 to 49, 51, 69)."""

from svcsim._jit import inlined
from svcsim.model.arrays import NEVER, NONE

STAIRS, HALF_LIVES = 8, 10
"""What fades goes down in so many stairs per half-life, and is gone after so many (3)."""
SHARE = 1_000_000_000
"""Shares are compared in whole units of this part (49)."""


@inlined
def thinned(u: float, factor: float) -> bool:
    """Say whether a candidate is no item, because less comes than in the beginning (50, 51)."""
    return u >= factor


@inlined
def sojourn(ticks: int) -> int:
    """Return how long an environment stays in a state of which the length was drawn (69)."""
    return max(1, ticks)


@inlined
def drawn_factor(low: float, high: float, u: float) -> float:
    """Return the factor of an effect (47)."""
    return low + (high - low) * u


@inlined
def faded(factor: float, left: float) -> float:
    """Return a factor of which only a part is left (3)."""
    return 1.0 + (factor - 1.0) * left


@inlined
def stair(begin: int, half_life: int, k: int) -> int:
    """Return the tick at which an effect goes down the k-th time (3)."""
    return begin + (2 * k * half_life + STAIRS) // (2 * STAIRS)


@inlined
def next_change(begin: int, lasts: int, half_life: int, k: int) -> int:
    """Return when an effect that has gone down k times changes next, or NEVER."""
    ends = NEVER if lasts == NEVER else begin + lasts
    if half_life == 0:
        return ends
    return min(ends, stair(begin, half_life, k + 1))


@inlined
def is_over(now: int, begin: int, lasts: int, k: int) -> bool:
    """Say whether an effect that has gone down k times is gone."""
    return k == STAIRS * HALF_LIVES or (lasts != NEVER and now >= begin + lasts)


@inlined
def enough(count: int, share: int, mean: int, total: int, seen: int, counted: int) -> bool:
    """Say whether what happened within the window is enough, in whole numbers (49)."""
    if share >= 0:
        return seen >= count and counted * SHARE > share * seen
    if mean >= 0:
        return seen >= count and (counted + seen - 1) // seen > mean
    if total >= 0:
        return seen >= count and counted > total
    return counted >= count


@inlined
def counts_if_late(counts: int, share: int, took: int, limit: int) -> int:
    """Return whether a visit counts that was over so long after its item came (49).

    What is not late is only looked at where a share is asked for, else not even that (-1).
    """
    if limit < 0 or counts != 1 or took > limit:
        return counts
    return 0 if share >= 0 else NONE


@inlined
def worth(counts: int, mean: int, total: int, took: int) -> int:
    """Return what a visit that counts adds: one, or the time that is summed (49)."""
    return took if counts == 1 and max(mean, total) >= 0 else counts


@inlined
def score(work: int, effort: int) -> int:
    """Return what an item is worth whose family took so much work, for its expected effort (36)."""
    return work // effort


@inlined
def may_fire(now: int, fired: int, cool_down: int) -> bool:
    """Say whether the last firing is long enough ago (49); NEVER: there was none."""
    return fired == NEVER or now - fired >= cool_down


@inlined
def holds_now(held: bool, is_true: bool, rested: bool) -> bool:
    """Say whether the effect of a trigger holds after a look (49)."""
    return is_true and (held or rested)
