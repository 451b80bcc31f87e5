"""What an audit finds, and how it stops looking."""

from typing import NamedTuple

MOST_FINDINGS = 50
"""A stage stops here: the first findings are the ones to read."""


class Finding(NamedTuple):
    """What contradicts the law."""

    rule: str
    """By which it was found, ``"A5"``: see `svcsim.audit.rules`."""
    text: str
    """What, where and when, with the sentences of docs/semantics.md in brackets."""

    def __str__(self) -> str:
        return f"{self.rule} {self.text}"


class Enough(Exception):  # noqa: N818  (no error: the list is long enough)
    """There are as many findings as anybody reads."""


class Mismatch(Exception):  # noqa: N818
    """The rows of an item leave the path of the program."""

    def __init__(self, rule: str, text: str):
        self.rule = rule
        self.text = text
