"""The backlog: how much of what was there at the start is worked off, and when."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from svcsim.analysis.exact import total
from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.questions import Questions
from svcsim.analysis.sums import Sums
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


class _Left(NamedTuple):
    """What became of the items of one stream that were there at the start."""

    items: int
    left: int
    """Those that left before the end of the run."""
    ticks: int
    """Until they had left, of all of these."""
    last: int
    """The tick at which the last of them left; 0 without any."""

    def plus(self, other: "_Left") -> "_Left":
        """Return what became of both."""
        items, left, ticks = (x + y for x, y in zip(self[:3], other[:3], strict=True))
        return _Left(items, left, ticks, max(self.last, other.last))


def _left(run: Followed) -> tuple[_Left, ...]:
    """What became of the backlog of each stream that has one."""
    there, found = np.flatnonzero(run.arrived < 0), []
    for stream in run.questions.once(_streams):
        mine = there[run.items["stream"][there] == stream]
        ended = run.items["ended"][mine]
        left = ended[ended < NEVER]
        found.append(_Left(len(mine), len(left), total(left), int(left.max(initial=0))))
    return tuple(found)


@named(_names, _left, anew=True)
def backlog(sums: Sums) -> Iterator[Said]:
    """Items that were there at the start, by stream, and how long until they had left.

    `share` of them has left before the end of the run; `full` is the time until all have, of the
    replications in which they have.
    """
    for items, left, ticks, last in sums.of(_left):
        yield Said(items)
        yield Said(left, items)
        yield Said(ticks / TICKS_PER_HOUR, left)
        everybody = left == items
        yield Said(last / TICKS_PER_HOUR if everybody else 0.0, float(everybody))
