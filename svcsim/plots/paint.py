"""Painting a band: lanes, cards and the lines between them."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch, Patch, PathPatch, Polygon, Rectangle
from matplotlib.path import Path

from svcsim.plots import ink
from svcsim.plots.band import HEAD, SMALL, Band, Lane, Line
from svcsim.plots.cards import PAD, Card, Part
from svcsim.plots.graph import ENTRY, EXIT
from svcsim.plots.ink import LINE, MARGIN, TEXT, WIDTH, tint, wrap, write
from svcsim.plots.layout import END, HEADER, TALL
from svcsim.scenario.reference import REFERENCE
from svcsim.scenario.schema import Scenario

GROUNDS = {
    "value": tint(ink.GREEN, 0.5), "after": "#FFFFFF", "taken": tint(ink.YELLOW, 0.45),
    "body": "#FFFFFF", "within": "#FFFFFF", "output": tint(ink.ORANGE, 0.2), "goes_on": "#FFFFFF",
    "children": tint(ink.GREEN, 0.16),
    "back": tint(ink.VERMILION, 0.22), "jump": tint(ink.BLUE, 0.16),
    "route": tint(ink.BLUE, 0.16), "out": "#E8E8E8", "again": tint(ink.PURPLE, 0.22),
    "measured": tint(ink.GREY, 0.12),
    "once": "#FFFFFF", "join": "#FFFFFF", "fork": "#FFFFFF", "incoming": tint(ink.VERMILION, 0.1),
    "repeats": tint(ink.PURPLE, 0.22), "auto": tint(ink.BLUE, 0.08),
}  # fmt: skip
"""Backgrounds of the parts of a card."""
HEADS = {
    "work": tint(ink.SKY, 0.4), "wait": "#DDDDDD", "gate": tint(ink.PURPLE, 0.55),
    "cadence": tint(ink.PURPLE, 0.2), "pass": "#FFFFFF",
}  # fmt: skip
"""Backgrounds of the names of steps."""
LINES = {
    "flow": (TEXT, 1.3, "-"), "bypass": (ink.GREY, 1.0, (0, (3, 2))), "jump": (ink.BLUE, 1.3, "-"),
    "route": (ink.BLUE, 1.3, "-"), "back": (ink.VERMILION, 1.5, "-"),
}  # fmt: skip
"""Colour, width and dashes of ways."""
GATE = "#8A2C66"
"""Colour of the outline of a gate."""
BAR = 0.045
"""Width of the bar where ways fork and join, in inches."""
BEND = 0.09
"""Radius of a bend in inches."""


def paint(axes: Axes, band: Band, top: float, scenario: Scenario) -> None:
    """Paint a band whose top is at `top`."""
    write(axes, MARGIN, top + 0.19, band.graph.name, size=12, weight="bold")
    for i, text in enumerate(band.said):
        write(axes, MARGIN, top + HEAD + SMALL * i + 0.1, text)
    for row in band.lanes:
        for i, lane in enumerate(row):
            _lane(axes, lane, top, scenario, dark=i % 2 == 0)
    nets: dict[str, list[Line]] = {}
    for line in band.lines:
        nets.setdefault(f"{line.way.target} {line.way.kind == 'back'}", []).append(line)
    for depth, lines in enumerate(nets.values()):
        for line in sorted(lines, key=lambda one: one.way.kind != "bypass"):
            _line(axes, line, top, depth, band.graph.name)
    for name, cell in band.grid.cells.items():
        left, above, right, below = band.box(cell)
        if cell.card is None:
            middle = top + (above + below) / 2
            _end(axes, name, (left + right) / 2, middle, value=band.graph.value is None)
        else:
            place = left, top + above, right - left, cell.height
            _card(axes, cell.card, place, band.graph.name)


def _lane(axes: Axes, lane: Lane, top: float, scenario: Scenario, *, dark: bool) -> None:
    height = lane.bottom - lane.top
    ground = "#F1F3F5" if dark else "#FAFAFA"
    axes.add_artist(
        Rectangle(
            (MARGIN, top + lane.top),
            WIDTH - 2 * MARGIN,
            height,
            fc=ground,
            ec=ink.RULE,
            lw=0.6,
            zorder=0,
        )
    )
    title = REFERENCE.title(lane.activity) if lane.activity else "no activity"
    owner = scenario.activities.get(lane.activity)
    y = top + lane.cards + 0.12
    for text in wrap(title, HEADER - 0.14, 9.5, bold=True):
        write(axes, MARGIN + 0.07, y, text, size=9.5, weight="bold")
        y += LINE + 0.01
    for text in wrap(f"owner: {owner.owner}", HEADER - 0.14) if owner else []:
        write(axes, MARGIN + 0.07, y + 0.02, text, color="#444444")
        y += LINE


def _card(axes: Axes, card: Card, box: tuple[float, float, float, float], stream: str) -> None:
    x, y, width, height = box
    gate = card.kind == "gate"
    outline = octagon(x, y, width, height, 0.11) if gate else _round(x, y, width, height, 0.05)
    outline.set(
        gid=f"step:{stream}:{card.node.name}", fill=False, zorder=5.5, lw=2.0 if gate else 0.9,
        ec=GATE if gate else TEXT, ls=(0, (4, 2)) if card.after else "-",
    )  # fmt: skip
    axes.add_artist(outline)
    for i, part in enumerate(card.parts):
        last = i == len(card.parts) - 1
        ends = i == 0 or last  # only these reach the corners, which are round or cut
        tall = height - part.top if last else part.height
        ground = HEADS[card.kind] if part.kind == "head" else GROUNDS[part.kind]
        place = x, y + part.top
        patch = Rectangle(place, width, tall, fc=ground, ec=ink.RULE, lw=0.5, zorder=5)
        axes.add_artist(patch)
        if ends:
            patch.set_clip_path(outline)
        if part.bar:
            edge = x if part.bar < 0 else x + width - BAR
            bar = Rectangle((edge, y + part.top), BAR, tall, fc=TEXT, ec="none", zorder=5.2)
            axes.add_artist(bar)
            if ends:
                bar.set_clip_path(outline)
        _part(axes, part, x + PAD + (0.04 if gate else 0.0), y + part.top)


def octagon(x: float, y: float, width: float, height: float, cut: float) -> Polygon:
    """Return the shape of a gate: a rectangle without its corners."""
    right, bottom = x + width, y + height
    corners = [
        (x + cut, y), (right - cut, y), (right, y + cut), (right, bottom - cut),
        (right - cut, bottom), (x + cut, bottom), (x, bottom - cut), (x, y + cut),
    ]  # fmt: skip
    return Polygon(corners, closed=True)


def _round(x: float, y: float, width: float, height: float, radius: float) -> Patch:
    style = f"round,pad=0,rounding_size={radius}"
    return FancyBboxPatch((x, y), width, height, boxstyle=style)


def _part(axes: Axes, part: Part, x: float, y: float) -> None:
    for i, line in enumerate(part.lines):
        write(
            axes, x, y + 0.025 + LINE * (i + 0.76), line.text,
            weight="bold" if line.bold else "normal",
            style="italic" if line.italic else "normal",
        )  # fmt: skip


def _end(axes: Axes, name: str, x: float, y: float, *, value: bool) -> None:
    """Paint where a stream begins or ends."""
    ground = "#FFFFFF" if name == ENTRY else GROUNDS["value"] if value else "#DDDDDD"
    patch = _round(x - END / 2, y - TALL / 2, END, TALL, TALL / 2)
    patch.set(fc=ground, ec=TEXT, lw=1.2, zorder=5)
    axes.add_artist(patch)
    write(axes, x, y + 0.043, "in" if name == ENTRY else "done", ha="center")
    if value and name == EXIT:
        write(axes, x + END / 2, y + TALL, "★ VALUE", ha="right", weight="bold")


# ---- lines -------------------------------------------------------------------------------------


def _line(axes: Axes, line: Line, top: float, depth: int, stream: str) -> None:
    colour, wide, dashes = LINES[line.way.kind]
    if line.way.kind == "route":
        wide = 0.8 + 2.2 * line.way.share
    points = [(x, y + top) for x, y in line.points]
    tip = points[-1]
    points[-1] = tip[0] - 0.07, tip[1]
    path = _bent(points)
    z = 1 + 3 * depth / (depth + 50)
    axes.add_artist(
        PathPatch(path, fill=False, ec="#FFFFFF", lw=wide + 2.2, zorder=z, capstyle="butt")
    )
    axes.add_artist(
        PathPatch(
            path,
            fill=False,
            ec=colour,
            lw=wide,
            ls=dashes,
            zorder=z + 0.001,
            capstyle="round",
            gid=f"way:{stream}:{line.way.source}:{line.way.target}:{line.way.kind}",
        )
    )
    size = 0.05 + 0.012 * wide
    head = [tip, (tip[0] - 2 * size, tip[1] - size), (tip[0] - 2 * size, tip[1] + size)]
    axes.add_artist(Polygon(head, closed=True, fc=colour, ec="none", zorder=z + 0.002))


def _bent(points: list[tuple[float, float]]) -> Path:
    """Return a line with rounded corners."""
    vertices, codes = [points[0]], [Path.MOVETO]
    for a, b, c in zip(points, points[1:], points[2:], strict=False):
        before, after = _towards(b, a), _towards(b, c)
        vertices += [before, b, after]
        codes += [Path.LINETO, Path.CURVE3, Path.CURVE3]
    return Path([*vertices, points[-1]], [*codes, Path.LINETO])


def _towards(a: tuple[float, float], b: tuple[float, float]) -> tuple[float, float]:
    """Return the point a bend's radius away from `a`, or half-way where that is nearer."""
    length = abs(a[0] - b[0]) + abs(a[1] - b[1])
    part = min(BEND, length / 2) / length if length else 0.0
    return a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part
