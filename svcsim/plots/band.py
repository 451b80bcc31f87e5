"""A value stream as a band of lanes: where everything of it lies, in inches."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from svcsim.plots import words
from svcsim.plots.cards import Times
from svcsim.plots.gist import gist
from svcsim.plots.graph import SMALL as SMALL_SHARE
from svcsim.plots.graph import Graph, Way
from svcsim.plots.ink import MARGIN, WIDTH, wrap
from svcsim.plots.layout import END, Cell, Grid, arrange
from svcsim.plots.origins import origins, promises
from svcsim.plots.routes import STEP, Point, Route, Router
from svcsim.plots.rungs import Rung, rungs
from svcsim.scenario.schema import Scenario

HEAD = 0.3
"""Height of the name of a stream."""
SMALL = 0.165
"""Distance of lines of small type."""
PAD = 0.09


@dataclass
class Lane:
    """An activity in a row."""

    activity: str
    top: float
    bottom: float
    cards: float
    """Where its cards begin."""


@dataclass
class Line:
    """A way as it is drawn."""

    way: Way
    points: list[tuple[float, float]]


@dataclass
class Band:
    """A stream on the page; every height is from the top of the band."""

    graph: Graph
    grid: Grid
    said: list[str]
    """Where items come from, targets, gates, rework and value, in lines."""
    lanes: list[list[Lane]] = field(default_factory=list)
    """By row."""
    ladders: list[float] = field(default_factory=list)
    """Where the ladder of each row begins; empty if there are none."""
    rungs: list[dict[int, list[Rung]]] = field(default_factory=list)
    """The rungs of each of these ladders, by column."""
    lines: list[Line] = field(default_factory=list)
    height: float = 0.0

    @property
    def beside(self) -> bool:
        """Whether rungs of a ladder stand beside one another."""
        return any(len(beside) > 1 for row in self.rungs for beside in row.values())

    def box(self, cell: Cell) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of a cell."""
        left, right = self.grid.columns[cell.column]
        if cell.card is None:
            right = left + END
        top = self.lanes[cell.row][cell.lane].cards + cell.top
        return left, top, right, top + cell.height


def band(graph: Graph, scenario: Scenario, measured: Times | None = None) -> Band:
    """Lay out a stream; with measured times there is room for a ladder."""
    grid = arrange(graph, scenario, measured)
    router = Router(grid)
    routes = router.routes()
    room = WIDTH - 2 * MARGIN - 0.3  # type on screens is a little wider
    told = [*origins(scenario, graph.name), *promises(graph.stream), *gist(graph, scenario)]
    found = Band(graph, grid, [line for one in told for line in wrap(one, room)])
    if len(graph.drawn) < len(graph.ways):
        found.said.append(f"Routes of less than {words.percent(SMALL_SHARE)} are told, not drawn.")
    ys = _heights(found, router, routes, ladder=measured is not None)
    xs = _tracks(grid, router, routes)
    found.lines = [Line(route.way, _points(found, route, xs, ys)) for route in routes]
    return found


def _used(routes: list[Route]) -> tuple[set[int], set[int]]:
    """Return the vertical and the horizontal lines along which something runs."""
    xs: set[int] = set()
    ys: set[int] = set()
    for route in routes:
        for a, b in pairwise(route.points):
            (xs if a[0] == b[0] else ys).add(a[0] if a[0] == b[0] else a[1])
    return xs, ys


