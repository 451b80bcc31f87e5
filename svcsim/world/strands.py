"""Parallel work: which strands of an item may begin, and which run again (semantics 41, 43).

An item remembers its strands as bits: `begun`, `done` and `passed` by.
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
def may_begin(before: int, need: int, done: int, passed: int) -> bool:
    """Say whether a strand that waits for `need` of those `before` it has enough (41).

    What was passed by is not waited for; of the others never more than there are.
    """
    waited_for = before & ~passed
    return count(waited_for & done) >= min(need, count(waited_for))


@inlined
def runs_again(again: int, once: int, begun: int) -> int:
    """Return the strands that a way back runs again: what is to run once, and began, does not."""
    return again & ~(once & begun)
