"""Leaving early, with a reason."""

import sys
from typing import NoReturn


def leave(message: str, code: int) -> NoReturn:
    """Say why on stderr, and leave with an exit code."""
    print(message, file=sys.stderr)
    sys.exit(code)
