"""What people did: exact sums of their presence, at work and at sittings."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.exact import grouped, within
from svcsim.analysis.followed import Followed
from svcsim.model.arrays import Integers


@dataclass(frozen=True, slots=True)
class Presence:
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
    visits: NDArray[Any]
    """Visits of the cohort in which somebody of the pool took part, (pools, streams)."""

    @classmethod
    def of(cls, run: Followed) -> Self:
        """Add up one replication."""
        model, items = run.questions.model, run.items
        names = ("item", "step", "visit", "pool", "group", "begin", "end")
        slices = {
            name: np.concatenate([run.presence[name], run.attendance[name]]) for name in names
        }
        nothing = np.zeros(len(run.attendance), np.int64)
        slices |= {name: np.append(run.presence[name], nothing) for name in ("setup", "called")}
        shape = len(model.pools), len(model.streams)
        n, n_classes = shape[0] * shape[1], max(map(len, run.questions.names.classes))
        place = slices["pool"] * shape[1] + items["stream"][slices["item"]]
        groups = len(model.groups) * shape[1]
        by_group = slices["group"] * shape[1] + items["stream"][slices["item"]]
        inside = within(slices["begin"], slices["end"], model.warm_up, model.horizon)

        item, begin = slices["item"], slices["begin"]
        length = np.where(run.cohort[item], slices["end"] - begin, 0)
        touch = np.where(
            run.cohort[item], slices["end"] - begin - slices["called"] - slices["setup"], 0
        )
        most = 1 + int(slices["visit"].max(initial=0))
        visit = (item * len(model.steps) + slices["step"]) * most + slices["visit"]
        taking_part = _distinct((visit * n + place)[run.cohort[item]]) % n
        return cls(
            busy=grouped(place, n, inside).reshape(shape),
            of_group=grouped(by_group, groups, inside).reshape(len(model.groups), shape[1]),
            effort=grouped(
                by_group * n_classes + items["cls"][item], groups * n_classes, length
            ).reshape(len(model.groups), shape[1], n_classes),
            touch=grouped(place, n, touch).reshape(shape),
            visits=np.bincount(taking_part, minlength=n).reshape(shape),
        )


def _distinct(values: Integers) -> Integers:
    """Each value once."""
    ordered = np.sort(values)
    first = np.ones(len(ordered), bool)
    first[1:] = ordered[1:] != ordered[:-1]
    once: Integers = ordered[first]
    return once
