"""Files that a scenario reads."""

import csv
import gzip
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from pydantic import BaseModel

from svcsim.scenario.schema import Scenario


def input_files(scenario: Scenario) -> list[str]:
    """The CSV files that a scenario names, in the order of their names."""
    return sorted(set(_named(scenario)))


def _named(part: Any) -> Iterator[str]:
    if isinstance(part, BaseModel):
        file = getattr(part, "csv", None)
        if isinstance(file, str):
            yield file
        for name in type(part).model_fields:
            yield from _named(getattr(part, name))
    elif isinstance(part, dict):
        for value in part.values():
            yield from _named(value)
    elif isinstance(part, tuple):
        for value in part:
            yield from _named(value)


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
