"""What the rows of a replication add up to: they are gone over once, whoever asks."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.asked import choices, of_waits
from svcsim.analysis.exact import exactly
from svcsim.analysis.followed import Followed, to_value
from svcsim.analysis.loops.rows import sum_rows
from svcsim.analysis.repeats import before_rows, reworked


class RowSums(NamedTuple):
    """Exact sums of ticks.

    A place is a step; after the steps comes one more for each stream, for rows outside of any.
    """

    ticks: NDArray[Any]
    """Ticks of all items, (places, classes, ways, kinds): of the cohort beside the critical path to
    value and on it, and of other items."""
    repeated: NDArray[Any]
    """Ticks of rework on the way to value, (places, classes)."""
    queued: NDArray[Any]
    """Ticks in [warm_up, horizon) in which all items waited for people, (pools,)."""
    waits: NDArray[Any]
    """Ticks in which the cohort did, whenever, (pools, streams, kinds)."""
    there: NDArray[Any]
    """Ticks on the way to the end, (items,)."""
    lived: NDArray[Any]
    """Ticks of tokens, by position, (tokens,)."""
    inside: NDArray[Any]
    """Ticks on the way to the end, in [warm_up, horizon), (streams,)."""
    blocked: NDArray[Any]
    """Ticks on the way to value in which all items were blocked, in [warm_up, horizon), (streams,
    kinds)."""
    wrong: Any
    """How many rows are shorter than nothing, or than the parts of them that are told apart; or a
    multiple of it."""

    @classmethod
    def of(cls, run: Followed) -> "RowSums":
        """Add up the rows of one replication."""
        questions, model, items, paths = run.questions, run.questions.model, run.items, run.paths
        may_ask = questions.once(choices)
        pools = run.once(of_waits) if may_ask.shape[2] > 1 else np.zeros(0, np.int64)
        redials, rework = before_rows(run), questions.once(reworked)
        return cls(*exactly(
            lambda *part: sum_rows(
                run.trajectory.rows, run.once(to_value), paths.to_the_end, paths.number,
                redials, may_ask, pools,
                items["stream"], items["cls"], run.cohort, run.pursued, run.until, rework,
                len(paths), len(model.pools), len(model.streams), questions.n_classes,
                model.warm_up, model.horizon, *part,
            )
        ))  # fmt: skip