def _heights(band: Band, router: Router, routes: list[Route], *, ladder: bool) -> list[float]:
    """Place lanes below each other with room for the tracks in use; return the levels' heights."""
    _, used = _used(routes)
    tracks: dict[tuple[int, int], list[int]] = defaultdict(list)
    for j, level in enumerate(router.levels):
        if level.track >= 0 and j in used:
            tracks[level.row, level.lane].append(j)
    ys = [0.0] * len(router.levels)
    y = HEAD + SMALL * len(band.said) + 0.04
    for number, row in enumerate(band.grid.rows):
        lanes: list[Lane] = []
        for at in range(len(row.lanes) + 1):
            top, between = y, tracks[number, at]
            for k, j in enumerate(between):
                ys[j] = y + PAD + k * STEP
            y += 2 * PAD + STEP * max(0, len(between) - 1)
            edge = (top + y) / 2 if 0 < at < len(row.lanes) else (top if at == 0 else y)
            if lanes:
                lanes[-1].bottom = edge
            if at < len(row.lanes):
                lanes.append(Lane(row.lanes[at], edge, edge, y))
                y += row.heights[at]
        band.lanes.append(lanes)
        if ladder:
            found = rungs(band.grid, number)
            band.ladders.append(y)
            band.rungs.append(found)
            y += max(sum(rung.height for rung in beside) for beside in found.values())
        y += 0.12
    for j, level in enumerate(router.levels):
        if level.track < 0:
            ys[j] = band.lanes[level.row][level.lane].cards + level.offset
    band.height = y
    return ys


def _tracks(grid: Grid, router: Router, routes: list[Route]) -> dict[Point, float]:
    """Spread vertical pieces over their corridors; return where each corner is, from the left.

    Pieces beside each other keep their order and their distance; others do not matter.
    """
    n = len(router.xs) // len(grid.columns)
    bounds = list(grid.corridors)
    found: dict[Point, float] = {}
    for corridor, (left, right) in enumerate(bounds):
        left, right = left + 0.07, right - 0.15
        stretches = _stretches(routes, range(corridor * n, (corridor + 1) * n))
        rank = [0] * len(stretches)
        for b, (_, low, high) in enumerate(stretches):
            beside = (a for a in range(b) if stretches[a][1] <= high and low <= stretches[a][2])
            rank[b] = max((rank[a] + 1 for a in beside), default=0)
        for a in range(len(stretches)):
            group = _together(stretches, a)
            most = max(rank[b] for b in group)
            step = min(STEP, (right - left) / max(1, most))
            i, low, high = stretches[a]
            x = (left + right - step * most) / 2 + step * rank[a]
            found |= {(i, j): x for j in range(low, high + 1)}
    return found


Stretch = tuple[int, int, int]
"""A vertical line, and the first and the last horizontal line that a piece of it crosses."""


def _stretches(routes: list[Route], lines: range) -> list[Stretch]:
    """Return the vertical pieces of a corridor from left to right; what overlaps is one."""
    pieces = sorted(
        (a[0], min(a[1], b[1]), max(a[1], b[1]))
        for route in routes for a, b in pairwise(route.points)
        if a[0] == b[0] and a[0] in lines
    )  # fmt: skip
    found: list[Stretch] = []
    for i, low, high in pieces:
        if found and found[-1][0] == i and found[-1][2] >= low:
            found[-1] = i, found[-1][1], max(high, found[-1][2])
        else:
            found.append((i, low, high))
    return found


def _together(stretches: list[Stretch], first: int) -> set[int]:
    """Return the pieces that lie beside one, beside those, and so on."""
    found, ahead = {first}, [first]
    while ahead:
        _, low, high = stretches[ahead.pop()]
        for b, (_, begin, end) in enumerate(stretches):
            if b not in found and begin <= high and low <= end:
                found.add(b)
                ahead.append(b)
    return found


def _points(
    band: Band, route: Route, xs: dict[Point, float], ys: list[float]
) -> list[tuple[float, float]]:
    """Return the corners of a route in inches, from card to card."""
    cells = band.grid.cells

    def at(point: Point) -> tuple[float, float]:
        return xs[point], ys[point[1]]

    name, side = route.start
    left, _, right, _ = band.box(cells[name])
    height, last = ys[route.points[0][1]], ys[route.points[-1][1]]
    start = {-1: left, 1: right, 0: left - 0.13}[side]
    ending = band.box(cells[route.end[0]])[0]
    corners = [at(point) for point in route.points if point in xs]
    points = [(start, height), *corners, (ending, last)]
    kept: list[tuple[float, float]] = []
    for point in points:
        if len(kept) >= 2 and (kept[-2][1] == kept[-1][1] == point[1]):
            kept.pop()
        if not kept or point != kept[-1]:
            kept.append(point)
    return kept
