"""How to read a map, on the map."""

from collections.abc import Iterable

from matplotlib.axes import Axes
from matplotlib.patches import Patch, Polygon, Rectangle

from svcsim.plots import ink
from svcsim.plots.cards import Card
from svcsim.plots.ink import write
from svcsim.plots.paint import BAR, GATE, GROUNDS, HEADS, LINES, octagon

_CARDS = (
    ("work", "work: who (people), touch, practice"),
    ("wait", "a wait: nobody works"),
    ("gate", "◆ gate: a decision; who meets or is asked, who owns it"),
    ("cadence", "◇ cadence: goes on at fixed times, nobody decides"),
    ("join", "∥ forks and joins: ways at the same time"),
    ("incoming", "%C&A: how often what comes in is complete"),
    ("auto", "⚙ what machines handle, without people"),
    ("repeats", "⟳ done again and again, and no rework"),
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
_SELDOM = ("gate", "cadence", "join", "incoming", "auto", "repeats")
"""What is explained only where a map has it."""


def entries(cards: Iterable[Card]) -> list[tuple[str, str]]:
    """Return what the legend explains of cards: kinds of parts, with words."""
    found = list(cards)
    seen = {part.kind for card in found for part in card.parts} | {card.kind for card in found}
    if "fork" in seen:
        seen.add("join")
    return [(kind, text) for kind, text in _CARDS if kind not in _SELDOM or kind in seen]


def height(cards: list[tuple[str, str]]) -> float:
    """Return the height of a legend that explains these."""
    return 0.3 + (len(cards) + len(_WAYS)) * 0.2 + 0.1


def paint_legend(axes: Axes, x: float, y: float, cards: list[tuple[str, str]]) -> None:
    """Paint the legend with its left upper corner at `x`, `y`."""
    write(axes, x, y + 0.15, "How to read the map", size=10, weight="bold")
    y += 0.3
    for kind, text in cards:
        ground = (HEADS | GROUNDS)[kind]
        if kind == "gate":
            patch: Patch = octagon(x, y, 0.34, 0.15, 0.05)
            patch.set(fc=ground, ec=GATE, lw=1.5, zorder=2)
        else:
            patch = Rectangle((x, y), 0.34, 0.15, fc=ground, ec=ink.TEXT, lw=0.6, zorder=2)
        axes.add_artist(patch)
        if kind == "join":
            bar = Rectangle((x, y), BAR, 0.15, fc=ink.TEXT, ec="none", zorder=3)
            axes.add_artist(bar)
        write(axes, x + 0.45, y + 0.115, text)
        y += 0.2
    for kind, text in _WAYS:
        colour, wide, dashes = LINES[kind]
        axes.plot([x, x + 0.26], [y + 0.075] * 2, color=colour, lw=wide, ls=dashes, zorder=2)
        tip = [(x + 0.34, y + 0.075), (x + 0.22, y + 0.075 - 0.06), (x + 0.22, y + 0.075 + 0.06)]
        axes.add_artist(Polygon(tip, closed=True, fc=colour, ec="none", zorder=3))
        write(axes, x + 0.45, y + 0.115, text)
        y += 0.2
