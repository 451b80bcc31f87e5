"""Write logs of two scenarios whose items have children, for `mining_read.py` to read.

    python tests/mining_logs.py DIRECTORY

Beside the logs `said.json` says what the trajectories say: the items by stream, and whose child
each is.
"""

import json
import sys
from contextlib import ExitStack
from pathlib import Path

import svcsim
from svcsim.experiment.about import About
from svcsim.experiment.logs import log_file
from svcsim.scenario.load import load

SHORT = {
    "failed_changes": ["horizon=1 wk", "warm_up=0 h"],
    "portfolio": ["horizon=4 wk", "warm_up=0 h", "run_out=0 h"],  # its boards meet monthly
}
ENDINGS = (".csv", ".xes", ".json")


def write(name: str, directory: Path) -> None:
    """Write the logs of one replication of a scenario, and what it says."""
    scenario = load(name, set=SHORT[name])
    about = About.of(scenario)
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as files:
        logs = [files.enter_context(log_file(directory / f"log{end}", about, several=False))
                for end in ENDINGS]  # fmt: skip

        def add(followed):
            for log in logs:
                log(followed)

        run = svcsim.run(scenario, replications=1, jobs=1, keep=1, sink=add)
    items = run.trajectories[0].items
    names = run.items["item"].tolist()
    parents = {name: names[parent] for name, parent in zip(names, items["parent"].tolist(),
                                                           strict=True) if parent >= 0}  # fmt: skip
    assert parents, "a scenario without children says nothing of links"
    said = {"items": dict(zip(names, run.items["stream"], strict=True)), "parents": parents}
    (directory / "said.json").write_text(json.dumps(said))


if __name__ == "__main__":
    for name in SHORT:
        write(name, Path(sys.argv[1]) / name)
