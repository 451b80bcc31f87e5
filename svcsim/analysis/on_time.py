"""Promises kept: the share of items that were in time, by target and class."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.clocks import elapsed
from svcsim.analysis.followed import Followed, completion
from svcsim.analysis.key import Key, Sum
from svcsim.analysis.questions import Promise
from svcsim.model.arrays import NEVER, Integers, Outcome


def on_time(run: Followed) -> Iterator[Sum]:
    """The share of cohort items whose elapsed time on the target's clock is within its limit.

    An item that is still open, was abandoned or was refused before it got there is missed. An item
    that was rejected before, or whose way to the end did not lead through the step, was promised
    nothing and does not count.
    """
    items, outcome = run.items, run.items["outcome"]
    finished = (outcome == Outcome.DONE) | (outcome == Outcome.REJECTED)
    for promise in run.questions.promises:
        kept = _kept(run, promise)
        clock = run.questions.clocks[promise.clock]
        limits = np.array(promise.limits, np.int64)
        owed = (kept < NEVER) | ~finished
        for scope in run.scopes:
            if scope.stream != promise.stream:
                continue
            there = scope.cohort[kept[scope.cohort] < NEVER]
            if kept is run.value:
                spent = run.elapsed_on(promise.clock)[there]
            else:
                spent = elapsed(clock, run.arrived[there], kept[there])
            in_time = np.count_nonzero(spent <= limits[items["cls"][there]])
            key = Key("on_time", "share", "1", scope.stream_name, scope.cls_name, promise.name,
                      clock=clock.name)  # fmt: skip
            yield Sum(key, int(in_time), int(np.count_nonzero(owed[scope.cohort])))


def _kept(run: Followed, promise: Promise) -> Integers:
    """The tick at which each item got to where the promise is kept, or NEVER."""
    if promise.steps == run.questions.value_steps[promise.stream]:
        return run.value
    if promise.steps:
        return completion(run.questions.model, run.items, run.visits, promise.steps)
    items = run.items
    left: Integers = np.where(items["outcome"] == Outcome.DONE, items["ended"], NEVER)
    return left
