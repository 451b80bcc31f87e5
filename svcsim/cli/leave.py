"""Leaving early, with a reason."""

import os
import sys
import threading
from typing import NoReturn


def leave(message: str, code: int) -> NoReturn:
    """Say why on stderr, and leave with an exit code."""
    print(message, file=sys.stderr)
    sys.exit(code)


def abandon() -> None:
    """Leave with 130 at once if a thread still computes: the interpreter would wait for it."""
    if any(thread.name.startswith("svcsim") for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(130)
