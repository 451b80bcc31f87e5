"""How many items are on their way, and how many arrive."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.exact import grouped, within
from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Sum
from svcsim.model.arrays import TICKS_PER_HOUR


def wip(run: Followed) -> Iterator[Sum]:
    """Time average over [warm_up, horizon) of the items between arrival and value.

    Items that leave without value count until they leave.
    """
    model, items = run.questions.model, run.items
    n_classes = max(len(classes) for classes in run.questions.names.classes)
    groups = items["stream"] * n_classes + items["cls"]
    inside = within(run.arrived, run.until, model.warm_up, model.horizon)
    n_streams = len(run.questions.names.streams)
    ticks = grouped(groups, n_streams * n_classes, inside).reshape(n_streams, n_classes)
    for scope in run.scopes:
        sums = ticks[scope.stream]
        number = int(sums.sum() if scope.cls < 0 else sums[scope.cls])
        key = Key("wip", "mean", "items", scope.stream_name, scope.cls_name)
        yield Sum(key, number / (model.horizon - model.warm_up))


def throughput(run: Followed) -> Iterator[Sum]:
    """Items that had their value in [warm_up, horizon), whenever they came, per week."""
    model, items = run.questions.model, run.items
    weeks = (model.horizon - model.warm_up) / (168 * TICKS_PER_HOUR)
    inside = (run.value >= model.warm_up) & (run.value < model.horizon)
    for scope in run.scopes:
        counted = inside & (items["stream"] == scope.stream)
        if scope.cls >= 0:
            counted &= items["cls"] == scope.cls
        key = Key("throughput", "mean", "items/wk", scope.stream_name, scope.cls_name)
        yield Sum(key, int(np.count_nonzero(counted)) / weeks)
