"""From a trajectory to numbers: every measure of one replication, by name.

A measure is a numerator over a denominator, both sums over one replication that were taken in
integers. What many replications say about it is a matter of `svcsim.analysis.confidence`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from svcsim.analysis.automation import automation_coverage
from svcsim.analysis.backlog import backlog
from svcsim.analysis.contract import contract_months
from svcsim.analysis.cost import cost_per_item, person_time
from svcsim.analysis.endings import endings
from svcsim.analysis.followed import Followed
from svcsim.analysis.handovers import handovers
from svcsim.analysis.identities import identities
from svcsim.analysis.incoming import complete_and_accurate
from svcsim.analysis.key import Key, Measures, Said
from svcsim.analysis.lead_time import cycle_time, lead_time
from svcsim.analysis.levels import throughput, wip
from svcsim.analysis.on_time import on_time
from svcsim.analysis.percentiles import Histogram
from svcsim.analysis.questions import Questions
from svcsim.analysis.redials import redials
from svcsim.analysis.teams import queue_length, utilisation, visits_to_teams
from svcsim.analysis.time_spent import time_spent
from svcsim.model.arrays import Floats, Trajectory


@dataclass(frozen=True, slots=True)
class Reduced:
    """One replication as numbers."""

    keys: tuple[Key, ...]
    numerators: Floats
    """By key."""
    denominators: Floats
    """By key; 0 where the replication has nothing to say."""
    histograms: dict[Key, Histogram]
    """How the values lie of which percentiles are wanted, by the key of their mean."""
    identities: dict[str, bool]
    """What must hold, and whether it does."""


MEASURES: tuple[Measures, ...] = (
    on_time, contract_months, lead_time, cycle_time, time_spent, endings, throughput, wip, backlog,
    handovers, automation_coverage, complete_and_accurate, redials, person_time, cost_per_item,
    utilisation, queue_length, visits_to_teams,
)  # fmt: skip
"""Every measure of a replication, in the order in which they are told."""


def names(questions: Questions) -> tuple[Key, ...]:
    """What the measures are called: known before anything is simulated."""
    return tuple(key for measures in MEASURES for key in questions.once(measures.names))


def reduce(run: Followed, only: Collection[Key] | None = None) -> Reduced:
    """Turn a replication into numbers.

    Parameters
    ----------
    run
        The replication.
    only
        Measures that are wanted, as `names` calls them; not given: all, and the identities. What
        only others need is not computed.
    """
    keys = run.questions.once(names)
    if only is not None:
        keys = tuple(key for key in keys if key in only)
    numerators: list[float] = []
    denominators: list[float] = []
    histograms = {}
    for key, (numerator, denominator, histogram) in zip(keys, _said(run, only), strict=True):
        numerators.append(numerator)
        denominators.append(denominator)
        if histogram is not None:
            histograms[key] = histogram
    return Reduced(
        keys,
        np.array(numerators, np.float64),
        np.array(denominators, np.float64),
        histograms,
        identities(run) if only is None else {},
    )


def _said(run: Followed, only: Collection[Key] | None) -> Iterator[Said]:
    """What the replication says about the measures that are wanted."""
    for measures in MEASURES:
        keys = run.questions.once(measures.names)
        if only is None:
            yield from measures.say(run)
        elif any(key in only for key in keys):
            told = zip(keys, measures.say(run), strict=True)
            yield from (said for key, said in told if key in only)


def measure(
    questions: Questions, trajectory: Trajectory, *, seed: int = 1, replication: int = 0
) -> Reduced:
    """Turn a trajectory into numbers.

    Parameters
    ----------
    questions
        What is asked, and the model that was simulated.
    trajectory
        What happened.
    seed, replication
        Of the run, from which its leave is drawn again.
    """
    return reduce(Followed.of(questions, trajectory, seed, replication))
