"""Teams and resources: how busy they are, how long their queues, what a visit costs in time."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.asked import of_visits
from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops.visits import count_asking
from svcsim.analysis.presence import Presence
from svcsim.analysis.questions import Questions
from svcsim.analysis.rests import Calls
from svcsim.analysis.row_sums import RowSums
from svcsim.analysis.staffing import staffed_by_group, staffed_ticks
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import TICKS_PER_HOUR, Integers
from svcsim.model.codes import Kind

QUEUE_CAUSES = (
    Kind.CONTENTION,
    Kind.PRIORITISATION,
    Kind.POLICY,
    Kind.UNAVAILABILITY,
    Kind.GATE,
)
"""Causes that a wait for people can have."""
SOMEBODY_THERE = (Kind.CONTENTION, Kind.PRIORITISATION, Kind.POLICY)
"""Those of them that are waits while somebody of the pool is on shift."""
_QUEUE_CAUSES, _SOMEBODY_THERE = tuple(map(int, QUEUE_CAUSES)), tuple(map(int, SOMEBODY_THERE))


def _staffed_pools(questions: Questions) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Pools whose utilisation is told, each with its groups."""
    model = questions.model
    return tuple(
        (pool, tuple(np.flatnonzero(model.groups["pool"] == pool).tolist()))
        for pool in np.flatnonzero(model.pools["unlimited"] == 0).tolist()
        if pool not in questions.outside
    )


def _loads(questions: Questions) -> list[list[int]]:
    """Streams that are standing load of each pool."""
    names = questions.names
    return [
        [
            stream
            for stream in range(len(names.value_streams), len(names.streams))
            if names.streams[stream].rpartition(".")[0] == pool
        ]
        for pool in names.pools
    ]


def _told_apart(questions: Questions, groups: tuple[int, ...]) -> list[int]:
    """Groups of a pool that have a utilisation of their own."""
    on_call = questions.model.groups["on_call"]
    return [g for g in groups if not on_call[g]] if len(groups) > 1 else []


def _names_of_utilisation(questions: Questions) -> Iterator[Key]:
    for pool, groups in questions.once(_staffed_pools):
        yield Key("utilisation", "ratio", "1", team=questions.names.pools[pool])
        for g in _told_apart(questions, groups):
            yield Key("utilisation", "ratio", "1", team=questions.names.groups[g])
        if questions.once(_loads)[pool]:
            yield Key("utilisation", "standing", "1", team=questions.names.pools[pool])


class _Staffed(NamedTuple):
    """Person-ticks of each group in [warm_up, horizon): the same for every part."""

    ticks: tuple[int, ...]

    @classmethod
    def of(cls, run: Followed) -> "_Staffed":
        """Draw the leave of the replication."""
        return cls(tuple(staffed_by_group(run.questions, run.seed, run.replication)))

    def plus(self, _: "_Staffed") -> "_Staffed":
        """Return those of the replication."""
        return self


@named(_names_of_utilisation, Presence.of, Calls.of, _Staffed.of)
def utilisation(sums: Sums) -> Iterator[Said]:
    """Busy over staffed time in [warm_up, horizon), with the leave of this replication.

    Set-up is busy, and so is the way to work. Work after a shift end is busy and not staffed. An
    unlimited team has none, nor a team outside. Of a team with groups there is the sum, and each
    group's own. ``standing`` is the part of it that standing load makes.
    """
    of_group = sums.of(Presence.of).of_group
    busy = of_group.sum(axis=1).tolist()
    there = _staffed(sums, busy)
    for pool, groups in sums.questions.once(_staffed_pools):
        for these in (groups, *((g,) for g in _told_apart(sums.questions, groups))):
            ticks = sum(busy[g] for g in these), sum(there[g] for g in these)
            yield Said(ticks[0] / TICKS_PER_HOUR, ticks[1] / TICKS_PER_HOUR)
        if loads := sums.questions.once(_loads)[pool]:
            ticks = of_group[groups, :][:, loads].sum(), sum(there[g] for g in groups)
            yield Said(ticks[0] / TICKS_PER_HOUR, ticks[1] / TICKS_PER_HOUR)


