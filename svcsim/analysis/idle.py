"""Words that are accepted, and do nothing in their surroundings.

Each rule is careful: where a word might do something in some run, there is no hint.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from svcsim.analysis.facts import Facts, Finding
from svcsim.analysis.flow import Flow, Mask
from svcsim.analysis.groups import groups_of, linked
from svcsim.analysis.load import needs, spans
from svcsim.model.arrays import Model
from svcsim.model.codes import WORKED, Discipline, Interruption, Op
from svcsim.scenario.calendar import named
from svcsim.scenario.dates import WEEKDAYS
from svcsim.scenario.distribution import Constant, Dist, Mixture
from svcsim.scenario.explain import listed
from svcsim.scenario.hints import Hint, located
from svcsim.scenario.schema import Stream
from svcsim.scenario.timetable import Cycle, Occasion
from svcsim.scenario.words import OTHERWISE, ByClass


@dataclass(frozen=True, slots=True)
class Request:
    """What the items of one class may ask of people at one step."""

    flow: Flow
    step: int
    alternatives: tuple[frozenset[int], ...]
    """Pools that work at once, for each alternative."""
    ranks: frozenset[int]
    """Priorities that an item may have then; smaller is more urgent."""
    interruption: int

    @property
    def pools(self) -> frozenset[int]:
        """Every pool that may work."""
        return frozenset().union(*self.alternatives)

    @property
    def preempts(self) -> bool:
        """Whether it takes people from less urgent work."""
        row = int(self.flow.model.streams[self.flow.stream]["preempts_row"])
        return bool(self.flow.model.by_class[row, self.flow.cls] == 1)


def requests(facts: Facts) -> list[Request]:
    """Return everything that any item may ask of people."""
    model, found = facts.model, []
    for flow in (flow for classes in facts.prediction.flows for flow in classes):
        for op in np.unique(flow.ops[np.isin(flow.codes, WORKED)]).tolist():
            seize = int(model.by_class[model.ops[op]["a"], flow.cls])
            if seize >= 0:
                found.append(
                    Request(
                        flow,
                        int(model.ops[op]["step"]),
                        tuple(frozenset(wanted) for wanted in needs(model, seize)),
                        _ranks(flow, flow.ops == op),
                        int(model.seizes[seize]["interruption"]),
                    )
                )
    return found


def _ranks(flow: Flow, states: Mask) -> frozenset[int]:
    """Return the priorities that an item may have when it gets to some states."""
    model = flow.model
    ranks = {int(model.by_class[model.streams[flow.stream]["rank_row"], flow.cls])}
    sets = flow.codes == Op.SET
    if sets.any():
        for op in model.ops[flow.ops[sets & flow.walk.leads_to(states)]]:
            if op["a"] >= 0:
                ranks.add(int(model.by_class[op["a"], flow.cls]))
    for op in model.ops[flow.ops[flow.codes == Op.ESCALATE]]:
        if op["c"] >= 0:
            ranks.add(int(model.by_class[op["c"], flow.cls]))
    inherits = (model.spawns["stream"] == flow.stream) & (model.spawns["inherit_rank"] == 1)
    return frozenset(ranks | _all_ranks(model) if inherits.any() else ranks)


def _all_ranks(model: Model) -> set[int]:
    """Return the priorities that items may have: of a parent nothing more is known."""
    sets = model.ops["a"][(model.ops["code"] == Op.SET) & (model.ops["a"] >= 0)]
    urgent = model.ops["c"][(model.ops["code"] == Op.ESCALATE) & (model.ops["c"] >= 0)]
    rows = np.concatenate([model.streams["rank_row"], sets, urgent])
    return set(model.by_class[rows].ravel().tolist())


# ---- due dates and repetitions -----------------------------------------------------------------


def due_without_queue(facts: Facts) -> Iterator[Finding]:
    """Find due dates that no team looks at."""
    model = facts.model
    by_due = set(np.flatnonzero(model.pools["discipline"] == Discipline.DUE).tolist())
    served: set[int] = set()
    useful: set[int] = set()
    for flow in (flow for classes in facts.prediction.flows for flow in classes):
        asks = np.array(
            [
                code in WORKED and _asks(flow, op, by_due)
                for code, op in zip(flow.codes.tolist(), flow.ops.tolist(), strict=True)
            ]
        )
        if asks.any():
            served.add(flow.stream)
            beside = bool(model.streams[flow.stream]["n_strands"])  # whoever waits there is told
            sets = (flow.codes == Op.SET) & (beside | flow.walk.leads_to(asks))
            useful |= set(flow.steps[sets].tolist())
    heirs = {
        (int(model.steps[spawn["step"]]["stream"]), int(spawn["stream"]))
        for spawn in model.spawns[model.spawns["inherit_due"] == 1]
    }
    while more := {parent for parent, child in heirs if child in served} - served:
        served |= more
    passed_on = {parent for parent, child in heirs if child in served}
    does = "no team that works on these items has queue: due, so nobody looks at the date"
    for v, (name, stream) in enumerate(facts.scenario.streams.items()):
        if stream.due is not None and v not in served:
            yield Hint("due-without-queue", f"streams.{name}.due", f"{does}; {_QUEUE}")
    for op in model.ops[(model.ops["code"] == Op.SET) & (model.ops["b"] >= 0)]:
        if op["step"] not in useful and model.steps[op["step"]]["stream"] not in passed_on:
            path = f"{facts.steps[op['step']]}.set.due"
            yield Hint("due-without-queue", path, f"from here on {does}; {_QUEUE}")


_QUEUE = "give a team queue: due, or take the date away"


def _asks(flow: Flow, op: int, pools: set[int]) -> bool:
    seize = int(flow.model.by_class[flow.model.ops[op]["a"], flow.cls])
    return seize >= 0 and any(pools & wanted.keys() for wanted in needs(flow.model, seize))


def never_repeated(facts: Facts) -> Iterator[Finding]:
    """Find what is said of later visits to steps to which no item comes back."""
    said = np.flatnonzero(facts.model.steps["n_repeat"] > 0).tolist()
    again: set[int] = set()
    for flow in (flow for classes in facts.prediction.flows for flow in classes):
        entering = flow.codes == Op.ENTER
        for step in set(said) - again:
            doors = entering & (flow.steps == step)
            if (doors & flow.walk.leads_to(doors)).any():
                again.add(step)
    for step in said:
        if step not in again:
            yield Hint(
                "never-repeated",
                f"{facts.steps[step]}.repeat_touch",
                f"no item comes to {facts.names[step]} a second time; leave it out, or send items "
                f"back with an outcome that has to: {facts.names[step]}",
            )


# ---- preemption --------------------------------------------------------------------------------


def nobody_to_preempt(facts: Facts) -> Iterator[Finding]:
    """Find items that may interrupt others, and meet nobody who is less urgent."""
    asked = requests(facts)
    yield from _preempting(facts, asked)
    yield from _interruptions(facts, asked)
    yield from _switching(facts, asked)


def _takes(facts: Facts, one: Request, other: Request) -> Iterator[frozenset[int]]:
    """Yield the alternatives of `other` from which `one` may take people."""
    if one.preempts and max(other.ranks) > min(one.ranks):
        model = facts.model
        limited = {
            q for p in one.pools if not model.pools[p]["unlimited"] for q in linked(model, p)
        }
        yield from (pools for pools in other.alternatives if pools & limited)


def _calls_out(facts: Facts, pool: int) -> bool:
    """Say whether a team calls people out for what preempts, and for nothing else (19)."""
    team = facts.scenario.teams.get(facts.name(pool))
    return team is not None and team.on_call is not None and team.on_call.call_out is not None


def _preempting(facts: Facts, asked: list[Request]) -> Iterator[Finding]:
    able: dict[str, bool] = {}
    for one in asked:
        if one.preempts:
            stream = list(facts.scenario.streams.values())[one.flow.stream]
            cls = facts.questions.names.classes[one.flow.stream][one.flow.cls]
            name = facts.questions.names.streams[one.flow.stream]
            path = f"streams.{name}.{_where(stream, cls)}"
            called = any(_calls_out(facts, pool) for pool in one.pools)
            able[path] = (
                able.get(path, False)
                or called
                or any(
                    other.interruption != Interruption.NEVER and any(_takes(facts, one, other))
                    for other in asked
                )
            )
    for path, does in able.items():
        if not does:
            yield Hint(
                "nobody-to-preempt",
                path,
                "the teams that work on these items have no less urgent work that may be "
                "interrupted; give these items a smaller priority than the others, or leave it out",
            )


def _where(stream: Stream, cls: str) -> str:
    """Return where a stream says that a class preempts."""
    if cls and stream.classes[cls].preempts is not None:
        return f"classes.{cls}.preempts"
    if isinstance(stream.preempts, ByClass):
        return f"preempts.by_class.{cls if cls in stream.preempts.values else OTHERWISE}"
    return "preempts"


def _interruptions(facts: Facts, asked: list[Request]) -> Iterator[Finding]:
    steps = {r.step for r in asked if r.interruption != Interruption.RESUME}
    for step in sorted(steps):
        here = [r for r in asked if r.step == step]
        if not any(any(_takes(facts, one, other)) for one in asked for other in here):
            yield Hint(
                "never-interrupted",
                f"{facts.steps[step]}.interruption",
                "no more urgent work takes people from here; leave it out, or give the urgent "
                "items preempts: true",
            )


def _switching(facts: Facts, asked: list[Request]) -> Iterator[Finding]:
    resumed = [r for r in asked if r.interruption == Interruption.RESUME]
    taken = {
        pool
        for one in asked
        if one.preempts
        for other in resumed
        for pools in _takes(facts, one, other)
        for pool in pools
    }
    used = {pool for one in asked for pool in one.pools}
    for p, (name, team) in enumerate(facts.scenario.teams.items()):
        if team.switching is None or p in taken or p not in used:
            continue
        overnight = team.shift_end == "pause" and _shifts_end(facts, p)
        if team.switching.also_overnight and overnight:
            continue
        found = f"no more urgent work interrupts that of {name}"
        remedy = "leave it out, or give the urgent items preempts: true"
        if overnight:
            remedy += ", or write also_overnight: true if the end of a shift counts"
        yield Hint("never-interrupted", f"teams.{name}.switching", f"{found}; {remedy}")


# ---- shifts ------------------------------------------------------------------------------------


def shift_end(facts: Facts) -> Iterator[Finding]:
    """Find what is said of the end of shifts where none ends, or nobody else could go on."""
    asked = requests(facts)
    used = {pool for one in asked for pool in one.pools}
    replaced = {p for one in asked if len(one.alternatives) > 1 for p in one.pools}
    for p, (name, team) in enumerate(facts.scenario.teams.items()):
        path = f"teams.{name}.shift_end"
        if p not in used or team.shift_end == "pause":
            continue
        if not _shifts_end(facts, p):
            both = " and reading_in" if team.reading_in is not None else ""
            told = f"the calendar of {name} never closes, so no shift ends; leave it{both} out"
            yield Hint("no-shift-end", path, told)
            continue
        overnight = team.switching is not None and team.switching.also_overnight
        alone = p not in replaced and len(groups_of(facts.model, p)) == 1
        alone = alone and team.reading_in is None and not overnight
        if team.shift_end == "hand_over" and alone:
            yield Hint(
                "nobody-takes-over",
                path,
                f"no other team may go on with the work of {name}, so it pauses; leave it out, "
                f"or name the other team at the step too: team: [{name}, other]",
            )


def _shifts_end(facts: Facts, pool: int) -> bool:
    """Whether people of a pool ever go home before the run ends."""
    return any(_goes_home(facts, g) for g in groups_of(facts.model, pool))


def _goes_home(facts: Facts, g: int) -> bool:
    group = facts.model.groups[g]
    if (facts.model.groups["rests"] == g).any():
        return True  # who rests after a call is missed here, as at a shift end (19)
    calendar = int(group["calendar"])
    if calendar < 0 or facts.model.calendars[calendar]["always"]:
        return False
    there = spans(facts.model, calendar)
    whole = len(there) == 1 and there[0, 0] <= 0 and there[0, 1] >= facts.model.end
    return not whole or group["leave"] > 0 or group["day"] > 0


# ---- values ------------------------------------------------------------------------------------


def constant_between(facts: Facts) -> Iterator[Finding]:
    """Find bounds around what never varies."""
    for path, step in located(facts.scenario).values():
        for word in ("touch", "wait", "patience"):
            yield from _constants(f"{path}.{word}", getattr(step, word))
    for name, stream in facts.scenario.streams.items():
        if stream.demand is not None:
            yield from _constants(f"streams.{name}.demand.every", stream.demand.every)


def _constants(path: str, value: Dist | ByClass[Dist] | None) -> Iterator[Finding]:
    if isinstance(value, ByClass):
        for name, part in value.values.items():
            yield from _constants(f"{path}.by_class.{name}", part)
    elif isinstance(value, Mixture):
        for i, component in enumerate(value.mixture):
            yield from _constants(f"{path}.mixture.{i}.of", component.of)
    elif isinstance(value, Constant) and value.between is not None:
        yield Hint(
            "constant-between",
            f"{path}.between",
            f"{value.value} always lies there; leave it out, or write what varies, for instance "
            f"{{mean: {value.value}, cv: 1}}",
        )


def idle_meeting(facts: Facts) -> Iterator[Finding]:
    """Find meetings that are never held, of gates that have others, and idle times of demand."""
    for path, step in located(facts.scenario).values():
        if step.gate is not None:
            for i, meeting, days in _idle(facts, step.gate.meets, step.gate.calendar):
                yield Hint(
                    "idle-meeting",
                    f"{path}.gate.meets.{i}",
                    f"{meeting} is on a day on which the gate's calendar never opens, so it is not "
                    f"held; meet on {days}, or leave it out",
                )
    for name, stream in facts.scenario.streams.items():
        if stream.demand is not None:
            demand = stream.demand
            for i, occasion, days in _idle(facts, demand.scheduled, demand.calendar):
                yield Hint(
                    "idle-meeting",
                    f"streams.{name}.demand.scheduled.{i}",
                    f"{occasion} is on a day on which the calendar never opens, so nothing comes; "
                    f"write {days}, name another calendar, or leave it out",
                )


def _idle(
    facts: Facts, timetable: tuple[Occasion, ...] | Cycle | None, name: str | None
) -> Iterator[tuple[int, Occasion, str]]:
    """Yield occasions on weekdays on which a calendar never opens, and when it does."""
    calendar = named(facts.scenario.calendars, name or facts.scenario.calendar)
    if timetable is None or isinstance(timetable, Cycle) or calendar is None or calendar.seasonal:
        return
    worked = sorted({weekday for weekday, _, _ in calendar.pattern})
    for i, occasion in enumerate(timetable):
        if occasion.weekday is not None and occasion.weekday not in worked:
            yield i, occasion, listed([WEEKDAYS[day] for day in worked])
