"""Automation: the share of visits that a machine handles, and what it costs when it fails."""

from svcsim.scenario.distribution import Dist
from svcsim.scenario.units import Share
from svcsim.scenario.words import Frozen, Varied


class Automation(Frozen):
    """A share of the visits is handled without people."""

    share: Varied[Share]
    """Visits that a machine tries to handle."""
    time: Varied[Dist] | None = None
    """How long it takes, whether it succeeds or not; not given: no time."""
    fails: Varied[Share] = 0.0
    """How many of them people must do after all, with the time lost."""
