"""Gates: decisions at sittings (semantics 35 to 38)."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import simpy

from svcsim.engines.reference.attendance import Attendance
from svcsim.model.arrays import NONE
from svcsim.world.changes import score
from svcsim.world.order import Phase

if TYPE_CHECKING:
    from svcsim.engines.reference.engine import World
    from svcsim.engines.reference.token import Token


@dataclass(eq=False, slots=True)
class Submission:
    """What a token has put before a gate."""

    gate: "Gate"
    token: "Token"
    op: Any
    since: int
    decided: simpy.Event
    """Its value is the index of the outcome."""

    @property
    def order(self) -> tuple[int, int, int]:
        """Its place on the agenda (36)."""
        return self.gate.turn(self.token), self.since, self.token.number

    def __enter__(self) -> simpy.Event:
        return self.decided

    def __exit__(self, *_: object) -> None:
        if self in self.gate.submitted:
            self.gate.submitted.remove(self)


class Gate:
    """A meeting with a cut-off and an agenda; an item waits until one decides on it."""

    def __init__(self, world: "World", record: Any, efforts: list[int]):
        self.world = world
        self.record = record
        self.efforts = efforts
        """Expected effort of each class, where items are ordered by their score."""
        self.submitted: list[Submission] = []
        self.attendance = Attendance(world, record)
        self.sittings = world.model.sittings[record.first : record.first + record.n].tolist()

    def submit(self, token: "Token", op: Any) -> Submission:
        """Put an item before the gate, until the end of the ``with`` block."""
        clock = self.world.clock
        token.hearings = 0
        self.submitted.append(Submission(self, token, op, token.since(), simpy.Event(clock)))
        return self.submitted[-1]

    def meet(self) -> Generator[simpy.Event, None, None]:
        """Sit whenever a sitting is due."""
        for tick, deadline_row in self.sittings:
            yield self.world.clock.at(tick, Phase.SITTING, int(self.record.order))
            self.decide(self.world.by_class[deadline_row])

    def turn(self, token: "Token") -> int:
        """Return the turn of an item: its rank, or the larger its score, the smaller."""
        if self.record.score == NONE:
            return token.rank if self.record.by_rank else 0
        family = token.item.family
        work = self.world.changes.work(self.record.score, family) if family != NONE else 0
        return -int(score(work, self.efforts[token.cls]))

    def decide(self, deadlines: list[int]) -> None:
        """Hear the first items of the agenda that are in time (35, 36)."""
        self.submitted.sort(key=lambda submission: submission.order)
        in_time = [s for s in self.submitted if s.since <= deadlines[s.token.cls]]
        for submission in in_time[: int(self.record.agenda)]:
            token = submission.token
            way = self.world.way(token, submission.op, self.record.branch, token.hearings)
            self.attendance.hear(token, submission.op.step)
            token.hearings += 1
            if way != self.record.defer:
                self.submitted.remove(submission)
                submission.decided.succeed(way)
        self.attendance.sit()
