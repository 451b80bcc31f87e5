"""Families of distributions that are given by a few durations and numbers."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal

from annotated_types import Ge, Le
from pydantic import Strict, model_serializer, model_validator

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import WALL_TICKS, Duration, PositiveDuration, Share
from svcsim.scenario.words import Frozen, Positive, Reference

Clock = Literal["wall", "business"]
Cv = Annotated[float, Strict(), Ge(0), Le(10)]
"""Standard deviation over mean; 0 is a constant."""
Sigma = Annotated[float, Strict(), Ge(0), Le(5)]
"""Standard deviation of the logarithm; 0 is a constant."""


def compare(a: Duration, b: Duration) -> float:
    """Return the sign of a - b; 0 too for bd with bh, which only a calendar can compare."""
    if a.unit == b.unit or 0 in (a.amount, b.amount):
        return a.amount - b.amount
    if a.business or b.business:
        return 0.0
    return a.amount * WALL_TICKS[a.unit] - b.amount * WALL_TICKS[b.unit]


class Distribution(Frozen):
    """A law of durations, and what modifies it: `between`, `plus`, limits, `zero`, `each`."""

    between: tuple[Duration, Duration] | None = None
    """The law given that the value lies here."""
    plus: Duration | None = None
    """Added to every value."""
    at_least: Duration | None = None
    """Smaller values become this."""
    at_most: Duration | None = None
    """Larger values become this."""
    zero: Share | None = None
    """Share of values that are no time at all, whatever else is said."""
    each: Reference | None = None
    """Unit of the quantity of an item by which the drawn time is multiplied; not given: by none."""

    ascending: ClassVar[tuple[str, ...]] = ()
    """Fields that hold durations in ascending order."""

    def durations(self) -> Iterator[Duration]:
        """Every duration that the distribution is made of."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, Duration):
                yield value
        yield from self.between or ()

    @property
    def clock(self) -> Clock:
        """``business`` if it is given in bd or bh, ``wall`` otherwise."""
        found = [d for d in self.durations() if d.amount > 0] or list(self.durations())
        return "business" if any(d.business for d in found) else "wall"

    @model_validator(mode="after")
    def _one_clock(self) -> "Distribution":
        found = [duration for duration in self.durations() if duration.amount > 0]
        business = next((d for d in found if d.business), None)
        wall = next((d for d in found if not d.business), None)
        if business and wall:
            remedy = "write both in bd and bh, or neither"
            raise refusal("mixed-clocks", f"{wall} and {business} pass on different clocks", remedy)
        return self

    @model_validator(mode="after")
    def _in_order(self) -> "Distribution":
        pairs = [("at_least", self.at_least, "at_most", self.at_most)]
        for a, b in zip(self.ascending, self.ascending[1:], strict=False):
            pairs.append((a, getattr(self, a), b, getattr(self, b)))
        for a, low, b, high in pairs:
            if low and high and compare(low, high) > 0:
                found = f"{a} {low} is more than {b} {high}"
                raise refusal("wrong-order", found, f"write {a} not above {b}")
        if self.between and compare(*self.between) > 0:
            found = f"between {self.between[0]} and {self.between[1]} there is nothing"
            raise refusal("wrong-order", found, "write the smaller one first")
        return self

    @model_serializer(mode="wrap")
    def _write(self, plain: Any) -> Any:
        """Own fields first, then modifiers; what goes without saying is not said."""
        fields = type(self).model_fields
        data = plain(self)
        said = {
            name: data[name]
            for name in sorted(data, key=lambda name: name in Distribution.model_fields)
            if name not in fields
            or fields[name].is_required()
            or getattr(self, name) != fields[name].default
        }
        return said["value"] if list(said) == ["value"] else said


class Constant(Distribution):
    """Always the same; written as a bare duration."""

    value: Duration
    """The duration."""


class Lognormal(Distribution):
    """Lognormal with a mean."""

    mean: PositiveDuration
    """Arithmetic mean."""
    cv: Cv
    """Standard deviation over mean."""
    distribution: Literal["lognormal"] = "lognormal"


class LognormalMedian(Distribution):
    """Lognormal with a median."""

    median: PositiveDuration
    """Half of the values are below."""
    sigma: Sigma
    """Standard deviation of the logarithm."""
    distribution: Literal["lognormal"] = "lognormal"


class LognormalQuantiles(Distribution):
    """Lognormal through two quantiles."""

    ascending: ClassVar[tuple[str, ...]] = ("p50", "p90")

    p50: PositiveDuration
    """Half of the values are below."""
    p90: PositiveDuration
    """90 % of the values are below."""
    distribution: Literal["lognormal"] = "lognormal"


class Exponential(Distribution):
    """Exponential."""

    mean: PositiveDuration
    """Arithmetic mean."""
    distribution: Literal["exponential"]


class Gamma(Distribution):
    """Gamma."""

    mean: PositiveDuration
    """Arithmetic mean."""
    cv: Cv
    """Standard deviation over mean."""
    distribution: Literal["gamma"]


class Weibull(Distribution):
    """Weibull."""

    mean: PositiveDuration
    """Arithmetic mean."""
    cv: Cv
    """Standard deviation over mean."""
    distribution: Literal["weibull"]


class Erlang(Distribution):
    """Sum of equal exponential stages."""

    mean: PositiveDuration
    """Arithmetic mean of the sum."""
    stages: Annotated[Positive, Le(10_000)]
    """How many."""
    distribution: Literal["erlang"]


class Hyperexponential(Distribution):
    """One of two exponentials, which contribute equally to the mean (balanced means)."""

    mean: PositiveDuration
    """Arithmetic mean."""
    cv: Annotated[float, Strict(), Ge(1), Le(10)]
    """Standard deviation over mean, 1 or more."""
    distribution: Literal["hyperexponential"]


class Uniform(Distribution):
    """Every value between two ends is equally likely."""

    ascending: ClassVar[tuple[str, ...]] = ("low", "high")

    low: Duration
    """Smallest value."""
    high: Duration
    """Largest value."""
    distribution: Literal["uniform"] = "uniform"


class Pert(Distribution):
    """Beta with mean (low + 4 likely + high) / 6."""

    ascending: ClassVar[tuple[str, ...]] = ("low", "likely", "high")

    low: Duration
    """Smallest value."""
    likely: Duration
    """Most likely value."""
    high: Duration
    """Largest value."""
    distribution: Literal["pert"] = "pert"


class Triangular(Distribution):
    """Triangular."""

    ascending: ClassVar[tuple[str, ...]] = ("low", "likely", "high")

    low: Duration
    """Smallest value."""
    likely: Duration
    """Most likely value."""
    high: Duration
    """Largest value."""
    distribution: Literal["triangular"]
