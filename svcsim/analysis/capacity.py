"""Whether there are enough people, windows, places and limits for the work that comes."""

import math
from collections.abc import Iterable, Iterator

import numpy as np

from svcsim.analysis.attending import attended
from svcsim.analysis.facts import Facts, Finding, number
from svcsim.analysis.groups import alone, groups_of, present_in, serving, sharing, when_there
from svcsim.analysis.load import Work, common, length, needs, spans
from svcsim.analysis.reservations import at_least, left, others
from svcsim.analysis.sharing import Parts
from svcsim.errors import Problem
from svcsim.model.arrays import NEVER, Model
from svcsim.model.codes import Discipline, Op, WhenFull
from svcsim.scenario.calendar import BUILT_IN
from svcsim.scenario.explain import listed
from svcsim.scenario.flow import placed
from svcsim.scenario.hints import Hint
from svcsim.scenario.infer import calendars_used
from svcsim.scenario.loads import is_load


def overload(facts: Facts) -> Iterator[Finding]:
    """Hold the work of every team against its people."""
    yield from _crowds(facts)
    for pool in facts.prediction.plain:
        if sharing(facts.model, pool.pool):
            continue
        if pool.utilisation < 1 - 1e-9 or not math.isfinite(pool.offered):
            continue
        team = pool.pool < facts.questions.names.n_teams
        name, path = facts.name(pool.pool), facts.pool(pool.pool)
        word, count = ("people", "people") if team else ("units", "count")
        if team and facts.scenario.teams[name].groups:
            count = "groups"
        found = (
            f"{name} gets {facts.hours(pool.offered, ' of work')}{_most_of_it(facts, pool.pool)}, "
            f"and its {word} ({pool.people}) have {facts.hours(pool.staffed)}"
        )
        if facts.scenario.terminating or (pool.staffed and facts.lets(pool.pool)):
            growth = facts.hours(pool.offered - pool.staffed)
            found += f": {growth} stay undone{facts.on_average}"
            yield Hint("growing-backlog", f"{path}.{count}", found)
            continue
        remedy = "its calendar never opens in time: give it another"
        if pool.least is not None:
            remedy = f"{pool.least} would do, or write terminating: true if a backlog is meant"
        yield Problem("overload", f"{path}.{count}", found, remedy)


def _crowds(facts: Facts) -> Iterator[Finding]:
    """Hold the work of teams that share people against all who serve them."""
    if not any(sharing(facts.model, pool) for pool in range(len(facts.model.pools))):
        return
    known, parts = facts.prediction, Parts(facts.model)
    sitting = attended(facts.model, known.flows, known.items, known.moments)
    for pools, ticks, has in parts.crowds(parts.load(known.works, sitting)):
        names = listed([facts.name(pool) for pool in pools], "and")
        found = (
            f"{names} {'get' if len(pools) > 1 else 'gets'} {facts.hours(ticks, ' of work')}, and "
            f"all who serve {'them' if len(pools) > 1 else 'it'} ({parts.people(pools)}) have "
            f"{facts.hours(has)}"
        )
        path = facts.pool(pools[0])
        path += ".groups" if facts.scenario.teams[facts.name(pools[0])].groups else ".people"
        if facts.lets(*pools):
            found += f": {facts.hours(ticks - has)} stay undone{facts.on_average}"
            yield Hint("growing-backlog", path, found)
        else:
            remedy = "have more people, or write terminating: true if a backlog is meant"
            yield Problem("overload", path, found, remedy)


def _most_of_it(facts: Facts, pool: int) -> str:
    """Say which step brings most of the work of a pool, and how often it is asked for."""
    requests: dict[int, float] = {}
    ticks: dict[int, float] = {}
    for work in facts.prediction.works:
        if any(pool in wanted for wanted in needs(facts.model, work.seize)) and work.mean:
            requests[work.step] = requests.get(work.step, 0.0) + work.requests
            ticks[work.step] = ticks.get(work.step, 0.0) + work.requests * work.mean
    if not ticks:
        return ""
    step = max(ticks, key=lambda step: ticks[step])
    often = number(requests[step] / max(facts.weeks, 1.0))
    span = "a week" if facts.weeks >= 1 else "in the run"
    return f" ({often} visits {span} to {facts.names[step]})"


