r"""Percentiles of items over all replications.

A percentile is a nearest rank: p85 is the smallest value that at least 85 % of the items of all
replications together do not exceed (Hyndman and Fan 1996, definition 1). The mean of the
percentiles of single replications would be another number: biased, most of all where the values
leave a gap, as between those who are served today and those who wait until Monday.

Its interval is Woodruff's [1]_. The share of items that do not exceed the percentile is a ratio
over replications, with a half-width h by Student's t; the percentiles p - h and p + h are the ends.
The difference of two percentiles has the interval of the jackknife over paired replications.

Values are kept as counts of classes of equal relative width, 1,024 in each octave; a class is
represented by the largest value in it, so that what is reported was observed, and at most a
thousandth above the percentile of the values themselves.

Where the counts of all replications would take too much memory, replications r, r + 64, r + 128 ...
are added to one of 64 sections, which take the place of replications in the intervals: independent
and alike in the same way. The percentile itself stays what it was, to the bit.

References
----------
.. [1] R. S. Woodruff, "Confidence intervals for medians and other position measures", Journal of
   the American Statistical Association 47 (1952) 635.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.confidence import Interval, estimate, jackknife
from svcsim.analysis.exact import HALF
from svcsim.analysis.loops.numbers import merge_classes
from svcsim.analysis.loops.spreads import classes_of
from svcsim.model.arrays import TICKS_PER_HOUR, Floats, Integers

PERCENTILES = (50, 85, 95)
PRECISION = 10
"""Binary digits of a value, after the first, that are kept."""


_NOTHING = np.zeros(0, np.int64)


class Histogram(NamedTuple):
    """Values of one replication, counted by class: three arrays of one length.

    The class of a value is itself below 2**11; then there are 1,024 in each octave.
    """

    classes: Integers
    """Numbers of the classes in which there is a value, ascending."""
    counts: Integers
    largest: Integers
    """The largest value in each, in ticks."""

    @classmethod
    def of(cls, ticks: Integers) -> Self:
        """Count values, 0 or more.

        >>> Histogram.of(np.array([5, 3, 5])).counts
        array([1, 2])
        """
        return cls.with_total(ticks)[0]

    @classmethod
    def with_total(cls, ticks: Integers) -> tuple[Self, int]:
        """Count values, 0 or more, and add them up, exactly."""
        [found], [total], _ = cls.of_groups([ticks])
        return found, int(total)

    @classmethod
    def of_groups(cls, groups: Sequence[Integers]) -> tuple[tuple[Self, ...], Any, Integers]:
        """Return the histogram of each of some groups, the sum of its values, and their number."""
        ordered, ends = np.concatenate([_NOTHING, *groups]), list(accumulate(map(len, groups)))
        for begin, end in pairwise([0, *ends]):
            ordered[begin:end].sort()
        classes, counts, largest, of_group, fine = classes_of(
            ordered, np.array(ends, np.int64), PRECISION, HALF
        )
        upto, number, totals = of_group
        if not fine:
            totals = np.array([sum(group.tolist()) for group in groups], object)
        found = tuple(
            cls(classes[begin:end], counts[begin:end], largest[begin:end])
            for begin, end in pairwise([0, *upto.tolist()])
        )
        return found, totals, number

    def plus(self, other: "Histogram") -> "Histogram":
        """Return the histogram of the values of both.

        >>> Histogram.of(np.array([5, 3])).plus(Histogram.of(np.array([5]))).counts
        array([1, 2])
        """
        if not len(self.classes) or not len(other.classes):
            return self if len(self.classes) else other
        return Histogram(*merge_classes(*self, *other))


@dataclass(frozen=True)
class Histograms:
    """The histograms of several replications, or of sections of them, end to end."""

    sizes: Integers
    """Number of classes of each replication."""
    classes: NDArray[np.uint16]
    """Durations below 285 years have 55,296 classes."""
    counts: NDArray[np.uint32]
    largest: Integers
    speakers: Integers
    """Replications with any value behind each: 0 or 1, but of sections."""

    @classmethod
    def of(cls, parts: Sequence[Histogram]) -> Self:
        """Put replications together."""
        sizes = np.array([len(part.classes) for part in parts], np.int64)
        classes, counts, largest = (
            parts[0] if len(parts) == 1
            else (np.concatenate(part) for part in zip(*parts, strict=True))
        )  # fmt: skip
        speakers = (sizes > 0).astype(np.int64)
        return cls(sizes, classes.astype(np.uint16), counts.astype(np.uint32), largest, speakers)

    @classmethod
    def each(cls, measures: Sequence[Histogram]) -> list[Self]:
        """Return for each of some measures the only replication there is."""
        sizes = np.array([len(one.classes) for one in measures], np.int64)
        speakers = (sizes > 0).astype(np.int64)
        return [
            cls(sizes[i : i + 1], one.classes.astype(np.uint16), one.counts.astype(np.uint32),
                one.largest, speakers[i : i + 1])
            for i, one in enumerate(measures)
        ]  # fmt: skip

    @staticmethod
    def joined(parts: Sequence["Histograms"]) -> "Histograms":
        """Put these behind each other."""
        return Histograms(*(
            np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Histograms)
        ))  # fmt: skip

    def sections(self, section: Integers) -> "Histograms":
        """Add replications up by section, numbers from 0 without gaps."""
        rows = np.repeat(section, self.sizes).astype(np.int64)
        address = (rows << 16) + self.classes
        order = np.argsort(address, kind="stable")
        address = address[order]
        starts = np.flatnonzero(np.diff(address, prepend=-1))
        n = int(section.max(initial=-1)) + 1
        if not len(starts):
            nobody = np.zeros(n, np.int64)
            return Histograms(nobody, self.classes, self.counts, self.largest, nobody)
        return Histograms(
            np.bincount(address[starts] >> 16, minlength=n),
            (address[starts] & 0xFFFF).astype(np.uint16),
            np.add.reduceat(self.counts[order], starts),
            np.maximum.reduceat(self.largest[order], starts),
            np.bincount(section, self.speakers, n).astype(np.int64),
        )

    @cached_property
    def totals(self) -> Integers:
        """Values of each replication."""
        return self._by_row(self.counts)

    def _by_row(self, values: NDArray[Any]) -> Integers:
        """Sums over the classes of each replication."""
        sums = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
        ends = np.cumsum(self.sizes)
        found: Integers = sums[ends] - sums[ends - self.sizes]
        return found

    @cached_property
    def _sums(self) -> Integers:
        return np.concatenate([[0], np.cumsum(self.counts, dtype=np.int64)])

    @cached_property
    def _order(self) -> Integers:
        """Ascending over replications, then classes: where to search for both."""
        return (np.repeat(np.arange(len(self.sizes)), self.sizes) << 32) + self.classes

    @cached_property
    def _pooled(self) -> tuple[Integers, Integers, Integers]:
        """Classes of all replications, how many values do not exceed each, the largest in each."""
        counts = np.bincount(self.classes, self.counts)
        classes = np.flatnonzero(counts)
        upto = np.cumsum(counts[classes]).astype(np.int64)
        largest = np.zeros(len(counts), np.int64)
        np.maximum.at(largest, self.classes, self.largest)
        return classes, upto, largest[classes]

    def first(self, replications: int) -> "Histograms":
        """Return the histograms of the first replications."""
        n = int(self.sizes[:replications].sum())
        return Histograms(
            self.sizes[:replications], self.classes[:n], self.counts[:n], self.largest[:n],
            self.speakers[:replications],
        )  # fmt: skip

    def percentile(self, percent: float) -> float:
        """Return the percentile of all values, in hours; NaN without any."""
        _, upto, largest = self._pooled
        if not len(upto):
            return float("nan")
        return float(largest[self._rank(upto, percent)]) / TICKS_PER_HOUR

    @staticmethod
    def _rank(upto: Integers, percent: float) -> int:
        wanted = max(-(-percent * int(upto[-1]) // 100), 1)
        return min(int(np.searchsorted(upto, wanted)), len(upto) - 1)

    def interval(self, percent: int) -> Interval:
        """Return the percentile with its interval, in hours (Woodruff)."""
        classes, upto, _ = self._pooled
        n = int(self.speakers.sum())
        if not len(upto):
            return Interval(float("nan"), float("nan"), float("nan"), 0)
        at = classes[self._rank(upto, percent)]
        within = self._by_row(np.where(self.classes <= at, self.counts, 0))
        margin = 100 * float(estimate(within, self.totals).half_width)
        value = self.percentile(percent)
        ends = (percent - margin, percent + margin)
        if np.isnan(margin):
            return Interval(value, float("nan"), float("nan"), n)
        lower = self.percentile(max(ends[0], 0.0))
        bounded = ends[1] < 100 and (at < classes[-1] or len(classes) == 1)
        upper = self.percentile(ends[1]) if bounded else float("inf")
        return Interval(value, lower, upper, n)

    def _upto(self, classes: Integers) -> Integers:
        """Count the values of each replication up to a class, one class for each replication."""
        replication = np.arange(len(self.sizes))
        at = np.searchsorted(self._order, (replication << 32) + classes, side="right")
        found: Integers = self._sums[at] - self._sums[np.cumsum(self.sizes) - self.sizes]
        return found

    def left_out(self, percent: int) -> Floats:
        """Return the percentile without each of the replications, in hours; NaN if none is left."""
        classes, upto, largest = self._pooled
        rest = self.totals.sum() - self.totals
        wanted = np.maximum(-(-percent * rest // 100), 1)
        low, high = np.zeros(len(rest), np.int64), np.full(len(rest), len(classes) - 1)
        while (low < high).any():
            middle = (low + high) // 2
            enough = upto[middle] - self._upto(classes[middle]) >= wanted
            low, high = np.where(enough, low, middle + 1), np.where(enough, middle, high)
            low = np.minimum(low, high)
        return np.where(rest > 0, largest[low] / TICKS_PER_HOUR, np.nan)


def difference(base: Histograms, other: Histograms, percent: int) -> Interval:
    """Return the percentile of `other` less that of `base`, over paired replications."""
    both = (base.totals > 0) & (other.totals > 0)
    n = int(both.sum())
    if not n:
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    replications = int(np.minimum(base.speakers, other.speakers).sum())
    value = other.percentile(percent) - base.percentile(percent)
    change = other.left_out(percent) - base.left_out(percent)
    half_width = float(jackknife(np.where(both, (n - 1) * (value - change), 0.0), n))
    return Interval(value, value - half_width, value + half_width, replications)
