"""How to read a map, on the map."""

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Polygon, Rectangle

from svcsim.plots import ink
from svcsim.plots.ink import write
from svcsim.plots.paint import GATE, GROUNDS, HEADS, LINES, octagon

_CARDS = (
    ("work", "work: who (people), touch, practice"),
    ("wait", "a wait: nobody works"),
    ("gate", "◆ gate: a decision at a meeting"),
    ("output", "what is handed over"),
    ("children", "✱ items of a stream that come of it"),
    ("taken", "who takes the step; the others pass it by"),
    ("value", "★ value: its completion is value to the customer"),
    ("out", "✕ items that leave here"),
)
_WAYS = (
    ("flow", "to the next step"),
    ("bypass", "passing a step by"),
    ("jump", "↷ ahead, → free routing (width: share)"),
    ("back", "↩ rework: back to an earlier step"),
)
HEIGHT = 0.3 + (len(_CARDS) + len(_WAYS)) * 0.2 + 0.1


def paint_legend(axes: Axes, x: float, y: float) -> None:
    """Paint the legend with its left upper corner at `x`, `y`."""
    write(axes, x, y + 0.15, "How to read the map", fontsize=10, fontweight="bold")
    y += 0.3
    for kind, text in _CARDS:
        ground = (HEADS | GROUNDS)[kind]
        if kind == "gate":
            patch: Patch = octagon(x, y, 0.34, 0.15, 0.05)
            patch.set(fc=ground, ec=GATE, lw=1.5, zorder=2)
        else:
            patch = Rectangle((x, y), 0.34, 0.15, fc=ground, ec=ink.TEXT, lw=0.6, zorder=2)
        axes.add_patch(patch)
        write(axes, x + 0.45, y + 0.115, text)
        y += 0.2
    for kind, text in _WAYS:
        colour, wide, dashes = LINES[kind]
        axes.plot([x, x + 0.26], [y + 0.075] * 2, color=colour, lw=wide, ls=dashes, zorder=2)
        tip = [(x + 0.34, y + 0.075), (x + 0.22, y + 0.075 - 0.06), (x + 0.22, y + 0.075 + 0.06)]
        axes.add_patch(Polygon(tip, closed=True, fc=colour, ec="none", zorder=3))
        write(axes, x + 0.45, y + 0.115, text)
        y += 0.2
