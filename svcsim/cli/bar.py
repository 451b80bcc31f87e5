"""A progress bar on a terminal, drawn by rich."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.text import Text

from svcsim.cli.progress import rate

BAR = 24
"""Columns of the bar: everything fits into 80."""
COMPILING = {"core": "compiling the core, once", "full": "compiling the kernel, once"}
"""Of each variant of the kernel."""


class Bar:
    """A bar: of the compiler, in percent, then of replications."""

    def __init__(self, progress: Progress, what: str):
        self._progress = progress
        self._what = what
        self._task = progress.add_task(what, total=None)
        self._counting = False

    def compiled(self, variant: str, share: float) -> None:
        """Show how far the compiler is with a variant of the kernel."""
        if not self._counting:
            told = COMPILING[variant]
            self._progress.update(
                self._task, description=told, total=1.0, completed=share, share=share
            )

    def finished(self, finished: int, asked: int) -> None:
        """Show how many replications are finished. The clock starts with the first of them."""
        if not self._counting:
            self._counting = True
            self._progress.reset(
                self._task, description=self._what, total=asked, completed=finished, share=None
            )
        self._progress.update(self._task, completed=finished, total=asked)


class Facts(ProgressColumn):
    """How many of how many, and how fast; of the compiler, how much is done."""

    def render(self, task: Task) -> Text:
        """Return the text."""
        if share := task.fields.get("share"):
            return Text(f"{share:.0%}")
        if task.total is None:
            return Text("")
        return Text(f"{task.completed:.0f}/{task.total:.0f} {rate(task.speed)}".rstrip())


class Remaining(TimeRemainingColumn):
    """Time that is left, once there is something to tell it from."""

    def render(self, task: Task) -> Text:
        """Return the text."""
        return Text("") if task.total is None else super().render(task)


@contextmanager
def bar(what: str) -> Iterator[Bar]:
    """Show a bar on stderr for as long as the block takes."""
    columns = TextColumn("{task.description}"), BarColumn(BAR), Facts(), Remaining()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bar(progress, what)
