"""YAML text as plain data, with the line and column of every path.

The reader walks the events of the parser and builds the data itself: nothing of what YAML can
construct is ever constructed. Tags, anchors and aliases are refused, sizes are bounded, a key
stands once, and scalars mean what YAML 1.2 says (``no`` and ``09:00`` are words).
"""

import copy
import math
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, ReusedAnchorWarning, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from svcsim.errors import Problem
from svcsim.scenario.broken_yaml import broken_yaml

MOST_KEPT = 100_000
"""Characters of a text of which is remembered what it says."""
LARGEST_FILE = 1_000_000
"""Bytes that a scenario may have."""
DEEPEST = 50
"""Levels of mappings and lists that a scenario may have."""

Words = tuple[str | int, ...]
"""A path: names of fields, and positions in lists."""

_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = {"", "~", "null", "Null", "NULL"}
_INT = re.compile(r"[-+]?[0-9]+")
_OTHER_INT = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file; line and column count from 1."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(slots=True)
class Document:
    """The data of a file and where each of them stands."""

    data: dict[str, Any] = field(default_factory=dict)
    """Mappings, lists, texts, numbers and truth values; None where nothing is written."""
    keys: dict[Words, Place] = field(default_factory=dict)
    """Where the last word of a path stands."""
    values: dict[Words, Place] = field(default_factory=dict)
    """Where the value of a path stands."""
    problems: list[Problem] = field(default_factory=list)
    """What is wrong with the text itself."""
    whole: bool = True
    """Whether all of it was read, and all that it builds on."""

    def place(self, path: Words, *, key: bool = False) -> Place:
        """Where the value of a path stands, or its key; else whatever holds it."""
        places = self.keys if key else self.values
        for end in range(len(path), -1, -1):
            if path[:end] in places:
                return places[path[:end]]
            places = self.values
        return self.values.get((), Place())


def dotted(path: Words) -> str:
    """The words of a path, as errors and ``--set`` write them."""
    return ".".join(str(word) for word in path)


def scalar(text: str) -> Any:
    """The value of an unquoted scalar of YAML 1.2; what is not finite stays a word."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if len(text) <= 30:
        if _INT.fullmatch(text):
            return int(text)
        if _OTHER_INT.fullmatch(text):
            return int(text[2:], 8 if text[1] == "o" else 16)
        if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
    return text


def read_file(path: Path, file: str) -> Document:
    """Read a file; what is wrong with it stands in the document's problems.

    Parameters
    ----------
    path
        The file.
    file
        Its name in messages.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return _broken(file, "no-file", f"the file cannot be read: {reason}", "name another file")
    return read_bytes(content, file)


