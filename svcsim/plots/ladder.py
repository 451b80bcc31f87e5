"""The timeline ladder of value stream mapping: waits high, touch low, step by step."""

import math

from matplotlib.axes import Axes

from svcsim.experiment.results import Results
from svcsim.plots import ink, words
from svcsim.plots.band import Band
from svcsim.plots.cards import Times
from svcsim.plots.ink import LINE, MARGIN, write
from svcsim.plots.rungs import DEEP, HIGH, LOW, Rung


def times(results: Results, stream: str, steps: list[str]) -> Times:
    """Return the times of a stream's steps; what nobody visited takes no time."""
    found = {}
    for step in steps:
        visits, touch, wait = (
            results.numbers.find(measure, stream=stream, step=step).value
            for measure in ("visits", "touch_time", "wait_time")
        )
        found[step] = (visits * touch, visits * wait) if visits > 0 else (0.0, 0.0)
    return found


def paint_ladder(axes: Axes, band: Band, top: float, found: Times) -> None:
    """Paint the ladder of each row under its lanes.

    Where strands run beside one another a column has a rung for each, between two rails.
    """
    for row, begin in enumerate(band.ladders):
        high = top + begin + HIGH
        write(axes, MARGIN + 0.07, high + 0.02, "wait")
        write(axes, MARGIN + 0.07, top + begin + LOW + 0.02, "touch")
        x = band.grid.columns[1][0]
        for column, beside in band.rungs[row].items():
            left, right = band.grid.columns[column]
            _line(axes, [(x, high), (left, high)])
            y, ends = top + begin, [high]
            for rung in beside:
                for i, text in enumerate(rung.title):
                    write(axes, left + 0.06, y + LINE * (i + 0.8), text, style="italic")
                y += rung.top
                _rung(axes, left, right, y, rung, found)
                ends += [y + HIGH, y + LOW]
                y += DEEP
            _line(axes, [(left, min(ends)), (left, max(ends[:-1]))])
            _line(axes, [(right, min(ends)), (right, ends[-1])])
            x = right


def _rung(axes: Axes, left: float, right: float, y: float, rung: Rung, found: Times) -> None:
    """Paint the line of a rung, and its times."""
    middle = (left + right) / 2
    high, low = y + HIGH, y + LOW
    _line(axes, [(left, high), (middle, high), (middle, low), (right, low)])
    touch, wait = (math.fsum(found[name][k] for name in rung.steps) for k in (0, 1))
    total = "Σ " if len(rung.steps) > 1 else ""
    for x, under, hours in ((left, high - 0.04, wait), (middle, low + 0.14, touch)):
        x += (middle - left) / 2
        write(axes, x, under, f"{total}{words.hours(hours)}", ha="center")


def _line(axes: Axes, points: list[tuple[float, float]]) -> None:
    xs, ys = zip(*points, strict=True)
    axes.plot(xs, ys, color=ink.TEXT, lw=1.2, zorder=2, solid_capstyle="projecting")


def total(results: Results, stream: str, found: Times, *, beside: bool) -> list[str]:
    """Return the sums of a ladder, and the time to value, in lines.

    Where rungs stand `beside` one another their sum means nothing: then the sums are those of the
    critical path, which add up to the time to value.
    """

    def until_value(measure: str) -> float:
        return results.numbers.find(measure, stream=stream, clock="wall").value

    told = (
        f"An item, mean of {results.provenance.replications} replications, all visits, wall clock"
    )
    lead = f"demand to value {words.hours(until_value('lead_time'))}"
    by_machine = until_value("automatic_time")
    machines = f" + machines {words.hours(by_machine)}" if by_machine else ""
    if not beside:
        touch, wait = (math.fsum(pair[k] for pair in found.values()) for k in (0, 1))
        told += f": touch {words.hours(touch)} + wait {words.hours(wait)}{machines}"
        return [f"{told} = {words.hours(touch + by_machine + wait)}; {lead}."]
    parts = {part: until_value(f"{part}_time") for part in ("touch", "setup", "wait")}
    on_path = " + ".join(
        f"{part} {words.hours(hours)}" for part, hours in parts.items() if hours or part != "setup"
    )
    return [
        f"{told}. Rungs under one another run at the same time, so they do not add up.",
        f"On the critical path until value: {on_path}{machines} = {lead}.",
    ]
