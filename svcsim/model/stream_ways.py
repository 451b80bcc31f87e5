"""Where items go from a step: outcomes, free routing, gates, and the children that come of them."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from svcsim.errors import Problem, ScenarioError
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.codes import Kind, Op, Outcome, Purpose
from svcsim.model.program import Label
from svcsim.model.sittings import sittings
from svcsim.model.stream_people import StreamPeople
from svcsim.model.tables import fractions
from svcsim.model.tags import tag32
from svcsim.scenario.calendar import named, ticks_on
from svcsim.scenario.distribution import Dist
from svcsim.scenario.gate import Gate
from svcsim.scenario.spawn import ALL, Spawn
from svcsim.scenario.step import Step
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.words import Varied


class Exit(NamedTuple):
    """What follows an outcome before the item goes on."""

    label: "Label"
    step: str
    target: "Label"
    closes: bool
    """Whether the visit is closed: not when the item is sent back or rejected."""
    children: list[tuple[Sequence[Spawn], str]]
    """What is spawned, and the outcome that does it, empty for the step."""
    wait: Varied[Dist] | None = None
    """Time that passes before the item goes on."""
    releases: bool = False
    """Whether the people are given back only now, since on other ways they go on (71)."""


class StreamWays(StreamPeople):
    """The lowering of what may come of a step."""

    def _outcomes(self, name: str, step: Step, outcomes: dict[str, Any], then: Label) -> int:
        """Return the branch of named outcomes.

        Children come of all but deferral; those that go forward close the visit first.
        """
        number = self.number[name]
        self.exits: list[Exit] = []
        ways = []
        names = sorted(outcomes)
        goes_on = self.goes_on.get(name, {})
        for outcome in names:
            to = outcomes[outcome].to
            rejected = step.gate is not None and outcome == "reject" and to is None
            target = then if to is None else self._place(to, number, Outcome.DONE)
            target = self.ends[Outcome.REJECTED] if rejected else target
            closes = not rejected and not self._sends_back(to, number)
            children = [(step.spawn, ""), (outcomes[outcome].spawn, outcome)]
            wait = outcomes[outcome].wait
            releases = outcome not in goes_on and bool(goes_on)
            told = any(spawns for spawns, _ in children) or self._tells(name, outcome) or releases
            if outcome in goes_on:
                target = self.kept[goes_on[outcome]]
            if closes or wait is not None or told:
                ways.append(Label())
                self.exits.append(Exit(ways[-1], name, target, closes, children, wait, releases))
            else:
                ways.append(target)
        shares = self._shares([outcomes[outcome].share for outcome in names])
        last = None
        if step.max_visits is not None:
            back = [self._sends_back(outcomes[outcome].to, number) for outcome in names]
            last = self._last_visit(shares, back, self.path[name])
        branch = self._branch(
            Purpose.OUTCOME, ways, shares,
            sticky=step.sticky, last=last, max_visits=step.max_visits or 0,
        )  # fmt: skip
        for way, outcome in enumerate(names):
            self.program.chances.append((branch, way, ("share", self.name, name, outcome)))
        return branch

    def _ways_out(self) -> None:
        """Write what an outcome brings about: children, and the closing of the visit."""
        for label, name, target, closes, children, wait, releases in self.exits:
            self.program.put(label)
            if releases:
                self.program.emit(Op.RELEASE, self.number[name])
            waited = 0
            for spawns, outcome in children:
                waited += self._spawn(name, spawns, outcome, waited)
            self._await(name, waited)
            self._changes(name, children[-1][1])
            if wait is not None:
                self._outcome_wait(name, children[-1][1], wait)
            if closes:
                self.program.emit(Op.LEAVE, self.number[name], to=target)
            else:
                self._jump(target)

    def _outcome_wait(self, name: str, outcome: str, wait: Varied[Dist]) -> None:
        """Let time pass before an outcome has its effect."""
        row, calendar = self.wait_row(wait, f"{self.path[name]}.outcome.{outcome}.wait")
        kind = int(Kind[self.step_of[name].cause.upper()])
        purpose = int(Purpose.OUTCOME_WAIT)
        self.program.emit(Op.DELAY, self.number[name], a=row, b=calendar, c=kind, d=purpose)

    def _last_visit(
        self, shares: list[list[list[Fraction]]], back: list[bool], path: str
    ) -> list[list[Fraction]]:
        """Return the shares of the last visit: none goes back (semantics 13)."""
        if all(back):
            raise ScenarioError(
                [
                    Problem(
                        "last-visit-goes-back",
                        f"{path}.max_visits",
                        "every outcome sends the item back, and the last visit may not",
                        "add an outcome that goes on, for instance passed: rest",
                    )
                ]
            )
        rows = []
        for levels in shares:
            forward = [Fraction(0) if b else s for s, b in zip(levels[-1], back, strict=True)]
            total = sum(forward)
            if total == 0:
                forward = [Fraction(int(i == back.index(False))) for i in range(len(back))]
                total = Fraction(1)
            rows.append([share / total for share in forward])
        return rows

    def _next(self, name: str, step: Step) -> None:
        """Write free routing, ways in name order."""
        assert step.next is not None
        number = self.number[name]
        names = sorted(step.next, key=self._by_rng_name)
        ways = [self._place(to, number, Outcome.DONE) for to in names]
        goes_on = self.goes_on.get(name, {})
        released = {to: (Label(), way) for to, way in zip(names, ways, strict=True)}
        if goes_on:
            ways = [self.kept[goes_on[to]] if to in goes_on else released[to][0] for to in names]
        shares = [[fractions([step.next[to] for to in names])]] * len(self.classes)
        last = None
        if step.max_visits is not None:
            back = [self._sends_back(to, number) for to in names]
            last = self._last_visit(shares, back, self.path[name])
        branch = self._branch(
            Purpose.NEXT, ways, shares,
            sticky=step.sticky, last=last, max_visits=step.max_visits or 0,
        )  # fmt: skip
        self.program.emit(Op.BRANCH, number, a=branch)
        for to in names if goes_on else ():
            if to not in goes_on:
                self.program.put(released[to][0])
                self.program.emit(Op.RELEASE, number, to=released[to][1])

    def _gate(self, name: str, step: Step, then: Label) -> None:
        """Write a gate and its sittings (semantics 35 to 37), or who is asked (39)."""
        program, gate, number = self.program, step.gate, self.number[name]
        assert gate is not None
        if gate.ask is not None:
            self._ask(name, gate)
            program.emit(Op.BRANCH, number, a=self._decision(name, step, then))
            self._ways_out()
            return
        calendar = named(program.scenario.calendars, gate.calendar or program.scenario.calendar)
        held = sittings(gate, calendar, self.each(gate.cut_off), program.calendars, program.end)
        first = len(program.sittings)
        for sitting in held:
            program.sittings.append((sitting.tick, program.tables.row(sitting.deadlines)))
        branch = self._decision(name, step, then)
        outcomes = step.outcome or {}
        defer = sorted(outcomes).index("defer") if "defer" in outcomes else NONE
        program.gates.append(
            [
                first, len(held), gate.agenda or NEVER,
                int(gate.order == "priority"), branch,
                int(Kind[gate.cause.upper()]), 0, defer, *self._seats(name, step),
                program.changes.score(self.name, name),
            ]
        )  # fmt: skip
        program.gate_names.append(f"{self.name}.{name}")
        owner = self.stream.rng_name or self.name
        program.gate_rng_names.append(f"{owner}.{self.rng_name[name]}")
        program.emit(Op.GATE, number, a=len(program.gates) - 1)
        self._ways_out()

    def _decision(self, name: str, step: Step, then: Label) -> int:
        """Return the branch of what may be decided; without outcomes, all is approved."""
        if step.outcome:
            return self._outcomes(name, step, dict(step.outcome), then)
        approved = Label()
        self.exits = [Exit(approved, name, then, True, [(step.spawn, "")])]
        return self._branch(Purpose.OUTCOME, [approved], [[[Fraction(1)]]])

    def _seats(self, name: str, step: Step) -> tuple[int, int, int]:
        """Return the time that each item takes of those who attend, and who they are (38)."""
        program, first = self.program, len(self.program.seats)
        if step.touch is None:
            return NONE, first, 0
        assert isinstance(step.team, TeamUse)
        for team, number in step.team.numbers.items():
            everybody = step.team.mode == "one"
            program.seats.append((program.pools.index(team), NONE if everybody else number))
        day = program.pools.business_day(step.team.teams[0])
        row = self.distribution_row(step.touch, day, f"{self.path[name]}.touch")
        return row, first, len(program.seats) - first

    def _ask(self, name: str, gate: Gate) -> None:
        """Let people be asked, and perhaps a delegate (semantics 39)."""
        program, path = self.program, f"{self.path[name]}.gate"
        assert gate.ask is not None
        assert gate.reply is not None
        own = program.scenario.teams[gate.ask].calendar
        day = program.business_day(own)
        row = self.distribution_row(gate.reply, day, f"{path}.reply")
        after = delegated = NONE
        if gate.delegate is not None:
            calendar = named(program.scenario.calendars, own or program.scenario.calendar)
            after, delegated = ticks_on(gate.delegate.after, calendar), row
            if gate.delegate.reply is not None:
                below = f"{path}.delegate.reply"
                delegated = self.distribution_row(gate.delegate.reply, day, below)
        needed, asked = gate.answers.needed, gate.answers.asked
        program.emit(Op.ASK, self.number[name], a=len(program.asks))
        program.asks.append((needed, asked, row, program.calendar(own), after, delegated))

    def _children(self, name: str, spawns: Sequence[Spawn]) -> None:
        """Let children come of a visit, and wait for those that are waited for."""
        self._await(name, self._spawn(name, spawns))

    def _await(self, name: str, waited: int) -> None:
        if waited:
            self.program.emit(Op.AWAIT, self.number[name])

    def _spawn(self, name: str, spawns: Sequence[Spawn], outcome: str = "", waited: int = 0) -> int:
        """Let children come of a visit (semantics 44); a step's are the same at all outcomes.

        Return how many kinds of them are waited for; `waited` are before.
        """
        program, path, before = self.program, self.path[name], waited
        where = f"{path}.outcome.{outcome}.spawn" if outcome else f"{path}.spawn"
        for spawn in spawns:
            key = where, spawn.stream
            if key not in program.spawn_numbers:
                program.spawn_numbers[key] = len(program.spawns)
                record = self._spawn_record(name, spawn, outcome, where)
                program.spawns.append((*record, *_wait_for(spawn, waited)))
            waited += spawn.wait_for is not None
            program.emit(Op.SPAWN, self.number[name], a=program.spawn_numbers[key])
        return waited - before

    def _spawn_record(self, name: str, spawn: Spawn, outcome: str, where: str) -> tuple[int, ...]:
        program, streams = self.program, self.program.scenario.streams
        owner, child = self.stream.rng_name or self.name, streams[spawn.stream]
        words = (owner, self.rng_name[name], outcome, child.rng_name or spawn.stream)
        shares = [float(share) for share in self.each(spawn.share)]
        shares = shares[:1] if len(set(shares)) == 1 else shares
        row = calendar = count = cls_row = NONE
        if spawn.wait is not None:
            row, calendar = self.wait_row(spawn.wait, f"{where}.wait")
        if spawn.count is not None:
            count = program.counts.add(spawn.count, program.tables.factors)
        classes = sorted(child.classes)
        if spawn.class_name is not None:
            cls_row = program.tables.row([classes.index(spawn.class_name)] * len(self.classes))
        elif "class" in spawn.inherit:
            cls_row = program.tables.row([classes.index(cls) for cls in self.classes])
        return (
            list(streams).index(spawn.stream), tag32(*words), self.number[name],
            program.tables.add_factors(shares), len(shares), count, row, calendar, cls_row,
            int("priority" in spawn.inherit), int("due" in spawn.inherit),
            int("family" in spawn.inherit), int("quantity" in spawn.inherit),
        )  # fmt: skip


def _wait_for(spawn: Spawn, place: int) -> tuple[int, int, float]:
    """Return which of the kinds waited for it is (-1: none), and how many of it are needed."""
    if spawn.wait_for is None:
        return NONE, 0, 0.0
    if isinstance(spawn.wait_for, int):
        return place, spawn.wait_for, 0.0
    return place, NONE, 1.0 if spawn.wait_for == ALL else float(spawn.wait_for)
