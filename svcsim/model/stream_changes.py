"""What a visit that is over tells the rest of the model: effects, and marks for triggers."""

from svcsim.model.arrays import NONE
from svcsim.model.codes import Op
from svcsim.model.stream_words import StreamWords
from svcsim.scenario.effect import Effects
from svcsim.scenario.gate import Score
from svcsim.scenario.trigger import Trigger


class StreamChanges(StreamWords):
    """The lowering of effects and marks (semantics 47, 49)."""

    def _arrivals(self) -> None:
        """Let triggers see that an item has come."""
        for index, one in self.program.changes.watching(self.name, None):
            self._mark(NONE, index, one, counts=True)

    def _changes(self, name: str, outcome: str = "") -> None:
        """Write the effects of a visit, those of its outcome, and what triggers see of it."""
        step, path = self.step_of[name], self.path[name]
        self._effects(name, step.effect, f"{path}.effect", "", 0)
        sub = len(step.effect)
        for other in sorted(step.outcome or {}):
            effects = (step.outcome or {})[other].effect
            if other == outcome:
                self._effects(name, effects, f"{path}.outcome.{other}.effect", other, sub)
            sub += len(effects)
        for index, one in self.program.changes.watching(self.name, name):
            counts = one.watch.outcome in (None, outcome)
            if counts or (isinstance(one, Trigger) and one.share is not None):
                self._mark(self.number[name], index, one, counts=counts)

    def _tells(self, name: str, outcome: str) -> bool:
        """Whether an outcome of a step has effects, or something looks at it."""
        step = self.step_of[name]
        seen = next(self.program.changes.watching(self.name, name), None) is not None
        return seen or bool(step.effect or (step.outcome or {})[outcome].effect)

    def _effects(self, name: str, effects: Effects, path: str, outcome: str, sub: int) -> None:
        owner = self.stream.rng_name or self.name
        for i, effect in enumerate(effects):
            called = f"{owner}\0{self.rng_name[name]}\0{outcome}\0{i:03d}"
            number = self.program.changes.effect(path, i, effect, sub + i, called)
            self.program.emit(Op.EFFECT, self.number[name], a=number)

    def _mark(self, step: int, index: int, one: Trigger | Score, *, counts: bool) -> None:
        classes, late = one.watch.classes, one.watch.later_than
        looked_at = [classes is None or cls in classes for cls in self.classes]
        row = self.program.tables.row([int(counts) if seen else NONE for seen in looked_at])
        self.program.emit(Op.MARK, step, a=index, b=row, c=NONE if late is None else late.ticks)
