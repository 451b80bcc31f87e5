"""One thing that was checked, and what came of it."""

from dataclasses import asdict, dataclass
from typing import Any, Literal, Self

Result = Literal["holds", "fails", "does not apply", "unknown"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must hold of a scenario."""

    group: str
    """Of which kind it is: ``engines``, ``auditor``, ``identities``, ``workers``, ``relatives``."""
    name: str
    law: str
    """What it says, in a line."""
    source: str
    """Where that comes from: sentences of docs/semantics.md, or sections of the method."""
    result: Result
    """Unknown is what was not looked at to the end, because of something else that fails."""
    found: str
    """How much was looked at; where it fails first; or why it does not apply."""

    @classmethod
    def of(cls, group: str, name: str, law: str, source: str, wrong: str, found: str) -> Self:
        """Return a check that holds if nothing is wrong."""
        return cls(group, name, law, source, "fails" if wrong else "holds", wrong or found)

    @classmethod
    def without(cls, group: str, name: str, law: str, source: str, why: str) -> Self:
        """Return a check that does not apply."""
        return cls(group, name, law, source, "does not apply", why)

    @property
    def sound(self) -> bool:
        """Whether nothing was found against it."""
        return self.result in ("holds", "does not apply")

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)
