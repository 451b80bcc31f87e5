"""Parallel work: the strands of a stream, and which of them wait for which (semantics 41 to 43).

A *strand* is a stretch of steps that one token performs. A stream whose steps follow one another
as written has one; `after` lets several begin, and wait for one another.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import or_

from svcsim.scenario.after import After
from svcsim.scenario.schema import Stream
from svcsim.scenario.step import Step

MOST_STRANDS = 62
"""Strands of a stream are bits of one number."""


def forked(stream: Stream) -> bool:
    """Whether an item may have several tokens: beside one another, or one in another's place.

    One takes the place of another where an escalation leads elsewhere.
    """
    return parallel(stream) or any(_escapes(step) for step in stream.steps.values())


def parallel(stream: Stream) -> bool:
    """Whether a step comes after others, is never repeated, is until another, or runs n times."""
    return any(
        step.after is not None or step.once or step.until is not None or step.instances is not None
        for step in stream.steps.values()
    )


def _escapes(step: Step) -> bool:
    """Whether an escalation leads elsewhere, from a step or one of its parts."""
    here = step.escalate is not None and step.escalate.to is not None
    return here or any(_escapes(part) for part in step.parts.values())


def ordered(stream: Stream) -> bool:
    """Whether every `after` names steps of the stream itself that stand above."""
    names = list(stream.steps)
    return all(
        set(step.after.of) <= set(names[:i])
        for i, step in enumerate(stream.steps.values())
        if step.after is not None
    )


def waits_for(stream: Stream) -> dict[str, After]:
    """What each step of a stream itself waits for: what it says, else the step written before it.

    Steps of groups are not among them: a group waits as a whole.
    """
    found: dict[str, After] = {}
    before: tuple[str, ...] = ()
    for name, step in stream.steps.items():
        found[name] = step.after if step.after is not None else After.model_validate(before)
        before = (name,)
    return found


@dataclass(frozen=True, slots=True)
class Strand:
    """A stretch of steps; other strands as bits by number."""

    steps: tuple[str, ...]
    """Steps of the stream itself; none where an item begins with several strands at once."""
    before: int
    """Strands that it waits for."""
    need: int
    """How many of them must be done."""
    follow: int
    """Strands that wait for it."""
    cancels: int
    """Strands that are cancelled when it begins."""
    ends: int
    """Strands that are cancelled when it is over."""
    once: bool
    """Whether it is never repeated."""


@dataclass(frozen=True, slots=True)
class Jump:
    """A way from a step to another strand (semantics 43)."""

    to: int
    back: bool
    again: int
    """Strands that run again, those between here and there."""
    once: int
    """Those of them that are not repeated: what runs is left alone, what was done stays done."""
    passed: int
    """Strands that are passed by on a way forward."""


class Strands:
    """The strands of a stream in the order of their first steps: what comes before stands before.

    It is meant for streams whose every `after` names steps written above.
    """

    def __init__(self, stream: Stream, detours: Mapping[str, str] | None = None):
        """Take a stream, and where a full team sends items: steps by team."""
        self.stream = stream
        self.detours = detours or {}
        self.waits = waits_for(stream)
        self.follow: dict[str, list[str]] = {name: [] for name in stream.steps}
        for name, after in self.waits.items():
            for other in after.of:
                self.follow[other].append(name)
        self._parts = self._cut()
        self.of = {name: i for i, part in enumerate(self._parts) for name in part}
        """Strand of each step of the stream itself."""
        self.step_of = {
            inner: name for name, step in stream.steps.items() for inner in _inside(name, step)
        }
        """The step of the stream itself that a step is, or is part of."""

    def _cut(self) -> list[tuple[str, ...]]:
        """Cut the steps into strands."""
        steps = self.stream.steps
        parts: list[list[str]] = []
        where: dict[str, int] = {}
        ending = {step.until for step in steps.values()}
        if not parallel(self.stream):
            return [tuple(steps)]
        if sum(not after.of for after in self.waits.values()) > 1:
            parts.append([])
        for name, after in self.waits.items():
            before = after.of[0] if len(after.of) == 1 else None
            goes_on = (
                before is not None
                and len(self.follow[before]) == 1
                and name not in self._entered
                and not steps[name].once
                and not steps[before].once
                and steps[name].instances is None
                and steps[before].instances is None
                and before not in ending
                and steps[name].until is None
            )
            if before is not None and goes_on:
                where[name] = where[before]
                parts[where[name]].append(name)
            else:
                where[name] = len(parts)
                parts.append([name])
        return [tuple(part) for part in parts]

    @cached_property
    def _entered(self) -> set[str]:
        """Steps to which a way leads forward, past others."""
        order = list(self.stream.steps)
        found = set(self.detours.values())
        for i, name in enumerate(order):
            for to in _ways(self.stream.steps[name]):
                if to in self.stream.steps and order.index(to) > i:
                    found.add(to)
        return found

    def __len__(self) -> int:
        return len(self._parts)

    def __iter__(self) -> Iterator[Strand]:
        for i, steps in enumerate(self._parts):
            yield Strand(
                steps, self._before[i], self._need(i), self._follow[i], self._cancels(i),
                self._ends(i),
                any(self.stream.steps[name].once for name in steps),
            )  # fmt: skip

    # ---- which strands wait for which, as bits ---------------------------------------------------

    @cached_property
    def _before(self) -> list[int]:
        root = not self._parts[0]
        found = []
        for i, steps in enumerate(self._parts):
            names = self.waits[steps[0]].of if steps else ()
            bits = sum(1 << self.of[name] for name in names)
            found.append(1 if root and i > 0 and not names else bits)
        return found

    @cached_property
    def _follow(self) -> list[int]:
        size = range(len(self._parts))
        return [sum(1 << j for j in size if self._before[j] >> i & 1) for i in size]

    @cached_property
    def ahead(self) -> list[int]:
        """The strands that come after each, sooner or later."""
        found = [0] * len(self._parts)
        for i in reversed(range(len(self._parts))):
            for j in range(i + 1, len(self._parts)):
                if self._follow[i] >> j & 1:
                    found[i] |= 1 << j | found[j]
        return found

    def _need(self, i: int) -> int:
        steps = self._parts[i]
        if steps and self.waits[steps[0]].of:
            return self.waits[steps[0]].need
        return self._before[i].bit_count()

    def _cancels(self, i: int) -> int:
        """Return the strands that lead nowhere else, if it need not wait for all."""
        steps = self._parts[i]
        if not steps or self._need(i) >= self._before[i].bit_count():
            return 0
        if self.waits[steps[0]].losers == "run_on":
            return 0
        elsewhere = 0
        for j in reversed(range(i)):
            onward = self._follow[j] & ~(1 << i)
            leads = self._follow[j] == 0 or any(
                k > i or elsewhere >> k & 1
                for k in range(j + 1, len(self._parts))
                if onward >> k & 1
            )
            if leads:
                elsewhere |= 1 << j
        losers = [j for j in range(i) if self.ahead[j] >> i & 1 and not elsewhere >> j & 1]
        return sum(1 << j for j in losers) | reduce(or_, (self._ends(j) for j in losers), 0)

    def _ends(self, i: int) -> int:
        """Return the strands that are repeated until the last step of this one is completed."""
        steps = self.stream.steps
        return sum(
            1 << self.of[name]
            for name, step in steps.items()
            if step.until is not None and self._parts[i][-1:] == (step.until,)
        )

    # ---- ways (43) -----------------------------------------------------------------------------

    def beside(self, source: str, target: str) -> bool:
        """Whether a step is neither before nor after another, but runs beside it."""
        a, b = self.strand(source), self.strand(target)
        return a != b and not self.ahead[a] >> b & 1 and not self.ahead[b] >> a & 1

    def strand(self, step: str) -> int:
        """Return the strand of any step, of those in groups too."""
        return self.of[self.step_of[step]]

    def jump(self, source: str, target: str) -> Jump | None:
        """Return how a step leads to another; None within one strand."""
        here, to = self.strand(source), self.strand(target)
        if here == to:
            return None
        if self.ahead[here] >> to & 1:
            return Jump(to, False, 0, 0, self.ahead[here] & ~(1 << to | self.ahead[to]))
        again = sum(
            1 << i
            for i in range(to, here + 1)
            if i in (to, here) or (self.ahead[to] >> i & 1 and self.ahead[i] >> here & 1)
        )
        once = sum(
            1 << i
            for i in range(len(self._parts))
            if again >> i & 1 and i != to
            and any(self.stream.steps[name].once for name in self._parts[i])
        )  # fmt: skip
        return Jump(to, True, again, once, 0)


def _inside(name: str, step: Step) -> Iterator[str]:
    yield name
    for part, inner in step.parts.items():
        yield from _inside(part, inner)


def _ways(step: Step) -> Iterator[str]:
    """Where a step, or one of its parts, sends items by name."""
    for outcome in (step.outcome or {}).values():
        if outcome.to is not None:
            yield outcome.to
    if step.abandon_to is not None:
        yield step.abandon_to
    if step.escalate is not None and step.escalate.to is not None:
        yield step.escalate.to
    for part in step.parts.values():
        yield from _ways(part)
