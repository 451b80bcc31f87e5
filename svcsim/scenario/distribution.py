"""Distributions of durations, told apart by their keys, and of whole numbers.

A distribution is a mapping, so that every number has a path (``touch.mean=-10%``) and a mean is
never mistaken for a median. `svcsim.model.laws` gives it its quantile function.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from annotated_types import Ge, Le
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Strict,
    ValidationInfo,
    WrapValidator,
    model_serializer,
    model_validator,
)

from svcsim.scenario.count import Count
from svcsim.scenario.rules import refusal
from svcsim.scenario.samples import read_column
from svcsim.scenario.scipy_laws import check
from svcsim.scenario.shares import whole
from svcsim.scenario.units import (
    WALL_TICKS,
    Duration,
    PositiveDuration,
    Share,
    ShareOrRest,
    unit,
)
from svcsim.scenario.words import Flag, Frozen, Positive, Text

__all__ = ["Count", "Dist", "Distribution"]

Clock = Literal["wall", "business"]
Real = Annotated[float, Strict()]
"""A finite number."""
Cv = Annotated[float, Strict(), Ge(0), Le(10)]
"""Standard deviation over mean; 0 is a constant."""
Sigma = Annotated[float, Strict(), Ge(0), Le(5)]
"""Standard deviation of the logarithm; 0 is a constant."""
Unit = Annotated[str, AfterValidator(unit)]
"""A unit of time."""


def compare(a: Duration, b: Duration) -> float:
    """Return the sign of a - b; 0 too for bd with bh, which only a calendar can compare."""
    if a.unit == b.unit or 0 in (a.amount, b.amount):
        return a.amount - b.amount
    if a.business or b.business:
        return 0.0
    return a.amount * WALL_TICKS[a.unit] - b.amount * WALL_TICKS[b.unit]


class Distribution(Frozen):
    """A law of durations, and what modifies it: `between`, then `plus`, limits, and `zero`."""

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


class Discrete(Distribution):
    """A few values, each with its share."""

    values: Annotated[dict[Duration, ShareOrRest], BeforeValidator(lambda value: _once(value))]
    """Share of each duration."""

    def durations(self) -> Iterator[Duration]:
        """Every duration that the distribution is made of."""
        yield from self.values
        yield from super().durations()

    @property
    def shares(self) -> dict[Duration, float]:
        """The share of each duration."""
        return whole(self.values)

    @model_validator(mode="after")
    def _whole(self) -> "Discrete":
        whole(self.values)
        return self


def _once(value: object) -> object:
    """Refuse a duration that stands there twice, in two spellings."""
    seen: dict[Duration, object] = {}
    for key in value if isinstance(value, Mapping) else ():
        duration = Duration.parse(key)
        if duration in seen:
            remedy = "add their shares up"
            raise refusal("named-twice", f"{seen[duration]} and {key} are the same", remedy)
        seen[duration] = key
    return value


class Empirical(Distribution):
    """What was observed: a column of a CSV file."""

    csv: Text
    """File, relative to the scenario's."""
    column: Text
    """Name of the column."""
    unit: Unit
    """Unit of its numbers."""
    discrete: Flag = False
    """Whether only observed values occur; otherwise all between neighbours do, evenly."""

    def durations(self) -> Iterator[Duration]:
        """Every duration that the distribution is made of; a unit stands for the column."""
        yield Duration(1, self.unit)
        yield from super().durations()

    def samples(self, directory: Path = Path()) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Read the column, in ascending order, in `unit`.

        Raises
        ------
        PydanticCustomError
            ``bad-samples``, if the file cannot be used.
        """
        return read_column(directory / self.csv, self.column)

    @model_validator(mode="after")
    def _readable(self, info: ValidationInfo) -> "Empirical":
        if isinstance(info.context, Mapping) and "directory" in info.context:
            self.samples(Path(info.context["directory"]))
        return self


class Component(Frozen):
    """Part of a mixture."""

    share: ShareOrRest
    """How often a value comes from it."""
    of: "Dist"
    """Its distribution."""


class Mixture(Distribution):
    """A value comes from one of several distributions."""

    mixture: tuple[Component, ...]
    """Distributions with their shares."""

    def durations(self) -> Iterator[Duration]:
        """Every duration that the distribution is made of."""
        for component in self.mixture:
            yield from component.of.durations()
        yield from super().durations()

    @property
    def shares(self) -> tuple[float, ...]:
        """The share of each component."""
        return tuple(whole({i: part.share for i, part in enumerate(self.mixture)}).values())

    @model_validator(mode="after")
    def _whole(self) -> "Mixture":
        _ = self.shares
        return self


class Scipy(Distribution):
    """A continuous distribution of scipy.stats, with its parameters by name."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Real]

    scipy: Text
    """Name in scipy.stats."""
    unit: Unit
    """Unit of its values."""

    def durations(self) -> Iterator[Duration]:
        """Every duration that the distribution is made of; a unit stands for the values."""
        yield Duration(1, self.unit)
        yield from super().durations()

    @property
    def parameters(self) -> dict[str, float]:
        """Shape parameters, loc and scale."""
        return dict(self.__pydantic_extra__)

    @model_validator(mode="after")
    def _known(self) -> "Scipy":
        check(self.scipy, self.parameters, bounded=bool(self.at_most or self.between))
        return self


