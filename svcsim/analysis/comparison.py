"""What a change does to each item: the same items, with the same luck, under two scenarios.

Items are the same when their stream and their key are: the address of everything that is drawn for
them (semantics 60 to 63).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.model.arrays import Integers

ORIGIN = ("stream", "hi", "lo")


class Addressed(NamedTuple):
    """The pursued items of a cohort: where each came from, and its lead time."""

    origin: Integers
    """(n, 3) stream and key."""
    lead_time: Integers
    """Ticks on the wall clock; time so far of an open item."""


@dataclass(frozen=True, slots=True)
class Matched:
    """What became of the items of one stream that both scenarios have, as counts."""

    sooner: int
    """Items that had their value sooner than in the base."""
    later: int
    same: int
    """Items whose lead time is the same to the tick."""
    only_base: int
    """Items without a lead time in the other scenario: it has no such item, or lost it."""
    only_other: int

    @property
    def both(self) -> int:
        """Items with a lead time in both."""
        return self.sooner + self.later + self.same


def addressed(run: Followed) -> Addressed:
    """The items of a replication, by origin."""
    origin = np.stack([run.items[column][run.pursued] for column in ORIGIN], axis=1)
    return Addressed(origin, run.elapsed[run.pursued])


def matched(base: Addressed, other: Addressed, same_stream: list[int]) -> list[Matched]:
    """Compare two scenarios item by item, for each stream of the base.

    `same_stream` holds, for each stream of `other`, its number in the base, or -1.
    """
    origin = other.origin.copy()
    origin[:, 0] = np.array([*same_stream, -1], np.int64)[origin[:, 0]]
    known = origin[:, 0] >= 0
    a, b = base.origin, origin[known]
    both = np.concatenate([a, b])
    lead = np.concatenate([base.lead_time, other.lead_time[known]])
    order = np.lexsort((np.arange(len(both)) >= len(a), *both.T[::-1]))
    pair = np.flatnonzero((both[order][1:] == both[order][:-1]).all(axis=1))
    first, second = order[pair], order[pair + 1]
    change, stream = lead[second] - lead[first], both[first, 0]

    found = []
    for index in range(1 + max([*same_stream, *a[:, 0].tolist()], default=-1)):
        here = change[stream == index]
        n = len(here)
        found.append(
            Matched(
                sooner=int(np.count_nonzero(here < 0)),
                later=int(np.count_nonzero(here > 0)),
                same=int(np.count_nonzero(here == 0)),
                only_base=int(np.count_nonzero(a[:, 0] == index)) - n,
                only_other=int(np.count_nonzero(b[:, 0] == index)) - n,
            )
        )
    return found
