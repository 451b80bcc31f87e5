"""Promises kept: the share of items that were in time, by target and class."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from svcsim.analysis.clocks import elapsed
from svcsim.analysis.followed import Followed, Mask, among_steps, completion
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops.promises import judge
from svcsim.analysis.loops.visits import first_begun
from svcsim.analysis.pauses import paused
from svcsim.analysis.questions import Promise, Questions
from svcsim.analysis.scopes import scopes
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import NEVER, NONE, Integers
from svcsim.model.codes import Outcome

NOTHING_OWED = np.isin(np.arange(len(Outcome)), (Outcome.DONE, Outcome.REJECTED, Outcome.WITHDRAWN))
"""By outcome: whether nothing is owed to an item that left so before the promise was kept."""


def of_promises(questions: Questions, measure: str, statistic: str, unit: str) -> Iterator[Key]:
    """What a measure of promises says: of each, for its stream and each class of it."""
    for promise in questions.promises:
        clock = questions.clocks[promise.clock].name
        for scope in questions.once(scopes):
            if scope.stream == promise.stream:
                where = scope.stream_name, scope.cls_name
                yield Key(measure, statistic, unit, *where, promise.name, clock=clock)


def _names(questions: Questions) -> Iterator[Key]:
    return of_promises(questions, "on_time", "share", "1")


class Judged(NamedTuple):
    """What became of a promise."""

    by_class: Integers
    """Items of the cohort to which it was kept, and owed, (classes, what)."""
    by_month: Integers
    """The same by contract month, (months, what)."""
    late: Integers
    """By how long items were late, those that got there or are open, by class."""
    ends: Integers
    """Where each class ends in it."""


def judgements(run: Followed) -> tuple[Judged, ...]:
    """Judge each promise to the items of the cohort."""
    items, months = run.trajectory.items, run.questions.once(_months)
    return tuple(
        Judged(*judge(items, *spent, np.array(promise.limits, np.int64), months))
        for promise, spent in zip(run.questions.promises, measured(run), strict=True)
    )


def _months(questions: Questions) -> Integers:
    return np.array(questions.months, np.int64)


def _judged(run: Followed) -> tuple[Integers, ...]:
    """Of each promise: items of the cohort to which it was kept, and owed, by class."""
    return tuple(one.by_class for one in run.once(judgements))


@named(_names, _judged)
def on_time(sums: Sums) -> Iterator[Said]:
    """The share of cohort items whose elapsed time on the target's clock is within its limit."""
    for numbers in sums.of(_judged):
        kept, all_of_them = numbers.T.tolist()
        yield Said(sum(kept), sum(all_of_them))
        if len(kept) > 1:
            yield from map(Said, kept, all_of_them)


class Spent(NamedTuple):
    """What the clock of a promise has told of some items of its stream."""

    items: Integers
    there: Mask
    """Whether each got to where the promise is kept, if it was owed anything."""
    owed: Mask
    ticks: Integers
    """Time of the clock until then, or until the end of the run."""

    def in_time(self, run: Followed, promise: Promise) -> Mask:
        """Whether the promise was kept."""
        return self.there & (self.ticks <= limits_of(run, promise, self.items))


def limits_of(run: Followed, promise: Promise, items: Integers) -> Integers:
    """Ticks of the clock that are promised to each of some items."""
    limits: Integers = np.array(promise.limits, np.int64)[run.items["cls"][items]]
    return limits


def measured(run: Followed) -> tuple[Spent, ...]:
    """What the clock of each promise has told of the items of the cohort."""
    streams = [
        np.flatnonzero(run.cohort & (run.items["stream"] == stream))
        for stream in range(len(run.questions.names.streams))
    ]
    return tuple(_spent(run, one, streams[one.stream]) for one in run.questions.promises)


def judged(run: Followed, promise: Promise, items: Integers) -> tuple[Mask, Mask]:
    """Whether a promise was kept to each of some items of its stream, and whether it was owed.

    A promise of a response is kept when work on the step begins. One that counts from an event, or
    from a step, is owed to those who have one, or have completed it, and what is done before is in
    time. The clock stands while an item only waits in steps that stop it. An item that is still
    open, was abandoned or was refused before it got there is missed. An item that was rejected or
    withdrawn before, or whose way to the end did not lead through the step, was promised nothing
    and does not count, unless it was committed to a date by a step that it completed.
    """
    spent = _spent(run, promise, items)
    return spent.in_time(run, promise), spent.owed


def _spent(run: Followed, promise: Promise, items: Integers) -> Spent:
    clock = run.questions.clocks[promise.clock]
    kept = _kept(run, promise)
    until = np.minimum(kept, run.questions.model.end)
    there = kept[items] < NEVER
    owed = there | ~NOTHING_OWED[run.items["outcome"][items]]
    if promise.event or promise.since:
        begins = _begins(run, promise)[items]
        spent = elapsed(clock, np.minimum(begins, until[items]), until[items])
        committed = begins < NEVER
        owed = committed if promise.since else owed & committed
        there &= committed
    elif kept is run.value:
        spent = run.elapsed_on(promise.clock)[items]
    else:
        spent = elapsed(clock, run.arrived[items], until[items])
    if promise.paused_by:
        spent = spent - paused(run, promise.paused_by, clock, until)[items]
    return Spent(items, there, owed, spent)


def _begins(run: Followed, promise: Promise) -> Integers:
    """The tick from which the clock of a promise runs for each item, or NEVER."""
    if promise.event:
        return event_ticks(run, promise.stream)
    visits = run.trajectory.visits
    done = among_steps(run.questions.model, promise.since)[visits["step"]]
    begins = np.full(len(run.arrived), NEVER)
    np.minimum.at(begins, visits["item"][done], visits["finished"][done])
    return begins


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
