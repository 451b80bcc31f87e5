"""CSV files that a scenario reads, row by row, with problems that name file and line."""

import csv
import gzip
import math
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO, cast

import numpy as np

from svcsim.errors import Problem, ScenarioError
from svcsim.model.arrays import Floats

MOST_PROBLEMS = 10
"""Problems of one file that are told; more would say the same."""


def read_rows(
    path: Path, columns: Mapping[str, str], place: str
) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield (line from 1, cells) of every row of a CSV file, gzipped if it ends in ``.gz``.

    Parameters
    ----------
    path
        The file.
    columns
        The columns wanted, by the word of the scenario that names each. Cells come in this order,
        without blanks around them; missing ones are empty.
    place
        Place in the scenario that names the file.

    Raises
    ------
    ScenarioError
        If there is no such file or column, or the file is no CSV.
    """
    try:
        with _open(path) as file:
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            missing = [
                Problem(
                    "unknown-column",
                    f"{place}.{word}",
                    f"{path.name} has no column {name!r}",
                    f"its columns are {', '.join(header)}" if header else "the file is empty",
                )
                for word, name in columns.items()
                if name not in header
            ]
            if missing:
                raise ScenarioError(missing)
            wanted = [header.index(name) for name in columns.values()]
            for row in reader:
                if row:
                    cells = (row[i].strip() if i < len(row) else "" for i in wanted)
                    yield reader.line_num, tuple(cells)
    except OSError as error:
        found = f"{path} cannot be read ({error.strerror or error})"
        raise ScenarioError(
            [
                Problem(
                    "no-such-file", f"{place}.csv", found, "give a file, relative to the scenario's"
                )
            ]
        ) from None
    except (UnicodeDecodeError, csv.Error, EOFError, zlib.error) as error:
        found = f"{path.name} is no CSV file in UTF-8 ({error})"
        raise ScenarioError(
            [Problem("no-such-file", f"{place}.csv", found, "save it as CSV in UTF-8")]
        ) from None


def read_numbers(path: Path, column: str, place: str) -> Floats:
    """Return the numbers of a column, in order.

    Raises
    ------
    ScenarioError
        As `read_rows`, or if there is no row, or a cell that is not a number of 0 or more.
    """
    values, problems = [], []
    for line, (cell,) in read_rows(path, {"column": column}, place):
        try:
            values.append(float(cell))
        except ValueError:
            values.append(math.nan)
        if not 0 <= values[-1] < math.inf:
            found, remedy = f"found {cell!r}", "write a number of 0 or more"
            problems.append(
                Problem("not-a-number", f"{place}.column", found, remedy, str(path), line)
            )
    if not values:
        found, remedy = f"{path.name} has no row", "give at least one number"
        problems.append(Problem("not-a-number", f"{place}.column", found, remedy, str(path), 1))
    if problems:
        raise ScenarioError(problems[:MOST_PROBLEMS])
    return np.array(values)


def _open(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig", newline=""))
    return path.open(encoding="utf-8-sig", newline="")
