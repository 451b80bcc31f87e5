"""Whose people are kept free for whom (30)."""

from collections.abc import Iterable
from fractions import Fraction
from math import floor
from typing import Any

UNITS = 10**9
"""Parts of a share."""


def _need(book: Any, request: Any, p: int) -> Any:
    """Return what a request needs of a pool."""
    first, n = request.seize.first, request.seize.n
    return next(need for needs in book.needs[first : first + n] for need in needs if need.pool == p)


def yields(book: Any, request: Any, p: int) -> bool:
    """Say whether a request leaves those of a pool who are reserved for others."""
    return bool(book.pools[p].reserved and _need(book, request, p).yields)


def reserved(book: Any, p: int, present: float, at_work: Iterable[Any]) -> int:
    """Return how many people of a pool are still reserved.

    `present` are on shift; `at_work`: for each person at work, the request.
    """
    pool = book.pools[p]
    if not pool.reserved:
        return 0
    people: int = pool.reserved
    if people < 0:
        people = floor(Fraction(pool.reserved_share, UNITS) * int(present) + Fraction(1, 2))
    inside: int = sum(_need(book, request, p).inside for request in at_work)
    return max(0, people - inside)
