"""Redial: who gave up comes again, as the same item (semantics 44)."""

from svcsim.scenario.distribution import Dist
from svcsim.scenario.units import Share
from svcsim.scenario.words import Frozen, Varied


class Redial(Frozen):
    """Items that gave up, and try again later."""

    share: Varied[Share]
    """How many of those that gave up try again, each time."""
    wait: Varied[Dist]
    """Time until they do."""
