"""Numbers for machines."""

import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from svcsim.cli.figures import size
from svcsim.cli.options import STDOUT
from svcsim.errors import SvcsimError
from svcsim.experiment.results import as_json
from svcsim.experiment.whole_files import whole_text


def checked_path(path: Path) -> Path:
    """A path at which a file can be written: asked before the work, not after it.

    Raises
    ------
    SvcsimError
        If there is a directory at the path, or none to hold the file.
    """
    if path != STDOUT and path.is_dir():
        raise SvcsimError(f"{path}: this is a directory; name a file")
    if not path.parent.is_dir():
        raise SvcsimError(f"{path}: there is no directory {path.parent}; make it, or name another")
    return path


def distinct(scenarios: Iterable[str], targets: Mapping[str, Path | None]) -> None:
    """Let no two of the files and directories that are named be the same, or one in the other.

    Parameters
    ----------
    scenarios
        What is read.
    targets
        What is written, by what names it: ``{"--json": ..., "--out": ...}``.

    Raises
    ------
    SvcsimError
        If one would overwrite another.
    """
    seen = {
        Path(os.path.realpath(file)): "a scenario" for file in scenarios if Path(file).is_file()
    }
    for name, target in targets.items():
        if target is None or target == STDOUT:
            continue
        path = Path(os.path.realpath(target))
        for before, other in seen.items():
            if path == before or path in before.parents or before in path.parents:
                raise SvcsimError(f"{name} {target}: {other} is there already; name another place")
        seen[path] = name


def write_json(path: Path, words: dict[str, Any]) -> None:
    """Write JSON to a file, there whole or not at all, or to standard output for ``-``."""
    text = as_json(words)
    if path == STDOUT:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    with whole_text(path) as file:
        file.write(text)
    tell_written(path)


def tell_written(*paths: Path) -> None:
    """Say on stderr which files were written, and how large they are; of a directory, each."""
    for path in paths:
        files = sorted(path.iterdir()) if path.is_dir() else [path]
        sizes = [f"{file.name} {size(file.stat().st_size)}" for file in files if file.is_file()]
        where = f"{path}{os.sep}" if path.is_dir() else str(path)
        told = ", ".join(sizes) if path.is_dir() else size(path.stat().st_size)
        if sizes:
            print(f"wrote {where}: {told}", file=sys.stderr)
