"""Loading: a file, what it extends, and changes become one checked scenario."""

import copy
import hashlib
import importlib.resources
import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from svcsim.errors import Problem, ScenarioError
from svcsim.scenario.changes import FILE, Change, apply
from svcsim.scenario.expand import written
from svcsim.scenario.explain import explain, near, problem_at
from svcsim.scenario.infer import infer
from svcsim.scenario.inputs import input_files
from svcsim.scenario.schema import Origin, Scenario
from svcsim.scenario.text import Document, Place, Words, dotted, read_file, read_text
from svcsim.scenario.validate import validate

MOST_PASSES = 20
"""How often a scenario with errors is read again without them, to find the others."""


def load(path: str | Path, *, set: Sequence[str] = ()) -> Scenario:
    """Read a scenario from a file, or a shipped one by its name.

    Parameters
    ----------
    path
        A file, or the name of a scenario that comes with svcsim, such as ``first_desk``.
    set
        Changes, ``path=change``; see `svcsim.scenario.changes`.

    Raises
    ------
    ScenarioError
        With every problem of the files, the fields, and how they fit together.

    Examples
    --------
    >>> load("first_desk", set=["teams.desk.people=+1"]).teams["desk"].people
    2
    """
    file = find(path)
    return _loaded(_chain(file, str(path)), file.parent, file.stem, set)


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
        Where the files lie that the scenario names.
    """
    documents = _extended(read_text(text, file), directory, directory, ())
    return _loaded(documents, directory, Path(file).stem, set)


def shipped() -> dict[str, Path]:
    """The scenarios that come with svcsim, by name."""
    package = Path(str(importlib.resources.files("svcsim")))
    directory = package / "scenarios"
    if not directory.is_dir() and (package.parent / "pyproject.toml").is_file():
        directory = package.parent / "scenarios"
    return {path.stem: path for path in sorted(directory.glob("*.yaml"))}


def find(path: str | Path) -> Path:
    """The file of a path, or of the name of a shipped scenario.

    Raises
    ------
    ScenarioError
        ``no-file``, with what was probably meant.
    """
    file = Path(path)
    if file.is_file():
        return file
    known = shipped()
    if str(path) in known:
        return known[str(path)]
    raise ScenarioError([_no_file(str(path), file.parent, Place(), "")])


def _no_file(name: str, directory: Path, place: Place, path: str) -> Problem:
    files = [path.name for path in directory.glob("*.yaml")] if directory.is_dir() else []
    meant = near(Path(name).name, [*files, *shipped()])
    if meant is None:
        remedy = f"shipped scenarios are {', '.join(shipped())}"
    else:
        remedy = f"did you mean {directory / meant if meant in files else meant}?"
    found = f"there is no file {name!r}"
    return Problem("no-file", path, found, remedy, place.file, place.line, place.column)


# ---- extends -----------------------------------------------------------------------------------


def _chain(file: Path, label: str) -> list[Document]:
    """The documents of a file and of what it extends, the root first."""
    return _extended(read_file(file, label), file.parent, file.parent, (file.resolve(),))


def _extended(
    document: Document, directory: Path, leaf: Path, above: tuple[Path, ...]
) -> list[Document]:
    """The documents of a chain, the root first; CSV files become relative to the leaf."""
    if directory != leaf:
        _rebase(document.data, directory, leaf)
    base = document.data.pop("extends", None)
    if base is None:
        return [document]
    place = document.place(("extends",))
    if not isinstance(base, str):
        found, remedy = "this is no name of a file", "write extends: other.yaml"
        problem = problem_at(document, "not-text", ("extends",), found, remedy)
        document.problems.append(problem)
        return [document]
    file = directory / base
    if not file.is_file():
        file = shipped().get(base, file)
    if not file.is_file():
        document.problems.append(_no_file(base, directory, place, "extends"))
        return [document]
    if file.resolve() in above:
        names = " extends ".join(path.name for path in (*above, file.resolve()))
        remedy = "extend another file, or none"
        problem = problem_at(document, "extends-cycle", ("extends",), names, remedy)
        document.problems.append(problem)
        return [document]
    label = _beside(place.file, base) if file == directory / base else base
    parent = read_file(file, label)
    return [*_extended(parent, file.parent, leaf, (*above, file.resolve())), document]


def _beside(label: str, name: str) -> str:
    """The name of a file as seen from one that names it."""
    return str(Path(label).parent / name) if label else name


_WITH_FILES = frozenset({"demand", "rates", "touch", "wait", "patience", "every", "of"})
"""Fields whose mapping may name a CSV file."""


def _rebase(data: Any, directory: Path, leaf: Path, path: Words = ()) -> None:
    """Let the CSV files that a base names be relative to the file that extends it."""
    if isinstance(data, dict):
        holder = path[-1:] + path[-3:-2] if path[-2:-1] == ("by_class",) else path[-1:]
        if isinstance(data.get("csv"), str) and not _WITH_FILES.isdisjoint(map(str, holder)):
            file = directory / data["csv"]
            try:
                data["csv"] = os.path.relpath(file, leaf)
            except ValueError:  # another drive
                data["csv"] = str(file.resolve())
        for name, value in data.items():
            _rebase(value, directory, leaf, (*path, name))
    elif isinstance(data, list):
        for value in data:
            _rebase(value, directory, leaf, path)


def merge(base: Document, own: Document) -> Document:
    """A document over another: mappings are merged, all else is replaced, nothing takes away."""
    merged = Document(
        data=copy.deepcopy(base.data),
        keys=dict(base.keys),
        values=dict(base.values),
        problems=[*base.problems, *own.problems],
    )
    merged.values[()] = own.values.get((), Place())
    _merge(merged, merged.data, own, own.data, ())
    return merged


def _merge(
    merged: Document, into: dict[str, Any], own: Document, data: dict[str, Any], path: Words
) -> None:
    for name, value in data.items():
        here = (*path, name)
        if isinstance(value, dict) and isinstance(into.get(name), dict):
            _merge(merged, into[name], own, value, here)
            continue
        for places in (merged.keys, merged.values):
            for old in [known for known in places if known[: len(here)] == here]:
                del places[old]
        if value is None and name in into:
            del into[name]
            continue
        into[name] = copy.deepcopy(value)
        for places, fresh in ((merged.keys, own.keys), (merged.values, own.values)):
            places.update({new: at for new, at in fresh.items() if new[: len(here)] == here})


# ---- reading -----------------------------------------------------------------------------------


def _loaded(
    documents: list[Document], directory: Path, name: str, changes: Iterable[str]
) -> Scenario:
    """The scenario of a chain of documents, the root first, with changes."""
    merged: Document | None = None
    stages = []
    for document in documents:
        merged = document if merged is None else merge(merged, document)
        stages.append(merged)
    assert merged is not None
    base = _checked(merged, directory, name)
    changes = list(changes)
    scenario = base
    if changes:
        changed, problems = copy.deepcopy(merged), []
        for text in changes:
            problems += apply(changed, Change.parse(text))
        raise_if(problems)
        scenario = _checked(changed, directory, name)
    root = next(stage for stage in stages if stage is merged or _is_scenario(stage, directory))
    if root is not merged:
        scenario._origin.root = _checked(root, directory, name)
    elif scenario is not base:
        scenario._origin.root = base
    return scenario


def raise_if(problems: Sequence[Problem]) -> None:
    """Raise a `ScenarioError` if there are problems."""
    if problems:
        raise ScenarioError(problems)


def _is_scenario(document: Document, directory: Path) -> bool:
    """Whether a document is a scenario by itself, and not only a part of others."""
    try:
        _checked(document, directory, "")
    except ScenarioError:
        return False
    return True


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
    if problems and not data:
        raise ScenarioError(problems)
    told_of = {problem.path for problem in problems}
    for path in _nothing(data):
        if dotted(path) not in told_of:
            found, remedy = "nothing is written here", "write a value, or leave the field out"
            problems.append(problem_at(document, "empty-value", path, found, remedy, key=True))
        _cut(data, path, unread)
    scenario = None
    for _ in range(MOST_PASSES):
        try:
            scenario = Scenario.model_validate(data, context={"directory": directory})
            break
        except ValidationError as error:
            errors: Any = error.errors(include_url=False)
            told = list(explain(errors, replace(document, data=data)))
            problems += [problem for problem, path in told if not _touches(path, unread)]
            for _, path in told:
                _cut(data, path, unread)
    if scenario is not None:
        for problem, path in validate(scenario, document, directory, unread):
            if not _touches(path, unread):
                problems.append(problem)
    if problems or scenario is None:
        raise ScenarioError(_in_order(problems, document))
    scenario = infer(scenario)
    digest = _digest(scenario, directory)
    scenario._origin = Origin(name, directory, digest, None, document)
    return scenario


def _nothing(data: Any, path: Words = ()) -> list[Words]:
    """The paths at which nothing is written."""
    if isinstance(data, dict):
        return [found for name, value in data.items() for found in _nothing(value, (*path, name))]
    if isinstance(data, list):
        return [found for i, value in enumerate(data) for found in _nothing(value, (*path, i))]
    return [path] if data is None else []


def _cut(data: dict[str, Any], path: Words, unread: list[Words]) -> None:
    """Take away a path that cannot be read; of a list, the whole."""
    if path in ((), ("svcsim",)):
        data["svcsim"] = 1
        return
    here: Any = data
    for i, word in enumerate(path[:-1]):
        if not isinstance(here, dict) or word not in here:
            return
        if isinstance(here[word], list):
            path = path[: i + 1]
            break
        here = here[word]
    if isinstance(here, dict) and path[-1] in here:
        del here[str(path[-1])]
        unread.append(path)


def _touches(path: Words, unread: Sequence[Words]) -> bool:
    """Whether a path is part of one that could not be read, or holds one."""
    return any(path[: len(cut)] == cut[: len(path)] for cut in unread)


def _in_order(problems: Sequence[Problem], document: Document) -> list[Problem]:
    """The problems without repetitions, changes first, then by place."""
    own = document.place(()).file
    unique = list(dict.fromkeys(problems))
    return sorted(unique, key=lambda p: (p.file != FILE, p.file != own, p.file, p.line, p.column))


def _digest(scenario: Scenario, directory: Path) -> str:
    """BLAKE2b of what the scenario says, and of the CSV files that it reads."""
    digest = hashlib.blake2b(json.dumps(written(scenario)).encode(), digest_size=16)
    for name in input_files(scenario):
        digest.update(f"\0{name}\0".encode())
        digest.update((directory / name).read_bytes())
    return digest.hexdigest()
