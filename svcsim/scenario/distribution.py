"""Distributions of durations, told apart by their keys, and of whole numbers.

A distribution is a mapping, so that every number has a path (``touch.mean=-10%``) and a mean is
never mistaken for a median. `svcsim.model.laws` gives it its quantile function.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Strict,
    ValidationInfo,
    WrapValidator,
    model_validator,
)

from svcsim.scenario.count import Count
from svcsim.scenario.families import (
    Constant,
    Distribution,
    Erlang,
    Exponential,
    Gamma,
    Hyperexponential,
    Lognormal,
    LognormalMedian,
    LognormalQuantiles,
    Pert,
    Triangular,
    Uniform,
    Weibull,
)
from svcsim.scenario.rules import refusal
from svcsim.scenario.samples import read_column
from svcsim.scenario.scipy_laws import check
from svcsim.scenario.shares import whole
from svcsim.scenario.units import Duration, ShareOrRest, shown, unit
from svcsim.scenario.words import Flag, Frozen, Text

__all__ = [
    "Constant", "Count", "Discrete", "Dist", "Distribution", "Empirical", "Erlang", "Exponential",
    "Gamma", "Hyperexponential", "Lognormal", "LognormalMedian", "LognormalQuantiles", "Mixture",
    "Pert", "Scipy", "Triangular", "Uniform", "Weibull",
]  # fmt: skip

Real = Annotated[float, Strict()]
"""A number."""
Unit = Annotated[str, AfterValidator(unit)]
"""A unit of time."""


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
        return read_column(self.csv, directory, self.column)

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
        if isinstance(named, str) and named in members:
            return members[named]
        given = ", ".join(str(key) for key in value if key != "distribution")
        remedy = "leave distribution out"
        if len(names) > 1:
            remedy = f"with these keys it is {', '.join(names[:-1])} or {names[-1]}"
        found = f"no distribution {shown(named)} is given by {given}"
        raise refusal("not-a-distribution", found, remedy, below=("distribution",))
    keys_found = ", ".join(str(key) for key in value)
    remedy = "write for instance {mean: 30 min, cv: 0.8}, or 30 min if it never varies"
    if {"min", "max"} & value.keys():
        remedy = "write low for min, high for max, and likely for what comes most often"
    found = f"{keys_found}: no distribution is written so" if value else "nothing is said in { }"
    raise refusal("not-a-distribution", found, remedy)


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
