"""Demand to value: from arrival to the value point, on every clock that matters.

An item that has not reached its value when the run ends counts with the time so far, so that no
item is dropped; `unfinished` says how many these are, and where there are any the mean is a lower
bound. Items that were rejected, abandoned or refused have no lead time.
"""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.exact import total
from svcsim.analysis.followed import Followed, Scope
from svcsim.analysis.key import Key, Sum
from svcsim.analysis.percentiles import Histogram
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR, Integers


def lead_time(run: Followed) -> Iterator[Sum]:
    """From arrival to value, by stream and class, on the clocks of the stream, in hours."""
    for scope in run.scopes:
        items = scope.cohort[run.pursued[scope.cohort]]
        for clock in run.questions.stream_clocks[scope.stream]:
            ticks = run.elapsed_on(clock)[items]
            yield _spread("lead_time", scope, run.questions.clocks[clock].name, ticks)


def cycle_time(run: Followed) -> Iterator[Sum]:
    """From the first work on an item to its value, on the wall clock, in hours."""
    visits = run.visits
    began = np.full(len(run.arrived), NEVER, np.int64)
    np.minimum.at(began, visits["item"], visits["started"])
    worked = run.pursued & (began < run.until)
    for scope in run.scopes:
        items = scope.cohort[worked[scope.cohort]]
        yield _spread("cycle_time", scope, "wall", run.until[items] - began[items])


def _spread(measure: str, scope: Scope, clock: str, ticks: Integers) -> Sum:
    key = Key(measure, "mean", "h", scope.stream_name, scope.cls_name, clock=clock)
    return Sum(key, total(ticks) / TICKS_PER_HOUR, len(ticks), Histogram.of(ticks))
