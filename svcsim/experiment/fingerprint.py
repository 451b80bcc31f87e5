"""Fingerprints of what replications are made of: what differs in anything has another one.

A replication is a function of the compiled model (with its calendars, tables and replayed rows),
of what is asked of it, of seed and number, and of the program. All of it goes into the fingerprint
as it is in memory, not as it was written: a comment in a scenario changes nothing, a new row in a
CSV file does.
"""

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np

FLOORS = ("world", "engines", "model", "analysis", "scenario")
"""Packages whose source may change what a replication says."""
FILES = ("block", "fingerprint", "roomy", "study", "wanted")
"""Those of this package; the files beside the packages belong to them too."""
LIBRARIES = ("svcsim", "numpy", "numba", "llvmlite", "scipy", "simpy")


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def fingerprint(*parts: object) -> str:
    """Return 32 hex digits that change with anything in `parts`, and with the program.

    Parts are numbers, texts, arrays, and tuples, lists, mappings and data classes of them.

    Raises
    ------
    TypeError
        If there is something else in them, of which nothing is known.

    Examples
    --------
    >>> fingerprint(1, "a") == fingerprint(1, "a"), fingerprint(1, "a") == fingerprint("1", "a")
    (True, False)
    """
    digest = hashlib.blake2b(digest_size=16)
    digest.update(program().encode())
    _feed(digest, parts)
    return digest.hexdigest()


@cache
def program() -> str:
    """Return 32 hex digits that change with the sources, the libraries and the processor.

    Another processor may round a logarithm in another way.
    """
    digest = hashlib.blake2b(digest_size=16)
    _feed(digest, ingredients())
    return digest.hexdigest()


@cache
def ingredients() -> dict[str, str]:
    """Return what the program is made of: versions by library, sources, processor."""
    import llvmlite.binding

    here = Path(__file__).parents[1]
    files = sorted(here.glob("*.py")) + [here / "experiment" / f"{name}.py" for name in FILES]
    for floor in FLOORS:
        files += sorted((here / floor).rglob("*.py"))
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        _feed(digest, (file.relative_to(here).as_posix(), file.read_bytes()))
    return {
        **{library: version(library) for library in LIBRARIES},
        "Python": platform.python_version(),
        "sources of svcsim": digest.hexdigest(),
        "processor": f"{platform.system()} {platform.machine()} "
                     f"{llvmlite.binding.get_host_cpu_name()}",
    }  # fmt: skip


def _feed(digest: _Digest, value: object) -> None:
    """Add a value: what it is, how long, what is in it."""
    if isinstance(value, np.ndarray):
        if value.dtype.hasobject:
            raise TypeError("an array of objects has no fingerprint")
        _tell(digest, "array", repr((value.dtype.descr, value.shape)))
        digest.update(value.tobytes())
    elif value is None or isinstance(value, bool | int | float | np.generic):
        _tell(digest, type(value).__name__, repr(value))
    elif isinstance(value, str):
        _tell(digest, "str", value)
    elif isinstance(value, bytes):
        _tell(digest, "bytes", str(len(value)))
        digest.update(value)
    elif isinstance(value, Mapping):
        _tell(digest, "mapping", str(len(value)))
        for key, one in value.items():
            _feed(digest, key)
            _feed(digest, one)
    elif isinstance(value, tuple | list):
        _tell(digest, type(value).__name__, repr((len(value), getattr(value, "_fields", ()))))
        for one in value:
            _feed(digest, one)
    elif is_dataclass(value):
        found: dict[str, Any] = {
            field.name: getattr(value, field.name)
            for field in fields(value)
            if field.compare  # not what was made of the others, to have it at hand
        }
        _tell(digest, type(value).__name__, "")
        _feed(digest, found)
    else:
        raise TypeError(f"{type(value).__name__} has no fingerprint")


def _tell(digest: _Digest, kind: str, text: str) -> None:
    encoded = text.encode("utf-8", "surrogatepass")
    digest.update(f"{kind} {len(encoded)} ".encode())
    digest.update(encoded)
