"""Text on the terminal: plain where it is read by a program, in colour where by a person."""

import os
import re
import sys
from collections.abc import Iterable

WIDTH = 80
"""Columns of the screen."""
STYLES = {"good": "32", "bad": "31", "title": "1", "dim": "2"}
"""Codes of ANSI escape sequences."""


def coloured() -> bool:
    """Whether colours are welcome (https://no-color.org)."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and (
        os.environ.get("TERM") != "dumb"
    )  # fmt: skip


def styled(text: str, style: str) -> str:
    """Text in a style, if colours are welcome."""
    return f"\x1b[{STYLES[style]}m{text}\x1b[0m" if coloured() else text


def visible(text: str) -> int:
    """Columns of a text: escape sequences take none."""
    return len(re.sub(r"\x1b\[\d+m", "", text))


def padded(text: str, width: int) -> str:
    """Text with spaces after it, up to a width."""
    return text + " " * (width - visible(text))


def cut(text: str, width: int) -> str:
    """Text that fits into a width: a longer one loses its end."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def show(lines: Iterable[str]) -> None:
    """Print lines on stdout, without spaces at their ends."""
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in lines))
    sys.stdout.flush()
