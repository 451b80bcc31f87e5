"""Families: causes that items have in common, and how many items each of them brings."""

from typing import Annotated

from annotated_types import MinLen
from pydantic import Field

from svcsim.scenario.units import Share
from svcsim.scenario.words import Frozen, Name


class Families(Frozen):
    """Causes of the items of a stream; what their shares leave has no family."""

    names: Annotated[dict[Name, Share], MinLen(1)] | None = None
    """Share of the items that each family brings."""
    share_of_top: Annotated[dict[Name, Share], MinLen(1)] | None = Field(default=None)
    """Share of the items that so many families bring together, the largest first; the families are
    numbered, and between two of these numbers they are equally large."""


def numbered(families: Families) -> dict[str, int]:
    """Return the numbers of `share_of_top` by how they are written."""
    return {word: int(word) for word in families.share_of_top or {}}


def family_names(families: Families | None) -> list[str]:
    """Return the names of families in their order: by code point (semantics 11)."""
    if families is None:
        return []
    if families.names is not None:
        return sorted(families.names)
    most = max(numbered(families).values())
    return [f"{k:0{len(str(most))}d}" for k in range(1, most + 1)]
