"""The event log as a table, in the words of process mining (the column names of XES)."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from svcsim.experiment.spells import Spells
from svcsim.experiment.tables import Labels

if TYPE_CHECKING:
    import pandas as pd

LOG_COLUMNS = (
    "case:concept:name", "concept:name", "org:resource", "org:group", "lifecycle:transition",
    "start_timestamp", "time:timestamp", "enable_time", "replication", "record_type",
    "stream", "class", "activity", "visit",
)  # fmt: skip
"""Columns of the log."""


def event_log(labels: Labels, *, several: bool) -> "pd.DataFrame":
    """Spells of one replication, in order of their begin.

    Each is ``complete`` when the visit ended with it, else ``suspend``. With `several`
    replications, the number of the replication stands before the name of the case, so that no two
    cases have one name.
    """
    import pandas as pd

    spells = Spells.of(labels.run)
    item, step = spells.item, spells.step
    return pd.DataFrame(
        {
            "case:concept:name": case_names(labels, several=several)[item],
            "concept:name": labels.step[step],
            "org:resource": people(labels, spells),
            "org:group": labels.pool[spells.pool],
            "lifecycle:transition": np.where(spells.complete, "complete", "suspend"),
            "start_timestamp": labels.time(spells.begin),
            "time:timestamp": labels.time(spells.end),
            "enable_time": labels.time(spells.enabled),
            "replication": labels.run.replication,
            "record_type": spells.record_type,
            "stream": labels.stream[item],
            "class": labels.cls[item],
            "activity": labels.activity[step],
            "visit": spells.visit,
        },
        columns=list(LOG_COLUMNS),
    )


def case_names(labels: Labels, *, several: bool) -> NDArray[Any]:
    """Names of items, behind the number of the replication if there are several."""
    return prefix(labels, several=several) + labels.items


def prefix(labels: Labels, *, several: bool) -> str:
    """What stands before the names of a replication: ``3/``, or nothing if it is the only one."""
    return f"{labels.run.replication}/" if several else ""


def people(labels: Labels, spells: Spells) -> list[str | None]:
    """``second_line 3``, ``desk.early 1``; the team if people have no numbers; None for waits."""
    groups, persons = labels.group[spells.group].tolist(), spells.person.tolist()
    return [f"{group} {j}" if j else group for group, j in zip(groups, persons, strict=True)]
