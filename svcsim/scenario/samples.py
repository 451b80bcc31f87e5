"""Columns of numbers in CSV files."""

import csv
import difflib
import math
from pathlib import Path
from typing import Any

import numpy as np

from svcsim.scenario.rules import refusal

MOST_NEAR = 4
"""CSV files that are named where another one is not there."""


def unreadable(name: str, directory: Path, error: Exception) -> tuple[str, str]:
    """What to tell of a CSV file that cannot be read, and what would do."""
    if not isinstance(error, OSError | EOFError):
        return f"{name} is no CSV file in UTF-8: {error}", "save it as CSV in UTF-8"
    reason = getattr(error, "strerror", None) or str(error)
    if (file := Path(name)).is_absolute():
        directory = file.parent
    where = "this directory" if directory == Path() else str(directory)
    try:
        near = sorted(str(file.relative_to(directory)) for pattern in ("*.csv", "*.csv.gz",
                      "*/*.csv", "*/*.csv.gz") for file in directory.glob(pattern))  # fmt: skip
    except OSError:
        near = []
    alike = {Path(file).name: file for file in near}
    meant = difflib.get_close_matches(Path(name).name, alike, n=1)
    remedy = f"it is looked for in {where}"
    if meant:
        remedy = f"did you mean {alike[meant[0]]}?"
    elif near:
        remedy += f", where {', '.join(near[:MOST_NEAR])} {'is' if len(near) == 1 else 'are'}"
    return f"{name} cannot be read: {reason.lower()}", remedy


def read_column(name: str, directory: Path, column: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the numbers of a column in ascending order; empty cells are left out.

    Raises
    ------
    PydanticCustomError
        ``bad-samples``, naming file and line, if there is no such file or column, no number, or
        something else than a number that is 0 or more.
    """
    path = directory / name
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            if column not in header:
                remedy = f"its columns are {', '.join(header)}" if header else "the file is empty"
                found = f"{path.name} has no column {column!r}"
                raise refusal("bad-samples", found, remedy, below=("column",))
            at = header.index(column)
            values = [
                _number(row[at], path, reader.line_num, header, column)
                for row in reader
                if len(row) > at and row[at].strip()
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        found, remedy = unreadable(name, directory, error)
        raise refusal("bad-samples", found, remedy, below=("csv",)) from None
    if not values:
        found = f"column {column!r} of {path.name} is empty"
        raise refusal("bad-samples", found, "give at least one number", below=("column",))
    return np.sort(np.array(values, np.float64))


def _number(text: str, path: Path, line: int, header: list[str], column: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        others = [name for name in header if name != column]
        remedy = "write a number, 0 or more"
        if others:
            remedy += f", or name another column: {', '.join(others)}"
        found = f"{text.strip()!r} in column {column!r} is no number of 0 or more"
        raise refusal("bad-samples", found, remedy, file=str(path), line=line)
    return value
