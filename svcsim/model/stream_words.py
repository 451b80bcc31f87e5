"""What every part of the lowering of a stream knows: its steps, values by class, and places."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from svcsim.errors import Problem, ScenarioError
from svcsim.model.arrays import NONE
from svcsim.model.codes import Op, Outcome, Purpose
from svcsim.model.program import Label, Program
from svcsim.model.tables import cumulative, fractions
from svcsim.model.tags import tag32
from svcsim.scenario.calendar import named, ticks_on
from svcsim.scenario.distribution import Dist
from svcsim.scenario.loads import is_load
from svcsim.scenario.outcome import ByVisit
from svcsim.scenario.schema import Stream
from svcsim.scenario.step import Step
from svcsim.scenario.strands import Strands, forked
from svcsim.scenario.units import Duration, Rest
from svcsim.scenario.words import DONE, ByClass, Varied, of_class, says


class StreamWords:
    """The steps of a stream by name and number, and the labels at which they begin."""

    def __init__(self, program: Program, name: str, stream: Stream, index: int):
        self.program = program
        self.name = name
        self.stream = stream
        self.index = index
        self.classes = tuple(sorted(stream.classes)) or ("",)
        self.front: dict[str, Label] = {}
        self.back: dict[str, Label] = {}
        self.inside: dict[str, Label] = {}
        """Where those are who do not pass a step by."""
        self.once_more: dict[str, Label] = {}
        """Where an instance goes that enters again a step of which several run at once."""
        self.kept: dict[str, Label] = {}
        """Where those are who come to a step with the people of the step before (71)."""
        self.works: dict[str, Label] = {}
        """The work of these steps."""
        self.goes_on: dict[str, dict[str, str]] = {}
        """Where the people of a step go on: other steps, by the outcome or the way to them."""
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
        self.limited = bool(program.pools.limits) and not is_load(name)
        self.strands: Strands | None = None
        """Its strands, if some run beside others."""
        if forked(stream):
            teams = program.scenario.teams.items()
            detours = {team: said.wip.to for team, said in teams if said.wip and said.wip.to}
            self.strands = Strands(stream, detours)
        self._register(stream.steps, f"streams.{name}.steps", None)

    def _register(self, steps: dict[str, Step], path: str, group: Step | None) -> None:
        """Number the steps, groups included, in the order of the file."""
        program = self.program
        for name, step in steps.items():
            self.front[name], self.back[name], self.inside[name] = Label(), Label(), Label()
            if step.instances is not None:
                self.once_more[name] = Label()
            if step.same_person:
                self.kept[name], self.works[name] = Label(), Label()
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
                    0,
                    0,
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
            name = self._served(team)
        elif name is None and step.gate is not None and step.gate.ask is not None:
            name = self._served(step.gate.ask)
        return pools.activities.index(name) if name in pools.activities else NONE

    def _served(self, team: str) -> str:
        """Return the first activity that a team serves."""
        served = getattr(self.program.pools.part(team), "activity", ()) or (team,)
        return str(served[0])

    def _by_rng_name(self, name: str) -> tuple[str, str]:
        """Return where a step, or done, stands among others (semantics 11)."""
        return self.rng_name.get(name, name), name

    def each(self, value: Varied[Any]) -> list[Any]:
        """Return a value for each class, in name order."""
        return [of_class(value, name) for name in self._said([value])]

    def preempting(self) -> list[bool]:
        """Return whether each class interrupts less urgent work."""
        own = [self.stream.classes[name].preempts if name else None for name in self.classes]
        common = self.each(self.stream.preempts)
        return [one if mine is None else mine for mine, one in zip(own, common, strict=True)]

    def _said(self, values: Sequence[Varied[Any]]) -> list[str]:
        """Return each class, or for one that is not said, since it never comes, another that is."""
        said = [name for name in self.classes if all(says(value, name) for value in values)]
        return [name if name in said else said[0] for name in self.classes]

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

    def wait_row(
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

    def _two(self, share: Varied[Any]) -> list[list[list[Fraction]]]:
        """Return the shares of a way that some take and the others not, by class."""
        exact = [Fraction(repr(one)) for one in self.each(share)]
        return [[[one, 1 - one]] for one in exact]

    def _shares(self, chances: list[Any]) -> list[list[list[Fraction]]]:
        """Return exact shares by class, visit level and way."""
        levels = max([len(c.values) for c in chances if isinstance(c, ByVisit)], default=1)

        def at(chance: Any, cls: str, level: int) -> float | Rest:
            return chance.at(level + 1) if isinstance(chance, ByVisit) else of_class(chance, cls)

        return [
            [fractions([at(chance, cls, level) for chance in chances]) for level in range(levels)]
            for cls in self._said(chances)
        ]

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
                first, levels, len(shares), last_row, max_visits, 0, 0,
            )
        )  # fmt: skip
        return len(program.branches) - 1

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
            if name in self.once_more:
                return self.once_more[name]
        return self.back[name] if self.number[name] <= number else self.front[name]

    def _sends_back(self, to: str | None, number: int) -> bool:
        return to is not None and to != DONE and self.number[to] <= number

    def _jump(self, to: Label) -> None:
        """Write an instruction that does nothing but go on elsewhere."""
        self.program.emit(Op.SET, to=to)


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
