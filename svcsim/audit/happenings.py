"""What tokens did at limits and gates, and what came of them: for the checks of these."""

from collections.abc import Sequence
from typing import NamedTuple

from svcsim.audit.requests import Change, Moment, Place, Slice, rank_at


class Stay(NamedTuple):
    """What a token did at a limit."""

    limit: int
    item: int
    token: int
    changes: Sequence[Change]
    want: int
    clear: bool
    """Came in a phase before dispatch."""
    got: int
    how: str
    """at once, waited, waiting (the run ended), withdrawn, refused."""
    shared: bool
    """Whether its item had a place already, so that it takes none (45)."""
    since: int
    """Since when it waits: of the backlog, before the start (53)."""

    def ranks(self, t: int) -> tuple[int, int]:
        """Return the best and the worst rank that it may have at a tick."""
        found = [rank_at(self.changes, t, (0,))]
        found += [change.rank for change in self.changes if change.tick == t]
        return min(found), max(found)


class Hearing(NamedTuple):
    """What a token did at a gate."""

    gate: int
    item: int
    token: int
    changes: Sequence[Change]
    step: int
    visit: int
    submitted: int
    order: Place
    decided: int
    way: int
    gone: Moment
    """When it was cancelled."""


class Birth(NamedTuple):
    """A token that must be, in the order of creation (12)."""

    token: int
    tick: int
    origin: Place
    late: bool
    item: int


class Child(NamedTuple):
    """An item that must come of another (44)."""

    key: tuple[int, int]
    arrives: int
    stream: int
    cls: int
    origin: tuple[int, int, int, int]
    """Parent, site, visit and index."""
    rank: int | None
    """Of the parent, where it is inherited."""
    due: int | None
    turn: tuple[int, int, int]
    """Its place among the children of its tick (8): 2 if it was spawned at the tick after phase 5,
    1 where that is not known; the token that spawned it, and how many children that had before."""
    place: Place
    """Where its parent was when it spawned: work of no length may stand between (9) ..."""
    behind: "Slice | None"
    """... and is this."""
