"""What the parser of YAML refuses, in words of people, and where it is repaired."""

import re
from typing import NamedTuple

from ruamel.yaml.error import MarkedYAMLError

_OUT_OF_LINE = "this line does not stand below those to which it belongs"
_WORDS = {
    "expected <block end>, but found '<block mapping start>'": _OUT_OF_LINE,
    "expected <block end>, but found '?'": _OUT_OF_LINE,
    "expected <block end>, but found": "this does not fit in with",
    "found unexpected end of stream": "the file ends",
    "while parsing a": "in the",
    "while scanning a": "in the",
    "flow sequence": "list that begins with [",
    "flow mapping": "mapping that begins with {",
    "block mapping": "fields that begin",
    "block collection": "list that begins",
    "simple key": "name",
    "quoted scalar": "text in quotes",
    "could not find expected ':'": "a colon is missing",
    "'<stream end>'": "the end of the file",
    "'<block end>'": "the end of the lines that belong together",
    "mapping values are not allowed here": "a colon stands where no name may stand",
}
"""Words of the parser, and of people."""


_BRACKETS = {"flow sequence": ("list", "]"), "flow mapping": ("mapping", "}")}
"""What begins with a bracket, and how it ends."""
_NO_BLANK = re.compile(r"\s*(?:- )?([\w ]+):(\S.*)")


class Broken(NamedTuple):
    """Where a text is no YAML, counted from 1, and what a problem says of it."""

    line: int
    column: int
    code: str
    found: str
    remedy: str


def broken_yaml(error: MarkedYAMLError, text: str) -> Broken:
    """What is wrong with a text that the parser refused."""
    mark, begun = error.problem_mark or error.context_mark, error.context_mark
    if mark is None:
        return Broken(0, 0, "not-yaml", f"this is not YAML: {error.problem}", "see the examples")
    line, column = mark.line + 1, mark.column + 1
    lines = text.splitlines()
    problem = str(error.problem or "something is missing").split("\n")[0]
    if "\t" in (lines[mark.line] if mark.line < len(lines) else "")[: mark.column + 1]:
        return Broken(line, column, "tab", "a tab stands between words", "write spaces")
    if (told := _not_closed(error)) is not None:
        return told
    if problem == "could not find expected ':'" and begun is not None:
        return _no_colon(begun.line + 1, begun.column + 1, lines[begun.line])
    if problem == "mapping values are not allowed here":
        told = _after_a_value(lines, line)
        if told is not None:
            return told
    found = _in_words(problem)
    if found == _OUT_OF_LINE and (told := _between(lines, line, column)) is not None:
        return told
    if error.context and begun is not None and begun.line != mark.line:
        found += f" ({_in_words(error.context)} in line {begun.line + 1})"
    remedy = "quote texts that have : or # in them, close brackets, align what belongs together"
    return Broken(line, column, "not-yaml", f"this is not YAML: {found}", remedy)


def _not_closed(error: MarkedYAMLError) -> Broken | None:
    """Tell of a bracket or a quote that is not closed, where it begins; None if it is not that."""
    begun, ended = error.context_mark, error.problem_mark
    kind = str(error.context or "").removeprefix("while parsing a ")
    if begun is None or ended is None:
        return None
    place = (begun.line + 1, begun.column + 1)
    if error.context == "while scanning a quoted scalar":
        found, remedy = "this text in quotes is not closed", "write a quote at its end"
        return Broken(*place, "not-yaml", found, remedy)
    if kind not in _BRACKETS:
        return None
    what, bracket = _BRACKETS[kind]
    got = str(error.problem).partition("but got ")[2]
    if got in ("'<scalar>'", "'['", "'{'") and begun.line == ended.line:
        found, remedy = "no comma stands before this", f"write a comma, or {bracket} before it"
        return Broken(ended.line + 1, ended.column + 1, "not-yaml", found, remedy)
    found, remedy = f"this {what} is not closed", f"write {bracket} at its end"
    return Broken(*place, "not-yaml", found, remedy)


def _no_colon(line: int, column: int, text: str) -> Broken:
    """Tell of a word with which a line begins that should be a key."""
    if (joined := _NO_BLANK.fullmatch(text)) is not None:
        remedy = f"write {joined[1]}: {joined[2]}"
        return Broken(line, column, "not-yaml", "no blank stands behind the colon", remedy)
    found = "this is not YAML: no colon stands behind this"
    return Broken(line, column, "not-yaml", found, f"write {text.strip()}: if it is a name")


def _after_a_value(lines: list[str], line: int) -> Broken | None:
    """Tell of a line that was read as more of the value before it; None if it was not."""
    above = [number for number in range(1, line) if not _nothing(lines[number - 1])]
    if not above:
        return None
    last, begins, indent = above[-1], _column(lines[above[-1] - 1]), _column(lines[line - 1])
    text = lines[last - 1].strip()
    if begins == indent and (_NO_BLANK.fullmatch(text) or ":" not in text):
        return _no_colon(last, begins, text)
    if begins < indent and re.fullmatch(r"[\w ]+: +[^#\s].*", text):
        found = f"this line begins in column {indent}, deeper than line {last}, which has a value"
        return Broken(line, indent, "not-yaml", found, f"begin it in column {begins}")
    return None


def _nothing(text: str) -> bool:
    """Whether a line says nothing."""
    return not text.strip() or text.lstrip().startswith("#")


def _column(text: str) -> int:
    """The column in which a line begins."""
    return len(text) - len(text.lstrip(" ")) + 1


def _between(lines: list[str], line: int, column: int) -> Broken | None:
    """Tell of a line that begins deeper than one before it, and less deep than the next one."""
    deeper = 0
    for number in range(line - 1, 0, -1):
        text = lines[number - 1]
        begins = _column(text)
        if _nothing(text):
            continue
        if begins > column:
            deeper = number
        elif begins == column or not deeper:
            return None
        else:
            indent = _column(lines[deeper - 1])
            found = f"this line begins in column {column}, "
            found += f"between line {number} (column {begins}) and line {deeper} (column {indent})"
            remedy = f"begin it in column {begins} or {indent}, or line {number} in column {column}"
            return Broken(line, column, "not-yaml", found, remedy)
    return None


def _in_words(text: str) -> str:
    """What the parser says, in words of people as far as these are known."""
    for told, word in _WORDS.items():
        text = text.replace(told, word)
    return text
