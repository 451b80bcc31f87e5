"""The card of a step: what is written on it, and how tall that makes it."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from svcsim.plots import words
from svcsim.plots.graph import Graph, Node
from svcsim.plots.ink import LINE, SIZE, wrap
from svcsim.scenario.schema import Scenario
from svcsim.scenario.step import Step

PAD = 0.06
"""Inches between the edge of a card and its text."""
GRID = 0.05
"""Ports lie on this grid, so that lines that are not the same are seen to be two."""


@dataclass(frozen=True)
class Line:
    """A line of text on a card."""

    text: str
    bold: bool = False
    italic: bool = False
    size: float = SIZE


@dataclass
class Part:
    """A part of a card with its own background."""

    kind: str
    """Such as ``head``, ``body``, ``output``, or the kind of an exit."""
    lines: list[Line]
    port: int | None = None
    """Exit whose ways leave from here; -1 for those that go on."""
    top: float = 0.0
    """Inches from the top of the card."""
    bar: int = 0
    """Side on which a bar marks parallel ways: -1 where they join, 1 where they fork."""

    @property
    def height(self) -> float:
        """Inches."""
        return len(self.lines) * LINE + 0.05


@dataclass
class Card:
    """A step as it is drawn."""

    node: Node
    kind: str
    """``work``, ``wait``, ``gate``, ``cadence`` or ``pass``."""
    parts: list[Part] = field(default_factory=list)
    after: bool = False
    """Whether it stands after the value point."""

    @property
    def height(self) -> float:
        """Inches, a multiple of the grid."""
        last = self.parts[-1]
        return -((last.top + last.height) // -GRID) * GRID

    def port(self, number: int) -> float:
        """Return how far below the top the ways of an exit leave."""
        part = next((part for part in self.parts if part.port == number), None)
        return self.enters if part is None else round((part.top + part.height / 2) / GRID) * GRID

    @property
    def enters(self) -> float:
        """How far below the top ways come in: at the name."""
        head = next(part for part in self.parts if part.kind == "head")
        return round((head.top + head.height / 2) / GRID) * GRID


Times = dict[str, tuple[float, float]]
"""Hours of touch and of wait of an item at each step, all its visits together."""


def card(
    graph: Graph, node: Node, scenario: Scenario, room: float, measured: Times | None = None
) -> Card:
    """Return the card of a step, `room` inches wide, with its times where they are given."""
    step = node.step
    kind = _kind(step)
    after = node.name in graph.after_value
    found = Card(node, kind, after=after)
    inner = room - 2 * PAD - (0.08 if kind == "gate" else 0.0)

    def add(
        kind: str, texts: Iterator[str] | list[str], port: int | None = None, bar: int = 0,
        **style: bool,
    ) -> None:  # fmt: skip
        lines = [Line(line, **style) for text in texts for line in wrap(text, inner, **style)]
        if lines:
            top = found.parts[-1].top + found.parts[-1].height if found.parts else 0.0
            found.parts.append(Part(kind, lines, port, top, bar))

    if node.name == graph.value:
        add("value", ["★ VALUE"], bold=True)
    if after:
        add("after", ["after value"], italic=True)
    add("taken", node.taken)
    within = [f"{' › '.join(node.within)} ›"] if node.within else []
    add("within", within, italic=True)
    add("once", [node.once] if node.once else [])
    add("join", [f"∥ {node.join}"] if node.join else [], bar=-1)
    if step.incomplete is not None:
        add("incoming", [f"%C&A {words.complete(step.incomplete.share)}"])
    add(
        "head",
        [*([_TITLES[kind]] if kind in _TITLES else []), node.name],
        bar=-bool(node.join),
        bold=True,
    )
    if step.every is not None:
        add("repeats", [f"⟳ {words.repeats(step)}"])
    if step.auto is not None:
        add("auto", [f"⚙ {words.machines(step.auto)}"])
    add("body", _body(node, scenario, graph.name))
    if measured is not None:
        touch, wait = measured[node.name]
        add("measured", [f"an item: wait {words.hours(wait)}, touch {words.hours(touch)}"])
    fork = int(node.fork > 1)
    quiet = not (step.output or node.goes_on)
    add("fork", [f"∥ {node.fork} ways at once"] if fork else [], -1 if quiet else None, fork)
    add("goes_on", [f"✓ {told}" for told in node.goes_on], None if step.output else -1, fork)
    add("output", [f"▤ {words.plain(name)}" for name in step.output], -1, fork, italic=True)
    add("children", [f"✱ {told}" for told in words.brings(step)])
    for number, (told, way) in enumerate(node.exits):
        add(way, [f"{_SIGNS[way]} {told}"], number)
    return found


_TITLES = {"gate": "◆ GATE", "cadence": "◇ CADENCE"}
"""What stands over the name of a step."""


def _kind(step: Step) -> str:
    if step.gate is not None:
        return "cadence" if words.is_cadence(step) else "gate"
    if step.team is not None:
        return "work"
    return "wait" if step.wait or step.stream else "pass"


_SIGNS = {"back": "↩", "jump": "↷", "route": "→", "out": "✕", "again": "↻", "value": "★"}
"""Signs of exits, so that nothing hangs on colour alone."""


def _body(node: Node, scenario: Scenario, stream: str) -> Iterator[str]:
    """Yield what a step takes, in the order in which it does."""
    step = node.step
    if step.gate is not None:
        yield words.meets(step, scenario)
        yield from words.terms(step.gate)
    lane = scenario.activities.get(node.activity)
    named = step.owner is not None and not (lane and lane.owner == step.owner)
    if named or (step.gate is not None and not words.is_cadence(step)):
        yield f"owner: {owner(step, node.activity, scenario)}"
    if step.team is not None:
        attended = "" if step.gate is None else "attended by "
        start = "" if step.quorum is None else f", any {words.each(step.quorum, str)} may start"
        yield f"{attended}{words.team(step.team, scenario, stream)}{start}"
    if step.stream is not None:
        yield f"calls {step.stream}{f' {step.class_name}' if step.class_name else ''}, waits for it"
    if step.collects:
        yield "who is free is kept for it"
    if step.set is not None:
        yield f"sets {words.sets(step.set)}"
    if step.handover is not None:
        yield f"handover {words.time(step.handover)}"
    if step.wait is not None and not words.no_time(step.wait):
        yield f"wait {words.time(step.wait)}"
    if step.same_person:
        yield "who did the step before goes on"
    if step.reading_in is not None:
        yield f"reading in {step.reading_in}"
    if step.touch is not None and not words.no_time(step.touch):
        again = [f"then {words.percent(one)}" for one in step.repeat_touch]
        if step.learning is not None:
            again.append(f"{words.percent(step.learning.each_doubling)} at each doubling")
        yield ", ".join([f"touch {words.time(step.touch)}", *again])
    if step.max_visits is not None:
        yield f"at most {step.max_visits} visits"
    if step.during is not None:
        yield f"during {step.during}"
    if step.uses:
        yield f"uses {words.uses(step.uses)}"
    if step.escalate is not None and step.escalate.priority is not None:
        yield words.escalates(step.escalate)
    known = [words.plain(step.practice)] if step.practice else []
    if known or step.tool:
        yield " · ".join([*known, *([step.tool] if step.tool else [])])


def owner(step: Step, activity: str, scenario: Scenario) -> str:
    """Return who is accountable for a step: whom it names, or the owner of its activity."""
    lane = scenario.activities.get(activity)
    return step.owner or (lane.owner if lane else "nobody named")
