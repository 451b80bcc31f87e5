"""The event log as XES, the interchange format of process mining (IEEE 1849-2016).

A trace is an item, also one to which nothing happened. Every spell is two events: ``start`` and
``complete`` where the visit begins and ends with it, ``resume`` and ``suspend`` in between. Names
and instances are steps and visits: both together say which events belong to one visit.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, TextIO
from xml.sax.saxutils import quoteattr

import numpy as np

from svcsim.analysis.followed import Followed
from svcsim.experiment.about import About
from svcsim.experiment.event_log import case_names, people
from svcsim.experiment.spells import Spells
from svcsim.experiment.tables import Labels
from svcsim.experiment.whole_files import whole_gzip, whole_text
from svcsim.model.arrays import Integers
from svcsim.model.codes import Outcome

EXTENSIONS = {
    "Concept": "concept",
    "Lifecycle": "lifecycle",
    "Organizational": "org",
    "Time": "time",
}
"""Extensions of the standard that are used, with the prefixes of their keys."""
HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="" xmlns="http://www.xes-standard.org/">
"""
GLOBALS = """\
<global scope="trace">
<string key="concept:name" value=""/>
</global>
<global scope="event">
<string key="concept:name" value=""/>
<string key="concept:instance" value=""/>
<string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="1970-01-01T00:00:00.000000+00:00"/>
</global>
<classifier name="Step" keys="concept:name"/>
<classifier name="Step and transition" keys="concept:name lifecycle:transition"/>
<string key="lifecycle:model" value="standard"/>
"""


@contextmanager
def xes_file(path: Path, about: About, *, several: bool) -> Iterator[Callable[[Followed], None]]:
    """Open an XES file, compressed if its name ends in ``.gz``; add replications to it."""
    with (whole_gzip if path.suffix == ".gz" else whole_text)(path) as stream:
        stream.write(HEAD)
        for name, prefix in EXTENSIONS.items():
            uri = f"http://www.xes-standard.org/{prefix}.xesext"
            stream.write(f'<extension name="{name}" prefix="{prefix}" uri="{uri}"/>\n')
        stream.write(GLOBALS + _string("concept:name", about.title) + "\n")
        yield lambda run: _write(stream, Labels(run, about), several=several)
        stream.write("</log>\n")


def _write(stream: TextIO, labels: Labels, *, several: bool) -> None:
    """Write the traces of a replication."""
    spells = Spells.of(labels.run)
    events = _events(labels, spells)
    counts = 2 * np.bincount(spells.item, minlength=len(labels.items))
    for head, count in zip(_heads(labels, several=several), counts.tolist(), strict=True):
        stream.write(f"<trace>\n{head}\n")
        stream.writelines(islice(events, count))
        stream.write("</trace>\n")


def _heads(labels: Labels, *, several: bool) -> Iterator[str]:
    """What is said of each item before its events."""
    run, items = labels.run, labels.run.trajectory.items
    columns: tuple[Iterable[Any], ...] = (
        case_names(labels, several=several),
        labels.stream,
        labels.cls,
        labels.iso(items["arrived"]),
        labels.iso(run.value),
        labels.iso(items["ended"]),
        items["outcome"].tolist(),
    )
    for name, stream, cls, arrived, value, ended, outcome in zip(*columns, strict=True):
        yield "".join([
            _string("concept:name", name), _string("stream", stream), _string("class", cls),
            f'<int key="replication" value="{run.replication}"/>',
            _date("arrived", arrived), _date("value", value), _date("ended", ended),
            _string("outcome", Outcome(outcome).name.lower()),
        ])  # fmt: skip


def _events(labels: Labels, spells: Spells) -> Iterator[str]:
    """Events of all items, item by item in order of time."""
    steps, teams = _steps(labels), [_string("org:group", pool) for pool in labels.pool]
    step, visit, pool, persons = (
        spells.step.tolist(), spells.visit.tolist(), spells.pool.tolist(), people(labels, spells)
    )  # fmt: skip
    begin, end, enabled = (
        labels.iso(ticks) for ticks in (spells.begin, spells.end, spells.enabled)
    )
    for at in _in_time(spells).tolist():
        ends, spell = divmod(at, len(spells))
        if ends:
            transition = "complete" if spells.complete[spell] else "suspend"
            dates = _date("time:timestamp", end[spell])
        else:
            transition = "start" if spells.first[spell] else "resume"
            dates = _date("time:timestamp", begin[spell]) + _date("enable_time", enabled[spell])
        yield (
            f"<event>{steps[step[spell]]}{_string('concept:instance', str(visit[spell]))}"
            f"{teams[pool[spell]]}{_string('org:resource', persons[spell])}"
            f"{_string('record_type', spells.record_type[spell])}"
            f"{_string('lifecycle:transition', transition)}{dates}</event>\n"
        )


def _in_time(spells: Spells) -> Integers:
    """Order of begins, and of ends behind them, by item and time.

    At one moment, what lasted ends before anything begins; what takes no time stands between.
    """
    n = len(spells)
    moment = spells.begin == spells.end
    phase = np.concatenate([np.where(moment, 1, 2), np.where(moment, 1, 0)])
    time = np.concatenate([spells.begin, spells.end])
    which = np.repeat([0, 1], n)
    spell = np.tile(np.arange(n), 2)
    order: Integers = np.lexsort((which, spell, phase, time, np.tile(spells.item, 2)))
    return order


def _steps(labels: Labels) -> list[str]:
    """What is said of each step."""
    return [
        _string("concept:name", name) + _string("activity", activity)
        for name, activity in zip(labels.step, labels.activity, strict=True)
    ]


def _string(key: str, value: str | None) -> str:
    return f'<string key="{key}" value={quoteattr(value)}/>' if value is not None else ""


def _date(key: str, value: str | None) -> str:
    return f'<date key="{key}" value="{value}"/>' if value is not None else ""
