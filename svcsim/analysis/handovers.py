"""Handovers: how often an item changes hands on its way to value."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.asked import Asked
from svcsim.analysis.followed import Followed, Mask
from svcsim.analysis.key import Key, Sum
from svcsim.model.arrays import NONE, Integers


def handovers(run: Followed, asked: Asked) -> Iterator[Sum]:
    """Mean changes of owner of an item until value, at three levels.

    ``activity`` and ``team``: between successive visits that belong to one. ``person``: between
    successive spells of work; where several people work together, the first of the first team is
    the owner.
    """
    questions, visits = run.questions, run.visits
    entered = visits["entered"] < run.until[visits["item"]]
    activity = questions.model.steps["activity"][visits["step"]]
    team = np.where(asked.of_visit < questions.names.n_teams, asked.of_visit, NONE)
    item, person = _spells(run)
    changes = {
        "activity": _changes(run, visits["item"], activity, entered & (activity >= 0)),
        "team": _changes(run, visits["item"], team, entered & (team >= 0)),
        "person": _changes(run, item, person, np.ones(len(item), bool)),
    }
    for scope in run.scopes:
        items = scope.cohort[run.pursued[scope.cohort]]
        for level, number in changes.items():
            key = Key("handovers", level, "handovers", scope.stream_name, scope.cls_name)
            yield Sum(key, int(number[items].sum()), len(items))


def _spells(run: Followed) -> tuple[Integers, Integers]:
    """Item and person of each spell of work until value by people of teams.

    Of those who begin together on an item, the first of the first team stands for all.
    """
    slices = run.presence
    counts = slices["pool"] < run.questions.names.n_teams
    counts &= slices["begin"] < run.until[slices["item"]]
    item, begin = slices["item"][counts], slices["begin"][counts]
    first = np.ones(len(item), bool)
    first[1:] = _differs(item) | _differs(begin)
    person = slices["pool"][counts] << 32 | slices["person"][counts]
    return item[first], person[first]


def _changes(run: Followed, item: Integers, owner: Integers, counts: Mask) -> Integers:
    """Number of times that the owner differs from the one before, by item."""
    item, owner = item[counts], owner[counts]
    changed = ~_differs(item) & _differs(owner)
    changes: Integers = np.bincount(item[1:][changed], minlength=len(run.arrived))
    return changes


def _differs(values: Integers) -> Mask:
    """Whether each value but the first differs from the one before."""
    changed: Mask = values[1:] != values[:-1]
    return changed
