"""Promises kept: the share of items that were in time, by target and class."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.clocks import elapsed
from svcsim.analysis.followed import Followed, completion
from svcsim.analysis.key import Key, Sum
from svcsim.analysis.pauses import paused
from svcsim.analysis.questions import Promise
from svcsim.model.arrays import NEVER, Integers, Outcome


def on_time(run: Followed) -> Iterator[Sum]:
    """The share of cohort items whose elapsed time on the target's clock is within its limit.

    A promise of a response is kept when work on the step begins. The clock stands while an item
    only waits in steps that stop it. An item that is still open, was abandoned or was refused
    before it got there is missed. An item that was rejected or withdrawn before, or whose way to
    the end did not lead through the step, was promised nothing and does not count.
    """
    items, outcome = run.items, run.items["outcome"]
    finished = np.isin(outcome, (Outcome.DONE, Outcome.REJECTED, Outcome.WITHDRAWN))
    for promise in run.questions.promises:
        kept = _kept(run, promise)
        clock = run.questions.clocks[promise.clock]
        limits = np.array(promise.limits, np.int64)
        owed = (kept < NEVER) | ~finished
        stood = paused(run, promise.paused_by, clock, np.minimum(kept, run.questions.model.end))
        for scope in run.scopes:
            if scope.stream != promise.stream:
                continue
            there = scope.cohort[kept[scope.cohort] < NEVER]
            if kept is run.value:
                spent = run.elapsed_on(promise.clock)[there]
            else:
                spent = elapsed(clock, run.arrived[there], kept[there])
            spent = spent - stood[there]
            in_time = np.count_nonzero(spent <= limits[items["cls"][there]])
            key = Key("on_time", "share", "1", scope.stream_name, scope.cls_name, promise.name,
                      clock=clock.name)  # fmt: skip
            yield Sum(key, int(in_time), int(np.count_nonzero(owed[scope.cohort])))


def _kept(run: Followed, promise: Promise) -> Integers:
    """The tick at which each item got to where the promise is kept, or NEVER."""
    if promise.started:
        return _response(run, promise.steps)
    if promise.steps == run.questions.value_steps[promise.stream]:
        return run.value
    if promise.steps:
        return completion(run.questions.model, run.items, run.visits, promise.steps)
    items = run.items
    left: Integers = np.where(items["outcome"] == Outcome.DONE, items["ended"], NEVER)
    return left


def _response(run: Followed, steps: tuple[int, ...]) -> Integers:
    """The tick of the first work in any of some steps, by people or a machine, or NEVER."""
    visits = run.visits
    here = np.isin(visits["step"], steps) if steps else np.ones(len(visits), bool)
    by_people = visits["started"] < NEVER
    began = np.where(by_people, visits["started"], visits["finished"])
    first = np.full(len(run.arrived), NEVER, np.int64)
    np.minimum.at(first, visits["item"][here], began[here])
    return first
