"""What may be changed about a scenario: the levers that a bottleneck is looked for among."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from svcsim.analysis.load import needs
from svcsim.decisions.boards import twice_as_often
from svcsim.decisions.variants import (
    Place,
    agenda_added,
    demand_scaled,
    horizon_scaled,
    laws_scaled,
    odds_scaled,
    people_added,
    replies_scaled,
)
from svcsim.model.arrays import NEVER, NONE, Model
from svcsim.model.build import Compiled
from svcsim.model.codes import UNLIMITED, WORKED, Arrivals, Kind, Op, Purpose
from svcsim.scenario.flow import placed
from svcsim.scenario.schema import Scenario

Change = Callable[[Model], Model]
"""From a model to a variant of it."""
KINDS = ("work", "waits", "replies", "demand", "rework", "people", "gates")
"""Kinds of levers, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Dial:
    """What can be turned a little: a number of the model, times a factor."""

    kind: str
    name: str
    scale: Callable[..., Model]
    """Called with a model and ``factor=``."""
    team: str | None = None
    """The team whose work it is, where it is that of one."""
    jumps: bool = False
    """Whether a little more of it makes few items go another way: then steps are longer."""

    def at(self, factor: float) -> Change:
        """Turn it."""
        return partial(self.scale, factor=factor)


@dataclass(frozen=True, slots=True)
class Switch:
    """What can only be changed in whole steps."""

    kind: str
    name: str
    what: str
    """The change: ``one more``, ``one fewer``, ``twice as often``."""
    change: Change
    takes: bool = False
    """Whether it takes something away, so that there may be too little left."""


HORIZON = Dial("horizon", "horizon", horizon_scaled)
"""The length of the run: no lever, but part of Euler's sum."""


def dials(scenario: Scenario, compiled: Compiled) -> Iterator[Dial]:
    """Yield what can be turned.

    ``work``: the time that a team's work takes; work that several teams do together, or that any
    of several may do, is of its own. ``waits``: times in which nobody works, by cause. ``replies``:
    times in which those who are asked at a gate answer. ``demand``: rates. ``rework``: the odds of
    every outcome that leads back, and of coming in incomplete.
    """
    yield from _work(compiled)
    yield from _waits(compiled)
    yield from _replies(compiled)
    yield from _demand(compiled)
    yield from _rework(scenario, compiled)


def switches(scenario: Scenario, compiled: Compiled) -> Iterator[Switch]:
    """Yield what can be changed in whole steps: people of every group, agendas and sittings.

    People of teams outside are none: nobody here decides how many there are.
    """
    model, names = compiled
    used = {pool for seize in range(len(model.seizes)) for pool in _pools(model, seize)}
    used |= set(model.seats["pool"].tolist())
    outside = {pool for pool, team in enumerate(scenario.teams.values()) if team.outside}
    for group, record in enumerate(model.groups):
        first, last = record["first"], record["first"] + record["n_pools"]
        asked = used & set(model.group_pools[first:last].tolist())
        if record["people"] == UNLIMITED or not asked or record["pool"] in outside:
            continue
        for n, what in ((1, "one more"), (-1, "one fewer")):
            if record["people"] + n >= 1:
                change = partial(people_added, n=n, group=group)
                yield Switch("people", names.groups[group], what, change, n < 0)
    for gate, name in enumerate(names.gates):
        often = twice_as_often(scenario, compiled, gate)
        if often is not None:
            yield Switch("gates", name, "twice as often", often)
        if model.gates[gate]["agenda"] < NEVER:
            for n, what in ((1, "agenda + 1"), (-1, "agenda − 1")):
                if model.gates[gate]["agenda"] + n >= 1:
                    change = partial(agenda_added, n=n, gate=gate)
                    yield Switch("gates", name, what, change, n < 0)


# ---- dials -------------------------------------------------------------------------------------


def _work(compiled: Compiled) -> Iterator[Dial]:
    model, names = compiled
    places: dict[tuple[str, str | None], list[Place]] = {}
    for index, op in enumerate(model.ops):
        if op["code"] not in WORKED:
            continue
        of_team: dict[tuple[str, str | None], list[int]] = {}
        for cls in _classes(model, int(op["step"])):
            seize = int(model.by_class[op["a"], cls])
            law = int(model.by_class[op["b"], cls])
            if seize >= 0 and law >= 0 and not model.distributions[law]["zero"]:
                of_team.setdefault(_who(compiled, seize), []).append(cls)
        for who, classes in of_team.items():
            places.setdefault(who, []).append(Place("ops", index, "b", tuple(classes)))
    for index, gate in enumerate(model.gates):
        if gate["touch_row"] != NONE:
            every = tuple(range(model.by_class.shape[1]))
            place = Place("gates", index, "touch_row", every)
            places[f"sitting {names.gates[index]}", None] = [place]
    order = {name: index for index, name in enumerate(names.pools)}
    for (name, team), found in sorted(places.items(), key=lambda p: order.get(p[0][0], len(order))):
        yield Dial("work", name, partial(laws_scaled, places=tuple(found)), team)


