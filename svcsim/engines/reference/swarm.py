"""Swarms: who starts, who joins later, and for whom people are kept (24, 26, 28, 32)."""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from svcsim.engines.reference.cell import Cell
    from svcsim.engines.reference.pool import Need, Pool, Request

MANY = 1 << 40
"""People of an unlimited pool that is there."""


class Latecomer:
    """An open place of a request that is being worked on: it stands in the queue of a pool (28)."""

    def __init__(self, request: "Request", need: "Need"):
        self.request = request
        self.need = need

    @property
    def order(self) -> tuple[int, int, int]:
        """Whose turn it is: that of the request (25, 28)."""
        return self.request.order

    def key(self, pool: "Pool") -> tuple[int, int, int]:
        """Return its place in the queue of its pool (22)."""
        return self.request.key(pool)


def lacking(needs: "Sequence[Need]", given: Sequence[int], quorum: int) -> "list[Need]":
    """Return the needs of which more people must be had before work can start (24).

    First those that do not give their least; if all do, and the quorum is not reached, whatever
    is short of its number.
    """
    found = [need for need, n in zip(needs, given, strict=True) if n < need.least]
    if found or enough(needs, given, quorum):
        return found
    return [need for need, n in zip(needs, given, strict=True) if n < need.number]


def needs_time(needs: "Sequence[Need]") -> bool:
    """Say whether somebody is needed whose shift must leave time for the work (34)."""
    return any(need.pool.timed for need in needs)


def enough(needs: "Sequence[Need]", given: Sequence[int], quorum: int) -> bool:
    """Say whether the people that are given make the quorum, each pool up to its number (24)."""
    return sum(min(need.number, n) for need, n in zip(needs, given, strict=True)) >= quorum


def keep(cell: "Cell") -> None:
    """Keep people for the first request of a cell that collects, and for nobody else (26)."""
    collecting = [
        request for request in cell.waiting if request.seize.collect and _collects(cell, request)
    ]
    first = min(collecting, key=lambda request: request.order, default=None)
    cell.collector = first
    if first is not None:
        cell.kept = Counter()
        for need in first.alternatives[0]:
            if not need.pool.unlimited:
                people = need.pool.available(first)[: need.number]
                cell.kept.update(person.group for person in people)


def _collects(cell: "Cell", request: "Request") -> bool:
    """Say whether it could start now if everybody who is on shift were free (26)."""
    needs = request.alternatives[0]
    there = [
        need.pool.could_give(request)
        if need.pool.unlimited
        else len(need.pool.staffed(request)) - need.pool.left_to_others(request, idle=True)
        for need in needs
    ]
    return cell.fits(request) and not lacking(needs, there, request.seize.quorum)
