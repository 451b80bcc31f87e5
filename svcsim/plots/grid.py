"""A sweep as a picture: lines with their intervals for one path, heat maps for two."""

import math
from collections.abc import Sequence
from textwrap import wrap

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from svcsim.analysis.key import Key
from svcsim.decisions.grid import amounts
from svcsim.decisions.responses import in_words, wants_more
from svcsim.decisions.sweep import Sweep, SweepPoint
from svcsim.errors import SvcsimError
from svcsim.plots.imprint import imprint
from svcsim.plots.ink import BLUE, GREY, RULE, TEXT, VERMILION, significant, tint

ACROSS = 3
"""Panels beside each other."""
PANEL = (3.6, 2.7)
"""Inches of a panel."""
LETTERS, LINE = 14, 0.18
"""Letters of the line below the title on an inch, and inches from one line to the next."""
ROOM = (6, 7)
"""Rows and columns of a heat map at most, for intervals to be told in it."""
SHADES = LinearSegmentedColormap.from_list("svcsim", [tint(BLUE, 0.06), tint(BLUE, 0.8)])
_SHADES_DOWN = SHADES.reversed()


def grid(found: Sweep) -> Figure:
    """Draw what a sweep found: a panel for each response.

    Over one path, a line with the 95 % interval, and the scenario as it is as a dotted line with
    its promise, if it has one. Over two paths, a heat map, darker is worse, with
    intervals where there is room for them.

    Parameters
    ----------
    found
        What `svcsim.sweep` gives.

    Raises
    ------
    SvcsimError
        If it goes over more than two paths.
    """
    if len(found.axes) > 2:
        remedy = "sweep over one or two, or draw the table yourself"
        raise SvcsimError(f"a picture shows one path or two, not {len(found.axes)}; {remedy}")
    n = max(len(found.responses), 1)
    across = min(n, ACROSS)
    down = -(-n // across)
    wide = max(PANEL[0] * across, 5.2)
    p = found.provenance
    over = " × ".join(axis.path for axis in found.axes)
    how = "95 % intervals"
    if len(found.axes) == 2:
        told = f" · ± {how}" if _roomy(found) else ""
        how = f"darker is worse · × cannot work{told}"
    words = f"over {over} · {p.replications} replications · seed {p.seed} · {how}"
    said = wrap(words, int(LETTERS * wide))
    head = 0.75 + LINE * (len(said) - 1)
    tall = PANEL[1] * down + head + 0.15
    figure = Figure(figsize=(wide, tall), layout="constrained")
    FigureCanvasAgg(figure)
    figure.set_label(imprint(p))
    engine = figure.get_layout_engine()
    assert engine is not None
    engine.set(rect=(0.01, 0.01, 0.98, 1 - head / tall))  # type: ignore[call-arg]
    title = figure.text(0.15 / wide, 1 - 0.3 / tall, found.about.title, fontsize=13, weight="bold",
                        color=TEXT)  # fmt: skip
    title.set_parse_math(False)
    for index, line in enumerate(said):
        shown = figure.text(
            0.15 / wide, 1 - (0.53 + LINE * index) / tall, line, fontsize=9, color=GREY
        )
        shown.set_parse_math(False)
    for index, key in enumerate(found.responses):
        axes = figure.add_subplot(down, across, index + 1)
        (_lines if len(found.axes) == 1 else _heat)(axes, found, key)
        axes.set_title(_words(key), fontsize=9, color=TEXT, loc="left", parse_math=False)
    return figure


def _words(key: Key) -> str:
    words = in_words(key).removesuffix(".share").removesuffix(".ratio")
    clock = f", {key.clock}" if key.clock and key.unit == "h" else ""
    return f"{words}, {_unit(key)}{clock}"


def _unit(key: Key) -> str:
    return "%" if key.unit == "1" else key.unit


def _scale(key: Key) -> float:
    return 100.0 if key.unit == "1" else 1.0


# ---- one path ----------------------------------------------------------------------------------


def _lines(axes: Axes, found: Sweep, key: Key) -> None:
    (axis,) = found.axes
    known = amounts(axis)
    at = {value: float(i) for i, value in enumerate(axis.values)}
    if known is not None:
        at = dict(zip(axis.values, known[0], strict=True))
    axes.set_xlabel(axis.name + (f", {known[1]}" if known and known[1] else ""), fontsize=8,
                    color=GREY, parse_math=False)  # fmt: skip
    if known is None or len(axis.values) <= 8:
        axes.set_xticks(list(at.values()), list(at))
    points = sorted(found.points, key=lambda point: at[point.values[0]])
    for run in _runs(points):
        x = [at[point.values[0]] for point in run]
        numbers = [number for point in run if (number := found.number(point, key))]
        scale = _scale(key)
        value = [scale * number.value for number in numbers]
        lower = [scale * _or(number.lower, number.value) for number in numbers]
        upper = [scale * _or(number.upper, number.value) for number in numbers]
        axes.fill_between(x, lower, upper, color=tint(BLUE, 0.25), linewidth=0)
        axes.errorbar(
            x, value, yerr=[np.subtract(value, lower), np.subtract(upper, value)], fmt="o-",
            color=BLUE, markersize=3.5, linewidth=1.4, elinewidth=0.8, capsize=2,
        )  # fmt: skip
    base = found.number(found.base, key)
    if base is not None and math.isfinite(base.value):
        _level(axes, _scale(key) * base.value, "as it is", GREY)
    if key.measure == "on_time" and key.stream is not None and key.cls is None:
        share = found.scenario.streams[key.stream].targets[str(key.target)].share
        _level(axes, 100 * share, "promised", VERMILION)
    _refusals(axes, [at[point.values[0]] for point in points if point.refused])
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(RULE)
    axes.tick_params(labelsize=8, labelcolor=GREY, color=RULE)
    axes.grid(axis="y", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.margins(x=0.06, y=0.12)


def _runs(points: Sequence[SweepPoint]) -> list[list[SweepPoint]]:
    """Return stretches of points that can work."""
    runs: list[list[SweepPoint]] = [[]]
    for point in points:
        if point.numbers is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


def _level(axes: Axes, y: float, words: str, colour: str) -> None:
    axes.axhline(y, color=colour, linewidth=1, linestyle=":", zorder=1)
    axes.annotate(words, (1.0, y), xycoords=axes.get_yaxis_transform(), xytext=(0, 2),
                  textcoords="offset points", ha="right", va="bottom", fontsize=7,
                  color=colour)  # fmt: skip


def _refusals(axes: Axes, x: Sequence[float]) -> None:
    """Mark points that cannot work."""
    for one in x:
        axes.plot([one], [0.04], "x", color=VERMILION, transform=axes.get_xaxis_transform(),
                  markersize=6, clip_on=False)  # fmt: skip
        axes.annotate("cannot work", (one, 0.1), xycoords=axes.get_xaxis_transform(), rotation=90,
                      ha="center", va="bottom", fontsize=7, color=VERMILION)  # fmt: skip


def _or(value: float, other: float) -> float:
    return value if math.isfinite(value) else other


# ---- two paths ---------------------------------------------------------------------------------


def _roomy(found: Sweep) -> bool:
    """Say whether numbers of a heat map have room for their intervals."""
    return all(len(axis.values) <= most for axis, most in zip(found.axes, ROOM, strict=True))


def _heat(axes: Axes, found: Sweep, key: Key) -> None:
    down, across = found.axes
    shape = len(down.values), len(across.values)
    value, half_width = np.full(shape, np.nan), np.full(shape, np.nan)
    for point in found.points:
        number = found.number(point, key)
        place = down.values.index(point.values[0]), across.values.index(point.values[1])
        if number is not None:
            value[place] = _scale(key) * number.value
            half_width[place] = _scale(key) * number.half_width
    shades = _SHADES_DOWN if wants_more(key) else SHADES
    low, high = (np.nanmin(value), np.nanmax(value)) if np.isfinite(value).any() else (0.0, 1.0)
    axes.imshow(value, cmap=shades, aspect="auto", vmin=low, vmax=high + (high == low))
    middle = (low + high) / 2
    for i, j in np.ndindex(*shape):
        known = math.isfinite(value[i, j])
        dark = known and ((value[i, j] < middle) if wants_more(key) else (value[i, j] > middle))
        colour = "white" if dark else TEXT if known else VERMILION
        axes.text(j, i, significant(float(value[i, j])) if known else "×", ha="center", va="center",
                  fontsize=7.5, color=colour)  # fmt: skip
        if math.isfinite(half_width[i, j]) and _roomy(found):
            axes.annotate(f"± {significant(float(half_width[i, j]), 2)}", (j, i), xytext=(0, -6),
                          textcoords="offset points", ha="center", va="top", fontsize=6,
                          color=colour)  # fmt: skip
    axes.set_xticks(range(shape[1]), list(across.values))
    axes.set_yticks(range(shape[0]), list(down.values))
    axes.set_xlabel(across.name, fontsize=8, color=GREY, parse_math=False)
    axes.set_ylabel(down.name, fontsize=8, color=GREY, parse_math=False)
    axes.tick_params(labelsize=8, labelcolor=GREY, length=0)
    axes.spines[:].set_visible(False)
