"""WIP limits: how many items may be inside (semantics 45)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.world.order import Phase

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World
    from svcsim.engines.reference.token import Token


@dataclass(eq=False, slots=True)
class Admission:
    """A token's wish for a place."""

    limit: "Limit"
    token: "Token"
    since: int
    admitted: simpy.Event

    @property
    def order(self) -> tuple[int, int, int]:
        """Whose turn it is."""
        return self.token.rank, self.since, self.token.number

    def __enter__(self) -> simpy.Event:
        return self.admitted

    def __exit__(self, *_: object) -> None:
        if self in self.limit.waiting:
            self.limit.waiting.remove(self)


class Limit:
    """A number of places, each held by one item from admission until it gives it back."""

    def __init__(self, world: "World", record: Any):
        self.world = world
        self.record = record
        self.held = 0
        self.waiting: list[Admission] = []
        self.due = False

    def take(self, token: "Token") -> None:
        """Hold a place; all tokens of an item share one."""
        if token.item.places[self] == 0:
            self.held += 1
        token.item.places[self] += 1
        token.holds.append(self)

    def give_back(self, token: "Token") -> None:
        """Let somebody else in, unless another token of the item needs the place."""
        token.item.places[self] -= 1
        token.holds.remove(self)
        if token.item.places[self] == 0:
            self.held -= 1
            if self.waiting:
                self.changed()

    def admits(self, token: "Token") -> bool:
        """Say whether a token may come in: there is a place, or its item has one."""
        return self.held < int(self.record.capacity) or token.item.places[self] > 0

    def request(self, token: "Token") -> Admission:
        """Wait for a place, until the end of the ``with`` block."""
        clock = self.world.clock
        self.waiting.append(Admission(self, token, token.since(), simpy.Event(clock)))
        self.changed()
        return self.waiting[-1]

    def changed(self) -> None:
        """Give places away when nothing else is pending at this tick, before any cell (8)."""
        if not self.due:
            self.due = True
            clock = self.world.clock
            clock.call(clock.now, Phase.DISPATCH, int(self.record.order), self.dispatch)

    def dispatch(self) -> None:
        """Give free places to waiting items, by rank, then since, then number."""
        self.due = False
        for admission in sorted(self.waiting, key=lambda waiting: waiting.order):
            if self.admits(admission.token):
                self.waiting.remove(admission)
                self.take(admission.token)
                admission.admitted.succeed()
