"""The event log in the words of process mining (the column names of XES)."""

from typing import TYPE_CHECKING, Any

import numpy as np

from svcsim.analysis.followed import Columns
from svcsim.analysis.visit_of import VisitIndex
from svcsim.experiment.tables import Labels
from svcsim.model.arrays import NEVER, NONE, Integers, Kind, Records

if TYPE_CHECKING:
    import pandas as pd

LOG_COLUMNS = (
    "case:concept:name", "concept:name", "org:resource", "lifecycle:transition",
    "start_timestamp", "time:timestamp", "enable_time", "replication", "record_type",
    "stream", "class", "activity", "visit",
)  # fmt: skip
"""Columns of the log."""
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
are the time between `enable_time` and `start_timestamp`."""


def event_log(labels: Labels, *, several: bool) -> "pd.DataFrame":
    """Events of one replication, in order of their begin.

    An event is a spell of work by one person of a team (``record_type`` work), or a wait that is a
    step of its own (wait, gate, automatic). It is ``complete`` when the work of the visit ended
    with it, else ``suspend``. ``enable_time`` is when it could have begun: when the item came to
    the step, or when the spell before it ended. With `several` replications, the number of the
    replication stands before the name of the case, so that no two cases have one name.
    """
    import pandas as pd

    work, waits = _work(labels), _waits(labels)
    item, step, visit, begin, end = (
        np.concatenate([work[column], waits[column]])
        for column in ("item", "step", "visit", "begin", "end")
    )
    complete, enabled = _spells(labels, work)
    log = pd.DataFrame(
        {
            "case:concept:name": labels.items[item],
            "concept:name": labels.step[step],
            "org:resource": [*_people(labels, work), *[None] * len(waits)],
            "lifecycle:transition": np.where(
                np.append(complete, np.ones(len(waits), bool)), "complete", "suspend"
            ),
            "start_timestamp": labels.time(begin),
            "time:timestamp": labels.time(end),
            "enable_time": labels.time(np.append(enabled, waits["begin"])),
            "replication": labels.run.replication,
            "record_type": [
                *["work"] * len(work),
                *[WAITS[Kind(kind)] for kind in waits["kind"].tolist()],
            ],
            "stream": labels.stream[item],
            "class": labels.cls[item],
            "activity": labels.activity[step],
            "visit": visit,
        },
        columns=list(LOG_COLUMNS),
    )
    if several:
        log["case:concept:name"] = f"{labels.run.replication}/" + log["case:concept:name"]
    return log.iloc[np.lexsort((item, end, begin))].reset_index(drop=True)


def _work(labels: Labels) -> Records:
    """Presence of the people of teams."""
    slices = labels.run.trajectory.presence
    teams: Records = slices[slices["pool"] < labels.names.n_teams]
    return teams


def _waits(labels: Labels) -> Records:
    """Waits that are events of their own."""
    rows = labels.run.trajectory.rows
    waits: Records = rows[np.isin(rows["kind"], list(WAITS))]
    return waits


def _people(labels: Labels, work: Records) -> list[str]:
    """``second_line 3``; the name of the team where people have no numbers."""
    pools, persons = labels.pool[work["pool"]].tolist(), work["person"].tolist()
    return [f"{pool} {j}" if j else pool for pool, j in zip(pools, persons, strict=True)]


def _spells(labels: Labels, work: Records) -> tuple[Any, Integers]:
    """Whether the visit's work ended with a spell, and when the spell could have begun.

    People who work on a visit together begin and end together.
    """
    run = labels.run
    visits = run.trajectory.visits
    at = VisitIndex(run).find(Columns(work))
    last = np.full(len(visits), NONE, np.int64)
    np.maximum.at(last, at, work["end"])
    done = (visits["finished"] < NEVER) | (visits["outcome"] != NONE)

    enabled = visits["entered"][at]
    order = np.lexsort((work["begin"], at))
    visit, begin, end = at[order], work["begin"][order], work["end"][order]
    starts = np.ones(len(order), bool)
    starts[1:] = (visit[1:] != visit[:-1]) | (begin[1:] != begin[:-1])
    head = np.flatnonzero(starts)
    spell = np.cumsum(starts) - 1
    before = np.maximum(spell - 1, 0)
    follows = (spell > 0) & (visit[head[before]] == visit)
    enabled[order[follows]] = end[head[before[follows]]]
    return (work["end"] == last[at]) & done[at], enabled
