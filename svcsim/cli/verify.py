"""``svcsim verify``: whether what svcsim promises is true of this scenario."""

from typing import Annotated

import typer

from svcsim.cli.options import STDOUT, Json, Seed, Set


def verify(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")
    ],
    replications: Annotated[
        int,
        typer.Option("--replications", "-n", metavar="N", min=1,
                     help="Repetitions that both engines simulate."),
    ] = 5,
    rows: Annotated[
        int,
        typer.Option("--rows", metavar="N", min=1,
                     help="Rows that are compared; of a scenario that has more, the beginning."),
    ] = 30_000,
    seed: Seed = None,
    set_: Set = None,
    json: Json = None,
) -> None:  # fmt: skip
    """Check that svcsim computes what a scenario says: two engines, an auditor, and what follows.

    Leaves with 1 if anything does not hold. It takes about a minute.
    """
    from svcsim.cli.json_file import checked_path, distinct, write_json
    from svcsim.cli.progress import progress_bar
    from svcsim.cli.terminal import show
    from svcsim.cli.verify_screen import verify_screen
    from svcsim.decisions.verify import verify as check
    from svcsim.scenario.changes import Asked
    from svcsim.scenario.load import load

    if json is not None:
        checked_path(json)
    distinct([scenario], {"--json": json})
    loaded = load(scenario, set=Asked.all(set_ or [], "--set"))
    with progress_bar("verifying") as progress:
        found = check(loaded, replications=replications, seed=seed, rows=rows, progress=progress)
    if json is not None:
        write_json(json, found.as_dict())
    if json != STDOUT:
        show(verify_screen(found))
    if not found.holds:
        raise typer.Exit(1)
