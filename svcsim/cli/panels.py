"""Help of a group of commands, in panels.

It looks as typer's does for a single command. That one is drawn by rich, whose import takes longer
than everything else that help needs together.
"""

import inspect
import shutil
from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from typer import echo
from typer.core import TyperGroup

NARROWEST, WIDEST = 40, 100
"""Columns of a panel."""
BOLD, CYAN, YELLOW, DIM = "1", "1;36", "33", "2"
"""Codes of ANSI escape sequences; who writes to no terminal leaves them out."""


class Panels(TyperGroup):
    """A group whose commands stand in panels, by their ``rich_help_panel``."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help: usage, what it is about, a panel of options, the panels of commands.

        It is not left to `formatter`, of which typer shows nothing after a group without a command.
        """
        width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
        usage = self.get_usage(ctx).removeprefix("Usage: ")
        options = [
            (", ".join([*sorted(param.opts, key=len, reverse=True), *param.secondary_opts]),
             getattr(param, "help", None) or "")
            for param in self.get_params(ctx)
            if not getattr(param, "hidden", False)
        ]  # fmt: skip
        panels: dict[str, list[tuple[str, str]]] = {}
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is None or command.hidden:
                continue
            told = inspect.cleandoc(command.short_help or command.help or "").split("\n\n")[0]
            panel = getattr(command, "rich_help_panel", None)
            panels.setdefault(panel if isinstance(panel, str) else "Commands", []).append(
                (name, " ".join(told.split()))
            )
        lines = ["", f" {_styled('Usage:', YELLOW)} {_styled(usage, BOLD)}", ""]
        lines += [f" {line}" for line in wrap(self.help or "", width - 2)]
        lines += ["", *_panel("Options", options, width)]
        names = max((len(name) for rows in panels.values() for name, _ in rows), default=0)
        for title, rows in panels.items():
            lines += _panel(title, rows, width, names)
        echo("\n".join(lines))


def _panel(
    title: str, rows: Iterable[tuple[str, str]], width: int, names: int = 0
) -> Iterator[str]:
    """Lines of a panel: names on the left, what they do on the right."""
    rows = list(rows)
    names = max([names, *(len(name) for name, _ in rows)])
    yield _styled(f"╭─ {title} {'─' * (width - len(title) - 5)}╮", DIM)
    edge = _styled("│", DIM)
    for name, told in rows:
        for index, text in enumerate(wrap(told, width - names - 6) or [""]):
            left = name if not index else ""
            space = " " * (width - names - 6 - len(text))
            yield f"{edge} {_styled(left.ljust(names), CYAN)}  {text}{space} {edge}"
    yield _styled(f"╰{'─' * (width - 2)}╯", DIM)


def _styled(text: str, style: str) -> str:
    return f"\x1b[{style}m{text}\x1b[0m"
