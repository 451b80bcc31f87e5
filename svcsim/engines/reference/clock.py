"""SimPy's environment on an integer clock, with the order of simultaneous events."""

from collections.abc import Callable

import simpy
from simpy.core import EmptySchedule

from svcsim.engines.endless import Endless
from svcsim.world.order import EVENTS_PER_TICK, Phase, place


class Moment(simpy.Event):
    """An event at a tick, standing among the others of its tick as semantics 8 says.

    SimPy's own URGENT (0) and NORMAL (1) stay for the mechanics of processes: what follows from
    an event follows at once, before the next moment (semantics 10).
    """

    def __init__(self, clock: "Clock", tick: int, phase: Phase, order: int):
        super().__init__(clock)
        self._ok = True
        self._value = None
        clock.schedule(self, 2 + place(int(phase), order), tick - clock.now)  # type: ignore[arg-type]

    def cancel(self) -> None:
        """Let nothing happen at this moment after all."""
        if self.callbacks is not None:
            self.callbacks.clear()


class Clock(simpy.Environment):
    """An environment whose time is a tick, and in which no tick lasts for ever."""

    def __init__(self) -> None:
        super().__init__(initial_time=0)
        self.happened = 0
        """Events of the present tick."""

    @property
    def now(self) -> int:
        """The present tick."""
        return self._now  # type: ignore[return-value]  # every delay is a whole number

    def at(self, tick: int, phase: Phase, order: int) -> Moment:
        """Return the moment at a tick."""
        return Moment(self, tick, phase, order)

    def call(self, tick: int, phase: Phase, order: int, action: Callable[[], None]) -> Moment:
        """Let `action` happen at a moment."""
        moment = Moment(self, tick, phase, order)
        assert moment.callbacks is not None
        moment.callbacks.append(lambda _: action())
        return moment

    def step(self) -> None:
        """Process the next event (semantics 13: a million in one tick is an error)."""
        before = self.now
        super().step()
        self.happened = self.happened + 1 if self.now == before else 0
        if self.happened > EVENTS_PER_TICK:
            raise Endless

    def run_until(self, end: int) -> None:
        """Let everything due before `end` happen (semantics 7)."""
        while self.peek() < end:
            try:
                self.step()
            except EmptySchedule:  # pragma: no cover - peek says when there is nothing left
                return
