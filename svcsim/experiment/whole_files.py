"""Files that are there whole or not at all: written aside, then renamed."""

import errno
import gzip
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TextIO

import numpy as np
from numpy.typing import NDArray

from svcsim.errors import SvcsimError

if TYPE_CHECKING:
    import pandas as pd


_PREFIX = ".svcsim."
"""How the names begin of what is being written."""
_CLOSED = (
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EPERM,
    errno.EIO,
)
"""What keeps a disk from being written."""


class CsvFile:
    """A CSV file that grows frame by frame; the first frame brings the header."""

    def __init__(self, stream: TextIO):
        self.stream = stream
        self.empty = True

    def add(self, frame: "pd.DataFrame") -> None:
        """Append the rows of a frame, times of day as ISO 8601."""
        import pandas as pd

        texts = {
            name: iso(column)
            for name, column in frame.items()
            if isinstance(column.dtype, pd.DatetimeTZDtype)
        }
        frame = frame.assign(**texts)  # type: ignore[arg-type]
        frame.to_csv(self.stream, index=False, header=self.empty, lineterminator="\n")
        self.empty = False


def iso(times: "pd.Series[Any]") -> NDArray[Any]:
    """Times with a zone as ISO 8601 with microseconds and offset; None for NaT.

    The same as `Timestamp.isoformat`, and much faster for many.
    """
    utc = times.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]")
    local = times.dt.tz_localize(None).to_numpy("datetime64[us]")
    texts: NDArray[Any] = np.datetime_as_string(local, unit="us").astype(object)
    minutes = (local.view(np.int64) - utc.view(np.int64)) // 60_000_000
    for offset in np.unique(minutes).tolist():
        hours, rest = divmod(abs(offset), 60)
        texts[minutes == offset] += f"{'-' if offset < 0 else '+'}{hours:02d}:{rest:02d}"
    texts[np.isnat(utc)] = None
    return texts


@contextmanager
def told_of(path: Path) -> Iterator[None]:
    """Let a disk that is full or closed speak of a file by its name, not of what lies aside."""
    try:
        yield
    except OSError as error:
        aside = error.filename is None or any(
            part.startswith(_PREFIX) for part in Path(os.fsdecode(error.filename)).parts
        )
        if error.errno not in _CLOSED or not aside:
            raise
        raise OSError(error.errno, error.strerror, str(path)) from None


@contextmanager
def whole_bytes(path: Path) -> Iterator[BinaryIO]:
    """Open a file that takes its place at `path` when the block ends well.

    A link stays, and what it leads to is replaced. What is no regular file, such as a pipe, is
    never replaced but written to as it is.
    """
    asked, path = path, Path(os.path.realpath(path))
    if path.exists() and not path.is_file():
        with told_of(asked), path.open("wb") as stream:
            yield stream
        return
    with told_of(asked):
        handle, name = tempfile.mkstemp(prefix=_PREFIX, suffix=".part", dir=path.parent)
        os.close(handle)
        aside = Path(name)
        try:
            with aside.open("wb") as stream:
                yield stream
            _like_new(aside, 0o666)
            aside.replace(path)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise


@contextmanager
def whole_text(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes its place at `path` as that of `whole_bytes` does."""
    with (
        whole_bytes(path) as stream,
        io.TextIOWrapper(stream, encoding="utf-8", newline="") as text,
    ):
        yield text


@contextmanager
def whole_gzip(path: Path) -> Iterator[TextIO]:
    """Open a compressed text file that takes its place at `path` as that of `whole_bytes` does.

    The same text gives the same bytes: there is no time of writing in it.
    """
    with (
        whole_bytes(path) as stream,
        gzip.GzipFile("", "wb", 6, fileobj=stream, mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
    ):
        yield text


@contextmanager
def whole_file(path: Path) -> Iterator[CsvFile]:
    """Open a CSV file that takes its place at `path` as that of `whole_text` does."""
    with whole_text(path) as stream:
        yield CsvFile(stream)


@contextmanager
def whole_directory(path: Path, files: tuple[str, ...]) -> Iterator[Path]:
    """Make a directory that takes its place at `path` when the block ends well.

    A directory that holds nothing but `files` is replaced. A link to one stays.

    Raises
    ------
    SvcsimError
        If there is something else at `path`, or nothing can be there.
    """
    place = Path(os.path.realpath(path))
    if found := _in_the_way(place, files):
        raise SvcsimError(f"{path}: {found}; choose another directory for the results")
    with told_of(path):
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=".part", dir=place.parent))
        try:
            yield aside
            _like_new(aside, 0o777)
            _replace(place, aside, files)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise


def _in_the_way(path: Path, files: tuple[str, ...]) -> str:
    """What keeps a directory of `files` from being made at a path; empty if nothing does."""
    if not path.exists():
        above = next(parent for parent in path.parents if parent.exists())
        return "" if above.is_dir() else f"{above} is a file"
    if not path.is_dir():
        return "it is a file"
    for one in sorted(path.iterdir()):
        if one.name not in files or one.is_symlink() or not one.is_file():
            return f"it holds {one.name}"
    if path == Path.cwd() or path.is_mount():
        return "this directory itself cannot be replaced"
    return ""


def _replace(path: Path, new: Path, files: tuple[str, ...]) -> None:
    """Put a directory in the place of another, of which `files` are deleted afterwards."""
    if not path.exists():
        new.rename(path)
        return
    aside = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=".old", dir=path.parent))
    old = path.rename(aside / path.name)
    try:
        new.rename(path)
    except BaseException:
        old.rename(path)
        aside.rmdir()
        raise
    for name in files:
        (old / name).unlink(missing_ok=True)
    with suppress(OSError):  # what was put there meanwhile is kept
        old.rmdir()
        aside.rmdir()


def _like_new(path: Path, mode: int) -> None:
    """Give a temporary file the permissions of an ordinary new one."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(mode & ~umask)
