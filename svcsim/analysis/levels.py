"""How many items are on their way, and how many arrive."""

from collections.abc import Iterator

from svcsim.analysis.exact import grouped, within
from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import over_scopes, scopes
from svcsim.model.arrays import TICKS_PER_HOUR


def _names_of_wip(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        yield Key("wip", "mean", "items", scope.stream_name, scope.cls_name)


@named(_names_of_wip)
def wip(run: Followed) -> Iterator[Said]:
    """Time average over [warm_up, horizon) of the items between arrival and value.

    Items that leave without value count until they leave.
    """
    model = run.questions.model
    shape = len(run.questions.names.streams), run.questions.n_classes
    inside = within(run.arrived, run.until, model.warm_up, model.horizon)
    ticks = grouped(run.of_class, shape[0] * shape[1], inside).reshape(shape)
    for number in over_scopes(run.questions, ticks).tolist():
        yield Said(number / (model.horizon - model.warm_up))


def _names_of_throughput(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        yield Key("throughput", "mean", "items/wk", scope.stream_name, scope.cls_name)


@named(_names_of_throughput)
def throughput(run: Followed) -> Iterator[Said]:
    """Items that had their value in [warm_up, horizon), whenever they came, per week."""
    model = run.questions.model
    weeks = (model.horizon - model.warm_up) / (168 * TICKS_PER_HOUR)
    counted = run.count((run.value >= model.warm_up) & (run.value < model.horizon))
    for number in over_scopes(run.questions, counted).tolist():
        yield Said(number / weeks)
