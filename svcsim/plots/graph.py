"""A value stream as a graph: its steps, and every way that an item can take between them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from svcsim.plots import words
from svcsim.scenario.after import After
from svcsim.scenario.flow import placed
from svcsim.scenario.outcome import Outcome
from svcsim.scenario.schema import Scenario, Stream
from svcsim.scenario.step import Step
from svcsim.scenario.strands import Strands, forked, waits_for
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.words import DONE, ByClass

ENTRY, EXIT = ":in", ":out"
"""Where a stream begins and ends; no step is named so."""
MANY, SMALL = 14, 0.1
"""In a network of more routes than this, those with a smaller share are not drawn."""


@dataclass(frozen=True)
class Way:
    """A way from one step to another."""

    source: str
    target: str
    kind: str
    """``flow`` to what comes next, ``jump`` ahead, ``back`` for rework, ``route`` of a free
    network, ``bypass`` for those that skip the source."""
    port: int = -1
    """Which of the source's exits it leaves from; -1: where the output is."""
    share: float = 1.0
    """Items that take a route, as far as it is one number."""


@dataclass
class Node:
    """A step as it is drawn."""

    name: str
    step: Step
    activity: str
    within: tuple[str, ...]
    """Groups that it is part of."""
    taken: list[str] = field(default_factory=list)
    """Who takes it, where not everybody does."""
    join: str = ""
    """What it waits for, in words, where that is not one step."""
    once: str = ""
    """What is never repeated, in words: it, or groups that begin with it."""
    fork: int = 0
    """Ways that begin when it is over, where there are several."""
    goes_on: list[str] = field(default_factory=list)
    """Outcomes that go on to the next step."""
    exits: list[tuple[str, str]] = field(default_factory=list)
    """Other outcomes, in words, each with its kind: a way's, ``out``, ``value`` or ``again``."""
    order: int = 0
    """Its place in the file."""
    strand: int = 0
    """The strand of parallel work that it is part of."""

    @property
    def outer(self) -> str:
        """The step of the stream itself that it is, or is part of."""
        return self.within[0] if self.within else self.name


@dataclass
class Graph:
    """A value stream to be drawn."""

    name: str
    stream: Stream
    nodes: dict[str, Node]
    ways: list[Way]
    value: str | None
    """Step whose completion is value; None: leaving the stream."""

    @property
    def drawn(self) -> list[Way]:
        """The ways that are drawn; of a network of many routes not those that few items take."""
        if sum(way.kind == "route" for way in self.ways) <= MANY:
            return self.ways
        return [way for way in self.ways if way.kind != "route" or way.share >= SMALL]

    @property
    def after_value(self) -> frozenset[str]:
        """Steps that come after the value point; those that run beside it do not."""
        if self.value is None:
            return frozenset()
        value = self.nodes[self.value]
        later: set[str] = set()
        for name, after in waits_for(self.stream).items():
            if not later.isdisjoint(after.of) or value.outer in after.of:
                later.add(name)
        return frozenset(
            name for name, node in self.nodes.items()
            if node.outer in later or (node.outer == value.outer and node.order > value.order)
        )  # fmt: skip


def graph(scenario: Scenario, name: str) -> Graph:
    """Return the graph of a stream."""
    return _Builder(scenario, name).graph()


Loose = list[tuple[str, str, int]]
"""Ways that wait for what comes next: source, kind and port."""


