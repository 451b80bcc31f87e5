"""What happened and what came out, as files: ``--out`` and ``--log``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from svcsim.analysis.followed import Followed
from svcsim.experiment import tables
from svcsim.experiment.about import About
from svcsim.experiment.event_log import event_log
from svcsim.experiment.results import Results, as_json
from svcsim.experiment.run import Sink
from svcsim.experiment.whole_files import CsvFile, whole_directory, whole_file, whole_text

FILES = ("items.csv", "visits.csv", "measures.csv", "steps.csv", "run.json")
"""What a directory of results holds."""


class Directory:
    """A directory that is being filled."""

    def __init__(self, path: Path, about: About, items: CsvFile, visits: CsvFile):
        self.path = path
        self.about = about
        self.items = items
        self.visits = visits

    def add(self, run: Followed) -> None:
        """Append a replication."""
        labels = [tables.Labels(run, self.about)]
        self.items.add(tables.items_frame(labels))
        self.visits.add(tables.visits_frame(labels))

    def finish(self, results: Results) -> None:
        """Write what came out, and where it came from."""
        results.measures.to_csv(self.path / "measures.csv", index=False, lineterminator="\n")
        with whole_file(self.path / "steps.csv") as steps:
            steps.add(tables.steps_frame(self.about))
        _origin(self.path / "run.json", results)


def beside(log: Path, results: Results) -> None:
    """Write where an event log came from, into a file beside it."""
    _origin(log.with_suffix(".json"), results)


def _origin(path: Path, results: Results) -> None:
    words = results.as_dict()
    del words["measures"]
    with whole_text(path) as file:
        file.write(as_json(words))


@contextmanager
def directory(path: Path, about: About) -> Iterator[Directory]:
    """Open a directory of results that is there whole at the end, or not at all."""
    with (
        whole_directory(path, FILES) as aside,
        whole_file(aside / "items.csv") as items,
        whole_file(aside / "visits.csv") as visits,
    ):
        yield Directory(aside, about, items, visits)


@contextmanager
def log_file(path: Path, about: About, *, several: bool) -> Iterator[Sink]:
    """Open an event log that is there whole at the end, or not at all."""
    with whole_file(path) as log:
        yield lambda run: log.add(event_log(tables.Labels(run, about), several=several))
