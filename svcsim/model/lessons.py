"""What steps learn with each repetition becomes staircases (semantics 3, 74)."""

from math import ceil

from svcsim.scenario.learning import Learning

STAIRS, DOUBLINGS = 8, 10
"""The factor falls in so many stairs for each doubling, and no more after so many doublings."""


def lessons(learning: Learning, stairs: int = STAIRS) -> list[tuple[int, float]]:
    """Return how often a step has been done in the run as each stair begins, and its factor.

    Of stairs that begin together the last counts; who learns nothing has none.

    >>> lessons(Learning(each_doubling="64%", done_before=2, at_least="60%"), 2)
    [(1, 0.8), (2, 0.64), (4, 0.6)]
    """
    found: dict[int, float] = {}
    if learning.each_doubling == 1:
        return []
    for k in range(1, stairs * DOUBLINGS + 1):
        factor = max(learning.each_doubling ** (k / stairs), learning.at_least)
        found[ceil(learning.done_before * (2 ** (k / stairs) - 1))] = factor
        if factor == learning.at_least:
            break
    return list(found.items())
