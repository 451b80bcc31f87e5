"""Parallel work: which strands of an item may begin, and which run again (semantics 41, 43).

An item remembers its strands as bits: `begun`, `done`, `passed` by, sent `back` to run again and
not done since, and `ran`: those that are not repeated.
"""

from svcsim._jit import inlined


@inlined
def count(bits: int) -> int:
    """Return how many bits are set."""
    n = 0
    while bits != 0:
        bits &= bits - 1
        n += 1
    return n


@inlined
def may_begin(before: int, need: int, done: int, passed: int, back: int, bit: int) -> bool:
    """Say whether a strand, a `bit`, that waits for `need` of those `before` it has enough (41).

    What was passed by is not waited for; of the others never more than there are. On a way back it
    waits only for what runs again (43).
    """
    waited_for = before & ~passed
    if back & bit != 0:
        waited_for &= back
    return count(waited_for & done) >= min(need, count(waited_for))


@inlined
def sent_back(back: int, done: int, again: int) -> int:
    """Return what is to run again, when the strands `again` are sent back too (43)."""
    return (back & ~done) | again


@inlined
def runs_again(again: int, once: int, runs: int) -> int:
    """Return the strands that a way back runs again: what is to run once, and runs, does not."""
    return again & ~(once & runs)
