"""Handovers: how often an item changes hands on its way to value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from svcsim.analysis.asked import Asked
from svcsim.analysis.followed import Columns, Followed, Mask
from svcsim.analysis.key import Key, Sum
from svcsim.analysis.overlap import latest_end
from svcsim.model.arrays import NONE, Integers


def handovers(run: Followed, asked: Asked) -> Iterator[Sum]:
    """Mean changes of owner of an item until value, at three levels.

    ``activity`` and ``team``: between successive visits that belong to one. ``person``: between
    successive spells of work; where several people work together, the first of the first team is
    the owner. Work that goes on in several strands changes hands to each of them, and from each to
    the one that waited for them.
    """
    questions, visits = run.questions, run.visits
    entered = visits["entered"] < run.until[visits["item"]]
    activity = questions.model.steps["activity"][visits["step"]]
    team = np.where(asked.of_visit < questions.names.n_teams, asked.of_visit, NONE)
    owners = {
        "activity": _Owners.of(visits, activity, entered & (activity >= 0)),
        "team": _Owners.of(visits, team, entered & (team >= 0)),
        "person": _spells(run),
    }
    joined = _joined(run)
    changes = {level: _changes(run, owner, joined) for level, owner in owners.items()}
    for scope in run.scopes:
        items = scope.cohort[run.pursued[scope.cohort]]
        for level, number in changes.items():
            key = Key("handovers", level, "handovers", scope.stream_name, scope.cls_name)
            yield Sum(key, int(number[items].sum()), len(items))


@dataclass(frozen=True, slots=True)
class _Owners:
    """Who had an item, one after another within each token."""

    item: Integers
    token: Integers
    owner: Integers

    @classmethod
    def of(cls, table: Columns, owner: Integers, counts: Mask) -> Self:
        """Take the rows of a table that count."""
        return cls(table["item"][counts], table["token"][counts], owner[counts])


def _spells(run: Followed) -> _Owners:
    """Person of each spell of work until value by people of teams.

    Of those who begin together on a token, the first of the first team stands for all; who joins
    them later takes nothing over.
    """
    slices = run.presence
    counts = slices["pool"] < run.questions.names.n_teams
    counts &= slices["begin"] < run.until[slices["item"]]
    spells = _Owners.of(slices, slices["group"] << 32 | slices["person"], counts)
    begin = slices["begin"][counts]
    first = np.ones(len(begin), bool)
    others = latest_end(spells.token, slices["end"][counts])[:-1]
    alone = (begin[1:] >= others) & _differs(begin)
    first[1:] = _differs(spells.token) | alone
    return _Owners(spells.item[first], spells.token[first], spells.owner[first])


def _joined(run: Followed) -> tuple[Integers, Integers]:
    """Who else was waited for where a strand waits for several (positions of tokens)."""
    model = run.questions.model
    before = [
        model.strands["before"][first : first + n]
        for first, n in model.streams[["first_strand", "n_strands"]].tolist()
    ]
    return run.paths.joined(before, run.items["stream"])


def _changes(run: Followed, owners: _Owners, joined: tuple[Integers, Integers]) -> Integers:
    """Number of times that the owner differs from the one before, by item."""
    item, token, owner = owners.item, owners.token, owners.owner
    changed = ~_differs(token) & _differs(owner)
    changes: Integers = np.bincount(item[1:][changed], minlength=len(run.arrived))
    if len(run.paths):
        giving, taking = _between_tokens(run, owners, joined)
        changed = (giving != NONE) & (taking.owner != NONE) & (giving != taking.owner)
        changes += np.bincount(taking.item[changed], minlength=len(run.arrived))
    return changes


def _between_tokens(
    run: Followed, owners: _Owners, joined: tuple[Integers, Integers]
) -> tuple[Integers, _Owners]:
    """Last owner of the token before, and first of the one after, wherever a token began."""
    paths, n = run.paths, len(run.paths)
    at = paths.find(owners.token)
    ours = np.flatnonzero(at != NONE)
    first, last = np.full(n, NONE, np.int64), np.full(n, NONE, np.int64)
    last[at[ours]] = owners.owner[ours]
    first[at[ours[::-1]]] = owners.owner[ours[::-1]]
    of, had = paths.of, last.copy()
    begun = np.flatnonzero(of != NONE)
    while True:  # where nobody worked it is as it came
        nobody = begun[(had[begun] == NONE) & (had[of[begun]] != NONE)]
        if not len(nobody):
            break
        had[nobody] = had[of[nobody]]
    ended, after = joined
    giving = np.concatenate([had[of[begun]], last[ended]])
    taking = np.concatenate([begun, after])
    tokens = run.trajectory.tokens
    return giving, _Owners(tokens["item"][taking], tokens["token"][taking], first[taking])


def _differs(values: Integers) -> Mask:
    """Whether each value but the first differs from the one before."""
    changed: Mask = values[1:] != values[:-1]
    return changed
