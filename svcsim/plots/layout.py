"""Where the cards stand: columns in flow order, rows of a page, lanes of activities."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from svcsim.plots.cards import GRID, Card, Times, card
from svcsim.plots.graph import ENTRY, EXIT, Graph
from svcsim.plots.ink import MARGIN, WIDTH
from svcsim.scenario.reference import REFERENCE
from svcsim.scenario.schema import Scenario

MOST = 6
"""Columns of cards in a row of the page; a longer stream goes on in the next row."""
HEADER = 1.0
"""Width of the heads of lanes in inches."""
END, TALL = 0.46, 0.24
"""Width and height of the marks where a stream begins and ends."""
BETWEEN = 0.15
"""Inches between two cards in one cell."""


@dataclass
class Cell:
    """A card, or an end of the stream, in its place."""

    name: str
    row: int
    column: int
    lane: int
    """Place among the lanes of its row."""
    height: float
    enters: float
    returns: float
    """Where rework comes in."""
    card: Card | None = None
    top: float = 0.0
    """Inches from the top of the lane's cards."""

    def leaves(self, port: int) -> float:
        """Return how far below its top the ways of an exit leave."""
        return self.card.port(port) if self.card else self.enters


@dataclass
class Row:
    """Some columns of a stream beside each other, with the lanes that they use."""

    lanes: list[str]
    heights: list[float] = field(default_factory=list)


@dataclass
class Grid:
    """The cells of a stream, and how wide columns and corridors are."""

    graph: Graph
    cells: dict[str, Cell]
    rows: list[Row]
    columns: list[tuple[float, float]]
    """Left and right end of each column, in inches; the first holds the entry."""

    @property
    def corridors(self) -> Iterator[tuple[float, float]]:
        """Left and right end of the space after each column."""
        ends = [left for left, _ in self.columns[1:]] + [WIDTH - MARGIN]
        yield from zip((right for _, right in self.columns), ends, strict=True)


def levels(graph: Graph) -> dict[str, int]:
    """Return the column of each step: the longest way to it, ways back left out."""
    found = dict.fromkeys(graph.nodes, 0)
    for name, node in graph.nodes.items():  # in the order of the file, so sources come first
        for way in graph.ways:
            ahead = way.target in graph.nodes and graph.nodes[way.target].order > node.order
            if way.source == name and ahead:
                found[way.target] = max(found[way.target], found[name] + 1)
    return found


def breaks(graph: Graph, level: dict[str, int]) -> list[int]:
    """Return the columns at which the rows begin: as few rows, then cuts of ways, as can be."""
    ends = [
        sorted((level[way.source], level[way.target]))
        for way in graph.ways if way.source in level and way.target in level
    ]  # fmt: skip
    best: list[tuple[tuple[int, ...], list[int]]] = [((0, 0, 0), [])]
    for end in range(1, max(level.values()) + 2):
        choices = []
        for start in range(max(0, end - MOST), end):
            (rows, cuts, slack, *_), starts = best[start]
            cut = sum(low < start <= high for low, high in ends)
            cost = rows + 1, cuts + cut, slack + (MOST - end + start) ** 2, -start
            choices.append((cost, [*starts, start]))
        best.append(min(choices))
    return best[-1][1]


def arrange(graph: Graph, scenario: Scenario, measured: Times | None) -> Grid:
    """Put the steps of a stream in their places.

    Where several share a column, each has its own times on it: the ladder has their sum.
    """
    level = levels(graph)
    starts = breaks(graph, level)
    last = max(level.values())
    widest = max(b - a for a, b in zip(starts, [*starts[1:], last + 1], strict=True))
    ending = any(way.target == EXIT for way in graph.ways)
    full = ending and last + 1 - starts[-1] == widest
    columns = _columns(widest, extra=full)
    room = columns[1][1] - columns[1][0]
    where = {name: _place(at, starts) for name, at in level.items()}
    order = [*REFERENCE.activities, ""]
    rows = []
    for row in range(len(starts)):
        used = {graph.nodes[name].activity for name, (r, _) in where.items() if r == row}
        rows.append(Row(sorted(used, key=lambda a: order.index(a) if a in order else len(order))))
    cells = {}
    alone = Counter(where.values())
    for name, (row, column) in where.items():
        times = measured if alone[row, column] > 1 else None
        found = card(graph, graph.nodes[name], scenario, room, times)
        lane = rows[row].lanes.index(graph.nodes[name].activity)
        back = min(found.enters + 3 * GRID, found.height - GRID)
        cells[name] = Cell(name, row, column, lane, found.height, found.enters, back, found)
    _stack(cells, rows)
    first = cells[next(way.target for way in graph.ways if way.source == ENTRY)]
    cells[ENTRY] = _end(ENTRY, first.row, 0, first.lane, first.top + first.enters)
    if ending:
        ends = [cells[way.source] for way in graph.ways if way.target == EXIT]
        nearest = max(ends, key=lambda cell: (cell.row, cell.column))
        row, column = _place(last, starts)
        here = row == nearest.row
        height = nearest.top + nearest.leaves(-1) if here else TALL / 2
        cells[EXIT] = _end(EXIT, row, column + 1, nearest.lane if here else 0, height)
    return Grid(graph, cells, rows, columns)


def _place(level: int, starts: list[int]) -> tuple[int, int]:
    """Return row and column of a level."""
    row = max(i for i, start in enumerate(starts) if start <= level)
    return row, level - starts[row] + 1


def _end(name: str, row: int, column: int, lane: int, height: float) -> Cell:
    """Return a mark at a height, which is that of a port, so that the line to it is straight."""
    found = Cell(name, row, column, lane, TALL, TALL / 2, TALL / 2)
    found.top = height - TALL / 2
    return found


def _columns(n: int, *, extra: bool) -> list[tuple[float, float]]:
    """Return the ends of the columns: the entry's, of n cards, and one more for the exit."""
    room = WIDTH - 2 * MARGIN - HEADER - END * (2 if extra else 1)
    wide = min(1.75, (room - 0.33 * (n + 1)) / n)
    gap = min(1.0, (room - n * wide) / (n + 1))
    widths = [END, *([wide] * n), *([END] if extra else [])]
    columns, left = [], MARGIN + HEADER
    for one in widths:
        columns.append((left, left + one))
        left += one + gap
    return columns


def _stack(cells: dict[str, Cell], rows: list[Row]) -> None:
    """Stack the cards of a cell, and make lanes tall enough."""
    bottoms: dict[tuple[int, int, int], float] = {}
    for cell in cells.values():
        where = cell.row, cell.lane, cell.column
        cell.top = bottoms.get(where, 0.0)
        bottoms[where] = cell.top + cell.height + BETWEEN
    for number, row in enumerate(rows):
        row.heights = [
            max(bottom for (r, lane, _), bottom in bottoms.items() if (r, lane) == (number, at))
            - BETWEEN
            for at in range(len(row.lanes))
        ]
