"""Weekly series: what came, was done and stayed open, and how busy teams were, week by week."""

from datetime import UTC, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.asked import of_waits
from svcsim.analysis.confidence import estimate
from svcsim.analysis.exact import grouped
from svcsim.analysis.followed import Followed
from svcsim.analysis.on_time import judged
from svcsim.analysis.teams import staffed_in
from svcsim.experiment.about import About
from svcsim.model.arrays import NEVER, NONE, TICKS_PER_HOUR, Floats, Integers, Records

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "week", "begin", "end", "measure", "stream", "target", "team", "value", "half_width", "unit",
    "n",
)  # fmt: skip
"""Columns of the series."""
DAY = 24 * TICKS_PER_HOUR


class Series(NamedTuple):
    """One number for each week, from one replication."""

    measure: str
    unit: str
    stream: str | None
    target: str | None
    team: str | None
    numerators: Floats
    denominators: Floats
    """0 in a week in which there is nothing to say."""


class Weekly:
    """Weekly series of a scenario, replication by replication."""

    def __init__(self, about: About):
        self.about = about
        self._weeks: Integers | None = None
        self._found: list[list[Series]] = []

    def add(self, run: Followed) -> None:
        """Append a replication."""
        if self._weeks is None:
            self._weeks = weeks(self.about, run.questions.model.horizon)
        self._found.append(series(run, self._weeks))

    def frame(self) -> "pd.DataFrame":
        """One row for each week and series: the mean over replications, and its half-width."""
        import pandas as pd

        assert self._weeks is not None
        bounds = _times(self.about, self._weeks)
        n = len(self._weeks) - 1
        parts = []
        for same in zip(*self._found, strict=True):
            one = same[0]
            mean = estimate([s.numerators for s in same], [s.denominators for s in same])
            parts.append(pd.DataFrame({
                "week": np.arange(1, n + 1), "begin": bounds[:-1], "end": bounds[1:],
                "measure": one.measure, "stream": one.stream, "target": one.target,
                "team": one.team, "value": mean.value, "half_width": mean.half_width,
                "unit": one.unit, "n": mean.n,
            }, columns=list(COLUMNS)))  # fmt: skip
        return pd.concat(parts, ignore_index=True)


def weeks(about: About, horizon: int) -> Integers:
    """Ticks at which weeks begin, from the start on, and the horizon, where the last one ends.

    Weeks are those of the wall: of 167 or 169 hours where the clocks change. What is left before
    the horizon is a week of its own unless it is shorter than a day.
    """
    zero = about.tick_zero
    bounds = [0]
    while True:
        passed = (zero + timedelta(weeks=len(bounds))).astimezone(UTC) - zero.astimezone(UTC)
        tick = passed // timedelta(microseconds=1)
        if tick > horizon - DAY:
            return np.array([*bounds, horizon], np.int64)
        bounds.append(tick)


def series(run: Followed, bounds: Integers) -> list[Series]:
    """Every series of a replication, for the weeks between `bounds`."""
    teams = _teams(run, bounds) if run.questions.names.pools else []
    return [*_items(run, bounds), *_promises(run, bounds), *teams]


def _times(about: About, ticks: Integers) -> list[Any]:
    import pandas as pd

    zero = about.tick_zero.astimezone(UTC)
    instants = [zero + timedelta(microseconds=tick) for tick in ticks.tolist()]
    return list(pd.DatetimeIndex(instants).as_unit("us").tz_convert(about.zone))


def _items(run: Followed, bounds: Integers) -> list[Series]:
    """Items that came, had their value, or left without; and that were open when a week ended."""
    ended = np.where(run.value < NEVER, NEVER, run.items["ended"])
    gone = np.minimum(run.value, ended)
    found = []
    for stream, name in enumerate(run.questions.names.value_streams):
        here = run.items["stream"] == stream
        came, left = (_before(ticks[here], bounds) for ticks in (run.arrived, gone))
        counts = {
            "arrived": np.diff(came),
            "done": np.diff(_before(run.value[here], bounds)),
            "left": np.diff(_before(ended[here], bounds)),
            "open": (came - left)[1:],
        }
        for measure, count in counts.items():
            found.append(
                Series(measure, "items", name, None, None, count.astype(float), np.ones(len(count)))
            )
    return found


def _before(ticks: Integers, bounds: Integers) -> Integers:
    """How many ticks lie before each bound."""
    count: Integers = np.searchsorted(np.sort(ticks), bounds, "left")
    return count


def _promises(run: Followed, bounds: Integers) -> list[Series]:
    """Shares of the items in time, of those that came in each week."""
    week, n = np.searchsorted(bounds, run.arrived, "right") - 1, len(bounds) - 1
    found = []
    for promise in run.questions.promises:
        here = (run.items["stream"] == promise.stream) & (week >= 0) & (week < n)
        items = np.flatnonzero(here)
        sums = (
            np.bincount(week[items[mask]], minlength=n).astype(float)
            for mask in judged(run, promise, items)
        )
        stream = run.questions.names.streams[promise.stream]
        found.append(Series("on_time", "1", stream, promise.name, None, *sums))
    return found


def _teams(run: Followed, bounds: Integers) -> list[Series]:
    """How busy teams were, and how many items waited for them on average."""
    model, names = run.questions.model, run.questions.names
    asked = run.once(of_waits)
    waiting = asked != NONE
    rows = run.trajectory.rows[waiting]
    tables = run.trajectory.presence, run.trajectory.attendance
    held = np.add(*(_ticks(table, table["group"], len(model.groups), bounds) for table in tables))
    queue = _ticks(rows, asked[waiting], len(names.pools), bounds) / TICKS_PER_HOUR
    hours = np.diff(bounds) / TICKS_PER_HOUR
    found = []
    for pool, name in enumerate(names.pools):
        if not model.pools[pool]["unlimited"] and pool not in run.questions.outside:
            own = np.flatnonzero(model.groups["pool"] == pool).tolist()
            busy = held[own].sum(axis=0) / TICKS_PER_HOUR
            staffed = [
                sum(
                    staffed_in(run, g, begin, end) if not model.groups[g]["on_call"]
                    else held[g, week]
                    for g in own
                ) / TICKS_PER_HOUR
                for week, (begin, end) in enumerate(pairwise(bounds.tolist()))
            ]  # fmt: skip
            found.append(
                Series("utilisation", "1", None, None, name, busy, np.array(staffed, float))
            )
        found.append(Series("queue_length", "items", None, None, name, queue[pool] / hours,
                            np.ones(len(hours))))  # fmt: skip
    return found


def _ticks(table: Records, pool: Integers, n: int, bounds: Integers) -> NDArray[Any]:
    """Ticks of the rows of a table in each week, by pool, shape (n, weeks)."""
    begin, end = np.minimum(table["begin"], bounds[-1]), np.minimum(table["end"], bounds[-1])
    first = np.searchsorted(bounds, begin, "right") - 1
    parts = np.maximum(np.searchsorted(bounds, end, "left") - first, 0)
    row = np.repeat(np.arange(len(table)), parts)
    week = first[row] + np.arange(len(row)) - np.repeat(np.cumsum(parts) - parts, parts)
    week = np.minimum(week, len(bounds) - 2)
    inside = np.minimum(end[row], bounds[week + 1]) - np.maximum(begin[row], bounds[week])
    n_weeks = len(bounds) - 1
    place = pool[row] * n_weeks + week
    return grouped(place, n * n_weeks, np.maximum(inside, 0)).reshape(n, n_weeks).astype(float)
