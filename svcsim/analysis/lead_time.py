"""Demand to value: from arrival to the value point, on every clock that matters.

An item that has not reached its value when the run ends counts with the time so far, so that no
item is dropped; `unfinished` says how many these are, and where there are any the mean is a lower
bound. Items that were rejected, abandoned or refused have no lead time.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.followed import Followed, Mask, among_steps
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops.numbers import order_of
from svcsim.analysis.loops.visits import first_begun
from svcsim.analysis.percentiles import Histogram
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import Scope, scopes
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import TICKS_PER_HOUR, Integers


def _names_of_lead_time(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        where = scope.stream_name, scope.cls_name
        for clock in questions.stream_clocks[scope.stream]:
            yield Key("lead_time", "mean", "h", *where, clock=questions.clocks[clock].name)


class Spreads(NamedTuple):
    """Durations of several groups of items."""

    ticks: NDArray[Any]
    items: Integers
    histograms: tuple[Histogram, ...]

    @classmethod
    def of(cls, groups: Iterable[Integers]) -> "Spreads":
        """Add up the durations of each group, and count them by class."""
        histograms, ticks, items = Histogram.of_groups(list(groups))
        return cls(ticks, items, histograms)

    def said(self) -> Iterator[Said]:
        """Yield the mean of each group, in hours."""
        told = zip(self.ticks.tolist(), self.items.tolist(), self.histograms, strict=True)
        for ticks, items, histogram in told:
            yield Said(ticks / TICKS_PER_HOUR, items, histogram)


def _to_value(run: Followed) -> Spreads:
    """Lead times of each scope on each clock of its stream."""
    items = _Sorted.of(run, run.pursued)
    ticks = [run.elapsed_on(clock)[items.order] for clock in range(len(run.questions.clocks))]
    return Spreads.of(
        ticks[clock][here]
        for scope in run.questions.once(scopes)
        for here in [items.of_scope(scope)]
        for clock in run.questions.stream_clocks[scope.stream]
    )


@named(_names_of_lead_time, _to_value)
def lead_time(sums: Sums) -> Iterator[Said]:
    """From arrival to value, by stream and class, on the clocks of the stream, in hours."""
    yield from sums.of(_to_value).said()


def _names_of_cycle_time(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        yield Key("cycle_time", "mean", "h", scope.stream_name, scope.cls_name, clock="wall")


def _since_work(run: Followed) -> Spreads:
    """Cycle times of each scope."""
    began = run.once(first_work)
    items = _Sorted.of(run, run.pursued & (began < run.until))
    ticks = run.until[items.order] - began[items.order]
    return Spreads.of(ticks[items.of_scope(at)] for at in run.questions.once(scopes))


@named(_names_of_cycle_time, _since_work)
def cycle_time(sums: Sums) -> Iterator[Said]:
    """From the first work on an item to its value, on the wall clock, in hours."""
    yield from sums.of(_since_work).said()


def first_work(run: Followed) -> Integers:
    """When people first worked on each item, or NEVER."""
    everywhere = run.questions.once(_all_steps)
    return first_begun(run.trajectory.visits, everywhere, len(run.arrived), False)


def _all_steps(questions: Questions) -> Mask:
    return among_steps(questions.model, range(len(questions.model.steps)))


class _Sorted(NamedTuple):
    """Items by stream and class."""

    order: Integers
    ends: list[int]
    """Where each class ends in the order."""
    n_classes: int

    @classmethod
    def of(cls, run: Followed, which: Mask) -> "_Sorted":
        """Sort the items of a mask."""
        n_classes = run.questions.n_classes
        groups = np.where(which, run.of_class, -1)
        order, ends = order_of(groups, len(run.questions.names.streams) * n_classes)
        return cls(order, ends.tolist(), n_classes)

    def of_scope(self, scope: Scope) -> slice:
        """Where the items of a stream, or of one of its classes, are in the order."""
        first = scope.stream * self.n_classes + max(scope.cls, 0)
        last = first if scope.cls >= 0 else first + self.n_classes - 1
        return slice(self.ends[first - 1] if first else 0, self.ends[last])
