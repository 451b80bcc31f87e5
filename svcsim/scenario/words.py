"""What all parts of a scenario are made of: strict fields, names, and values that vary."""

import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeAlias, TypeVar

from annotated_types import Ge, Le, MinLen
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    Tag,
)

from svcsim.scenario.rules import refusal
from svcsim.scenario.units import Percentage

OTHERWISE = "otherwise"
"""Stands for every class that a `by_class` does not name."""
DONE = "done"
"""Where an item goes that leaves the stream."""
RESERVED = frozenset({OTHERWISE, DONE, "rest", "by_class", "by_visit"})
"""Words that no name may be, because they stand where names stand."""
MEASURES = frozenset(
    {
        "lead_time", "cycle_time", "touch_time", "wait_time", "flow_efficiency", "wip",
        "throughput", "handovers", "automation_coverage", "on_time", "utilisation",
        "queue_length", "first_contact_resolution", "rework", "cost_per_item",
        "change_failure_rate", "unfinished", "rejected", "abandoned", "refused", "withdrawn",
        "items", "visits", "past_horizon", "person_time", "queue_time", "setup_time",
        "automatic_time", "rework_time", "complete_and_accurate", "redials",
        "backlog", "backlog_time", "months_kept", "penalty", "lateness", "blocked", "linked",
        "overrun", "exposure",
    }
)  # fmt: skip
"""Measures of a response, ``stream[.class][.target].measure``: no class is named so. A target may
be, since a measure always follows it: ``change.on_time.on_time``."""
STATISTICS = frozenset(
    {
        "mean", "p50", "p85", "p95", "share", "count", "ratio", "full", "touch", "activity",
        "team", "person", "step", "case", "effort", "rolled", "standing", "total", "open",
    }
)  # fmt: skip
"""Statistics of a response: no class or target is named so."""
UNTAKEN = frozenset(
    {
        "backlog", "backlog_time", "complete_and_accurate", "redials", "step", "case", "effort",
        "rolled", "months_kept", "penalty", "standing", "lateness", "blocked", "linked",
        "overrun", "exposure", "total", "open",
    }
)  # fmt: skip
"""Measures and statistics of which classes and targets may have the names: files of before had."""
FORBIDDEN = ".,:/=\\\"'[]{}"
"""Characters that stand between names, in paths, changes, addresses and YAML."""

T = TypeVar("T")


class Frozen(BaseModel):
    """A part of a scenario: no unknown fields, no changes."""

    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


def _spelled(value: object) -> object:
    """A whole number is a name too, as it is where it is a key."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _name(name: str) -> str:
    if not name or name != name.strip() or not name.isprintable():
        raise refusal("bad-name", f"{name!r} is not a name", "write letters, digits and _")
    wrong = [character for character in name if character in FORBIDDEN]
    if wrong:
        raise refusal("bad-name", f"{name!r} has {wrong[0]!r} in it", "write letters, digits and _")
    if name in RESERVED:
        remedy = f"choose another name: {', '.join(sorted(RESERVED))} are taken"
        raise refusal("reserved-name", f"{name!r} has a meaning of its own", remedy)
    return name


def _line(text: str) -> str:
    """One line of text; the end of a block of YAML is no part of it."""
    return _visible(text.rstrip("\n"), "")


def _paragraphs(text: str) -> str:
    return _visible(text, "\n\t")


def _visible(text: str, allowed: str) -> str:
    """Text in which nothing controls a terminal or a file."""
    for character in text:
        if unicodedata.category(character) in _CONTROL and character not in allowed:
            found = f"character U+{ord(character):04X} is no text"
            if character in "\n\r\t":
                found = "a line ends in it" if character != "\t" else "a tab stands in it"
            raise refusal("not-text", found, "write it in one line, of words and spaces")
    if not text:
        raise refusal("empty", "there is nothing here", "write a word, or leave it out")
    return text


_CONTROL = ("Cc", "Zl", "Zp")
"""Categories of characters that control where text stands: ends of lines, bells, escapes."""

Text = Annotated[str, MinLen(1), AfterValidator(_line)]
"""Words for people, or for the machine, in one line."""
Paragraphs = Annotated[str, MinLen(1), AfterValidator(_paragraphs)]
"""Words for people, in as many lines as they need."""
Name = Annotated[str, BeforeValidator(_spelled, json_schema_input_type=str), AfterValidator(_name)]
"""A name that the file gives to something."""
Reference = Annotated[str, BeforeValidator(_spelled, json_schema_input_type=str | int)]
"""A name that should stand elsewhere in the file."""
MOST = 2**53
"""No whole number is larger: up to here, they are the same as decimal numbers."""
Whole = Annotated[int, Strict(), Ge(0), Le(MOST)]
"""A whole number, 0 or more."""
Positive = Annotated[int, Strict(), Ge(1), Le(MOST)]
"""A whole number, 1 or more."""
Flag = Annotated[bool, Strict()]
"""true or false."""


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


References = Annotated[
    tuple[Reference, ...],
    BeforeValidator(
        _listed, json_schema_input_type=Reference | Annotated[list[Reference], MinLen(1)]
    ),
    MinLen(1),
]
"""One name, or a list of them."""
Percentages = Annotated[
    tuple[Percentage, ...],
    BeforeValidator(
        _listed, json_schema_input_type=Percentage | Annotated[list[Percentage], MinLen(1)]
    ),
    MinLen(1),
]
"""One percentage, or a list of them."""


class ByClass(Frozen, Generic[T]):
    """A value for each class of the stream."""

    values: Annotated[dict[Reference, T], MinLen(1)] = Field(alias="by_class")
    """The value of each class; ``otherwise`` stands for those that are not named."""

    def of(self, name: str) -> T:
        """Value of a class.

        Raises
        ------
        KeyError
            If neither the class nor ``otherwise`` is named.
        """
        return self.values[name if name in self.values else OTHERWISE]


def of_class(value: T | ByClass[T], name: str) -> T:
    """Value of a class, whether the value varies or not."""
    return value.of(name) if isinstance(value, ByClass) else value


def says(value: object, name: str) -> bool:
    """Whether a value is said for a class."""
    return not isinstance(value, ByClass) or name in value.values or OTHERWISE in value.values


PLAIN, VARIED = "\0plain", "\0varied"
"""Tags of the two forms; they are no words of the file, and never shown."""


def _form(value: object) -> str:
    varied = isinstance(value, ByClass) or (isinstance(value, Mapping) and "by_class" in value)
    return VARIED if varied else PLAIN


if TYPE_CHECKING:
    Varied: TypeAlias = T | ByClass[T]
else:

    class Varied:
        """A value, or one for each class."""

        def __class_getitem__(cls, kind: Any) -> Any:
            plain, varied = Annotated[kind, Tag(PLAIN)], Annotated[ByClass[kind], Tag(VARIED)]
            return Annotated[plain | varied, Discriminator(_form)]
