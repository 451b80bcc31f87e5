"""Demand that varies: the rate at a moment, and gaps spent in operational time (semantics 50, 52).

A stream's stretch of `rates` is ``rates[first : first + n]``; a level holds from its tick to the
next, the last one for ever. Operational time is ``L(t) = cumulative + level * (t - tick)`` with the
record that holds at t, in float64, in this order of operations.
"""

import math

from svcsim._jit import inlined, jit
from svcsim.model.arrays import NEVER, Floats, Records
from svcsim.model.codes import Purpose
from svcsim.world.draws import uniform
from svcsim.world.quantiles import quantile

_DAY_LEVEL = int(Purpose.DAY_LEVEL)


@inlined
def _holds_at(rates: Records, first: int, n: int, t: int) -> int:
    """Return the index of the record that holds at t >= 0."""
    low = first + 1
    high = first + n
    while low < high:
        middle = (low + high) >> 1
        if rates[middle]["tick"] <= t:
            low = middle + 1
        else:
            high = middle
    return int(low - 1)


@jit
def level_at(rates: Records, first: int, n: int, t: int) -> float:
    """Return the level at t."""
    return float(rates[_holds_at(rates, first, n, t)]["level"])


@jit
def operational_time(rates: Records, first: int, n: int, t: int) -> float:
    """Return the operational time in [0, t)."""
    rate = rates[_holds_at(rates, first, n, t)]
    return float(rate["cumulative"] + rate["level"] * (t - rate["tick"]))


@jit
def operational_end(rates: Records, first: int, n: int, t: int, gap: float) -> int:
    """Return the earliest tick u >= t with L(u) - L(t) >= gap; NEVER if there is none.

    So a gap is never over while the level is 0, unless it has no length: then it is over at once.
    """
    if gap <= 0.0:
        return t
    target = operational_time(rates, first, n, t) + gap
    low = first
    high = first + n
    while low < high:
        middle = (low + high) >> 1
        if rates[middle]["cumulative"] < target:
            low = middle + 1
        else:
            high = middle
    rate = rates[low - 1]
    if rate["level"] <= 0.0:
        return NEVER
    # Rounding may put the quotient a tick beside the earliest one, or beyond its record.
    steps = math.ceil((target - rate["cumulative"]) / rate["level"])
    if steps >= NEVER - rate["tick"]:
        return NEVER
    k = int(steps)
    if rate["cumulative"] + rate["level"] * (k - 1) >= target:
        k -= 1
    elif rate["cumulative"] + rate["level"] * k < target:
        k += 1
    u = rate["tick"] + k
    if low < first + n:
        u = min(u, rates[low]["tick"])
    return int(max(u, t))


# ---- days that are busier than others (52) -------------------------------------------------------


@jit
def day_level(
    distributions: Records, pieces: Records, tables: Floats, law: int, k0: int, k1: int, tag: int,
    date: int,
) -> float:  # fmt: skip
    """Return the level of a local date of a stream: a draw addressed to both."""
    u = uniform(k0, k1, 0, date & 0xFFFFFFFF, tag, 0, _DAY_LEVEL, 0)
    return quantile(distributions, pieces, tables, law, u)


@inlined
def date_at(rates: Records, first: int, n: int, t: int) -> int:
    """Return the local date at t, of a stream whose days have levels."""
    return int(rates[_holds_at(rates, first, n, t)]["date"])


@jit
def end_on_days(
    rates: Records, first: int, n: int, t: int, gap: float, distributions: Records,
    pieces: Records, tables: Floats, law: int, k0: int, k1: int, tag: int,
) -> int:  # fmt: skip
    """Return the tick at which a gap is spent where days have levels; NEVER if there is none.

    As `operational_end`, but the stretches of the rates are gone through one after the other.
    """
    if gap <= 0.0:
        return t
    i = _holds_at(rates, first, n, t)
    while True:
        date = rates[i]["date"]
        level = rates[i]["level"]
        level *= day_level(distributions, pieces, tables, law, k0, k1, tag, date)
        last = i + 1 == first + n
        closes = NEVER if last else rates[i + 1]["tick"]
        if level > 0.0 and (last or gap / level <= closes - t):
            steps = math.ceil(gap / level)
            return NEVER if steps >= NEVER - t else int(t + max(steps, 0))
        if last:
            return NEVER
        gap -= level * (closes - t)
        t = closes
        i += 1
