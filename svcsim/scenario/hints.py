"""What a service manager would ask about a scenario: hints that never stop a run.

Handovers between activities are held against the artefact flows that ITIL 4 lists. The lists call
themselves a starting point, so a mismatch is a hint; only an identifier that nobody knows is an
error.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from svcsim.errors import Problem
from svcsim.scenario.explain import listed, near
from svcsim.scenario.flow import placed
from svcsim.scenario.infer import step_activity
from svcsim.scenario.loads import is_load
from svcsim.scenario.months import contract_months
from svcsim.scenario.reference import LISTED, REFERENCE, Flow, Reference
from svcsim.scenario.schema import Scenario
from svcsim.scenario.step import Step
from svcsim.scenario.text import dotted

CODES = {
    # ---- refused -----------------------------------------------------------------------------
    "unknown-practice": "A practice is one of the reference.",
    "unknown-artefact": "An artefact is in the reference, or begins with x_.",
    # ---- hints -------------------------------------------------------------------------------
    "other-artefact": "A handover carries an artefact that is listed between its activities.",
    "no-output": "A handover says which artefact it carries.",
    "relay": "Work goes along listed flows, if need be through another activity.",
    "one-sided-flow": "Sender and receiver both list an artefact.",
    "extension": "Artefacts are those of the lists.",
    "unused-activity": "Every activity takes part.",
    "no-owner": "Somebody is accountable for every step.",
    "no-improvement": "What is learnt goes to improve.",
    "no-effect": "What a trigger makes changes something.",
    "no-contract-month": "Where there is a penalty, a whole calendar month is looked at.",
    "many-handovers": "Few activities share a piece of work.",
}
"""Every rule of this page: what it asks for."""

MANY = 5
"""Handovers between activities per item from which on delivery is fragmented."""


@dataclass(frozen=True, slots=True)
class Hint:
    """Something worth a second look. Unlike a `Problem` it stops nothing."""

    code: str
    """The rule that found it; each has a file in tests/hints."""
    path: str
    """Dotted words of the file."""
    sentence: str
    """What there is to see, and what may be done."""

    def __str__(self) -> str:
        return f"{self.path}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Handover:
    """Work that one step passes on to another, of another activity."""

    stream: str
    sender: str
    """Step that passes the work on."""
    receiver: str
    """Step that gets it."""
    source: str
    """Activity of the sender."""
    sink: str
    """Activity of the receiver."""
    per_item: float
    """How often it happens to an item."""
    returns: bool = False
    """Whether the item is sent back, to be done again: it carries itself."""


Finding = Problem | Hint
Place = tuple[str, Step]
"""Dotted path of a step, and what it says."""


def located(scenario: Scenario) -> dict[tuple[str, str], Place]:
    """Return the path and the words of every step, groups included, by stream and name."""
    return {
        (name, place.name): (dotted(("streams", name, *place.path)), place.step)
        for name, stream in scenario.streams.items()
        for place in placed(stream.steps)
    }


def hints(
    scenario: Scenario,
    handovers: Sequence[Handover],
    used: Sequence[str],
    reference: Reference = REFERENCE,
) -> Iterator[Finding]:
    """Yield what ITIL would say about a scenario.

    Parameters
    ----------
    scenario
        What people wrote.
    handovers
        Where work changes from activity to activity.
    used
        Activities that items take part in.
    reference
        The activities, artefacts and practices that are known.
    """
    yield from unknown(scenario, reference)
    places = located(scenario)
    for handover in handovers:
        yield from _carried(places, handover, reference)
    yield from _many_handovers(handovers)
    yield from _without_owner(scenario)
    idle = [activity for activity in reference.activities if activity not in used]
    if idle:
        names = listed(idle, "and")
        yield Hint("unused-activity", "streams", f"no step belongs to {names}")
    yield from _without_effect(scenario)
    yield from _without_months(scenario)
    learns = any(h.sink == "improve" for h in handovers) or _triggers_improve(scenario)
    if "improve" in reference.activities and not learns:
        yield Hint(
            "no-improvement",
            "streams",
            "nothing is handed to improve, so nothing is learnt; add a step of that activity, "
            "for instance a review after the value point",
        )


def _triggers_improve(scenario: Scenario) -> bool:
    """Return whether a trigger makes items on which somebody improves something."""
    made = {trigger.spawn for trigger in scenario.triggers.values()}
    return any(
        step.activity == "improve" or "improve" in step_activity(step, scenario.teams)
        for (stream, _), (_, step) in located(scenario).items()
        if stream in made
    )


def _without_months(scenario: Scenario) -> Iterator[Hint]:
    """Find penalties that are never settled."""
    for name, stream in scenario.streams.items():
        for promise, target in stream.targets.items():
            if target.penalty is not None and not contract_months(scenario):
                yield Hint(
                    "no-contract-month",
                    f"streams.{name}.targets.{promise}.penalty",
                    "it is owed by the calendar month, and none lies between warm_up and horizon; "
                    "look longer",
                )


def _without_effect(scenario: Scenario) -> Iterator[Hint]:
    """Find triggers of which nothing comes."""
    for name, trigger in scenario.triggers.items():
        if trigger.spawn is None:
            continue
        watched = trigger.watch.stream or "..."
        steps = [step for (stream, _), (_, step) in located(scenario).items()
                 if stream == trigger.spawn]  # fmt: skip
        ways = [way for step in steps for way in (step.outcome or {}).values()]
        changes = any(step.effect or step.spawn for step in steps)
        if not changes and not any(way.effect or way.spawn for way in ways):
            yield Hint(
                "no-effect",
                f"triggers.{name}.spawn",
                f"{trigger.spawn} changes nothing; write effect at its last step, for instance "
                f"{{touch: {{stream: {watched}, step: ...}}, by: x0.8}}",
            )


def unknown(scenario: Scenario, reference: Reference = REFERENCE) -> Iterator[Problem]:
    """Yield practices and artefacts that nobody knows."""
    for path, step in located(scenario).values():
        if step.practice is not None and step.practice not in reference.practices:
            meant = near(step.practice, list(reference.practices))
            known = listed(sorted(reference.practices), "and")
            remedy = f"did you mean {meant}?" if meant else f"leave it out; practices are {known}"
            found = f"{step.practice!r} is no practice"
            yield Problem("unknown-practice", f"{path}.practice", found, remedy)
        several = len(step.output) > 1
        for i, name in enumerate(step.output):
            if reference.artefact(name) is None and not name.startswith("x_"):
                meant = near(name, [*reference.artefacts, *reference.aliases])
                remedy = f"did you mean {meant}?" if meant else "begin the name of your own with x_"
                place = f"{path}.output.{i}" if several else f"{path}.output"
                yield Problem("unknown-artefact", place, f"{name!r} is no artefact", remedy)


def _carried(
    places: Mapping[tuple[str, str], Place], handover: Handover, reference: Reference
) -> Iterator[Hint]:
    """Hold what one handover carries against the lists."""
    path, sender = places[handover.stream, handover.sender]
    source, sink = handover.source, handover.sink
    possible = reference.flows(source, sink)
    ends = f"{reference.title(source)} > {reference.title(sink)}"
    what = f"{handover.sender} > {handover.receiver} ({ends})"
    known = [flow for flow in possible if flow.stated != "extension"]
    found = [flow for name in sender.output for flow in _flows(reference, name, source, sink)]
    own = [name for name in sender.output if name.startswith("x_")]
    listed_at_all = any(flow.stated in LISTED for flow in known)
    if any(flow.stated in ("both", "implied") for flow in found):
        return
    if handover.returns and listed_at_all:
        return
    if any(flow.stated in LISTED or flow.stated == "proposed" for flow in found):
        flow = next(flow for flow in found if flow.stated != "extension")
        who = {
            "sender_only": f"only {reference.title(source)} lists it",
            "receiver_only": f"only {reference.title(sink)} lists it",
        }.get(flow.stated, "no list names where it goes")
        yield Hint("one-sided-flow", f"{path}.output", f"{what} carries {flow.artefact}: {who}")
    elif own:
        yield Hint("extension", f"{path}.output", f"{what} carries {own[0]}, which no list has")
    elif not listed_at_all:
        relay = reference.relay(source, sink)
        through = f"; the lists go {' > '.join(relay)}" if relay else ""
        yield Hint("relay", path, f"{what}: ITIL lists no artefact from one to the other{through}")
    elif sender.output:
        choice = listed([flow.artefact for flow in known])
        carried = listed(sender.output, "and")
        yield Hint(
            "other-artefact", f"{path}.output", f"{what} carries {carried}; ITIL lists {choice}"
        )
    else:
        choice = listed([flow.artefact for flow in known])
        yield Hint("no-output", f"{path}.output", f"{what} says no output; ITIL lists {choice}")


def _flows(reference: Reference, name: str, source: str, sink: str) -> list[Flow]:
    """Return the flows that carry an artefact, under any of its names, between two activities."""
    artefact = reference.artefact(name)
    if artefact is None:
        return []
    names = {artefact.id, artefact.alias_at_receiver}
    names |= {a.id for a in reference.artefacts.values() if a.alias_at_receiver in names - {""}}
    return [flow for flow in reference.flows(source, sink) if flow.artefact in names]


def _many_handovers(handovers: Sequence[Handover]) -> Iterator[Hint]:
    """Count the changes of activity of each stream."""
    totals: dict[str, float] = {}
    for handover in handovers:
        totals[handover.stream] = totals.get(handover.stream, 0.0) + handover.per_item
    for stream, total in totals.items():
        if total > MANY:
            yield Hint(
                "many-handovers",
                f"streams.{stream}.steps",
                f"an item changes its activity {total:.1f} times on average, and each time it may "
                "wait; let one team do more of it in one go",
            )


def _without_owner(scenario: Scenario) -> Iterator[Hint]:
    """Find steps for which nobody is accountable, neither there nor for the activity."""
    for (stream, name), (path, step) in located(scenario).items():
        if is_load(stream):
            continue
        owned = step.owner is not None or step.activity in scenario.activities
        if step.takes and not step.is_group and not owned:
            sentence = f"nobody owns {name}; write owner here or at its activity"
            yield Hint("no-owner", path, sentence)