def read_bytes(content: bytes, file: str) -> Document:
    """Read the bytes of a file; what is wrong with them stands in the document's problems."""
    if len(content) > LARGEST_FILE:
        found = f"the file has more than {LARGEST_FILE // 1_000_000} MB"
        return _broken(file, "too-big", found, "put arrivals and samples into CSV files")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(file, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        return _broken(place, "not-text-file", "this is no text in UTF-8", "save it as UTF-8")
    return read_text(text, file)


def read_text(text: str, file: str = "") -> Document:
    """Read a scenario; what is wrong with the text stands in the document's problems.

    Examples
    --------
    >>> read_text("seed: 7").data
    {'seed': 7}
    """
    if len(text) > MOST_KEPT:
        return _read(text, file)
    known = _kept(text, file)
    return Document(
        copy.deepcopy(known.data), dict(known.keys), dict(known.values), list(known.problems),
        known.whole,
    )  # fmt: skip


@lru_cache(maxsize=32)
def _kept(text: str, file: str) -> Document:
    """What a text says: the same one is asked for again with every variant of a scenario."""
    return _read(text, file)


def _read(text: str, file: str) -> Document:
    if len(text) > LARGEST_FILE:
        return read_bytes(text.encode(errors="replace"), file)
    reader = _Reader(file)
    try:
        value = reader.read(text)
    except _UnreadableError as refused:
        return Document(problems=[*reader.document.problems, refused.problem], whole=False)
    except ReaderError as error:
        before = text[: error.position]
        place = Place(file, before.count("\n") + 1, error.position - before.rfind("\n"))
        code = error.character if isinstance(error.character, int) else ord(error.character)
        found = f"character U+{code:04X} is no text"
        return _broken(place, "not-text-file", found, "write a text file")
    except MarkedYAMLError as error:
        told = broken_yaml(error, text)
        return _broken(Place(file, told.line, told.column), told.code, told.found, told.remedy)
    except (YAMLError, RecursionError) as error:
        return _broken(file, "not-yaml", f"this is not YAML: {error}", "see the examples")
    document = reader.document
    if not isinstance(value, dict):
        found = "the file is empty" if value is None else "these are no fields with values"
        problem = _problem(Place(file, 1, 1), "not-a-scenario", (), found, "begin with svcsim: 1")
        return Document(problems=[*document.problems, problem], whole=False)
    document.data = value
    return document


def read_value(text: str, file: str) -> tuple[Any, list[Problem]]:
    """Read a value such as stands behind a key; and what is wrong with it."""
    reader = _Reader(file)
    try:
        value = reader.read(text)
    except _UnreadableError as refused:
        return None, [refused.problem]
    except (YAMLError, RecursionError):
        place = Place(file)
        problem = _problem(
            place, "not-yaml", (), f"{text!r} is not YAML", "quote what has : or # in it"
        )
        return None, [problem]
    return value, reader.document.problems


class _UnreadableError(Exception):
    """The text cannot be read any further."""

    def __init__(self, problem: Problem):
        super().__init__(str(problem))
        self.problem = problem


class _Reader:
    """Builds data from the events of the parser, and refuses what a scenario may not have."""

    def __init__(self, file: str):
        self.file = file
        self.document = Document()

    def read(self, text: str) -> Any:
        with warnings.catch_warnings(action="ignore", category=ReusedAnchorWarning):
            return self._documents(iter(YAML(typ="safe", pure=True).parse(text)))

    def _documents(self, events: Iterator[Any]) -> Any:
        value: Any = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    found = "a second document begins here"
                    self._refuse(event, "not-yaml", (), found, "write one document to a file")
                value = self._value(next(events), events, ())
        return value

    def _value(self, event: Any, events: Iterator[Any], path: Words) -> Any:
        block = isinstance(event, MappingStartEvent | SequenceStartEvent) and not event.flow_style
        # What is indented below a key is told of at the key.
        at_key = self.document.keys.get(path) if block else None
        self.document.values[path] = at_key or self._place(event)
        if isinstance(event, AliasEvent):
            found, remedy = f"*{event.anchor} refers to another place", "write its value out here"
            self._note(event, "anchor", path, f"{found}, which is not read", remedy)
            return None
        if event.anchor is not None:
            found, remedy = f"&{event.anchor} is a mark of YAML that is not read", _QUOTES
            self._note(event, "anchor", path, found, remedy)
        if event.tag is not None and str(event.tag) != "!":
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            found = f"{tag} is a tag of YAML, which is not read"
            self._note(event, "tag", path, found, _QUOTES)
        if len(path) > DEEPEST:
            found = f"this is nested more than {DEEPEST} levels deep"
            self._refuse(event, "too-deep", path[:5], found, "write it flatter")
        if isinstance(event, ScalarEvent) and _SURROGATE.search(event.value):
            found = "half of a surrogate pair is no character"
            self._refuse(event, "not-text-file", path, found, "write the character itself")
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, SequenceStartEvent):
            return self._list(events, path)
        plain = isinstance(event, ScalarEvent) and event.style in (None, "")
        return scalar(event.value) if plain else event.value

    def _mapping(self, events: Iterator[Any], path: Words) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._refuse(event, "not-yaml", path, "a key is no single word", "write a name")
            key = str(event.value)
            here = (*path, key)
            if key in found:
                place = self.document.keys[here]
                found_text = f"{key!r} stands here a second time, first in line {place.line}"
                self._note(event, "duplicate-key", here, found_text, "leave one of them out")
                # The first one stays; what the second one says is read, and forgotten.
                aside = _Reader(self.file)
                aside._value(next(events), events, here)
                self.document.problems.extend(aside.document.problems)
                continue
            self.document.keys[here] = self._place(event)
            found[key] = self._value(next(events), events, here)
        return found

    def _list(self, events: Iterator[Any], path: Words) -> list[Any]:
        found: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            found.append(self._value(event, events, (*path, len(found))))
        return found

    def _place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _note(self, event: Any, code: str, path: Words, found: str, remedy: str) -> None:
        self.document.problems.append(_problem(self._place(event), code, path, found, remedy))

    def _refuse(self, event: Any, code: str, path: Words, found: str, remedy: str) -> None:
        raise _UnreadableError(_problem(self._place(event), code, path, found, remedy))


def _problem(place: Place, code: str, path: Words, found: str, remedy: str) -> Problem:
    return Problem(code, dotted(path), found, remedy, place.file, place.line, place.column)


def _broken(at: str | Place, code: str, found: str, remedy: str) -> Document:
    place = at if isinstance(at, Place) else Place(at)
    return Document(problems=[_problem(place, code, (), found, remedy)], whole=False)


_QUOTES = "leave it out, or put the text into quotes if it belongs to it"
