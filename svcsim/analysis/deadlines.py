"""Whether work and waits fit into windows, shifts, sittings, promises and the run."""

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.facts import Facts, Finding, in_words, number, percent
from svcsim.analysis.flow import Flow
from svcsim.analysis.groups import clock_of, groups_of
from svcsim.analysis.load import common, length, needs, spans
from svcsim.analysis.predict import delays
from svcsim.analysis.questions import Promise
from svcsim.errors import Problem
from svcsim.model.arrays import TICKS_PER_HOUR
from svcsim.model.codes import Op, ShiftEnd
from svcsim.scenario.distribution import Constant
from svcsim.scenario.hints import Hint, located
from svcsim.scenario.step import Step
from svcsim.scenario.units import Duration
from svcsim.scenario.words import ByClass

DAY = 24 * TICKS_PER_HOUR
WORTH_TELLING = 1e-3
"""Share of work that must not fit before it is told."""


def no_sitting(facts: Facts) -> Iterator[Finding]:
    """Find gates that hear nobody of some class before the run ends."""
    model, seen = facts.model, set()
    for flow in facts.flows:
        for state in np.flatnonzero(flow.codes == Op.GATE):
            op = model.ops[flow.ops[state]]
            gate, step = model.gates[op["a"]], int(op["step"])
            held = model.sittings[gate["first"] : gate["first"] + gate["n"]]
            in_time = model.by_class[held["deadline_row"], flow.cls] >= 0
            if in_time.any() or step in seen:
                continue
            seen.add(step)
            when = "the gate does not sit before the run ends"
            if len(held):
                when = f"no item is ever in time for a sitting{facts.cls(flow)}"
            yield Problem(
                "no-sitting", f"{facts.steps[step]}.gate", when,
                "look at meets, cut_off and closed, or make the horizon longer",
            )  # fmt: skip


def too_short(facts: Facts) -> Iterator[Finding]:
    """Find work that never fits into its window, or into a shift that it must not leave."""
    model, moments = facts.model, facts.prediction.moments
    worst: dict[tuple[str, int], tuple[float, int]] = {}
    for work in facts.prediction.works:
        factor = work.factor
        limits: list[tuple[str, int]] = []
        if model.seizes[work.seize]["window"] >= 0:
            limits.append(("window-too-short", int(model.seizes[work.seize]["longest"])))
        for wanted in needs(model, work.seize):
            for pool in wanted:
                if model.pools[pool]["shift_end"] == ShiftEnd.NO_LATE_START:
                    longest = int(model.groups["longest"][groups_of(model, pool)].max())
                    limits.append(("shift-too-short", longest))
        for code, limit in limits:
            if work.distribution >= 0 and factor > 0:
                flow, law = work.flow, work.distribution
                share = facts.prediction.quantities.share_above(
                    law, flow.stream, flow.cls, limit / factor, moments
                )
                worst[code, work.step] = max(worst.get((code, work.step), (0.0, 0)), (share, limit))
    for (code, step), (share, limit) in worst.items():
        if share < WORTH_TELLING:
            continue
        what, ends = ("window", "during") if code == "window-too-short" else ("shift", "touch")
        yield Hint(
            code,
            f"{facts.steps[step]}.{ends}",
            f"{percent(share)} of the work is longer than the longest {what} ({in_words(limit)}), "
            "starts when one begins and runs over",
        )


def tight_target(facts: Facts) -> Iterator[Finding]:
    """Hold promises against the time that work and waits take when nobody is in the way.

    A response is left out: the chain knows the last visit of an item to a step, not the first; and
    so is what counts from an event or a step, of which nobody knows how long before work begins.
    """
    for promise in facts.questions.promises:
        if promise.started or promise.event or promise.since:
            continue
        for flow in facts.flows:
            if flow.stream != promise.stream or promise.share < 0.5:
                continue
            limit = promise.limits[flow.cls]
            takes = unhindered(facts, flow, promise)
            if takes <= limit:
                continue
            stream = facts.questions.names.streams[flow.stream]
            yield Hint(
                "tight-target",
                f"streams.{stream}.targets.{promise.name}.within",
                f"{in_words(limit)} are promised{facts.cls(flow)}, and items take "
                f"{in_words(takes)} on average when nobody is in their way",
            )


def unhindered(facts: Facts, flow: Flow, promise: Promise) -> float:
    """Return the mean ticks of a promise's clock that an item takes when it never queues.

    Work and waits count up to the last completion of the step, and as far as its clock runs then.
    """
    done = _completed(flow, promise.steps)
    chance = flow.walk.chance(done)
    if chance[0] <= 0:
        return 0.0
    clock = facts.questions.clocks[promise.clock].openings
    runs = np.array([[0, facts.model.end]])
    if clock is not None:
        runs = np.stack([clock["opens"], clock["closes"]], axis=1)
    spent: dict[int, float] = {}
    shares: dict[int, float] = {}
    for state, calendar, ticks in _durations(facts, flow):
        waits = flow.codes[state] in (Op.DELAY, Op.ASK)
        if waits and int(flow.steps[state]) in promise.paused_by:
            continue
        if calendar not in shares:
            there = spans(facts.model, calendar)
            open_ = length(there, 0, facts.model.end)
            both = length(common(there, runs), 0, facts.model.end)
            shares[calendar] = both / open_ if open_ else 0.0
        often = float(flow.entries[state] * chance[state])
        _add(spent, flow, state, often * ticks * shares[calendar])
    ends = {_strand(flow, int(state)) for state in np.flatnonzero(done)}
    return _longest(flow, spent, ends) / float(chance[0])


