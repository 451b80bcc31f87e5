"""``svcsim cache``: what is kept on disk so that the next run is sooner there."""

from typing import Annotated, Any

import typer

from svcsim.cli.options import STDOUT, Json
from svcsim.cli.panels import Panels

cache = typer.Typer(
    name="cache",
    cls=Panels,
    help="See, clear or fill what is kept on disk: replications, and the compiled kernel.",
    no_args_is_help=True,
)


@cache.command()
def show(json: Json = None) -> None:
    """Show what is kept, how large it is, and where."""
    from svcsim.cli.json_file import checked_path, write_json
    from svcsim.cli.terminal import show as print_lines

    if json is not None:
        checked_path(json)
    found = _found()
    if json is not None:
        write_json(json, found)
    if json != STDOUT:
        print_lines(_told(found))


@cache.command()
def clear(
    kernel: Annotated[
        bool, typer.Option("--kernel", help="The compiled kernel too: the next run compiles it.")
    ] = False,
) -> None:
    """Delete the replications that are kept."""
    from svcsim.cli.figures import size
    from svcsim.errors import SvcsimError
    from svcsim.experiment.housekeeping import block_files, clear_blocks, clear_kernel, kernel_files
    from svcsim.experiment.kept import directory
    from svcsim.experiment.kernel_files import versions_directory

    place = directory()
    freed = block_files(place).size
    clear_blocks(place)
    left = [block_files(place)]
    if kernel:
        versions = versions_directory()
        freed += kernel_files(versions).size
        clear_kernel(versions)
        left.append(kernel_files(versions))
    typer.echo(f"cleared {size(freed - sum(files.size for files in left))}")
    there = [
        f"{files.directory}: {files.number} file{'s' * (files.number != 1)} could not be deleted"
        for files in left if files.number
    ]  # fmt: skip
    if there:
        raise SvcsimError(
            "; ".join(there) + "; look who may delete there, and whether a run goes on"
        )


@cache.command()
def warm() -> None:
    """Compile the kernel and its core now, so that no first run waits for them."""
    from svcsim.cli.progress import compiling
    from svcsim.experiment.kernel_files import compile_kernel, missing

    if not missing():
        typer.echo("the kernel is compiled already")
        return
    with compiling():
        seconds = compile_kernel()
    typer.echo(f"compiled the kernel in {seconds:.0f} s")


def _found() -> dict[str, dict[str, Any]]:
    """What is kept: how much, and where."""
    from svcsim.experiment.housekeeping import block_files, kernel_files
    from svcsim.experiment.kept import directory, largest
    from svcsim.experiment.kernel_files import missing, versions_directory

    blocks, kernels = block_files(directory()), kernel_files(versions_directory())
    return {
        "replications": {
            "experiments": blocks.groups,
            "files": blocks.number,
            "bytes": blocks.size,
            "at_most": largest(),
            "directory": str(blocks.directory) if blocks.directory else None,
        },
        "kernel": {
            "versions": kernels.groups,
            "files": kernels.number,
            "bytes": kernels.size,
            "compiled": not missing(),
            "missing": missing(),
            "directory": str(kernels.directory),
        },
    }


def _told(found: dict[str, dict[str, Any]]) -> list[str]:
    """What is kept, as lines."""
    from svcsim.cli.figures import size

    blocks, kernel = found["replications"], found["kernel"]
    several = f"{blocks['experiments']} experiment{'s' * (blocks['experiments'] != 1)}"
    versions = f"{kernel['versions']} version{'s' * (kernel['versions'] != 1)}"
    state = "compiled"
    if kernel["missing"] == ["full"]:
        state = "compiled as core only"
    elif kernel["missing"]:
        state = "not compiled: svcsim cache warm"
    nowhere = "nowhere: no directory that may be written"
    return [
        f"replications  {several}, {size(blocks['bytes'])} of {size(blocks['at_most'])} at most",
        f"              {blocks['directory'] or nowhere}",
        f"kernel        {versions}, {size(kernel['bytes'])}; this version is {state}",
        f"              {kernel['directory']}",
    ]
