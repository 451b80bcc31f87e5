"""Whether items get where they should, and out again."""

from collections.abc import Collection, Iterator

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import breadth_first_order, connected_components

from svcsim.analysis.chain import limited_ways
from svcsim.analysis.children import surely_waits
from svcsim.analysis.facts import Facts, Finding, number, percent
from svcsim.analysis.flow import Flow
from svcsim.analysis.load import lessons_of
from svcsim.analysis.predict import Prediction
from svcsim.errors import Problem
from svcsim.model.arrays import Integers, Model
from svcsim.model.codes import WORKED, Op, Purpose
from svcsim.scenario.hints import Hint, located

MANY = 10
"""Visits of one item to a step from which on it goes round and round."""
SURELY_NONE = 1e-6
"""A share of draws below this does not make a loop timeless."""
NEGLIGIBLE = 1e-3
"""A share of items below this is not told."""


def never_ends(facts: Facts) -> Iterator[Finding]:
    """Find the steps at which loops close that nobody ever leaves."""
    seen = set()
    for flow in facts.flows:
        for step in _trap(flow):
            if step in seen:
                continue
            seen.add(step)
            yield Problem(
                "never-ends",
                facts.steps[step],
                f"from {facts.names[step]} no way leads to the end{facts.cls(flow)}",
                "let one of its ways go on or to done, or set max_visits",
            )


def _trap(flow: Flow) -> Iterator[int]:
    """Yield the last step of a part of a flow from which no way leads out, if there is one."""
    endless = flow.walk.endless
    if not len(endless):
        return
    ways = flow.walk.possible[endless][:, endless].tocoo()
    _, part = connected_components(ways, directed=True, connection="strong")
    left = {int(part[here]) for here, to in zip(ways.row, ways.col, strict=True)
            if part[here] != part[to]}  # fmt: skip
    closed = [which for which in dict.fromkeys(part.tolist()) if which not in left]
    for which in closed[:1]:
        steps = flow.steps[endless[part == which]]
        yield from [int(step) for step in {steps.max()} if step >= 0]


def timeless_loop(facts: Facts) -> Iterator[Finding]:
    """Find loops that can take no time and need not end (semantics 13)."""
    seen: set[frozenset[int]] = set()
    prediction = facts.prediction
    looping = [flow for flow in facts.flows if flow.walk.loops]
    spawns = facts.model.spawns
    waited = set(spawns["stream"][spawns["waited"] >= 0].tolist()) if looping else set()
    quick = {flow.stream for flow in facts.flows
             if flow.stream in waited and may_take_no_time(flow, prediction)}  # fmt: skip
    for flow in looping:
        for loop in timeless(flow, prediction, quick):
            steps = frozenset(int(step) for step in flow.steps[loop] if step >= 0)
            if steps in seen:
                continue
            seen.add(steps)
            order = sorted(steps)
            way = " > ".join(facts.names[step] for step in [*order, order[0]])
            yield Problem(
                "timeless-loop",
                facts.steps[order[0]],
                f"an item may go round {way} for ever without any time passing",
                "give one of these steps a touch or a wait that is never 0, or max_visits",
            )


def timeless(flow: Flow, prediction: Prediction, quick: Collection[int]) -> Iterator[Integers]:
    """Yield the states of each loop of a flow that can take no time.

    `quick` are the streams through which an item may go in no time, if it is waited for. Ways that
    an item takes only so often are no part of such a loop.
    """
    graph = _without_time(flow, prediction, quick).tocoo()
    choices = flow.ops[np.isin(flow.codes, (Op.BRANCH, Op.GATE, Op.REPEAT))]
    size = len(flow.model.ops)
    limited = [
        op * size + target
        for op in np.unique(choices).tolist()
        for target in limited_ways(flow.model, flow.cls, op)
    ]
    graph.data[np.isin(flow.ops[graph.row] * size + flow.ops[graph.col], limited)] = 0.0
    graph = graph.tocsr()
    graph.eliminate_zeros()
    _, part = connected_components(graph, directed=True, connection="strong")
    around = np.bincount(part) > 1
    around[part[graph.diagonal() > 0]] = True
    for which in np.flatnonzero(around):
        yield np.flatnonzero(part == which)


def may_take_no_time(flow: Flow, prediction: Prediction) -> bool:
    """Say whether an item may get from its arrival to an end without any time passing."""
    quick = range(len(flow.model.streams))
    order = breadth_first_order(_without_time(flow, prediction, quick), 0, directed=True)[0]
    return bool(flow.walk.leaves[order].any())