def _completed(flow: Flow, steps: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which states complete one of some steps, or the stream: a mask, shape (K,)."""
    if steps:
        return np.asarray((flow.codes == Op.LEAVE) & np.isin(flow.steps, steps))
    return flow.walk.done


def _strand(flow: Flow, state: int) -> int:
    """Return the strand of the stream to which the instruction of a state belongs."""
    first, n = (
        int(flow.model.streams[flow.stream][name]) for name in ("first_strand", "n_strands")
    )
    starts = flow.model.strands["start"][first : first + n]
    return int(np.searchsorted(starts, flow.ops[state], side="right")) - 1


def _add(spent: dict[int, float], flow: Flow, state: int, ticks: float) -> None:
    strand = _strand(flow, state)
    spent[strand] = spent.get(strand, 0.0) + ticks


def _longest(flow: Flow, spent: dict[int, float], ends: set[int]) -> float:
    """Return the longest way through the strands to some of them: no less can the mean be.

    Strands run beside one another, and the mean of the longest is at least the longest mean.
    """
    record = flow.model.streams[flow.stream]
    first, n = int(record["first_strand"]), int(record["n_strands"])
    if n == 0:
        return sum(spent.values())
    longest: list[float] = []
    for strand in range(n):
        before = int(flow.model.strands["before"][first + strand])
        reached = [longest[i] for i in range(strand) if before >> i & 1]
        some = int(flow.model.strands["need"][first + strand]) < len(reached)
        came = 0.0 if not reached else min(reached) if some else max(reached)
        longest.append(came + spent.get(strand, 0.0))
    return max(longest[strand] for strand in ends)


def _durations(facts: Facts, flow: Flow) -> Iterator[tuple[int, int, float]]:
    """Yield the states of a flow that take time, the calendar on which, and the mean ticks."""
    model = facts.model
    spent: dict[int, float] = {}
    pool_of: dict[int, int] = {}
    for work in facts.prediction.works:
        if work.flow is flow and math.isfinite(work.per_item):
            spent[work.op] = spent.get(work.op, 0.0) + work.per_item * work.mean
            pool_of[work.op] = next(iter(needs(model, work.seize)[0]))
    for op, ticks in spent.items():
        calendar = clock_of(model, pool_of[op])
        states = np.flatnonzero(flow.ops == op)
        entries = float(flow.entries[states].sum())
        yield from ((int(state), calendar, ticks / entries) for state in states)
    for state, calendar, mean in delays(
        flow, facts.prediction.moments, facts.prediction.quantities
    ):
        if math.isfinite(flow.entries[state]):
            yield state, calendar, mean


def short_run_out(facts: Facts) -> Iterator[Finding]:
    """Hold the run-out against the time that items and promises need."""
    model = facts.model
    run_out = model.end - model.horizon
    needed, why = 0.0, ""
    for flow in facts.flows:
        spent: dict[int, float] = {}
        for state, calendar, ticks in _durations(facts, flow):
            open_ = length(spans(model, calendar), 0, model.end)
            stretch = model.end / open_ if open_ else 0.0
            _add(spent, flow, state, float(flow.entries[state]) * ticks * stretch)
        ends = {_strand(flow, int(state)) for state in np.flatnonzero(flow.walk.done)}
        takes = _longest(flow, spent, ends) if ends else 0.0
        if takes > needed:
            stream = facts.questions.names.streams[flow.stream]
            needed, why = takes, f"items of {stream} take that long even when nobody is in the way"
    for promise in facts.questions.promises:
        clock = facts.questions.clocks[promise.clock]
        share = 1.0
        if clock.openings is not None:
            hours = np.stack([clock.openings["opens"], clock.openings["closes"]], axis=1)
            share = length(hours, 0, model.end) / model.end
        limit = max(promise.limits) / share if share else 0.0
        limit += _notice(facts, promise.stream) if promise.event else 0.0
        if limit > needed:
            needed, why = limit, f"the target {promise.name} looks that far"
    if needed > run_out and not facts.scenario.terminating:
        yield Hint(
            "short-run-out",
            "run_out",
            f"{facts.scenario.run_out} may be too short: {why} ({number(needed / DAY)} d)",
        )


def _notice(facts: Facts, stream: int) -> float:
    """Return how many ticks before their event most items of a stream come: 95 % of them."""
    model, record = facts.model, facts.model.streams[stream]
    laws = model.by_class[record["notice_row"], : record["n_classes"]].tolist()
    open_ = length(spans(model, int(record["notice_calendar"])), 0, model.end)
    longest = max(facts.prediction.moments.at(law, 0.95) for law in laws)
    return longest * model.end / open_ if open_ else 0.0


def constant_touch(facts: Facts) -> Iterator[Finding]:
    """Find work that always takes the same time."""
    for path, step in located(facts.scenario).values():
        for below, value in _constants(step):
            yield Hint(
                "constant-touch",
                f"{path}.touch{below}",
                f"the work always takes {value}; write for instance {{mean: {value}, cv: 1}} "
                "if it varies",
            )


def _constants(step: Step) -> Iterator[tuple[str, Duration]]:
    values = step.touch.values.items() if isinstance(step.touch, ByClass) else [("", step.touch)]
    for cls, dist in values:
        if isinstance(dist, Constant) and dist.value.amount > 0 and dist.each is None:
            yield f".by_class.{cls}" if cls else "", dist.value
