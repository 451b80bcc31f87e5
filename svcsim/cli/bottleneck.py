"""``svcsim bottleneck``: which lever moves a response."""

from pathlib import Path
from typing import Annotated

import typer

from svcsim.cli.options import STDOUT, Engine, Jobs, Json, NoCache, Replications, Seed, Set


def bottleneck(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")
    ],
    response: Annotated[
        str | None,
        typer.Option("--response", "-r", metavar="STREAM.MEASURE", show_default=False,
                     help="What to look at, such as incident.lead_time.p85; default: the mean lead "
                          "time of the first stream."),
    ] = None,
    only: Annotated[
        str | None,
        typer.Option("--only", metavar="KINDS", show_default=False,
                     help="Levers to look at, with commas: work, waits, replies, demand, rework, "
                          "people, gates; default: all."),
    ] = None,
    h: Annotated[
        float | None,
        typer.Option("--step", metavar="SHARE", show_default=False,
                     help="How far levers are turned; default: 0.02, and 0.05 where few items "
                          "change."),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Turn them half as far too, and compare.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", show_default=False,
                     help="Draw the tornado: the name ends in .svg, .png or .pdf."),
    ] = None,
    replications: Replications = None,
    seed: Seed = None,
    set_: Set = None,
    engine: Engine = "compiled",
    jobs: Jobs = None,
    json: Json = None,
    no_cache: NoCache = False,
) -> None:  # fmt: skip
    """Find what moves a response: elasticities, one person more or less, what to relax next."""
    import shlex

    from svcsim.cli.bottleneck_screen import bottleneck_screen
    from svcsim.cli.json_file import checked_path, distinct, tell_written, write_json
    from svcsim.cli.progress import progress_bar
    from svcsim.cli.terminal import show
    from svcsim.decisions.bottleneck import bottleneck as search
    from svcsim.decisions.bottleneck import checked_levers
    from svcsim.decisions.levers import KINDS
    from svcsim.decisions.responses import Asked as Response
    from svcsim.scenario.changes import Asked
    from svcsim.scenario.load import load

    if json is not None:
        checked_path(json)
    if out is not None:
        from svcsim.plots.picture import checked_ending

        checked_path(checked_ending(out))
    distinct([scenario], {"--json": json, "--out": out})
    kinds = [kind.strip() for kind in only.split(",")] if only is not None else KINDS
    checked_levers(kinds, h, ("--only", "--step"))
    loaded = load(scenario, set=Asked.all(set_ or [], "--set"))
    with progress_bar("turning levers") as progress:
        found = search(
            loaded, Response.all([response], "--response")[0] if response else None, only=kinds,
            h=h, check=check, replications=replications, seed=seed, engine=engine, jobs=jobs,
            progress=progress, cache=not no_cache,
        )  # fmt: skip
    if json is not None:
        write_json(json, found.as_dict())
    if out is not None:
        from svcsim.plots import tornado
        from svcsim.plots.picture import save

        save(tornado(found), out)
        tell_written(out)
    if json != STDOUT:
        again = shlex.join([scenario, *(word for one in set_ or [] for word in ("--set", one))])
        show(bottleneck_screen(found, again))
    if found.interrupted:
        raise typer.Exit(130)
