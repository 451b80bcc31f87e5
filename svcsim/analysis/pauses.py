"""When the clock of a promise stands: while an item only waits in steps that stop it (58)."""

import numpy as np

from svcsim.analysis.clocks import Clock, elapsed
from svcsim.analysis.exact import grouped
from svcsim.analysis.followed import Followed, among_steps
from svcsim.analysis.loops.visits import first_of
from svcsim.analysis.loops.waits import standing, waits_at
from svcsim.model.arrays import Integers


def paused(run: Followed, steps: tuple[int, ...], clock: Clock, until: Integers) -> Integers:
    """Ticks of a clock during which it stood before `until`, by item.

    It stands iff every token of the item that lives is in a wait of one of the steps, and not for
    people or places; a token that has come to a join lives no more.
    """
    n, end = len(run.arrived), run.questions.model.end
    if not steps:
        return np.zeros(n, np.int64)
    rows, tokens = run.trajectory.rows, run.trajectory.tokens
    waits = waits_at(rows, among_steps(run.questions.model, steps))
    item, begin, stop = standing(rows, waits, tokens, first_of(tokens, n), end)
    begin, stop = np.minimum(begin, until[item]), np.minimum(stop, until[item])
    found: Integers = grouped(item, n, elapsed(clock, begin, stop)).astype(np.int64)
    return found
