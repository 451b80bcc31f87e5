"""How the items of a cohort left, and how many there were."""

from collections.abc import Iterator

from svcsim.analysis.followed import Followed, Mask
from svcsim.analysis.item_sums import ItemSums
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops.items import LATE
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.model.codes import Outcome

LOST = {
    "rejected": (Outcome.REJECTED,),
    "abandoned": (Outcome.ABANDONED,),
    "refused": (Outcome.REFUSED,),
    "withdrawn": (Outcome.DONE, Outcome.WITHDRAWN),
}
"""How items leave without their value. Withdrawn: done, but never at the value point; or nobody
waits for it any more, because what it was a child of has been cancelled."""


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


@named(_names, ItemSums.of)
def endings(sums: Sums) -> Iterator[Said]:
    """Items of the cohort; the shares of them that are unfinished, or left without value.

    `past_horizon` counts the items that had their value after the horizon, in the run-out.
    """
    for found in over_scopes(sums.questions, sums.of(ItemSums.of).endings).tolist():
        items = sum(found)
        yield Said(items)
        yield Said(found[LATE])
        yield Said(found[Outcome.OPEN])
        yield Said(found[Outcome.OPEN], items)
        for how in LOST.values():
            yield Said(sum(found[outcome] for outcome in how), items)