def _without_time(flow: Flow, prediction: Prediction, quick: Collection[int]) -> csr_matrix:
    """Return the ways from state to state that may take no time."""
    model, moments = flow.model, prediction.moments
    here = np.unique(flow.ops)
    code = model.ops["code"][here]
    stays, diverts = np.zeros(len(model.ops), bool), np.full(len(model.ops), -1)
    stays[here] = code == Op.GATE
    for at in here[code == Op.AWAIT]:
        stays[at] = surely_waits(flow, int(at), quick)
    for at in here[code == Op.ESCALATE_TO]:
        diverts[at] = int(model.ops[at]["a"])  # it takes time to be late
    for at in here[code == Op.ASK]:
        ask = model.asks[model.ops[at]["a"]]
        zero = moments.share_zero(int(model.by_class[ask["reply_row"], flow.cls]))
        stays[at] = zero < SURELY_NONE and (ask["after"] != 0 or moments.share_zero(
            int(model.by_class[ask["delegate_row"], flow.cls])) < SURELY_NONE)  # fmt: skip
    for at in here[np.isin(code, (*WORKED, Op.DELAY, Op.PATIENCE))]:
        op = model.ops[at]
        drawn = int(model.by_class[op["b" if op["code"] in WORKED else "a"], flow.cls])
        step = model.steps[op["step"]]
        factor = 1.0
        if op["code"] in WORKED and step["n_repeat"] > 0:  # sooner or later the last one counts
            factor = float(model.factors[step["repeat"] + step["n_repeat"] - 1])
        if op["code"] in WORKED:  # and the last lesson
            factor *= float(lessons_of(model, int(op["step"]))["factor"][-1:].prod())
        if _all_taken(model, _slot_of(op, step)):
            factor = 0.0
        times = prediction.quantities.of(drawn, flow.stream, flow.cls)
        takes = drawn >= 0 and times.none < SURELY_NONE
        takes = takes and moments.share_zero(drawn, factor) < SURELY_NONE
        if takes and op["code"] == Op.PATIENCE:
            diverts[at] = int(op["b"])  # giving up takes time, going on does not
        elif takes:
            stays[at] = True
    graph = flow.walk.possible.tocoo()
    row = flow.ops[graph.row]
    fast = ~stays[row] & (flow.ops[graph.col] != diverts[row])
    graph.data = np.where(fast, 1.0, 0.0)
    found = graph.tocsr()
    found.eliminate_zeros()
    return found


def _slot_of(op: np.void, step: np.void) -> int:
    """Return the slot of the factor of what an instruction draws; 0 if it has none (48)."""
    if op["code"] in WORKED:
        return int(step["touch_slot"])
    waits = op["code"] == Op.DELAY and op["d"] == Purpose.WAIT
    return int(step["wait_slot"]) if waits else 0


def _all_taken(model: Model, slot: int) -> bool:
    """Say whether an effect or a state of an environment may take all of what it changes."""
    if slot == 0:
        return False
    effects, states = model.effects, model.state_effects
    taken = (effects["slot"] == slot) & ((effects["low"] == 0) | (effects["high"] == 0))
    return bool(taken.any() or ((states["slot"] == slot) & (states["factor"] == 0)).any())


def many_visits(facts: Facts) -> Iterator[Finding]:
    """Find steps to which an item that gets there goes again and again."""
    seen = set()
    for flow in facts.flows:
        for step in np.flatnonzero(np.isfinite(flow.visits_to) & (flow.visits_to > 1e-9)):
            visits = float(flow.visits_to[step]) / flow.walk.comes(int(step))
            if visits < MANY or int(step) in seen or int(step) in facts.repeated:
                continue
            seen.add(int(step))
            yield Hint(
                "many-visits",
                facts.steps[step],
                f"an item that gets here comes {number(visits)} times on average; "
                "set max_visits, or check the shares that send it back",
            )


def endless_children(facts: Facts) -> Iterator[Finding]:
    """Find streams whose items have children without end."""
    names = facts.questions.names
    finite = [np.isfinite(items).all() for items in facts.prediction.items]
    if all(finite) or not len(facts.model.spawns):
        return
    spawning = {int(spawn["stream"]) for spawn in facts.model.spawns}
    for v, stream in enumerate(names.streams):
        if finite[v] or v not in spawning:
            continue
        found = f"items of {stream} have as many descendants in it as would replace them, or more"
        if facts.lets():
            found += f": there is no end of them{facts.on_average}"
            yield Hint("growing-backlog", f"streams.{stream}", found)
            continue
        remedy = "spawn fewer (share, count), or write terminating: true if growth is meant"
        yield Problem("endless-children", f"streams.{stream}", found, remedy)


