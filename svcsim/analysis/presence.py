"""What people did: exact sums of their presence, at work and at sittings."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.exact import exactly
from svcsim.analysis.followed import Followed
from svcsim.analysis.loops.presence import sum_presence
from svcsim.analysis.loops.visits import count_parties
from svcsim.analysis.visit_of import of_items
from svcsim.model.arrays import Integers, Records
from svcsim.model.trajectory import ATTENDANCE, PRESENCE

SHARED = [name for name in PRESENCE.names or () if name in (ATTENDANCE.names or ())]


class Presence(NamedTuple):
    """Exact sums of person-ticks, by pool, stream and class; attendance at gates is presence."""

    busy: NDArray[Any]
    """In [warm_up, horizon), on any item, (pools, streams)."""
    of_group: NDArray[Any]
    """The same by group, (groups, streams)."""
    effort: NDArray[Any]
    """On items of the cohort, whenever, set-up and the way to work included, (groups, streams,
    classes)."""
    touch: NDArray[Any]
    """The same without either, (pools, streams)."""
    at_work: NDArray[Any]
    """On any item, whenever, without the way to work and attendance, (steps, classes)."""
    visits: Integers
    """Visits of the cohort in which somebody of the pool took part, (pools, streams)."""

    @classmethod
    def of(cls, run: Followed) -> "Presence":
        """Add up one replication."""
        model = run.questions.model
        pools, groups, streams = len(model.pools), len(model.groups), len(model.streams)
        classes = run.questions.n_classes
        tables = run.trajectory.presence, *([attended(run)] if len(run.attendance) else ())
        stream, cls_ = run.items["stream"], run.items["cls"]

        def add(shift: int, mask: int) -> tuple[Any, ...]:
            busy, touch = np.zeros((2, pools, streams), np.int64)
            of_group = np.zeros((groups, streams), np.int64)
            effort = np.zeros((groups, streams, classes), np.int64)
            at_work = np.zeros((2, len(model.steps), classes), np.int64)
            bound = 0.0
            for table, slices in enumerate(tables):
                bound += sum_presence(
                    slices, stream, cls_, run.cohort, busy, of_group, effort, touch, at_work,
                    table, model.warm_up, model.horizon, shift, mask,
                )  # fmt: skip
            return busy, of_group, effort, touch, at_work, bound

        visits = np.zeros((pools, streams), np.int64)
        seen = np.zeros((len(run.visits), pools // 8 + 1), np.uint8)
        for slices in tables:
            happened, first = run.trajectory.visits, run.once(of_items)
            count_parties(slices, happened, first, stream, run.cohort, seen, visits)
        busy, of_group, effort, touch, at_work = exactly(add)
        return cls(busy, of_group, effort, touch, at_work[0], visits)


def attended(run: Followed) -> Records:
    """The attendance of a replication as presence: nobody has a way to a sitting, nor set-up."""
    slices = np.zeros(len(run.attendance), PRESENCE)
    for name in SHARED:
        slices[name] = run.trajectory.attendance[name]
    return slices
