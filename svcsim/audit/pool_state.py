"""An entry of a queue, and a pool after everything of a tick."""

from typing import Any, NamedTuple

from svcsim.audit.requests import Places, Request, Slice
from svcsim.audit.team import PLACE, few


class Entry(NamedTuple):
    """A request in one of its queues: smallest key first (22, 29)."""

    key: tuple[int, ...]
    number: int
    alternative: int
    request: Request


class State(NamedTuple):
    """A pool after everything of a tick."""

    there: int
    available: float
    largest: list[int]
    """Largest number of a request that is worked on: by those on shift, and in overtime too."""
    pieces: list[Slice]
    """The work that is done, and whether whoever does it is on shift."""
    on_shift: list[bool]
    by_person: tuple[list[int], list[tuple[int, bool, Slice]]] | None
    """Who is there, and who works on what, where some requests may have only some of them."""
    reserved: int = 0
    """How many are still kept free for some of the work (30)."""


def state_of(
    there: int, available: float, pieces: list[tuple[bool, Slice]], by_person: Any = None
) -> State:
    """Return what is told of a pool."""
    largest = [
        max((s.request.number for on, s in pieces if on or overtime), default=-1)
        for overtime in (False, True)
    ]
    on_shift = [on for on, _ in pieces]
    return State(there, available, largest, [s for _, s in pieces], on_shift, by_person)


def few_of(places: Places, there: list[int], busy: list[tuple[int, bool, Slice]]) -> State:
    """Return what is told of some groups of a pool."""
    here = few(there, places)
    pieces = [(on, s) for m, on, s in busy if places is None or m // PLACE in places]
    free = len(here) - sum(on for on, _ in pieces)
    return state_of(len(here), free, pieces, (there, busy))
