"""Incoming quality: how often what comes in is not complete and accurate (%C&A)."""

from svcsim.scenario.outcome import Chance
from svcsim.scenario.words import Frozen, Reference


class Incomplete(Frozen):
    """What comes in may be incomplete; who is to work on it finds out, and sends it back."""

    share: Chance
    """How often: 20% if %C&A of what comes in is 80."""
    to: Reference
    """Step to which it goes back."""
