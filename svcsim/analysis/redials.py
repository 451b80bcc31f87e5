"""Redials: items that gave up and came again, which is neither new demand nor rework."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Sum
from svcsim.model.arrays import REDIALLED, Integers, Op, Purpose


def redials(run: Followed) -> Iterator[Sum]:
    """Redials of an item, in the streams in which items do."""
    model, visits = run.questions.model, run.visits
    branches = model.ops["code"] == Op.BRANCH
    branches[branches] = model.branches["purpose"][model.ops["a"][branches]] == Purpose.REDIAL
    streams = set(model.steps["stream"][model.ops["step"][branches]].tolist())
    again = visits["item"][visits["outcome"] == REDIALLED]
    number = np.bincount(again, minlength=len(run.arrived))
    for scope in run.scopes:
        if scope.stream in streams:
            key = Key("redials", "mean", "redials", scope.stream_name, scope.cls_name)
            yield Sum(key, int(number[scope.cohort].sum()), len(scope.cohort))


def before(run: Followed) -> Integers:
    """How often the item of each visit has redialled there before."""
    visits = run.visits
    gave_up = visits["outcome"] == REDIALLED
    found = np.zeros(len(visits), np.int64)
    if not gave_up.any():
        return found
    order = np.lexsort((visits["visit"], visits["step"], visits["item"]))
    item, step = visits["item"][order], visits["step"][order]
    total = np.cumsum(gave_up[order]) - gave_up[order]
    first = np.ones(len(order), bool)
    first[1:] = (item[1:] != item[:-1]) | (step[1:] != step[:-1])
    found[order] = total - total[np.flatnonzero(first)][np.cumsum(first) - 1]
    return found