def unreached(facts: Facts) -> Iterator[Finding]:
    """Find steps to which nobody ever gets."""
    model = facts.model
    reached: set[int] = set()
    for flow in facts.flows:
        reached |= {int(step) for step in flow.steps[flow.codes == Op.ENTER]}
    entered = {int(step) for step in model.ops["step"][model.ops["code"] == Op.ENTER]}
    for step in sorted(entered - reached):
        yield Hint("unreached-step", facts.steps[step], f"no item ever gets to {facts.names[step]}")


def done_before_value(facts: Facts) -> Iterator[Finding]:
    """Find items that are done without having come to the value point that goes without saying."""
    names, written = facts.questions.names, facts.scenario.document.data.get("streams", {})
    for v, stream in enumerate(names.streams):
        step = int(facts.model.streams[v]["value_step"])
        if step < 0 or written.get(stream, {}).get("value_point") is not None:
            continue
        early = 0.0
        for flow in facts.flows:
            if flow.stream == v:
                done = float(flow.entries[flow.walk.done].sum())
                mix = float(facts.prediction.mix[v, flow.cls])
                early += mix * max(0.0, done - flow.walk.comes(step))
        if early > NEGLIGIBLE:
            yield Hint(
                "done-before-value", f"streams.{stream}",
                f"{percent(early)} of the items are done without coming to {names.steps[step]}, "
                "the last step, and count as withdrawn; write value_point: done if they have their "
                f"value all the same, or value_point: {names.steps[step]}",
            )  # fmt: skip


def empty(facts: Facts) -> Iterator[Finding]:
    """Find classes and streams without items."""
    names, triggers, may_come = facts.questions.names, facts.model.triggers, facts.may_come
    for v, stream in enumerate(names.streams):
        items = facts.prediction.items[v]
        if not items.any() and v in triggers["stream"]:
            made_by = names.triggers[int(np.flatnonzero(triggers["stream"] == v)[0])]
            yield Hint(
                "made-by-trigger", f"triggers.{made_by}.spawn",
                f"how many items of {stream} it makes depends on what happens; loads and waits "
                "here are without them, those of a run are not",
            )  # fmt: skip
            continue
        if not may_come[v].any():
            yield Hint(
                "no-demand", f"streams.{stream}.demand",
                f"no item of {stream} arrives between warm-up and horizon",
            )  # fmt: skip
            continue
        for c, name in enumerate(names.classes[v]):
            if not may_come[v, c]:
                yield Hint(
                    "empty-class", f"streams.{stream}.classes.{name}",
                    f"no item is of class {name}",
                )  # fmt: skip


def not_foreseen(facts: Facts) -> Iterator[Finding]:
    """Find what is done until another step is over, and what states and triggers change."""
    for name in facts.scenario.environments:
        yield Hint(
            "not-foreseen", f"environments.{name}",
            "when its states come is chance; loads here are of the long run, but for shares, which "
            "are as they are written",
        )  # fmt: skip
    for name, trigger in facts.scenario.triggers.items():
        if trigger.effect:
            yield Hint(
                "not-foreseen", f"triggers.{name}",
                "when it holds depends on what happens; loads and waits here are of the values as "
                "they are written, those of a run are not",
            )  # fmt: skip
    places = dict(located(facts.scenario).values())
    asks: set[int] = set()
    for flow in facts.flows:
        asks |= set(flow.steps[np.isin(flow.codes, (*WORKED, Op.SPAWN))].tolist())
    for step, path in enumerate(facts.steps):
        if places[path].learning is not None and step in asks:
            yield Hint(
                "not-foreseen", f"{path}.learning",
                "how much is learned depends on how often it is done; loads and waits here are "
                "those before anything is learned, the most that they can be",
            )  # fmt: skip
        until = places[path].until
        if until is None or step not in asks:
            continue
        yield Hint(
            "not-foreseen", f"{path}.until",
            f"how often {facts.names[step]} is done depends on when {until} is over; loads and "
            "waits here are without it and what comes of it, those of a run are not",
        )  # fmt: skip
