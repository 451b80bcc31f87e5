"""How long something took: what a first run spends on compiling the kernel is not part of it."""

import time
from typing import Any

from numba.core import event

_events: Any = event
_compiling = _events.TimingListener()
_events.register("numba:compile", _compiling)


def clock() -> float:
    """Seconds on a clock that stands still while functions are compiled, in whatever thread."""
    return time.monotonic() - (_compiling.duration if _compiling.done else 0.0)
