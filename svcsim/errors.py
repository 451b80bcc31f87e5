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
        return _visible(f"{where}: " * bool(where) + f"{self.found}; {self.remedy}")


def _visible(text: str) -> str:
    """Text in which nothing moves the cursor of a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


class SvcsimError(Exception):
    """Something that a user can repair. The command line prints it and exits with 2."""


class ArgumentError(SvcsimError):
    """An argument of the library, which is an option of the command line, and what is wrong.

    Each is told in its own language: ``engine='fast': ...``, or ``--engine fast: ...``.
    """

    def __init__(self, name: str, value: object, problem: str):
        super().__init__(name, value, problem)  # all of it, for those who make it anew
        self.name, self.value, self.problem = name, value, problem

    def __str__(self) -> str:
        return f"{self.name}={self.value!r}: {self.problem}"

    def as_option(self) -> str:
        """The same to whom the command line asked."""
        return f"--{self.name} {self.value}: {self.problem}"


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
    """A run that cannot go on: a duration out of range, or a million events in one tick.

    Engines know no names; `svcsim.experiment.study` puts them in.

    Attributes
    ----------
    step, item, tick : int
        Where it happened, as far as that is known; -1 where it is not.
    """

    def __init__(self, found: str, step: int = -1, item: int = -1, tick: int = -1):
        super().__init__(found, step, item, tick)  # all of it, for those who make it anew
        self.step, self.item, self.tick = step, item, tick

    def __str__(self) -> str:
        return str(self.args[0])
