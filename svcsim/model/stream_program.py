"""Steps become instructions: the canonical lowering (semantics 64).

A step lowers, in this order, to: skip? · enter · set · admit, retire · wait · patience · seize ·
work · release · gate · outcome or next · spawn · leave. Where an item may go to a step there are
two labels: the front, for moves forward, and the back, which first gives back limits (semantics
45). The steps of a strand end with a join (semantics 41); ways between strands are jumps (43).
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from svcsim.errors import Problem, ScenarioError
from svcsim.model.arrays import (
    NEVER,
    NONE,
    Kind,
    Op,
    Outcome,
    Purpose,
)
from svcsim.model.program import Label, Program
from svcsim.model.sittings import sittings
from svcsim.model.tables import cumulative, fractions
from svcsim.model.tags import tag32
from svcsim.scenario.automation import Automation
from svcsim.scenario.calendar import named, ticks_on
from svcsim.scenario.distribution import Dist
from svcsim.scenario.incomplete import Incomplete
from svcsim.scenario.outcome import ByVisit
from svcsim.scenario.schema import Stream
from svcsim.scenario.spawn import Spawn
from svcsim.scenario.step import Step
from svcsim.scenario.strands import Strands, forked
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.units import REST, Duration, Rest
from svcsim.scenario.words import DONE, ByClass, Varied, of_class


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


class StreamProgram:
    """The lowering of one stream."""

    def __init__(self, program: Program, name: str, stream: Stream, index: int):
        self.program = program
        self.name = name
        self.stream = stream
        self.index = index
        self.classes = tuple(sorted(stream.classes)) or ("",)
        self.front: dict[str, Label] = {}
        self.back: dict[str, Label] = {}
        self.number: dict[str, int] = {}
        self.names: dict[int, str] = {}
        """Names of the steps by number."""
        self.step_of: dict[str, Step] = {}
        self.jumps: dict[tuple[str, str], Label] = {}
        """Ways between strands, by the steps from and to which they lead."""
        self.path: dict[str, str] = {}
        self.rng_name: dict[str, str] = {}
        """Name of each step wherever names are ordered (semantics 11)."""
        self.ends: dict[Outcome, Label] = {
            outcome: Label() for outcome in Outcome if outcome != Outcome.OPEN
        }
        self.limited = bool(program.pools.limits)
        self._register(stream.steps, f"streams.{name}.steps", None)
        self.start = len(program.ops)
        self.first_strand = len(program.strands)
        self.strands: Strands | None = None
        if forked(stream):
            teams = program.scenario.teams.items()
            detours = {team: said.wip.to for team, said in teams if said.wip and said.wip.to}
            self.strands = Strands(stream, detours)
            self._strands(self.strands)
        else:
            self._sequence(stream.steps, self.ends[Outcome.DONE])
        for outcome, label in self.ends.items():
            program.put(label)
            program.emit(Op.END, a=int(outcome))

    # ---- names ---------------------------------------------------------------------------------

    def _register(self, steps: dict[str, Step], path: str, group: Step | None) -> None:
        """Number the steps, groups included, in the order of the file."""
        program = self.program
        for name, step in steps.items():
            self.front[name], self.back[name] = Label(), Label()
            local = len(self.number)
            self.number[name] = len(program.steps)
            self.names[self.number[name]] = name
            self.step_of[name] = step
            self.path[name] = f"{path}.{name}"
            self.rng_name[name] = step.rng_name or name
            owner = self.stream.rng_name or self.name
            factors = list(step.repeat_touch)
            if step.activity is None and group is not None and group.activity is not None:
                step = step.model_copy(update={"activity": group.activity})
            outcomes = tuple(sorted(step.outcome or ()))
            if step.gate is not None and not outcomes:
                outcomes = ("approve",)
            program.steps.append(
                (
                    tag32(owner, step.rng_name or name),
                    self.index,
                    self._activity(step),
                    local,
                    local,
                    program.tables.add_factors(factors),
                    len(factors),
                    len(outcomes),
                )
            )
            program.step_names.append(name)
            program.outcomes.append(outcomes)
            if step.is_group:
                kind = "one_of" if step.one_of is not None else "steps"
                self._register(step.parts, f"{path}.{name}.{kind}", step)

    def _activity(self, step: Step) -> int:
        pools = self.program.pools
        name = step.activity
        if name is None and step.team is not None:
            uses = step.team.values.values() if isinstance(step.team, ByClass) else [step.team]
            team = next(iter(uses)).teams[0]
            served = getattr(pools.part(team), "activity", ()) or (team,)
            name = served[0]
        return pools.activities.index(name) if name in pools.activities else NONE

    def _by_rng_name(self, name: str) -> tuple[str, str]:
        """Return where a step, or done, stands among others (semantics 11)."""
        return self.rng_name.get(name, name), name

    # ---- values by class -----------------------------------------------------------------------

    def each(self, value: Varied[Any]) -> list[Any]:
        """Return a value for each class, in name order."""
        return [of_class(value, name) for name in self.classes]

    def row(self, value: Varied[Any], number: Callable[[Any], int]) -> int:
        """Return the row of `by_class` that holds a number for each class."""
        return self.program.tables.row([number(one) for one in self.each(value)])

    def distribution_row(self, value: Varied[Dist], business_day: int, path: str) -> int:
        """Return the row of distributions."""
        add = self.program.distribution
        return self.row(value, lambda dist: add(dist, business_day, path))

    def ticks_row(self, value: Varied[Duration], path: str) -> tuple[int, int]:
        """Return the row of durations, and the calendar on which they run."""
        program = self.program
        calendar = named(program.scenario.calendars, program.scenario.calendar)
        business = {duration.business for duration in self.each(value)}
        if len(business) > 1:
            raise mixed_clocks(path)
        row = self.row(value, lambda duration: ticks_on(duration, calendar))
        return row, program.calendar(None) if business == {True} else NONE

    # ---- lowering ------------------------------------------------------------------------------

    def _strands(self, strands: Strands) -> None:
        """Lower each strand, its steps and the join at their end (semantics 41)."""
        program = self.program
        for index, strand in enumerate(strands):
            start, done, passed = Label(), Label(), Label()
            program.put(start)
            steps = {name: self.stream.steps[name] for name in strand.steps}
            self._sequence(steps, done, passed)
            last = self.number[strand.steps[-1]] if strand.steps else NONE
            program.put(done)
            program.emit(Op.JOIN, last, a=index, b=0)
            program.put(passed)
            program.emit(Op.JOIN, last, a=index, b=1)
            program.strands.append(
                (
                    start, strand.before, strand.need, strand.follow, strand.cancels, strand.ends,
                    int(strand.once),
                )
            )  # fmt: skip
        for (source, target), label in self.jumps.items():
            program.put(label)
            jump = strands.jump(source, target)
            assert jump is not None
            place = self.back[target] if jump.back else self.front[target]
            program.emit(Op.JUMP, self.number[source], a=len(program.jumps))
            program.jumps.append(
                (jump.to, place, int(jump.back), jump.again, jump.once, jump.passed)
            )

    def _sequence(self, steps: dict[str, Step], after: Label, passed: Label | None = None) -> None:
        """Lower steps one after the other, and go on with `after`.

        Who passes the last one by goes on with `passed`, if that is given.
        """
        names = list(steps)
        for name, following in zip(names, [*names[1:], None][: len(names)], strict=True):
            then = after if following is None else self.front[following]
            skipped = passed if following is None else None
            self._step(name, steps[name], then, choose_share=True, skipped=skipped)

    def _step(
        self,
        name: str,
        step: Step,
        then: Label,
        *,
        choose_share: bool,
        skipped: Label | None = None,
    ) -> None:
        program, number = self.program, self.number[name]
        program.put(self.back[name])
        if self.limited:
            program.emit(Op.RETIRE, number, a=self._kept(step), to=self.front[name])
        program.put(self.front[name])
        self._skip(name, step, skipped or then, choose_share=choose_share)
        if step.steps is not None:
            self._sequence(step.steps, then)
        elif step.one_of is not None:
            self._one_of(name, step, then)
        elif step.takes:
            self._leaf(name, step, then)
        else:
            self._jump(then)

    def _jump(self, to: Label) -> None:
        """Write an instruction that does nothing but go on elsewhere."""
        self.program.emit(Op.SET, to=to)

    def _kept(self, step: Step) -> int:
        """Return the limit that a step holds anyway, or -1."""
        use = step.team
        if isinstance(use, TeamUse) and use.mode != "split":
            limits = [self.program.pools.limits.get(team, NONE) for team in use.teams]
            return max(limits)
        return NONE

    def _skip(self, name: str, step: Step, then: Label, *, choose_share: bool) -> None:
        """Let items pass by that do not need the step; sticky (semantics 61)."""
        shares = self.each(step.share) if choose_share else [1.0] * len(self.classes)
        if step.classes is not None:
            shares = [
                share if cls in step.classes else 0.0
                for share, cls in zip(shares, self.classes, strict=True)
            ]
        if all(share == 1.0 for share in shares):
            return
        rows = [[Fraction(repr(share)), 1 - Fraction(repr(share))] for share in shares]
        body = Label()
        branch = self._branch(Purpose.SHARE, [body, then], [[row] for row in rows], sticky=True)
        self.program.emit(Op.BRANCH, self.number[name], a=branch)
        self.program.put(body)

    def _branch(
        self,
        purpose: Purpose | None,
        ways: Sequence[Label],
        shares: list[list[list[Fraction]]],
        *,
        sticky: bool = False,
        last: list[list[Fraction]] | None = None,
        max_visits: int = 0,
    ) -> int:
        """Return the index of a branch; shares are by class, visit level, way."""
        program = self.program
        if all(rows == shares[0] for rows in shares) and last is None:
            shares = shares[:1]
        levels = max((len(rows) for rows in shares), default=1)
        values = [
            total
            for rows in shares
            for level in range(levels)
            for total in cumulative(rows[min(level, len(rows) - 1)])
        ]
        first = program.tables.add_factors(values)
        last_row = NONE
        if last is not None:
            last_row = program.tables.add_factors([t for row in last for t in cumulative(row)])
        first_target = len(program.targets)
        program.targets.extend(ways)
        program.branches.append(
            (
                NONE if purpose is None else int(purpose), int(sticky), len(ways), first_target,
                first, levels, len(shares), last_row, max_visits,
            )
        )  # fmt: skip
        return len(program.branches) - 1

    def _one_of(self, name: str, step: Step, then: Label) -> None:
        """Let an item take one path; paths in name order (semantics 11)."""
        program, number = self.program, self.number[name]
        paths = {path: step.parts[path] for path in sorted(step.parts, key=self._by_rng_name)}
        by_path = [self.each(path.share) for path in paths.values()]
        shares = [[fractions(list(column))] for column in zip(*by_path, strict=True)]
        program.emit(Op.ENTER, number, a=0)
        branch = self._branch(Purpose.ONE_OF, [self.front[path] for path in paths], shares)
        program.emit(Op.BRANCH, number, a=branch)
        for path, part in step.parts.items():
            self._step(path, part, then, choose_share=False)

    def _leaf(self, name: str, step: Step, then: Label) -> None:
        program, number = self.program, self.number[name]
        again = Label()
        program.put(again)
        program.emit(Op.ENTER, number, a=1)
        if step.every is not None:
            row, calendar = self._wait_row(step.every, f"{self.path[name]}.every")
            program.emit(Op.DELAY, number, row, calendar, int(Kind.BATCHING), int(Purpose.EVERY))
        if step.set is not None:
            self._set(name, step)
        if step.team is not None:
            self._teams(name, step)
        else:
            if self.limited:
                program.emit(Op.RETIRE, number)
            self._wait(name, step)
        if step.gate is not None:
            self._gate(name, step, then)
        elif step.next is not None:
            self._spawn(name, step.spawn)
            program.emit(Op.LEAVE, number)
            self._next(name, step)
        elif step.outcome is not None:
            branch = self._outcomes(name, step, step.outcome, then)
            program.emit(Op.BRANCH, number, a=branch)
            self._ways_out()
        elif step.every is not None:
            self._spawn(name, step.spawn)
            program.emit(Op.LEAVE, number)
            program.emit(Op.REPEAT, number, a=step.times or 0, b=again, to=then)
        else:
            self._spawn(name, step.spawn)
            program.emit(Op.LEAVE, number, to=then)

    def _set(self, name: str, step: Step) -> None:
        assert step.set is not None
        rank = due = calendar = NONE
        if step.set.priority is not None:
            rank = self.row(step.set.priority, int)
        if step.set.due is not None:
            due, calendar = self.ticks_row(step.set.due, f"{self.path[name]}.set.due")
        self.program.emit(Op.SET, self.number[name], a=rank, b=due, c=calendar)

    # ---- work ----------------------------------------------------------------------------------

    def _teams(self, name: str, step: Step) -> None:
        """Write the work of a step, once for each team that a draw or the class may choose."""
        assert step.team is not None
        uses = self.each(step.team)
        worked = Label()
        plain = all(use.mode != "split" for use in uses)
        alike = len(set(map(str, uses))) == 1  # in the same order too: the first written wins (29)
        if plain and (alike or not self.limited):
            self._work(name, step, uses, worked)
        elif alike:
            self._split(name, step, uses[0], worked)
        else:
            chains = [Label() for _ in uses]
            shares = [[[Fraction(1)] * len(uses)]]
            branch = self._branch(None, chains, shares)
            self.program.emit(Op.BRANCH, self.number[name], a=branch)
            for chain, use in zip(chains, uses, strict=True):
                self.program.put(chain)
                if use.mode == "split":
                    self._split(name, step, use, worked)
                else:
                    self._work(name, step, [use] * len(uses), worked)
        self.program.put(worked)

    def _split(self, name: str, step: Step, use: TeamUse, worked: Label) -> None:
        """Let a draw choose the team, in name order."""
        pools = self.program.pools
        teams = sorted(use.shares, key=lambda team: (pools.rng_names[pools.index(team)], team))
        chains = [Label() for _ in teams]
        shares = [[fractions([use.shares[team] for team in teams])]]
        branch = self._branch(Purpose.TEAM, chains, shares)
        self.program.emit(Op.BRANCH, self.number[name], a=branch)
        for chain, team in zip(chains, teams, strict=True):
            self.program.put(chain)
            one = TeamUse.model_validate(team)
            self._work(name, step, [one] * len(self.classes), worked)

    def _work(self, name: str, step: Step, uses: list[TeamUse], worked: Label) -> None:
        """Write admission, wait, patience, seize, work and release; go on with `worked`."""
        program, number = self.program, self.number[name]
        assert step.touch is not None
        self._admit(name, number, uses[0])
        if step.auto is not None:
            self._auto(name, step.auto, worked)
        self._wait(name, step)
        if step.incomplete is not None:
            self._incomplete(name, step, step.incomplete, uses)
        day = program.pools.business_day(uses[0].teams[0])
        work = self.distribution_row(step.touch, day, f"{self.path[name]}.touch")
        self._patience(name, step)
        program.emit(Op.SEIZE, number, a=self._seize_row(step, uses), b=work)
        program.emit(Op.WORK, number)
        program.emit(Op.RELEASE, number, to=worked)

    def _seize_row(self, step: Step, uses: list[TeamUse]) -> int:
        return self.program.tables.row([self.program.seize(use, step) for use in uses])

    def _patience(self, name: str, step: Step) -> None:
        """Let the item give up if nobody begins in time."""
        if step.patience is None:
            return
        program, number = self.program, self.number[name]
        day, path = program.business_day(), f"{self.path[name]}.patience"
        row = self.distribution_row(step.patience, day, path)
        gives_up = self._place(step.abandon_to, number, Outcome.ABANDONED)
        program.emit(Op.PATIENCE, number, a=row, b=gives_up)

    def _auto(self, name: str, auto: Automation, done: Label) -> None:
        """Let a machine handle a share of the visits: success is `done`, failure goes on here."""
        program, number = self.program, self.number[name]
        tries, people = Label(), Label()
        branch = self._branch(Purpose.AUTO, [tries, people], self._two(auto.share))
        program.emit(Op.BRANCH, number, a=branch)
        program.put(tries)
        if auto.time is not None:
            row, calendar = self._wait_row(auto.time, f"{self.path[name]}.auto.time")
            kind, purpose = int(Kind.AUTOMATIC), int(Purpose.AUTO_TIME)
            program.emit(Op.DELAY, number, a=row, b=calendar, c=kind, d=purpose)
        branch = self._branch(Purpose.AUTO_FAILS, [people, done], self._two(auto.fails))
        program.emit(Op.BRANCH, number, a=branch)
        program.put(people)

    def _two(self, share: Varied[Any]) -> list[list[list[Fraction]]]:
        """Return the shares of a way that some take and the others not, by class."""
        exact = [Fraction(repr(one)) for one in self.each(share)]
        return [[[one, 1 - one]] for one in exact]

    def _incomplete(
        self, name: str, step: Step, incomplete: Incomplete, uses: list[TeamUse]
    ) -> None:
        """Let who would begin find that something is missing, and send the item back.

        The finding takes a person and no time, so it is work of no length.
        """
        program, number = self.program, self.number[name]
        complete, sends = Label(), Label()
        shares = [
            [[1 - missing, missing] for missing, _ in by_visit]
            for by_visit in self._shares([incomplete.share, REST])
        ]
        last = None
        if step.max_visits is not None:
            last = [[Fraction(1), Fraction(0)]] * len(shares)
        branch = self._branch(
            Purpose.INCOMPLETE, [complete, sends], shares,
            last=last, max_visits=step.max_visits or 0,
        )  # fmt: skip
        program.emit(Op.BRANCH, number, a=branch)
        program.put(sends)
        self._patience(name, step)
        nothing = program.tables.row([program.nothing()] * len(self.classes))
        program.emit(Op.SEIZE, number, a=self._seize_row(step, uses), b=nothing)
        program.emit(Op.WORK, number)
        program.emit(Op.RELEASE, number, to=self._place(incomplete.to, number, Outcome.DONE))
        program.put(complete)

    def _admit(self, name: str, number: int, use: TeamUse) -> None:
        """Hold the team's limit, then give back all others (semantics 45)."""
        if not self.limited:
            return
        program = self.program
        limits = [team for team in use.teams if team in program.pools.limits]
        if limits and len(use.teams) > 1:
            path = f"{self.path[name]}.team"
            raise ScenarioError(
                [
                    Problem(
                        "limit-among-several",
                        path,
                        f"{limits[0]!r} has a wip limit, and works here with or instead of others",
                        "give the step one team, or a split, or take the limit away",
                    )
                ]
            )
        kept = NONE
        if limits:
            kept = program.pools.limits[limits[0]]
            team = program.scenario.teams[limits[0]]
            assert team.wip is not None
            full = self._place(team.wip.to, number, Outcome.REFUSED)
            program.emit(Op.ADMIT, number, a=kept, b=full)
        program.emit(Op.RETIRE, number, a=kept)

    def _wait(self, name: str, step: Step) -> None:
        """Write a wait, on the scenario's calendar where it is in business time."""
        if step.wait is None:
            return
        row, calendar = self._wait_row(step.wait, f"{self.path[name]}.wait", step.runs_on)
        kind = int(Kind[step.cause.upper()])
        purpose = int(Purpose.WAIT)
        self.program.emit(Op.DELAY, self.number[name], a=row, b=calendar, c=kind, d=purpose)

    def _wait_row(
        self, wait: Varied[Dist], path: str, runs_on: str | None = None
    ) -> tuple[int, int]:
        """Return the row of distributions of a wait, and the calendar on which it runs."""
        clocks = {dist.clock for dist in self.each(wait)}
        if len(clocks) > 1:
            raise mixed_clocks(path)
        row = self.distribution_row(wait, self.program.business_day(runs_on), path)
        if runs_on is None and clocks != {"business"}:
            return row, NONE
        return row, self.program.calendar(runs_on)

    # ---- where to go ---------------------------------------------------------------------------

    def _place(self, name: str | None, number: int, otherwise: Outcome) -> Label:
        """Return the label of a step as seen from step `number`; None: leave."""
        if name is None:
            return self.ends[otherwise]
        if name == DONE:
            return self.ends[Outcome.DONE]
        if self.strands is not None:
            source = self.names[number]
            if self.strands.jump(source, name) is not None:
                return self.jumps.setdefault((source, name), Label())
        return self.back[name] if self.number[name] <= number else self.front[name]

    def _sends_back(self, to: str | None, number: int) -> bool:
        return to is not None and to != DONE and self.number[to] <= number

    def _outcomes(self, name: str, step: Step, outcomes: dict[str, Any], then: Label) -> int:
        """Return the branch of named outcomes.

        Children come of all but deferral; those that go forward close the visit first.
        """
        number = self.number[name]
        self.exits: list[Exit] = []
        ways = []
        names = sorted(outcomes)
        for outcome in names:
            to = outcomes[outcome].to
            rejected = step.gate is not None and outcome == "reject" and to is None
            target = then if to is None else self._place(to, number, Outcome.DONE)
            target = self.ends[Outcome.REJECTED] if rejected else target
            closes = not rejected and not self._sends_back(to, number)
            children = [(step.spawn, ""), (outcomes[outcome].spawn, outcome)]
            wait = outcomes[outcome].wait
            if closes or wait is not None or any(spawns for spawns, _ in children):
                ways.append(Label())
                self.exits.append(Exit(ways[-1], name, target, closes, children, wait))
            else:
                ways.append(target)
        shares = self._shares([outcomes[outcome].share for outcome in names])
        last = None
        if step.max_visits is not None:
            back = [self._sends_back(outcomes[outcome].to, number) for outcome in names]
            last = self._last_visit(shares, back, self.path[name])
        return self._branch(
            Purpose.OUTCOME, ways, shares, last=last, max_visits=step.max_visits or 0
        )

    def _ways_out(self) -> None:
        """Write what an outcome brings about: children, and the closing of the visit."""
        for label, name, target, closes, children, wait in self.exits:
            self.program.put(label)
            for spawns, outcome in children:
                self._spawn(name, spawns, outcome)
            if wait is not None:
                self._outcome_wait(name, children[-1][1], wait)
            if closes:
                self.program.emit(Op.LEAVE, self.number[name], to=target)
            else:
                self._jump(target)

    def _outcome_wait(self, name: str, outcome: str, wait: Varied[Dist]) -> None:
        """Let time pass before an outcome has its effect."""
        row, calendar = self._wait_row(wait, f"{self.path[name]}.outcome.{outcome}.wait")
        kind = int(Kind[self.step_of[name].cause.upper()])
        purpose = int(Purpose.OUTCOME_WAIT)
        self.program.emit(Op.DELAY, self.number[name], a=row, b=calendar, c=kind, d=purpose)

    def _shares(self, chances: list[Any]) -> list[list[list[Fraction]]]:
        """Return exact shares by class, visit level and way."""
        levels = max([len(c.values) for c in chances if isinstance(c, ByVisit)], default=1)

        def at(chance: Any, cls: str, level: int) -> float | Rest:
            return chance.at(level + 1) if isinstance(chance, ByVisit) else of_class(chance, cls)

        return [
            [fractions([at(chance, cls, level) for chance in chances]) for level in range(levels)]
            for cls in self.classes
        ]

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
        shares = [[fractions([step.next[to] for to in names])]] * len(self.classes)
        last = None
        if step.max_visits is not None:
            back = [self._sends_back(to, number) for to in names]
            last = self._last_visit(shares, back, self.path[name])
        branch = self._branch(
            Purpose.NEXT, ways, shares, last=last, max_visits=step.max_visits or 0
        )
        self.program.emit(Op.BRANCH, number, a=branch)

    # ---- children ------------------------------------------------------------------------------

    def _spawn(self, name: str, spawns: Sequence[Spawn], outcome: str = "") -> None:
        """Let children come of a visit (semantics 44); a step's are the same at all outcomes."""
        program, path = self.program, self.path[name]
        where = f"{path}.outcome.{outcome}.spawn" if outcome else f"{path}.spawn"
        for spawn in spawns:
            key = where, spawn.stream
            if key not in program.spawn_numbers:
                program.spawn_numbers[key] = len(program.spawns)
                program.spawns.append(self._spawn_record(name, spawn, outcome, where))
            program.emit(Op.SPAWN, self.number[name], a=program.spawn_numbers[key])

    def _spawn_record(self, name: str, spawn: Spawn, outcome: str, where: str) -> tuple[int, ...]:
        program, streams = self.program, self.program.scenario.streams
        owner, child = self.stream.rng_name or self.name, streams[spawn.stream]
        words = (owner, self.rng_name[name], outcome, child.rng_name or spawn.stream)
        shares = [float(share) for share in self.each(spawn.share)]
        shares = shares[:1] if len(set(shares)) == 1 else shares
        row = calendar = count = cls_row = NONE
        if spawn.wait is not None:
            row, calendar = self._wait_row(spawn.wait, f"{where}.wait")
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
        )  # fmt: skip

    # ---- gates ---------------------------------------------------------------------------------

    def _gate(self, name: str, step: Step, then: Label) -> None:
        """Write a gate and its sittings (semantics 35 to 37)."""
        program, gate, number = self.program, step.gate, self.number[name]
        assert gate is not None
        calendar = named(program.scenario.calendars, gate.calendar or program.scenario.calendar)
        held = sittings(gate, calendar, self.each(gate.cut_off), program.calendars, program.end)
        first = len(program.sittings)
        for sitting in held:
            program.sittings.append((sitting.tick, program.tables.row(sitting.deadlines)))
        outcomes: dict[str, Any] = dict(step.outcome) if step.outcome else {}
        if outcomes:
            branch = self._outcomes(name, step, outcomes, then)
        else:
            approved = Label()
            self.exits = [Exit(approved, name, then, True, [(step.spawn, "")])]
            branch = self._branch(Purpose.OUTCOME, [approved], [[[Fraction(1)]]])
        defer = sorted(outcomes).index("defer") if "defer" in outcomes else NONE
        program.gates.append(
            [
                first, len(held), gate.agenda or NEVER, int(gate.order == "priority"), branch,
                int(Kind[gate.cause.upper()]), 0, defer,
            ]
        )  # fmt: skip
        program.gate_names.append(f"{self.name}.{name}")
        owner = self.stream.rng_name or self.name
        program.gate_rng_names.append(f"{owner}.{self.rng_name[name]}")
        program.emit(Op.GATE, number, a=len(program.gates) - 1)
        self._ways_out()


def mixed_clocks(path: str) -> ScenarioError:
    """Say that some classes count business time and others wall time."""
    return ScenarioError(
        [
            Problem(
                "mixed-clocks",
                path,
                "some classes are in business time (bd, bh), others on the wall clock",
                "write all of them in bd or bh, or none",
            )
        ]
    )
