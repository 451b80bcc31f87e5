"""What happened and what came out, as a directory of files: ``--out``."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from svcsim.analysis.followed import Followed
from svcsim.experiment import tables
from svcsim.experiment.about import About
from svcsim.experiment.logs import origin_of
from svcsim.experiment.results import Results, as_json
from svcsim.experiment.weekly import Weekly
from svcsim.experiment.whole_files import CsvFile, whole_directory, whole_file, whole_text

FILES = ("items.csv", "visits.csv", "measures.csv", "weekly.csv", "steps.csv", "run.json")
"""What a directory of results holds."""


class Directory:
    """A directory that is being filled."""

    def __init__(self, path: Path, about: About, items: CsvFile, visits: CsvFile):
        self.path = path
        self.about = about
        self.items = items
        self.visits = visits
        self.weekly = Weekly(about)

    def add(self, run: Followed) -> None:
        """Append a replication."""
        labels = [tables.Labels(run, self.about)]
        self.items.add(tables.items_frame(labels))
        self.visits.add(tables.visits_frame(labels))
        self.weekly.add(run)

    def finish(self, results: Results) -> None:
        """Write what came out, and where it came from."""
        results.measures.to_csv(self.path / "measures.csv", index=False, lineterminator="\n")
        with whole_file(self.path / "weekly.csv") as weekly:
            weekly.add(self.weekly.frame())
        with whole_file(self.path / "steps.csv") as steps:
            steps.add(tables.steps_frame(self.about))
        _origin(self.path / "run.json", results)


def beside(log: Path, results: Results) -> None:
    """Write where an event log came from, into a file beside it."""
    _origin(origin_of(log), results)


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
