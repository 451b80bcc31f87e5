"""How the items of a cohort left, and how many there were."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.followed import Followed, Mask
from svcsim.analysis.key import Key, Sum
from svcsim.model.arrays import NEVER, Integers, Outcome

LOST = {
    "rejected": (Outcome.REJECTED,),
    "abandoned": (Outcome.ABANDONED,),
    "refused": (Outcome.REFUSED,),
    "withdrawn": (Outcome.DONE, Outcome.WITHDRAWN),
}
"""How items leave without their value. Withdrawn: done, but never at the value point; or nobody
waits for it any more, because what it was a child of has been cancelled."""


def endings(run: Followed) -> Iterator[Sum]:
    """Items of the cohort; the shares of them that are unfinished, or left without value.

    `past_horizon` counts the items that had their value after the horizon, in the run-out.
    """
    outcome = run.items["outcome"]
    open_ = (run.items["ended"] == NEVER) & (run.value == NEVER)
    late = (run.value < NEVER) & (run.value >= run.questions.model.horizon)
    for scope in run.scopes:
        n, where = len(scope.cohort), (scope.stream_name, scope.cls_name)
        yield Sum(Key("items", "count", "items", *where), n)
        yield Sum(Key("past_horizon", "count", "items", *where), _count(late, scope.cohort))
        unfinished = _count(open_, scope.cohort)
        yield Sum(Key("unfinished", "count", "items", *where), unfinished)
        yield Sum(Key("unfinished", "share", "1", *where), unfinished, n)
        for measure, how in LOST.items():
            lost = _count(np.isin(outcome, how) & (run.value == NEVER), scope.cohort)
            yield Sum(Key(measure, "share", "1", *where), lost, n)


def _count(mask: Mask, where: Integers) -> int:
    return int(np.count_nonzero(mask[where]))
