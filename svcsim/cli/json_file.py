"""Numbers for machines."""

import sys
from pathlib import Path
from typing import Any

from svcsim.cli.options import STDOUT
from svcsim.errors import SvcsimError
from svcsim.experiment.results import as_json


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


def write_json(path: Path, words: dict[str, Any]) -> None:
    """Write JSON to a file, there whole or not at all, or to standard output for ``-``."""
    text = as_json(words)
    if path == STDOUT:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_text(text, encoding="utf-8")
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
