"""What people did: exact sums of their presence, by pool, stream and class."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.exact import grouped, within
from svcsim.analysis.followed import Followed


@dataclass(frozen=True, slots=True)
class Presence:
    """Exact sums of person-ticks."""

    busy: NDArray[Any]
    """In [warm_up, horizon), on any item, (pools, streams)."""
    effort: NDArray[Any]
    """On items of the cohort, whenever, set-up included, (pools, streams, classes)."""
    touch: NDArray[Any]
    """The same without set-up, (pools, streams)."""
    visits: NDArray[Any]
    """Visits of the cohort in which somebody of the pool took part, (pools, streams)."""

    @classmethod
    def of(cls, run: Followed) -> Self:
        """Add up one replication."""
        model, items, slices = run.questions.model, run.trajectory.items, run.trajectory.presence
        n_pools, n_streams = len(model.pools), len(model.streams)
        n_classes = max(len(classes) for classes in run.questions.names.classes)
        place = slices["pool"] * n_streams + items["stream"][slices["item"]]
        inside = within(slices["begin"], slices["end"], model.warm_up, model.horizon)
        busy = grouped(place, n_pools * n_streams, inside)

        ours = run.cohort[slices["item"]]
        slices, place = slices[ours], place[ours]
        length = slices["end"] - slices["begin"]
        effort = grouped(
            place * n_classes + items["cls"][slices["item"]],
            n_pools * n_streams * n_classes,
            length,
        )
        touch = grouped(place, n_pools * n_streams, length - slices["setup"])
        most = 1 + int(slices["visit"].max(initial=0))
        visit = (slices["item"] * len(model.steps) + slices["step"]) * most + slices["visit"]
        pool_of_visit = np.unique(visit * n_pools + slices["pool"])
        stream = items["stream"][pool_of_visit // n_pools // most // len(model.steps)]
        visits = np.bincount(pool_of_visit % n_pools * n_streams + stream,
                             minlength=n_pools * n_streams)  # fmt: skip
        shape = n_pools, n_streams
        return cls(
            busy.reshape(shape),
            effort.reshape(*shape, n_classes),
            touch.reshape(shape),
            visits.reshape(shape),
        )
