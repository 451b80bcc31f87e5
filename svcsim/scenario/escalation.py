"""Timed escalation: what takes too long becomes more urgent (semantics 46)."""

from typing import Literal

from svcsim.scenario.units import Duration
from svcsim.scenario.words import Frozen, Varied, Whole


class Escalation(Frozen):
    """An item that has been at a step for so long is more urgent from then on."""

    after: Varied[Duration]
    """How long after entering, on the scenario's calendar where it is in bd or bh."""
    priority: Varied[Whole]
    """Its priority from then on, unless it is as urgent already."""
    unless: Literal["done", "started"] = "done"
    """What must not have happened by then: that the step is done, or that work on it started."""
