"""Written quantities, scaled and added to: what a relative change does to one value."""

import math
import re
from decimal import Decimal
from typing import Any

from pydantic_core import PydanticCustomError

from svcsim.scenario.cost import Cost, Penalty
from svcsim.scenario.rules import refusal
from svcsim.scenario.units import (
    WALL_TICKS,
    Duration,
    Rate,
    number,
    parse_percentage,
    print_share,
    shown,
)

NUMBER = r"(?:\d+\.?\d*|\.\d+)"
"""A number without a sign."""
Quantity = int | float | Duration | Rate | Cost


def read(value: Any) -> Quantity | None:
    """The quantity that a written value means; shares are numbers. None if it is none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if not isinstance(value, str):
        return None
    for kind in (Duration, Rate, Cost, Penalty):
        try:
            found: Duration | Rate | Cost = kind.parse(value)
        except PydanticCustomError:
            continue
        return found
    try:
        return parse_percentage(value)
    except PydanticCustomError:
        return None


def _times(value: float, factor: Decimal) -> float:
    return _finite(float(Decimal(repr(value)) * factor))


def _finite(value: float) -> float:
    if not math.isfinite(value):
        raise refusal("too-large", "nothing is as large as this", "write a smaller number")
    return value


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) else value


def scaled(value: Any, factor: Decimal) -> Any:
    """A written value times a factor, in its own unit.

    Raises
    ------
    PydanticCustomError
        ``nothing-to-change``, if it is no quantity.
    """
    found = read(value)
    if isinstance(found, Duration):
        return str(Duration(_times(found.amount, factor), found.unit))
    if isinstance(found, Rate):
        return str(Rate(_times(found.amount, factor), found.per))
    if isinstance(found, Cost):
        return str(type(found)(_times(found.amount, factor), found.currency))
    if found is None:
        raise refusal("nothing-to-change", f"{shown(value)} is no quantity", "set it")
    new = _times(found, factor)
    return print_share(new) if isinstance(value, str) else _plain(new)


def added(value: Any, sign: str, text: str) -> Any:
    """A written value plus or minus an amount, in its own unit; to shares points are added.

    Raises
    ------
    PydanticCustomError
        If the amount is of another kind, or the result would be less than nothing.
    """
    found, plus = read(value), 1 if sign == "+" else -1
    if isinstance(found, Duration):
        if found.amount == 0 and plus > 0:
            return str(Duration.parse(text))
        return str(Duration(_total(found.amount, plus * _in_unit(text, found)), found.unit))
    if isinstance(found, Rate):
        more = Rate.parse(text)
        if more.per != found.per and (more.business or found.business):
            raise refusal("not-a-rate", f"{more} is added to {found}", f"write it per {found.per}")
        ticks = WALL_TICKS.get(found.per, 1), WALL_TICKS.get(more.per, 1)
        amount = more.amount if more.per == found.per else more.amount * ticks[0] / ticks[1]
        return str(Rate(_total(found.amount, plus * amount), found.per))
    if isinstance(found, Cost):
        other = type(found).parse(text)
        if other.currency != found.currency:
            remedy = f"write it in {found.currency}"
            raise refusal("not-a-cost", f"{other} is added to {found}", remedy)
        return str(type(found)(_total(found.amount, plus * other.amount), found.currency))
    if isinstance(value, str) and found is not None:
        if not text.endswith("pp"):
            remedy = f"write {sign}{text}pp for points, or {sign}{text}% of it"
            raise refusal("not-a-share", f"{value} is a share", remedy)
        points = float(Decimal(text.removesuffix("pp").strip()) / 100)
        return print_share(_total(found, plus * points))
    if not re.fullmatch(NUMBER, text):
        remedy = "write a number without a unit"
        raise refusal("not-a-number", f"{sign}{text} is added to {value}", remedy)
    return _plain(_total(float(value), plus * float(text)))


def _in_unit(text: str, of: Duration) -> float:
    """The amount of a duration in the unit of another one."""
    more = Duration.parse(text)
    if more.unit == of.unit:
        return more.amount
    if more.business or of.business:
        raise refusal("business-unit", f"{more} is added to {of}", f"write it in {of.unit}")
    return more.ticks / WALL_TICKS[of.unit]


def _total(a: float, b: float) -> float:
    total = float(Decimal(repr(a)) + Decimal(repr(_finite(b))))
    if total < 0:
        raise refusal("too-small", f"{number(a)} would become {number(total)}", "take away less")
    return total
