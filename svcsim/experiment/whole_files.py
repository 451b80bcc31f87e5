"""Files that are there whole or not at all: written aside, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import numpy as np
from numpy.typing import NDArray

from svcsim.errors import SvcsimError

if TYPE_CHECKING:
    import pandas as pd


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
def whole_file(path: Path) -> Iterator[CsvFile]:
    """Open a CSV file that takes its place at `path` when the block ends well."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    aside = Path(name)
    try:
        with aside.open("w", encoding="utf-8", newline="") as stream:
            yield CsvFile(stream)
        _like_new(aside, 0o666)
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


@contextmanager
def whole_directory(path: Path, files: tuple[str, ...]) -> Iterator[Path]:
    """Make a directory that takes its place at `path` when the block ends well.

    A directory that holds nothing but `files` is replaced.

    Raises
    ------
    SvcsimError
        If there is something else at `path`.
    """
    if path.exists():
        others = [] if not path.is_dir() else sorted({f.name for f in path.iterdir()} - set(files))
        if not path.is_dir() or others:
            found = f"it holds {others[0]}" if others else "it is a file"
            raise SvcsimError(f"{path}: {found}; choose another directory for the results")
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    try:
        yield aside
        _like_new(aside, 0o777)
        if path.exists():
            shutil.rmtree(path)
        aside.rename(path)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise


def _like_new(path: Path, mode: int) -> None:
    """Give a temporary file the permissions of an ordinary new one."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(mode & ~umask)
