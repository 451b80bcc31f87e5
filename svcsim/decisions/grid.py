"""Grids of what-ifs: ``teams.second_line.people=8..14``, and every combination of several."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod

from svcsim.errors import Problem, ScenarioError
from svcsim.scenario.arguments import checked_texts
from svcsim.scenario.changes import Asked, split

KINDS_OF_PARTS = ("groups", "steps", "one_of")
"""Words of a path that only say what kind of part comes next."""
MOST_POINTS = 10_000
"""A grid with more points was probably not meant."""
NUMBER = r"\d+(?:\.\d+)?"
"""A number without a sign; a dot has digits after it, as two dots are a range."""
_RANGE = re.compile(rf"({NUMBER})\s*\.\.\s*({NUMBER})(?:\s*\.\.\s*({NUMBER}))?\s*(.*)")
_HYPHEN = re.compile(rf"({NUMBER})\s*[-\u2013]\s*({NUMBER})\s*([%A-Za-z/]*)")
"""A range as others write it; no date has two numbers only."""
_MEASURED = re.compile(rf"([x×+-]?)\s*({NUMBER})\s*(.*)")
EXAMPLE = "write PATH=VALUES, for instance teams.desk.people=2..6 or teams.desk.people=2,4,8"


@dataclass(frozen=True, slots=True)
class Axis:
    """A path, and what becomes of the value there, one after the other."""

    path: str
    values: tuple[str, ...]
    """As after the ``=`` of ``--set``."""
    by: str
    """What asked for it: in messages."""

    def change(self, value: str) -> Asked:
        """Return the change that sets a value."""
        (one,) = Asked.all([f"{self.path}={value}"], self.by)
        return one

    @property
    def name(self) -> str:
        """The words of the path that are names or fields: ``second_line.people``."""
        words = self.path.split(".")
        return ".".join([word for word in words[1:] if word not in KINDS_OF_PARTS] or words)


def axis(text: str) -> Axis:
    """Read one path and its values.

    A range has its end in it, steps of 1 unless a third number says otherwise, and the unit at its
    end: ``8..14``, ``8..14..2``, ``10..30..10 min``, ``60..90..5%``. Commas stand between single
    values and ranges. Values are those of ``--set``: ``x0.8`` and ``+10%`` are relative.

    Raises
    ------
    ScenarioError
        With everything that is wrong.

    Examples
    --------
    >>> axis("teams.desk.people=2..4, 8").values
    ('2', '3', '4', '8')
    >>> axis("streams.incident.demand=x0.9,x1.1").values
    ('x0.9', 'x1.1')
    """
    by = text.by if isinstance(text, Asked) else "over="
    path, equals, listed = text.partition("=")
    path = path.strip()
    if not equals or not path or not listed.strip():
        found = "this names no path and values" if not equals or not path else "no value is given"
        raise ScenarioError([Problem("not-a-grid", text.strip(), found, EXAMPLE, by)])
    values: list[str] = []
    problems: list[Problem] = []
    for part in split(listed):
        try:
            values += _values(part)
        except ValueError as error:
            found, _, remedy = str(error).rpartition("; ")
            problems.append(Problem("not-a-range", path, found, remedy, by))
    if problems:
        raise ScenarioError(problems)
    return Axis(path, tuple(dict.fromkeys(values)), by)


def axes(texts: Sequence[str]) -> tuple[Axis, ...]:
    """Read the paths of a grid; no two are the same.

    Raises
    ------
    ScenarioError
        With everything that is wrong with any of them.
    """
    found: list[Axis] = []
    problems: list[Problem] = []
    for text in checked_texts("over", texts, "teams.desk.people=2..6"):
        try:
            one = axis(text)
        except ScenarioError as error:
            problems += error.problems
            continue
        if one.path in [other.path for other in found]:
            remedy = "write all its values behind each other, with commas"
            problems.append(Problem("twice", one.path, "this path is there twice", remedy, one.by))
        found.append(one)
    problems += common([(one.path, one.by) for one in found])
    n = prod(len(one.values) for one in found)
    if not problems and n > MOST_POINTS:
        remedy = f"take fewer values; {MOST_POINTS} points at most"
        last = found[-1]
        problems.append(Problem("too-many-points", last.path, f"this makes {n} points", remedy,
                                last.by))  # fmt: skip
    if problems:
        raise ScenarioError(problems)
    return tuple(found)


COMMON = ("seed", "replications")
"""Fields that all points and variants have in common, so that their luck is the same."""


def common(paths: Iterable[tuple[str, str]]) -> Iterator[Problem]:
    """Yield a problem for each path, with what asked for it, that would change nothing."""
    for path, by in paths:
        if path in COMMON:
            option = f"--{path}" if by.startswith("--") else f"{path}="
            found = "all that is compared has the same one, so that nothing would change"
            yield Problem("in-common", path, found, f"write {option} for all of them", by)


def in_common(changes: Iterable[Asked]) -> Iterator[Problem]:
    """Yield a problem for each change, of a variant, of what all variants have in common."""
    for one in changes:
        path, given, _ = one.partition("=")
        if given:
            yield from common([(path.strip(), one.by)])


def points(grid: Sequence[Axis]) -> Iterator[tuple[str, ...]]:
    """Yield the values of every point, the last path changing fastest."""
    yield from product(*(one.values for one in grid))


def amounts(one: Axis) -> tuple[list[float], str] | None:
    """Return the values of an axis as numbers, with what they have in common; None if they are not.

    >>> amounts(axis("teams.desk.people=2..4"))
    ([2.0, 3.0, 4.0], '')
    >>> amounts(axis("streams.a.steps.b.touch=10 min,20 min"))
    ([10.0, 20.0], 'min')
    >>> amounts(axis("streams.incident.demand=x0.9,x1.1"))
    ([0.9, 1.1], '×')
    """
    found, words = [], set()
    for value in one.values:
        match = _MEASURED.fullmatch(value)
        if match is None:
            return None
        sign = -1.0 if match[1] == "-" else 1.0
        found.append(sign * float(match[2]))
        relative = {"x": "×", "×": "×", "+": "±", "-": "±", "": ""}[match[1]]
        words.add(" ".join(word for word in (relative, match[3]) if word))
    return (found, words.pop()) if len(words) == 1 else None


def _values(part: str) -> list[str]:
    match = _RANGE.fullmatch(part)
    if match is None:
        if ".." in part:
            raise ValueError(f"{part!r} is no range; write for instance 8..14, or 8..14..2")
        if (hyphen := _HYPHEN.fullmatch(part)) is not None:
            low, high, unit = hyphen.groups()
            meant = f"{low}..{high}{' ' * (unit[:1].isalpha())}{unit}"
            raise ValueError(f"{part!r} is no range; write {meant}")
        return [part]
    low, high, step = Decimal(match[1]), Decimal(match[2]), Decimal(match[3] or 1)
    if high < low:
        raise ValueError(f"{part!r} ends below its start; write {match[2]}..{match[1]}")
    if step <= 0:
        raise ValueError(f"{part!r} has steps of {step}; write a step above 0")
    n = int((high - low) / step) + 1
    if n > MOST_POINTS:
        raise ValueError(f"{part!r} has {n} values; write a longer step, as in 0..1000..100")
    unit = match[4].strip()
    space = "" if not unit or unit == "%" else " "
    return [f"{low + k * step}{space}{unit}" for k in range(n)]
