"""The files that a scenario names: they go with it where it is copied."""

import filecmp
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from svcsim.errors import SvcsimError
from svcsim.experiment.whole_files import whole_bytes
from svcsim.scenario.sources import with_files
from svcsim.scenario.text import read_file


def named_files(source: Path, target: Path) -> list[tuple[Path, Path]]:
    """Each file that the scenario at `source` names, and where its copy belongs.

    These are CSV files, and files that it extends with all that they name.

    Those that would be found from `target` as they are, are not among them.

    Raises
    ------
    SvcsimError
        If a copy would overwrite another file, or lie outside the directory of `target`.
    """
    pairs = []
    for name in dict.fromkeys(_names(source, set())):
        file, copy = source.parent / name, target.parent / name
        if not file.is_file() or (copy.exists() and filecmp.cmp(file, copy, shallow=False)):
            continue
        if copy.exists():
            remedy = "choose another directory for the scenario"
            raise SvcsimError(f"{copy}: the scenario needs a file of this name; {remedy}")
        if not copy.resolve().is_relative_to(target.parent.resolve()):
            remedy = f"copy it yourself from {file}"
            raise SvcsimError(f"{copy}: this is outside the directory of {target}; {remedy}")
        pairs.append((file, copy))
    return pairs


def _names(source: Path, above: set[Path]) -> Iterator[str]:
    """Paths of the files that a scenario names, from where it lies; those `above` name it."""
    data = read_file(source, str(source)).data
    yield from (mapping["csv"] for mapping, _ in with_files(data))
    base = data.get("extends")
    if isinstance(base, str) and (file := source.parent / base).is_file():
        yield base
        if (real := file.resolve()) not in above:
            yield from (
                str(Path(base).parent / name)
                for name in _names(file, above | {source.resolve(), real})
            )


@contextmanager
def whole_copies(pairs: Iterable[tuple[Path, Path]]) -> Iterator[None]:
    """Copy files, each to a place of its own; if the block fails, they are gone again."""
    made: list[Path] = []
    try:
        for file, copy in pairs:
            for directory in reversed([d for d in copy.parents if not d.exists()]):
                directory.mkdir()
                made.append(directory)
            with file.open("rb") as old, whole_bytes(copy) as new:
                shutil.copyfileobj(old, new)
            made.append(copy)
        yield
    except BaseException:
        for path in reversed(made):
            (path.rmdir if path.is_dir() else path.unlink)()
        raise
