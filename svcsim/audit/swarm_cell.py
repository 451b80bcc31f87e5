"""A cell in which swarms work: who starts, joins, leaves and is kept (24 to 32).

A cell without them is replayed start by start (`Cell`). Here the rows leave too much open for that,
such as who joined before whom, so the law is held against what they tell for certain.
"""

from svcsim.audit.book import Book
from svcsim.audit.swarm_causes import SwarmCauses
from svcsim.audit.swarm_team import ways_of


class SwarmCell(SwarmCauses):
    """Pools that share requests, some of them of swarms: everything that happens to them."""

    def replay(self) -> None:
        """Go through all ticks at which something happens in the cell."""
        ticks = self.events()
        before = None
        for t in sorted(t for t in ticks if t < self.book.end):
            if before is not None:
                self.attribute(before, t)
            self.step(t, ticks[t])
            self.look(t)
            before = t
        if before is not None:
            self.attribute(before, self.book.end)
        self.compare()


def swarms_at(book: Book, cell: int) -> bool:
    """Say whether swarms work in a cell."""
    return any(
        (seize.quorum or seize.collect) and book.pools[ways_of(book, seize)[0][0].pool].cell == cell
        for seize in book.seizes
    )
