"""An independent auditor says whether a trajectory is lawful.

`audit` reads a Model and a Trajectory, and no code of an engine. From the rows alone it rebuilds
what every item did, who was on shift, who waited for whom, and says in plain sentences what no
engine may have done. Calendars, queues, people and causes are worked out here a second time, in
plain Python. Borrowed are the addressed draws (`svcsim.world.draws`) and the quantile functions
(`svcsim.world.quantiles`) with the model's tables, so a fault in those is not seen here: they are
tested by `test_draws.py` against the generator as its paper writes it, by `test_quantiles.py`
against scipy, and by the traces T80 to T82, which were worked out without them. Borrowed are the
expected efforts at gates too (`svcsim.world.effort`), which `test_scores.py` holds to numbers that
were worked out by hand.

What the rules are says `svcsim.audit.rules`, with the sentences that they come from.

Parallel work: the tokens of an item are walked one beside the other, in the order of their events.
The table of tokens says when each is cancelled; that somebody cancels it there, and nobody
elsewhere, is found on the way. Where work of no length lets several of an item's tokens go on in
one tick, their order among each other is not known, and any that explains the rows will do; so will
any number of tokens that began, and any order of children that came, behind such work in one tick.

The rules are checked in stages, and a stage runs only on what the one before found sound: a row
that is missing would otherwise be found by every rule.
"""

from collections.abc import Callable
from typing import NamedTuple

from svcsim.audit.arrivals import check_arrivals
from svcsim.audit.attendance import check_attendance
from svcsim.audit.book import Book
from svcsim.audit.causes import check_causes
from svcsim.audit.cells import check_cells
from svcsim.audit.changes import families_and_triggers
from svcsim.audit.findings import Enough, Finding
from svcsim.audit.limits import check_limits
from svcsim.audit.paths import check_paths
from svcsim.audit.people import check_people
from svcsim.audit.quantities import quantities
from svcsim.audit.rows import check_rows
from svcsim.audit.rules import RULES
from svcsim.audit.sittings import check_gates
from svcsim.audit.sums import check_calendars, check_critical_paths, check_sums
from svcsim.audit.tables import check_presence_table, check_visit_table
from svcsim.model.arrays import Model
from svcsim.model.trajectory import Trajectory

STAGES: tuple[tuple[Callable[[Book], None], ...], ...] = (
    (check_rows, check_visit_table, check_presence_table),
    (check_sums, check_critical_paths, check_calendars),
    (check_arrivals,),
    (check_paths, families_and_triggers, quantities),
    (check_people, check_gates, check_limits),
    (check_attendance,),
    (check_cells,),
    (check_causes,),
)
LAST = {
    "A1": 0, "A2": 6, "A3": 6, "A4": 6, "A5": 6, "A6": 7, "A7": 5, "A8": 3, "A9": 4, "A10": 3,
    "A11": 6, "A12": 3, "A13": 3, "A14": 3, "A15": 3,
}  # fmt: skip
"""The stage after which a rule is known to hold."""


class Audit(NamedTuple):
    """What became of the rules for one trajectory."""

    findings: list[Finding]
    """Empty if it is lawful."""
    unknown: frozenset[str]
    """Codes of the rules that were not looked at to the end, as the rows were unsound before."""


def audit(model: Model, trajectory: Trajectory, seed: int, replication: int) -> list[Finding]:
    """Return what contradicts the law; an empty list is a sound trajectory.

    Parameters
    ----------
    model
        The compiled scenario.
    trajectory
        What an engine returned for it.
    seed, replication
        The run: they are half of every address.

    Examples
    --------
    >>> from svcsim.engines import compiled
    >>> from svcsim.model.build import build
    >>> from svcsim.scenario.load import load
    >>> model = build(load("first_desk", set=["horizon=1 d", "run_out=0 h"])).model
    >>> run = compiled.simulate(model, 1, 0)
    >>> audit(model, run, 1, 0)
    []
    >>> run.rows["end"][0] += 1  # a microsecond
    >>> print(audit(model, run, 1, 0)[0].rule)
    A1
    """
    return examine(model, trajectory, seed, replication).findings


def examine(model: Model, trajectory: Trajectory, seed: int, replication: int) -> Audit:
    """Return what `audit` does, and which rules it has not come to."""
    book = Book(model, trajectory, seed, replication)
    for n, stage in enumerate(STAGES):
        for check in stage:
            try:
                check(book)
            except Enough:
                pass
            except Exception as error:  # a doctored table may break any reading of it
                text = f"{check.__name__} cannot read the tables: {error!r}"
                book.findings.append(Finding("A0", text))
        if book.findings:
            found = {finding.rule for finding in book.findings}
            codes = (rule.code for rule in RULES)
            return Audit(
                book.findings,
                frozenset(code for code in codes if LAST[code] >= n and code not in found),
            )
    return Audit(book.findings, frozenset())
