"""Ink and type of the pictures: colours for every eye, sizes for A4, and how wide a text is."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

WIDTH = 11.69
"""Width of a page in inches: A4, landscape."""
MARGIN = 0.25
FONT = "DejaVu Sans"
SIZE = 9.0
"""Size of the smallest type, in points."""
LINE = 0.152
"""Distance of lines in inches."""

Style = Literal["normal", "italic"]

# Okabe and Ito: colours that people with any colour vision tell apart
BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
YELLOW = "#F0E442"
BLUE = "#0072B2"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"

GREY = "#666666"
PALE = "#F4F4F4"
RULE = "#C8C8C8"
TEXT = "#1A1A1A"


def tint(colour: str, amount: float) -> str:
    """Return a colour mixed with white: 0 is white, 1 the colour itself.

    >>> tint("#000000", 0.0)
    '#ffffff'
    """
    parts = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{round(255 + (part - 255) * amount):02x}" for part in parts)


@lru_cache(maxsize=4096)
def width(text: str, size: float = SIZE, *, bold: bool = False, italic: bool = False) -> float:
    """Return the width of a text in inches."""
    font = _font(size, "bold" if bold else "normal", "italic" if italic else "normal")
    found, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(found) / 72


_UNIT = re.compile(
    r"(?<=\d) (?=%|(?:s|min|h|d|wk|month|bd|bh)\b)|(?<=[a-z]) (?=\d\d:\d\d)|(?<=[↩↷→✕↻★◆◇✓▤∥⟳⚙]) "
)
"""Spaces at which no line ends: between number and unit, day and time, and after a sign."""


def wrap(
    text: str, room: float, size: float = SIZE, *, bold: bool = False, italic: bool = False
) -> list[str]:
    """Return the lines of a text that is no wider than `room`; names break after ``_``."""

    def fits(piece: str) -> bool:
        return width(piece, size, bold=bold, italic=italic) <= room

    lines: list[str] = []
    for word in _UNIT.sub("\N{NO-BREAK SPACE}", text).split(" "):
        if lines and fits(f"{lines[-1]} {word}"):
            lines[-1] += f" {word}"
        else:
            lines += _broken(word, fits)
    return lines


def _broken(word: str, fits: Callable[[str], bool]) -> list[str]:
    """Return a word in pieces that fit: broken after ``_`` if it has one, anywhere otherwise."""
    lines, rest = [], word
    while not fits(rest) and len(rest) > 1:
        most = next(n for n in range(len(rest) - 1, 0, -1) if n == 1 or fits(rest[:n]))
        cut = max(rest.rfind(mark, 0, most) for mark in "_-/\N{NO-BREAK SPACE}") + 1 or most
        lines.append(rest[:cut])
        rest = rest[cut:]
    return [*lines, rest]


def significant(value: float, digits: int = 3, sign: Literal["", "+"] = "") -> str:
    """A number with so many significant digits, and never with a power of ten.

    >>> significant(7784.2), significant(0.01234), significant(-120.4, 2, "+"), significant(36.0)
    ('7784', '0.0123', '−120', '36')
    """
    form = ".0f" if abs(value) >= 10**digits else f".{digits}g"
    small = abs(value) < 1e-4
    return ("0" if small else f"{value:{sign}{form}}").replace("-", "−")


def write(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    """Write a text; `y` is its base line."""
    usual = {"color": TEXT, "va": "baseline", "zorder": 6}
    font = {name: style.pop(name) for name in ("size", "weight", "style") if name in style}
    every: dict[str, Any] = {**usual, **style}
    axes.text(x, y, text, parse_math=False, fontproperties=_font(**font), **every)


@lru_cache
def _font(size: float = SIZE, weight: str = "normal", style: Style = "normal") -> FontProperties:
    return FontProperties(family=FONT, size=size, weight=weight, style=style)
