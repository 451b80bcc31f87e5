"""Changes of a scenario, one value each: ``teams.second_line.people=+1``.

``path=6`` sets, ``=+1`` adds, ``=-10%`` and ``=x1.25`` scale, and on shares ``=+5pp`` adds. Paths
are the dotted words of the file, or of what it might say. A change of a whole distribution scales
every duration in it. ``path=null`` takes away what was written. A new calendar, team, resource,
class or target is set as a whole: ``calendars.nights={days: Mon-Fri, hours: 22:00-06:00}``.
"""

import copy
import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, Self

from pydantic_core import PydanticCustomError

from svcsim.errors import Problem, ScenarioError
from svcsim.scenario.amounts import NUMBER, added, read, scaled
from svcsim.scenario.calendar import BUILT_IN
from svcsim.scenario.change_words import differences, flow, subject
from svcsim.scenario.cost import Cost
from svcsim.scenario.expand import written
from svcsim.scenario.explain import listed, near
from svcsim.scenario.grammar import (
    NAMES_ALONE,
    default,
    defines_names,
    fields_at,
    is_distribution,
    kinds,
    main_field,
    names_may_be_added,
)
from svcsim.scenario.rules import refusal
from svcsim.scenario.schema import Scenario
from svcsim.scenario.text import Document, Place, Words, dotted, read_value
from svcsim.scenario.units import (
    Duration,
    Rate,
    number,
)

ASKED_BY = ("set=", "vs=", "over=", "--set", "--vs", "--over")
"""What asks for changes: in messages, the file in which a changed value stands."""

_FACTOR = re.compile(rf"x\s*({NUMBER})")
_PERCENT = re.compile(rf"([+-])\s*({NUMBER})\s*%")
_AMOUNT = re.compile(rf"([+-])\s*({NUMBER}\s*(?:[A-Za-z/].*)?)")

Step = Callable[[Any], Any]
"""What happens to a number, or to a text that stands for one."""


class Asked(str):
    """The text of a change that knows what asked for it."""

    by: str
    """One of `ASKED_BY`."""

    @classmethod
    def all(cls, texts: Iterable[str], by: str) -> list[Self]:
        """Let several texts know what asked for them."""
        found = [cls(text) for text in texts]
        for one in found:
            one.by = by
        return found


@dataclass(frozen=True, slots=True)
class Change:
    """A change as it was written."""

    path: str
    """Dotted words of the file."""
    text: str
    """What becomes of the value there."""
    by: str
    """What asked for it: one of `ASKED_BY`."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read ``path=change``; plain text was given in Python, as ``set=``.

        Raises
        ------
        ScenarioError
            ``not-a-change``, if there is no ``=``, or nothing before it.
        """
        path, equals, change = text.partition("=")
        by = text.by if isinstance(text, Asked) else "set="
        if not equals or not path.strip():
            remedy = "write path=change, for instance teams.desk.people=+1"
            raise ScenarioError(
                [Problem("not-a-change", text.strip(), "this is no change", remedy, by)]
            )
        return cls(path.strip(), change.strip(), by)


def split(text: str) -> list[str]:
    """The changes of a text that names several, with commas between them.

    >>> split("teams.desk.people=+1, streams.a.steps.b.touch={mean: 5 min, cv: 1}")
    ['teams.desk.people=+1', 'streams.a.steps.b.touch={mean: 5 min, cv: 1}']
    """
    parts, depth = [""], 0
    for character in text:
        depth += (character in "{[(") - (character in ")]}")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def apply(document: Document, change: Change) -> list[Problem]:
    """Change a document in place; return what is wrong with the change."""
    try:
        _apply(document, change)
    except PydanticCustomError as error:
        context = error.context or {}
        found, remedy = str(context["found"]), str(context["remedy"])
        return [Problem(error.type, change.path, found, remedy, change.by)]
    return []


def describe(scenario: Scenario, change: str) -> str:
    """A change of a scenario in words: ``second_line: people 4 -> 5``.

    Of a mapping that is scaled, how: ``diagnose: touch -10%``; of one that is replaced, its fields
    that differ.

    Raises
    ------
    ScenarioError
        If it is no change of this scenario.
    """
    parsed = Change.parse(change)
    before, after = copy.deepcopy(scenario.document), copy.deepcopy(scenario.document)
    problems = apply(after, parsed)
    if problems:
        raise ScenarioError(problems)
    path = _apply(copy.deepcopy(scenario.document), parsed)
    _resolve(before, dotted(path), parsed.by)
    values = [_at(data, path) for data in (before.data, written(scenario), after.data)]
    old = values[0] if values[0] is not None else values[1]
    about, words = subject(scenario, path)
    if values[2] is None:
        return f"{about}{' '.join([*words, 'removed'])}"
    if isinstance(old, dict) and isinstance(values[2], dict):
        relative = _step(parsed.text) is not None
        return about + " ".join([*words, parsed.text if relative else differences(old, values[2])])
    return f"{about}{' '.join([*words, flow(old)])} -> {flow(values[2])}"


