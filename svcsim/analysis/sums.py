"""What one replication adds up to, whole or part by part.

Every number that is said of a replication is made of sums: of ticks, of items, of visits, and of
values by class. They are integers, exact whatever their size, and add up over the parts of a
replication; hours and shares come last. So no bit of a number depends on how a replication is
divided, and no more of it than one part has to be there at a time.
"""

from collections.abc import Callable, Iterable
from typing import Any, Protocol, Self, TypeVar, overload

import numpy as np

from svcsim.analysis.exact import added
from svcsim.analysis.followed import Followed
from svcsim.analysis.percentiles import Histogram
from svcsim.analysis.questions import Questions

T = TypeVar("T")
Out = TypeVar("Out", covariant=True)
Take = Callable[[Followed], Any]
"""What takes sums from a part: integers, arrays of them as `svcsim.analysis.exact` makes them,
tuples of sums, and what has a `plus` of its own, or is `Carried`."""


class Carried(Protocol[Out]):
    """What is no sum, and is carried from part to part until all of them are there."""

    def plus(self, other: Self) -> Self:
        """Return what both parts carry."""

    def told(self) -> Out:
        """Return what all parts together say: integers, or arrays of them."""


def plus(one: Any, other: Any) -> Any:
    """Return the sums of two parts together, exactly.

    >>> plus((3, np.array([2**61, 1])), (4, np.array([2**61, 1])))
    (7, array([4611686018427387904, 2], dtype=object))
    """
    if isinstance(one, np.ndarray):
        return added(one, other)
    if hasattr(one, "plus"):
        return one.plus(other)
    if isinstance(one, tuple):
        sums = [plus(*pair) for pair in zip(one, other, strict=True)]
        return type(one)(*sums) if hasattr(one, "_fields") else tuple(sums)
    return one + other


def _gather(found: Any, numbers: list[Any], histograms: list[Histogram]) -> None:
    if not isinstance(found, tuple):
        numbers.append(found)
    elif isinstance(found, Histogram):
        histograms.append(found)
    else:
        for one in found:
            _gather(one, numbers, histograms)


def _replaced(found: Any, put: Callable[[Any], Any]) -> Any:
    if isinstance(found, Histogram) or not isinstance(found, tuple):
        return put(found)
    parts = [_replaced(one, put) for one in found]
    return type(found)(*parts) if hasattr(found, "_fields") else tuple(parts)


class Sums:
    """What the parts of one replication add up to.

    Parameters
    ----------
    questions, seed, replication
        Of the run.
    takes
        What takes the sums that are wanted.
    """

    def __init__(self, questions: Questions, seed: int, replication: int, takes: Iterable[Take]):
        self.questions = questions
        self.seed = seed
        self.replication = replication
        self.parts = 0
        """How many were added."""
        self._takes = tuple(dict.fromkeys(takes))
        self._found: dict[Take, Any] = {}

    def add(self, part: Followed) -> None:
        """Add a part of the replication, or all of it."""
        self.parts += 1
        for take in self._takes:
            found = part.once(take)
            self._found[take] = plus(self._found[take], found) if take in self._found else found

    def leaves(self, takes: Iterable[Take]) -> tuple[list[Any], list[Histogram]]:
        """Return what some of them took: numbers and arrays of them, and histograms."""
        numbers: list[Any] = []
        histograms: list[Histogram] = []
        for take in takes:
            _gather(self.of(take), numbers, histograms)
        return numbers, histograms

    def replaced(self, put: Callable[[Any], Any]) -> "Sums":
        """Return the same with something else for each leaf, in the same order."""
        sums = Sums(self.questions, self.seed, self.replication, self._takes)
        sums._found = {take: _replaced(self.of(take), put) for take in self._takes}
        return sums

    @overload
    def of(self, take: Callable[[Followed], Carried[T]]) -> T: ...
    @overload
    def of(self, take: Callable[[Followed], T]) -> T: ...
    def of(self, take: Callable[[Followed], Any]) -> Any:
        """What a function took from all parts together."""
        found = self._found[take]
        return found.told() if hasattr(found, "told") else found
