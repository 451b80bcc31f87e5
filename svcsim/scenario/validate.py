"""How the words of a scenario fit together."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from svcsim.scenario import (
    fit_after,
    fit_backlog,
    fit_changes,
    fit_environments,
    fit_groups,
    fit_limits,
    fit_quantity,
    fit_repeated,
    fit_reserves,
    fit_same_person,
    fit_serves,
    fit_spawn,
    fit_standing,
    fit_steps,
    fit_streams,
    fit_teams,
    fit_triggers,
)
from svcsim.scenario.explain import Explained
from svcsim.scenario.fit import Fit
from svcsim.scenario.schema import Scenario
from svcsim.scenario.text import Document, Words

CHECKS: tuple[Callable[[Fit], Iterator[Explained]], ...] = (
    fit_teams.run,
    fit_teams.calendars,
    fit_teams.activities,
    fit_teams.teams,
    fit_teams.queues,
    fit_groups.groups,
    fit_standing.loads,
    fit_reserves.reserves,
    fit_serves.serves,
    fit_streams.streams,
    fit_backlog.backlogs,
    fit_steps.steps,
    fit_same_person.same_people,
    fit_after.parallel,
    fit_repeated.extras,
    fit_spawn.children,
    fit_quantity.quantities,
    fit_changes.changes,
    fit_triggers.triggers,
    fit_environments.environments,
    fit_limits.detours,
    fit_limits.limits,
)
"""Every check; each yields problems, and none raises."""


def validate(
    scenario: Scenario, document: Document, directory: Path, unread: Sequence[Words] = ()
) -> Iterator[Explained]:
    """Yield what does not fit together, with the path that each problem is about.

    Parameters
    ----------
    document
        What was read, for the places of problems.
    directory
        Where the CSV files lie that the scenario names.
    unread
        Paths that could not be read; what they name is taken to exist.
    """
    fit = Fit(scenario, document, directory, unread)
    for check in CHECKS:
        yield from check(fit)
