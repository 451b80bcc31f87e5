"""Reservations: people of a team who are kept free for some of its work."""

from pydantic import Field

from svcsim.scenario.units import Share
from svcsim.scenario.words import Frozen, Positive, References


class Reserve(Frozen):
    """People of a team who are kept free for some of its work."""

    people: Positive | None = None
    """How many of those on shift."""
    share: Share | None = None
    """Share of those on shift, instead."""
    whom: References = Field(alias="for")
    """Streams, and classes written stream.class, whose work they are kept free for."""

    def covers(self, stream: str, cls: str) -> bool:
        """Whether the work of a class of a stream is what they are kept free for."""
        return "." not in stream and bool({stream, f"{stream}.{cls}"} & set(self.whom))
