"""The event log as OCEL 2.0 in JSON, where one event is about several objects.

Objects are items, of which each value stream is a type, the teams (type ``org:group``) and their
people (``org:resource``). Every spell is one event, at its end; its type is the step. It is related
to the item, to who worked, and to the children that came of it. Items are related to their
children, people to their team.
"""

import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, TextIO

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.experiment.about import About
from svcsim.experiment.event_log import case_names, people, prefix
from svcsim.experiment.spells import Spells
from svcsim.experiment.tables import Labels
from svcsim.experiment.whole_files import whole_text
from svcsim.model.codes import Outcome

TEAM, PERSON = "org:group", "org:resource"
"""Types of objects that are no items. No stream has such a name."""
EVENT = {
    "start_timestamp": "time",
    "enable_time": "time",
    "lifecycle:transition": "string",
    "record_type": "string",
    "activity": "string",
    "visit": "string",
}
"""Attributes of every event, with their types; the specification writes every value as text."""
ITEM = {
    "enters": "string", "class": "string", "arrived": "time", "value": "time", "ended": "time",
    "outcome": "string",
}  # fmt: skip
"""Attributes of every item, with their types."""

Relation = dict[str, str]


@contextmanager
def ocel_file(path: Path, about: About, *, several: bool) -> Iterator[Callable[[Followed], None]]:
    """Open an OCEL file; add replications to it.

    Objects stand behind all events, and wait for them on disk.
    """
    with whole_text(path) as stream, TemporaryFile("w+", encoding="utf-8") as aside:
        types = json.dumps({
            "eventTypes": [_type(f"{step.stream}.{step.name}", EVENT) for step in about.steps],
            "objectTypes": [*(_type(name, ITEM) for name in _streams(about)),
                            _type(TEAM, {}), _type(PERSON, {})],
        }, ensure_ascii=False)  # fmt: skip
        stream.write(types.removesuffix("}") + ', "events": [')
        events, objects = _List(stream), _List(aside)
        enters = {one.name: one.enters for one in about.streams}

        def add(run: Followed) -> None:
            labels = Labels(run, about)
            spells = Spells.of(run)
            events.extend(_events(labels, spells, several=several))
            objects.extend(_items(labels, enters, several=several))
            objects.extend(_people(labels, spells, several=several))

        yield add
        stream.write('\n], "objects": [')
        aside.seek(0)
        shutil.copyfileobj(aside, stream)
        stream.write("\n]}\n")


def _streams(about: About) -> list[str]:
    """Names of the value streams, and of the standing load of teams behind them."""
    found = [stream.name for stream in about.streams]
    return list(dict.fromkeys([*found, *(step.stream for step in about.steps)]))


class _List:
    """A list of JSON objects that grows in a file, one on a line."""

    def __init__(self, stream: TextIO):
        self.stream = stream
        self.empty = True

    def extend(self, records: Iterable[dict[str, Any]]) -> None:
        """Append records."""
        for record in records:
            self.stream.write("\n" if self.empty else ",\n")
            self.stream.write(json.dumps(record, ensure_ascii=False))
            self.empty = False


def _type(name: str, attributes: dict[str, str]) -> dict[str, Any]:
    return {
        "name": name,
        "attributes": [{"name": key, "type": kind} for key, kind in attributes.items()],
    }


