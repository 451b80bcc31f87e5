"""Steps become instructions: the canonical lowering (semantics 64).

A step lowers, in this order, to: skip? · enter · set · admit, retire · every · automatic share ·
wait · patience · seize · work · release · gate · outcome or next · spawn · effect, mark · wait of
the outcome · leave · repeat. What is done stands in `stream_work`, where items go in `stream_ways`.

Where an item may go to a step there are two labels: the front, for moves forward, and the back,
which first gives back limits (semantics 45). The steps of a strand end with a join (semantics 41);
ways between strands are jumps (43).
"""

from fractions import Fraction

from svcsim.model.arrays import NONE
from svcsim.model.codes import Op, Outcome, Purpose
from svcsim.model.program import Label, Program
from svcsim.model.stream_work import StreamWork
from svcsim.scenario.escalation import Escalation
from svcsim.scenario.schema import Stream
from svcsim.scenario.spawn import called
from svcsim.scenario.step import Step
from svcsim.scenario.strands import Strands


class StreamProgram(StreamWork):
    """The lowering of one stream."""

    def __init__(self, program: Program, name: str, stream: Stream, index: int):
        super().__init__(program, name, stream, index)
        self.start = len(program.ops)
        self.first_strand = len(program.strands)
        self._arrivals()
        self.arrived = len(program.ops)
        """Where an item goes on that triggers have seen come."""
        if self.strands is not None:
            self._strands(self.strands)
        else:
            self._sequence(stream.steps, self.ends[Outcome.DONE])
        self._somebody_goes_on()
        for outcome, label in self.ends.items():
            program.put(label)
            program.emit(Op.END, a=int(outcome))

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
        program.put(self.inside[name])
        if step.instances is not None:
            self._instances(name, step, skipped or then)
        if step.steps is not None:
            self._sequence(step.steps, then)
        elif step.one_of is not None:
            self._one_of(name, step, then)
        elif step.takes:
            self._leaf(name, step, then)
        else:
            self._jump(then)
        if step.same_person:
            self._with_people_of_others(name, step, skipped or then, choose_share=choose_share)

    def _with_people_of_others(
        self, name: str, step: Step, then: Label, *, choose_share: bool
    ) -> None:
        """Enter a step with the people of the one before, who go if it is passed by (71)."""
        gone = Label()
        self.program.put(self.kept[name])
        skips = self._skip(name, step, gone, choose_share=choose_share)
        self._enter(name, step)
        self._keep(name, step)
        if skips:
            self.program.put(gone)
            self.program.emit(Op.RELEASE, self.number[name], to=then)

    def _skip(self, name: str, step: Step, then: Label, *, choose_share: bool) -> bool:
        """Let items pass by that do not need the step; sticky (semantics 61). Return if any do."""
        shares = self.each(step.share) if choose_share else [1.0] * len(self.classes)
        if step.classes is not None:
            shares = [
                share if cls in step.classes else 0.0
                for share, cls in zip(shares, self.classes, strict=True)
            ]
        if all(share == 1.0 for share in shares):
            return False
        rows = [[Fraction(repr(share)), 1 - Fraction(repr(share))] for share in shares]
        body = Label()
        branch = self._branch(Purpose.SHARE, [body, then], [[row] for row in rows], sticky=True)
        self.program.emit(Op.BRANCH, self.number[name], a=branch)
        self.program.put(body)
        return True

    def _instances(self, name: str, step: Step, none: Label) -> None:
        """Let several tokens do what follows at once; where they are none, pass it by."""
        program, wait_for = self.program, step.wait_for
        assert step.instances is not None
        number = program.counts.add(step.instances, program.tables.factors)
        need, share = (wait_for, 0.0) if isinstance(wait_for, int) else (NONE, 1.0)
        share = wait_for if isinstance(wait_for, float) else share
        begins, place = Label(), self.number[name]
        program.emit(Op.INSTANCES, place, a=len(program.instances), b=none, to=begins)
        program.instances.append((number, need, share))
        program.put(self.once_more[name])
        if self.limited:
            program.emit(Op.RETIRE, place, a=self._kept(step))
        program.put(begins)

    def _one_of(self, name: str, step: Step, then: Label) -> None:
        """Let an item take one path; paths in name order (semantics 11)."""
        program, number = self.program, self.number[name]
        paths = {path: step.parts[path] for path in sorted(step.parts, key=self._by_rng_name)}
        shares = self._shares([path.share for path in paths.values()])
        program.emit(Op.ENTER, number, a=0)
        branch = self._branch(
            Purpose.ONE_OF, [self.front[path] for path in paths], shares, sticky=step.sticky
        )
        program.emit(Op.BRANCH, number, a=branch)
        for path, part in step.parts.items():
            self._step(path, part, then, choose_share=False)

    def _leaf(self, name: str, step: Step, then: Label) -> None:
        program, number = self.program, self.number[name]
        again = Label()
        program.put(again)
        self._enter(name, step)
        self.goes_on[name] = self._people_go_on(name, then)
        if step.team is not None and step.gate is None:
            self._teams(name, step)
        else:
            if self.limited:
                program.emit(Op.RETIRE, number)
            self._every(name, step)
            self._wait(name, step)
        self._children(name, called(step))
        if step.gate is not None:
            self._gate(name, step, then)
        elif step.next is not None:
            self._children(name, step.spawn)
            self._changes(name)
            program.emit(Op.LEAVE, number)
            self._next(name, step)
        elif step.outcome is not None:
            branch = self._outcomes(name, step, step.outcome, then)
            program.emit(Op.BRANCH, number, a=branch)
            self._ways_out()
        elif step.every is not None:
            self._children(name, step.spawn)
            self._changes(name)
            program.emit(Op.LEAVE, number)
            program.emit(Op.REPEAT, number, a=step.times or 0, b=again, to=then)
        else:
            self._children(name, step.spawn)
            self._changes(name)
            on = self.goes_on[name]
            program.emit(Op.LEAVE, number, to=self.kept[on[""]] if on else then)

    def _enter(self, name: str, step: Step) -> None:
        """Open a visit, and let it change and guard the item."""
        self.program.emit(Op.ENTER, self.number[name], a=1)
        if step.set is not None:
            self._set(name, step)
        if step.escalate is not None:
            self._escalate(name, step.escalate)

    def _escalate(self, name: str, escalation: Escalation) -> None:
        path, started = f"{self.path[name]}.escalate.after", escalation.unless == "started"
        after, calendar = self.ticks_row(escalation.after, path)
        number, priority = self.number[name], escalation.priority
        rank = NONE if priority is None else self.row(priority, int)
        self.program.emit(Op.ESCALATE, number, a=after, b=calendar, c=rank, d=int(started))
        if escalation.to is not None:
            there = self._place(escalation.to, number, Outcome.DONE)
            self.program.emit(Op.ESCALATE_TO, number, a=there)

    def _set(self, name: str, step: Step) -> None:
        assert step.set is not None
        rank = due = calendar = NONE
        if step.set.priority is not None:
            rank = self.row(step.set.priority, int)
        if step.set.due is not None:
            due, calendar = self.ticks_row(step.set.due, f"{self.path[name]}.set.due")
        self.program.emit(Op.SET, self.number[name], a=rank, b=due, c=calendar)
