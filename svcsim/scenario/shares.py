"""Shares that must make a whole."""

import math
from collections.abc import Hashable, Mapping
from typing import TypeVar

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import Rest, print_share

K = TypeVar("K", bound=Hashable)


def whole(shares: Mapping[K, float | Rest]) -> dict[K, float]:
    """Return shares with `REST` replaced by what the others leave.

    Raises
    ------
    PydanticCustomError
        ``shares-sum``, unless they add up to 100 % or one of them is the rest.
    """
    given = [share for share in shares.values() if not isinstance(share, Rest)]
    total = math.fsum(given)
    shown = print_share(round(total, 12))
    rests = len(shares) - len(given)
    if rests > 1:
        raise refusal("shares-sum", "more than one share is the rest", "write rest once")
    if rests and total > 1 + 1e-9:
        found = f"the shares beside the rest add up to {shown}"
        raise refusal("shares-sum", found, "leave something for the rest")
    if not rests and not math.isclose(total, 1, abs_tol=1e-9):
        remedy = "make it 100%, or write rest for one of them"
        raise refusal("shares-sum", f"the shares add up to {shown}", remedy)
    rest = max(0.0, 1 - total)
    return {key: rest if isinstance(share, Rest) else share for key, share in shares.items()}
