"""Ctrl-C keeps what is finished."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    """Whether the user asked to stop."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        """Say whether to stop."""
        return self.asked


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Let the first Ctrl-C be a wish to stop, and the second the usual `KeyboardInterrupt`.

    Only the main thread hears signals, and somebody else's handler is left alone; then Ctrl-C
    remains what it was.
    """
    interrupt = Interrupt()
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not signal.default_int_handler
    ):
        yield interrupt
        return

    def handle(_: int, __: FrameType | None) -> None:
        if interrupt.asked:
            raise KeyboardInterrupt
        interrupt.asked = True

    signal.signal(signal.SIGINT, handle)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
