"""A progress bar on stderr, on a terminal only; and Ctrl-C before there is anything to show."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from svcsim.cli.leave import leave

Update = Callable[[int, int], None]
"""Called with replications finished, and asked for."""


@contextmanager
def progress_bar(what: str) -> Iterator[Update]:
    """Show how many replications are finished; leave with 130 if the block is interrupted."""
    try:
        with _bar(what) as update:
            yield update
    except KeyboardInterrupt:
        leave("interrupted before anything was finished", 130)


@contextmanager
def _bar(what: str) -> Iterator[Update]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda finished, asked: None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(f"{what} (the first time, the kernel is compiled)", total=None)

        def update(finished: int, asked: int) -> None:
            bar.update(task, completed=finished, total=asked, description=what)

        yield update