def too_few_left(facts: Facts) -> Iterator[Finding]:
    """Find work that a reservation never lets start, and teams of which it leaves too little."""
    model = facts.model
    for pool in facts.prediction.plain:
        p, name, path = pool.pool, facts.name(pool.pool), f"{facts.pool(pool.pool)}.reserve"
        if not model.pools[p]["reserved"]:
            continue
        works = [work for work in facts.prediction.works if at_least(model, work, p)]
        total = int(model.groups["people"][groups_of(model, p)].sum())
        most = max(left(model, p, present) for present in range(total + 1))
        never = [work for work in works if at_least(model, work, p) > most]
        for step in dict.fromkeys(work.step for work in never):
            need = max(at_least(model, work, p) for work in never if work.step == step)
            found = f"it leaves {most} of {name} to other work, and "
            found += f"{facts.names[step]} takes {need}"
            yield Problem("too-few-left", path, found, "reserve fewer, or have more people")
        steady = alone(model, p) and model.groups[model.pools[p]["group"]]["day"] == 0
        if never or not steady or not pool.staffed or pool.utilisation >= 1:
            continue
        share = max(left(model, p, n) / n for n in range(1, total + 1))
        load, room = others(model, p, works), pool.staffed * share
        if load < room * (1 - 1e-9):
            continue
        found = f"it leaves {facts.hours(room)} of {name} to other work, of which there is "
        found += facts.hours(load)
        if facts.lets(p):
            found += f": the rest stays undone{facts.on_average}"
            yield Hint("growing-backlog", path, found)
        else:
            remedy = "reserve fewer, or write terminating: true if a backlog is meant"
            yield Problem("reserved-overload", path, found, remedy)


def never_together(facts: Facts) -> Iterator[Finding]:
    """Find work whose people and window are never there at the same time."""
    model, seen = facts.model, set()
    known: dict[tuple[int, tuple[int, ...]], bool] = {}
    for work in facts.prediction.works:
        if work.step in seen:
            continue
        window = int(model.seizes[work.seize]["window"])
        for wanted in needs(model, work.seize):
            asked = window, tuple(wanted)
            if asked not in known:
                known[asked] = _meet(model, window, wanted)
            if known[asked]:
                break
        else:
            seen.add(work.step)
            yield from _never_together(facts, work, window)


def _meet(model: Model, window: int, pools: Iterable[int]) -> bool:
    """Say whether the people of some pools are ever there together in a window."""
    both = spans(model, window)
    for pool in pools:
        if model.pools[pool]["unlimited"] or any(
            model.groups[g]["people"] for g in groups_of(model, pool)
        ):
            both = common(both, when_there(model, pool))
    return length(both, 0, model.end) > 0


def _never_together(facts: Facts, work: Work, window: int) -> Iterator[Finding]:
    first = needs(facts.model, work.seize)[0]
    if window < 0 and len(first) == 1:
        return  # its calendar never opens: that is overload
    who, verb = " and ".join(facts.name(pool) for pool in first), "is" if len(first) == 1 else "are"
    where, when = ("during", "in the window") if window >= 0 else ("team", "together")
    yield Problem(
        "never-together",
        f"{facts.steps[work.step]}.{where}",
        f"{who} {verb} never there {when}",
        "choose calendars that are open at the same time",
    )


def window_overload(facts: Facts) -> Iterator[Finding]:
    """Hold the work of every team in a window against its people there."""
    model = facts.model
    asked: dict[tuple[int, int], float] = {}
    step_of: dict[tuple[int, int], int] = {}
    for work in facts.prediction.works:
        window = int(model.seizes[work.seize]["window"])
        alternatives = needs(model, work.seize)
        if window < 0 or len(alternatives) > 1 or not work.mean:
            continue
        for pool, want in alternatives[0].items():
            key = pool, window
            asked[key] = asked.get(key, 0.0) + want * work.requests * work.mean
            step_of.setdefault(key, work.step)
    for (pool, window), ticks in asked.items():
        has = present_in(model, pool, window)
        whole = facts.prediction.plain[pool]
        if has <= 0 or ticks < has or whole.utilisation >= 1 or not math.isfinite(ticks):
            continue
        found = (
            f"{facts.name(pool)} gets {facts.hours(ticks, ' of work')} for the window, and has "
            f"{facts.hours(has)} in it"
        )
        path = f"{facts.steps[step_of[pool, window]]}.during"
        if facts.lets(pool):
            found += f": the rest stays undone{facts.on_average}"
            yield Hint("growing-backlog", path, found)
        else:
            remedy = "widen the window, or write terminating: true if a backlog is meant"
            yield Problem("window-overload", path, found, remedy)


