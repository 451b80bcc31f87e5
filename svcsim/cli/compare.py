"""``svcsim compare``: what a change does, with the same luck."""

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
    from svcsim.errors import Problem
    from svcsim.scenario.schema import Scenario


def compare(
    base: Annotated[
        str, typer.Argument(metavar="BASE", help="A file, or the name of a shipped scenario.")
    ],
    others: Annotated[
        list[str] | None,
        typer.Argument(metavar="[OTHER ...]", help="Scenarios to compare with it.",
                       show_default=False),
    ] = None,
    vs: Annotated[
        list[str] | None,
        typer.Option("--vs", metavar='"PATH=CHANGE, ..."', show_default=False,
                     help="A variant: the base with these changes; may be repeated."),
    ] = None,
    replications: Replications = None,
    seed: Seed = None,
    set_: Set = None,
    engine: Engine = "compiled",
    jobs: Jobs = None,
    json: Json = None,
    no_cache: NoCache = False,
    cluster: Cluster = None,
) -> None:  # fmt: skip
    """Compare scenarios under common random numbers: verdicts, means, paired differences."""
    from svcsim.cli.compare_screen import Told, compare_screen
    from svcsim.cli.json_file import checked_path, distinct, write_json
    from svcsim.cli.progress import progress_bar
    from svcsim.cli.terminal import show
    from svcsim.decisions.compare import compare as simulate
    from svcsim.decisions.compare import label
    from svcsim.decisions.grid import in_common
    from svcsim.errors import ScenarioError, SvcsimError
    from svcsim.scenario.changes import Asked, split
    from svcsim.scenario.load import load

    if not others and not vs:
        raise SvcsimError(
            "compare: nothing to compare with; name another scenario, or a change: "
            f"svcsim compare {base} --vs teams.NAME.people=+1"
        )
    if json is not None:
        checked_path(json)
    distinct([base, *(others or [])], {"--json": json})
    common = Asked.all(set_ or [], "--set")
    asked = [(base, Told(base, common), common)]
    asked += [(other, Told(other, common), common) for other in others or []]
    for changes in vs or []:
        wanted = Asked.all(split(changes), "--vs")
        if not wanted:
            raise SvcsimError(f"--vs {changes!r}: this changes nothing; write path=change")
        asked.append((base, Told("", wanted), [*common, *wanted]))
    loaded: list[Scenario] = []
    problems: list[Problem] = []
    for file, _, changed in asked:
        try:
            loaded.append(load(file, set=changed))
        except ScenarioError as error:
            problems += error.problems
        problems += in_common(one for one in changed if one.by == "--vs")
    if problems:
        raise ScenarioError(dict.fromkeys(problems))
    first, labels = loaded[0], [label(index) for index in range(len(asked) - 1)]
    scenarios = dict(zip(labels, loaded[1:], strict=True))
    told = dict(zip(["base", *labels], [words for _, words, _ in asked], strict=True))
    with progress_bar("comparing") as progress:
        comparison = simulate(
            first, scenarios, replications=replications, seed=seed, engine=engine, jobs=jobs,
            progress=progress, cache=not no_cache, cluster=cluster,
        )  # fmt: skip
    if json is not None:
        write_json(json, comparison.as_dict())
    if json != STDOUT:
        show(compare_screen(comparison, told, first))
    if comparison.base.interrupted:
        raise typer.Exit(130)
