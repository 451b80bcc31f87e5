"""The value stream map: every stream of a scenario on one page."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from svcsim.analysis.children import with_children
from svcsim.analysis.environments import LongRun
from svcsim.analysis.flow import flows
from svcsim.analysis.load import arrivals
from svcsim.analysis.moments import Moments
from svcsim.analysis.predict import Prediction
from svcsim.analysis.quantities import Quantities
from svcsim.errors import SvcsimError
from svcsim.experiment.results import Results
from svcsim.model.arrays import Floats
from svcsim.model.build import build
from svcsim.plots.band import band
from svcsim.plots.graph import graph
from svcsim.plots.imprint import imprint
from svcsim.plots.ink import GREY, LINE, MARGIN, WIDTH, wrap, write
from svcsim.plots.ladder import paint_ladder, times, total
from svcsim.plots.legend import entries, paint_legend
from svcsim.plots.legend import height as legend_height
from svcsim.plots.matrix import height, matrix, paint_matrix
from svcsim.plots.paint import paint
from svcsim.scenario.arguments import checked_texts
from svcsim.scenario.load import load
from svcsim.scenario.schema import Scenario

TITLE = 15
"""Size of the title in points."""
BETWEEN = 0.1
"""Inches between the parts of the page."""


def map(
    scenario: Scenario | str | Path,
    results: Results | None = None,
    *,
    streams: Sequence[str] | None = None,
) -> Figure:
    """Draw the value stream map of a scenario.

    Every stream is a band of lanes, one for each activity of the service value chain that it uses.
    Below them are matrices of the handovers between the activities, where there are any, and at the
    foot where it comes from. The page is as wide as A4 and as tall as it needs to be.

    Parameters
    ----------
    scenario
        A scenario, or the name of its file, or of one that comes with svcsim.
    results
        Results of a run of it; with them, each stream has a timeline ladder of touch and wait.
    streams
        Names of the streams to draw, in this order; not given: all.

    Raises
    ------
    ScenarioError
        If the scenario is wrong.
    SvcsimError
        If the results are of another scenario, or a stream is none of it.
    """
    scenario = scenario if isinstance(scenario, Scenario) else load(scenario)
    if not isinstance(results, Results | None):
        raise SvcsimError(f"results: found {results!r}; give what svcsim.run gave")
    if results is not None and results.provenance.digest != scenario.digest:
        remedy = "draw the map of what was run, with the same changes"
        raise SvcsimError(f"the results are of another scenario; {remedy}")
    model, names = build(scenario)
    drawn = names.value_streams if streams is None else known(scenario, streams)
    graphs = [graph(scenario, name) for name in drawn]
    measured = [times(results, g.name, list(g.nodes)) if results else None for g in graphs]
    bands = [band(g, scenario, hours) for g, hours in zip(graphs, measured, strict=True)]
    title = wrap(scenario.title or scenario.name or "A value stream map", WIDTH - 2 * MARGIN,
                 TITLE, bold=True)  # fmt: skip
    totals = [
        total(results, one.graph.name, hours, beside=one.beside) if results and hours else []
        for one, hours in zip(bands, measured, strict=True)
    ]
    y = 0.15 + 0.27 * len(title)
    keys = entries(cell.card for one in bands for cell in one.grid.cells.values() if cell.card)
    tall = max(height(len(names.activities)), legend_height(keys)) + BETWEEN
    moments, paths = Moments(model), flows(model)
    long_run = LongRun(model, moments)
    items = with_children(model, paths, arrivals(model, moments, long_run))
    quantities = Quantities(model, paths, items)
    prediction = Prediction(
        model, moments, long_run, quantities, items, paths, works=[], plain=()
    )  # fmt: skip
    matrices = {
        name: found for name in drawn
        if (found := matrix(prediction, names.activities, names.streams.index(name))).any()
    }  # fmt: skip
    slots = -(-(len(matrices) + 1) // 2)
    below = sum(one.height + BETWEEN for one in bands) + LINE * sum(len(lines) for lines in totals)
    origin = imprint(results.provenance if results is not None else scenario)
    foot = wrap(origin, WIDTH - 2 * MARGIN)
    bottom = y + below + slots * tall + LINE * len(foot) + MARGIN
    axes = _page(bottom)
    for i, line in enumerate(title):
        write(axes, MARGIN, 0.33 + 0.27 * i, line, size=TITLE, weight="bold")
    for one, hours, lines in zip(bands, measured, totals, strict=True):
        paint(axes, one, y, scenario)
        if results is not None and hours is not None:
            paint_ladder(axes, one, y, hours)
        for i, line in enumerate(lines):
            write(axes, MARGIN, y + one.height + 0.02 + LINE * i, line)
        y += one.height + LINE * len(lines) + BETWEEN
    x, y = _matrices(axes, matrices, names.activities, y, tall)
    paint_legend(axes, x, y, keys)
    for i, line in enumerate(reversed(foot)):
        write(axes, MARGIN, bottom - MARGIN / 2 - LINE * i, line, color=GREY)
    figure = axes.figure
    assert isinstance(figure, Figure)
    figure.set_label(origin)
    return figure


def known(scenario: Scenario, streams: Sequence[str]) -> tuple[str, ...]:
    """Return the names of streams, each once.

    Raises
    ------
    SvcsimError
        If one of them is no stream of the scenario.
    """
    there = ", ".join(scenario.streams)
    streams = checked_texts("streams", streams, next(iter(scenario.streams)))
    told = []
    for name in dict.fromkeys(streams):
        if name not in scenario.streams:
            near = get_close_matches(name, scenario.streams, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"there are {there}"
            told.append(f"{name!r} is no stream; {remedy}")
    if not streams:
        told = [f"no stream is named; there are {there}"]
    if told:
        raise SvcsimError("\n".join(told))
    return tuple(dict.fromkeys(streams))


def _page(height: float) -> Axes:
    """Return axes on which an inch is 1, from the left upper corner of a new page."""
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.axis("off")
    return axes


def _matrices(
    axes: Axes, matrices: dict[str, Floats], activities: tuple[str, ...], top: float, tall: float
) -> tuple[float, float]:
    """Paint the matrices of the streams, two beside each other; return where the legend goes."""

    def corner(place: int) -> tuple[float, float]:
        return MARGIN + (WIDTH / 2 - MARGIN) * (place % 2), top + tall * (place // 2)

    for place, (name, found) in enumerate(matrices.items()):
        paint_matrix(axes, *corner(place), name, found, activities)
    x, y = corner(len(matrices))
    return x + 0.35 * (len(matrices) % 2), y
