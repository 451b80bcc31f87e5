"""What an hour of work costs, as people write it."""

import math
import re
from dataclasses import dataclass
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import BARE, NUMBER, is_number, number, shown, text_schema, unit

_COST = re.compile(rf"\s*({NUMBER})\s*([A-Za-z]{{3}})\s*/\s*([A-Za-z]+)\s*")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one paid hour of one person costs: ``85 GBP/h``."""

    amount: float
    """Per hour, not negative."""
    currency: str
    """Three letters, ISO 4217."""

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read ``85 GBP/h``."""
        if isinstance(value, cls):
            return value
        text = value if isinstance(value, str) else ""
        match = _COST.fullmatch(text)
        bare = BARE.fullmatch(text)
        amount = shown(value).strip("'") if is_number(value) or bare else "85"
        if match is None:
            remedy = f"write for instance {amount} GBP/h"
            raise refusal("not-a-cost", f"{shown(value)} is not a cost", remedy)
        if unit(match[3], f"{match[1]} {match[2]} /") != "h":
            remedy = f"give it per hour: {match[1]} {match[2].upper()}/h"
            raise refusal("not-a-cost", f"{text} is not per hour", remedy)
        if not 0 <= float(match[1]) < math.inf:
            raise refusal("not-a-cost", f"{text} is not a cost", "write 0 GBP/h or more")
        return cls(float(match[1]), match[2].upper())

    def __str__(self) -> str:
        return f"{number(self.amount)} {self.currency}/h"

    @classmethod
    def __get_pydantic_core_schema__(cls, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        return text_schema(cls.parse)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        return {
            "type": "string",
            "pattern": rf"^\s*{NUMBER}\s*[A-Za-z]{{3}}\s*/\s*[A-Za-z]+\s*$",
            "examples": ["85 GBP/h"],
        }