class _Builder:
    def __init__(self, scenario: Scenario, name: str):
        self.scenario, self.name = scenario, name
        self.stream = scenario.streams[name]
        self.places = {place.name: place for place in placed(self.stream.steps)}
        leaves = [place for place in self.places.values() if not place.step.is_group]
        self.nodes = {
            place.name: Node(
                place.name, place.step, place.step.activity or "",
                tuple(group.name for group in place.groups), order=order,
            )
            for order, place in enumerate(leaves)
        }  # fmt: skip
        if forked(self.stream):
            strands = Strands(self.stream)
            for node in self.nodes.values():
                node.strand = strands.strand(node.name)
        self.ways: list[Way] = []
        point = self.stream.value_point
        self.value = point if point is not None and point != DONE else None

    def graph(self) -> Graph:
        """Connect the steps of the stream itself, each with those that it waits for."""
        steps, waits = self.stream.steps, waits_for(self.stream)
        following = {
            name: [to for to, after in waits.items() if name in after.of] for name in steps
        }
        leads: dict[str, Loose] = {}
        for name, step in steps.items():
            begins = self._first(name)
            for before in waits[name].of or [ENTRY]:
                self._connect(leads.get(before, [(ENTRY, "flow", -1)]), begins)
            for first in begins:
                self.nodes[first].join = _joins(waits[name])
                if step.once:
                    self.nodes[first].once = "once only" if first == name else f"{name}: once only"
            leads[name] = self._step(name, step, path=False)
            if len(following[name]) > 1:
                for source, kind, _ in leads[name]:
                    if kind == "flow":
                        self.nodes[source].fork = len(following[name])
        for name, step in steps.items():
            if not following[name] and step.until is None:
                self._connect(leads[name], [EXIT])
        return Graph(self.name, self.stream, self.nodes, self.ways, self.value)

    def _connect(self, loose: Loose, targets: list[str]) -> None:
        for source, kind, port in loose:
            self.ways += [Way(source, target, kind, port) for target in targets]

    def _first(self, name: str) -> list[str]:
        """Return the steps with which a step begins, which may be a group."""
        step = self.places[name].step
        if step.one_of is not None:
            return [leaf for part in step.one_of for leaf in self._first(part)]
        return [name] if step.steps is None else self._first(next(iter(step.steps)))

    def _sequence(self, steps: dict[str, Step]) -> Loose:
        """Connect steps with one another; return what leads on from the last."""
        loose: Loose = []
        for i, (name, step) in enumerate(steps.items()):
            if i:
                self._connect(loose, self._first(name))
            loose = self._step(name, step, path=False)
        return loose

    def _step(self, name: str, step: Step, *, path: bool) -> Loose:
        taken = [f"only {', '.join(step.classes)}"] if step.classes is not None else []
        if not path and step.share != 1.0:
            taken.append(f"{'' if taken else 'for '}{words.share(step.share)}")
        begins = self._first(name)
        if taken:
            what = f"{name}: " if step.is_group else ""
            for first in begins:
                self.nodes[first].taken.append(f"{what}{': '.join(taken)}")
        loose: Loose
        if step.one_of is not None:
            shares = words.completed({part: way.share for part, way in step.one_of.items()})
            loose = []
            for part, way in step.one_of.items():
                told = words.share(shares[part])
                for first in self._first(part):
                    self.nodes[first].taken.append(f"{told} of {name}")
                loose += self._step(part, way, path=True)
        elif step.steps is not None:
            loose = self._sequence(step.steps)
        else:
            loose = self._leaf(self.nodes[name])
        return [*loose, (begins[0], "bypass", -1)] if taken else loose

    # ---- what comes of a step ------------------------------------------------------------------

    def _leaf(self, node: Node) -> Loose:
        step = node.step
        if step.patience is not None:
            gives_up = f"gives up after {words.time(step.patience)}"
            if step.redial is not None:
                again = f"{words.share(step.redial.share)} after {words.time(step.redial.wait)}"
                node.exits.append((f"{gives_up}, tries again {again}", "again"))
                gives_up = "gives up for good"
            to = step.abandon_to or DONE
            self._move(node, gives_up, to, left=to == DONE)
        for team in _limited(step):
            wip = self.scenario.teams[team].wip
            if wip is not None and wip.when_full != "wait":
                self._move(node, f"{team} is full ({wip.limit})", wip.to or DONE, left=not wip.to)
        if step.escalate is not None and step.escalate.to is not None:
            late = step.escalate.model_copy(update={"priority": None})
            self._move(node, words.escalates(late), step.escalate.to)
        if step.incomplete is not None:
            missing = words.share(step.incomplete.share)
            self._move(node, f"incomplete {missing}", step.incomplete.to)
        if step.next is not None:
            for to, share in words.completed(step.next).items():
                self._move(node, words.share(share), to, route=True, share=float(share))
            return []
        outcomes: dict[str, Outcome] = step.outcome or {}
        shares = words.completed({name: one.share for name, one in outcomes.items()})
        loose: Loose = [] if outcomes else [(node.name, "flow", -1)]
        for name, outcome in outcomes.items():
            told = f"{name} {words.share(shares[name])}"
            if outcome.wait is not None:
                told += f" after {words.time(outcome.wait)}"
            if step.gate is not None and name == "defer" and outcome.to is None:
                node.exits.append((f"{told}: next meeting", "again"))
            elif step.gate is not None and name == "reject" and outcome.to is None:
                node.exits.append((f"{told}: leaves", "out"))
            elif outcome.to is None:
                node.goes_on.append(told)
                loose = [(node.name, "flow", -1)]
            else:
                self._move(node, told, outcome.to)
        return loose

    def _move(
        self, node: Node, told: str, to: str, *, left: bool = False, route: bool = False,
        share: float = 1.0,
    ) -> None:  # fmt: skip
        """Add an exit that leads elsewhere, or out."""
        port = len(node.exits)
        if to == DONE:
            value = not left and not self.value
            told = f"{told}: {'leaves' if left else 'done'}"
            node.exits.append((told, "value" if value else "out"))
            return
        targets = self._first(to)
        back = self.nodes[targets[0]].order <= node.order
        kind = "route" if route else "back" if back else "jump"
        node.exits.append((f"{told} to {to}", kind))
        self.ways += [Way(node.name, target, kind, port, share) for target in targets]


def _joins(after: After) -> str:
    """Return what a step waits for, if that is not one step."""
    n = len(after.of)
    if n < 2:
        return ""
    if after.need == n:
        return f"waits for all {n}"
    rest = "stops the rest" if after.losers == "cancel" else "the rest run on"
    return f"waits for {'any' if after.need == 1 else after.need} of {n}, {rest}"


def _limited(step: Step) -> Iterator[str]:
    """Yield the teams of a step whose limits an item may find full."""
    uses = step.team.values.values() if isinstance(step.team, ByClass) else [step.team]
    found = [team for use in uses if isinstance(use, TeamUse) for team in use.teams]
    yield from dict.fromkeys(found)
