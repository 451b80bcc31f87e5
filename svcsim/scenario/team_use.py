"""Who works at a step, and what they use."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from annotated_types import MinLen
from pydantic import (
    BeforeValidator,
    Field,
    GetJsonSchemaHandler,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import SHARE_OR_REST_JSON, ShareOrRest, print_share, shown
from svcsim.scenario.words import Frozen, Positive, Reference


class TeamUse(Frozen):
    """Who works at a step.

    Written ``a``, ``[a, b]`` (whoever is free first), ``{a: 2, b: 1}`` (all at once) or
    ``{a: 50%, b: rest}`` (a split of the items).
    """

    mode: Literal["one", "any", "all", "split"]
    """One person of a team, of any of several, all of several at once, or a split."""
    numbers: dict[Reference, Positive] = Field(default_factory=dict)
    """People of each team, in the order of the file; empty for a split."""
    shares: dict[Reference, ShareOrRest] = Field(default_factory=dict)
    """Items of each team; empty unless it is a split."""

    @property
    def teams(self) -> tuple[str, ...]:
        """Every team that is named, in the order of the file."""
        return tuple(self.numbers or self.shares)

    @property
    def people(self) -> int:
        """How many people work together."""
        return sum(self.numbers.values()) if self.mode == "all" else 1

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if isinstance(value, Mapping):
            if not value:
                raise refusal("empty", "an empty mapping names no team", "write team: name")
            if any(isinstance(part, str) for part in value.values()):
                return {"mode": "split", "shares": value}
            return {"mode": "all", "numbers": value}
        names = _names(value, "team")
        return {"mode": "any" if len(names) > 1 else "one", "numbers": dict.fromkeys(names, 1)}

    @model_serializer
    def _write(self) -> Any:
        if self.mode == "split":
            return {name: print_share(share) for name, share in self.shares.items()}
        if self.mode == "all":
            return dict(self.numbers)
        return next(iter(self.numbers)) if self.mode == "one" else list(self.numbers)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        number = {"type": "integer", "minimum": 1}
        return {
            "anyOf": [
                {"type": "string"},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
                {"type": "object", "additionalProperties": number, "minProperties": 1},
                {"type": "object", "additionalProperties": SHARE_OR_REST_JSON, "minProperties": 1},
            ],
            "description": cls.__doc__,
        }


def _names(value: object, field: str) -> list[str]:
    """The names in one name or a list of names."""
    parts = value if isinstance(value, list | tuple) else [value]
    names = [str(part) for part in parts if isinstance(part, str | int) and part is not True]
    if not parts or len(names) < len(parts):
        found = "an empty list" if not parts else shown(parts[0])
        raise refusal("not-a-name", f"{found} names nothing", f"write {field}: name")
    for name in names:
        if names.count(name) > 1:
            remedy = f"write {{{name}: {names.count(name)}}}, or leave one out"
            raise refusal("named-twice", f"{name!r} is named twice", remedy)
    return names


def _read_uses(value: object) -> object:
    return value if isinstance(value, Mapping) else dict.fromkeys(_names(value, "uses"), 1)


Uses = Annotated[
    dict[Reference, Positive],
    BeforeValidator(_read_uses, json_schema_input_type=str | list[str] | dict[str, Positive]),
    MinLen(1),
]
"""Resources by name, and how many of each."""
