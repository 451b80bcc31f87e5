"""What follows from which strands of a stream wait for which (41, 43)."""

from typing import NamedTuple


class Strand(NamedTuple):
    """A strand of a stream, and what follows from which strands wait for which (41, 43)."""

    start: int
    before: frozenset[int]
    need: int
    once: bool
    cancels: frozenset[int]
    ends: frozenset[int]
    """What is repeated until it is over (66)."""
    follow: frozenset[int]
    ahead: frozenset[int]
    """What comes after it, sooner or later."""


def members(bits: int) -> frozenset[int]:
    """Return a set that is written as the bits of a number."""
    return frozenset(i for i in range(bits.bit_length()) if bits >> i & 1)
