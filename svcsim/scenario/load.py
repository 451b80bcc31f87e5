"""Loading: a file, what it extends, and changes become one checked scenario."""

import copy
import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial, reduce
from itertools import pairwise
from operator import getitem
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from svcsim.errors import Problem, ScenarioError
from svcsim.scenario.arguments import checked_file, checked_texts
from svcsim.scenario.changes import ASKED_BY, Change, apply
from svcsim.scenario.expand import written
from svcsim.scenario.explain import explain, problem_at
from svcsim.scenario.infer import infer
from svcsim.scenario.schema import Origin, Scenario
from svcsim.scenario.sources import chain, extended, find, merge, shipped, with_files
from svcsim.scenario.text import Document, Words, dotted, read_text
from svcsim.scenario.unread import cut, touches
from svcsim.scenario.validate import validate

__all__ = ["changed", "find", "load", "loads", "rewritten", "shipped"]

MOST_PASSES = 20
"""How often a scenario with errors is read again without them, to find the others."""


def load(path: str | Path, *, set: Sequence[str] = ()) -> Scenario:
    """Read a scenario from a file, or a shipped one by its name.

    Parameters
    ----------
    path
        A file, or the name of a scenario that comes with svcsim, such as ``first_desk``.
    set
        Changes, ``path=change``, several or one; see `svcsim.scenario.changes`. CSV files that
        they name are relative to the current directory.

    Raises
    ------
    ScenarioError
        With every problem of the files, the fields, and how they fit together.
    SvcsimError
        If an argument is no name of a file, or no text.

    Examples
    --------
    >>> load("first_desk", set=["teams.desk.people=+1"]).teams["desk"].people
    2
    """
    file = find(checked_file(path))
    set = checked_texts("set", set, "teams.desk.people=+1")
    return _loaded(chain(file, str(path)), file.parent, file.stem, set, Path.cwd())


def loads(
    text: str, *, file: str = "", directory: Path = Path(), set: Sequence[str] = ()
) -> Scenario:
    """Read a scenario from text; otherwise as `load`.

    Parameters
    ----------
    text
        YAML.
    file
        Name of the text in messages; its stem becomes the scenario's name.
    directory
        Where the files lie that the scenario and its changes name.
    """
    documents = extended(read_text(text, file), directory, directory, ())
    return _loaded(documents, directory, Path(file).stem, set)


def changed(scenario: Scenario, set: Sequence[str]) -> Scenario:
    """A loaded scenario with changes: what `load` gives with them after all others.

    Parameters
    ----------
    scenario
        What `load` or `loads` gave.
    set
        Changes, ``path=change``. CSV files that they name are relative to the current directory.

    Raises
    ------
    ScenarioError
        With every problem of the changes, and of what they make of the scenario.

    Examples
    --------
    >>> changed(load("first_desk"), ["teams.desk.people=+1"]).teams["desk"].people
    2
    """
    directory, name = scenario.directory, scenario.name
    document = _changed(scenario.document, list(set), directory, name, Path.cwd())
    found = _checked(document, directory, name)
    found._origin.root = scenario.root
    return found


def rewritten(scenario: Scenario, data: dict[str, Any]) -> Scenario:
    """A loaded scenario with other words: those of its document, changed by a program.

    Parameters
    ----------
    scenario
        What `load` or `loads` gave.
    data
        The words, as of ``scenario.document.data``.

    Raises
    ------
    ScenarioError
        With everything that is wrong with them.

    Examples
    --------
    >>> desk = load("first_desk")
    >>> rewritten(desk, {**desk.document.data, "seed": 7}).seed
    7
    """
    document = replace(scenario.document, data=data)
    found = _checked(document, scenario.directory, scenario.name)
    found._origin.root = scenario.root
    return found


def _loaded(
    documents: list[Document],
    directory: Path,
    name: str,
    changes: Iterable[str],
    here: Path | None = None,
) -> Scenario:
    """The scenario of a chain of documents, the root first, with changes.

    CSV files that changes name are relative to `here`, or to the directory if that is not given.
    """
    if not all(document.whole for document in documents):
        raise ScenarioError([problem for one in documents for problem in one.problems])
    stages = documents[:1]
    for document in documents[1:]:
        stages.append(merge(stages[-1], document))
    if wanted := list(changes):
        stages.append(_changed(stages[-1], wanted, directory, name, here or directory))
    scenario = _checked(stages[-1], directory, name)
    root = next(filter(None, (_whole(stage, directory, name) for stage in stages[:-1])), None)
    if root is not None:
        scenario._origin.root = root
    return scenario


