"""Promises kept: the share of items that were in time, by target and class."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.clocks import elapsed
from svcsim.analysis.followed import Followed, Mask, among_steps, completion
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops.visits import first_begun
from svcsim.analysis.pauses import paused
from svcsim.analysis.questions import Promise, Questions
from svcsim.analysis.scopes import scopes
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import NEVER, NONE, Integers
from svcsim.model.codes import Outcome

NOTHING_OWED = np.isin(np.arange(len(Outcome)), (Outcome.DONE, Outcome.REJECTED, Outcome.WITHDRAWN))
"""By outcome: whether nothing is owed to an item that left so before the promise was kept."""


def _names(questions: Questions) -> Iterator[Key]:
    for promise in questions.promises:
        clock = questions.clocks[promise.clock].name
        for scope in questions.once(scopes):
            if scope.stream == promise.stream:
                where = scope.stream_name, scope.cls_name
                yield Key("on_time", "share", "1", *where, promise.name, clock=clock)


def _judged(run: Followed) -> tuple[tuple[Integers, Integers], ...]:
    """Of each promise: items of the cohort to which it was kept, and owed, by class."""
    questions, found = run.questions, []
    items = [
        np.flatnonzero(run.cohort & (run.items["stream"] == stream))
        for stream in range(len(questions.names.streams))
    ]
    for promise in questions.promises:
        here = items[promise.stream]
        in_time, owed = judged(run, promise, here)
        cls, n = run.items["cls"][here], len(questions.names.classes[promise.stream])
        kept, all_of_them = (np.bincount(cls[which], minlength=n) for which in (in_time, owed))
        found.append((kept, all_of_them))
    return tuple(found)


@named(_names, _judged)
def on_time(sums: Sums) -> Iterator[Said]:
    """The share of cohort items whose elapsed time on the target's clock is within its limit."""
    for numbers in sums.of(_judged):
        kept, all_of_them = (number.tolist() for number in numbers)
        yield Said(sum(kept), sum(all_of_them))
        if len(kept) > 1:
            yield from map(Said, kept, all_of_them)


def judged(run: Followed, promise: Promise, items: Integers) -> tuple[Mask, Mask]:
    """Whether a promise was kept to each of some items of its stream, and whether it was owed.

    A promise of a response is kept when work on the step begins. One that counts from an event is
    owed to those who have one, and what is done before the event is in time. The clock stands while
    an item only waits in steps that stop it. An item that is still open, was abandoned or was
    refused before it got there is missed. An item that was rejected or withdrawn before, or whose
    way to the end did not lead through the step, was promised nothing and does not count.
    """
    clock = run.questions.clocks[promise.clock]
    kept = _kept(run, promise)
    there = kept[items] < NEVER
    owed = there | ~NOTHING_OWED[run.items["outcome"][items]]
    if promise.event:
        begins = event_ticks(run, promise.stream)[items]
        late = there & (kept[items] > begins)
        spent = np.where(late, elapsed(clock, begins, np.where(late, kept[items], begins)), 0)
        owed &= begins < NEVER
        there &= begins < NEVER
    elif kept is run.value:
        spent = run.elapsed_on(promise.clock)[items]
    else:
        spent = np.where(there, elapsed(clock, run.arrived[items], kept[items]), 0)
    if promise.paused_by:
        until = np.minimum(kept, run.questions.model.end)
        spent = spent - paused(run, promise.paused_by, clock, until)[items]
    limits = np.array(promise.limits, np.int64)
    return there & (spent <= limits[run.items["cls"][items]]), owed


def event_ticks(run: Followed, stream: int) -> Integers:
    """The tick of the event before which each item came; NEVER: it has none (semantics 68)."""
    record = run.questions.model.streams[stream]
    rows = run.questions.model.replay[record["first_replay"] :][: record["n_replay"]]
    items = run.items
    ticks = np.full(len(items), NEVER)
    come = np.flatnonzero(
        (items["stream"] == stream) & (items["layer"] == NONE) & (items["parent"] < 0)
    )
    order = np.argsort(rows["row"], kind="stable")
    at = order[np.searchsorted(rows["row"][order], items["ordinal"][come])]
    ticks[come] = rows["event"][at]
    return ticks


def _kept(run: Followed, promise: Promise) -> Integers:
    """The tick at which each item got to where the promise is kept, or NEVER."""
    if promise.started:
        return _response(run, promise.steps)
    if promise.steps == run.questions.value_steps[promise.stream]:
        return run.value
    if promise.steps:
        return completion(run, promise.steps)
    items = run.items
    left: Integers = np.where(items["outcome"] == Outcome.DONE, items["ended"], NEVER)
    return left


def _response(run: Followed, steps: tuple[int, ...]) -> Integers:
    """The tick of the first work in any of some steps, by people or a machine, or NEVER."""
    model = run.questions.model
    among = among_steps(model, steps or range(len(model.steps)))
    return first_begun(run.trajectory.visits, among, len(run.arrived), True)
