"""What every check of how words fit together knows: the scenario, and where its words stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic_core import PydanticCustomError

from svcsim.scenario.calendar import BUILT_IN, Calendar
from svcsim.scenario.explain import Explained, listed, near, problem_at
from svcsim.scenario.flow import coming
from svcsim.scenario.schema import Scenario, Stream
from svcsim.scenario.shares import whole
from svcsim.scenario.text import Document, Words
from svcsim.scenario.units import Rest
from svcsim.scenario.words import OTHERWISE, ByClass, Varied

T = TypeVar("T")
_ADDED = {
    "teams": "{people: 2, activity: engage}",
    "resources": "1",
    "calendars": "{days: Mon-Fri, hours: 09:00-17:00}",
    "classes": "20%",
}
"""How an unknown name would be defined, by the mapping in which it would stand."""
Found = Iterator[Explained]
"""What a check yields: problems, and the paths they are about."""


@dataclass(frozen=True)
class Fit:
    """A scenario under inspection."""

    scenario: Scenario
    document: Document
    """What was read."""
    directory: Path
    """Where the files lie that it names."""
    unread: Sequence[Words] = ()
    """Paths that could not be read; what they name is taken to exist."""

    def problem(
        self, code: str, path: Words, found: str, remedy: str, *, key: bool = False
    ) -> Explained:
        """A problem at a path, or at its last word."""
        return problem_at(self.document, code, path, found, remedy, key=key), path

    def unknown(
        self,
        kind: str,
        name: str,
        names: Sequence[str],
        holder: Words,
        path: Words,
        *,
        what: str = "",
    ) -> Found:
        """Yield a problem if a name is none of those that stand in a mapping.

        Parameters
        ----------
        kind
            What is named, for instance ``team``.
        names
            Names that would do.
        holder
            Path of the mapping in which the name should stand.
        path
            Where it is named.
        """  # fmt: skip
        if name in names or self.could_not_read((*holder, name)):
            return
        meant = near(name, names)
        plural = {"class": "classes", "activity": "activities"}.get(kind, f"{kind}s")
        together = _together(name, names) if path[-1] == "team" else None
        if together:
            remedy = together
        elif meant:
            remedy = f"did you mean {meant}?"
        else:
            remedy = f"there are no {plural}"
            if names:
                several = f"{plural} are {listed(names, 'and')}"
                remedy = several if len(names) > 1 else f"the only {kind} is {names[0]}"
            if holder[-1] in _ADDED:
                added = self._added(name, holder)
                remedy = f"{remedy}, or {added}" if names else added
        found = f"{name!r} is no {kind}{what}"
        yield self.problem(f"unknown-{kind}", path, found, remedy, key=name in path[-1:])

    def _added(self, name: str, holder: Words) -> str:
        """How a name would be defined in a mapping that exists, or does not yet."""
        word, form = str(holder[-1]), f"{name}: {_ADDED[str(holder[-1])]}"
        where = f" to stream {holder[1]}" if len(holder) > 1 else ""
        if holder in self.document.keys:
            where = f" to {word} of {holder[1]}" if len(holder) > 1 else f" to {word}"
            return f"add{where}, for instance {form}"
        more = ", others: rest" if word == "classes" else ""
        return f"add{where} for instance {word}: {{{form}{more}}}"

    def could_not_read(self, path: Words) -> bool:
        """Whether a path, or a mapping that should hold it, could not be read."""
        return any(path[: len(cut)] == cut for cut in self.unread)

    def partly_read(self, path: Words) -> bool:
        """Whether something at a path, or below it, could not be read."""
        return any(cut[: len(path)] == path for cut in self.unread)

    def people_known(self, team: str) -> bool:
        """Whether a team says how many people it has, and all that it says could be read."""
        said = self.scenario.teams[team]
        return bool(said.people is not None or said.groups) and not self.partly_read(
            ("teams", team)
        )

    def calendar(self, name: str, path: Words) -> Found:
        """Yield a problem if there is no calendar of a name."""
        names = [*self.scenario.calendars, *BUILT_IN]
        yield from self.unknown("calendar", name, list(dict.fromkeys(names)), ("calendars",), path)

    def named(self, name: str | None) -> Calendar | None:
        """The calendar of a name, the scenario's if there is none; None never closes."""
        name = name or self.scenario.calendar
        return self.scenario.calendars.get(name, BUILT_IN.get(name))

    def never_closes(self, name: str | None) -> bool:
        """Whether a calendar, the scenario's if not given, never closes by its name."""
        name = name or self.scenario.calendar
        return name in BUILT_IN and name not in self.scenario.calendars and BUILT_IN[name] is None

    def shares(self, shares: Mapping[str, float | Rest], path: Words) -> Found:
        """Yield a problem unless shares add up to 100 %."""
        try:
            whole(shares)
        except PydanticCustomError as error:
            context = error.context or {}
            yield self.problem(error.type, path, str(context["found"]), str(context["remedy"]))

    def classes(self, value: Varied[Any], stream: Stream, path: Words, holder: Words) -> Found:
        """Yield problems of the classes of a value that varies.

        `holder` is the path of the stream. What stands at a step says nothing of classes that never
        come there.
        """
        if not isinstance(value, ByClass):
            return
        for name in value.values:
            if name != OTHERWISE:
                where = (*path, "by_class", name)
                names = list(stream.classes)
                what = f" of {holder[-1]}"
                yield from self.unknown(
                    "class", name, names, (*holder, "classes"), where, what=what
                )
        full = [team.wip.to for team in self.scenario.teams.values() if team.wip and team.wip.to]
        known = coming(stream, path[len(holder) :], full)
        missing = [name for name in known if name not in value.values]
        if missing and OTHERWISE not in value.values:
            found = f"nothing is said of {listed(missing, 'and')}"
            remedy = f"add {missing[0]}, or otherwise"
            yield self.problem("missing-class", (*path, "by_class"), found, remedy)


def variants(value: Varied[T], path: Words) -> Iterator[tuple[T, Words]]:
    """Each of the values that a value may take, and where it stands."""
    if isinstance(value, ByClass):
        for name, part in value.values.items():
            yield part, (*path, "by_class", name)
    else:
        yield value, path


def _together(text: str, teams: Sequence[str]) -> str | None:
    """How several teams are written that stand in one text; None if there are no such teams."""
    names = [name.strip() for name in re.split(r",|\+|&|\band\b|\bor\b", text)]
    if len(names) < 2 or not {*names} <= {*teams}:
        return None
    both = ", ".join(f"{name}: 1" for name in names)
    return f"write [{', '.join(names)}] for whoever is free first, or {{{both}}} for all at once"
