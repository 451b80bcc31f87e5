"""Problems and the errors that carry them.

A problem says where, what was found, and what would do. Checks *yield* problems; only the
function that was asked for an answer raises, once, with all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, told so that it can be repaired from the sentence alone."""

    code: str
    """The rule that found it, for instance ``unknown-team``; each has a file in tests/invalid."""
    path: str
    """Dotted words of the file, as in ``--set``: ``streams.incident.steps.resolve.team``."""
    found: str
    """What stands there."""
    remedy: str
    """What would do."""
    file: str = ""
    """File as the user named it; empty when the text did not come from a file."""
    line: int = 0
    """Line from 1; 0 when unknown."""
    column: int = 0
    """Column from 1; 0 when unknown."""

    def __str__(self) -> str:
        numbers = [str(n) for n in (self.line, self.column) if n]
        place = ":".join([self.file, *numbers] if self.file else numbers)
        where = " ".join(word for word in (place, self.path) if word)
        return f"{where}: {self.found}; {self.remedy}"


class SvcsimError(Exception):
    """Something that a user can repair. The command line prints it and exits with 2."""


class ScenarioError(SvcsimError):
    """Everything that is wrong with a scenario, at once.

    Attributes
    ----------
    problems : tuple of Problem
        In the order of the file.
    """

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SimulationError(SvcsimError):
    """A run that cannot go on: a duration out of range, or a million events in one tick."""
