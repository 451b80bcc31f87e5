"""Mixtures as one law: the distribution function of the whole is inverted.

Values of several laws share one uniform, so that a mixture too gives a longer duration for a larger
uniform.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from svcsim.model.codes import PieceKind
from svcsim.model.laws import NOTHING, Law, discrete, joined, lines, shaped
from svcsim.model.shapes import Part, Shape
from svcsim.model.solved import Array, Solved

_MOST_STRETCHES = 64
"""Stretches of a mixture that would need a table each."""


@dataclass(frozen=True)
class Blend(Solved):
    """A mixture of continuous laws of times, as a shape."""

    parts: tuple[tuple[float, Law], ...]
    """Shares and laws."""

    def cdf(self, x: Array) -> Array:
        """Probability of a value up to x."""
        return np.asarray(sum(share * law.cdf(x) for share, law in self.parts))

    def sf(self, x: Array) -> Array:
        """Probability of a value above x."""
        return np.asarray(sum(share * law.sf(x) for share, law in self.parts))

    def around(self, v: Array, half: int) -> tuple[Array, Array]:
        """The smallest and the largest quantile of the parts."""
        values = [law.isf(v) if half else law.ppf(v) for _, law in self.parts]
        return np.min(values, axis=0), np.max(values, axis=0)


@lru_cache(maxsize=256)
def mixture(parts: tuple[tuple[float, Law], ...]) -> Law:
    """Return the law of a value that comes from one of several laws with their shares.

    Raises
    ------
    ValueError
        If it would need too many tables.
    """
    fixed, weights, curves = [], [], []
    for share, law in parts:
        width = law.pieces["upper"] - law.lower
        constants = law.pieces["scale"] == 0
        fixed.append(law.bottoms[constants])
        weights.append(share * width[constants])
        left = float(width[~constants].sum())
        if share * left > NOTHING:
            pieces = law.pieces[~constants]
            pieces["upper"] = np.cumsum(width[~constants]) / left
            pieces["upper"][-1] = 1.0
            curves.append((share * left, Law(pieces, law.shapes)))
    values, which = np.unique(np.concatenate(fixed), return_inverse=True)
    shares = np.asarray(np.bincount(which, np.concatenate(weights), len(values)), np.float64)
    if not curves:
        return discrete(values, shares)
    total = sum(share for share, _ in curves)
    curve = _blended([(share / total, law) for share, law in curves])
    return _woven(curve, total, values, shares) if len(values) else curve


def _woven(curve: Law, total: float, values: Array, shares: Array) -> Law:
    """Return a law without constants, which has the share `total`, with constants put into it."""
    cuts = curve.cdf(values)
    uppers = curve.pieces["upper"]
    edges = np.unique(np.concatenate([[0.0, 1.0], cuts, uppers]))
    begins, ends = edges[:-1], edges[1:]
    piece = np.searchsorted(uppers, begins, side="right")
    stretches = curve.pieces[piece]
    density = (stretches["high"] - stretches["low"]) / (uppers - curve.lower)[piece]
    low = stretches["low"] + (begins - curve.lower[piece]) * density
    stretches["high"] -= (uppers[piece] - ends) * density
    stretches["low"] = low
    together = np.concatenate([discrete(values, np.ones(len(values))).pieces, stretches])
    width = np.concatenate([shares, total * (ends - begins)])
    order = np.argsort(np.concatenate([cuts, begins]), kind="stable")  # a constant before a stretch
    order = order[width[order] > NOTHING]
    together, width = together[order], width[order]
    together["upper"] = np.minimum(np.cumsum(width) / width.sum(), 1.0)
    together["upper"][-1] = 1.0
    return Law(together, curve.shapes)


def _blended(parts: Sequence[tuple[float, Law]]) -> Law:
    """Return the mixture of laws without constants."""
    if len(parts) == 1:
        return parts[0][1]
    corners = np.unique(np.concatenate([x for _, law in parts for x in (law.bottoms, law.tops)]))
    blend = Blend(tuple(parts))
    below = blend.cdf(corners)
    straight = np.ones(len(corners) - 1, bool)
    for _, law in parts:
        curved = law.pieces["kind"] == PieceKind.OCTAVE
        for bottom, top in zip(law.bottoms[curved], law.tops[curved], strict=True):
            straight &= (corners[1:] <= bottom) | (corners[:-1] >= top)
    bent: list[int] = np.flatnonzero(~straight & (np.diff(below) > NOTHING)).tolist()
    if len(bent) > _MOST_STRETCHES:
        raise ValueError(
            f"a mixture of {len(corners)} samples and more with curves is too large; "
            "write discrete: true, or fewer samples"
        )
    laws: list[tuple[float, Law]] = []
    done = 0
    for k in [*bent, len(straight)]:
        if (passed := float(below[k] - below[done])) > NOTHING:
            laws.append((passed, lines(corners[done : k + 1], below[done : k + 1])))
        if k < len(straight):
            a, b = float(below[k]), float(below[k + 1])
            laws.append((b - a, shaped(_part(blend, a, b), share=b - a)))
        done = min(k + 1, len(straight))
    return joined(laws)


def _part(shape: Shape, low: float, high: float) -> Shape:
    low, high = (0.0 if low < NOTHING else low), (1.0 if high > 1 - NOTHING else high)
    return shape if (low, high) == (0.0, 1.0) else Part(shape, low, high)
