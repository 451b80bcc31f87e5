"""In which states environments were, worked out from the addresses of draws (semantics 69)."""

from bisect import bisect_right
from collections.abc import Callable
from typing import Any

from svcsim.model.arrays import NEVER
from svcsim.model.codes import Purpose


class History:
    """The states of one environment, one after the other."""

    def __init__(self, book: Any, environment: Any, states: list[Any], effects: list[Any]):
        self.begins: list[int] = []
        self.factors: list[dict[int, float]] = []
        """By slot, of each sojourn."""
        tick, number, ordinal = 0, environment.start, 0
        while tick < book.end:
            state = states[number]
            self.begins.append(tick)
            mine = effects[state.first_effect : state.first_effect + state.n_effects]
            self.factors.append({effect.slot: effect.factor for effect in mine})
            key = ordinal, 0
            length = book.draw(key, environment.tag, 0, Purpose.SOJOURN)
            lasts = max(1, book.duration(state.lasts, length))
            tick = book.calendar(state.calendar).add(tick, lasts)
            if tick == NEVER:
                break
            number = state.following
            if state.shares >= 0:
                u = book.draw(key, environment.tag, 0, Purpose.NEXT)
                shares = book.factors[state.shares : state.shares + environment.n]
                number = min(sum(share <= u for share in shares), environment.n - 1)
            ordinal += 1

    def factor(self, slot: int, t: int) -> float:
        """Return the factor of a slot in the phases after the first of a tick."""
        if t < 0:
            t = 0
        return self.factors[bisect_right(self.begins, t) - 1].get(slot, 1.0)


def surroundings(book: Any, read: Callable[[Any], list[Any]]) -> list[History]:
    """Return what each environment of a model did, in name order."""
    states, effects = read(book.model.states), read(book.model.state_effects)
    return [
        History(book, one, states[one.first : one.first + one.n], effects)
        for one in read(book.model.environments)
    ]
