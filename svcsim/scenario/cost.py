"""What an hour of work costs, and a month of a broken promise, as people write it."""

import math
import re
from dataclasses import dataclass
from typing import ClassVar, Self

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import BARE, NUMBER, YEAR, is_number, number, shown, unit
from svcsim.scenario.written import Written

_COST = re.compile(rf"\s*({NUMBER})\s*([A-Za-z]{{3}})\s*/\s*([A-Za-z]+)\s*")
_CURRENCIES = {"£": "GBP", "€": "EUR", "$": "USD"}
_SIGN = re.compile(rf"\s*(?:([£€$])\s*({NUMBER})|({NUMBER})\s*([£€$]))\s*(?:/.*)?")


@dataclass(frozen=True, slots=True)
class Cost(Written):
    """What one paid hour of one person costs: ``85 GBP/h``."""

    amount: float
    """Per hour, not negative."""
    currency: str
    """Three letters, ISO 4217."""

    PER: ClassVar[str] = "h"
    WORDS: ClassVar[tuple[str, str, str]] = ("not-a-cost", "cost", "hour")
    """The code of the rule, what it is, and the unit in words."""
    EXAMPLE: ClassVar[str] = "85"
    PATTERN = rf"^\s*{NUMBER}\s*[A-Za-z]{{3}}\s*/\s*[A-Za-z]+\s*$"
    EXAMPLES = (f"{EXAMPLE} GBP/{PER}",)

    @classmethod
    def parse(cls, value: object) -> Self:
        """Read ``85 GBP/h``."""
        code, what, unit_in_words = cls.WORDS
        if isinstance(value, cls):
            return value
        text = value if isinstance(value, str) else ""
        match = _COST.fullmatch(text)
        bare = BARE.fullmatch(text)
        sign = _SIGN.fullmatch(text)
        amount = shown(value).strip("'") if is_number(value) or bare else cls.EXAMPLE
        if match is None:
            remedy = f"write for instance {amount} GBP/{cls.PER}"
            if sign is not None:
                money = _CURRENCIES[sign[1] or sign[4]]
                remedy = f"write {sign[2] or sign[3]} {money}/{cls.PER}"
            raise refusal(code, f"{shown(value)} is not a {what}", remedy)
        year = match[3].lower().removesuffix("s") in YEAR
        if year or unit(match[3], f"{match[1]} {match[2]} /") != cls.PER:
            example = f"{cls.EXAMPLE} {match[2].upper()}/{cls.PER}"
            remedy = f"write what it is for each {unit_in_words}, for instance {example}"
            raise refusal(code, f"{text} is not per {unit_in_words}", remedy)
        if not 0 <= float(match[1]) < math.inf:
            raise refusal(code, f"{text} is not a {what}", f"write 0 GBP/{cls.PER} or more")
        return cls(float(match[1]), match[2].upper())

    def __str__(self) -> str:
        return f"{number(self.amount)} {self.currency}/{self.PER}"


class Penalty(Cost):
    """What is owed for a contract month in which a promise was not kept: ``5000 GBP/month``."""

    __slots__ = ()
    PER = "month"
    WORDS = ("not-a-penalty", "penalty", "month")
    EXAMPLE = "5000"
    EXAMPLES = (f"{EXAMPLE} GBP/{PER}",)
