"""Demand to value: from arrival to the value point, on every clock that matters.

An item that has not reached its value when the run ends counts with the time so far, so that no
item is dropped; `unfinished` says how many these are, and where there are any the mean is a lower
bound. Items that were rejected, abandoned or refused have no lead time.

Percentiles are nearest ranks: p85 is the smallest lead time that at least 85 % of the items do not
exceed (Hyndman and Fan 1996, definition 1). So p95 is within a limit exactly when at least 95 % of
the items are.
"""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.exact import total
from svcsim.analysis.followed import Followed, Scope
from svcsim.analysis.key import Key, Sum
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR, Integers

PERCENTILES = (50, 85, 95)


def lead_time(run: Followed) -> Iterator[Sum]:
    """From arrival to value, by stream and class, on the clocks of the stream, in hours."""
    for scope in run.scopes:
        items = scope.cohort[run.pursued[scope.cohort]]
        for clock in run.questions.stream_clocks[scope.stream]:
            ticks = run.elapsed_on(clock)[items]
            yield from _spread("lead_time", scope, run.questions.clocks[clock].name, ticks)


def cycle_time(run: Followed) -> Iterator[Sum]:
    """From the first work on an item to its value, on the wall clock, in hours."""
    visits = run.visits
    began = np.full(len(run.arrived), NEVER, np.int64)
    np.minimum.at(began, visits["item"], visits["started"])
    worked = run.pursued & (began < run.until)
    for scope in run.scopes:
        items = scope.cohort[worked[scope.cohort]]
        yield from _spread("cycle_time", scope, "wall", run.until[items] - began[items])


def nearest_rank(ordered: Integers, percent: int) -> int:
    """The smallest value that at least `percent` in a hundred of `ordered` do not exceed.

    >>> nearest_rank(np.array([10, 20, 30, 40]), 50)
    20
    """
    return int(ordered[-(-percent * len(ordered) // 100) - 1])


def _spread(measure: str, scope: Scope, clock: str, ticks: Integers) -> Iterator[Sum]:
    def key(statistic: str) -> Key:
        return Key(measure, statistic, "h", scope.stream_name, scope.cls_name, clock=clock)

    n = len(ticks)
    yield Sum(key("mean"), total(ticks) / TICKS_PER_HOUR, n)
    ordered = np.sort(ticks)
    for percent in PERCENTILES:
        value = nearest_rank(ordered, percent) / TICKS_PER_HOUR if n else 0.0
        yield Sum(key(f"p{percent}"), value, 1.0 if n else 0.0)
