"""The numbers of an experiment: one for each measure, with its uncertainty."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np

from svcsim.analysis import percentiles
from svcsim.analysis.confidence import Estimate, Interval, difference, estimate
from svcsim.analysis.key import Key
from svcsim.analysis.measures import Reduced
from svcsim.analysis.percentiles import PERCENTILES, Histograms
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
    """Half the length of the confidence interval; NaN with fewer than two replications."""
    unit: str
    n: int
    """Replications behind it."""
    lower: float
    """Ends of the interval; those of percentiles need not lie evenly about the value."""
    upper: float

    @classmethod
    def even(cls, value: float, half_width: float, unit: str, n: int) -> Self:
        """A number in the middle of its interval."""
        return cls(value, half_width, unit, n, value - half_width, value + half_width)

    @classmethod
    def of(cls, found: Interval, unit: str) -> Self:
        """A number somewhere in its interval."""
        half_width = (found.upper - found.lower) / 2
        return cls(found.value, half_width, unit, found.n, found.lower, found.upper)


@dataclass(frozen=True)
class Numbers(Mapping[Key, Number]):
    """Measures by name, from sums by replication.

    Replications are the rows of two matrices, keys of sums the columns: numerators, and
    denominators that are 0 where a replication has nothing to say. Where there are histograms,
    percentiles follow each mean.
    """

    sums: tuple[Key, ...]
    numerators: Floats
    denominators: Floats
    histograms: Mapping[Key, Histograms]
    """By the key of the mean."""

    @classmethod
    def of(cls, replications: Sequence[Reduced]) -> Self:
        """Put replications of one scenario together, at least one."""
        first = replications[0]
        return cls(
            first.keys,
            np.stack([one.numerators for one in replications]),
            np.stack([one.denominators for one in replications]),
            {
                key: Histograms.of([one.histograms[key] for one in replications])
                for key in first.histograms
            },
        )

    @cached_property
    def _found(self) -> dict[Key, Number]:
        found = estimate(self.numerators, self.denominators)
        numbers = {}
        for column, key in enumerate(self.sums):
            numbers[key] = _number(key, found, column)
            if key in self.histograms:
                for percent in PERCENTILES:
                    interval = self.histograms[key].interval(percent)
                    numbers[_percentile(key, percent)] = Number.of(interval, key.unit)
        return numbers

    def __getitem__(self, key: Key) -> Number:
        return self._found[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

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
            for key in self
            if key.measure == measure
            and key.statistic == statistic
            and all(getattr(key, name) == words.get(name) for name in fixed)
        ]
        if len(found) != 1:
            raise KeyError(f"{measure}.{statistic} {words}: {len(found)} numbers")
        return self[found[0]]

    def difference(self, other: "Numbers") -> dict[Key, Number]:
        """What `other` has more than this, for the measures of both, over paired replications."""
        columns = {key: column for column, key in enumerate(other.sums)}
        shared = [key for key in self.sums if key in columns]
        mine = [column for column, key in enumerate(self.sums) if key in columns]
        theirs = [columns[key] for key in shared]
        n = min(len(self.numerators), len(other.numerators))
        change = difference(
            (self.numerators[:n, mine], self.denominators[:n, mine]),
            (other.numerators[:n, theirs], other.denominators[:n, theirs]),
        )
        numbers = {}
        for column, key in enumerate(shared):
            numbers[key] = _number(key, change, column)
            if key in self.histograms and key in other.histograms:
                pair = self.histograms[key].first(n), other.histograms[key].first(n)
                for percent in PERCENTILES:
                    interval = percentiles.difference(*pair, percent)
                    numbers[_percentile(key, percent)] = Number.of(interval, key.unit)
        return numbers

    def records(self) -> list[dict[str, Any]]:
        """One mapping for each measure, with the fields of `COLUMNS`; None for what is absent."""
        return records(self)

    def frame(self) -> "pd.DataFrame":
        """The same as a data frame."""
        import pandas as pd

        return pd.DataFrame(self.records(), columns=list(COLUMNS))


def _percentile(key: Key, percent: int) -> Key:
    return key._replace(statistic=f"p{percent}")


def _number(key: Key, found: Estimate, column: int) -> Number:
    return Number.even(
        float(found.value[column]), float(found.half_width[column]), key.unit, int(found.n[column])
    )


def records(numbers: Mapping[Key, Number], *, bounded: bool = True) -> list[dict[str, Any]]:
    """Measures as mappings. Intervals of shares stay within [0, 1] if `bounded`."""
    rows = []
    for key, number in numbers.items():
        lower, upper = number.lower, number.upper
        if bounded and key.statistic == "share":
            lower, upper = float(np.maximum(lower, 0.0)), float(np.minimum(upper, 1.0))
        words = key._asdict()
        words["class"] = words.pop("cls")
        figures = {
            "value": number.value,
            "half_width": number.half_width,
            "lower": lower,
            "upper": upper,
        }
        words |= {name: x if np.isfinite(x) else None for name, x in figures.items()}
        words["n"] = number.n
        rows.append({name: words[name] for name in COLUMNS})
    return rows
