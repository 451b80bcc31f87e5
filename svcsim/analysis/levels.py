"""How many items are on their way, and how many arrive."""

from collections.abc import Iterator

from svcsim.analysis.item_sums import ItemSums
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import TICKS_PER_HOUR


def _names_of_wip(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        yield Key("wip", "mean", "items", scope.stream_name, scope.cls_name)


@named(_names_of_wip, ItemSums.of)
def wip(sums: Sums) -> Iterator[Said]:
    """Time average over [warm_up, horizon) of the items between arrival and value.

    Items that leave without value count until they leave.
    """
    model = sums.questions.model
    for number in over_scopes(sums.questions, sums.of(ItemSums.of).there).tolist():
        yield Said(number / (model.horizon - model.warm_up))


def _names_of_throughput(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        yield Key("throughput", "mean", "items/wk", scope.stream_name, scope.cls_name)


@named(_names_of_throughput, ItemSums.of)
def throughput(sums: Sums) -> Iterator[Said]:
    """Items that had their value in [warm_up, horizon), whenever they came, per week."""
    model = sums.questions.model
    weeks = (model.horizon - model.warm_up) / (168 * TICKS_PER_HOUR)
    for number in over_scopes(sums.questions, sums.of(ItemSums.of).valued).tolist():
        yield Said(number / weeks)
