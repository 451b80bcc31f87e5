"""What happened, as data frames for people: names for indices, times of day for ticks."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.asked import of_visits
from svcsim.analysis.clocks import elapsed
from svcsim.analysis.followed import Followed
from svcsim.experiment.about import About
from svcsim.experiment.item_names import item_names
from svcsim.experiment.whole_files import iso
from svcsim.model.arrays import NEVER, NONE, TICKS_PER_HOUR, Integers, Records
from svcsim.model.codes import REDIALLED, SENT_BACK, Kind, Outcome

if TYPE_CHECKING:
    import pandas as pd


def steps_frame(about: About) -> "pd.DataFrame":
    """The steps of a scenario: who does what, with what, for what."""
    import pandas as pd

    return pd.DataFrame([asdict(step) for step in about.steps]).rename(columns={"name": "step"})


class Labels:
    """The names behind the indices of one replication."""

    def __init__(self, run: Followed, about: About):
        self.run = run
        self.about = about
        self.names = run.questions.names
        own = self.names
        self.items = item_names(
            run.trajectory.items, own.streams, own.steps, own.triggers, own.dated
        )
        streams, classes = run.trajectory.items["stream"], run.trajectory.items["cls"]
        self.stream = _words(self.names.streams)[streams]
        widest = max(len(found) for found in self.names.classes)
        table = [[*found, *[""] * (widest - len(found))] for found in self.names.classes]
        self.cls = _words(table)[streams, classes]
        self.cls[self.cls == ""] = None
        self.step = _words([*self.names.steps, None])
        activity = run.questions.model.steps["activity"]
        self.activity = _words([*_words([*self.names.activities, None])[activity], None])
        self.pool = _words([*self.names.pools, None])
        self.group = _words([*self.names.groups, None])

    def time(self, ticks: Integers) -> "pd.DatetimeIndex":
        """Times of day in the zone of the scenario; NaT for what has not happened."""
        import pandas as pd

        zero = self.about.tick_zero
        instants = np.where(ticks < NEVER, ticks, np.iinfo(np.int64).min).view("datetime64[us]")
        since_1970 = pd.DatetimeIndex(instants).tz_localize("UTC").as_unit("us")
        shifted = since_1970 + (pd.Timestamp(zero) - pd.Timestamp(0, tz="UTC")).as_unit("us")
        return shifted.tz_convert(self.about.zone)

    def iso(self, ticks: Integers) -> list[str | None]:
        """The same as ISO 8601; None for what has not happened."""
        texts: list[str | None] = iso(self.time(ticks).to_series()).tolist()
        return texts

    def of_items(self, item: Integers) -> dict[str, Any]:
        """Columns that say which item a row is about."""
        return {
            "replication": np.full(len(item), self.run.replication),
            "item": self.items[item],
            "stream": self.stream[item],
            "class": self.cls[item],
        }

    def of_steps(self, table: Records) -> dict[str, Any]:
        """Columns that say where a row took place."""
        step = table["step"]
        return {"step": self.step[step], "activity": self.activity[step], "visit": table["visit"]}

    def blamed(self, item: Integers) -> NDArray[Any]:
        """Names of items, None for -1."""
        return _words([*self.items, None])[item]


def items_frame(runs: Iterable[Labels]) -> "pd.DataFrame":
    """One row for each item: origin, times, outcome, and hours to value on every clock."""
    return _stacked(_items(labels) for labels in runs)


def _items(labels: Labels) -> dict[str, Any]:
    import pandas as pd

    run, items = labels.run, labels.run.trajectory.items
    columns = labels.of_items(np.arange(len(items)))
    columns |= {
        "family": _words([*run.questions.names.families, None])[items["family"]],
        "quantity": pd.array(items["quantity"], "Int64", copy=True),
        "cohort": run.cohort,
        "arrived": labels.time(items["arrived"]),
        "value": labels.time(run.value),
        "ended": labels.time(items["ended"]),
        "outcome": _words([outcome.name.lower() for outcome in Outcome])[items["outcome"]],
    }
    columns["quantity"][items["quantity"] == NONE] = None
    valued = run.value < NEVER
    until = np.where(valued, run.value, run.arrived)
    for clock in run.questions.clocks:
        hours = elapsed(clock, run.arrived, until) / TICKS_PER_HOUR
        columns[f"lead_time_{clock.name}_h"] = np.where(valued, hours, np.nan)
    return columns


def visits_frame(runs: Iterable[Labels]) -> "pd.DataFrame":
    """One row for each visit of an item to a step."""
    return _stacked(_visits(labels) for labels in runs)


def _visits(labels: Labels) -> dict[str, Any]:
    run, visits = labels.run, labels.run.trajectory.visits
    outcomes = run.questions.names.outcomes
    pairs = zip(visits["step"].tolist(), visits["outcome"].tolist(), strict=True)
    return {
        **labels.of_items(visits["item"]),
        **labels.of_steps(visits),
        "team": labels.pool[run.once(of_visits)],
        "entered": labels.time(visits["entered"]),
        "started": labels.time(visits["started"]),
        "finished": labels.time(visits["finished"]),
        "outcome": _words([_outcome(outcomes[step], way) for step, way in pairs]),
    }


def _outcome(names: tuple[str, ...], way: int) -> str | None:
    if way == SENT_BACK:
        return "incomplete"
    if way == REDIALLED:
        return "redialled"
    return names[way] if way >= 0 else None


def rows_frame(runs: Iterable[Labels]) -> "pd.DataFrame":
    """One row for everything a token did or waited for, without gaps, with its causes in hours.

    An item has one token, or several beside one another; those on its critical path are marked.
    """
    return _stacked(_rows(labels) for labels in runs)


def _rows(labels: Labels) -> dict[str, Any]:
    rows = labels.run.trajectory.rows
    parts = ("gate", "unavailability", "policy", "prioritisation")
    return {
        **labels.of_items(rows["item"]),
        **labels.of_steps(rows),
        "token": rows["token"],
        "critical": labels.run.on_path,
        "kind": _words([kind.name.lower() for kind in Kind])[rows["kind"]],
        "begin": labels.time(rows["begin"]),
        "end": labels.time(rows["end"]),
        "hours": (rows["end"] - rows["begin"]) / TICKS_PER_HOUR,
        **{f"{part}_h": rows[part] / TICKS_PER_HOUR for part in parts},
        "blamed": labels.blamed(rows["blame"]),
    }


def presence_frame(runs: Iterable[Labels]) -> "pd.DataFrame":
    """One row for each person on an item: who worked on what, and when."""
    return _stacked(_presence(labels) for labels in runs)


def _presence(labels: Labels) -> dict[str, Any]:
    slices = labels.run.trajectory.presence
    return {
        **labels.of_items(slices["item"]),
        **labels.of_steps(slices),
        "team": labels.pool[slices["pool"]],
        "group": labels.group[slices["group"]],
        "person": slices["person"],
        "begin": labels.time(slices["begin"]),
        "end": labels.time(slices["end"]),
        "called_h": slices["called"] / TICKS_PER_HOUR,
        "setup_h": slices["setup"] / TICKS_PER_HOUR,
    }


def attendance_frame(runs: Iterable[Labels]) -> "pd.DataFrame":
    """One row for each person who heard an item at a sitting."""
    return _stacked(_attendance(labels) for labels in runs)


def _attendance(labels: Labels) -> dict[str, Any]:
    slices = labels.run.trajectory.attendance
    return {
        **labels.of_items(slices["item"]),
        **labels.of_steps(slices),
        "sitting": labels.time(slices["sitting"]),
        "team": labels.pool[slices["pool"]],
        "person": slices["person"],
        "begin": labels.time(slices["begin"]),
        "end": labels.time(slices["end"]),
    }


def _words(words: Any) -> NDArray[Any]:
    array: NDArray[Any] = np.array(words, dtype=object)
    return array


def _stacked(parts: Iterable[dict[str, Any]]) -> "pd.DataFrame":
    import pandas as pd

    return pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True)
