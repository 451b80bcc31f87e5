"""Whether the kernel and its core are compiled, and how far the compiler is."""

import gc
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from subprocess import DEVNULL
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from svcsim.scenario.schema import Scenario

VARIANTS = {"core": "run_core", "full": "run"}
"""The variants of the kernel, and the function of each that Python calls."""
LOOPS = "loops"
"""The loops that sort what a kernel wrote, and those of the analysis: every run needs them."""
_PARTS = 0.8
"""Share of the time that goes into the parts."""
_OF_ALL = {"core": 0.5, "full": 1.0}
"""About how many of the functions each variant has."""
DECORATED = re.compile(r"^@(jit|inlined|entry)\ndef (\w+)", re.MULTILINE)


def kernel_directory() -> Path:
    """Return the directory of the compiled kernel of this version."""
    from svcsim import _jit

    return Path(os.environ.get("NUMBA_CACHE_DIR") or _jit.cache_directory())


def versions_directory() -> Path:
    """Return the directory with one directory for each version of the kernel."""
    from svcsim import _jit

    return _jit.cache_directory().parent


def compile_kernel(parts: Iterable[str] = (*VARIANTS, LOOPS)) -> float:
    """Compile variants of the kernel, and the loops of the analysis; return the seconds it took.

    What is compiled already is only loaded.
    """
    began, variants = time.monotonic(), [part for part in parts if part in VARIANTS]
    if variants:
        from svcsim.engines import warm as engines

        engines.warm(variants)
    if LOOPS in parts:
        from svcsim.analysis import warm as analysis
        from svcsim.engines import warm as engines

        engines.warm_loops()
        analysis.warm()
    return time.monotonic() - began


def compile_first(scenario: "Scenario") -> None:
    """Compile the variant of the kernel that a scenario needs, if it is missing.

    A run begins with it: meanwhile the process beside compiles what comes before the first
    replication, and this one need not.
    """
    from svcsim.engines import warm as engines
    from svcsim.engines.compiled.features import CORE, FULL, used_features
    from svcsim.model.build import build

    absent = missing()
    if absent and (variant := FULL if used_features(build(scenario).model) else CORE) in absent:
        engines.warm([variant])


@contextmanager
def loops_beside() -> Iterator[None]:
    """Let another process compile the loops of the analysis meanwhile, if a processor is free."""
    there = any(kernel_directory().glob(f"{LOOPS}_*/*.nbi"))
    if there or (os.cpu_count() or 1) < 2 or os.environ.get("NUMBA_DISABLE_JIT") == "1":
        yield
        return
    command = [sys.executable, "-m", "svcsim.experiment.kernel_files", LOOPS]
    with subprocess.Popen(command, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL) as other:
        try:
            yield
        finally:
            other.terminate()


def is_compiled(variant: str) -> bool:
    """Whether a run need not wait for the compiler: the entry of the variant is there whole."""
    if os.environ.get("NUMBA_DISABLE_JIT") == "1":
        return True
    place = kernel_directory()
    return all(
        any(_is_whole(file) for file in place.glob(f"compiled_*/*.{VARIANTS[variant]}-*.{ending}"))
        for ending in ("nbi", "nbc")
    )


def _is_whole(file: Path) -> bool:
    try:
        written = file.stat().st_mtime_ns
    except OSError:
        return False
    return _was_whole(file, written)


@cache
def _was_whole(file: Path, written: int) -> bool:
    """Whether a file is what was written at some time: each run asks, and reads it once."""
    from svcsim._sealed import contents

    return contents(file) is not None


def missing() -> list[str]:
    """Return the variants that are not compiled."""
    return [variant for variant in VARIANTS if not is_compiled(variant)]


def in_work() -> str | None:
    """Return the variant that this process is compiling, if it is."""
    from svcsim._link import lowered

    return next((variant for variant in missing() if lowered[variant]), None)


def compiled_share(variant: str) -> float:
    """Return how far this process is with compiling a variant: its parts, then the whole."""
    from svcsim._link import lowered

    if is_compiled(variant):
        return 1.0
    return _PARTS * min(len(lowered[variant]) / (_OF_ALL[variant] * len(_functions())), 1.0)


@cache
def _functions() -> tuple[tuple[str, str], ...]:
    """Decorator and name of each function of the kernel."""
    here = Path(__file__).parents[1] / "engines" / "compiled"
    sources = (file.read_text(encoding="utf-8") for file in sorted(here.rglob("*.py")))
    return tuple(found for source in sources for found in DECORATED.findall(source))


if __name__ == "__main__":
    gc.disable()  # a tenth of the time, and the process ends soon
    compile_kernel(sys.argv[1:] or (*VARIANTS, LOOPS))
