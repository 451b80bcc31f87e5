"""Which way a draw takes at a branch (11, 13)."""

from typing import Any

from svcsim.audit.arrivals import choose
from svcsim.audit.book import Book


def way_of(book: Book, branch: Any, cls: int, visit: int, u: float) -> int:
    """Return the way of a draw at a branch: by class, visit level and last visit (11, 13)."""
    c = cls if branch.n_classes > 1 else 0
    if branch.max_visits > 0 and visit >= branch.max_visits:
        first = branch.last_row + c * branch.n
    else:
        level = max(min(visit, branch.levels), 1) - 1
        first = branch.shares + (c * branch.levels + level) * branch.n
    return choose(book, first, branch.n, u)
