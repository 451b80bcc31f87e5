"""Timed escalation: what takes too long becomes more urgent, or goes elsewhere (semantics 46)."""

from typing import Literal

from svcsim.scenario.units import Duration
from svcsim.scenario.words import Frozen, Reference, Varied, Whole


class Escalation(Frozen):
    """An item that has been at a step for so long is more urgent then, or goes elsewhere."""

    after: Varied[Duration]
    """How long after entering, on the scenario's calendar where it is in bd or bh."""
    priority: Varied[Whole] | None = None
    """Its priority from then on, unless it is as urgent already; not given: what it has."""
    to: Reference | None = None
    """Where it goes then, step or done, whatever is done about it; not given: it stays."""
    unless: Literal["done", "started"] = "done"
    """What must not have happened by then: that the step is done, or that work on it started."""
