"""``svcsim map``: the value stream map, as a picture."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svcsim.cli.options import Replications, Set

if TYPE_CHECKING:
    from svcsim.experiment.results import Results
    from svcsim.scenario.schema import Scenario


def map(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="FILE",
                     help="The picture: its name ends in .svg, .png or .pdf."),
    ] = Path("map.svg"),
    stream: Annotated[
        list[str] | None,
        typer.Option("--stream", metavar="NAME", show_default=False,
                     help="Draw only this stream; may be repeated."),
    ] = None,
    set_: Set = None,
    run: Annotated[
        bool,
        typer.Option("--run", help="Simulate first, and add the timeline of touch and wait."),
    ] = False,
    replications: Replications = None,
    results: Annotated[
        Path | None,
        typer.Option("--results", metavar="FILE", show_default=False,
                     help="Add the timeline from results that were saved."),
    ] = None,
) -> None:  # fmt: skip
    """Draw the value stream map: activities as lanes, handovers, gates, loops, value."""
    from svcsim.cli.json_file import checked_path, distinct
    from svcsim.errors import SvcsimError
    from svcsim.plots import map as draw
    from svcsim.plots.picture import checked_ending, save
    from svcsim.plots.value_stream_map import known
    from svcsim.scenario.changes import Asked
    from svcsim.scenario.load import load

    if run and results is not None:
        raise SvcsimError("--run and --results: give one of them, or neither")
    if replications is not None and not run:
        raise SvcsimError(f"--replications {replications}: nothing is simulated; add --run")
    checked_path(checked_ending(out))
    distinct([scenario], {"--out": out})
    loaded = load(scenario, set=Asked.all(set_ or (), "--set"))
    streams = known(loaded, stream) if stream else None
    save(draw(loaded, _results(loaded, run, replications, results), streams=streams), out)
    typer.echo(f"wrote {out}")


def _results(
    scenario: "Scenario", run: bool, replications: int | None, saved: Path | None
) -> "Results | None":
    """Return the results for the timeline: of a run, or from a file."""
    if run:
        from svcsim.cli.progress import progress_bar
        from svcsim.experiment.run import run as simulate

        with progress_bar("simulating") as progress:
            return simulate(scenario, replications=replications, progress=progress, cache=True)
    if saved is not None:
        from svcsim.experiment.results import Results

        return Results.load(saved)
    return None
