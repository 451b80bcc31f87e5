"""Pictures as files that are there whole or not at all."""

from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure

from svcsim.errors import SvcsimError
from svcsim.experiment.whole_files import whole_bytes

ENDINGS = (".svg", ".png", ".pdf")
_SAME = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}
"""What would make two pictures of one scenario differ."""
_ORIGIN = {"svg": "Description", "png": "Description", "pdf": "Subject"}
"""What the metadata call where a picture comes from."""


def checked_ending(path: Path) -> Path:
    """Return the path of a picture.

    Raises
    ------
    SvcsimError
        If its ending is none that can be drawn.
    """
    if path.suffix not in ENDINGS:
        raise SvcsimError(f"{path}: write a name that ends in {', '.join(ENDINGS[:-1])} or .pdf")
    return path


def save(figure: Figure, path: Path) -> None:
    """Write a picture in the format that the ending of its name says; texts of SVG stay text.

    Its label, where it comes from, goes into the metadata.
    """
    kind = checked_ending(path).suffix[1:]
    origin = {_ORIGIN[kind]: label} if (label := figure.get_label()) else {}
    options: Any = {"svg.fonttype": "none", "svg.hashsalt": "svcsim", "pdf.fonttype": 42}
    with matplotlib.rc_context(options), whole_bytes(path) as stream:
        figure.savefig(stream, format=kind, dpi=150, metadata=_SAME.get(kind, {}) | origin)
