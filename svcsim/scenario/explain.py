"""What the schema refused, in our words: where, what was found, what would do."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from svcsim.errors import Problem
from svcsim.scenario.grammar import fields_at, meaning
from svcsim.scenario.rules import RULES
from svcsim.scenario.text import Document, Words, dotted
from svcsim.scenario.units import number, shown

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


def near(word: str, words: Sequence[str]) -> str | None:
    """The one of some words that was probably meant."""
    found = difflib.get_close_matches(word, words, n=1) or difflib.get_close_matches(
        word.lower(), words, n=1
    )
    return found[0] if found else None


def listed(words: Sequence[str], last: str = "or") -> str:
    """Words as a sentence lists them: ``a, b or c``."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def problem_at(
    document: Document, code: str, path: Words, found: str, remedy: str, *, key: bool = False
) -> Problem:
    """A problem with the place of a path, or of its last word."""
    place = document.place(path, key=key)
    return Problem(code, dotted(path), found, remedy, place.file, place.line, place.column)


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
    meant = near(name, absent) or near(name, free)
    if meant in absent:
        absent.remove(meant)
    if meant:
        remedy = f"did you mean {meant}?"
    else:
        remedy = f"fields are {listed(free, 'and')}" if 0 < len(free) <= 12 else "leave it out"
    return problem_at(
        document, "unknown-field", path, f"{name!r} is no field here", remedy, key=True
    )


def _missing_field(parent: Words, name: str, document: Document) -> Problem:
    place = document.place(parent, key=True)
    what = meaning((*parent, name))
    meant = f": {what[0].lower()}{what[1:]}" if what else ""
    remedy = "begin with svcsim: 1" if parent == () and name == "svcsim" else f"add it{meant}"
    path = dotted((*parent, name))
    return Problem(
        "missing-field", path, f"{name!r} is missing", remedy, place.file, place.line, place.column
    )


def _refused(error: Mapping[str, Any], document: Document) -> Explained:
    path, key = written(error["loc"], document.data)
    context = error.get("ctx", {})
    if error["type"] in RULES:
        deeper, _ = written((*error["loc"], *context.get("below", ())), document.data)
        problem = problem_at(
            document, error["type"], deeper, context["found"], context["remedy"], key=key
        )
        if "file" in context:
            problem = Problem(
                problem.code, problem.path, problem.found, problem.remedy,
                str(context["file"]), int(context.get("line", 0)),
            )  # fmt: skip
        return problem, deeper
    code, found, remedy = _told(error, context)
    return problem_at(document, code, path, found, remedy, key=key), path


def _told(error: Mapping[str, Any], context: Mapping[str, Any]) -> tuple[str, str, str]:
    """Code, what was found and what would do, for an error of pydantic's own."""
    kind, value = error["type"], error["input"]
    found = f"found {shown(value)}"
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
