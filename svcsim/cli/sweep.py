"""``svcsim sweep``: a grid of what-ifs."""

from pathlib import Path
from typing import Annotated

import typer

from svcsim.cli.options import STDOUT, Engine, Jobs, Json, NoCache, Replications, Seed, Set


def sweep(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")
    ],
    over: Annotated[
        list[str],
        typer.Option("--over", metavar="PATH=VALUES",
                     help="What to vary, such as teams.desk.people=2..6, or =x0.8,x1.2; may be "
                          "repeated: then every combination."),
    ],
    response: Annotated[
        list[str] | None,
        typer.Option("--response", "-r", metavar="STREAM.MEASURE", show_default=False,
                     help="What to look at, such as incident.lead_time.p85; may be repeated; "
                          "default: promises, lead times, cost, and how busy varied teams are."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", show_default=False,
                     help="Draw one or two paths: the name ends in .svg, .png or .pdf."),
    ] = None,
    replications: Replications = None,
    seed: Seed = None,
    set_: Set = None,
    engine: Engine = "compiled",
    jobs: Jobs = None,
    json: Json = None,
    no_cache: NoCache = False,
) -> None:  # fmt: skip
    """Simulate a grid of what-ifs with the same luck: table, differences, picture."""
    from svcsim.cli.json_file import checked_path, distinct, tell_written, write_json
    from svcsim.cli.progress import progress_bar
    from svcsim.cli.sweep_screen import sweep_screen
    from svcsim.cli.terminal import show
    from svcsim.decisions.responses import Asked as Response
    from svcsim.decisions.sweep import sweep as simulate
    from svcsim.errors import SvcsimError
    from svcsim.scenario.changes import Asked
    from svcsim.scenario.load import load

    if json is not None:
        checked_path(json)
    if out is not None:
        from svcsim.plots.picture import checked_ending

        checked_path(checked_ending(out))
        if len(over) > 2:
            raise SvcsimError(f"--out {out}: a picture shows one path or two, not {len(over)}; "
                              "leave out one --over, or the picture")  # fmt: skip
    distinct([scenario], {"--json": json, "--out": out})
    loaded = load(scenario, set=Asked.all(set_ or [], "--set"))
    with progress_bar("sweeping") as progress:
        found = simulate(
            loaded, Asked.all(over, "--over"), response=Response.all(response or [], "--response"),
            replications=replications, seed=seed, engine=engine, jobs=jobs, progress=progress,
            cache=not no_cache,
        )  # fmt: skip
    if json is not None:
        write_json(json, found.as_dict())
    if out is not None:
        from svcsim.plots import grid
        from svcsim.plots.picture import save

        save(grid(found), out)
        tell_written(out)
    if json != STDOUT:
        show(sweep_screen(found))
    if found.interrupted:
        raise typer.Exit(130)
