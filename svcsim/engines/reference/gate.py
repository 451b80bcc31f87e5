"""Gates: decisions at sittings (semantics 35 to 37)."""

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.world.order import Phase

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World
    from svcsim.engines.reference.item import Token


class Gate:
    """A meeting with a cut-off and an agenda; an item waits until one decides on it."""

    def __init__(self, world: "World", record: Any):
        self.world = world
        self.record = record
        self.submitted: list[tuple[tuple[int, int, int], Token, Any, simpy.Event]] = []
        self.sittings = world.model.sittings[record.first : record.first + record.n].tolist()

    def submit(self, token: "Token", op: Any) -> simpy.Event:
        """Put an item before the gate; the event's value is the index of the outcome."""
        decided = simpy.Event(self.world.clock)
        rank = token.rank if self.record.by_rank else 0
        token.hearings = 0
        self.submitted.append(((rank, self.world.clock.now, token.item), token, op, decided))
        return decided

    def meet(self) -> Generator[simpy.Event, None, None]:
        """Sit whenever a sitting is due."""
        for tick, deadline_row in self.sittings:
            yield self.world.clock.at(tick, Phase.SITTING, int(self.record.order))
            self.decide(self.world.by_class[deadline_row])

    def decide(self, deadlines: list[int]) -> None:
        """Hear the first items of the agenda that are in time (35, 36)."""
        self.submitted.sort(key=lambda submission: submission[0])
        in_time = [s for s in self.submitted if s[0][1] <= deadlines[s[1].cls]]
        for submission in in_time[: int(self.record.agenda)]:
            _, token, op, decided = submission
            way = self.world.way(token, op, self.record.branch, token.hearings)
            token.hearings += 1
            if way != self.record.defer:
                self.submitted.remove(submission)
                decided.succeed(way)
