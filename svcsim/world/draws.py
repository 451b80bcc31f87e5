"""Addressed random numbers: every draw is a pure function of what it is for (semantics 60 to 63).

Philox4x32-10 of Salmon, Moraes, Dror and Shaw, *Parallel random numbers: as easy as 1, 2, 3*,
SC'11.
Nothing here has a state, so no draw can move another one.

The functions take plain integers from Python and int64 values inside a kernel, and look at the
low 32 bits of each. Inside, all arithmetic is uint64: numba turns uint64 with int64 into float64.
"""

import hashlib

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.tags import tag32

_LOW = 0xFFFFFFFF
_WORD = np.uint64(_LOW)
_SHIFT = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_DROPPED = np.uint64(12)
LARGEST = 1.0 - 2.0**-53
"""The largest uniform."""


@inlined
def philox(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Return the block of four 32-bit words (as uint64) of a counter under a key."""
    a = np.uint64(c0 & _LOW)
    b = np.uint64(c1 & _LOW)
    c = np.uint64(c2 & _LOW)
    d = np.uint64(c3 & _LOW)
    x = np.uint64(k0 & _LOW)
    y = np.uint64(k1 & _LOW)
    for _ in range(10):
        p = _MULTIPLIER_0 * a
        q = _MULTIPLIER_1 * c
        a = (q >> _SHIFT) ^ b ^ x
        c = (p >> _SHIFT) ^ d ^ y
        b = q & _WORD
        d = p & _WORD
        x = (x + _WEYL_0) & _WORD
        y = (y + _WEYL_1) & _WORD
    return a, b, c, d  # type: ignore[return-value]  # uint64 is no int to mypy


@inlined
def to_unit(w0: int, w1: int) -> float:
    """Return the uniform of two 32-bit words: the middle of one of 2**52 equal parts of (0, 1).

    0 and 1 are impossible and ``1 - u`` is exact.
    """
    x = (np.uint64(w0) << _SHIFT) | np.uint64(w1)
    return (np.float64(np.int64(x >> _DROPPED)) + 0.5) * 2.0**-52


@inlined
def uniform(
    k0: int, k1: int, hi: int, lo: int, tag: int, visit: int, purpose: int, sub: int
) -> float:
    """Return the draw at an address (semantics 61).

    Parameters
    ----------
    k0, k1
        Key of the run.
    hi, lo
        Key of the item.
    tag
        32-bit name of where it is drawn.
    visit
        The item's entries there so far (modulo 2**16).
    purpose
        A `svcsim.model.codes.Purpose`.
    sub
        Which of several draws for one purpose (modulo 2**8).
    """
    where = (visit << 16) | (purpose << 8) | (sub & 0xFF)
    block = philox(hi, lo, tag, where, k0, k1)
    return to_unit(block[0], block[1])


@inlined
def _signed(word: int) -> int:
    """Return a word as int64."""
    return np.int64(word)  # type: ignore[return-value]  # int64 is no int to mypy


@jit
def root_key(layer: int, ordinal: int, origin: int) -> tuple[int, int]:
    """Return the key (hi, lo) of an item that comes from outside.

    Parameters
    ----------
    layer, ordinal
        The candidate of a stream; layer -1 is a row of a file.
    origin
        Tag of the stream.
    """
    block = philox(layer, ordinal, origin, 0, 0, 0)
    return _signed(block[0]), _signed(block[1])


@jit
def child_key(hi: int, lo: int, tag: int, visit: int, index: int) -> tuple[int, int]:
    """Return the key of child `index` (below 2**16) made by item (hi, lo) at `tag` on a visit."""
    block = philox(hi, lo, tag, (visit << 16) | (index & 0xFFFF), 0, 0)
    return _signed(block[0]), _signed(block[1])


def seed_key(seed: int) -> tuple[int, int]:
    """Return the 64-bit key of a seed: blake2b of its decimal text."""
    digest = hashlib.blake2b(str(seed).encode("ascii"), digest_size=8).digest()
    return int.from_bytes(digest[:4]), int.from_bytes(digest[4:])


def run_key(seed: int, replication: int) -> tuple[int, int]:
    """Return the key (k0, k1) of one replication."""
    k0, k1 = seed_key(seed)
    block = philox(replication, 0, tag32("replication"), 0, k0, k1)
    return int(block[0]), int(block[1])