def limit_overload(facts: Facts) -> Iterator[Finding]:
    """Hold the work behind every limit against what the limit lets be in work at once."""
    model = facts.model
    limited = [name for name, team in facts.scenario.teams.items() if team.wip]
    busy: dict[tuple[int, int], float] = {}
    for work in facts.prediction.works:
        flow = work.flow
        own = model.ops[flow.ops[(flow.codes == Op.ADMIT) & (flow.steps == work.step)]]
        for pool in needs(model, work.seize)[0]:
            for limit in {int(a) for a in own["a"]}:
                if limited[limit] == facts.name(pool) and work.mean:
                    busy[limit, pool] = busy.get((limit, pool), 0.0) + work.requests * work.mean
    for (limit, pool), ticks in busy.items():
        record = model.limits[limit]
        room = int(record["capacity"]) * length(when_there(model, pool), *facts.window)
        waits = record["when_full"] == WhenFull.WAIT and not facts.lets(pool)
        if not waits or ticks < room or facts.prediction.plain[pool].utilisation >= 1:
            continue
        least = math.floor(ticks / room * int(record["capacity"]) + 1e-12) + 1 if room else 1
        yield Problem(
            "limit-overload",
            f"{facts.pool(pool)}.wip",
            f"with {record['capacity']} in work at once {facts.hours(room, ' of work')} get done, "
            f"and {facts.hours(ticks)} come",
            f"{least} would do, or let items leave when it is full",
        )


def unused(facts: Facts) -> Iterator[Finding]:
    """Find teams and resources that no step asks for, and calendars that nobody names."""
    used = {
        pool
        for flow in facts.flows
        for op in facts.model.ops[flow.ops[flow.codes == Op.SEIZE]]
        for wanted in needs(facts.model, int(facts.model.by_class[op["a"], flow.cls]))
        for pool in wanted
    }
    asked = {place.step.gate.ask for stream in facts.scenario.streams.values()
             for place in placed(stream.steps) if place.step.gate is not None}  # fmt: skip
    used |= set(facts.model.seats["pool"].tolist())
    used |= {pool for pool in range(len(facts.model.pools)) if used & serving(facts.model, pool)}
    for pool in range(len(facts.model.pools)):
        if pool not in used and facts.questions.names.pools[pool] not in asked:
            team = pool < facts.questions.names.n_teams
            code = "unused-team" if team else "unused-resource"
            yield Hint(code, facts.pool(pool), f"no item ever asks for {facts.name(pool)}")
    used_calendars = calendars_used(facts.scenario)
    for name in facts.scenario.calendars:
        if name not in used_calendars and name not in BUILT_IN:
            yield Hint("unused-calendar", f"calendars.{name}", f"nothing is done by {name}")


def due_missing(facts: Facts) -> Iterator[Finding]:
    """Find items without a due date in queues by due date."""
    model, seen = facts.model, set()
    for work in facts.prediction.works:
        flow = work.flow
        pools = {pool for wanted in needs(model, work.seize) for pool in wanted}
        by_due = [p for p in sorted(pools) if model.pools[p]["discipline"] == Discipline.DUE]
        own = model.streams[flow.stream]
        inherits = (model.spawns["stream"] == flow.stream) & (model.spawns["inherit_due"] == 1)
        stream = facts.questions.names.streams[flow.stream]
        if not by_due or own["due_row"] >= 0 or own["noticed"] or inherits.any() or is_load(stream):
            continue
        before = model.ops[flow.walk.before_op(work.op)]
        if ((before["code"] == Op.SET) & (before["b"] >= 0)).any():
            continue
        for pool in by_due:
            if (pool, stream) not in seen:
                seen.add((pool, stream))
                yield Hint(
                    "due-missing",
                    f"streams.{stream}.due",
                    f"{facts.name(pool)} serves by due date, and {stream} has none: its "
                    "items come last; write due, for instance due: 3 bd",
                )


def agenda_overload(facts: Facts) -> Iterator[Finding]:
    """Hold the items of every gate against the places on its agenda."""
    model = facts.model
    begin, end = facts.window
    heard: dict[int, float] = {}
    step_of: dict[int, int] = {}
    for flow in facts.flows:
        items = facts.prediction.items[flow.stream, flow.cls]
        for state in np.flatnonzero((flow.codes == Op.GATE) & (flow.entries > 0)):
            gate = int(model.ops[flow.ops[state]]["a"])
            visits = float(flow.entries[state] * flow.walk.hearings[state])
            heard[gate] = heard.get(gate, 0.0) + items * visits
            step_of[gate] = int(flow.steps[state])
    for gate, hearings in heard.items():
        record = model.gates[gate]
        held = model.sittings["tick"][record["first"] : record["first"] + record["n"]]
        if record["agenda"] >= NEVER or len(held) < 2 or not math.isfinite(hearings):
            continue
        sittings = (len(held) - 1) / float(held[-1] - held[0]) * (end - begin)
        if hearings < sittings * float(record["agenda"]):
            continue
        found = (
            f"{number(hearings / sittings)} items come for each sitting, deferred ones counted "
            f"again, and its agenda has {record['agenda']}"
        )
        path = f"{facts.steps[step_of[gate]]}.gate.agenda"
        if facts.lets():
            found += f": more and more wait{facts.on_average}"
            yield Hint("growing-backlog", path, found)
        else:
            least = math.floor(hearings / sittings + 1e-12) + 1
            yield Problem("agenda-overload", path, found, f"{least} would do, or meet more often")
