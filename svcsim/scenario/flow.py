"""The way of an item through a stream: which steps there are, and what may follow what."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from svcsim.scenario.schema import Stream
from svcsim.scenario.step import Step
from svcsim.scenario.strands import Strands, forked, waits_for
from svcsim.scenario.text import Words
from svcsim.scenario.words import DONE, ByClass


@dataclass(frozen=True, slots=True)
class Placed:
    """A step of a stream, and where it stands."""

    name: str
    """Its name; unique in the stream."""
    step: Step
    path: Words
    """Words of the file, from ``steps`` on."""
    groups: tuple["Placed", ...]
    """The groups it is part of, the outermost first."""

    @property
    def is_branch(self) -> bool:
        """Whether it is one of the paths of a choice."""
        return bool(self.groups) and self.groups[-1].step.one_of is not None


@dataclass(frozen=True, slots=True)
class Move:
    """A way from one step to another, or out of the stream."""

    source: str
    target: str
    """Step that is no group, or done."""
    back: bool = False
    """Whether it leads to a step that stands earlier, or to the same one."""
    ends: bool = False
    """Whether the token ends on the way, and another one begins (semantics 41)."""


def placed(steps: dict[str, Step], path: Words = ("steps",)) -> Iterator[Placed]:
    """Every step of a stream, groups before their parts, in the order of the file."""
    yield from _placed(steps, path, ())


def _placed(steps: dict[str, Step], path: Words, groups: tuple[Placed, ...]) -> Iterator[Placed]:
    for name, step in steps.items():
        here = Placed(name, step, (*path, name), groups)
        yield here
        if step.is_group:
            word = "one_of" if step.one_of is not None else "steps"
            yield from _placed(step.parts, (*here.path, word), (*groups, here))


_LAST: list[tuple[Stream, tuple[Placed, ...]]] = []
"""The stream that was asked for last, and its steps."""


def places(stream: Stream) -> tuple[Placed, ...]:
    """Every step of a stream, as `placed`; at hand as long as nobody asks for another stream."""
    last = _LAST[0] if _LAST else None
    if last is None or last[0] is not stream:
        last = stream, tuple(placed(stream.steps))
        _LAST[:] = [last]
    return last[1]


def coming(stream: Stream, path: Words, detours: Collection[str] = ()) -> list[str]:
    """The classes that may come to a step, by its path from ``steps`` on, or that of a part of it.

    Each step says which classes take it. Nobody asks again inside a group to which a way leads from
    outside, or where the backlog is; `detours` are the steps to which full teams send items.
    """
    every = places(stream)
    chain = [place for place in every if path[: len(place.path)] == place.path]
    found = set(stream.classes)
    for place in chain:
        if place.step.classes is None:
            continue
        inside = {one.name for one in every if place in one.groups}
        ways = {to for one in every if one.name not in inside for to in _ways(one.step)}
        if not inside & {*ways, *detours}:
            found &= set(place.step.classes)
    for entry in stream.backlog:
        at = next((one for one in every if one.name == entry.at), None)
        if at is not None and any(place in (*at.groups, at) for place in chain):
            found |= {entry.class_name} if entry.class_name is not None else set(stream.classes)
    return [name for name in stream.classes if name in found] or list(stream.classes)


def _ways(step: Step) -> set[str]:
    """The steps to which a step sends items by name."""
    outcomes = (step.outcome or {}).values()
    ways = [step.abandon_to, step.incomplete and step.incomplete.to, *(step.next or ())]
    ways.append(step.escalate and step.escalate.to)
    return {to for to in (*ways, *(outcome.to for outcome in outcomes)) if to}


def may_skip(step: Step) -> bool:
    """Whether some items pass a step by."""
    shares = step.share.values.values() if isinstance(step.share, ByClass) else [step.share]
    return step.classes is not None or any(share != 1.0 for share in shares)


def limits_at(step: Step) -> tuple[str, ...]:
    """The teams of which one alone works at a step, and so holds an item."""
    if step.team is None or step.gate is not None:
        return ()
    uses = step.team.values.values() if isinstance(step.team, ByClass) else [step.team]
    alone = (use.teams for use in uses if use.mode == "split" or len(use.teams) == 1)
    return tuple(dict.fromkeys(team for teams in alone for team in teams))


class Flow:
    """What may follow what in a stream. Ways that point nowhere are left out."""

    def __init__(self, stream: Stream, detours: Mapping[str, str] | None = None):
        """Take a stream, and where a full team sends items: steps by team."""
        self.stream = stream
        self.detours = detours or {}
        self.steps = {place.name: place for place in placed(stream.steps)}
        self.order = {name: i for i, name in enumerate(self.steps)}
        """Position of each step in the file."""
        self.waits = {name: after.of for name, after in waits_for(stream).items()}
        """What each step of the stream itself comes after."""
        self._followers: dict[str, list[str]] = {}
        for name, of in self.waits.items():
            for before in of:
                self._followers.setdefault(before, []).append(name)
        self._after: dict[str, frozenset[str]] = {}
        for name in reversed(stream.steps):
            self._follow({name: stream.steps[name]}, self._then(name))

    def _then(self, name: str) -> frozenset[str]:
        """Where an item may find itself after a step of the stream itself."""
        following = [step for step in self._followers.get(name, ()) if step in self._after]
        found = frozenset(leaf for step in following for leaf in self.enter(step))
        return found or frozenset({DONE})

    @cached_property
    def _strands(self) -> Strands | None:
        """What tokens perform, where there may be several of an item."""
        return Strands(self.stream, self.detours) if forked(self.stream) else None

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The steps that are no groups, in the order of the file."""
        return tuple(name for name, place in self.steps.items() if not place.step.is_group)

    def first(self) -> frozenset[str]:
        """Where an item may begin."""
        return frozenset(
            leaf for name, of in self.waits.items() if not of for leaf in self.enter(name)
        )

    def enter(self, name: str) -> frozenset[str]:
        """Where an item may find itself that goes to a step: a group has several beginnings."""
        if name == DONE:
            return frozenset({DONE})
        place = self.steps[name]
        step = place.step
        if step.one_of is not None:
            found = frozenset(leaf for part in step.one_of for leaf in self.enter(part))
        elif step.steps is not None:
            found = self.enter(next(iter(step.steps)))
        else:
            found = frozenset({name})
        skips = may_skip(step) and not place.is_branch
        return found | self._after[name] if skips else found

    def after(self, name: str) -> frozenset[str]:
        """Where an item may find itself that has finished a step and goes on."""
        return self._after[name]

    def _follow(self, steps: dict[str, Step], then: frozenset[str]) -> None:
        """Note what follows each step, the last one first."""
        for name in reversed(steps):
            step = steps[name]
            self._after[name] = then
            if step.one_of is not None:
                for path, part in step.one_of.items():
                    self._follow({path: part}, then)
            elif step.steps is not None:
                self._follow(step.steps, then)
            then = self.enter(name)

    def moves(self) -> Iterator[Move]:
        """Every way from a step that is no group."""
        for name in self.leaves:
            yield from self._moves(name)

    def _moves(self, name: str) -> Iterator[Move]:
        step = self.steps[name].step
        if step.next is not None:
            ways = list(step.next)
        elif step.outcome is not None:
            ways = [outcome.to or "" for outcome in step.outcome.values()]
        else:
            ways = [""]
        if step.abandon_to is not None:
            ways.append(step.abandon_to)
        if step.escalate is not None and step.escalate.to is not None:
            ways.append(step.escalate.to)
        if step.redial is not None:
            ways.append(name)
        if step.incomplete is not None:
            ways.append(step.incomplete.to)
        ways += [self.detours[team] for team in limits_at(step) if team in self.detours]
        for to in dict.fromkeys(ways):
            if to == "":
                yield from self._each(name, self.after(name), back=False)
            elif to in self.steps:
                back = self.order[to] <= self.order[name]
                yield from self._each(name, self.enter(to), back=back)
            elif to == DONE:
                yield Move(name, DONE)

    def _each(self, name: str, targets: frozenset[str], *, back: bool) -> Iterator[Move]:
        strands = self._strands
        for target in sorted(targets):
            ends = (
                strands is not None
                and not back
                and target != DONE
                and strands.strand(name) != strands.strand(target)
            )
            yield Move(name, target, back, ends)
