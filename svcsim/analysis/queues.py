"""The queues that theory knows: mean waits for people without a run, or the reason why not.

M/M/c and Jackson networks are exact; G/G/c follows Allen and Cunneen, with the variability of
arrivals by the queueing network analyser [1]_ and that of priorities as in
`svcsim.analysis.theory`. Demand must be Poisson and in step with the calendar of everybody on the
way, so that nights can be cut out of the time: then open time is one long steady day.

References
----------
.. [1] W. Whitt, "The queueing network analyzer", Bell System Technical Journal 62 (1983).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from svcsim.analysis import theory
from svcsim.analysis.efficiency import is_steady
from svcsim.analysis.environments import LongRun
from svcsim.analysis.flow import Flow
from svcsim.analysis.groups import alone, groups_of, sharing
from svcsim.analysis.load import (
    Work,
    common,
    learns,
    length,
    needs,
    open_time,
    rate_steps,
    spans,
)
from svcsim.model.arrays import Floats, Model
from svcsim.model.codes import WORKED, Arrivals, Discipline, Interruption, Op, ShiftEnd

SHIFT_END = {
    ShiftEnd.HAND_OVER: "work is handed over at shift end",
    ShiftEnd.RUN_OVER: "work goes on after shift end",
    ShiftEnd.RESTART: "work begins anew after shift end",
    ShiftEnd.NO_LATE_START: "late work waits for the next shift",
}
"""What theory does not know of the end of a shift."""


@dataclass(frozen=True, slots=True)
class PoolForecast:
    """What a team or resource will be asked for in [warm_up, horizon). Times in ticks."""

    pool: int
    people: int
    """-1: unlimited."""
    requests: float
    """Expected number."""
    offered: float
    """Person-ticks of work."""
    staffed: float
    """Person-ticks of people, absence taken off."""
    least: int | None
    """Smallest number of people that would do; None when their calendar never opens, or where
    people serve several teams."""
    wait: float | None = None
    """Mean wait of a request, in open time of the calendar; None where theory has no answer."""
    by_rank: tuple[tuple[int, float], ...] = ()
    """Mean wait of each priority, most urgent first."""
    reason: str = ""
    """Why there is no wait."""
    exact: bool = False
    """Whether the wait is a theorem and not an approximation."""

    @property
    def utilisation(self) -> float:
        """Work over people; `inf` for work without people."""
        if self.staffed == 0:
            return math.inf if self.offered else 0.0
        return self.offered / self.staffed


def waits(
    model: Model,
    plain: Sequence[PoolForecast],
    asked: Sequence[Work],
    long_run: LongRun,
) -> tuple[PoolForecast, ...]:
    """Add the waits to the forecasts of the pools, or the reasons why there are none."""
    mine = [
        [w for w in asked if w.requests and any(p in wanted for wanted in needs(model, w.seize))]
        for p in range(len(plain))
    ]
    own = [
        _obstacle(model, plain[p], mine[p]) or _spells(model, mine[p], long_run)
        for p in range(len(plain))
    ]
    reasons = list(own)
    for p in range(len(plain)):
        reasons[p] = reasons[p] or _upstream_obstacle(model, p, mine[p], own)
    arrival = _arrival_variability(model, plain, mine)
    found = []
    for p, forecast in enumerate(plain):
        if reasons[p]:
            found.append(replace(forecast, reason=reasons[p]))
        elif forecast.people < 0 or not mine[p]:
            found.append(replace(forecast, wait=0.0, exact=True))
        else:
            found.append(_wait(model, forecast, mine[p], float(arrival[p])))
    return tuple(found)


def rank(work: Work) -> int:
    """Return the priority with which a class arrives; smaller is more urgent."""
    row = int(work.flow.model.streams[work.flow.stream]["rank_row"])
    return int(work.flow.model.by_class[row, work.flow.cls]) if row >= 0 else 0


def _preempts(work: Work) -> bool:
    row = int(work.flow.model.streams[work.flow.stream]["preempts_row"])
    return row >= 0 and bool(work.flow.model.by_class[row, work.flow.cls])


def _obstacle(model: Model, forecast: PoolForecast, mine: Sequence[Work]) -> str:
    """Return why theory has no answer for a pool by itself; empty when it has."""
    pool = model.pools[forecast.pool]
    group = model.groups[pool["group"]]
    if sharing(model, forecast.pool):
        return "people serve several teams"
    if not alone(model, forecast.pool):
        return "its people come in groups"
    if forecast.people < 0 or not mine:
        return ""
    if forecast.utilisation >= 1:
        return "more work than people"
    if forecast.pool in model.seats["pool"]:
        return "its people attend a gate"
    seizes = {work.seize for work in mine}
    if any(len(needs(model, seize)) > 1 for seize in seizes):
        return "others may take its work"
    if any(sum(needs(model, seize)[0].values()) > 1 for seize in seizes):
        return "its work needs several"
    if pool["reserved"]:
        return "some of its people are reserved"
    if any(model.seizes[seize]["window"] >= 0 for seize in seizes):
        return "its work has a window"
    if any(learns(model, work.step) for work in mine):
        return "its steps learn"
    if not is_steady(model, forecast.pool):
        return "its people get faster or slower"
    if group["leave"] > 0 or group["day"] > 0:
        return "its people are away at times"
    if pool["discipline"] == Discipline.DUE:
        return "its order is by due date"
    if pool["discipline"] == Discipline.SHORTEST:
        return "its order is by expected touch"
    if pool["discipline"] == Discipline.AGEING and len({rank(work) for work in mine}) > 1:
        return "its priorities grow with waiting"
    if any(model.streams[work.flow.stream]["n_strands"] > 1 for work in mine):
        return "its items are worked on beside one another"
    around = [work.flow.codes[work.flow.steps == work.step] for work in mine]
    if any((codes == Op.ADMIT).any() for codes in around):
        return "it has a limit"
    if any((codes == Op.KEEP).any() for codes in around):
        return "its people go on with the next step"
    if any((codes == Op.PATIENCE).any() for codes in around):
        return "its items may give up"
    if any((model.ops["c"][w.flow.ops[w.flow.codes == Op.SEIZE]] > 0).any() for w in mine):
        return "work may begin with reading-in"
    if not model.calendars[group["calendar"]]["always"]:
        if pool["shift_end"] != ShiftEnd.PAUSE:
            return SHIFT_END[ShiftEnd(pool["shift_end"])]
        if pool["also_overnight"]:
            return "mornings begin with set-up"
    sets = [(w.flow.codes == Op.SET) & (model.ops["a"][w.flow.ops] >= 0) for w in mine]
    escalated = [(work.flow.codes == Op.ESCALATE).any() for work in mine]
    if any(mask.any() for mask in sets) or any(escalated):
        return "priorities change on the way"
    if len({rank(work) for work in mine}) > 1 and any(_preempts(work) for work in mine):
        worst = max(rank(work) for work in mine)
        alike = {(round(w.mean, 3), round(w.second - 2 * w.mean**2, 3)) for w in mine}
        resumes = all(model.seizes[s]["interruption"] == Interruption.RESUME for s in seizes)
        everybody = all(_preempts(work) for work in mine if rank(work) < worst)
        exponential = len(alike) == 1 and abs(_work_variability(mine) - 1) < 1e-6
        if not (exponential and resumes and everybody) or pool["switching"]:
            return "work is interrupted"
    return ""


def _spells(model: Model, mine: Sequence[Work], long_run: LongRun) -> str:
    """Return what an environment does to a pool; empty where it leaves it alone."""
    if any(long_run.changes(model.streams[work.flow.stream]["rate_slot"]) for work in mine):
        return "an environment changes its demand"
    if any(long_run.changes(model.steps[work.step]["touch_slot"]) for work in mine):
        return "an environment changes its work"
    return ""


def _upstream_obstacle(model: Model, pool: int, mine: Sequence[Work], own: Sequence[str]) -> str:
    """Return what on the way to a pool spoils a Poisson demand in step with its calendar."""
    if model.pools[pool]["unlimited"]:
        return ""
    calendar = int(model.groups[model.pools[pool]["group"]]["calendar"])
    for stream in {work.flow.stream for work in mine}:
        record = model.streams[stream]
        if record["arrivals"] != Arrivals.POISSON or record["batch"] >= 0:
            return "its demand is not Poisson"
        if stream in model.backlog["stream"]:
            return "it begins with a backlog"
        if record["day_level"] >= 0:
            return "its days differ by chance"
        if not _in_step(model, stream, calendar):
            return "demand and shifts differ"
    clocks, seizes = set(), set()
    codes: set[int] = set()
    for flow, ops in _asking(mine):
        before = model.ops[flow.walk.before_ops(ops)]
        codes |= set(before["code"].tolist())
        clocks |= set(before["b"][before["code"] == Op.DELAY].tolist())
        asks = model.asks[before["a"][before["code"] == Op.ASK]]
        clocks |= set(asks["calendar"].tolist())
        rows = before["a"][np.isin(before["code"], WORKED)]
        seizes |= set(model.by_class[rows, flow.cls].tolist())
    if Op.HANDOVER in codes:
        return "a handover takes time before it"
    if Op.AWAIT in codes:
        return "children are waited for before it"
    if Op.GATE in codes:
        return "a gate comes before it"
    if Op.ADMIT in codes or Op.PATIENCE in codes:
        return "a limit comes before it"
    if not all(_same(model, clock, calendar) for clock in clocks):
        return "a wait comes before it"
    others = {other for seize in seizes for wanted in needs(model, seize) for other in wanted}
    if any(own[other] for other in others - {pool}):
        return "an unknown queue before it"
    groups = model.groups[[g for other in sorted(others) for g in groups_of(model, other)]]
    if not all(_same(model, other, calendar) for other in set(groups["calendar"].tolist())):
        return "other shifts come before it"
    return ""


def _same(model: Model, one: int, other: int) -> bool:
    """Say whether two calendars are open at the same times."""
    return one == other or np.array_equal(spans(model, one), spans(model, other))


def _in_step(model: Model, stream: int, calendar: int) -> bool:
    """Say whether the rate of a stream is constant while a calendar is open, and 0 elsewhere."""
    begin, end = model.warm_up, model.horizon
    ticks, levels = rate_steps(model, stream, begin, end)
    shifts = common(spans(model, calendar), np.array([[begin, end]]))
    total = float(np.diff(ticks) @ levels)
    inside = length(shifts, begin, end)
    if not inside or not total:
        return False
    mean = total / inside
    off = 0.0
    for level in np.unique(levels):
        now = levels == level
        when = np.stack([ticks[:-1][now], ticks[1:][now]], axis=1)
        when = when[when[:, 1] > when[:, 0]].astype(np.int64)
        open_ = length(common(when, shifts), begin, end)
        off += open_ * abs(level - mean) + (length(when, begin, end) - open_) * level
    return bool(off <= 1e-6 * total)


def _arrival_variability(
    model: Model, plain: Sequence[PoolForecast], mine: Sequence[Sequence[Work]]
) -> Floats:
    """Return the squared coefficient of variation of the gaps between requests at each pool.

    Whitt (1983), equations 24 to 29 and 33, with Poisson demand from outside.
    """
    n = len(plain)
    between = np.zeros((n + 1, n + 1))
    flow_of = {id(work.flow): work.flow for asked in mine for work in asked}
    for flow in flow_of.values():
        labels = np.full(len(flow.ops), -1)
        volume = 0.0
        for pool, asked in enumerate(mine):
            for work in asked:
                if work.flow is flow:
                    labels[work.states] = pool
                    volume = work.requests / work.per_item
        if math.isfinite(volume):  # pools with work without end are told apart before
            between += volume * flow.walk.successions(labels, n)
    into, out = between[:, :n].sum(axis=0), between[:n].sum(axis=1)
    share = between[:, :n] / np.where(into > 0, into, 1.0)
    onward = between[:n, :n] / np.where(out > 0, out, 1.0)[:, None]
    busy = np.array([min(f.utilisation, 1.0) if f.people >= 0 else 0.0 for f in plain])
    spread = np.array([_work_variability(asked) for asked in mine])
    people = np.array([float(f.people) if f.people > 0 else np.inf for f in plain])
    x = 1 + (np.maximum(spread, 0.2) - 1) / np.sqrt(people)
    streams = (share**2).sum(axis=0)
    v = 1 / np.where(streams > 0, streams, 1.0)
    w = 1 / (1 + 4 * (1 - busy) ** 2 * (v - 1))
    matrix = np.eye(n)
    right = np.ones(n)
    for j in range(n):
        for i in range(n):
            p, q = share[i, j], onward[i, j]
            right[j] += w[j] * p * (1 - q + q * busy[i] ** 2 * x[i])
            matrix[j, i] -= w[j] * p * q * (1 - busy[i] ** 2)
        right[j] -= w[j] * share[:n, j].sum()
    return np.asarray(np.linalg.solve(matrix, right)) if n else np.zeros(0)


def _work_variability(asked: Sequence[Work]) -> float:
    """Return the squared coefficient of variation of the work of all requests together."""
    total = sum(work.requests for work in asked)
    if not math.isfinite(total):
        return 1.0
    mean = sum(work.requests / total * work.mean for work in asked if total)
    if not (mean**2) or not math.isfinite(mean):
        return 1.0
    second = sum(work.requests / total * work.second for work in asked)
    return max(0.0, second / mean**2 - 1)


def _wait(
    model: Model, forecast: PoolForecast, mine: Sequence[Work], arrival: float
) -> PoolForecast:
    """Return a forecast with the mean wait in it."""
    calendar = int(model.groups[model.pools[forecast.pool]["group"]]["calendar"])
    rate = forecast.requests / open_time(model, calendar)
    if rate == 0 or not math.isfinite(rate):
        return forecast
    mean = sum(w.requests / forecast.requests * w.mean for w in mine)
    if rate == 0 or mean == 0:
        return replace(forecast, wait=0.0, exact=True)
    people = forecast.people
    spread = _work_variability(mine)
    wait = float(theory.allen_cunneen(rate, mean, people, arrival, spread))
    if arrival < 1:
        busy = forecast.utilisation  # Kraemer and Langenbach-Belz, for arrivals more even
        wait *= math.exp(-2 * (1 - busy) * (1 - arrival) ** 2 / (3 * busy * (arrival + spread)))
    poisson = abs(arrival - 1) < 1e-9
    exact = poisson and (abs(spread - 1) < 1e-6 or (people == 1 and _straight(mine)))
    ranks = sorted({rank(work) for work in mine})
    if len(ranks) == 1:
        return replace(forecast, wait=wait, exact=bool(exact))
    groups = [[work for work in mine if rank(work) == one] for one in ranks]
    rates = [sum(w.requests for w in group) / forecast.requests * rate for group in groups]
    if any(_preempts(work) for work in mine):
        times = [time - mean for time in theory.preemptive(rates, mean, people)]
    else:
        parts = [sum(w.requests * w.mean for w in g) / sum(w.requests for w in g) for g in groups]
        times = theory.non_preemptive(
            rates, parts, [_work_variability(group) for group in groups], people
        )
        alike = max(parts) - min(parts) <= 1e-9 * mean
        exact = poisson and (people == 1 or (alike and abs(spread - 1) < 1e-6)) and _straight(mine)
    overall = sum(r * w for r, w in zip(rates, times, strict=True)) / rate
    by_rank = tuple((one, float(time)) for one, time in zip(ranks, times, strict=True))
    return replace(forecast, wait=float(overall), by_rank=by_rank, exact=bool(exact))


def _straight(mine: Sequence[Work]) -> bool:
    """Say whether the requests come straight from outside: no work and no return before them."""
    return all(
        not np.isin(flow.model.ops["code"][flow.walk.before_ops(ops)], WORKED).any()
        for flow, ops in _asking(mine)
    )


def _asking(mine: Sequence[Work]) -> list[tuple[Flow, list[int]]]:
    """Return each flow with the instructions at which it asks for a pool."""
    flows = {id(work.flow): work.flow for work in mine}
    ops: dict[int, list[int]] = {known: [] for known in flows}
    for work in mine:
        ops[id(work.flow)].append(work.op)
    return [(flow, ops[known]) for known, flow in flows.items()]
