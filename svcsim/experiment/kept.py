"""Blocks of replications on disk, to be read again instead of being simulated again.

A file holds replications of one cell, ``[64 k, 64 k + count)``, of one experiment. Its directory is
named by the fingerprint of the experiment. Files are written aside and renamed, checked when read,
and never more than data: what is torn, foreign or of another form is as good as absent.
"""

import hashlib
import json
import os
import zlib
from contextlib import suppress
from dataclasses import fields
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.key import Key
from svcsim.analysis.percentiles import Histograms
from svcsim.errors import SvcsimError
from svcsim.experiment.block import Block
from svcsim.experiment.whole_files import whole_bytes

CELL = 64
"""Replications of a file at most. Cells are aligned, so that any number shares them."""
MAGIC = b"svcsim block 1\n"
ENDING = ".block"
CHECK = 32
"""Bytes of the checksum."""
LARGEST = 1 << 30
"""Bytes of all blocks, unless the environment says otherwise: then the oldest go."""
DTYPES = ("<f8", "<i8", "<u4", "<u2", "|b1")
"""Types of the arrays in a file."""
FIELDS = tuple(field.name for field in fields(Histograms))


def directory() -> Path | None:
    """Return the directory of all blocks, which may not exist yet; None: there cannot be one.

    ``SVCSIM_BLOCKS`` names it; else it lies beside the compiled kernel.
    """
    if named := os.environ.get("SVCSIM_BLOCKS"):
        return Path(named)
    from svcsim import _jit

    kernel = _jit.cache_directory()
    return kernel.parents[1] / "blocks" if kernel.parent.name == "kernel" else None


def largest() -> int:
    """Return how many bytes blocks may take: ``SVCSIM_CACHE_SIZE`` in MiB, or 1 GiB.

    Raises
    ------
    SvcsimError
        If the environment says something else than a whole number.
    """
    said = os.environ.get("SVCSIM_CACHE_SIZE", "").strip()
    if not said:
        return LARGEST
    if not said.isascii() or not said.isdigit():
        raise SvcsimError(
            f"SVCSIM_CACHE_SIZE: found {said!r}; write MiB as a whole number, or 0 to keep nothing"
        )
    return int(said) << 20


class Kept:
    """The blocks of one experiment. A disk that is full or may not be written costs the reuse."""

    def __init__(self, root: Path, key: str):
        self.root = root
        self.key = key

    def _file(self, cell: int) -> Path:
        return self.root / self.key / f"{cell * CELL:08d}{ENDING}"

    def read(self, cell: int) -> Block | None:
        """Return the replications of a cell from its first on, if there are any."""
        file = self._file(cell)
        try:
            block = unpacked(file.read_bytes(), self.key, cell)
        except OSError:
            return None
        if block is not None:
            with suppress(OSError):
                os.utime(file)  # what is used is not old
        return block

    def write(self, cell: int, block: Block) -> None:
        """Put replications in the place of what there is of the cell."""
        file = self._file(cell)
        with suppress(OSError):
            file.parent.mkdir(parents=True, exist_ok=True)
            with whole_bytes(file) as stream:
                stream.write(packed(block, self.key, cell))


def packed(block: Block, key: str, cell: int) -> bytes:
    """A block as the bytes of a file: magic, checksum, length of the words, words, arrays."""
    arrays = {f"column.{name}": column for name, column in block.columns.items()}
    for index, histograms in enumerate(block.histograms.values()):
        arrays |= {f"{name}.{index}": getattr(histograms, name) for name in FIELDS}
    words = {
        "key": key,
        "cell": cell,
        "replications": len(block),
        "keys": block.keys,
        "identities": block.identities,
        "histograms": list(block.histograms),
        "arrays": [[name, array.dtype.str, array.shape] for name, array in arrays.items()],
    }
    head = json.dumps(words).encode()
    body = zlib.compress(b"".join(map(_planes, arrays.values())), 1)
    rest = len(head).to_bytes(8, "little") + head + body
    return MAGIC + hashlib.blake2b(rest, digest_size=CHECK).digest() + rest


def unpacked(data: bytes, key: str, cell: int) -> Block | None:
    """Return the block that was packed; None if it is anything but that block."""
    at = len(MAGIC) + CHECK
    rest = memoryview(data)[at:]
    check = hashlib.blake2b(rest, digest_size=CHECK).digest()
    if not data.startswith(MAGIC) or data[len(MAGIC) : at] != check:
        return None
    try:
        length = int.from_bytes(rest[:8], "little")
        words = json.loads(bytes(rest[8 : 8 + length]))
        if (words["key"], words["cell"]) != (key, cell):
            return None
        arrays = _arrays(words["arrays"], rest[8 + length :])
        return _block(words, arrays)
    except (ValueError, KeyError, TypeError, AttributeError, zlib.error):
        return None


def _planes(array: NDArray[Any]) -> bytes:
    """First bytes of all numbers, then second bytes: they have more in common."""
    plain = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return plain.reshape(-1, array.dtype.itemsize).T.tobytes()


def _arrays(told: list[Any], body: memoryview) -> dict[str, NDArray[Any]]:
    """Arrays by name; `ValueError` where the bytes are not theirs."""
    arrays, plain, at = {}, zlib.decompress(body), 0
    for name, dtype, shape in told:
        if dtype not in DTYPES:
            raise ValueError
        size = prod(shape) * np.dtype(dtype).itemsize
        planes = np.frombuffer(plain, np.uint8, size, at).reshape(np.dtype(dtype).itemsize, -1)
        arrays[name] = np.ascontiguousarray(planes.T).reshape(-1).view(dtype).reshape(shape)
        at += size
    if at != len(plain):
        raise ValueError
    return arrays


def _block(words: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Block | None:
    """Put a block together, if everything is as long as it must be."""
    n = words["replications"]
    histograms = {
        Key(*key): Histograms(**{name: arrays[f"{name}.{index}"] for name in FIELDS})
        for index, key in enumerate(words["histograms"])
    }
    block = Block(
        tuple(Key(*key) for key in words["keys"]),
        tuple(words["identities"]),
        {
            name.removeprefix("column."): array
            for name, array in arrays.items()
            if name.startswith("column.")
        },
        histograms,
    )
    whole = all(len(column) == n for column in block.columns.values()) and all(
        len(one.sizes) == len(one.speakers) == n
        and len(one.classes) == len(one.counts) == len(one.largest) == one.sizes.sum()
        for one in histograms.values()
    )
    return block if 0 < n <= CELL and whole else None
