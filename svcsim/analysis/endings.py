"""How the items of a cohort left, and how many there were."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.followed import Followed, Mask
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import NEVER, Integers
from svcsim.model.codes import Outcome

LOST = {
    "rejected": (Outcome.REJECTED,),
    "abandoned": (Outcome.ABANDONED,),
    "refused": (Outcome.REFUSED,),
    "withdrawn": (Outcome.DONE, Outcome.WITHDRAWN),
}
"""How items leave without their value. Withdrawn: done, but never at the value point; or nobody
waits for it any more, because what it was a child of has been cancelled."""
IN_TIME, LATE = len(Outcome), len(Outcome) + 1
"""Endings with value, before the horizon and after it; the others are outcomes without value."""


def _names(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        where = scope.stream_name, scope.cls_name
        yield Key("items", "count", "items", *where)
        yield Key("past_horizon", "count", "items", *where)
        yield Key("unfinished", "count", "items", *where)
        yield Key("unfinished", "share", "1", *where)
        for measure in LOST:
            yield Key(measure, "share", "1", *where)


def done(run: Followed) -> Mask:
    """Items of the cohort that were done."""
    found: Mask = run.cohort & (run.items["outcome"] == Outcome.DONE)
    return found


def _number(run: Followed) -> Integers:
    """Number of items of the cohort, by stream, class and ending."""
    questions, n = run.questions, LATE + 1
    late = np.where(run.value < questions.model.horizon, IN_TIME, LATE)
    ending = np.where(run.value < NEVER, late, run.items["outcome"])[run.cohort]
    shape = len(questions.names.streams), questions.n_classes, n
    places = run.of_class[run.cohort] * n + ending
    return np.bincount(places, minlength=shape[0] * shape[1] * n).reshape(shape)


@named(_names, _number)
def endings(sums: Sums) -> Iterator[Said]:
    """Items of the cohort; the shares of them that are unfinished, or left without value.

    `past_horizon` counts the items that had their value after the horizon, in the run-out.
    """
    for found in over_scopes(sums.questions, sums.of(_number)).tolist():
        items = sum(found)
        yield Said(items)
        yield Said(found[LATE])
        yield Said(found[Outcome.OPEN])
        yield Said(found[Outcome.OPEN], items)
        for how in LOST.values():
            yield Said(sum(found[outcome] for outcome in how), items)
