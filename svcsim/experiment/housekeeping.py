"""What svcsim keeps on disk: how much there is, what goes when it is too much, and all of it."""

import re
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from svcsim.experiment.kept import ENDING

LEFT_OVER = 3600
"""Seconds after which a file that was being written is nobody's any more."""


class Files(NamedTuple):
    """Files somewhere."""

    directory: Path | None
    """None: there is no place for them."""
    number: int
    size: int
    """Bytes."""
    groups: int
    """Directories that hold any: experiments, or versions of the kernel."""


def block_files(directory: Path | None) -> Files:
    """Return what there is of blocks."""
    found = [file for file, _, _ in _found(directory) if file.suffix == ENDING]
    return Files(directory, len(found), _size(found), len({file.parent for file in found}))


def kernel_files(directory: Path) -> Files:
    """Return what there is of compiled kernels, in a directory with one for each version."""
    versions = _versions(directory)
    found = [file for version in versions for file in version.rglob("*") if file.is_file()]
    return Files(directory, len(found), _size(found), len(versions))


def keep_within(directory: Path, size: int) -> None:
    """Delete the blocks that were used longest ago, until the others take `size` bytes at most."""
    files = sorted(_found(directory), key=lambda file: file[2])
    taken, now = sum(size for _, size, _ in files), time.time()
    for file, length, when in files:
        left_over = file.suffix != ENDING and now - when > LEFT_OVER
        if taken > size or left_over:
            _delete(file)
            taken -= length


def clear_blocks(directory: Path | None) -> None:
    """Delete all blocks, and what was left of writing them; nothing else."""
    for file, _, _ in list(_found(directory)):
        _delete(file)
    if directory is not None:
        with suppress(OSError):
            directory.rmdir()


def clear_kernel(directory: Path) -> None:
    """Delete all compiled kernels, and nothing else that may be there."""
    for version in _versions(directory):
        shutil.rmtree(version, ignore_errors=True)


def _versions(directory: Path) -> list[Path]:
    """Directories of kernels: they are called by 16 hex digits."""
    found = directory.iterdir() if directory.is_dir() else ()
    return [one for one in found if re.fullmatch("[0-9a-f]{16}", one.name) and one.is_dir()]


def _found(directory: Path | None) -> Iterator[tuple[Path, int, float]]:
    """Files of ours, their bytes, and when they were last used."""
    if directory is None:
        return
    for pattern in (f"*/*{ENDING}", "*/.svcsim.*.part"):
        for file in directory.glob(pattern):
            with suppress(OSError):  # another run has just deleted it
                stat = file.stat()
                yield file, stat.st_size, stat.st_mtime


def _size(files: list[Path]) -> int:
    total = 0
    for file in files:
        with suppress(OSError):
            total += file.stat().st_size
    return total


def _delete(file: Path) -> None:
    with suppress(OSError):
        file.unlink()
        file.parent.rmdir()  # if it was the last one
