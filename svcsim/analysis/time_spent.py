"""Where the time goes: touch and waits by cause, whose sum is the lead time exactly."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.followed import Followed, Scope
from svcsim.analysis.key import Key, Sum
from svcsim.analysis.tally import CAUSES, Tally
from svcsim.model.arrays import NONE, TICKS_PER_HOUR, Kind

ACTIVE_MEASURES = {
    "touch_time": Kind.WORK,
    "setup_time": Kind.SETUP,
    "automatic_time": Kind.AUTOMATIC,
}


def time_spent(run: Followed, tally: Tally) -> Iterator[Sum]:
    """Mean hours of an item until value, on the wall clock, by what was going on.

    Touch, set-up, automatic work and waits by cause add up to the lead time. `touch_time` is time
    with somebody at work on the item; `person_time` counts everybody who was. Flow efficiency is
    touch over lead time, a ratio of sums.
    """
    for scope in run.scopes:
        places = _places_of(run, scope.stream)
        kinds = _of_class(tally.until_value[places], scope.cls).sum(axis=0)
        n = int(np.count_nonzero(run.pursued[scope.cohort]))
        yield from _kinds(scope, kinds, n)
        where = (scope.stream_name, scope.cls_name)
        efficiency = Key("flow_efficiency", "ratio", "1", *where, clock="wall")
        yield Sum(efficiency, _hours(kinds[Kind.WORK]), _hours(kinds.sum()))
        again = _of_class(tally.repeated[places], scope.cls).sum()
        yield Sum(Key("rework_time", "mean", "h", *where, clock="wall"), _hours(again), n)
        visits = int(_of_class(tally.visits[places], scope.cls).sum())
        repeats = int(_of_class(tally.repeats[places], scope.cls).sum())
        yield Sum(Key("rework", "share", "1", *where), repeats, visits)
        if scope.cls < 0:
            yield from _activities(run, scope, tally, n)
            yield from _steps(run, scope, tally)


def _kinds(scope: Scope, kinds: NDArray[Any], n: int) -> Iterator[Sum]:
    where = (scope.stream_name, scope.cls_name)
    for measure, kind in ACTIVE_MEASURES.items():
        yield Sum(Key(measure, "mean", "h", *where, clock="wall"), _hours(kinds[kind]), n)
    waits = sum(kinds[cause] for cause in CAUSES)
    yield Sum(Key("wait_time", "mean", "h", *where, clock="wall"), _hours(waits), n)
    for cause in CAUSES:
        key = Key("wait_time", "mean", "h", *where, cause=cause.name.lower(), clock="wall")
        yield Sum(key, _hours(kinds[cause]), n)


def _activities(run: Followed, scope: Scope, tally: Tally, n: int) -> Iterator[Sum]:
    """Touch and wait of an item until value, by activity of the service value chain."""
    steps = run.questions.model.steps
    activity = np.where(steps["stream"] == scope.stream, steps["activity"], NONE)
    for index in sorted(set(activity.tolist()) - {NONE}):
        kinds = tally.until_value[np.flatnonzero(activity == index)].sum(axis=(0, 1))
        name = run.questions.names.activities[index]
        for measure, ticks in _touch_and_wait(kinds):
            key = Key(measure, "mean", "h", scope.stream_name, activity=name, clock="wall")
            yield Sum(key, _hours(ticks), n)


def _steps(run: Followed, scope: Scope, tally: Tally) -> Iterator[Sum]:
    """Touch and wait of a visit to each step, and visits of an item to it."""
    for step in np.flatnonzero(run.questions.model.steps["stream"] == scope.stream).tolist():
        visits, name = int(tally.visits[step].sum()), run.questions.names.steps[step]
        for measure, ticks in _touch_and_wait(tally.all_the_time[step].sum(axis=0)):
            key = Key(measure, "mean", "h", scope.stream_name, step=name, clock="wall")
            yield Sum(key, _hours(ticks), visits)
        key = Key("visits", "mean", "visits", scope.stream_name, step=name)
        yield Sum(key, visits, len(scope.cohort))


def _touch_and_wait(kinds: NDArray[Any]) -> Iterator[tuple[str, int]]:
    yield "touch_time", kinds[Kind.WORK]
    yield "wait_time", sum(kinds[cause] for cause in CAUSES)


def _places_of(run: Followed, stream: int) -> NDArray[np.intp]:
    """Places of a stream: its steps, and outside of them."""
    steps = np.flatnonzero(run.questions.model.steps["stream"] == stream)
    return np.append(steps, len(run.questions.model.steps) + stream)


def _of_class(sums: NDArray[Any], cls: int) -> NDArray[Any]:
    """Sums by place, of one class or of all."""
    one: NDArray[Any] = sums.sum(axis=1) if cls < 0 else sums[:, cls]
    return one


def _hours(ticks: int) -> float:
    return float(int(ticks) / TICKS_PER_HOUR)
