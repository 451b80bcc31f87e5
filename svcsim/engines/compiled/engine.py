"""Replications on reused memory."""

import threading
from collections.abc import Iterator

from svcsim.engines.compiled.features import CORE, FULL, used_features
from svcsim.engines.compiled.kernel import run, run_core
from svcsim.engines.compiled.memory import header
from svcsim.engines.compiled.parts import GIVEN, RECORDS, TABLES, Part, Sheet
from svcsim.engines.compiled.state import (
    CRAMPED,
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
    GIVEN_NUMBERS,
    N_VISITS,
    NOW,
    PAUSED,
    PAUSES_AT,
    SOUND,
    STORM,
    TOO_LONG,
    WHERE,
    Sizes,
    State,
    allocate,
    reset,
)
from svcsim.engines.endless import lasts_for_ever
from svcsim.engines.trajectory import sort_people
from svcsim.errors import SimulationError
from svcsim.model.arrays import NEVER, Model
from svcsim.model.trajectory import Trajectory
from svcsim.world.draws import run_key

TOO_SMALL = {
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
"""Faults, and the table of which each says that it is full."""
NONE_GIVEN = [so_far for _, so_far, _ in GIVEN.values()] + [GIVEN_NUMBERS]
"""Counters of what has been handed over."""
COPIED = 10_000
"""Rows of a trajectory that is copied."""
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
    """Memory for replications of one model, one at a time. Not shared between threads.

    The core of the kernel runs a model for which it is enough, unless a `variant` is asked for.
    Tables are of some `sizes` at first.
    """

    def __init__(self, model: Model, variant: str | None = None, sizes: Sizes | None = None):
        used = used_features(model)
        self.variant = variant or (FULL if used else CORE)
        if self.variant == CORE and used:
            raise ValueError(f"the core of the kernel has no {', no '.join(used)}")
        self._run = run_core if self.variant == CORE else run
        self.model = model
        self.sizes = sizes or Sizes()
        self._sheet = Sheet()
        self._allocate()

    def simulate(self, seed: int, replication: int) -> Trajectory:
        """Simulate one replication whole.

        A long trajectory takes the sheet with it; a short one is copied, which is cheaper than a
        new sheet.
        """
        self._begin(seed, replication)
        while not self._runs(self._sheet, NEVER, AHEAD):
            self._begin(seed, replication)
        found = self._part(self._sheet).trajectory
        if len(found.rows) <= COPIED:
            return Trajectory(*(table.copy() for table in found))
        self._sheet = Sheet()
        return found

    def parts(self, seed: int, replication: int, records: int | None = RECORDS) -> Iterator[Part]:
        """Simulate one replication, and hand over its items in parts, each item in one of them.

        All parts are written on the same memory, one after another.

        Parameters
        ----------
        seed, replication
            Of the run.
        records
            Rows of items, visits and what they do that come together, at least, before a part is
            handed over; None: all of them. Parts are the same, whatever memory the worker has by
            now.
        """
        pauses_at, ahead = (NEVER, AHEAD) if records is None else (records, 1)
        if records is not None:
            self._have_room(records)
        given, paused = 0, True
        while paused:
            self._begin(seed, replication)
            n = 0
            while paused and self._runs(self._sheet, pauses_at, ahead):
                paused = int(self.state.counter[FAULT]) == PAUSED
                n += 1
                if n > given:
                    yield self._part(self._sheet)
                    given = n
                self.state.counter[NONE_GIVEN] = 0

    def _begin(self, seed: int, replication: int) -> None:
        """Make everything ready for a replication."""
        reset(self.state, *run_key(seed, replication), self.model.end)

    def _runs(self, sheet: Sheet, pauses_at: int, ahead: int) -> bool:
        """Run to the end, or to a pause; no, and there is more room, if a table was too small."""
        counter, margin = self.state.counter, 1.0 if pauses_at == NEVER else MARGIN
        counter[FAULT], counter[PAUSES_AT] = CRAMPED, pauses_at
        while counter[FAULT] == CRAMPED:
            sheet.write_entries(self.header)
            counter[FAULT] = SOUND
            self._run(self.header.ctypes.data)
            if counter[FAULT] == CRAMPED:
                sheet.make_room(counter, margin)
        fault = int(counter[FAULT])
        if fault in (SOUND, PAUSED):
            return True
        if fault not in TOO_SMALL:
            raise self._error(fault)
        self._grow(TOO_SMALL[fault], ahead)
        return False

    def _part(self, sheet: Sheet) -> Part:
        """Return what has been handed over on a sheet."""
        part = sheet.part(self.state.counter)
        sort_people(part.trajectory)
        return part

    def _have_room(self, records: int) -> None:
        """Have room for what may come together; memory that nobody uses costs nothing."""
        sizes, room = self.sizes._asdict(), int(MARGIN * records)
        for name in TABLES:
            sizes[name] = max(sizes[name], room)
        if Sizes(**sizes) != self.sizes:
            self.sizes = Sizes(**sizes)
            self._allocate()
        self._sheet.begin(room)

    def _grow(self, full: str, ahead: int) -> None:
        """Double the table that is full; the others have room for what the rest may bring."""
        counter, sizes = self.state.counter, self.sizes._asdict()
        times = min(self.model.end / max(int(counter[NOW]), 1), ahead)
        for name, number in TABLES.items():
            sizes[name] = max(sizes[name], int(MARGIN * times * int(counter[number])))
        sizes[full] = max(sizes[full], 2 * getattr(self.sizes, full))
        self.sizes = Sizes(**sizes)
        self._allocate()

    def _allocate(self) -> None:
        self.state: State
        self.header, self.state = header(self.model, allocate(self.model, self.sizes))

    def _error(self, fault: int) -> SimulationError:
        where, now = int(self.state.counter[WHERE]), int(self.state.counter[NOW])
        if fault == TOO_LONG:
            return SimulationError(
                f"a duration at step {where} is longer than 2**53 ticks (285 years)", step=where
            )
        assert fault == STORM
        visits = self.state.visits[: self.state.counter[N_VISITS]]
        return lasts_for_ever(now, visits, self.state.items["item"][visits["item"]])
