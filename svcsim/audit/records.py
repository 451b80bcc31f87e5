"""Structured records as tuples of plain numbers."""

from collections import namedtuple
from functools import lru_cache
from typing import Any

from svcsim.model.arrays import Records


@lru_cache(maxsize=64)
def _tuple_type(names: tuple[str, ...]) -> Any:
    return namedtuple("Record", names)


def read(records: Records) -> list[Any]:
    """Return structured records as named tuples of plain numbers."""
    make = _tuple_type(records.dtype.names)._make
    return [make(row) for row in records.tolist()]