def _events(labels: Labels, spells: Spells, *, several: bool) -> Iterator[dict[str, Any]]:
    """Every spell of a replication."""
    before = prefix(labels, several=several)
    cases = case_names(labels, several=several)
    children = _children(labels, spells, cases)
    columns = (
        spells.item.tolist(), spells.step.tolist(), spells.visit.tolist(), spells.pool.tolist(),
        people(labels, spells), spells.record_type, spells.complete.tolist(),
        labels.iso(spells.begin), labels.iso(spells.end), labels.iso(spells.enabled),
    )  # fmt: skip
    for number, words in enumerate(zip(*columns, strict=True)):
        item, step, visit, pool, person, kind, complete, begin, end, enabled = words
        related = [_relation(cases[item], "item")]
        if pool >= 0:
            related.append(_relation(before + labels.pool[pool], "team"))
            if person != labels.pool[pool]:
                related.append(_relation(before + person, "person"))
        related += [_relation(child, "child") for child in children[number]]
        said = {
            "start_timestamp": begin,
            "enable_time": enabled,
            "lifecycle:transition": "complete" if complete else "suspend",
            "record_type": kind,
            "activity": labels.activity[step],
            "visit": str(visit),
        }
        yield {
            "id": f"{before}{number}",
            "type": f"{labels.stream[item]}.{labels.step[step]}",
            "time": end,
            "attributes": [
                {"name": name, "value": value} for name, value in said.items() if value is not None
            ],
            "relationships": related,
        }


def _children(labels: Labels, spells: Spells, cases: Any) -> dict[int, list[str]]:
    """Names of the children that came of the visits that ended with each spell."""
    items = labels.run.items
    came: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for child in np.flatnonzero(items["parent"] >= 0).tolist():
        visit = int(items["parent"][child]), int(items["site"][child]), int(items["ordinal"][child])
        came[visit].append(cases[child])
    found: dict[int, list[str]] = defaultdict(list)
    ended = np.flatnonzero(spells.complete) if came else np.zeros(0, np.int64)
    places = (column[ended].tolist() for column in (spells.item, spells.step, spells.visit))
    for spell, *visit_of in zip(ended.tolist(), *places, strict=True):
        found[spell] = came.get(tuple(visit_of), [])
    return found


def _items(labels: Labels, enters: dict[str, str], *, several: bool) -> Iterator[dict[str, Any]]:
    """Every item of a replication, with its children. What is said of it became so at a time."""
    run, items = labels.run, labels.run.items
    cases = case_names(labels, several=several)
    children: dict[int, list[Relation]] = defaultdict(list)
    for child in np.flatnonzero(items["parent"] >= 0).tolist():
        children[int(items["parent"][child])].append(_relation(cases[child], "child"))
    columns: tuple[Iterable[Any], ...] = (
        cases, labels.stream, labels.cls, labels.iso(items["arrived"]),
        labels.iso(run.value), labels.iso(items["ended"]), items["outcome"].tolist(),
    )  # fmt: skip
    for number, words in enumerate(zip(*columns, strict=True)):
        name, stream, cls, arrived, value, ended, outcome = words
        said = {
            "enters": (enters.get(stream), arrived),
            "class": (cls, arrived),
            "arrived": (arrived, arrived),
            "value": (value, value),
            "ended": (ended, ended),
            "outcome": (Outcome(outcome).name.lower(), ended),
        }
        yield {
            "id": name,
            "type": stream,
            "attributes": [
                {"name": key, "time": time, "value": word}
                for key, (word, time) in said.items()
                if word is not None and time is not None
            ],
            "relationships": children.get(number, []),
        }


def _people(labels: Labels, spells: Spells, *, several: bool) -> Iterator[dict[str, Any]]:
    """The teams of a scenario, and everybody who worked in a replication."""
    before = prefix(labels, several=several)
    for team in labels.names.pools[: labels.names.n_teams]:
        yield {"id": before + team, "type": TEAM, "attributes": [], "relationships": []}
    pairs = np.unique(
        np.stack([spells.pool, spells.group, spells.person])[:, spells.person > 0], axis=1
    )
    for pool, group, person in pairs.T.tolist():
        team = labels.pool[pool]
        yield {
            "id": f"{before}{labels.group[group]} {person}",
            "type": PERSON,
            "attributes": [],
            "relationships": [_relation(before + team, "team")],
        }


def _relation(name: str, qualifier: str) -> Relation:
    return {"objectId": name, "qualifier": qualifier}
