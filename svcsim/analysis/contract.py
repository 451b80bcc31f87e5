"""Contract months: how often a promise is kept month by month, and what it costs when it is not.

A promise that is kept in the long run may be broken in many a month, and contracts are settled
month by month.
"""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.on_time import measured
from svcsim.analysis.questions import Questions
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import Integers


def _names(questions: Questions) -> Iterator[Key]:
    for promise in questions.promises if questions.months else ():
        where = questions.names.streams[promise.stream], None, promise.name
        clock = questions.clocks[promise.clock].name
        yield Key("months_kept", "share", "1", *where, clock=clock)
        if promise.penalty > 0:
            yield Key("penalty", "mean", f"{promise.currency}/month", *where, clock=clock)


def _settled(run: Followed) -> tuple[tuple[Integers, Integers], ...]:
    """Of each promise: by month, items to which it was owed, and to which it was kept."""
    edges, found = np.array(run.questions.months, np.int64), []
    for promise, spent in zip(run.questions.promises, run.once(measured), strict=True):
        month = np.searchsorted(edges, run.arrived[spent.items], side="right") - 1
        inside = (month >= 0) & (month < len(edges) - 1)
        n = np.bincount(month[inside & spent.owed], minlength=len(edges) - 1)
        in_time = spent.in_time(run, promise)
        kept = np.bincount(month[inside & in_time], minlength=len(edges) - 1)
        found.append((n, kept))
    return tuple(found)


@named(_names, _settled)
def contract_months(sums: Sums) -> Iterator[Said]:
    """The share of contract months in which a promise was kept, and the penalty for a month.

    A month is a calendar month that lies within [warm_up, horizon) as a whole; its items are those
    that arrive in it and to which something is promised. A month without any is no month in which
    the promise was kept or broken, and nothing is owed for it.
    """
    for promise, (n, kept) in zip(sums.questions.promises, sums.of(_settled), strict=True):
        settled = int((n > 0).sum())
        good = int((kept[n > 0] / n[n > 0] >= promise.share).sum())
        yield Said(good, settled)
        if promise.penalty > 0:
            yield Said(promise.penalty * (settled - good), len(n))
