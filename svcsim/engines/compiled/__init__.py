"""The compiled engine: the same trajectories as the reference engine, from one heap in numba.

Each file has the name of its counterpart in `engines.reference`; `state` is the memory, `events`
the event list, `lines` the queues, `kernel` the loop.
"""

from svcsim.engines.compiled.engine import Worker, simulate
from svcsim.engines.compiled.features import CORE, FULL, VARIANTS, used_features

__all__ = ["CORE", "FULL", "VARIANTS", "Worker", "simulate", "used_features"]
