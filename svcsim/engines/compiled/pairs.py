"""Pairs of numbers compared as one number of 128 bits: in two instructions, and without a jump."""

from collections.abc import Callable
from typing import Any, cast

import numba
from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic

_WIDE: Any = ir.IntType(128)


def _is_before(tick: int, place: int, other_tick: int, other_place: int) -> bool:
    return tick < other_tick or (tick == other_tick and place < other_place)


def _compared(_: Any, tick: Any, place: Any, other_tick: Any, other_place: Any) -> Any:
    def codegen(context: Any, builder: Any, __: Any, arguments: Any) -> Any:
        a, b, c, d = (builder.zext(number, _WIDE) for number in arguments)
        one = builder.or_(builder.shl(a, _WIDE(64)), b)
        other = builder.or_(builder.shl(c, _WIDE(64)), d)
        return builder.icmp_unsigned("<", one, other)

    return types.boolean(tick, place, other_tick, other_place), codegen


is_before = cast(
    Callable[[int, int, int, int], bool],
    _is_before if getattr(numba.config, "DISABLE_JIT", False) else intrinsic(_compared),
)
"""Say whether (tick, place) comes before another; none of the numbers is negative."""
