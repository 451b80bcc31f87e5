"""When the clock of a promise stands: while an item only waits in steps that stop it (58)."""

import numpy as np

from svcsim.analysis.clocks import Clock, elapsed
from svcsim.analysis.exact import grouped
from svcsim.analysis.followed import Followed
from svcsim.model.arrays import Integers, Kind

RUNNING = (Kind.WORK, Kind.SETUP, Kind.AUTOMATIC, Kind.CONTENTION, Kind.LIMIT)
"""Kinds of rows during which a clock never stands: work, and waits for people or places."""


def paused(run: Followed, steps: tuple[int, ...], clock: Clock, until: Integers) -> Integers:
    """Ticks of a clock during which it stood before `until`, by item.

    It stands iff every token of the item that lives is in a wait of one of the steps; a token that
    has come to a join lives no more.
    """
    n, end = len(run.arrived), run.questions.model.end
    if not steps:
        return np.zeros(n, np.int64)
    rows, tokens = run.rows, run.trajectory.tokens
    waits = np.isin(rows["step"], steps) & ~np.isin(rows["kind"], RUNNING)
    forked = np.zeros(n, bool)
    forked[tokens["item"]] = True
    alone = np.flatnonzero(~forked)
    lives = (
        np.concatenate([alone, tokens["item"]]),
        np.concatenate([run.arrived[alone], tokens["began"]]),
        np.minimum(np.concatenate([run.items["ended"][alone], tokens["ended"]]), end),
    )
    stands = rows["item"][waits], rows["begin"][waits], rows["end"][waits]
    item = np.concatenate([lives[0], lives[0], stands[0], stands[0]])
    tick = np.concatenate([lives[1], lives[2], stands[1], stands[2]])
    going_on = np.concatenate(
        [np.ones(len(lives[0]), np.int64), np.full(len(lives[0]), -1),
         np.full(len(stands[0]), -1), np.ones(len(stands[0]), np.int64)]
    )  # fmt: skip
    living = np.concatenate(
        [np.ones(len(lives[0]), np.int64), np.full(len(lives[0]), -1),
         np.zeros(2 * len(stands[0]), np.int64)]
    )  # fmt: skip
    order = np.lexsort((tick, item))
    item, tick = item[order], tick[order]
    standing = (np.cumsum(going_on[order]) == 0) & (np.cumsum(living[order]) > 0)
    at = np.flatnonzero(standing[:-1] & (item[1:] == item[:-1]))
    begin = np.minimum(tick[at], until[item[at]])
    stop = np.minimum(tick[at + 1], until[item[at]])
    found: Integers = grouped(item[at], n, elapsed(clock, begin, stop)).astype(np.int64)
    return found
