"""What a command waits for, on stderr: the compiler, once, then replication by replication.

A bar on a terminal; elsewhere one line, and only if the kernel is being compiled. And Ctrl-C before
there is anything to show.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from svcsim.cli.leave import leave

Update = Callable[[int, int], None]
"""Called with replications finished, and asked for."""
COMPILING = {
    "core": "compiling the core of the simulation kernel, once for this version: half a minute",
    "full": "compiling the whole simulation kernel, once for this version: about a minute",
}
"""Of each variant of the kernel."""
GLANCE = 0.25
"""Seconds between two looks at the compiler."""


class Shown(Protocol):
    """Where progress is shown."""

    def compiled(self, variant: str, share: float) -> None:
        """Show how far the compiler is with a variant of the kernel."""

    def finished(self, finished: int, asked: int) -> None:
        """Show how many replications are finished."""


@contextmanager
def progress_bar(what: str) -> Iterator[Update]:
    """Show how many replications are finished, how fast, and how long the others will take.

    Leave with 130 if the block is interrupted.
    """
    try:
        with _shown(what) as shown, watched(shown) as stop:

            def update(finished: int, asked: int) -> None:
                stop()
                shown.finished(finished, asked)

            yield update
    except KeyboardInterrupt:
        leave("interrupted before anything was finished", 130)


@contextmanager
def compiling() -> Iterator[None]:
    """Show how far the compiler is in a block that compiles the kernel and does nothing else."""
    with _shown("compiling the kernel, once") as shown, watched(shown):
        yield


@contextmanager
def watched(shown: Shown) -> Iterator[Callable[[], None]]:
    """Look at what the compiler has done, until the function that is yielded is called."""
    from svcsim.experiment.kernel_files import compiled_share, in_work, loops_beside, missing

    stopped = threading.Event()
    before = {variant: compiled_share(variant) for variant in missing()}
    if not before:
        yield stopped.set
        return

    def look() -> None:
        while not stopped.wait(GLANCE):
            variant = in_work()
            if variant and (share := compiled_share(variant)) > before[variant]:
                shown.compiled(variant, share)

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        with loops_beside():
            yield stopped.set
    finally:
        stopped.set()
        watcher.join()


@contextmanager
def _shown(what: str) -> Iterator[Shown]:
    if not sys.stderr.isatty():
        yield Line()
        return
    from svcsim.cli.bar import bar

    with bar(what) as shown:
        yield shown


class Line:
    """One line for each variant, for files and programs: silence if nothing is compiled."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def compiled(self, variant: str, share: float) -> None:
        """Say once that it is compiling, and what."""
        if variant not in self._said:
            self._said.add(variant)
            print(COMPILING[variant], file=sys.stderr, flush=True)

    def finished(self, finished: int, asked: int) -> None:
        """Say nothing."""


def rate(speed: float | None) -> str:
    """Replications per second as people read them, or seconds for each.

    >>> rate(153.2), rate(4.26), rate(0.25), rate(None)
    ('153/s', '4.3/s', '4.0 s each', '')
    """
    if not speed:
        return ""
    if speed < 1:
        return f"{1 / speed:.1f} s each"
    return f"{speed:.1f}/s" if speed < 10 else f"{speed:.0f}/s"
