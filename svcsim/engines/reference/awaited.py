"""Children that are waited for: those of one visit (semantics 42, 44)."""

from typing import TYPE_CHECKING

import simpy

from svcsim.engines.reference.clock import Moment
from svcsim.model.arrays import NONE
from svcsim.model.codes import Outcome
from svcsim.world.order import Phase

if TYPE_CHECKING:
    from svcsim.engines.reference.item import Item
    from svcsim.engines.reference.token import Token


class Awaited:
    """The children of a visit for which its token waits, until the end of the ``with`` block."""

    def __init__(self, token: "Token"):
        self.token = token
        self.clock = token.world.clock
        self.missing: dict[int, int] = {}
        """How many must still leave, of each kind of them that is not done."""
        self.children: list[tuple[int, Moment, list[Item]]] = []
        """Kind of each, when it comes, and the item once it has come."""
        self.enough = simpy.Event(self.clock)
        self.last = NONE
        """The child that let the token go on."""
        self.going: Moment | None = None

    def left(self, kind: int, child: "Item") -> None:
        """Count a child; with the last that is needed the token goes on, in phase 1 (44)."""
        if kind not in self.missing:
            return
        self.missing[kind] -= 1
        if self.missing[kind] == 0:
            del self.missing[kind]
        if not self.missing:
            self.last = child.number
            self.going = self.clock.call(
                self.clock.now, Phase.TOKEN, self.token.number, self._go_on
            )

    def _go_on(self) -> None:
        self.enough.succeed()

    def __enter__(self) -> simpy.Event:
        return self.enough

    def __exit__(self, *_: object) -> None:
        """Be waited for no more: where some are still needed, they are cancelled (42)."""
        if self.going is not None:
            self.going.cancel()
        needed = set(self.missing)
        self.missing.clear()
        for kind, comes, came in self.children:
            if kind in needed:
                comes.cancel()
                for child in came:
                    child.withdraw(Outcome.WITHDRAWN)
