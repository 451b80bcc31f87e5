"""The timeline ladder of value stream mapping: waits high, touch low, step by step."""

import math

from matplotlib.axes import Axes

from svcsim.experiment.results import Results
from svcsim.plots import ink, words
from svcsim.plots.band import Band
from svcsim.plots.cards import Times
from svcsim.plots.ink import MARGIN, write


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
    """Paint the ladder of each row under its lanes."""
    for row, begin in enumerate(band.ladders):
        high, low = top + begin + 0.2, top + begin + 0.4
        cells = [cell for cell in band.grid.cells.values() if cell.card and cell.row == row]
        x = band.grid.columns[1][0]
        path = [(x, high)]
        write(axes, MARGIN + 0.07, high + 0.02, "wait")
        write(axes, MARGIN + 0.07, low + 0.02, "touch")
        for column in sorted({cell.column for cell in cells}):
            left, right = band.grid.columns[column]
            middle = (left + right) / 2
            names = [cell.name for cell in cells if cell.column == column]
            touch, wait = (math.fsum(found[name][k] for name in names) for k in (0, 1))
            path += [(middle, high), (middle, low), (right, low), (right, high)]
            total = "Σ " if len(names) > 1 else ""
            for x, y, hours in ((left, high - 0.04, wait), (middle, low + 0.14, touch)):
                x += (middle - left) / 2
                write(axes, x, y, f"{total}{words.hours(hours)}", ha="center")
        xs, ys = zip(*path[:-1], strict=True)
        axes.plot(xs, ys, color=ink.TEXT, lw=1.2, zorder=2, solid_joinstyle="miter")


def total(results: Results, stream: str, found: Times) -> str:
    """Return the sums of a ladder, and the time to value, in words."""
    touch, wait = (math.fsum(pair[k] for pair in found.values()) for k in (0, 1))
    lead = results.numbers.find("lead_time", stream=stream, clock="wall").value
    told = [words.hours(number) for number in (touch, wait, touch + wait, lead)]
    return (
        f"An item, mean of {results.provenance.replications} replications, all visits, wall clock: "
        "touch {} + wait {} = {}; demand to value {}.".format(*told)
    )
