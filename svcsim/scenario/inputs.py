"""Files that a scenario reads."""

import csv
import gzip
import io
from pathlib import Path
from typing import TextIO


def columns(path: Path) -> list[str]:
    """The columns of a CSV file, gzipped if it ends in ``.gz``.

    Raises
    ------
    OSError, UnicodeDecodeError, csv.Error, EOFError
        If the file cannot be read.
    """
    with _open(path) as file:
        return [name.strip() for name in next(csv.reader(file), [])]


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.open(path), encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
