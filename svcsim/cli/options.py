"""Options that several commands share, word for word."""

from pathlib import Path
from typing import Annotated

import typer

Replications = Annotated[
    int | None,
    typer.Option("--replications", "-n", metavar="N", min=1, show_default=False,
                 help="Independent repetitions; default: those of the scenario."),
]  # fmt: skip
Seed = Annotated[
    int | None,
    typer.Option("--seed", metavar="S", min=0, show_default=False,
                 help="Number from which every random draw follows; default: the scenario's."),
]  # fmt: skip
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=CHANGE", show_default=False,
                 help="Change the scenario, such as teams.desk.people=+1; may be repeated."),
]  # fmt: skip
Engine = Annotated[
    str,
    typer.Option("--engine", metavar="ENGINE", help="compiled, or reference to read along."),
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", metavar="N", min=1, show_default=False,
                 help="Workers; default: one for each core. Changes nothing but the time."),
]  # fmt: skip
Cluster = Annotated[
    str | None,
    typer.Option("--cluster", metavar="ADDRESS", show_default=False,
                 help="A Dask scheduler whose workers simulate instead of this machine: "
                      "tcp://10.0.0.1:8786."),
]  # fmt: skip
NoCache = Annotated[
    bool,
    typer.Option("--no-cache", help="Simulate everything anew, and keep nothing of it."),
]
Json = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", show_default=False,
                 help="Write the numbers as JSON; - for standard output, and nothing else on it."),
]  # fmt: skip
STDOUT = Path("-")
