"""Arithmetic that is written down once, and done for every replication.

What a measure does with its sums is the same in each replication. So it is asked once, of numbers
that are not known yet (`Unknown`); which of them it adds, and what it divides by what, is written
down (`Calculation`), and done in one compiled pass over the sums of a replication.

Sums of whole numbers are exact there, and a quotient of two of them is rounded once, as in Python.
Where one is too large for it, the same steps are done in Python, whose whole numbers are exact
whatever their size. So the bits are those of the arithmetic itself.
"""

import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.loops.arithmetic import (
    ADD,
    DIVIDE,
    KNOWN,
    LARGEST,
    MULTIPLY,
    SMALL,
    SUBTRACT,
    calculate,
)
from svcsim.model.arrays import Floats, Integers


class Unknown:
    """A number that each replication has of its own.

    It can be added, subtracted and multiplied, and divided by what is known; `per` divides by
    another unknown number. Nothing can depend on how large it is.
    """

    __slots__ = ("_of", "at")

    def __init__(self, of: "Calculation", at: int):
        self._of = of
        self.at = at
        """Its place among the numbers of the calculation."""

    def __add__(self, other: Any) -> "Unknown":
        if isinstance(other, Unknown):
            return Unknown(self._of, self._of.written(ADD, self.at, other.at))
        return self if other == 0 else self._of.step(ADD, self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> "Unknown":
        return self._of.step(SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> "Unknown":
        return self._of.step(SUBTRACT, other, self)

    def __mul__(self, other: Any) -> "Unknown":
        return self._of.step(MULTIPLY, self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> "Unknown":
        if isinstance(other, Unknown) or other == 0:
            raise TypeError("this may be 0; say per(one, other)")
        return self.over(other)

    def over(self, other: Any) -> "Unknown":
        """Divide; 0 if the other number is 0."""
        return self._of.step(DIVIDE, self, other)

    def __bool__(self) -> bool:
        raise _not_yet()

    def __int__(self) -> int:
        raise _not_yet()

    def __float__(self) -> float:
        raise _not_yet()

    def __eq__(self, other: object) -> bool:
        raise _not_yet()

    __hash__ = None  # type: ignore[assignment]


def _not_yet() -> TypeError:
    return TypeError("this is not known before a replication; ask anew in each (`named`)")


def per(one: Any, other: Any) -> Any:
    """Divide numbers, known or not; 0 where there is nothing to divide by.

    >>> per(3, 4), per(3, 0)
    (0.75, 0.0)
    """
    if isinstance(one, Unknown):
        return one.over(other)
    return one / other if other else 0.0


class Calculation:
    """Steps from numbers that are given to others.

    >>> calculation = Calculation()
    >>> one, other = calculation.given((2,))
    >>> hours = (one + other) / 4
    >>> float(calculation.done([np.array([5, 6])])[hours.at])
    2.75
    """

    def __init__(self) -> None:
        self._n = 0
        self._steps: list[tuple[int, int, int]] = []
        self._known: list[Any] = []
        self._places: dict[tuple[type, Any], int] = {}
        self._small = True
        """Whether all that is known beforehand is a float, exactly."""
        self._compiled: tuple[Any, ...] = ()

    def given(self, shape: tuple[int, ...]) -> NDArray[Any]:
        """Return numbers that will be given, in the order in which they are asked for.

        All are asked for before the first step.
        """
        if self._steps:
            raise AssertionError("what is given comes before the first step")
        found = np.empty(int(np.prod(shape)), object)
        for k in range(len(found)):
            found[k] = Unknown(self, self._n + k)
        self._n += len(found)
        return found.reshape(shape)

    def step(self, code: int, one: Any, other: Any) -> Unknown:
        """Write a step down, and return what will come out."""
        return Unknown(self, self.written(code, self.place(one), self.place(other)))

    def place(self, value: Any) -> int:
        """Return the place of a number, known or not."""
        if isinstance(value, Unknown):
            return value.at
        self._small &= abs(value) < SMALL
        key = type(value), value
        if key not in self._places:
            self._known.append(value)
            self._places[key] = self.written(KNOWN, len(self._known) - 1, 0)
        return self._places[key]

    def written(self, code: int, left: int, right: int) -> int:
        """Write a step down; return the place of what will come out."""
        self._steps.append((code, left, right))
        return self._n + len(self._steps) - 1

    def needed(self, places: Integers) -> Integers:
        """Leave out the steps that lead to none of some places; return where these are then."""
        whole = np.zeros(self._n + len(self._steps), bool)
        whole[: self._n] = whole[places] = True
        needed = whole.tolist()
        for at in range(len(needed) - 1, self._n - 1, -1):
            code, left, right = self._steps[at - self._n]
            if needed[at] and code != KNOWN:
                needed[left] = needed[right] = True
        moved = (np.cumsum(needed) - 1).tolist()
        self._steps = [
            (code, left if code == KNOWN else moved[left], right if code == KNOWN else moved[right])
            for at, (code, left, right) in enumerate(self._steps, self._n)
            if needed[at]
        ]
        self._places = {}
        return np.array(moved, np.int64)[places]

    def done(self, given: Sequence[Any]) -> Floats:
        """Return all numbers, by place.

        Parameters
        ----------
        given
            Whole numbers, and arrays of them, in the order in which they were asked for.
        """
        numbers = np.concatenate(given, axis=None) if given else np.zeros(0, np.int64)
        if len(numbers) != self._n:
            raise AssertionError("sums of one scenario have the same shapes")
        if numbers.dtype == object and max(map(abs, numbers)) < LARGEST:
            numbers = numbers.astype(np.int64)
        if numbers.dtype == np.int64 and self._small:
            if not self._compiled:
                self._compiled = self._tables()
            found: Floats
            found, fine = calculate(numbers, *self._compiled)
            if fine:
                return found
        return self._in_python(given)

    def _tables(self) -> tuple[Any, ...]:
        """Return the steps as arrays; which numbers are whole; and those that are known."""
        steps = np.array(self._steps, np.int64).reshape(-1, 3)
        whole = np.ones(self._n + len(steps), bool)
        for at, (code, left, right) in enumerate(self._steps, self._n):
            if code == KNOWN:
                whole[at] = isinstance(self._known[left], int)
            else:
                whole[at] = code != DIVIDE and whole[left] and whole[right]
        return *np.ascontiguousarray(steps.T), whole, np.array(self._known, np.float64)

    def _in_python(self, given: Sequence[Any]) -> Floats:
        values = [int(number) for one in given for number in np.asarray(one, object).flat]
        for code, left, right in self._steps:
            if code == KNOWN:
                values.append(self._known[left])
            else:
                values.append(_ARITHMETIC[code](values[left], values[right]))
        return np.array(list(map(float, values)))


_ARITHMETIC: dict[int, Callable[[Any, Any], Any]] = {
    ADD: operator.add, SUBTRACT: operator.sub, MULTIPLY: operator.mul, DIVIDE: per,
}  # fmt: skip
