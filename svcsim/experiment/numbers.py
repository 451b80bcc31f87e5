"""The numbers of an experiment: one for each measure, with its uncertainty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from svcsim.analysis.confidence import Estimate, difference, estimate
from svcsim.analysis.key import Key
from svcsim.model.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = (
    "measure", "stream", "class", "target", "team", "step", "activity", "cause", "clock",
    "statistic", "value", "half_width", "lower", "upper", "unit", "n",
)  # fmt: skip
"""Columns of the measures as a data frame, and fields of its records."""
WORDS = ("stream", "cls", "target", "team", "step", "activity", "cause", "clock")
"""Fields of a `Key` that say what a measure is about."""


class Number(NamedTuple):
    """A measured number."""

    value: float
    """NaN where no replication has anything to say."""
    half_width: float
    """Of the confidence interval; NaN with fewer than two replications."""
    unit: str
    n: int
    """Replications behind it."""


@dataclass(frozen=True)
class Numbers(Mapping[Key, Number]):
    """Measures by name, from sums by replication.

    Replications are the rows of two matrices, measures the columns: numerators, and denominators
    that are 0 where a replication has nothing to say.
    """

    columns: tuple[Key, ...]
    numerators: Floats
    denominators: Floats

    @cached_property
    def estimate(self) -> Estimate:
        """Values and half-widths, by key."""
        return estimate(self.numerators, self.denominators)

    @cached_property
    def _column(self) -> dict[Key, int]:
        return {key: column for column, key in enumerate(self.columns)}

    def __getitem__(self, key: Key) -> Number:
        return _number(key, self.estimate, self._column[key])

    def __iter__(self) -> Iterator[Key]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def find(self, measure: str, statistic: str = "mean", **words: str | None) -> Number:
        """Return the number with these words of a `Key`, and no others; the clock may be left out.

        Raises
        ------
        KeyError
            If there is none, or more than one.
        """
        fixed = [name for name in WORDS if name in words or name != "clock"]
        found = [
            key
            for key in self.columns
            if key.measure == measure
            and key.statistic == statistic
            and all(getattr(key, name) == words.get(name) for name in fixed)
        ]
        if len(found) != 1:
            raise KeyError(f"{measure}.{statistic} {words}: {len(found)} numbers")
        return self[found[0]]

    def difference(self, other: "Numbers") -> "Differences":
        """What `other` has more than this, for the measures of both."""
        shared = [key for key in self.columns if key in other._column]
        mine = [self._column[key] for key in shared]
        theirs = [other._column[key] for key in shared]
        n = min(len(self.numerators), len(other.numerators))
        change = difference(
            (self.numerators[:n, mine], self.denominators[:n, mine]),
            (other.numerators[:n, theirs], other.denominators[:n, theirs]),
        )
        return Differences(tuple(shared), change)

    def records(self) -> list[dict[str, Any]]:
        """One mapping for each measure, with the fields of `COLUMNS`; None for what is absent."""
        return records(self.columns, self.estimate)

    def frame(self) -> "pd.DataFrame":
        """The same as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.records(), columns=list(COLUMNS))


@dataclass(frozen=True)
class Differences(Mapping[Key, Number]):
    """Paired differences by name."""

    columns: tuple[Key, ...]
    estimate: Estimate

    @cached_property
    def _column(self) -> dict[Key, int]:
        return {key: column for column, key in enumerate(self.columns)}

    def __getitem__(self, key: Key) -> Number:
        return _number(key, self.estimate, self._column[key])

    def __iter__(self) -> Iterator[Key]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)

    def records(self) -> list[dict[str, Any]]:
        """One mapping for each measure, with the fields of `COLUMNS`."""
        return records(self.columns, self.estimate, bounded=False)


def _number(key: Key, found: Estimate, column: int) -> Number:
    return Number(
        float(found.value[column]), float(found.half_width[column]), key.unit, int(found.n[column])
    )


def records(keys: Sequence[Key], found: Estimate, *, bounded: bool = True) -> list[dict[str, Any]]:
    """Measures as mappings. Intervals of shares stay within [0, 1] if `bounded`."""
    rows = []
    for column, key in enumerate(keys):
        number = _number(key, found, column)
        lower, upper = number.value - number.half_width, number.value + number.half_width
        if bounded and key.statistic == "share":
            lower, upper = float(np.maximum(lower, 0.0)), float(np.minimum(upper, 1.0))
        words = key._asdict()
        words["class"] = words.pop("cls")
        numbers = {
            "value": number.value,
            "half_width": number.half_width,
            "lower": lower,
            "upper": upper,
        }
        words |= {name: None if np.isnan(x) else x for name, x in numbers.items()}
        words["n"] = number.n
        rows.append({name: words[name] for name in COLUMNS})
    return rows
