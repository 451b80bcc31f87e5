"""Where scenarios come from: files, shipped names, and the files that they extend."""

import copy
import importlib.resources
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from svcsim.errors import Problem, ScenarioError
from svcsim.scenario.explain import near, problem_at
from svcsim.scenario.text import Document, Place, Words, read_file
from svcsim.scenario.units import shown


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
    if _is_file(file):
        return file
    known = shipped()
    if str(path) in known:
        return known[str(path)]
    raise ScenarioError([_no_file(str(path), file, Place(), "")])


def _is_file(path: Path) -> bool:
    """Whether there is a file; no name is too long to ask."""
    try:
        return path.is_file()
    except OSError:
        return False


def _no_file(name: str, file: Path, place: Place, path: str) -> Problem:
    found, remedy = f"there is no file {name!r}", ""
    try:
        if name and file.exists():
            what = "directory" if file.is_dir() else "device or a pipe"
            found, remedy = f"{name!r} is a {what}, and no file", "name a file"
    except OSError as error:  # too long, or in a directory that is closed
        reason = (error.strerror or str(error)).lower()
        found, remedy = f"{shown(name)} cannot be read: {reason}", "name another file"
    if not remedy:
        directory = file.parent
        files = [path.name for path in directory.glob("*.yaml")] if directory.is_dir() else []
        meant = near(file.name, [*files, *shipped()])
        remedy = f"shipped scenarios are {', '.join(shipped())}"
        if meant is not None:
            remedy = f"did you mean {directory / meant if meant in files else meant}?"
    return Problem("no-file", path, found, remedy, place.file, place.line, place.column)


def chain(file: Path, label: str) -> list[Document]:
    """The documents of a file and of what it extends, the root first."""
    return extended(read_file(file, label), file.parent, file.parent, (file.resolve(),))


def extended(
    document: Document, directory: Path, leaf: Path, above: tuple[Path, ...]
) -> list[Document]:
    """The documents of a chain, the root first; CSV files become relative to the leaf."""
    if directory != leaf:
        _rebase(document.data, directory, leaf)
    if "extends" not in document.data:
        return [document]
    base = document.data.pop("extends")
    place = document.place(("extends",))
    if not isinstance(base, str):
        found, remedy = "this is no name of a file", "write extends: other.yaml"
        return _alone(document, problem_at(document, "not-text", ("extends",), found, remedy))
    file = directory / base
    if not _is_file(file):
        file = shipped().get(base, file)
    if not _is_file(file):
        return _alone(document, _no_file(base, file, place, "extends"))
    if file.resolve() in above:
        names = " extends ".join(path.name for path in (*above, file.resolve()))
        remedy = "extend another file, or none"
        problem = problem_at(document, "extends-cycle", ("extends",), names, remedy)
        return _alone(document, problem)
    label = _beside(place.file, base) if file == directory / base else base
    parent = read_file(file, label)
    return [*extended(parent, file.parent, leaf, (*above, file.resolve())), document]


def _alone(document: Document, problem: Problem) -> list[Document]:
    """A document whose base cannot be read."""
    document.problems.append(problem)
    document.whole = False
    return [document]


def _beside(label: str, name: str) -> str:
    """The name of a file as seen from one that names it."""
    return str(Path(label).parent / name) if label else name


WITH_FILES = frozenset({
    "age", "call_out", "demand", "every", "handover", "lasts", "notice", "of", "patience", "rates",
    "reply", "since", "time", "touch", "wait",
})  # fmt: skip
"""Fields whose mapping may name a CSV file."""


def with_files(data: Any, path: Words = ()) -> Iterator[tuple[dict[str, Any], Words]]:
    """The mappings that name a CSV file, and their paths."""
    if isinstance(data, dict):
        holder = path[-1:] + path[-3:-2] if path[-2:-1] == ("by_class",) else path[-1:]
        if isinstance(data.get("csv"), str) and not WITH_FILES.isdisjoint(map(str, holder)):
            yield data, path
        for name, value in data.items():
            yield from with_files(value, (*path, name))
    elif isinstance(data, list):
        for value in data:
            yield from with_files(value, path)


def _rebase(data: Any, directory: Path, leaf: Path) -> None:
    """Let the CSV files that a base names be relative to the file that extends it."""
    for mapping, _ in with_files(data):
        file = directory / mapping["csv"]
        try:
            mapping["csv"] = os.path.relpath(file, leaf)
        except ValueError:  # another drive
            mapping["csv"] = str(file.resolve())


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
