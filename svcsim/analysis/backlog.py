"""The backlog: how much of what was there at the start is worked off, and when."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Sum
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR


def backlog(run: Followed) -> Iterator[Sum]:
    """Items that were there at the start, by stream, and how long until they had left.

    `share` of them has left before the end of the run; `full` is the time until all have, of the
    replications in which they have.
    """
    there = run.arrived < 0
    for stream, name in enumerate(run.questions.names.streams):
        mine = there & (run.items["stream"] == stream)
        n = int(np.count_nonzero(mine))
        if not (run.questions.model.backlog["stream"] == stream).any():
            continue
        ended = run.items["ended"][mine]
        left = ended[ended < NEVER]
        yield Sum(Key("backlog", "count", "items", name), n)
        yield Sum(Key("backlog", "share", "1", name), len(left), n)
        ticks = int(left.sum())
        wall = {"clock": "wall"}
        yield Sum(Key("backlog_time", "mean", "h", name, **wall), ticks / TICKS_PER_HOUR, len(left))
        last = int(left.max(initial=0)) if len(left) == n else 0
        whole = float(len(left) == n)
        yield Sum(Key("backlog_time", "full", "h", name, **wall), last / TICKS_PER_HOUR, whole)
