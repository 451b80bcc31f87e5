"""The matrix of handovers: how often an item goes from each activity to each other one."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from svcsim.analysis.crossings import successions
from svcsim.analysis.predict import Prediction
from svcsim.model.arrays import Floats
from svcsim.model.codes import Op
from svcsim.plots import ink
from svcsim.plots.ink import LINE, tint, wrap, write
from svcsim.scenario.reference import REFERENCE


def matrix(prediction: Prediction, activities: tuple[str, ...], stream: int) -> Floats:
    """Return the moves of an item from step to step, by activity of both; they are expected values.

    Where work goes on in several strands there is one to each of them, and one from each to the
    step that waited for it. Steps without an activity are passed over: the work is still with the
    one before. On the diagonal are moves between two steps of one activity, and returns to the
    same step, but not the repetitions of a step.
    """
    model = prediction.model
    activity = model.steps["activity"].astype(np.int64)
    n = len(activities)
    of = (activity[:, None] == np.arange(n)).astype(float)
    repeated = model.ops["step"][model.ops["code"] == Op.REPEAT]
    total = np.zeros((n, n))
    for cls, flow in enumerate(prediction.flows[stream]):
        share = prediction.mix[stream, cls]
        if share > 0:
            steps = successions(flow, activity)
            steps[repeated, repeated] = 0.0
            total += share * (of.T @ steps @ of)
    return np.asarray(total)


TALL = 0.3
"""Height of a cell of the matrix."""
BROAD = 0.69
"""Width of a cell of the matrix."""
ROWS = 1.28
"""Width of the names of the rows."""


def height(n: int) -> float:
    """Return the height of a matrix of `n` activities, titles included."""
    return 0.3 + 0.38 + n * TALL + 2 * LINE + 0.12


def paint_matrix(
    axes: Axes, x: float, y: float, name: str, found: Floats, names: tuple[str, ...]
) -> None:
    """Paint a matrix whose left upper corner is at `x`, `y`."""
    write(
        axes,
        x,
        y + 0.15,
        f"{name}: handovers of an item, from row to column",
        size=10,
        weight="bold",
    )
    y += 0.3
    titles = [REFERENCE.title(one) for one in names]
    most = max(1.0, float(found.max()))
    for j, title in enumerate(titles):
        lines = _title(title)
        for k, line in enumerate(lines):
            under = y + 0.32 - LINE * (len(lines) - 1 - k)
            write(axes, x + ROWS + (j + 0.5) * BROAD, under, line, ha="center")
    y += 0.38
    for i, title in enumerate(titles):
        write(axes, x + ROWS - 0.06, y + (i + 0.5) * TALL + 0.045, title, ha="right")
        for j in range(len(names)):
            value = float(found[i, j])
            ground = (
                tint(ink.GREY if i == j else ink.BLUE, 0.08 + 0.6 * value / most)
                if value
                else "#FFFFFF"
            )
            left, top = x + ROWS + j * BROAD, y + i * TALL
            axes.add_artist(
                Rectangle((left, top), BROAD, TALL, fc=ground, ec=ink.RULE, lw=0.6, zorder=2)
            )
            if value:
                write(axes, left + BROAD / 2, top + TALL / 2 + 0.045, number(value), ha="center")
    y += len(names) * TALL
    write(
        axes,
        x + ROWS,
        y + LINE + 0.02,
        "Expected of an item; grey: from step to step of one activity.",
        ha="left",
        color="#444444",
    )


def number(value: float) -> str:
    """Return a number of handovers.

    >>> number(1.0), number(0.35), number(0.0012)
    ('1', '0.35', '0.0012')
    """
    return f"{value:.2g}" if value < 0.1 else f"{value:.2f}".rstrip("0").rstrip(".")


def _title(title: str) -> list[str]:
    return wrap(title, BROAD - 0.02)
