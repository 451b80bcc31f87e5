"""How often steps have been done, and what they have learned of it (semantics 74)."""

from collections import Counter
from typing import TYPE_CHECKING

from svcsim.model.arrays import NONE, Records
from svcsim.world.learning import learned

if TYPE_CHECKING:
    from svcsim.engines.reference.pool import Request


class Learning:
    """What the steps of a run have learned."""

    def __init__(self, lessons: Records):
        self.lessons = lessons
        self.done: Counter[int] = Counter()
        """How often the touch of each step has been finished by people."""

    def begins(self, request: "Request") -> None:
        """Let work that first starts take as long as its step has learned to take."""
        op, fresh, request.fresh = request.op, request.fresh, False
        if op.a != NONE and fresh:
            done = self.done[op.step]
            request.drawn = int(learned(self.lessons, op.a, op.b, done, request.drawn))
            request.remaining = request.drawn

    def ends(self, request: "Request") -> None:
        """Count work that is done at a step that learns."""
        if request.op.a != NONE:
            self.done[request.op.step] += 1