# ---- paths -------------------------------------------------------------------------------------


def _resolve(document: Document, text: str, by: str) -> Words:
    """The words of a dotted path; what is written short on the way is written out."""
    path: Words = ()
    here: Any = document.data
    rest = text
    while rest:
        if isinstance(here, dict | None):
            word = _key(here or {}, rest)
            rest = rest[len(word) + 1 :]
            if here is None or word not in here:
                _refuse_unknown(path, word, here or {}, last=not rest)
                here = _built_in(document, (*path, word), by) if rest else None
            else:
                here = here[word]
            path = (*path, word)
        elif isinstance(here, list):
            word, _, rest = rest.partition(".")
            if not word.isdigit() or int(word) >= len(here):
                remedy = f"count from 0 to {len(here) - 1}"
                raise refusal("unknown-path", f"{dotted(path)} is a list", remedy)
            path, here = (*path, int(word)), here[int(word)]
        else:
            main = main_field(path)
            if main is None:
                found = f"{dotted(path)} is {flow(here)}, which has no parts"
                raise refusal("unknown-path", found, f"change {dotted(path)} as a whole")
            here = {main: here}
            _put(document, path, here, by)
            document.values[(*path, main)] = document.values.get(path, Place())
    return path


def _key(here: dict[str, Any], rest: str) -> str:
    """The word of a mapping with which a path begins; names may hold dots only where units do."""
    begins = [key for key in here if rest == key or rest.startswith(f"{key}.")]
    return max(begins, key=len) if begins else rest.partition(".")[0]


def _refuse_unknown(path: Words, word: str, here: dict[str, Any], *, last: bool) -> None:
    """Refuse a word that is neither a field nor a name that may stand here.

    A new name may be the last word, where a file need not give any names; but not one that looks
    like a slip.
    """
    new = ""
    if defines_names(path):
        words, what = list(here), f"{dotted(path)} has no {word!r}"
        words += [name for name in BUILT_IN if path == ("calendars",) and name not in words]
        if word in words or (last and names_may_be_added(path) and not near(word, words)):
            return
        new = "a new one needs a file that extends this one"
        if names_may_be_added(path):
            new = f"or add it as a whole: {dotted(path)}.{word}={{...}}"
    else:
        words, what = list(fields_at(path)), f"{word!r} is no field of {dotted(path) or 'the file'}"
        free = not words or any(kind in NAMES_ALONE for kind in kinds(path))
        if word in words or (free and kinds(path)):
            return
    meant = near(word, words)
    if not path:
        above = [name for name, below in here.items() if isinstance(below, dict) and word in below]
        meant = f"{above[0]}.{word}" if above else meant
    remedy = f"there {'is only' if len(words) == 1 else 'are'} {listed(words, 'and')}"
    if meant:
        remedy = f"did you mean {meant}?"
    elif new:
        remedy = f"{remedy}; {new}" if words else new
    elif not words:
        remedy = "look at the words on the way"
    raise refusal("unknown-path", what, remedy)


def _built_in(document: Document, path: Words, by: str) -> Any:
    """Write out the built-in calendar at a path, if there is one."""
    calendar = BUILT_IN.get(str(path[-1])) if path[:-1] == ("calendars",) else None
    if calendar is None:
        return None
    words = calendar.model_dump(mode="json", exclude_unset=True)
    _put(document, path, words, by)
    document.keys[path] = document.values[path] = Place(by)
    return words


def _at(data: Any, path: Words) -> Any:
    for word in path:
        if isinstance(data, dict):
            data = data.get(str(word))
        elif isinstance(data, list) and isinstance(word, int) and word < len(data):
            data = data[word]
        else:
            return None
    return data


def _put(document: Document, path: Words, value: Any, by: str) -> None:
    """Write a value, and the mappings that hold it."""
    here: Any = document.data
    for i, word in enumerate(path[:-1]):
        if isinstance(here, dict) and here.get(str(word)) is None:
            here[str(word)] = {}
            document.keys[path[: i + 1]] = document.values[path[: i + 1]] = Place(by)
        here = here[word]
    here[path[-1]] = value


# ---- values ------------------------------------------------------------------------------------


