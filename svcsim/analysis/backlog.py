"""The backlog: how much of what was there at the start is worked off, and when."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.questions import Questions
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR


def _streams(questions: Questions) -> tuple[int, ...]:
    """Streams that begin with a backlog."""
    return tuple(sorted(set(questions.model.backlog["stream"].tolist())))


def _names(questions: Questions) -> Iterator[Key]:
    for stream in questions.once(_streams):
        name, wall = questions.names.streams[stream], {"clock": "wall"}
        yield Key("backlog", "count", "items", name)
        yield Key("backlog", "share", "1", name)
        yield Key("backlog_time", "mean", "h", name, **wall)
        yield Key("backlog_time", "full", "h", name, **wall)


@named(_names)
def backlog(run: Followed) -> Iterator[Said]:
    """Items that were there at the start, by stream, and how long until they had left.

    `share` of them has left before the end of the run; `full` is the time until all have, of the
    replications in which they have.
    """
    streams = run.questions.once(_streams)
    there = np.flatnonzero(run.arrived < 0)
    for stream in streams:
        mine = there[run.items["stream"][there] == stream]
        ended = run.items["ended"][mine]
        left = ended[ended < NEVER]
        yield Said(len(mine))
        yield Said(len(left), len(mine))
        yield Said(int(left.sum()) / TICKS_PER_HOUR, len(left))
        last = int(left.max(initial=0)) if len(left) == len(mine) else 0
        yield Said(last / TICKS_PER_HOUR, float(len(left) == len(mine)))
