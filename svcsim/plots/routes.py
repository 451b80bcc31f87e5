"""The ways between cards: lines that turn at right angles and pass every card by.

Lines run in tracks: vertical ones in the corridors between columns, horizontal ones between lanes,
or straight through a lane where no card stands. Each way is the cheapest one (A*): short, with
few turns and crossings. Ways of one kind that begin or end together may share a line.
"""

from collections import defaultdict
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import pairwise

from svcsim.plots.cards import GRID
from svcsim.plots.graph import Way
from svcsim.plots.layout import Cell, Grid

TRACKS = 6
"""Tracks of a corridor, or between two lanes."""
TURN, CROSS, OVERLAP, LEFT = 0.35, 0.3, 12.0, 0.2
"""What a turn, a crossing, running along another line, and leaving to the left cost, in inches."""
SHARED = 0.6
"""What an inch costs along a line that leads to the same step."""
STEP = 0.085
"""Distance of tracks in inches."""

Point = tuple[int, int]
"""Indices of a vertical and a horizontal line."""
State = tuple[Point, bool]
"""A point, and whether the line runs flat there."""


@dataclass(frozen=True)
class Level:
    """A horizontal line: a track in a band between lanes, or the height of a port in a lane."""

    row: int
    lane: int
    """The lane; of a band the one below it."""
    track: int
    """Number of a track; -1 for a port."""
    offset: float = 0.0
    """Of a port, from the top of the lane's cards."""


@dataclass
class Route:
    """A way, and the points at which it turns; the ends lie on cards."""

    way: Way
    points: list[Point]
    start: tuple[str, int]
    """Cell, and -1 or 1 for its left or right side; 0 if it begins beside the cell."""
    end: tuple[str, int]