def _staffed(sums: Sums, busy: list[Any]) -> list[Any]:
    """Person-ticks of each group in [warm_up, horizon); people on call are there as long as held.

    Those who rest after a long call are not there.
    """
    every = zip(busy, sums.of(_Staffed.of).ticks, sums.of(Calls.of).tolist(), strict=True)
    on_call = sums.questions.once(_on_call)
    return [
        held if called else there - rest
        for (held, there, rest), called in zip(every, on_call, strict=True)
    ]


def _on_call(questions: Questions) -> list[int]:
    """By group: whether people are on call."""
    on_call: list[int] = questions.model.groups["on_call"].tolist()
    return on_call


def staffed_in(run: Followed, g: int, first: int, last: int) -> int:
    """Person-ticks in [first, last) in which people of a group were there, rests left out."""
    model = run.questions.model._replace(warm_up=first, horizon=last)
    there = staffed_ticks(model, g, run.seed, run.replication)
    return there - run.once(Calls.of).ticks(g, first, last)


class Waits(NamedTuple):
    """Exact sums of waits for the people of pools."""

    queued: NDArray[Any]
    """Ticks in [warm_up, horizon) of all items, (pools,)."""
    ticks: NDArray[Any]
    """Ticks of the cohort, whenever, (pools, streams, kinds)."""
    asking: Integers
    """Visits of the cohort that ask for people of a pool, (pools, streams)."""

    @classmethod
    def of(cls, run: Followed) -> "Waits":
        """Add up one replication."""
        sums, pools, stream = run.once(RowSums.of), run.once(of_visits), run.items["stream"]
        asking = np.zeros(sums.waits.shape[:2], np.int64)
        count_asking(run.trajectory.visits, pools, stream, run.cohort, asking)
        return cls(sums.queued, sums.waits, asking)


def _names_of_queues(questions: Questions) -> Iterator[Key]:
    for name in questions.names.pools:
        yield Key("queue_length", "mean", "items", team=name)


@named(_names_of_queues, Waits.of)
def queue_length(sums: Sums) -> Iterator[Said]:
    """Time average over [warm_up, horizon) of the items that wait for people of a pool."""
    model = sums.questions.model
    for ticks in sums.of(Waits.of).queued.tolist():
        yield Said(ticks / (model.horizon - model.warm_up))


def _names_of_visits(questions: Questions) -> Iterator[Key]:
    streams = questions.names.value_streams
    for team in questions.names.pools:
        for stream in (None, *(streams if len(streams) > 1 else ())):
            where = {"stream": stream, "team": team, "clock": "wall"}
            yield Key("wait_time", "mean", "h", **where)
            for cause in QUEUE_CAUSES:
                yield Key("wait_time", "mean", "h", cause=cause.name.lower(), **where)
            yield Key("queue_time", "mean", "h", **where)
            yield Key("touch_time", "mean", "h", **where)
            yield Key("visits", "count", "visits", stream, team=team)


@named(_names_of_visits, Waits.of, Presence.of)
def visits_to_teams(sums: Sums) -> Iterator[Said]:
    """Mean hours that a visit of the cohort waits for a pool, by cause, and that the pool works.

    `queue_time` is the wait while somebody of the pool is on shift. Touch is in person-hours of
    the pool, for each visit in which it took part. By stream, too, where there are several.
    """
    waits, presence = sums.of(Waits.of), sums.of(Presence.of)
    n_streams = len(sums.questions.names.value_streams)
    every = waits.ticks, waits.asking, presence.touch, presence.visits
    tables = [table[:, :n_streams] for table in every]
    whole = [table.sum(axis=1, keepdims=True) for table in tables]
    if n_streams > 1:
        whole = [np.concatenate(pair, axis=1) for pair in zip(whole, tables, strict=True)]
    for of_pool in zip(*(table.tolist() for table in whole), strict=True):
        for kinds, asking, touch, visits in zip(*of_pool, strict=True):
            yield Said(sum(kinds[cause] for cause in _QUEUE_CAUSES) / TICKS_PER_HOUR, asking)
            for cause in _QUEUE_CAUSES:
                yield Said(kinds[cause] / TICKS_PER_HOUR, asking)
            yield Said(sum(kinds[cause] for cause in _SOMEBODY_THERE) / TICKS_PER_HOUR, asking)
            yield Said(touch / TICKS_PER_HOUR, visits)
            yield Said(visits)
