"""What the schema refused, in our words: where, what was found, what would do."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from svcsim.errors import Problem
from svcsim.scenario.forms import (
    field_form,
    instead,
    later,
    mapping_form,
    misplaced,
    varies,
)
from svcsim.scenario.grammar import fields_at, is_distribution, meaning
from svcsim.scenario.reference import REFERENCE
from svcsim.scenario.rules import RULES
from svcsim.scenario.text import Document, Words, dotted
from svcsim.scenario.units import BARE, DURATION, PERCENT, number, shown
from svcsim.scenario.words import OTHERWISE

Explained = tuple[Problem, Words]
"""A problem, and the path that cannot be used because of it."""

_CODES = {
    "int_type": ("not-a-whole-number", "write a whole number"),
    "int_from_float": ("not-a-whole-number", "write a whole number"),
    "int_parsing": ("not-a-whole-number", "write a whole number"),
    "float_type": ("not-a-number", "write a number"),
    "finite_number": ("not-a-number", "write a number"),
    "bool_type": ("not-true-or-false", "write true or false"),
    "dict_type": ("not-a-mapping", "write names with values: {name: value}"),
    "model_type": ("not-a-mapping", "write names with values: {name: value}"),
    "list_type": ("not-a-list", "write a list in brackets: [a, b]"),
    "tuple_type": ("not-a-list", "write a list in brackets: [a, b]"),
}
"""Code and remedy of what pydantic says about a type."""


def near(word: str, words: Sequence[str], cutoff: float = 0.6) -> str | None:
    """The one of some words that was probably meant: nearly the same, or with it as a part."""
    for spelling in (word, word.lower()):
        if found := difflib.get_close_matches(spelling, words, n=1, cutoff=cutoff):
            return found[0]
    parts = set(word.lower().split("_"))
    holds = [other for other in words if len(word) > 2 and parts <= set(other.lower().split("_"))]
    if not holds and len(word) >= 4:
        stems = [(other, part) for other in words for part in other.lower().split("_")]
        holds = [other for other, part in stems if difflib.get_close_matches(
            word.lower(), [part], cutoff=0.75)]  # fmt: skip
    return holds[0] if len(holds) == 1 else None


def listed(words: Sequence[str], last: str = "or") -> str:
    """Words as a sentence lists them: ``a, b or c``."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def problem_at(
    document: Document, code: str, path: Words, found: str, remedy: str, *, key: bool = False
) -> Problem:
    """A problem with the place of a path, or of its last word."""
    place = document.place(path, key=key)
    if path and isinstance(path[-1], int):
        found = f"{found} ({ordinal(path[-1] + 1)} in the list)"
    return Problem(code, dotted(path), found, remedy, place.file, place.line, place.column)


def ordinal(number: int) -> str:
    """``first``, ``second``, ...; ``4th`` and so on."""
    return {1: "first", 2: "second", 3: "third"}.get(number, f"{number}th")


def written(location: Sequence[str | int], data: Any) -> tuple[Words, bool]:
    """The path in the file of a location in the models, and whether its last word is at fault.

    Words that stand for no word of the file (a shorthand's field, the form of a union) are left
    out.
    """
    path: list[str | int] = []
    for word in location:
        if isinstance(data, Mapping) and word in data:
            data = data[str(word)]
        elif isinstance(data, list) and isinstance(word, int) and word < len(data):
            data = data[word]
        else:
            continue
        path.append(word)
    return tuple(path), location[-1:] == ("[key]",)


def explain(errors: Sequence[Mapping[str, Any]], document: Document) -> Iterator[Explained]:
    """Tell the errors of pydantic; a misspelt field is one problem, not two."""
    errors, by_class = _apart(errors, document)
    yield from by_class
    absent: dict[Words, list[str]] = {}
    for error in errors:
        if error["type"] == "missing" and isinstance(error["loc"][-1], str):
            parent, _ = written(error["loc"][:-1], document.data)
            absent.setdefault(parent, []).append(error["loc"][-1])
    for error in errors:
        if error["type"] == "extra_forbidden":
            path, _ = written(error["loc"], document.data)
            yield _unknown_field(path, document, absent.get(path[:-1], [])), path
    for parent, names in absent.items():
        for name in names:
            yield _missing_field(parent, name, document), parent
    for error in errors:
        if error["type"] == "extra_forbidden":
            continue
        if error["type"] == "missing" and isinstance(error["loc"][-1], str):
            continue
        yield _refused(error, document)


