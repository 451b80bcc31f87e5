"""Exposure: how much of the quantity of items is open, and for how long (semantics 73).

What is open is read off what items did: nothing in a run looks at it, so no engine knows it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.exact import weighted, within
from svcsim.analysis.followed import Followed, Mask
from svcsim.analysis.item_sums import ItemSums
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import Scope, over_scopes, scopes
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import NEVER, NONE, TICKS_PER_HOUR, Integers, Records
from svcsim.model.codes import Kind, Op
from svcsim.world.changes import SHARE

TICKS_PER_DAY = 24 * TICKS_PER_HOUR
_WORK = int(Kind.WORK), int(Kind.AUTOMATIC)
_MOST_VISITS = 1 << 16
"""Visits are addressed modulo this (61)."""


class _Says(NamedTuple):
    """What steps say of what remains, by step and outcome, in parts of `SHARE`; -1: nothing."""

    when_over: Integers
    """Of steps without outcomes."""
    at: Integers
    """By step and outcome."""
    works: Mask
    """At which steps work tells when the outcome is drawn."""
    handed: Mask
    """To which steps items may be handed over first."""


def _says(questions: Questions) -> _Says:
    n = len(questions.model.steps)
    most = max((outcome for _, outcome, _ in questions.remaining), default=NONE) + 1
    found = np.full((n, most + 1), NONE, np.int64)
    for step, outcome, share in questions.remaining:
        found[step, outcome + 1] = share
    ops = questions.model.ops
    works, handed = (np.zeros(n, bool) for _ in range(2))
    works[ops["step"][np.isin(ops["code"], (Op.SEIZE, Op.KEEP))]] = True
    handed[ops["step"][ops["code"] == Op.HANDOVER]] = True
    return _Says(found[:, 0], found[:, 1:], works, handed)


def left_open(share: Any, quantity: Any) -> Any:
    """Return how much of a quantity is open where a share of it is, in parts of 10⁻⁹ (73).

    >>> left_open(250_000_000, 30), left_open(0, 30)
    (8, 0)
    """
    return (2 * share * quantity + SHARE) // (2 * SHARE)


class Settings(NamedTuple):
    """What is said of what is open, in the order in which it holds."""

    item: Integers
    tick: Integers
    open: Integers

    @classmethod
    def of(cls, run: Followed) -> "Settings":
        """Find what items begin with, and what remains when steps are over and outcomes drawn."""
        items, visits = run.trajectory.items, run.trajectory.visits
        counted = np.flatnonzero(items["quantity"] != NONE)
        when, share, order = _remaining(run)
        said = np.flatnonzero(share != NONE)
        number = visits["item"][said]
        item = np.concatenate([counted, number])
        quantity = items["quantity"]
        left = left_open(share[said], quantity[number])
        found = (
            np.concatenate([np.maximum(run.arrived[counted], 0), when[said]]),
            np.concatenate([quantity[counted], left]),
        )
        token = np.concatenate([np.full(len(counted), NONE), order[said]])
        place = np.lexsort([token, found[0], item])
        return cls(item[place], found[0][place], found[1][place])


def _remaining(run: Followed) -> tuple[Integers, Integers, Integers]:
    """By visit: when something remains, the share of the quantity or -1, and whose turn it is."""
    says, visits = run.questions.once(_says), run.trajectory.visits
    step, outcome = visits["step"], visits["outcome"]
    share = np.where(visits["finished"] < NEVER, says.when_over[step], NONE)
    when = visits["finished"].copy()
    if says.at.shape[1]:
        of = np.clip(outcome, 0, says.at.shape[1] - 1)
        drawn = np.where(outcome == of, says.at[step, of], NONE)
        mine = np.flatnonzero(drawn != NONE)
        share[mine] = drawn[mine]
        when[mine] = _drawn(run.trajectory.rows, visits[mine], says)
    return when, share, np.arange(len(visits))  # visits stand by token, then in order


def _drawn(rows: Records, visits: Records, says: _Says) -> Integers:
    """When the outcomes of some visits were drawn: as work ends, or else what was waited for."""
    known = np.zeros(len(says.works), bool)
    known[visits["step"]] = True
    rows = rows[(rows["step"] >= 0) & known[rows["step"]]]
    number = [(one["token"] * len(known) + one["step"]) * _MOST_VISITS + one["visit"]
              for one in (visits, rows)]  # fmt: skip
    order = np.argsort(number[0], kind="stable")
    place = np.searchsorted(number[0][order], number[1])
    at = order[np.minimum(place, len(order) - 1)]
    kind = rows["kind"]
    before = ~says.works[rows["step"]] | np.isin(kind, (*_WORK, Kind.LIMIT))
    first = rows["begin"] == visits["entered"][at]
    before |= (kind == Kind.HANDOVER) & says.handed[rows["step"]] & first
    before &= number[0][at] == number[1]
    when: Integers = visits["entered"].copy()
    np.maximum.at(when, at[before], rows["end"][before])
    return when


class Exposed(NamedTuple):
    """Open quantity times ticks, exactly, by stream and class."""

    cohort: NDArray[Any]
    """Of the items of the cohort, until they leave."""
    there: NDArray[Any]
    """Of all items, in [warm_up, horizon)."""

    @classmethod
    def of(cls, run: Followed) -> "Exposed":
        """Add up what is open."""
        model, said = run.questions.model, Settings.of(run)
        shape = len(model.streams), run.questions.n_classes
        ends = np.minimum(run.trajectory.items["ended"], model.end)[said.item]
        last = np.ones(len(ends), bool)
        last[:-1] = said.item[1:] != said.item[:-1]
        until = ends.copy()
        until[:-1] = np.where(last[:-1], ends[:-1], said.tick[1:])
        group, cohort = run.of_class[said.item], run.cohort[said.item]
        spans = (
            np.where(cohort, until - said.tick, 0),
            within(said.tick, until, model.warm_up, model.horizon),
        )
        n = shape[0] * shape[1]
        return cls(*(weighted(group, n, ticks, said.open).reshape(shape) for ticks in spans))


def _where(questions: Questions) -> tuple[tuple[int, Scope], ...]:
    """Scopes of the streams whose items have a quantity, with their numbers."""
    has = questions.model.streams["quantity_row"] != NONE
    found = enumerate(questions.once(scopes))
    return tuple((index, scope) for index, scope in found if has[scope.stream])


def _names(questions: Questions) -> Iterator[Key]:
    for _, scope in questions.once(_where):
        unit = questions.units[scope.stream]
        where = scope.stream_name, scope.cls_name
        yield Key("exposure", "mean", f"{unit}·d", *where)
        yield Key("exposure", "total", f"{unit}·d", *where)
        yield Key("exposure", "open", unit, *where)


@named(_names, Exposed.of, ItemSums.of)
def exposure(sums: Sums) -> Iterator[Said]:
    """Open quantity over time of an item, in unit-days; of the cohort; and how much is open.

    The last is a time average over [warm_up, horizon), of all items.
    """
    questions, found = sums.questions, sums.of(Exposed.of)
    cohort, there = (over_scopes(questions, one).tolist() for one in found)
    n = over_scopes(questions, sums.of(ItemSums.of).cohort).tolist()
    span = questions.model.horizon - questions.model.warm_up
    for index, _ in questions.once(_where):
        yield Said(cohort[index] / TICKS_PER_DAY, n[index])
        yield Said(cohort[index] / TICKS_PER_DAY)
        yield Said(there[index] / span)
