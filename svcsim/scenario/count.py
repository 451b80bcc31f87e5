"""Distributions of whole numbers: how many come at once."""

from collections.abc import Mapping
from typing import Annotated, Any

from annotated_types import Ge, Gt, Le
from pydantic import Strict, ValidationInfo, WrapValidator, model_serializer, model_validator

from svcsim.scenario.rules import refusal
from svcsim.scenario.shares import whole
from svcsim.scenario.units import ShareOrRest, number, shown
from svcsim.scenario.words import Frozen

LARGEST = 10_000
"""Largest number, or mean of a number, that may be asked for."""
MOST_DISPERSED = 4
"""Largest dispersion that may be asked for."""
Number = Annotated[int, Strict(), Ge(0), Le(LARGEST)]
"""A whole number, 0 or more."""


class FixedCount(Frozen):
    """Always the same; written as a bare number."""

    number: Number
    """The number."""

    @model_serializer
    def _write(self) -> int:
        return self.number


class PoissonCount(Frozen):
    """Poisson: 0, 1, 2, ..."""

    poisson: Annotated[float, Strict(), Gt(0), Le(LARGEST)]
    """Mean."""


class GeometricCount(Frozen):
    """Geometric: 1, 2, 3, ..., each less likely than the one before by the same factor."""

    geometric: Annotated[float, Strict(), Ge(1), Le(LARGEST)]
    """Mean, 1 or more."""


class NegativeBinomialCount(Frozen):
    """Negative binomial: 0, 1, 2, ..., more spread than Poisson; 0 and few are likelier."""

    negative_binomial: Annotated[float, Strict(), Gt(0), Le(LARGEST)]
    """Mean."""
    dispersion: Annotated[float, Strict(), Gt(0), Le(MOST_DISPERSED)]
    """What the variance has beyond the mean, over the square of the mean."""


class UniformCount(Frozen):
    """Every whole number from low to high is equally likely."""

    low: Number
    """Smallest number."""
    high: Number
    """Largest number."""

    @model_validator(mode="after")
    def _in_order(self) -> "UniformCount":
        if self.low > self.high:
            found = f"low {self.low} is more than high {self.high}"
            raise refusal("wrong-order", found, "write low not above high")
        return self


class DiscreteCount(Frozen):
    """A few numbers, each with its share."""

    values: dict[Annotated[int, Ge(0), Le(LARGEST)], ShareOrRest]
    """Share of each number."""

    @property
    def shares(self) -> dict[int, float]:
        """The share of each number."""
        return whole(self.values)

    @model_validator(mode="after")
    def _whole(self) -> "DiscreteCount":
        whole(self.values)
        return self


_FORMS: tuple[tuple[frozenset[str], type[Frozen]], ...] = (
    (frozenset({"number"}), FixedCount),
    (frozenset({"poisson"}), PoissonCount),
    (frozenset({"geometric"}), GeometricCount),
    (frozenset({"negative_binomial", "dispersion"}), NegativeBinomialCount),
    (frozenset({"values"}), DiscreteCount),
    (frozenset({"low", "high"}), UniformCount),
)
_REMEDY = "write for instance 3, {poisson: 2.5}, {low: 1, high: 4} or {values: {1: 60%, 2: rest}}"


def _read(value: object, _: Any, info: ValidationInfo) -> Any:
    if isinstance(value, Frozen):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        if not 0 <= value <= LARGEST:
            code = "too-small" if value < 0 else "too-large"
            raise refusal(code, f"found {value}", f"write 0 to {LARGEST}")
        return FixedCount(number=value)
    if not isinstance(value, Mapping):
        remedy = _REMEDY
        if isinstance(value, float) and 1 <= value <= LARGEST:
            few = int(value)
            remedy = (
                f"write {few}, {few + 1}, or {{poisson: {number(value)}}} for that many on average"
            )
        raise refusal("not-a-count", f"{shown(value)} is no number of items", remedy)
    for keys, form in _FORMS:
        if not keys.isdisjoint(value):
            return form.model_validate(value, context=info.context)
    found = ", ".join(str(key) for key in value) or "no keys"
    raise refusal("not-a-count", f"{found} make no distribution of whole numbers", _REMEDY)


_Any = (
    FixedCount
    | PoissonCount
    | GeometricCount
    | NegativeBinomialCount
    | UniformCount
    | DiscreteCount
)
Count = Annotated[_Any, WrapValidator(_read, json_schema_input_type=Number | _Any)]
"""A distribution of whole numbers; a bare number is always the same."""
