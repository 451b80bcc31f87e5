"""What the items of a replication add up to: they are gone over once, whoever asks."""

from typing import Any, NamedTuple, Self

from numpy.typing import NDArray

from svcsim.analysis.exact import exactly
from svcsim.analysis.followed import Followed
from svcsim.analysis.loops.items import COHORT, N_ENDINGS, PURSUED, VALUED, count_items, sum_items
from svcsim.model.arrays import Integers


class ItemSums(NamedTuple):
    """Exact sums over items."""

    counts: Integers
    """How many items of each stream and class are what (`svcsim.analysis.loops.items`), (streams,
    classes, N_COUNTS)."""
    odd: int
    """How many left at a wrong time or without an outcome, or have one and are there."""
    there: NDArray[Any]
    """Ticks in [warm_up, horizon) between arrival and value, (streams, classes)."""
    lead: Any
    """Lead times of those that are pursued."""

    @classmethod
    def of(cls, run: Followed) -> Self:
        """Add up the items of one replication."""
        model, items = run.questions.model, run.trajectory.items
        shape = len(model.streams), run.questions.n_classes
        window = model.warm_up, model.horizon
        counts, odd = count_items(
            items, run.value, run.cohort, run.pursued, *shape, *window, model.end
        )  # fmt: skip
        there, lead = exactly(
            lambda *part: sum_items(items, run.until, run.pursued, *shape, *window, *part)
        )
        return cls(counts, odd, there, lead)

    @property
    def cohort(self) -> Integers:
        """Number of items of the cohort, by stream and class."""
        return self.counts[:, :, COHORT]

    @property
    def pursued(self) -> Integers:
        """Number of items that are pursued, by stream and class."""
        return self.counts[:, :, PURSUED]

    @property
    def valued(self) -> Integers:
        """Number of items that had their value in [warm_up, horizon), by stream and class."""
        return self.counts[:, :, VALUED]

    @property
    def endings(self) -> Integers:
        """Number of items of the cohort, by stream, class and ending."""
        return self.counts[:, :, :N_ENDINGS]
