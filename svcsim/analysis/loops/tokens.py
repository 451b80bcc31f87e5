"""Tokens: the ways of items that have several."""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import NEVER, NONE, Integers, Records


@jit
def last_tokens(tokens: Records, n: int) -> Integers:
    """Return the token, by position, that each of n items ended with (`Paths.last`)."""
    last = np.full(n, NONE, np.int64)
    for k in range(len(tokens)):
        item = tokens[k]["item"]
        if last[item] < 0 or _later(tokens[k], tokens[last[item]]):
            last[item] = k
    return last


@inlined
def _later(x: Records, y: Records) -> bool:
    """Say whether x ended after y; of two together, whether it comes after y.

    The younger of those that came to an end does, the older of others.
    """
    if x["ended"] != y["ended"]:
        return bool(x["ended"] > y["ended"])
    over_x = x["ended"] < NEVER and x["cancelled"] == 0
    over_y = y["ended"] < NEVER and y["cancelled"] == 0
    if over_x != over_y:
        return bool(over_x)
    return bool((x["token"] > y["token"]) == over_x)


@jit
def back_from(tokens: Records, number: Integers, ends: Integers) -> Records:
    """Return which tokens lie on the way to some of them, by position; -1 are none."""
    on_path = np.zeros(len(tokens), np.bool_)
    for end in ends:
        at = end
        while at >= 0 and not on_path[at]:
            on_path[at] = True
            at = number[tokens[at]["of"]] if tokens[at]["of"] >= 0 else NONE
    return on_path


@jit
def bring_value(
    visits: Records, steps: Records, value: Integers, number: Integers, ends: Integers
) -> None:
    """Write into `ends` the token, by position, that brought each item its value.

    Not of items that have only one. `steps` says by step whether it brings value, `value` by item
    when it came.
    """
    for k in range(len(visits)):
        visit = visits[k]
        finished = visit["finished"]
        if steps[visit["step"]] and finished < NEVER and finished == value[visit["item"]]:
            at = number[min(visit["token"], len(number) - 1)]
            if at >= 0:
                ends[visit["item"]] = at