_BY_MEAN: dict[str, type[Distribution]] = {
    "lognormal": Lognormal,
    "exponential": Exponential,
    "gamma": Gamma,
    "weibull": Weibull,
    "erlang": Erlang,
    "hyperexponential": Hyperexponential,
}
_GROUPS: tuple[tuple[frozenset[str], dict[str, type[Distribution]]], ...] = (
    (frozenset({"scipy"}), {"": Scipy}),
    (frozenset({"mixture"}), {"": Mixture}),
    (frozenset({"values"}), {"": Discrete}),
    (frozenset({"csv", "column", "discrete"}), {"": Empirical}),
    (frozenset({"value"}), {"": Constant}),
    (frozenset({"p50", "p90"}), {"lognormal": LognormalQuantiles}),
    (frozenset({"median", "sigma"}), {"lognormal": LognormalMedian}),
    (frozenset({"likely"}), {"pert": Pert, "triangular": Triangular}),
    (frozenset({"low", "high"}), {"uniform": Uniform, "pert": Pert, "triangular": Triangular}),
    (frozenset({"mean", "cv", "stages"}), _BY_MEAN),
)
"""Keys that tell what is given, and the distributions that are given so; the first is meant when
none is named."""


def kind(value: Mapping[Any, Any]) -> type[Distribution]:
    """Return the distribution that a mapping means, by its keys.

    Raises
    ------
    PydanticCustomError
        ``not-a-distribution``, if the keys or the named distribution mean none.
    """
    for keys, members in _GROUPS:
        if keys.isdisjoint(value):
            continue
        names = [name for name in members if name]
        named = value.get("distribution", next(iter(members)))
        if named in members:
            return members[named]
        given = ", ".join(str(key) for key in value if key != "distribution")
        remedy = "leave distribution out"
        if len(names) > 1:
            remedy = f"with these keys it is {', '.join(names[:-1])} or {names[-1]}"
        found = f"no distribution {named!r} is given by {given}"
        raise refusal("not-a-distribution", found, remedy, below=("distribution",))
    keys_found = ", ".join(str(key) for key in value) or "no keys"
    raise refusal(
        "not-a-distribution",
        f"{keys_found} make no distribution",
        "write for instance {mean: 30 min, cv: 0.8}, or 30 min if it never varies",
    )


def _read(value: object, _: Any, info: ValidationInfo) -> Any:
    if isinstance(value, Distribution):
        return value
    if not isinstance(value, Mapping):
        return Constant(value=Duration.parse(value))
    return kind(value).model_validate(value, context=info.context)


_Any = (
    Constant
    | Lognormal
    | LognormalMedian
    | LognormalQuantiles
    | Exponential
    | Gamma
    | Weibull
    | Erlang
    | Hyperexponential
    | Uniform
    | Pert
    | Triangular
    | Discrete
    | Empirical
    | Mixture
    | Scipy
)
Dist = Annotated[_Any, WrapValidator(_read, json_schema_input_type=Duration | _Any)]
"""A distribution; a bare duration is a constant."""
Component.model_rebuild()
Mixture.model_rebuild()
