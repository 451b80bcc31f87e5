"""A4, A5: who is next, cell by cell (22 to 34, 40, R5)."""

from collections import defaultdict

from svcsim.audit.book import Book
from svcsim.audit.cell import Cell
from svcsim.audit.requests import Request
from svcsim.audit.swarm_cell import SwarmCell, swarms_at


def check_cells(book: Book) -> None:
    """A4, A5 (22 to 34, 40, R5): replay every cell and compare each start with the law."""
    requests: dict[int, list[Request]] = defaultdict(list)
    for request in book.requests:
        for needs in request.alternatives:
            if needs:
                requests[book.pools[needs[0][0]].cell].append(request)
                break
    for c in range(len(book.model.cells)):
        record = book.model.cells[c]
        first, n = int(record["first"]), int(record["n"])
        pools = book.model.cell_pools[first : first + n].tolist()
        if swarms_at(book, c):
            SwarmCell(book, pools, requests[c]).replay()
            continue
        cell = Cell(book, c, pools, requests[c])
        book.cells.append(cell)
        cell.replay()