def _unknown_field(path: Words, document: Document, absent: list[str]) -> Problem:
    name, parent = str(path[-1]), path[:-1]
    here: Any = document.data
    for word in parent:
        here = here[word]
    free = [word for word in fields_at(parent) if word not in here]
    left_out = later(name)
    elsewhere = left_out or misplaced(parent, name)
    other = instead(parent, name, here)
    meant = near(name, absent)
    if meant is None and left_out is None:
        meant = near(name, free, 0.85 if elsewhere else 0.6)
    if other and "cv" in absent:
        meant = "cv"
    if meant in absent:
        absent.remove(meant)
    if other:
        remedy = other
    elif meant:
        remedy = f"did you mean {meant}?"
    elif elsewhere:
        remedy = elsewhere
    else:
        remedy = f"fields are {listed(free, 'and')}" if 0 < len(free) <= 12 else "leave it out"
    return problem_at(
        document, "unknown-field", path, f"{name!r} is no field here", remedy, key=True
    )


def _missing_field(parent: Words, name: str, document: Document) -> Problem:
    place = document.place(parent, key=True)
    what = meaning((*parent, name))
    meant = f": {what[0].lower()}{what[1:]}" if what else ""
    form = field_form(name)
    if name == "people" and parent[-1] not in REFERENCE.activities:
        said = _value((*parent, "activity"), document.data) is not None
        form = form if said else f"{form}, {field_form('activity')}"
    if name == "share" and "targets" not in parent:
        form = "share: 30%"
    remedy = f"add for instance {form}" if form else f"add it{meant}"
    if len(parent) == 2 and parent[0] == "streams" and parent[1] in fields_at(("streams", "s")):
        remedy += f"; or move {parent[1]} to the right, below its stream"
    if parent == () and name == "svcsim":
        remedy = "begin with svcsim: 1"
    path = dotted((*parent, name))
    return Problem(
        "missing-field", path, f"{name!r} is missing", remedy, place.file, place.line, place.column
    )


def _refused(error: Mapping[str, Any], document: Document) -> Explained:
    path, key = written(error["loc"], document.data)
    context = error.get("ctx", {})
    if error["type"] in RULES:
        deeper, _ = written((*error["loc"], *context.get("below", ())), document.data)
        remedy = context["remedy"]
        if error["type"] == "no-unit":
            amount = context["found"].removesuffix(" has no unit")
            remedy = _with_unit(deeper, amount, document) or remedy
        problem = problem_at(document, error["type"], deeper, context["found"], remedy, key=key)
        if "file" in context:
            problem = Problem(
                problem.code, problem.path, problem.found, problem.remedy,
                str(context["file"]), int(context.get("line", 0)),
            )  # fmt: skip
        return problem, deeper
    code, found, remedy = _told(error, context)
    if code == "not-a-mapping" and (form := mapping_form(path, error["input"])) is not None:
        remedy = f"write for instance {form}"
    return problem_at(document, code, path, found, remedy, key=key), path


def _apart(
    errors: Sequence[Mapping[str, Any]], document: Document
) -> tuple[list[Mapping[str, Any]], list[Explained]]:
    """The errors, without those of values for each class that lack the word by_class; and these."""
    others: list[Mapping[str, Any]] = []
    found: dict[Words, Problem] = {}
    for error in errors:
        path, _ = written(error["loc"], document.data)
        at = _classes_alone(path, document.data)
        if at is None:
            others.append(error)
        elif at not in found:
            here = _value(at, document.data)
            text = ", ".join(f"{name}: {_flow(part)}" for name, part in here.items())
            remedy = f"write {at[-1]}: {{by_class: {{{text}}}}}"
            what = f"{listed([str(name) for name in here], 'and')}, and not the word by_class"
            found[at] = problem_at(document, "not-one-of", at, f"found {what}", remedy)
    return others, [(problem, at) for at, problem in found.items()]


