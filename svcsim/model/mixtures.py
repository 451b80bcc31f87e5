"""Mixtures as one law: the distribution function of the whole is inverted.

Values of several laws share one uniform, so that a mixture too gives a longer duration for a larger
uniform.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from svcsim.model.arrays import PieceKind
from svcsim.model.laws import NOTHING, Law, constant, discrete, joined, shaped, uniform
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


def mixture(parts: Sequence[tuple[float, Law]]) -> Law:
    """Return the law of a value that comes from one of several laws with their shares.

    Raises
    ------
    ValueError
        If it would need too many tables.
    """
    atoms: dict[float, float] = {}
    curves = []
    for share, law in parts:
        width = law.pieces["upper"] - law.lower
        fixed = law.pieces["scale"] == 0
        for value, weight in zip(law.bottoms[fixed], width[fixed], strict=True):
            atoms[float(value)] = atoms.get(float(value), 0.0) + share * float(weight)
        left = float(width[~fixed].sum())
        if share * left > NOTHING:
            pieces = law.pieces[~fixed]
            pieces["upper"] = np.cumsum(width[~fixed]) / left
            pieces["upper"][-1] = 1.0
            curves.append((share * left, Law(pieces, law.shapes)))
    values = sorted(atoms)
    if not curves:
        return discrete(np.array(values), np.array([atoms[value] for value in values]))
    total = sum(share for share, _ in curves)
    curve = _blended([(share / total, law) for share, law in curves])
    ends = [0.0, *curve.cdf(np.array(values)).tolist(), 1.0]
    woven = []
    for k, (a, b) in enumerate(pairwise(ends)):
        if total * (b - a) > NOTHING:
            woven.append((total * (b - a), curve.window(a, b)))
        if k < len(values):
            woven.append((atoms[values[k]], constant(values[k])))
    return joined(woven)


def _blended(parts: Sequence[tuple[float, Law]]) -> Law:
    """Return the mixture of laws without constants."""
    if len(parts) == 1:
        return parts[0][1]
    corners = np.unique(np.concatenate([[*law.bottoms, *law.tops] for _, law in parts]))
    blend = Blend(tuple(parts))
    below = blend.cdf(corners)
    stretches = []
    for x, (a, b) in zip(pairwise(corners.tolist()), pairwise(below.tolist()), strict=True):
        if b - a > NOTHING:
            stretches.append((x, a, b, _straight(parts, *x)))
    if sum(not straight for *_, straight in stretches) > _MOST_STRETCHES:
        raise ValueError("a mixture of many samples with curves is too large; use samples alone")
    return joined(
        [
            (b - a, uniform(*x) if straight else shaped(_part(blend, a, b), share=b - a))
            for x, a, b, straight in stretches
        ]
    )


def _part(shape: Shape, low: float, high: float) -> Shape:
    low, high = (0.0 if low < NOTHING else low), (1.0 if high > 1 - NOTHING else high)
    return shape if (low, high) == (0.0, 1.0) else Part(shape, low, high)


def _straight(parts: Sequence[tuple[float, Law]], low: float, high: float) -> bool:
    """Say whether only lines pass between two values."""
    return all(
        (law.pieces["kind"] == PieceKind.LINEAR)[(law.tops > low) & (law.bottoms < high)].all()
        for _, law in parts
    )
