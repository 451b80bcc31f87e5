"""Columns of numbers in CSV files."""

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np

from svcsim.scenario.rules import refusal


def read_column(path: Path, column: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the numbers of a column in ascending order; empty cells are left out.

    Raises
    ------
    PydanticCustomError
        ``bad-samples``, naming file and line, if there is no such file or column, no number, or
        something else than a number that is 0 or more.
    """
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
                _number(row[at], path, reader.line_num)
                for row in reader
                if len(row) > at and row[at].strip()
            ]
    except OSError as error:
        remedy = "write the path of a CSV file as seen from the scenario's directory"
        found = f"{path} cannot be read: {str(error.strerror).lower()}"
        raise refusal("bad-samples", found, remedy, below=("csv",)) from None
    except (UnicodeDecodeError, csv.Error) as error:
        found = f"{path.name} is no CSV file in UTF-8 ({error})"
        raise refusal("bad-samples", found, "save it as CSV", below=("csv",)) from None
    if not values:
        found = f"column {column!r} of {path.name} is empty"
        raise refusal("bad-samples", found, "give at least one number", below=("column",))
    return np.sort(np.array(values, np.float64))


def _number(text: str, path: Path, line: int) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        remedy = "write a number, 0 or more"
        raise refusal("bad-samples", f"found {text.strip()!r}", remedy, file=str(path), line=line)
    return value
