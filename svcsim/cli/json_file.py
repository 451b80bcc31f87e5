"""Numbers for machines."""

import sys
from pathlib import Path
from typing import Any

from svcsim.cli.options import STDOUT
from svcsim.experiment.results import as_json


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
