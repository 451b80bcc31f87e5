"""The numbers of an experiment: one for each measure, with its uncertainty."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from svcsim.scenario.explain import near

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
            raise KeyError(not_one(self, measure, statistic, words))
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


def not_one(
    keys: Iterable[Key], measure: str, statistic: str, words: Mapping[str, str | None]
) -> str:
    """Why some words name no number, or several, and what would name one."""
    name = f"{measure}.{statistic}"
    if unknown := [word for word in words if word not in WORDS]:
        return f"{unknown[0]!r} is no word here; words are {', '.join(WORDS)}"
    there = list(keys)
    for what, wanted, field in (("measure", measure, "measure"),
                                (f"statistic of {measure}", statistic, "statistic")):  # fmt: skip
        known = sorted({getattr(key, field) for key in there})
        if wanted not in known:
            meant = near(wanted, known) if field == "measure" else None
            remedy = f"did you mean {meant}?" if meant else f"there are {', '.join(known)}"
            return f"{wanted!r} is no {what}; {remedy}"
        there = [key for key in there if getattr(key, field) == wanted]
    for word, value in words.items():
        known = sorted({getattr(key, word) for key in there} - {None})
        if value is not None and value not in known:
            return f"{name}: there is no {word} {value!r}; there are {', '.join(known) or 'none'}"
    fitting = [key for key in there if all(getattr(key, word) == value
                                           for word, value in words.items())]  # fmt: skip
    for word in WORDS:
        known = sorted({getattr(key, word) for key in fitting} - {None})
        others = [key for key in fitting if getattr(key, word) is None]
        if word not in words and known and (word == "clock" or not others):
            return f"{name}: say {word}, which is one of {', '.join(known)}"
    return f"{name}: no number has all of these words; look at measures"


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