def _classes_alone(path: Words, data: Any) -> Words | None:
    """The path of a mapping of classes that stands where by_class should, at a path or above it."""
    if len(path) < 3 or path[0] != "streams":
        return None
    classes = _value((*path[:2], "classes"), data)
    for end in range(3, len(path) + 1):
        here = _value(path[:end], data)
        if isinstance(here, Mapping) and here and varies(path[:end]):
            numbers = all(isinstance(part, int) for part in here.values())
            known = isinstance(classes, Mapping) and set(here) <= {*classes, OTHERWISE}
            if known or (numbers and path[end - 1] in ("priority", "preempts")):
                return path[:end]
    return None


def _value(path: Words, data: Any) -> Any:
    """What stands at a path; None if nothing does."""
    for word in path:
        if isinstance(data, list):
            data = data[word] if isinstance(word, int) and word < len(data) else None
        else:
            data = data.get(str(word)) if isinstance(data, Mapping) else None
    return data


def _flow(value: Any) -> str:
    """A value as it is written in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_flow, value)) + "]"
    return str(value) if isinstance(value, str) else shown(value)


def _with_unit(path: Words, amount: str, document: Document) -> str | None:
    """How a number is written with units that make sense at a path; None if any may."""
    if is_distribution(path[:-1]):
        beside = _value(path[:-1], document.data)
        for other in beside.values() if isinstance(beside, Mapping) else ():
            if isinstance(other, str) and (match := DURATION.fullmatch(other)):
                return f"write {amount} {match[2]}"
    for word in reversed(path):
        if units := _UNITS.get(str(word)):
            return f"write {listed([f'{amount} {unit}' for unit in units.split()])}"
    return None


_UNITS = {
    "horizon": "d wk month",
    "warm_up": "d wk month",
    "run_out": "d wk month",
    "bin": "min h d",
    "every": "min h d",
    "touch": "min h",
    "wait": "min h d bd",
    "patience": "min h d",
    "reading_in": "min h",
    "switching": "min h",
    "within": "min h bh bd",
    "due": "h d bh bd",
    "cut_off": "h d bd",
    "day": "h",
    "first": "bd",
    "last": "bd",
}
"""Units of time that make sense at a field."""


def _told(error: Mapping[str, Any], context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Code, what was found and what would do, for an error of pydantic's own."""
    kind, value = error["type"], error["input"]
    found = f"found {shown(value)}"
    if kind == "float_type" and isinstance(value, str):
        if (percent := PERCENT.fullmatch(value)) is not None:
            return "not-a-number", found, f"write it as a factor: {number(float(percent[1]) / 100)}"
        if BARE.fullmatch(value):
            return "not-a-number", found, f"write {value.strip()}, without quotes"
    if kind in _CODES:
        return (_CODES[kind][0], found, _CODES[kind][1])
    if kind == "string_type":
        quoted = f'write "{shown(value)}"' if isinstance(value, int | float) else "write a word"
        return "not-text", found, quoted
    if kind in ("greater_than", "greater_than_equal"):
        bound = number(float(context.get("ge", context.get("gt", 0))))
        or_more = "or more" if "ge" in context else "at least"
        return (
            "too-small",
            found,
            f"write {bound} or more" if or_more == "or more" else (f"write more than {bound}"),
        )
    if kind in ("less_than", "less_than_equal"):
        bound = number(float(context.get("le", context.get("lt", 0))))
        return "too-large", found, f"write {bound} or less"
    if kind == "literal_error":
        choices = [word.strip("' ") for part in context["expected"].split(",")
                   for word in part.split(" or ")]  # fmt: skip
        meant = near(value, choices) if isinstance(value, str) else None
        hint = f"did you mean {meant}?" if meant else f"write {listed(choices)}"
        return "not-one-of", found, hint
    if kind in ("too_short", "too_long", "string_too_short", "missing"):
        least = context.get("min_length", context.get("max_length", 2))
        if least == 1:
            return "empty", "there is nothing here", "write at least one, or leave it out"
        length = context.get("actual_length", 1)
        return "wrong-length", f"there are {length} values here", f"write {least}"
    return "not-one-of", found, str(error["msg"])