def _apply(document: Document, change: Change) -> Words:
    """Change a document in place; return the path of what has changed."""
    path = _resolve(document, change.path, change.by)
    old = _at(document.data, path)
    step = _step(change.text)
    base = old if old is not None else default(path)
    new: Any
    if step is not None and _is_quantity(base, path):
        main = main_field(path) if isinstance(base, dict) else None
        if main is not None and main_field((*path, main)) is None:
            path, base = (*path, main), base.get(main, default((*path, main)))
        if base is None:
            remedy = f"set it: {dotted(path)}=..."
            raise refusal("nothing-to-change", f"{dotted(path)} has no value", remedy)
        new = _changed(base, step, path)
    elif step is not None and change.text[0] in "+-":
        remedy = f"set it: {dotted(path)}=..."
        found = f"{dotted(path)} is {flow(base)}, which is no quantity"
        if base is None:
            found = f"{dotted(path)} has no value"
        raise refusal("nothing-to-change", found, remedy)
    else:
        new, problems = read_value(change.text, change.by)
        if problems:
            raise refusal(problems[0].code, problems[0].found, problems[0].remedy)
        main = main_field(path)
        if isinstance(old, dict) and main in old and not isinstance(new, dict | None):
            path = (*path, str(main))
    if new is None:
        _remove(document, path, change)
        return path
    for places in (document.keys, document.values):
        for known in [known for known in places if known[: len(path)] == path]:
            del places[known]
    _put(document, path, new, change.by)
    document.keys[path] = document.values[path] = Place(change.by)
    return path


def _remove(document: Document, path: Words, change: Change) -> None:
    whole = _at(document.data, path[:-1])
    if not isinstance(whole, dict) or path[-1] not in whole:
        raise refusal("nothing-to-change", f"{change.path} is not written", "leave it as it is")
    del whole[path[-1]]


def _step(text: str) -> Step | None:
    """What a relative change does; None if the text is a value."""
    if match := _FACTOR.fullmatch(text):
        return partial(scaled, factor=Decimal(match[1]))
    if match := _PERCENT.fullmatch(text):
        return partial(scaled, factor=1 + Decimal(match[1] + match[2]) / 100)
    if match := _AMOUNT.fullmatch(text):
        return partial(added, sign=match[1], text=match[2].strip())
    return None


def _is_quantity(value: Any, path: Words) -> bool:
    """Whether a relative change of a value makes sense; what is absent may be meant so."""
    if value is None:
        return any(kind in kinds(path) for kind in (Cost, Duration, Rate, int))
    if isinstance(value, dict):
        return True
    if isinstance(value, list):
        return all(_is_quantity(part, path) for part in value)
    return read(value) is not None


def _changed(value: Any, step: Step, path: Words) -> Any:
    """A value with a step applied to it, or to each quantity in it."""
    if isinstance(value, list):
        return [_changed(part, step, path) for part in value]
    if not isinstance(value, dict):
        new = step(value)
        if isinstance(value, int) and isinstance(new, float) and float not in kinds(path):
            whole = math.ceil(new) if new > value else math.floor(new)
            remedy = f"set a whole number: {dotted(path)}={whole}"
            raise refusal("not-whole", f"{value} would become {number(new)}", remedy)
        return new
    for word in ("by_class", "by_visit"):
        if word in value:
            inner = value[word]
            parts = inner.items() if isinstance(inner, dict) else enumerate(inner)
            new = {name: _changed(part, step, path) for name, part in parts}
            return {**value, word: new if isinstance(inner, dict) else list(new.values())}
    if is_distribution(path):
        return _all_durations(value, step, path)
    raise refusal("nothing-to-change", f"{dotted(path)} is a mapping", "change one of its fields")


def _all_durations(value: Any, step: Step, path: Words) -> Any:
    """A distribution with every duration changed."""
    if isinstance(value, dict):
        if "csv" in value:
            remedy = f"name another file, {dotted(path)}.csv=..., or change the numbers in it"
            raise refusal("nothing-to-change", f"{dotted(path)} is read from a file", remedy)
        if "scipy" in value:
            value = _scipy_scaled(value, step, path)
        return {
            (step(name) if isinstance(read(name), Duration) else name): _all_durations(
                part, step, path
            )
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [_all_durations(part, step, path) for part in value]
    return step(value) if isinstance(read(value), Duration) else value


def _scipy_scaled(value: dict[str, Any], step: Step, path: Words) -> dict[str, Any]:
    """A law of scipy.stats whose values are scaled: its loc and scale, which are plain numbers."""
    if not (isinstance(step, partial) and step.func is scaled):
        remedy = f"set what is added to each value: {dotted(path)}.plus=..."
        raise refusal("nothing-to-change", f"{dotted(path)} is of scipy.stats", remedy)
    places = {"loc": value["loc"]} if "loc" in value else {}
    places["scale"] = value.get("scale", 1)
    return {**value, **{word: step(number) for word, number in places.items()}}
