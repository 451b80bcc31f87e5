"""The ITIL 4 service value chain as data: activities, artefacts, flows and practices.

The data stand in ``itil4.yaml``; nothing here knows that there are six activities.
"""

from collections import deque
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from svcsim.scenario.text import read_text

LISTED = frozenset({"both", "sender_only", "receiver_only"})
"""Ways in which the published lists state a flow between two activities."""


@dataclass(frozen=True, slots=True)
class ChainActivity:
    """An activity of the service value chain."""

    id: str
    """Its word in files."""
    title: str
    """Its name for people."""
    kind: str
    """``flow`` if work goes through it, ``steering`` if it acts on the whole chain."""
    purpose: str
    """What it is for."""


@dataclass(frozen=True, slots=True)
class Flow:
    """An artefact that goes from one activity or party to another."""

    sender: str
    receiver: str
    artefact: str
    stated: str
    """Who states it: both, sender_only, receiver_only, implied, external, proposed, extension."""


@dataclass(frozen=True, slots=True)
class Artefact:
    """Something that is handed over."""

    id: str
    flows: tuple[Flow, ...]
    note: str = ""
    alias_at_receiver: str = ""
    """What the receiver calls it, where that differs."""
    extension: bool = False
    """Whether no list has it: its name begins with ``x_``."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The service value chain of one edition."""

    version: str
    """Name of the edition."""
    parties: tuple[str, ...]
    """Who is outside the chain."""
    activities: dict[str, ChainActivity]
    """Activities by id, in the order of the file."""
    artefacts: dict[str, Artefact]
    """Artefacts by id, extensions included."""
    aliases: dict[str, str]
    """Other names of artefacts."""
    practices: dict[str, str]
    """Group of each practice: general, service or technical."""
    _between: dict[tuple[str, str], tuple[Flow, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        between: dict[tuple[str, str], tuple[Flow, ...]] = {}
        for artefact in self.artefacts.values():
            for flow in artefact.flows:
                ends = flow.sender, flow.receiver
                between[ends] = (*between.get(ends, ()), flow)
        object.__setattr__(self, "_between", between)

    def artefact(self, name: str) -> Artefact | None:
        """The artefact of a name or of another name of it."""
        return self.artefacts.get(self.aliases.get(name, name))

    def title(self, activity: str) -> str:
        """The name of an activity for people; an unknown one is its own."""
        known = self.activities.get(activity)
        return known.title if known else activity

    def flows(self, sender: str, receiver: str) -> tuple[Flow, ...]:
        """Every flow from one activity or party to another, proposed ones and extensions too."""
        return self._between.get((sender, receiver), ())

    def listed(self, sender: str, receiver: str) -> tuple[Flow, ...]:
        """The flows that at least one of the published lists names."""
        return tuple(flow for flow in self.flows(sender, receiver) if flow.stated in LISTED)

    def relay(self, sender: str, receiver: str) -> tuple[str, ...]:
        """The shortest way from one activity to another along listed flows, both ends included.

        Of equally short ways it is one through activities that carry the flow of work, the first in
        the order of the file; empty if there is none.
        """
        ways: deque[tuple[str, ...]] = deque([(sender,)])
        order = sorted(self.activities.values(), key=lambda activity: activity.kind != "flow")
        seen = {sender}
        while ways:
            way = ways.popleft()
            if way[-1] == receiver:
                return way
            for activity in order:
                if activity.id not in seen and self.listed(way[-1], activity.id):
                    seen.add(activity.id)
                    ways.append((*way, activity.id))
        return ()


def read_reference(text: str) -> Reference:
    """Read a reference from YAML such as ``itil4.yaml``."""
    document = read_text(text)
    if document.problems:
        raise ValueError(str(document.problems[0]))
    data = document.data
    entries = [(entry, False) for entry in data["artefacts"]]
    entries += [(entry, True) for entry in data["extensions"]]
    return Reference(
        version=data["version"],
        parties=tuple(data["parties"]),
        activities={entry["id"]: ChainActivity(**entry) for entry in data["activities"]},
        artefacts={entry["id"]: _artefact(entry, extension) for entry, extension in entries},
        aliases=data["aliases"],
        practices={name: group for group, names in data["practices"].items() for name in names},
    )


def _artefact(entry: dict[str, Any], extension: bool) -> Artefact:
    name = entry["id"]
    flows = tuple(
        Flow(sender, receiver, name, *(stated or ["extension"]))
        for sender, receiver, *stated in entry["flows"]
    )
    others = {word: entry[word] for word in ("note", "alias_at_receiver") if word in entry}
    return Artefact(name, flows, extension=extension, **others)


REFERENCE = read_reference(
    resources.files("svcsim.scenario").joinpath("itil4.yaml").read_text(encoding="utf-8")
)
"""The service value chain of ITIL 4."""
