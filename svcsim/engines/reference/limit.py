"""WIP limits: how many items may be inside (semantics 45)."""

from typing import TYPE_CHECKING, Any

import simpy

from svcsim.world.order import Phase

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World
    from svcsim.engines.reference.item import Token


class Limit:
    """A number of places, each held by one item from admission until it gives it back."""

    def __init__(self, world: "World", record: Any):
        self.world = world
        self.record = record
        self.held = 0
        self.waiting: list[tuple[tuple[int, int, int], Token, simpy.Event]] = []
        self.due = False

    def take(self, token: "Token") -> None:
        """Hold a place."""
        self.held += 1
        token.holds.append(self)

    def give_back(self, token: "Token") -> None:
        """Let somebody else in."""
        self.held -= 1
        token.holds.remove(self)
        if self.waiting:
            self.changed()

    @property
    def full(self) -> bool:
        """Whether an item that does not wait must go elsewhere."""
        return self.held >= int(self.record.capacity)

    def request(self, token: "Token") -> simpy.Event:
        """Wait for a place."""
        clock = self.world.clock
        admitted = simpy.Event(clock)
        self.waiting.append(((token.rank, clock.now, token.item), token, admitted))
        self.changed()
        return admitted

    def changed(self) -> None:
        """Give places away when nothing else is pending at this tick, before any cell (8)."""
        if not self.due:
            self.due = True
            clock = self.world.clock
            clock.call(clock.now, Phase.DISPATCH, int(self.record.order), self.dispatch)

    def dispatch(self) -> None:
        """Give free places to waiting items, by rank, then since, then number."""
        self.due = False
        self.waiting.sort(key=lambda waiting: waiting[0])
        while self.waiting and not self.full:
            _, token, admitted = self.waiting.pop(0)
            self.take(token)
            admitted.succeed()
