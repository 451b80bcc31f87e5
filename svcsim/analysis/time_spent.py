"""Where the time goes: touch and waits by cause, whose sum is the lead time exactly."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.item_sums import ItemSums
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops.visits import REPEATS, VISITS
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.analysis.tally import CAUSES, Counts, Tally, by_stream
from svcsim.model.arrays import NONE, TICKS_PER_HOUR, Integers
from svcsim.model.codes import Kind

ACTIVE_MEASURES = {
    "touch_time": Kind.WORK,
    "setup_time": Kind.SETUP,
    "automatic_time": Kind.AUTOMATIC,
}
_ACTIVE, _CAUSES = tuple(map(int, ACTIVE_MEASURES.values())), tuple(map(int, CAUSES))
_WORK = int(Kind.WORK)


def _names(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        where = scope.stream_name, scope.cls_name
        for measure in (*ACTIVE_MEASURES, "wait_time"):
            yield Key(measure, "mean", "h", *where, clock="wall")
        for cause in CAUSES:
            yield Key("wait_time", "mean", "h", *where, cause=cause.name.lower(), clock="wall")
        yield Key("flow_efficiency", "ratio", "1", *where, clock="wall")
        yield Key("rework_time", "mean", "h", *where, clock="wall")
        yield Key("rework", "share", "1", *where)
        if scope.cls < 0:
            stream = scope.stream_name
            for activity, _ in questions.once(_activities)[scope.stream]:
                for measure in ("touch_time", "wait_time"):
                    yield Key(measure, "mean", "h", stream, activity=activity, clock="wall")
            for index in questions.once(_steps)[scope.stream].tolist():
                step = questions.names.steps[index]
                for measure in ("touch_time", "wait_time"):
                    yield Key(measure, "mean", "h", stream, step=step, clock="wall")
                yield Key("visits", "mean", "visits", stream, step=step)


def _steps(questions: Questions) -> tuple[Integers, ...]:
    """Steps of each stream."""
    stream_of = questions.model.steps["stream"]
    return tuple(np.flatnonzero(stream_of == v) for v in range(len(questions.names.streams)))


def _activities(questions: Questions) -> tuple[tuple[tuple[str, Integers], ...], ...]:
    """Activities of the service value chain in each stream, with their steps."""
    activity, found = questions.model.steps["activity"], []
    for steps in questions.once(_steps):
        there = sorted(set(activity[steps].tolist()) - {NONE})
        names = [(questions.names.activities[one], steps[activity[steps] == one]) for one in there]
        found.append(tuple(names))
    return tuple(found)


@named(_names, Tally.of, Counts.of, ItemSums.of)
def time_spent(sums: Sums) -> Iterator[Said]:
    """Mean hours of an item until value, on the wall clock, by what was going on.

    Touch, set-up, automatic work and waits by cause add up to the lead time. `touch_time` is time
    with somebody at work on the item; `person_time` counts everybody who was. Flow efficiency is
    touch over lead time, a ratio of sums. By activity of the service value chain it is touch and
    wait of an item until value; by step, of a visit, and visits of an item to it.
    """
    questions, tally, counts = sums.questions, sums.of(Tally.of), sums.of(Counts.of)
    counted = counts.by_stream(questions)
    spent, again, visits, repeats, pursued, cohort = (
        over_scopes(questions, of_classes).tolist()
        for of_classes in (
            by_stream(questions, tally.until_value),
            by_stream(questions, tally.repeated),
            counted[:, :, VISITS],
            counted[:, :, REPEATS],
            sums.of(ItemSums.of).pursued,
            sums.of(ItemSums.of).cohort,
        )
    )
    until_value = tally.until_value.sum(axis=1)
    of_visits = tally.all_the_time.sum(axis=1).tolist()
    number = counts.visits[:, :, VISITS].sum(axis=1).tolist()
    for i, scope in enumerate(questions.once(scopes)):
        n, kinds = pursued[i], spent[i]
        for kind in _ACTIVE:
            yield Said(kinds[kind] / TICKS_PER_HOUR, n)
        yield Said(_waits(kinds) / TICKS_PER_HOUR, n)
        for kind in _CAUSES:
            yield Said(kinds[kind] / TICKS_PER_HOUR, n)
        yield Said(kinds[_WORK] / TICKS_PER_HOUR, sum(kinds) / TICKS_PER_HOUR)
        yield Said(again[i] / TICKS_PER_HOUR, n)
        yield Said(repeats[i], visits[i])
        if scope.cls < 0:
            for _, steps in questions.once(_activities)[scope.stream]:
                kinds = until_value[steps].sum(axis=0).tolist()
                yield Said(kinds[_WORK] / TICKS_PER_HOUR, n)
                yield Said(_waits(kinds) / TICKS_PER_HOUR, n)
            for step in questions.once(_steps)[scope.stream].tolist():
                kinds = of_visits[step]
                yield Said(kinds[_WORK] / TICKS_PER_HOUR, number[step])
                yield Said(_waits(kinds) / TICKS_PER_HOUR, number[step])
                yield Said(number[step], cohort[i])


def _waits(kinds: list[int]) -> int:
    """All that is not active."""
    return sum(kinds) - sum([kinds[kind] for kind in _ACTIVE])
