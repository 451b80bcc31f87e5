"""The commands, in their panels."""

from importlib.util import find_spec
from typing import Annotated

import typer

from svcsim.cli.bottleneck import bottleneck
from svcsim.cli.cache import cache
from svcsim.cli.compare import compare
from svcsim.cli.init import init
from svcsim.cli.map import map
from svcsim.cli.panels import Panels
from svcsim.cli.run import run
from svcsim.cli.schema import schema
from svcsim.cli.sweep import sweep
from svcsim.cli.verify import verify

START, DECIDE, LOOK_CLOSER, HOUSEKEEPING = (
    "Start",
    "Decide",
    "Look closer",
    "Data and house-keeping",
)
app = typer.Typer(
    name="svcsim",
    cls=Panels,
    help="Simulate demand flowing through the ITIL 4 service value chain.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"svcsim {version('svcsim')}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    pass


app.command(rich_help_panel=START)(init)
if find_spec("svcsim.cli.check") is not None:
    from svcsim.cli.check import check

    app.command(rich_help_panel=START)(check)
app.command(rich_help_panel=START)(map)
app.command(rich_help_panel=START)(run)
app.command(rich_help_panel=DECIDE)(compare)
app.command(rich_help_panel=DECIDE)(sweep)
app.command(rich_help_panel=DECIDE)(bottleneck)
app.command(rich_help_panel=LOOK_CLOSER)(verify)
app.command(rich_help_panel=HOUSEKEEPING)(schema)
app.add_typer(cache, rich_help_panel=HOUSEKEEPING)
