"""``svcsim check``: what can be said of a scenario without running it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from svcsim.cli.options import STDOUT, Json, Set

if TYPE_CHECKING:
    from svcsim.analysis.facts import Facts
    from svcsim.errors import Problem
    from svcsim.scenario.hints import Hint


def check(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO", help="A file, or the name of a shipped scenario.")
    ],
    set_: Set = None,
    expand: Annotated[
        bool,
        typer.Option("--expand", help="Print the scenario with every inferred value, and what "
                     "each step becomes."),
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="Print every step and hint.")] = False,
    json: Json = None,
) -> None:  # fmt: skip
    """Check a scenario: problems, offered load, predicted waits and ITIL hints, without a run."""
    from svcsim.scenario.load import load  # isort: skip  (before scipy: half a second faster)
    from svcsim.analysis.facts import Facts
    from svcsim.cli.check_screen import screen
    from svcsim.cli.json_file import checked_path, distinct, write_json
    from svcsim.cli.terminal import show
    from svcsim.errors import ScenarioError
    from svcsim.model.build import build
    from svcsim.scenario.changes import Asked

    distinct([scenario], {"--json": json})
    if json is not None:
        checked_path(json)
    try:
        loaded = load(scenario, set=Asked.all(set_ or (), "--set"))
        compiled = build(loaded)
        facts = Facts.of(loaded, compiled)
        hints = findings(facts)
    except ScenarioError as error:
        if json is not None:
            write_json(json, _problems(error.problems))
        raise
    if json is not None:
        write_json(json, record(facts, hints))
    if json == STDOUT:
        return
    if expand:
        from svcsim.cli.lowering import lowering
        from svcsim.scenario.expand import expand as expanded

        rates = compiled.model.streams["layer_rate"].tolist()
        layers = dict(zip(compiled.names.streams, rates, strict=True))
        show([*expanded(loaded, layers).splitlines(), *lowering(compiled)])
    else:
        import shlex

        words = ["svcsim", "check", scenario, *(w for one in set_ or () for w in ("--set", one))]
        show(screen(facts, hints, again=shlex.join(words), full=full))


def findings(facts: "Facts") -> "list[Hint]":
    """Return the hints of feasibility and of the service value chain.

    Raises
    ------
    ScenarioError
        With every problem, located in the file.
    """
    from svcsim.analysis.crossings import activities_used, handovers
    from svcsim.analysis.feasibility import feasible
    from svcsim.errors import Problem, ScenarioError
    from svcsim.scenario.hints import Hint, hints
    from svcsim.scenario.locate import placed

    names, prediction = facts.questions.names, facts.prediction
    passed_on, used = handovers(prediction, names), activities_used(prediction, names)
    found = [*feasible(facts), *hints(facts.scenario, passed_on, used)]
    problems = [placed(one, facts.scenario) for one in found if isinstance(one, Problem)]
    if problems:
        raise ScenarioError(sorted(problems, key=lambda one: (one.file, one.line, one.column)))
    return [one for one in found if isinstance(one, Hint)]


# ---- for machines ------------------------------------------------------------------------------


def _problems(problems: "tuple[Problem, ...]") -> dict[str, Any]:
    from dataclasses import asdict
    from importlib.metadata import version

    return {"svcsim": version("svcsim"), "problems": [asdict(problem) for problem in problems]}


def record(facts: "Facts", hints: "list[Hint]") -> dict[str, Any]:
    """Return everything that the screen says, and what it leaves out, as plain values."""
    from dataclasses import asdict
    from importlib.metadata import version

    return {
        "svcsim": version("svcsim"),
        "scenario": {"name": facts.scenario.name, "digest": facts.scenario.digest},
        "problems": [],
        "weeks": facts.weeks,
        "teams": _teams(facts),
        "streams": _streams(facts),
        "hints": [asdict(hint) for hint in hints],
    }


def _hours(ticks: float | None) -> float | None:
    """Return hours; None for what is not known, or has no end."""
    from math import isfinite

    from svcsim.model.arrays import TICKS_PER_HOUR

    return None if ticks is None or not isfinite(ticks) else float(ticks) / TICKS_PER_HOUR


def _teams(facts: "Facts") -> list[dict[str, Any]]:
    rows = []
    for pool in facts.prediction.pools:
        limited = pool.people >= 0
        told = limited and pool.staffed and pool.pool not in facts.questions.outside
        rows.append(
            {
                "name": facts.name(pool.pool),
                "kind": "team" if pool.pool < facts.questions.names.n_teams else "resource",
                "people": pool.people if limited else None,
                "offered_h": _hours(pool.offered),
                "staffed_h": _hours(pool.staffed) if limited else None,
                "utilisation": pool.utilisation if told else None,
                "standing_h": {
                    load: _hours(ticks) for load, ticks in facts.standing(pool.pool).items()
                },
                "least": pool.least,
                "wait_h": _hours(pool.wait),
                "wait_by_priority_h": {str(rank): _hours(wait) for rank, wait in pool.by_rank},
                "wait_exact": pool.exact,
                "no_wait_because": pool.reason or None,
            }
        )
    return rows


def _streams(facts: "Facts") -> list[dict[str, Any]]:
    prediction, names = facts.prediction, facts.questions.names
    rows = []
    for v, name in enumerate(names.value_streams):
        visits, touch = prediction.visits(v), prediction.hands_on(v)
        people, waits = prediction.touch(v), prediction.delays(v)
        steps = [
            {
                "step": step,
                "visits": float(visits[s]),
                "touch_h": _hours(touch[s]),
                "people_h": _hours(people[s]),
                "wait_h": _hours(waits[s]),
            }
            for s, step in enumerate(names.steps)
            if facts.model.steps[s]["stream"] == v
        ]
        rows.append(
            {
                "stream": name,
                "items": float(prediction.items[v].sum()),
                "lead_time_h": _hours(prediction.lead_time(v)),
                "steps": steps,
            }
        )
    return rows