def _changed(
    document: Document, changes: list[str], directory: Path, name: str, here: Path
) -> Document:
    """A document with changes. What is wrong with it may be what they repair.

    CSV files that a change names are relative to `here`, in which it was written.

    Raises
    ------
    ScenarioError
        If a change cannot be made; then with all else that is wrong after the others.
    """
    changed = copy.deepcopy(document)
    problems: list[Problem] = []
    for text in changes:
        try:
            problems += apply(changed, Change.parse(text))
        except ScenarioError as error:
            problems += error.problems
    for mapping, path in with_files(changed.data) if here != directory else ():
        if changed.place((*path, "csv")).file in ASKED_BY:
            mapping["csv"] = str(here / mapping["csv"])
    if not problems:
        return changed
    try:
        _checked(changed, directory, name)
    except ScenarioError as error:
        problems += error.problems
    raise ScenarioError(problems)


def _whole(document: Document, directory: Path, name: str) -> Scenario | None:
    """The scenario that a document says by itself; None if it is only a part of others."""
    try:
        return _checked(document, directory, name)
    except ScenarioError:
        return None


def _checked(document: Document, directory: Path, name: str) -> Scenario:
    """The scenario that a document says.

    Raises
    ------
    ScenarioError
        With everything that is wrong.
    """
    problems = list(document.problems)
    data = copy.deepcopy(document.data)
    unread: list[Words] = []
    told_of = {problem.path for problem in problems}
    for path in _nothing(data):
        before = _before_comma(document.data, path)
        if before is not None:
            value = _at(document.data, before)
            found = f"the comma ends the value {value}, and {path[-1]} has none"
            remedy = f"write a point: {value}.{path[-1]}"
            problems.append(problem_at(document, "decimal-comma", before, found, remedy))
            cut(data, before, unread)
        elif dotted(path) not in told_of:
            found, remedy = "nothing is written here", "write a value, or leave the field out"
            problems.append(problem_at(document, "empty-value", path, found, remedy, key=True))
        cut(data, path, unread)
    scenario = None
    for _ in range(MOST_PASSES):
        try:
            scenario = Scenario.model_validate(data, context={"directory": directory})
            break
        except ValidationError as error:
            errors: Any = error.errors(include_url=False)
            told = list(explain(errors, replace(document, data=data)))
            problems += [problem for problem, path in told if not touches(path, unread)]
            if not [path for _, path in told if cut(data, path, unread)]:
                break
    if scenario is not None:
        for problem, path in validate(scenario, document, directory, unread):
            if not touches(path, unread):
                problems.append(problem)
    if problems or scenario is None:
        raise ScenarioError(_in_order(problems, document))
    scenario = infer(scenario)
    digest = partial(_digest, scenario, _contents(document.data, directory))
    scenario._origin = Origin(name, directory, digest, None, document)
    return scenario


def _nothing(data: Any, path: Words = ()) -> list[Words]:
    """The paths at which nothing is written."""
    if isinstance(data, dict):
        return [found for name, value in data.items() for found in _nothing(value, (*path, name))]
    if isinstance(data, list):
        return [found for i, value in enumerate(data) for found in _nothing(value, (*path, i))]
    return [path] if data is None else []


def _at(data: Any, path: Words) -> Any:
    """What stands at a path of a document."""
    return reduce(getitem, path, data)


def _before_comma(data: Any, path: Words) -> Words | None:
    """The path of a number that ends in a comma, ``{mean: 1,5 h}``; None if it was meant."""
    mapping, name = _at(data, path[:-1]), str(path[-1])
    if not isinstance(mapping, dict) or not re.match(r"\d", name):
        return None
    before = dict(pairwise([*reversed(mapping)])).get(name)
    number = re.fullmatch(r"\d+", str(mapping.get(before)))
    return (*path[:-1], before) if before is not None and number else None


def _in_order(problems: Sequence[Problem], document: Document) -> list[Problem]:
    """The problems without repetitions, changes first, then by place."""
    own = document.place(()).file
    unique = list(dict.fromkeys(problems))
    return sorted(
        unique, key=lambda p: (p.file not in ASKED_BY, p.file != own, p.file, p.line, p.column)
    )


def _contents(data: Any, directory: Path) -> list[tuple[str, bytes]]:
    """Names and hashes of the CSV files that a scenario reads; they may lie elsewhere later."""
    files = {directory / mapping["csv"] for mapping, _ in with_files(data)}
    return sorted((file.name, hashlib.blake2b(file.read_bytes()).digest()) for file in files)


def _digest(scenario: Scenario, contents: Sequence[tuple[str, bytes]]) -> str:
    """BLAKE2b of what the scenario says, and of the CSV files that it reads.

    Of these, names and bytes count, and not where they lie.
    """
    data = written(scenario)
    for mapping, _ in with_files(data):
        mapping["csv"] = Path(mapping["csv"]).name
    digest = hashlib.blake2b(json.dumps(data).encode(), digest_size=16)
    for name, content in contents:
        digest.update(f"\0{name}\0".encode())
        digest.update(content)
    return digest.hexdigest()