def _who(compiled: Compiled, seize: int) -> tuple[str, str | None]:
    """Return who does the work of a seize: a name, and the team if it is one alone."""
    ways = [_people(compiled, pools) for pools in needs(compiled.model, seize)]
    if len(ways) == 1:
        return _named(compiled, ways[0], " and ")
    return _named(compiled, list(dict.fromkeys(p for way in ways for p in way)), " or ")


def _people(compiled: Compiled, pools: Sequence[int] | dict[int, int]) -> list[int]:
    """Return the teams among some pools; resources only where no team works."""
    found = [pool for pool in pools if pool < compiled.names.n_teams]
    return found or list(pools)


def _named(compiled: Compiled, pools: list[int], word: str) -> tuple[str, str | None]:
    names = compiled.names.pools
    return word.join(names[pool] for pool in pools), names[pools[0]] if len(pools) == 1 else None


def _pools(model: Model, seize: int) -> set[int]:
    return {pool for way in needs(model, seize) for pool in way}


def _classes(model: Model, step: int) -> range:
    return range(int(model.streams[model.steps[step]["stream"]]["n_classes"]))


def _waits(compiled: Compiled) -> Iterator[Dial]:
    model = compiled.model
    every = tuple(range(model.by_class.shape[1]))
    places: dict[Kind, list[Place]] = {}
    for index, op in enumerate(model.ops):
        if op["code"] in (Op.DELAY, Op.HANDOVER):
            laws = model.by_class[op["a"]]
            if all(law < 0 or model.distributions[law]["zero"] for law in laws):
                continue
            kind = Kind(int(op["c"])) if op["code"] == Op.DELAY else Kind.HANDOVER
            places.setdefault(kind, []).append(Place("ops", index, "a", every))
    for kind, found in sorted(places.items()):
        yield Dial("waits", kind.name.lower(), partial(laws_scaled, places=tuple(found)))


def _replies(compiled: Compiled) -> Iterator[Dial]:
    model, names = compiled
    every = tuple(range(model.by_class.shape[1]))
    for op in model.ops[model.ops["code"] == Op.ASK]:
        ask, step = int(op["a"]), int(op["step"])
        rows = [f for f in ("reply_row", "delegate_row") if model.asks[ask][f] != NONE]
        places = tuple(Place("asks", ask, field, every) for field in rows)
        stream = names.streams[model.steps[step]["stream"]]
        scale = partial(replies_scaled, ask=ask, places=places)
        yield Dial("replies", f"{stream}.{names.steps[step]}", scale)


def _demand(compiled: Compiled) -> Iterator[Dial]:
    model, names = compiled
    for index, record in enumerate(model.streams):
        if record["arrivals"] in (Arrivals.POISSON, Arrivals.RENEWAL) and record["n_rates"]:
            yield Dial("demand", names.streams[index], partial(demand_scaled, stream=index))


def _rework(scenario: Scenario, compiled: Compiled) -> Iterator[Dial]:
    """Yield the outcomes that lead back, gates included, and what comes in incomplete."""
    model, names = compiled
    for step, record in enumerate(model.steps):
        stream, name = names.streams[record["stream"]], names.steps[step]
        if stream not in names.value_streams:
            continue
        said = {place.name: place.step for place in placed(scenario.streams[stream].steps)}
        order = {other: index for index, other in enumerate(said)}
        found: dict[str, list[tuple[int, int]]] = {}
        for branch in _branches(model, step, Purpose.OUTCOME):
            outcomes = said[name].outcome or {}
            for way, outcome in enumerate(sorted(outcomes)):
                to = outcomes[outcome].to
                if outcome == "defer" or (
                    to is not None and order.get(to, len(order)) <= order[name]
                ):
                    found.setdefault(f"{stream}.{name} {outcome}", []).append((branch, way))
        for branch in _branches(model, step, Purpose.INCOMPLETE):
            found.setdefault(f"{stream}.{name} incomplete", []).append((branch, 1))
        for words, branches in found.items():
            scale = partial(odds_scaled, branches=tuple(branches))
            yield Dial("rework", words, scale, jumps=True)


def _branches(model: Model, step: int, purpose: Purpose) -> list[int]:
    """Return the branches of a step with a purpose that leave a choice."""
    ops = model.ops[model.ops["step"] == step]
    found = set(ops["a"][ops["code"] == Op.BRANCH].tolist())
    found |= set(model.gates["branch"][ops["a"][ops["code"] == Op.GATE]].tolist())
    return sorted(
        branch for branch in found
        if branch != NONE and model.branches[branch]["purpose"] == purpose
        and model.branches[branch]["n"] > 1
    )  # fmt: skip
