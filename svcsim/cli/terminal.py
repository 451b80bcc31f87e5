"""Text on the terminal: plain where it is read by a program, in colour where by a person."""

import os
import re
import sys
from collections.abc import Iterable, Sequence
from textwrap import wrap

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


def wrapped(text: str, width: int, first: str = "", later: str = "") -> list[str]:
    """Text on as many lines as it needs, with what goes before the first and before the others."""
    return wrap(
        text, width, initial_indent=first, subsequent_indent=later, break_on_hyphens=False
    ) or [first]


def parted(parts: Sequence[str], width: int, first: str = "", later: str = "") -> list[str]:
    """Parts with commas between them, on as many lines as they need: none is taken apart."""
    lines = [first + parts[0]]
    for part in parts[1:]:
        lines[-1] += ","
        if len(lines[-1]) + len(part) + 2 > width:
            lines.append(later + part)
        else:
            lines[-1] += f" {part}"
    return lines


def titled(title: str, right: str) -> list[str]:
    """A title, and on the right what was done; if they are too long, below one another."""
    if len(title) + len(right) + 2 <= WIDTH:
        return [f"{styled(title, 'title')}{right:>{WIDTH - len(title)}}"]
    return [*(styled(line, "title") for line in wrapped(title, WIDTH)), f"{right:>{WIDTH}}"]


def show(lines: Iterable[str]) -> None:
    """Print lines on stdout, without spaces at their ends."""
    sys.stdout.write("".join(f"{line.rstrip()}\n" for line in lines))
    sys.stdout.flush()
