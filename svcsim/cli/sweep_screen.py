"""What a sweep says: a line for each point, below it what it changes, and who keeps promises."""

import math
from collections.abc import Iterator, Sequence
from textwrap import wrap

from svcsim.analysis.key import Key
from svcsim.cli.bottleneck_screen import unit_of_response
from svcsim.cli.figures import Unit, change, figure, plain_percent, seconds
from svcsim.cli.foot import origin
from svcsim.cli.terminal import WIDTH, cut, styled, titled
from svcsim.decisions.sweep import Sweep, SweepPoint
from svcsim.experiment.numbers import Number

COLUMN = 16
"""Columns of the screen for a response."""
LONGEST = 30
"""Columns for the values of a point, at most."""
BASE = "as it is"


def sweep_screen(found: Sweep) -> Iterator[str]:
    """Lines of a sweep."""
    yield from _titles(found)
    yield ""
    for axis in found.axes:
        yield from _wrapped(f"Over {axis.path}: {', '.join(axis.values)}")
    labels = [_label(point) for point in found.points]
    left = min(max(len(label) for label in (*labels, BASE)), LONGEST) + 4
    each = max((WIDTH - left) // COLUMN, 1)
    for first in range(0, max(len(found.responses), 1), each):
        keys = found.responses[first : first + each]
        yield ""
        yield from _table(found, keys, labels, left)
    yield ""
    said = list(_promises(found, labels))
    yield from said
    if said:
        yield ""
    yield f"  below each number: its difference from the scenario {BASE}, paired"
    yield f"  seed {found.provenance.seed} · {found.provenance.engine}"
    yield from origin(found.provenance, "± 95 %, Student t over replications")


def _titles(found: Sweep) -> list[str]:
    p = found.provenance
    times = f"{p.replications} replication{'s' * (p.replications != 1)}"
    points = f"{found.asked} point{'s' * (found.asked != 1)}"
    if found.interrupted:
        points = f"interrupted: {len(found.points)} of {found.asked} points"
    if p.cached:
        points += f" ({p.cached} replications cached)"
    right = f"{found.about.horizon} · {times} · {points} · {seconds(found.seconds)}"
    return titled(found.about.title, right)


def _label(point: SweepPoint) -> str:
    return ", ".join(point.values)


def _table(found: Sweep, keys: Sequence[Key], labels: list[str], left: int) -> Iterator[str]:
    units = [_unit(found, key) for key in keys]
    for line in _heading(found, keys, units, left):
        yield styled(line, "title")
    rows = [(BASE, found.base), *zip(labels, found.points, strict=True)]
    for label, point in rows:
        name = f"  {cut(label, left - 3):<{left - 2}}"
        if point.refused:
            yield cut(f"{name}{point.refused}", WIDTH)
            continue
        yield name + _cells(figure, [found.number(point, key) for key in keys], units)
        if point is not found.base and found.base.numbers is not None:
            changes = [found.difference(point, key) for key in keys]
            if any(number and (number.value or number.half_width) for number in changes):
                yield styled(" " * left + _cells(change, changes, units), "dim")


def _cells(words: object, numbers: Sequence[Number | None], units: Sequence[Unit]) -> str:
    assert callable(words)
    return "".join(
        f"{words(number, unit.hours) if number else '':>{COLUMN}}"
        for number, unit in zip(numbers, units, strict=True)
    )


def _unit(found: Sweep, key: Key) -> Unit:
    numbers = [found.number(point, key) for point in (found.base, *found.points)]
    values = [number.value for number in numbers if number and math.isfinite(number.value)]
    return unit_of_response(found.about, key, values)


def _heading(found: Sweep, keys: Sequence[Key], units: Sequence[Unit], left: int) -> Iterator[str]:
    """Three lines over the columns: of what, which number, in which unit."""
    columns = []
    for key, unit in zip(keys, units, strict=True):
        what = " ".join(word for word in (key.stream or key.team, key.cls) if word)
        which = key.target or f"{key.measure.replace('_', ' ')} {key.statistic}"
        which = {"utilisation ratio": "busy"}.get(which, which)
        clock = f", {key.clock}" if key.clock and key.unit == "h" else ""
        columns.append((what, which, f"{unit.name}{clock}"))
    for i in range(3):
        yield " " * left + "".join(f"{cut(column[i], COLUMN - 2):>{COLUMN}}" for column in columns)


def _promises(found: Sweep, labels: list[str]) -> Iterator[str]:
    """Say of each promise, at which points it is surely kept."""
    for key in found.responses:
        if key.measure != "on_time" or key.stream is None or key.cls is not None:
            continue
        if any(axis.path.startswith(f"streams.{key.stream}.targets.") for axis in found.axes):
            continue  # each point promises something else
        target = found.scenario.streams[key.stream].targets[str(key.target)]
        numbers = [found.number(point, key) for point in found.points]
        sure = [label for label, n in zip(labels, numbers, strict=True)
                if n and n.lower >= target.share]  # fmt: skip
        open_ = [label for label, n in zip(labels, numbers, strict=True)
                 if n and n.lower < target.share <= n.upper]  # fmt: skip
        said = f"surely kept at {'; '.join(sure)}" if sure else "surely kept nowhere here"
        doubt = f"; cannot be told at {'; '.join(open_)}" if open_ else ""
        yield from _wrapped(
            f"{key.stream} {key.target}, target {plain_percent(target.share)}: {said}{doubt}."
        )


def _wrapped(text: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ",
                break_on_hyphens=False)  # fmt: skip
