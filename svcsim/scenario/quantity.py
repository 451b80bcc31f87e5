"""The quantity of an item: how many machines, lines or users it concerns."""

from svcsim.scenario.count import Count
from svcsim.scenario.words import Frozen, Name, Varied


class Quantity(Frozen):
    """How many of something each item of a stream concerns, drawn as it comes."""

    unit: Name
    """What is counted, by the name under which distributions say that they are for each."""
    count: Varied[Count]
    """How many there are."""
