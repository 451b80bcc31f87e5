"""Whether the kernel is compiled, and how far the compiler is."""

import os
import re
import time
from functools import cache
from pathlib import Path

_PARTS = 0.8
"""Share of the time that goes into the parts."""
DECORATED = re.compile(r"^@(jit|inlined|entry)\ndef (\w+)", re.MULTILINE)


def kernel_directory() -> Path:
    """Return the directory of the compiled kernel of this version."""
    from svcsim import _jit

    return Path(os.environ.get("NUMBA_CACHE_DIR") or _jit.cache_directory())


def versions_directory() -> Path:
    """Return the directory with one directory for each version of the kernel."""
    from svcsim import _jit

    return _jit.cache_directory().parent


def compile_kernel() -> float:
    """Compile the kernel and the loops of the analysis; return how many seconds that took.

    What is compiled already is only loaded.
    """
    began = time.monotonic()
    from svcsim.analysis import warm as analysis
    from svcsim.engines import warm as engines

    engines.warm()
    analysis.warm()
    return time.monotonic() - began


def is_compiled() -> bool:
    """Whether a run need not wait for the compiler: the entry of the kernel is there."""
    entries = [name for kind, name in _functions() if kind == "entry"]
    return os.environ.get("NUMBA_DISABLE_JIT") == "1" or any(
        any(kernel_directory().glob(f"compiled_*/*.{name}-*.nbi")) for name in entries
    )


def compiled_share() -> float:
    """Return how far this process is with compiling the kernel: its parts, then the whole."""
    from svcsim._link import lowered

    return 1.0 if is_compiled() else _PARTS * min(len(lowered) / len(_functions()), 1.0)


@cache
def _functions() -> tuple[tuple[str, str], ...]:
    """Decorator and name of each function of the kernel."""
    here = Path(__file__).parents[1] / "engines" / "compiled"
    sources = (file.read_text(encoding="utf-8") for file in sorted(here.rglob("*.py")))
    return tuple(found for source in sources for found in DECORATED.findall(source))


if __name__ == "__main__":
    compile_kernel()
