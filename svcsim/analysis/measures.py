"""From a trajectory to numbers: every measure of one replication, by name.

A measure is a numerator over a denominator, both sums over one replication that were taken in
integers. What many replications say about it is a matter of `svcsim.analysis.confidence`.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from threading import Lock

from svcsim.analysis.automation import automation_coverage
from svcsim.analysis.backlog import backlog
from svcsim.analysis.blocked import blocked
from svcsim.analysis.contract import contract_months
from svcsim.analysis.cost import cost_per_item, person_time
from svcsim.analysis.endings import endings
from svcsim.analysis.exposure import exposure
from svcsim.analysis.first_contact import first_contact_resolution
from svcsim.analysis.followed import Followed, nothing
from svcsim.analysis.handovers import handovers
from svcsim.analysis.identities import TAKES, identities
from svcsim.analysis.incoming import complete_and_accurate
from svcsim.analysis.key import Key, Measures
from svcsim.analysis.lateness import lateness
from svcsim.analysis.lead_time import cycle_time, lead_time
from svcsim.analysis.levels import throughput, wip
from svcsim.analysis.linked import linked
from svcsim.analysis.on_time import on_time
from svcsim.analysis.overrun import overrun
from svcsim.analysis.percentiles import Histogram
from svcsim.analysis.plan import Plan
from svcsim.analysis.questions import Questions
from svcsim.analysis.redials import redials
from svcsim.analysis.sums import Sums
from svcsim.analysis.teams import queue_length, utilisation, visits_to_teams
from svcsim.analysis.time_spent import time_spent
from svcsim.model.arrays import Floats
from svcsim.model.trajectory import Trajectory


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
    on_time, lateness, contract_months, lead_time, cycle_time, time_spent, endings, throughput, wip,
    exposure, blocked, backlog, handovers, first_contact_resolution, automation_coverage,
    complete_and_accurate, overrun, redials, linked, person_time, cost_per_item, utilisation,
    queue_length, visits_to_teams,
)  # fmt: skip
"""Every measure of a replication, in the order in which they are told."""


def names(questions: Questions) -> tuple[Key, ...]:
    """What the measures are called: known before anything is simulated."""
    return tuple(key for measures in MEASURES for key in questions.once(measures.names))


_planning = Lock()
"""Two workers that begin at once need one plan."""


def _plan(questions: Questions, only: frozenset[Key] | None) -> Plan:
    """What is done with the sums of every replication to know the measures that are wanted."""
    plans = questions.once(_plans)
    if only not in plans:
        with _planning:
            if only not in plans:
                plans[only] = Plan(questions, MEASURES, only)
    return plans[only]


def _plans(_: Questions) -> dict[frozenset[Key] | None, Plan]:
    return {}


class Reduction:
    """One replication on its way to numbers.

    Its parts are added one after another; nothing of them is kept but sums. The numbers are to the
    bit those of all parts at once, in whatever order they come.

    Parameters
    ----------
    questions, seed, replication
        Of the run.
    only
        Measures that are wanted, as `names` calls them; not given: all, and the identities. What
        only others need is not computed.
    """

    def __init__(
        self,
        questions: Questions,
        seed: int,
        replication: int,
        only: Collection[Key] | None = None,
    ):
        self._plan = _plan(questions, None if only is None else frozenset(only))
        self._identities = only is None
        takes = [*self._plan.takes, *(TAKES if self._identities else ())]
        self._sums = Sums(questions, seed, replication, takes)

    def add(self, part: Followed) -> None:
        """Add a part: items that are in no other one, and all that they did."""
        self._sums.add(part)

    def reduced(self) -> Reduced:
        """Return the numbers of all parts together; without any, nothing happened."""
        sums = self._sums
        if not sums.parts:
            self.add(Followed.of(sums.questions, nothing(), sums.seed, sums.replication))
        numbers, histograms = self._plan.followed(sums)
        held = identities(sums) if self._identities else {}
        return Reduced(self._plan.keys, numbers[0], numbers[1], histograms, held)


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
    reduction = Reduction(run.questions, run.seed, run.replication, only)
    reduction.add(run)
    return reduction.reduced()


def reduce_parts(
    questions: Questions,
    parts: Iterable[Trajectory],
    *,
    seed: int,
    replication: int,
    only: Collection[Key] | None = None,
) -> Reduced:
    """Turn a replication that comes in parts into numbers: the bits of `reduce` of the whole.

    A part is forgotten before the next one is asked for.

    Parameters
    ----------
    questions
        What is asked, and the model that was simulated.
    parts
        What happened: each with some families of items as a whole, items and tokens numbered from
        0 in each, every item in exactly one of them.
    seed, replication
        Of the run, from which its leave is drawn again.
    only
        Measures that are wanted, as for `reduce`.
    """
    reduction = Reduction(questions, seed, replication, only)
    for part in parts:
        reduction.add(Followed.of(questions, part, seed, replication))
        del part  # so that it is gone when the next one is made
    return reduction.reduced()


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
