"""From a trajectory to numbers: every measure of one replication, by name.

A measure is a numerator over a denominator, both sums over one replication that were taken in
integers. What many replications say about it is a matter of `svcsim.analysis.confidence`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from svcsim.analysis.asked import Asked
from svcsim.analysis.automation import automation_coverage
from svcsim.analysis.backlog import backlog
from svcsim.analysis.cost import cost_per_item, person_time
from svcsim.analysis.endings import endings
from svcsim.analysis.followed import Followed
from svcsim.analysis.handovers import handovers
from svcsim.analysis.identities import identities
from svcsim.analysis.incoming import complete_and_accurate
from svcsim.analysis.key import Key, Sum
from svcsim.analysis.lead_time import cycle_time, lead_time
from svcsim.analysis.levels import throughput, wip
from svcsim.analysis.on_time import on_time
from svcsim.analysis.percentiles import Histogram
from svcsim.analysis.presence import Presence
from svcsim.analysis.questions import Questions
from svcsim.analysis.redials import redials
from svcsim.analysis.tally import Tally
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


def sums(run: Followed, tally: Tally) -> Iterator[Sum]:
    """Every measure of a replication."""
    asked, presence = Asked.of(run), Presence.of(run)
    yield from on_time(run)
    yield from lead_time(run)
    yield from cycle_time(run)
    yield from time_spent(run, tally)
    yield from endings(run)
    yield from throughput(run)
    yield from wip(run)
    yield from backlog(run)
    yield from handovers(run, asked)
    yield from automation_coverage(run)
    yield from complete_and_accurate(run)
    yield from redials(run)
    yield from person_time(run, presence)
    yield from cost_per_item(run, presence)
    if run.questions.names.pools:
        yield from utilisation(run, presence)
        yield from queue_length(run, asked)
        yield from visits_to_teams(run, asked, presence)


def reduce(run: Followed) -> Reduced:
    """Turn a replication into numbers."""
    tally = Tally.of(run)
    found = list(sums(run, tally))
    return Reduced(
        tuple(measure.key for measure in found),
        np.array([measure.numerator for measure in found], np.float64),
        np.array([measure.denominator for measure in found], np.float64),
        {measure.key: measure.histogram for measure in found if measure.histogram is not None},
        identities(run, tally),
    )


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
