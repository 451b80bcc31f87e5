"""The one place that says how svcsim compiles Python to machine code.

`fastmath` stays off: it lets the compiler reorder additions, and then the two engines could no
longer be compared with ``==``. ``NUMBA_DISABLE_JIT=1`` keeps working: it is the debugger.

The compiled code is kept on disk in a directory named by everything that goes into it: numba
looks only at the file of the function itself, so an edited rule would otherwise come back old.
"""

import hashlib
import os
import platform
import stat
import sys
import tempfile
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


def source_hash() -> str:
    """Return 16 hex digits that change with every source and library that the kernel is made of."""
    here = Path(__file__).parent
    digest = hashlib.blake2b(digest_size=8)
    files = [here / "_jit.py", here / "_link.py"]
    files += [here / "model" / f"{name}.py" for name in ("arrays", "codes", "trajectory")]
    files += sorted((here / "engines").glob("*.py"))
    for folder in (here / "world", here / "engines" / "compiled", here / "analysis" / "loops"):
        files += sorted(folder.rglob("*.py"))
    for file in files:
        digest.update(file.relative_to(here).as_posix().encode())
        digest.update(file.read_bytes())
    libraries = [version("numba"), version("numpy"), platform.python_version(), platform.machine()]
    if os.environ.get("SVCSIM_BOUNDS") == "1":
        libraries.append("with bounds")  # see engines/compiled/table.py
    digest.update(repr(libraries).encode())
    return digest.hexdigest()


def cache_directory() -> Path:
    """Return the directory of the compiled kernel: in the environment, if there is one.

    ``SVCSIM_CACHE`` names another root.
    """
    root = os.environ.get("SVCSIM_CACHE") or None
    if root is None and sys.prefix != sys.base_prefix and os.access(sys.prefix, os.W_OK):
        root = str(Path(sys.prefix) / "cache")
    if root is None:
        root = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        root = str(Path(root) / "svcsim")
    directory = Path(root) / "kernel" / source_hash()
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError:
        directory = _aside() / directory.name
        directory.mkdir(exist_ok=True)
    return directory


@cache
def _aside() -> Path:
    """Return a directory for temporary files in which nobody else can put code."""
    user = os.getuid() if hasattr(os, "getuid") else ""
    directory = Path(tempfile.gettempdir()) / f"svcsim-{user}"
    directory.mkdir(mode=0o700, exist_ok=True)
    found = directory.lstat()
    if user != "" and (found.st_uid != user or stat.S_IMODE(found.st_mode) & 0o022):
        return Path(tempfile.mkdtemp(prefix="svcsim-"))
    return directory


os.environ.setdefault("NUMBA_CACHE_DIR", str(cache_directory()))

import numba  # noqa: E402  (the directory must be named before numba looks for it)
from numba.core import types  # noqa: E402

from svcsim._link import Feature, PartCompiler, WholeCompiler, in_kernel  # noqa: E402
from svcsim._sealed import sealed  # noqa: E402

__all__ = ["Feature", "cache_directory", "entry", "inlined", "jit", "rare", "source_hash"]


def jit(function: F) -> F:
    """Compile `function` in nopython mode, with strict IEEE arithmetic."""
    return _compiled(function, False)


def inlined(function: F) -> F:
    """Compile `function` as `jit` does, and copy it into its callers: for the hot path."""
    return _compiled(function, True)


def rare(function: F) -> F:
    """Compile `function` as `jit` does, and leave it apart from its callers.

    What seldom happens takes no registers then from what always does.
    """
    function.rare = True  # type: ignore[attr-defined]  # see `_link`
    return _compiled(function, False)


def entry(function: F) -> F:
    """Compile `function` of the kernel with its parts; Python calls it, as it can no other."""
    return cast(F, _dispatcher(function, cache=True, pipeline_class=WholeCompiler, **_ENTRY))


_ENTRY: dict[str, Any] = {"no_cfunc_wrapper": True}
_PART: dict[str, Any] = {
    "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": PartCompiler,
}  # fmt: skip


def _compiled(function: F, inline: bool) -> F:
    """Compile what only the kernel calls as a part of it (see `_link`).

    Everything else Python calls, and is compiled when it does; the kernel has a part of its own.
    """
    if function.__module__.startswith("svcsim.engines.compiled."):
        return cast(F, _dispatcher(function, forceinline=inline, **_PART))
    dispatcher = _dispatcher(function, forceinline=inline, cache=True, **_ENTRY)
    if dispatcher is function:
        return function
    part = _dispatcher(function, forceinline=inline, **_PART)
    call, overload = dispatcher.get_call_template, dispatcher.get_overload

    def get_call_template(args: Any, kws: Any) -> Any:
        return (part.get_call_template if in_kernel() else call)(args, kws)

    def get_overload(signature: Any) -> Any:
        return (part.get_overload if in_kernel() else overload)(signature)

    dispatcher.get_call_template, dispatcher.get_overload = get_call_template, get_overload
    return cast(F, dispatcher)


def _dispatcher(function: Any, **options: Any) -> Any:
    """Let one compiled version serve every constant: numba would make one for each literal."""
    compiler: Any = numba.njit
    dispatcher = compiler(fastmath=False, nogil=True, error_model="numpy", **options)(function)
    if not hasattr(dispatcher, "get_call_template"):
        return function  # NUMBA_DISABLE_JIT=1
    if options.get("cache"):
        sealed(dispatcher._cache)
    template, plain = dispatcher.get_call_template, cast(Any, types.unliteral)

    def get_call_template(args: Any, kws: Any) -> Any:
        kinds = {name: plain(kind) for name, kind in kws.items()}
        return template(tuple(plain(kind) for kind in args), kinds)

    dispatcher.get_call_template = get_call_template
    return dispatcher
