"""Spells of work and of waiting: what the events of every log are made of."""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.followed import Columns, Followed, Mask
from svcsim.analysis.overlap import latest_end
from svcsim.analysis.visit_of import visits_of
from svcsim.model.arrays import NEVER, NONE, Integers
from svcsim.model.codes import Kind

WAITS = {
    Kind.GATE: "gate",
    Kind.BATCHING: "gate",
    Kind.EXTERNAL: "wait",
    Kind.DEPENDENCY: "wait",
    Kind.HANDOVER: "wait",
    Kind.UNOWNED: "wait",
    Kind.POLICY: "wait",
    Kind.AUTOMATIC: "automatic",
}
"""What an item does without people that is an event of its own. Waits for people and for limits
are the time between `enabled` and `begin`."""


@dataclass(frozen=True, slots=True)
class Spells:
    """Spells of one replication in order of their begin; arrays have an entry for each.

    A spell is the work of one person of a team on a visit, or a wait that is a step of its own.
    """

    item: Integers
    step: Integers
    visit: Integers
    begin: Integers
    end: Integers
    enabled: Integers
    """When it could have begun: when the item came to the step, or the spell before it ended."""
    pool: Integers
    """Team at work; -1: a wait."""
    group: Integers
    """Group of the team whose person is at work; -1: a wait."""
    person: Integers
    """From 1; 0 where the people of a team have no numbers, and for a wait."""
    record_type: NDArray[Any]
    """``work``, or a word of `WAITS`."""
    first: Mask
    """Whether the visit began with it."""
    complete: Mask
    """Whether the visit ended with it; otherwise it goes on later, or never."""

    def __len__(self) -> int:
        return len(self.item)

    @classmethod
    def of(cls, run: Followed) -> Self:
        """Find the spells of a replication."""
        slices, rows = run.trajectory.presence, run.trajectory.rows
        work = slices[slices["pool"] < run.questions.names.n_teams]
        waits = rows[np.isin(rows["kind"], list(WAITS))]
        found = visits_of(run, Columns(waits))
        waits, found = waits[found != NONE], found[found != NONE]
        none = np.full(len(waits), NONE, np.int64)
        place = ("item", "step", "visit", "begin", "end")
        columns = {name: np.concatenate([work[name], waits[name]]) for name in place}
        columns["pool"] = np.append(work["pool"], none)
        columns["group"] = np.append(work["group"], none)
        columns["person"] = np.append(work["person"], none * 0)
        words = [WAITS[Kind(kind)] for kind in waits["kind"].tolist()]
        columns["record_type"] = np.array([*["work"] * len(work), *words], dtype=object)
        at = np.append(visits_of(run, Columns(work)), found)
        order = np.lexsort((at, columns["item"], columns["end"], columns["begin"]))
        columns, at = {name: column[order] for name, column in columns.items()}, at[order]
        return cls(**columns, **_lifecycle(run, at, columns["begin"], columns["end"]))


def _lifecycle(run: Followed, at: Integers, begin: Integers, end: Integers) -> dict[str, Any]:
    """Where spells stand within their visits `at`; whoever joins others could begin just then."""
    visits = run.visits
    done = (visits["finished"] < NEVER) | (visits["outcome"] != NONE)
    first = np.full(len(visits), NEVER, np.int64)
    last = np.full(len(visits), NONE, np.int64)
    np.minimum.at(first, at, begin)
    np.maximum.at(last, at, end)

    enabled = visits["entered"][at]
    order = np.lexsort((begin, at))
    visit, begins, ends = at[order], begin[order], end[order]
    starts = np.ones(len(order), bool)
    starts[1:] = (visit[1:] != visit[:-1]) | (begins[1:] != begins[:-1])
    head = np.flatnonzero(starts)
    group = np.cumsum(starts) - 1
    before = np.maximum(group - 1, 0)
    follows = (group > 0) & (visit[head[before]] == visit)
    latest = latest_end(visit, ends)[np.maximum(head[group] - 1, 0)]
    enabled[order[follows]] = np.minimum(latest, begins)[follows]
    return {
        "enabled": enabled,
        "first": begin == first[at],
        "complete": (end == last[at]) & done[at],
    }
