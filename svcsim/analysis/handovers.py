"""Handovers: how often an item changes hands on its way to value."""

from collections.abc import Iterator

import numpy as np

from svcsim.analysis.asked import of_visits
from svcsim.analysis.followed import Followed
from svcsim.analysis.item_sums import ItemSums
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.loops import owners
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import NONE, Integers

LEVELS = ("activity", "team", "person")


def _names(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        for level in LEVELS:
            yield Key("handovers", level, "handovers", scope.stream_name, scope.cls_name)


def _changes(run: Followed) -> Integers:
    """Changes of owner on the way to value of items that are pursued, by stream, class, level."""
    questions, happened, until = run.questions, run.trajectory, run.until
    shape = len(questions.names.streams), questions.n_classes
    n, n_teams, number = shape[0] * shape[1], questions.names.n_teams, run.paths.number
    group = np.where(run.pursued, run.of_class, n)
    ends = np.full((len(LEVELS), len(run.paths), 2), NONE, np.int64)
    changes = np.zeros((len(LEVELS), n + 1), np.int64)
    activity, team, person = ((group, number, *found) for found in zip(ends, changes, strict=True))
    activities, pools = questions.once(_activities), run.once(of_visits)
    everything = len(questions.names.activities)
    hand = owners.hand_visits_over
    hand(happened.visits, until, activities, True, everything, *activity)
    hand(happened.visits, until, pools, False, n_teams, *team)
    owners.hand_spells_over(happened.presence, until, n_teams, *person)
    if len(run.paths):
        before, stream = questions.once(_waited_for), run.items["stream"]
        owners.hand_tokens_over(happened.tokens, number, before, stream, group, ends, changes)
    return changes[:, :n].T.reshape(*shape, len(LEVELS))


@named(_names, _changes, ItemSums.of)
def handovers(sums: Sums) -> Iterator[Said]:
    """Mean changes of owner of an item until value, at three levels.

    ``activity`` and ``team``: between successive visits that belong to one. ``person``: between
    successive spells of work; where several people work together, the first of the first team is
    the owner. Work that goes on in several strands changes hands to each of them, and from each to
    the one that waited for them.
    """
    told, items = (
        over_scopes(sums.questions, found).tolist()
        for found in (sums.of(_changes), sums.of(ItemSums.of).pursued)
    )
    for numbers, n in zip(told, items, strict=True):
        yield from (Said(number, n) for number in numbers)


def _activities(questions: Questions) -> Integers:
    return np.ascontiguousarray(questions.model.steps["activity"])


def _waited_for(questions: Questions) -> Integers:
    """The strands that each strand waits for, as bits, by stream and strand."""
    model = questions.model
    before = np.zeros((len(model.streams), max(1, len(model.strands))), np.int64)
    for v, (first, n) in enumerate(model.streams[["first_strand", "n_strands"]].tolist()):
        before[v, :n] = model.strands["before"][first : first + n]
    return before
