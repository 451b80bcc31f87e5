"""Arrays that begin with a line of the processor's cache, so that it reads no line for nothing."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.model.arrays import record

LINE = 64
"""Bytes of a line."""


def whole_lines(*names: str) -> np.dtype[Any]:
    """Return a record of 64-bit integers that takes up whole lines."""
    size = -(-record(*names).itemsize // LINE) * LINE
    return np.dtype({"names": names, "formats": [np.int64] * len(names), "itemsize": size})


def zeros(shape: int | tuple[int, ...], kind: Any) -> NDArray[Any]:
    """Return an array of zeros that begins with a line."""
    return _aligned(np.zeros, shape, kind)


def empty(n: int, kind: Any) -> NDArray[Any]:
    """Return room for records that are written before they are read: it costs nothing until then.

    It begins with a line.
    """
    return _aligned(np.empty, n, kind)


def _aligned(
    make: Callable[..., NDArray[Any]], shape: int | tuple[int, ...], kind: Any
) -> NDArray[Any]:
    kind = np.dtype(kind)
    block = make(int(np.prod(shape)) * kind.itemsize + LINE, np.uint8)
    first = -block.ctypes.data % LINE
    found: NDArray[Any] = block[first : block.size - LINE + first].view(kind).reshape(shape)
    return found
