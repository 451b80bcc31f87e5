"""The rungs of the timeline ladder: one for each column, several where work is parallel."""

from dataclasses import dataclass

from svcsim.plots.ink import LINE, wrap
from svcsim.plots.layout import Grid

HIGH, LOW, DEEP = 0.2, 0.4, 0.62
"""Height of the lines of waits and of touch, and of a whole rung, below its title, in inches."""


@dataclass(frozen=True)
class Rung:
    """Steps whose times follow one another, or of which an item takes one."""

    steps: list[str]
    title: list[str]
    """Their names in lines, where another rung stands beside."""

    @property
    def top(self) -> float:
        """Inches from the top of the rung to that of its lines."""
        return LINE * len(self.title)

    @property
    def height(self) -> float:
        """Inches."""
        return self.top + DEEP


def rungs(grid: Grid, row: int) -> dict[int, list[Rung]]:
    """Return the rungs of each column of a row from top to bottom: one for each strand."""
    nodes = grid.graph.nodes
    found: dict[int, dict[int, list[str]]] = {}
    cells = [cell for cell in grid.cells.values() if cell.card and cell.row == row]
    for cell in sorted(cells, key=lambda cell: (cell.column, cell.lane, cell.top)):
        strand = nodes[cell.name].strand
        found.setdefault(cell.column, {}).setdefault(strand, []).append(cell.name)
    return {column: _titled(grid, column, list(of.values())) for column, of in found.items()}


def _titled(grid: Grid, column: int, strands: list[list[str]]) -> list[Rung]:
    if len(strands) == 1:
        return [Rung(strands[0], [])]
    left, right = grid.columns[column]
    room = right - left - 0.12
    return [Rung(steps, wrap(", ".join(steps), room, italic=True)) for steps in strands]
