"""Teams and resources: how busy they are, how long their queues, what a visit costs in time."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.asked import Asked
from svcsim.analysis.exact import grouped, within
from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Sum
from svcsim.analysis.presence import Presence
from svcsim.analysis.rests import resting_ticks
from svcsim.analysis.staffing import staffed_ticks
from svcsim.analysis.tally import N_KINDS, by_kind
from svcsim.model.arrays import NONE, TICKS_PER_HOUR, Kind

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


def utilisation(run: Followed, presence: Presence) -> Iterator[Sum]:
    """Busy over staffed time in [warm_up, horizon), with the leave of this replication.

    Set-up is busy, and so is the way to work. Work after a shift end is busy and not staffed. An
    unlimited team has none. Of a team with groups there is the sum, and each group's own.
    """
    model = run.questions.model
    names = run.questions.names
    there = staffed(run, presence)
    for pool, name in enumerate(names.pools):
        if model.pools[pool]["unlimited"]:
            continue
        own = model.groups["pool"] == pool
        yield _busy(name, presence.of_group[own].sum(), there[own].sum())
        for g in np.flatnonzero(own).tolist() if own.sum() > 1 else ():
            if not model.groups[g]["on_call"]:
                yield _busy(names.groups[g], presence.of_group[g].sum(), there[g])


def _busy(name: str, busy: int, staffed: int) -> Sum:
    key = Key("utilisation", "ratio", "1", team=name)
    return Sum(key, int(busy) / TICKS_PER_HOUR, int(staffed) / TICKS_PER_HOUR)


def staffed(run: Followed, presence: Presence) -> NDArray[Any]:
    """Person-ticks of each group in [warm_up, horizon); people on call are there as long as held.

    Those who rest after a long call are not there.
    """
    model = run.questions.model
    return np.array(
        [
            int(presence.of_group[g].sum()) if group["on_call"]
            else staffed_in(run, g, model.warm_up, model.horizon)
            for g, group in enumerate(model.groups)
        ],
        dtype=object,
    )  # fmt: skip


def staffed_in(run: Followed, g: int, first: int, last: int) -> int:
    """Person-ticks in [first, last) in which people of a group were there, rests left out."""
    model = run.questions.model._replace(warm_up=first, horizon=last)
    return staffed_ticks(model, g, run.seed, run.replication) - resting_ticks(run, g, first, last)


def queue_length(run: Followed, asked: Asked) -> Iterator[Sum]:
    """Time average over [warm_up, horizon) of the items that wait for people of a pool."""
    model, rows = run.questions.model, run.rows
    waiting = asked.of_row != NONE
    inside = within(rows["begin"], rows["end"], model.warm_up, model.horizon)
    ticks = grouped(
        np.where(waiting, asked.of_row, 0), len(model.pools), np.where(waiting, inside, 0)
    )
    for pool, name in enumerate(run.questions.names.pools):
        length = int(ticks[pool]) / (model.horizon - model.warm_up)
        yield Sum(Key("queue_length", "mean", "items", team=name), length)


def visits_to_teams(run: Followed, asked: Asked, presence: Presence) -> Iterator[Sum]:
    """Mean hours that a visit of the cohort waits for a pool, by cause, and that the pool works.

    `queue_time` is the wait while somebody of the pool is on shift. Touch is in person-hours of
    the pool, for each visit in which it took part. By stream, too, where there are several.
    """
    model, rows, visits = run.questions.model, run.rows, run.visits
    stream_of = run.items["stream"]
    shape = len(model.pools), len(model.streams)
    n = shape[0] * shape[1]
    waiting = asked.of_row != NONE
    waiting &= run.cohort[rows["item"]]
    length = np.where(waiting, rows["end"] - rows["begin"], 0)
    place = np.where(waiting, asked.of_row * shape[1] + stream_of[rows["item"]], 0)
    waits = by_kind(rows, length, place, n).reshape(*shape, N_KINDS)

    counts = run.cohort[visits["item"]] & (asked.of_visit != NONE)
    place = np.where(counts, asked.of_visit * shape[1] + stream_of[visits["item"]], 0)
    asking = grouped(place, n, counts.astype(np.int64)).reshape(shape)

    for pool, name in enumerate(run.questions.names.pools):
        yield from _visits(
            None, name, waits[pool].sum(axis=0), int(asking[pool].sum()),
            int(presence.touch[pool].sum()), int(presence.visits[pool].sum()),
        )  # fmt: skip
        for stream, stream_name in enumerate(run.questions.names.streams):
            if shape[1] > 1:
                yield from _visits(
                    stream_name, name, waits[pool, stream], int(asking[pool, stream]),
                    int(presence.touch[pool, stream]), int(presence.visits[pool, stream]),
                )  # fmt: skip


def _visits(
    stream: str | None, team: str, waits: NDArray[Any], asking: int, touch: int, visits: int
) -> Iterator[Sum]:
    def mean(measure: str, ticks: int, n: int, cause: str | None = None) -> Sum:
        key = Key(measure, "mean", "h", stream, team=team, cause=cause, clock="wall")
        return Sum(key, int(ticks) / TICKS_PER_HOUR, n)

    yield mean("wait_time", sum(waits[cause] for cause in QUEUE_CAUSES), asking)
    for cause in QUEUE_CAUSES:
        yield mean("wait_time", waits[cause], asking, cause.name.lower())
    yield mean("queue_time", sum(waits[cause] for cause in SOMEBODY_THERE), asking)
    yield mean("touch_time", touch, visits)
    yield Sum(Key("visits", "count", "visits", stream, team=team), visits)
