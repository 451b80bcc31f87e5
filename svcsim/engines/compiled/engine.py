"""Replications on reused memory."""

import threading

from svcsim.engines.compiled.kernel import run
from svcsim.engines.compiled.memory import header
from svcsim.engines.compiled.state import (
    FAULT,
    FULL_ATTENDANCE,
    FULL_CHANGES,
    FULL_ITEMS,
    FULL_LIVES,
    FULL_MARKS,
    FULL_PRESENCE,
    FULL_ROWS,
    FULL_TOKENS,
    FULL_VISITS,
    N_ATTENDANCE,
    N_ITEMS,
    N_LIVES,
    N_PRESENCE,
    N_ROWS,
    N_VISITS,
    NOW,
    SOUND,
    STORM,
    TOO_LONG,
    WHERE,
    Sizes,
    State,
    allocate,
    reset,
)
from svcsim.engines.trajectory import sorted_trajectory
from svcsim.errors import SimulationError
from svcsim.model.arrays import Model, Trajectory
from svcsim.world.draws import run_key
from svcsim.world.order import EVENTS_PER_TICK

TABLE = {
    FULL_TOKENS: "tokens",
    FULL_ITEMS: "items",
    FULL_VISITS: "visits",
    FULL_ROWS: "rows",
    FULL_PRESENCE: "presence",
    FULL_LIVES: "lives",
    FULL_ATTENDANCE: "attendance",
    FULL_CHANGES: "changes",
    FULL_MARKS: "marks",
}
FILLED = {
    "items": N_ITEMS,
    "visits": N_VISITS,
    "rows": N_ROWS,
    "presence": N_PRESENCE,
    "lives": N_LIVES,
    "attendance": N_ATTENDANCE,
}
"""Tables to which a run adds until its end, and the number of rows that each has so far."""
AHEAD, MARGIN = 16, 1.25
"""How many times as much as so far may be foreseen, and how much more than foreseen is taken."""


def simulate(model: Model, seed: int, replication: int) -> Trajectory:
    """Return the same trajectory as `reference.simulate`, faster.

    Each thread keeps the memory of the model that it simulated last.
    """
    worker = getattr(_kept, "worker", None)
    if worker is None or worker.model is not model:
        worker = _kept.worker = Worker(model)
    return worker.simulate(seed, replication)


_kept = threading.local()


class Worker:
    """Memory for replications of one model, one at a time. Not shared between threads."""

    def __init__(self, model: Model):
        self.model = model
        self.sizes = Sizes()
        self._allocate()

    def simulate(self, seed: int, replication: int) -> Trajectory:
        """Simulate one replication; if a table is too small, there is more room, and all again."""
        k0, k1 = run_key(seed, replication)
        while True:
            reset(self.state, k0, k1, self.model.end)
            run(self.header.ctypes.data)
            fault = int(self.state.counter[FAULT])
            if fault == SOUND:
                return self._trajectory()
            if fault not in TABLE:
                raise self._error(fault)
            self._grow(TABLE[fault])

    def _grow(self, full: str) -> None:
        """Double the table that is full; the others have room for what the rest may bring."""
        counter, sizes = self.state.counter, self.sizes._asdict()
        times = min(self.model.end / max(int(counter[NOW]), 1), AHEAD)
        for name, number in FILLED.items():
            sizes[name] = max(sizes[name], int(MARGIN * times * int(counter[number])))
        sizes[full] = max(sizes[full], 2 * getattr(self.sizes, full))
        self.sizes = Sizes(**sizes)
        self._allocate()

    def _allocate(self) -> None:
        self.state: State = allocate(self.model, self.sizes)
        self.header = header(self.model, self.state)

    def _trajectory(self) -> Trajectory:
        s = self.state
        return sorted_trajectory(
            s.items[: s.counter[N_ITEMS]],
            s.visits[: s.counter[N_VISITS]],
            s.rows[: s.counter[N_ROWS]],
            s.presence[: s.counter[N_PRESENCE]],
            s.lives[: s.counter[N_LIVES]],
            s.attendance[: s.counter[N_ATTENDANCE]],
        )

    def _error(self, fault: int) -> SimulationError:
        where, now = int(self.state.counter[WHERE]), int(self.state.counter[NOW])
        if fault == TOO_LONG:
            return SimulationError(
                f"a duration at step {where} is longer than 2**53 ticks (285 years)", step=where
            )
        assert fault == STORM
        if where >= 0:
            visits = self.state.visits[: self.state.counter[N_VISITS]]
            step = int(visits["step"][visits["item"] == where][-1])
            return SimulationError(
                f"item {where} goes round for ever at tick {now}", step=step, item=where, tick=now
            )
        return SimulationError(f"more than {EVENTS_PER_TICK} events in tick {now}", tick=now)
