"""``svcsim run``: simulate a scenario, and say what comes out."""

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from svcsim.cli.options import (
    STDOUT,
    Cluster,
    Engine,
    Jobs,
    Json,
    NoCache,
    Replications,
    Seed,
    Set,
)

if TYPE_CHECKING:
    from svcsim.analysis.followed import Followed
    from svcsim.experiment.results import Results
    from svcsim.experiment.run import Sink


def run(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")
    ],
    replications: Replications = None,
    seed: Seed = None,
    set_: Set = None,
    engine: Engine = "compiled",
    jobs: Jobs = None,
    full: Annotated[bool, typer.Option("--full", help="Print everything.")] = False,
    json: Json = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", show_default=False,
                     help="Write items, visits, measures, weekly series and steps as CSV files."),
    ] = None,
    log: Annotated[
        Path | None,
        typer.Option("--log", metavar="FILE", show_default=False,
                     help="Write an event log for process mining, by the ending of its name: .csv, "
                          ".parquet, .xes, .xes.gz, or OCEL 2.0: .json, .jsonocel."),
    ] = None,
    require_targets: Annotated[
        bool, typer.Option("--require-targets", help="Exit with 1 when a target is missed.")
    ] = False,
    no_cache: NoCache = False,
    cluster: Cluster = None,
) -> None:  # fmt: skip
    """Simulate a scenario: targets, demand to value, where the time goes, teams."""
    from svcsim.cli.json_file import checked_path, distinct, tell_written
    from svcsim.cli.progress import progress_bar
    from svcsim.experiment.about import About
    from svcsim.experiment.logs import log_file, origin_of
    from svcsim.experiment.out import beside, directory
    from svcsim.experiment.run import run as simulate
    from svcsim.scenario.changes import Asked
    from svcsim.scenario.load import load

    beside_log = None if log is None else origin_of(log)
    distinct(
        [scenario],
        {"--out": out, "--log": log, "what belongs to --log,": beside_log, "--json": json},
    )
    for path in (json, log, beside_log):
        if path is not None:
            checked_path(path)
    loaded = load(scenario, set=Asked.all(set_ or (), "--set"))
    about = About.of(loaded)
    n = loaded.replications if replications is None else replications
    with ExitStack() as files:
        folder = files.enter_context(directory(out, about)) if out is not None else None
        sinks: list[Sink] = [folder.add] if folder is not None else []
        if log is not None:
            sinks.append(files.enter_context(log_file(log, about, several=n > 1)))

        def write(followed: "Followed") -> None:
            for sink in sinks:
                sink(followed)

        with progress_bar("simulating") as progress:
            results = simulate(
                loaded,
                replications=replications,
                seed=seed,
                engine=engine,
                jobs=jobs,
                progress=progress,
                sink=write if sinks else None,
                cache=not no_cache,
                cluster=cluster,
            )
        if folder is not None:
            folder.finish(results)
        if log is not None:
            beside(log, results)
    tell_written(*(path for path in (out, log, beside_log) if path is not None))
    _tell(results, scenario, set_ or [], json=json, full=full)
    if results.interrupted:
        raise typer.Exit(130)
    if require_targets and _missed(results):
        raise typer.Exit(1)


def _tell(
    results: "Results", scenario: str, changes: list[str], *, json: Path | None, full: bool
) -> None:
    """Print the screen, or the JSON instead of it."""
    from svcsim.cli.full import everything
    from svcsim.cli.json_file import write_json
    from svcsim.cli.screen import first_screen
    from svcsim.cli.terminal import show

    if json is not None:
        write_json(json, results.as_dict())
    if json == STDOUT:
        return
    again = " ".join([_quoted(scenario), *(f"--set {_quoted(change)}" for change in changes)])
    show(first_screen(results, again=again, full=full))
    if full:
        show(everything(results))


def _missed(results: "Results") -> bool:
    from svcsim.cli.verdict import verdicts

    return not all(verdict.met for verdict in verdicts(results))


def _quoted(text: str) -> str:
    import shlex

    return shlex.quote(text)
