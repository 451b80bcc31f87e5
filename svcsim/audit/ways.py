"""Which way a draw takes at a branch (11, 13, 48)."""

from typing import Any

from svcsim.audit.book import Book


def ways_drawn(book: Book, branch: Any, item: Any, visit: int, u: float, t: int) -> list[int]:
    """Return the ways that a draw may take: by class, visit level and last visit (11, 13).

    They are several only where the share of one changes at this very tick.
    """
    c = item.cls if branch.n_classes > 1 else 0
    if branch.max_visits > 0 and visit >= branch.max_visits:
        first = branch.last_row + c * branch.n
    else:
        level = max(min(visit, branch.levels), 1) - 1
        first = branch.shares + (c * branch.levels + level) * branch.n
    if branch.slot == 0:
        return [book.choose(first, branch.n, u)]
    row = book.factors[first : first + branch.n]
    shares = [b - a for a, b in zip([0.0, *row], row, strict=False)]
    values = book.changes.values(branch.slot, item.family, t)
    return list(dict.fromkeys(_changed(shares, branch.changed, value, u) for value in values))


def _changed(shares: list[float], way: int, factor: float, u: float) -> int:
    """Return the way of a draw where one share is changed, the others in proportion (48)."""
    share = shares[way]
    if 0.0 < share < 1.0:
        value = min(share * factor, 1.0)
        rest = (1.0 - value) / (1.0 - share)
        shares = [value if k == way else one * rest for k, one in enumerate(shares)]
    total, possible = 0.0, [k for k, one in enumerate(shares) if one > 0.0]
    for k in possible:
        total += shares[k]
        if u < total:
            return k
    return possible[-1]
