"""What environments come to in the long run: how long each state lasts, and what factors mean."""

import numpy as np

from svcsim.analysis.moments import Moments
from svcsim.model.arrays import Floats, Integers, Model
from svcsim.world.calendars import open_ticks


class LongRun:
    """Mean factors of what environments change, whatever the state in which they begin.

    Their states last in the mean as their laws say and follow one another as a Markov chain, so
    that the share of time of a state is its visits times its mean length, over the sum of these.
    Environments know nothing of one another: factors of several multiply.
    """

    def __init__(self, model: Model, moments: Moments):
        self._mean: dict[int, float] = {}
        self._square: dict[int, float] = {}
        for environment in model.environments:
            shares = _shares_of_time(model, moments, environment)
            mine = model.states[environment["first"] :][: environment["n"]]
            changed: dict[int, Floats] = {}
            for k, state in enumerate(mine):
                effects = model.state_effects[state["first_effect"] :][: state["n_effects"]]
                for slot, factor in zip(effects["slot"], effects["factor"], strict=True):
                    changed.setdefault(int(slot), np.ones(len(mine)))[k] *= factor
            for slot, factors in changed.items():
                self._mean[slot] = self.mean(slot) * float(shares @ factors)
                self._square[slot] = self.square(slot) * float(shares @ factors**2)

    def mean(self, slot: int) -> float:
        """Return the mean factor of a slot; 1 where no environment changes it."""
        return self._mean.get(int(slot), 1.0)

    def square(self, slot: int) -> float:
        """Return the mean square of the factor of a slot."""
        return self._square.get(int(slot), 1.0)

    def changes(self, slot: int) -> bool:
        """Say whether an environment changes a slot."""
        return int(slot) in self._mean

    def any_of(self, slots: Integers) -> bool:
        """Say whether an environment changes one of some slots."""
        return any(map(self.changes, slots.tolist()))


def _shares_of_time(model: Model, moments: Moments, environment: np.void) -> Floats:
    """Return the share of time of each state of an environment in the long run."""
    n = int(environment["n"])
    chain, lasts = np.zeros((n, n)), np.zeros(n)
    for k, state in enumerate(model.states[environment["first"] :][:n]):
        if state["shares"] < 0:
            chain[k, state["following"]] = 1.0
        else:
            upto = model.factors[state["shares"] :][:n]
            chain[k] = np.diff(upto, prepend=0.0)
        lasts[k] = max(1.0, moments.mean(int(state["lasts"])))
        if state["calendar"] >= 0:
            open_ = open_ticks(model.calendars, model.openings, state["calendar"], model.end)
            lasts[k] *= model.end / max(1, int(open_))
    time = _visited(chain, int(environment["start"])) * lasts
    return np.asarray(time / time.sum())


def _visited(chain: Floats, start: int) -> Floats:
    """Return how often states are visited in the long run, relative to each other.

    A chain that may also stay where it is visits each state as often, and forgets its start.
    """
    lazy = (chain + np.eye(len(chain))) / 2
    for _ in range(60):
        lazy = lazy @ lazy
        lazy /= lazy.sum(axis=1, keepdims=True)
    return np.asarray(lazy[start])
