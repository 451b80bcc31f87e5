"""Workers of models that are much alike: what one needed of memory, the next one has at once.

A worker whose tables are too small begins its replication again with larger ones, until they are
large enough. For each point of a sweep that would be a few replications for nothing. What comes out
does not depend on how large tables are.
"""

from typing import TYPE_CHECKING

from svcsim.engines.compiled import Worker
from svcsim.model.arrays import Model

if TYPE_CHECKING:
    from svcsim.experiment.study import Room


class Roomy(Worker):
    """A worker whose tables are as large as others have needed them, and that tells its own."""

    def __init__(self, model: Model, room: "Room"):
        self._room = room
        super().__init__(model, sizes=room.sizes)

    def _allocate(self) -> None:
        super()._allocate()
        known = self._room.sizes or self.sizes
        self._room.sizes = type(known)(*map(max, zip(known, self.sizes, strict=True)))
