"""Honest ranks: where something stands among others, as far as the replications can tell.

Every pair is compared at once: the largest of all paired t statistics has a distribution that is
found by multiplying the pseudo-values with random signs of normal size (a multiplier bootstrap,
which keeps the correlation of the pairs). Then the rank of one lies between 1 + the number of those
that are surely larger and all but the number of those that are surely smaller [1]_.

References
----------
.. [1] M. Mogstad, J. P. Romano, A. M. Shaikh and D. Wilhelm, "Inference for ranks with applications
   to mobility across neighbourhoods and academic achievement across countries", Review of Economic
   Studies 91 (2024) 476.
"""

import math
from collections.abc import Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np

from svcsim.decisions.effects import Effect
from svcsim.model.arrays import Floats

ALPHA = 0.1
"""Chance that some rank is told wrongly; measured, it is smaller (methods 4.5)."""
DRAWS = 4000


class Rank(NamedTuple):
    """The ranks that something may have, 1 is the largest."""

    best: int
    worst: int


class Ranking(NamedTuple):
    """Ranks of several effects."""

    ranks: tuple[Rank, ...]
    needed: int | None
    """Replications that would probably tell the two largest apart; None if they are told apart
    already, or nothing would."""


def ranking(effects: Sequence[Effect], alpha: float = ALPHA) -> Ranking:
    """Rank effects over the same replications, the largest value first.

    >>> sure = [Effect(value, np.array([0.1, -0.1, 0.0]), 3) for value in (1.0, 3.0)]
    >>> ranking(sure).ranks
    (Rank(best=2, worst=2), Rank(best=1, worst=1))
    """
    k = len(effects)
    larger = np.zeros((k, k), bool)
    needed = None
    pairs = [
        (a, b) for a, b in combinations(range(k), 2)
        if min(effects[a].n, effects[b].n) > 1
        and math.isfinite(effects[a].half_width + effects[b].half_width)
    ]  # fmt: skip
    if pairs:
        value = np.array([effects[a].value - effects[b].value for a, b in pairs])
        apart = np.array([effects[a].deviation - effects[b].deviation for a, b in pairs])
        apart -= apart.mean(axis=1, keepdims=True)
        n = apart.shape[1]
        error = np.sqrt((apart**2).sum(axis=1) / (n - 1) / n)
        critical = _critical(apart, error, n, alpha)
        sure = np.abs(value) > critical * error
        for (a, b), difference, known in zip(pairs, value, sure, strict=True):
            larger[a, b], larger[b, a] = known and difference > 0, known and difference < 0
        order = sorted(range(k), key=lambda i: -effects[i].value)
        first_two = (min(order[:2]), max(order[:2]))
        if first_two in pairs:
            at = pairs.index(first_two)
            if not sure[at] and value[at] != 0:
                needed = math.ceil(n * (critical * error[at] / abs(value[at])) ** 2)
    ranks = tuple(Rank(1 + int(larger[:, i].sum()), k - int(larger[i].sum())) for i in range(k))
    return Ranking(ranks, needed)


def _critical(apart: Floats, error: Floats, n: int, alpha: float) -> float:
    """Return what the largest of all |t| exceeds with probability `alpha`."""
    from scipy.special import ndtri, stdtrit

    vary = error > 0
    if not vary.any():
        return 0.0
    scaled = apart[vary] / (n * error[vary, None])
    normal = np.random.Generator(np.random.Philox(1)).standard_normal((DRAWS, n))
    largest = np.abs(normal @ scaled.T).max(axis=1)
    small = float(stdtrit(n - 1, 1 - alpha / 2) / ndtri(1 - alpha / 2))
    return float(np.quantile(largest, 1 - alpha)) * small
