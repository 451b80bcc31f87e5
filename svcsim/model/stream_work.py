"""What is done at a step: admission, machines, waits, people and their work."""

from fractions import Fraction

from svcsim.errors import Problem, ScenarioError
from svcsim.model.arrays import NONE
from svcsim.model.codes import Kind, Op, Outcome, Purpose
from svcsim.model.program import Label
from svcsim.model.stream_ways import StreamWays
from svcsim.model.tables import fractions
from svcsim.scenario.automation import Automation
from svcsim.scenario.incomplete import Incomplete
from svcsim.scenario.redial import Redial
from svcsim.scenario.step import Step
from svcsim.scenario.team_use import TeamUse
from svcsim.scenario.units import REST
from svcsim.scenario.words import DONE


class StreamWork(StreamWays):
    """The lowering of work."""

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
        branch = self._branch(Purpose.TEAM, chains, shares, sticky=step.sticky)
        self.program.emit(Op.BRANCH, self.number[name], a=branch)
        for chain, team in zip(chains, teams, strict=True):
            self.program.put(chain)
            one = TeamUse.model_validate(team)
            self._work(name, step, [one] * len(self.classes), worked)

    def _work(self, name: str, step: Step, uses: list[TeamUse], worked: Label) -> None:
        """Write admission, wait, patience, seize, work and release; go on with `worked`."""
        program, number = self.program, self.number[name]
        assert step.touch is not None
        instead = None if step.abandon_to == DONE else step.abandon_to  # giving up is no value
        self.gives_up = self._place(instead, number, Outcome.ABANDONED)
        leaves, self.gives_up = self.gives_up, self.gives_up if step.redial is None else Label()
        self._handover(name, step, uses)
        self._admit(name, number, uses[0])
        self._every(name, step)
        if step.auto is not None:
            self._auto(name, step.auto, worked)
        self._wait(name, step)
        day = program.pools.business_day(uses[0].teams[0])
        work = self.distribution_row(step.touch, day, f"{self.path[name]}.touch")
        if step.incomplete is not None:
            self._incomplete(name, step, step.incomplete, uses, work)
        self._patience(name, step)
        reading = NONE if step.reading_in is None else step.reading_in.ticks
        program.emit(Op.SEIZE, number, a=self._seize_row(step, uses), b=work, c=reading)
        if name in self.works:
            program.put(self.works[name])
        first, n = program.lessons_of(step, number)
        if self.goes_on[name]:
            program.emit(Op.WORK, number, a=first, b=n, to=worked)
        else:
            program.emit(Op.WORK, number, a=first, b=n)
            program.emit(Op.RELEASE, number, to=worked)
        if step.redial is not None:
            self._redial(name, step, step.redial, leaves)

    def _keep(self, name: str, step: Step) -> None:
        """Let the people of the step before go on with the work of this one (semantics 71)."""
        program, number = self.program, self.number[name]
        assert step.touch is not None
        assert isinstance(step.team, TeamUse)
        day = program.pools.business_day(step.team.teams[0])
        work = self.distribution_row(step.touch, day, f"{self.path[name]}.touch")
        seize = self._seize_row(step, [step.team] * len(self.classes))
        program.emit(Op.KEEP, number, a=seize, b=work, to=self.works[name])

    def _redial(self, name: str, step: Step, redial: Redial, leaves: Label) -> None:
        """Let some of those that gave up wait outside, and enter again (semantics 44)."""
        program, number, again = self.program, self.number[name], Label()
        program.put(self.gives_up)
        shares = self._two(redial.share)
        last = None
        if step.max_visits is not None:
            last = [[Fraction(0), Fraction(1)]] * len(shares)
        branch = self._branch(
            Purpose.REDIAL, [again, leaves], shares, last=last, max_visits=step.max_visits or 0
        )
        program.emit(Op.BRANCH, number, a=branch)
        program.put(again)
        if self.limited:
            program.emit(Op.RETIRE, number)
        row, calendar = self.wait_row(redial.wait, f"{self.path[name]}.redial.wait")
        kind, purpose = int(Kind.EXTERNAL), int(Purpose.REDIAL_WAIT)
        place = self.once_more.get(name, self.front[name])
        program.emit(Op.DELAY, number, a=row, b=calendar, c=kind, d=purpose, to=place)

    def _every(self, name: str, step: Step) -> None:
        """Let the time between two repetitions pass (semantics 66)."""
        if step.every is not None:
            row, calendar = self.wait_row(step.every, f"{self.path[name]}.every")
            kind, purpose = int(Kind.BATCHING), int(Purpose.EVERY)
            self.program.emit(Op.DELAY, self.number[name], a=row, b=calendar, c=kind, d=purpose)

    def _handover(self, name: str, step: Step, uses: list[TeamUse]) -> None:
        """Let time pass where the item comes from another team."""
        if step.handover is not None:
            row, calendar = self.wait_row(step.handover, f"{self.path[name]}.handover")
            teams = self._seize_row(step, uses)
            self.program.emit(Op.HANDOVER, self.number[name], a=row, b=calendar, c=teams)

    def _seize_row(self, step: Step, uses: list[TeamUse]) -> int:
        quorums = [None] * len(uses) if step.quorum is None else self.each(step.quorum)
        seizes = []
        for cls, use, quorum, preempts in zip(
            self.classes, uses, quorums, self.preempting(), strict=True
        ):
            reserved = {
                team: self.program.pools.reservation(team, self.name, cls, preempts=preempts)
                for team in use.numbers
            }
            enough = quorum if quorum != use.people else None
            seizes.append(self.program.seize(use, step, enough, reserved))
        return self.program.tables.row(seizes)

    def _patience(self, name: str, step: Step) -> None:
        """Let the item give up if nobody begins in time."""
        if step.patience is None:
            return
        program, number = self.program, self.number[name]
        day, path = program.business_day(), f"{self.path[name]}.patience"
        row = self.distribution_row(step.patience, day, path)
        program.emit(Op.PATIENCE, number, a=row, b=self.gives_up)

    def _auto(self, name: str, auto: Automation, done: Label) -> None:
        """Let a machine handle a share of the visits: success is `done`, failure goes on here."""
        program, number = self.program, self.number[name]
        tries, people = Label(), Label()
        branch = self._branch(Purpose.AUTO, [tries, people], self._two(auto.share))
        program.chances.append((branch, 0, ("auto", self.name, name)))
        program.emit(Op.BRANCH, number, a=branch)
        program.put(tries)
        if auto.time is not None:
            row, calendar = self.wait_row(auto.time, f"{self.path[name]}.auto.time")
            kind, purpose = int(Kind.AUTOMATIC), int(Purpose.AUTO_TIME)
            program.emit(Op.DELAY, number, a=row, b=calendar, c=kind, d=purpose)
        branch = self._branch(Purpose.AUTO_FAILS, [people, done], self._two(auto.fails))
        program.emit(Op.BRANCH, number, a=branch)
        program.put(people)

    def _incomplete(
        self, name: str, step: Step, incomplete: Incomplete, uses: list[TeamUse], work: int
    ) -> None:
        """Let who would begin find that something is missing, and send the item back.

        The finding takes a person and no time, so it is work of no length; who chooses by the
        length of the work does not know that.
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
        program.chances.append((branch, 1, ("incomplete", self.name, name)))
        program.emit(Op.BRANCH, number, a=branch)
        program.put(sends)
        self._patience(name, step)
        nothing = program.tables.row([program.nothing()] * len(self.classes))
        program.emit(Op.SEIZE, number, a=self._seize_row(step, uses), b=nothing, d=work)
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

    def _kept(self, step: Step) -> int:
        """Return the limit that a step holds anyway, or -1."""
        use = step.team if step.gate is None else None
        if isinstance(use, TeamUse) and use.mode != "split":
            limits = [self.program.pools.limits.get(team, NONE) for team in use.teams]
            return max(limits)
        return NONE

    def _wait(self, name: str, step: Step) -> None:
        """Write a wait, on the scenario's calendar where it is in business time."""
        if step.wait is None:
            return
        row, calendar = self.wait_row(step.wait, f"{self.path[name]}.wait", step.runs_on)
        kind = int(Kind[step.cause.upper()])
        purpose = int(Purpose.WAIT)
        self.program.emit(Op.DELAY, self.number[name], a=row, b=calendar, c=kind, d=purpose)