class Router:
    """Finds the routes of a grid, one after the other."""

    def __init__(self, grid: Grid):
        self.grid = grid
        self.levels = _levels(grid)
        self.index = {level: j for j, level in enumerate(self.levels)}
        self.xs = [
            left + (right - left) * (t + 1) / (TRACKS + 2)
            for left, right in grid.corridors for t in range(TRACKS)
        ]  # fmt: skip
        self.ys = _rough(self.levels)
        self.blocked = self._blocked()
        self.lines: dict[tuple[Point, Point], set[str]] = defaultdict(set)
        """What runs along each piece of line."""
        self.turns: dict[Point, set[str]] = defaultdict(set)
        """What turns at each point."""
        self.used: set[str] = set()
        """All that runs anywhere."""

    def _blocked(self) -> set[tuple[int, int]]:
        """Return the levels at which a column cannot be passed: (column, level)."""
        found = set()
        for cell in self.grid.cells.values():
            for j, level in enumerate(self.levels):
                inside = cell.top - GRID / 2 <= level.offset <= cell.top + cell.height + GRID / 2
                if level.track < 0 and (level.row, level.lane) == (cell.row, cell.lane) and inside:
                    found.add((cell.column, j))
        return found

    def routes(self) -> list[Route]:
        """Return all routes; the short ones are found first."""
        ways = sorted(self.grid.graph.drawn, key=self._span)
        return [self._route(way) for way in ways]

    def _span(self, way: Way) -> tuple[int, int]:
        a, b = self.grid.cells[way.source], self.grid.cells[way.target]
        rank = ("flow", "bypass", "route", "jump", "back").index(way.kind)
        return (10 * abs(a.row - b.row) + abs(a.column - b.column) + abs(a.lane - b.lane), rank)

    def _level(self, cell: Cell, offset: float) -> int:
        return self.index[Level(cell.row, cell.lane, -1, _snap(cell.top + offset))]

    def _beside(self, cell: Cell, side: int) -> int:
        """Return the vertical line nearest to a side of a cell."""
        return (cell.column - (side < 0)) * TRACKS + (TRACKS - 1 if side < 0 else 0)

    def _route(self, way: Way) -> Route:
        source, target = self.grid.cells[way.source], self.grid.cells[way.target]
        back = way.kind == "back"
        family = "flow" if way.kind == "bypass" else way.kind
        names = {f"to {way.target} {family}", f"from {way.source} {way.port} {way.kind}"}
        starts: dict[Point, tuple[str, int]] = {}
        if way.kind == "bypass":
            starts[self._beside(source, -1), self._level(source, source.enters)] = (way.source, 0)
        else:
            out = self._level(source, source.leaves(way.port))
            sides = (1, -1) if way.port >= 0 and source.column > 0 else (1,)
            starts = {(self._beside(source, side), out): (way.source, side) for side in sides}
        arrives = self._level(target, target.returns if back else target.enters)
        end, last = (self._beside(target, -1), arrives), f"at {way.target} {back}"
        points = self._search(starts, end, names | {last})
        for piece in (piece for a, b in pairwise(points) for piece in _pieces(a, b)):
            self.lines[piece] |= names
            flat = piece[0][1] == piece[1][1] == arrives
            if flat and piece[0][0] // TRACKS == target.column - 1:
                self.lines[piece].add(last)  # in front of a step all ways may join
        for point in points:
            self.turns[point] |= names
        self.used |= names | {last}
        return Route(way, points, starts[points[0]], (way.target, -1))

    def _search(
        self, starts: dict[Point, tuple[str, int]], end: Point, names: set[str]
    ) -> list[Point]:
        """Return the points of the cheapest way, turns only."""
        xs, ys, least = self.xs, self.ys, 1.0 if self.used.isdisjoint(names) else SHARED
        far_x = [least * abs(x - xs[end[0]]) for x in xs]
        far_y = [least * abs(y - ys[end[1]]) for y in ys]
        turns = [2 * TURN] * len(ys)  # a line that runs flat at another height turns twice yet
        turns[end[1]] = 0.0
        came: dict[State, State | None] = {}
        heap: list[tuple[float, float, State, State | None]] = []
        for (i, j), (_, side) in starts.items():
            cost = LEFT * (side < 0)
            far = far_x[i] + far_y[j] + turns[j]
            heappush(heap, (cost + far, cost, ((i, j), True), None))
        while heap:
            _, cost, state, origin = heappop(heap)
            if state in came:
                continue
            came[state] = origin
            if state == (end, True):
                return _turns(came, state)
            for following, more in self._moves(state, names, start=origin is None):
                if following not in came:
                    total, ((i, j), flat) = cost + more, following
                    far = far_x[i] + far_y[j] + (turns[j] if flat else TURN)
                    heappush(heap, (total + far, total, following, state))
        raise AssertionError("the corridors lead everywhere")

    def _moves(self, state: State, names: set[str], *, start: bool) -> list[tuple[State, float]]:
        """Return where a line can go on to, and what that costs."""
        (i, j), flat = here, _ = state
        xs, ys, lines = self.xs, self.ys, self.lines
        foreign = self.turns.get(here)
        meets = foreign and foreign.isdisjoint(names) and not start
        turn = TURN + CROSS if meets else TURN
        found = []
        for to in ((i + 1, j), (i - 1, j)):
            if not 0 <= to[0] < len(xs):
                continue
            low, high = (i, to[0]) if i < to[0] else (to[0], i)
            if high % TRACKS == 0 and (high // TRACKS, j) in self.blocked:
                continue
            found.append((to, True, xs[high] - xs[low], ((low, j), (high, j)), (to[0], j + 1)))
        for to in ((i, j + 1), (i, j - 1)):
            if 0 <= to[1] < len(ys):
                low, high = (j, to[1]) if j < to[1] else (to[1], j)
                found.append((to, False, ys[high] - ys[low], ((i, low), (i, high)), (i + 1, to[1])))
        moves: list[tuple[State, float]] = []
        for to, along, cost, piece, beside in found:
            if others := lines.get(piece):
                cost = cost + OVERLAP if others.isdisjoint(names) else cost * SHARED
            if along != flat:
                cost += turn
            if (across := lines.get((to, beside))) and across.isdisjoint(names):
                cost += CROSS
            moves.append(((to, along), cost))
        return moves


def _snap(offset: float) -> float:
    """Return a height on the grid, always the same float."""
    return round(round(offset / GRID) * GRID, 4)


def _levels(grid: Grid) -> list[Level]:
    """Return the horizontal lines from top to bottom."""
    found = []
    for number, row in enumerate(grid.rows):
        for lane in range(len(row.lanes)):
            found += [Level(number, lane, track) for track in range(TRACKS)]
            heights = set()
            for cell in grid.cells.values():
                if (cell.row, cell.lane) == (number, lane):
                    ports = (
                        [part.port for part in cell.card.parts if part.port is not None]
                        if cell.card
                        else []
                    )
                    offsets = [cell.enters, cell.returns, *map(cell.leaves, [-1, *ports])]
                    heights |= {_snap(cell.top + offset) for offset in offsets}
            found += [Level(number, lane, -1, height) for height in sorted(heights)]
        found += [Level(number, len(row.lanes), track) for track in range(TRACKS)]
    return found


def _rough(levels: list[Level]) -> list[float]:
    """Return heights that are good enough to compare ways."""
    found, y, before = [], 0.0, levels[0]
    for level in levels:
        same = (level.row, level.lane) == (before.row, before.lane) and min(
            level.track, before.track
        ) < 0
        y += max(level.offset - before.offset, 0.02) if same else 0.02
        y += 0.4 * (level.row != before.row)
        found.append(y)
        before = level
    return found


def _pieces(a: Point, b: Point) -> list[tuple[Point, Point]]:
    """Return the pieces of a straight line."""
    if a[0] == b[0]:
        low, high = sorted((a[1], b[1]))
        return [((a[0], j), (a[0], j + 1)) for j in range(low, high)]
    low, high = sorted((a[0], b[0]))
    return [((i, a[1]), (i + 1, a[1])) for i in range(low, high)]


def _turns(
    came: dict[tuple[Point, bool], tuple[Point, bool] | None], state: tuple[Point, bool]
) -> list[Point]:
    """Return the points of a way from its start, without those that it passes straight."""
    points = []
    at: State | None = state
    while at is not None:
        points.append(at[0])
        at = came[at]
    points.reverse()
    inner = [
        b for a, b, c in zip(points, points[1:], points[2:], strict=False)
        if not (a[0] == b[0] == c[0] or a[1] == b[1] == c[1])
    ]  # fmt: skip
    return [points[0], *inner, points[-1]] if len(points) > 1 else points
