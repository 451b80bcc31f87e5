"""Compiled code on disk is believed only if it is what was once written.

numba runs what it finds in its cache: a file cut short, or with one bit turned over, ended every
run, or ran as machine code. Each file begins with the digest of the rest; what does not fit is
absent, and compiled again.
"""

import hashlib
import io
import pickle
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from numba.core.caching import IndexDataCacheFile

_DIGEST = 16
"""Bytes of a digest."""


def contents(file: Path) -> bytes | None:
    """Return what was written to a file; None if it is not there whole."""
    try:
        found = file.read_bytes()
    except OSError:
        return None
    return found[_DIGEST:] if found[:_DIGEST] == _digest(found[_DIGEST:]) else None


def sealed(cache: Any) -> None:
    """Let the cache of a function write digests, and look at them."""
    files: Any = _SealedFiles  # numba has no types
    cache._cache_file = files(
        cache_path=cache.cache_path,
        filename_base=cache._impl.filename_base,
        source_stamp=cache._impl.locator.get_source_stamp(),
    )


def _digest(content: bytes) -> bytes:
    return hashlib.blake2b(content, digest_size=_DIGEST).digest()


class _SealedFiles(IndexDataCacheFile):
    """The index of a function, and the code of its versions."""

    def save(self, key: Any, data: Any) -> None:
        """Keep a version of the function; on a disk that is full or closed it is not kept."""
        with suppress(OSError):
            super().save(key, data)  # type: ignore[no-untyped-call]

    def _load_index(self) -> dict[Any, str]:
        content = contents(Path(self._index_path))
        if content is None:
            return {}
        file = io.BytesIO(content)
        if pickle.load(file) != self._version:
            return {}
        stamp, found = pickle.load(file)
        return found if stamp == self._source_stamp else {}

    def _load_data(self, name: str) -> Any:
        content = contents(Path(self._cache_path, name))
        if content is None:
            raise FileNotFoundError(name)  # it is compiled again, and written anew
        return pickle.loads(content)

    @contextmanager
    def _open_for_write(self, filepath: str) -> Iterator[io.BytesIO]:
        content = io.BytesIO()
        yield content
        with super()._open_for_write(filepath) as file:
            file.write(_digest(content.getvalue()))
            file.write(content.getvalue())
