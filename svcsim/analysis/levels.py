"""How many items are on their way, and how many arrive."""

from collections.abc import Iterator
from typing import Any

from numpy.typing import NDArray

from svcsim.analysis.exact import grouped, within
from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import TICKS_PER_HOUR, Integers


def _names_of_wip(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        yield Key("wip", "mean", "items", scope.stream_name, scope.cls_name)


def _there(run: Followed) -> NDArray[Any]:
    """Ticks of all items in [warm_up, horizon) between arrival and value, by stream and class."""
    model = run.questions.model
    shape = len(run.questions.names.streams), run.questions.n_classes
    inside = within(run.arrived, run.until, model.warm_up, model.horizon)
    return grouped(run.of_class, shape[0] * shape[1], inside).reshape(shape)


@named(_names_of_wip, _there)
def wip(sums: Sums) -> Iterator[Said]:
    """Time average over [warm_up, horizon) of the items between arrival and value.

    Items that leave without value count until they leave.
    """
    model = sums.questions.model
    for number in over_scopes(sums.questions, sums.of(_there)).tolist():
        yield Said(number / (model.horizon - model.warm_up))


def _names_of_throughput(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        yield Key("throughput", "mean", "items/wk", scope.stream_name, scope.cls_name)


def _valued(run: Followed) -> Integers:
    """Number of items that had their value in [warm_up, horizon), by stream and class."""
    model = run.questions.model
    return run.count((run.value >= model.warm_up) & (run.value < model.horizon))


@named(_names_of_throughput, _valued)
def throughput(sums: Sums) -> Iterator[Said]:
    """Items that had their value in [warm_up, horizon), whenever they came, per week."""
    model = sums.questions.model
    weeks = (model.horizon - model.warm_up) / (168 * TICKS_PER_HOUR)
    for number in over_scopes(sums.questions, sums.of(_valued)).tolist():
        yield Said(number / weeks)
