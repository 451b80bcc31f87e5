"""What the items of the cohort spent their time on, in exact sums by step, class and kind."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.followed import Followed, Mask
from svcsim.analysis.loops.rows import ASIDE, TO_VALUE
from svcsim.analysis.loops.visits import count_visits
from svcsim.analysis.questions import Questions
from svcsim.analysis.repeats import before, reworked
from svcsim.analysis.row_sums import RowSums
from svcsim.model.arrays import Integers
from svcsim.model.codes import Kind

PARTS = ("gate", "unavailability", "policy", "prioritisation")
"""Columns of a row that are parts of a wait for people; contention is what remains."""
ACTIVE = (Kind.WORK, Kind.SETUP, Kind.AUTOMATIC)
CAUSES = tuple(kind for kind in Kind if kind not in ACTIVE)
"""Kinds of waits (semantics 54)."""


class Tally(NamedTuple):
    """Exact sums of ticks over the cohort, by place and class.

    A place is a step; after the steps comes one more for each stream, for rows outside of any.
    """

    until_value: NDArray[Any]
    """Ticks on the critical path to value of the items that are pursued, (places, classes,
    kinds)."""
    repeated: NDArray[Any]
    """The part of it in second and later visits, but of repeated steps and after redials,
    (places, classes)."""
    all_the_time: NDArray[Any]
    """Ticks of all items of the cohort, also after value, (places, classes, kinds)."""

    @classmethod
    def of(cls, run: Followed) -> "Tally":
        """Add up one replication."""
        sums = run.once(RowSums.of)
        until_value = sums.ticks[:, :, TO_VALUE]
        return cls(until_value, sums.repeated, until_value + sums.ticks[:, :, ASIDE])


def counted(run: Followed) -> tuple[Integers, Mask]:
    """Visits, as `Counts` has them, and the items of which anything was ever sent back."""
    visits, returned = count_visits(
        run.trajectory.visits, run.items["cls"], run.cohort, before(run),
        run.questions.once(reworked), run.questions.n_classes,
    )  # fmt: skip
    return visits, returned


class Counts(NamedTuple):
    """Visits of the cohort by step and class."""

    visits: Integers
    """(steps, classes, what), as `count_visits` counts them."""

    @classmethod
    def of(cls, run: Followed) -> "Counts":
        """Count the visits of one replication."""
        return cls(run.once(counted)[0])

    def by_stream(self, questions: Questions) -> Integers:
        """Numbers of visits by stream, class and what they are."""
        return by_stream(questions, self.visits)


def by_stream(questions: Questions, sums: NDArray[Any]) -> NDArray[Any]:
    """Sums by stream and class, of sums by step or place and class."""
    steps, places = questions.once(_in_order)
    order, streams, starts = places if len(sums) > len(questions.model.steps) else steps
    found = np.zeros((len(questions.names.streams), *sums.shape[1:]), sums.dtype)
    found[streams] = np.add.reduceat(sums[order], starts, axis=0)
    return found


_Order = tuple[Integers, Integers, Integers]


def _in_order(questions: Questions) -> tuple[_Order, _Order]:
    """Steps, and places, in the order of their streams; the streams, and where each begins."""
    steps = questions.model.steps["stream"]
    places = np.append(steps, np.arange(len(questions.names.streams)))
    return _sorted(steps), _sorted(places)


def _sorted(streams: Integers) -> _Order:
    order = np.argsort(streams, kind="stable")
    return order, *np.unique(streams[order], return_index=True)
