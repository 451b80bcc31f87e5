"""Approval on demand: how many answers decide, and who is asked when they take too long."""

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainSerializer, PlainValidator, WithJsonSchema

from svcsim.scenario.distribution import Dist
from svcsim.scenario.rules import refusal
from svcsim.scenario.units import Duration, shown
from svcsim.scenario.words import Frozen, Varied

MOST_ASKED = 255
"""No more people are asked at once: each has a draw of its own (semantics 61)."""


@dataclass(frozen=True, slots=True)
class Answers:
    """How many of those who are asked must answer."""

    needed: int = 1
    asked: int = 1

    @classmethod
    def parse(cls, value: object) -> "Answers":
        """Read ``2 of 4``."""
        if isinstance(value, Answers):
            return value
        match = re.fullmatch(r"\s*(\d+)\s+of\s+(\d+)\s*", value) if isinstance(value, str) else None
        if match is None:
            raise refusal("not-answers", f"{shown(value)} is no number of answers", "write 2 of 4")
        needed, asked = int(match[1]), int(match[2])
        if needed == 0:
            raise refusal("not-answers", "nobody's answer decides nothing", f"write 1 of {asked}")
        if asked > MOST_ASKED:
            raise refusal("too-large", f"{asked} people are asked", f"write at most {MOST_ASKED}")
        if needed > asked:
            found = f"{needed} of {asked} people can never have answered"
            raise refusal("too-many-of", found, f"write {asked} of {asked}")
        return cls(needed, asked)

    def __str__(self) -> str:
        return f"{self.needed} of {self.asked}"


AnswersField = Annotated[
    Answers,
    PlainValidator(Answers.parse),
    PlainSerializer(str, when_used="json-unless-none"),
    WithJsonSchema(
        {"type": "string", "pattern": r"^\s*\d+\s+of\s+\d+\s*$", "examples": ["2 of 4"]}
    ),
]
"""How many of those who are asked must answer."""


class Delegate(Frozen):
    """Somebody who is asked instead when there is no decision."""

    after: Duration
    """How long after the question, on the calendar of those who were asked."""
    reply: Varied[Dist] | None = None
    """Time in which the delegate answers; not given: that of the others."""
