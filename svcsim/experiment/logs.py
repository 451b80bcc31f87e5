"""Event logs in files: the ending of the name says in which format."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path

from svcsim.analysis.followed import Followed
from svcsim.errors import SvcsimError
from svcsim.experiment.about import About
from svcsim.experiment.event_log import event_log
from svcsim.experiment.tables import Labels
from svcsim.experiment.whole_files import whole_file

Add = Callable[[Followed], None]
"""Writes a replication to a log."""
ENDINGS = (".csv", ".parquet", ".xes", ".xes.gz", ".json", ".jsonocel")
"""Endings of the names of logs; the last two are OCEL 2.0."""


def ending(path: Path) -> str:
    """The ending of the name of a log.

    Raises
    ------
    SvcsimError
        If no log ends so, or what writes it is not installed.
    """
    found = next((end for end in ENDINGS if path.name.endswith(end) and path.name != end), None)
    if found is None:
        raise SvcsimError(
            f"{path}: the ending of the name says how a log is written; end it in .csv, .parquet, "
            ".xes, .xes.gz, or for OCEL 2.0 in .json or .jsonocel"
        )
    if found == ".parquet" and find_spec("pyarrow") is None:
        raise SvcsimError(
            f"{path}: Parquet needs pyarrow, which is not installed; "
            "pip install 'svcsim[parquet]', or write .csv"
        )
    return found


def origin_of(path: Path) -> Path:
    """The file beside a log that says where it came from: ``events.run.json``."""
    return path.with_name(path.name.removesuffix(ending(path)) + ".run.json")


def log_file(path: Path, about: About, *, several: bool) -> AbstractContextManager[Add]:
    """Open an event log that is there whole at the end, or not at all; add replications to it.

    With `several` replications their numbers stand before all names.

    Raises
    ------
    SvcsimError
        If the ending of its name says no format.
    """
    match ending(path):
        case ".csv":
            return _csv_file(path, about, several=several)
        case ".parquet":
            from svcsim.experiment.parquet import parquet_file

            return parquet_file(path, about, several=several)
        case ".xes" | ".xes.gz":
            from svcsim.experiment.xes import xes_file

            return xes_file(path, about, several=several)
        case _:
            from svcsim.experiment.ocel import ocel_file

            return ocel_file(path, about, several=several)


@contextmanager
def _csv_file(path: Path, about: About, *, several: bool) -> Iterator[Add]:
    with whole_file(path) as log:
        yield lambda run: log.add(event_log(Labels(run, about), several=several))
