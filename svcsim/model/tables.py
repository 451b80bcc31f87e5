"""Rows of values that differ by class, shares and factors: the small tables of a model."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from svcsim.model.arrays import NONE, Floats, Integers
from svcsim.scenario.units import Rest


class Tables:
    """What grows while a scenario is compiled. Equal rows are stored once."""

    def __init__(self) -> None:
        self.factors: list[float] = []
        self._rows: dict[tuple[int, ...], int] = {}

    def row(self, values: Sequence[int]) -> int:
        """Return the row of `by_class` that holds these values, one for each class."""
        return self._rows.setdefault(tuple(values), len(self._rows))

    def add_factors(self, values: Sequence[float]) -> int:
        """Return the index of the first of some factors."""
        self.factors.extend(values)
        return len(self.factors) - len(values)

    def arrays(self) -> tuple[Integers, Floats]:
        """Return `by_class` and `factors`."""
        width = max((len(row) for row in self._rows), default=1)
        by_class = np.full((len(self._rows), width), NONE, np.int64)
        for row, index in self._rows.items():
            by_class[index, : len(row)] = row
        return by_class, np.array(self.factors, np.float64)


def fractions(shares: Sequence[float | Rest]) -> list[Fraction]:
    """Return shares as exact fractions of what people wrote; `rest` is what the others leave.

    >>> from svcsim.scenario.units import REST
    >>> fractions([0.1, REST])
    [Fraction(1, 10), Fraction(9, 10)]
    """
    written = [None if isinstance(share, Rest) else Fraction(repr(share)) for share in shares]
    left = max(1 - sum((s for s in written if s is not None), Fraction(0)), Fraction(0))
    return [left if share is None else share for share in written]


def cumulative(shares: Sequence[Fraction]) -> list[float]:
    """Return running totals, the last one exactly 1 (semantics 11).

    >>> cumulative([Fraction(1, 10), Fraction(9, 10)])
    [0.1, 1.0]
    """
    total, totals = Fraction(0), []
    for share in shares:
        total += share
        totals.append(float(total))
    return [*totals[:-1], 1.0]
