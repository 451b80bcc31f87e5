"""What is known of quantities before a run: their moments, where they are inherited too."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from svcsim.analysis.children import offspring
from svcsim.analysis.flow import Flow
from svcsim.analysis.moments import Moments
from svcsim.model.arrays import NONE, Floats, Model

_QUANTILES = 64
"""Equally likely quantities that stand for all of them where a tail is asked for."""


class Times(NamedTuple):
    """By how many the draws of a distribution are multiplied (semantics 72)."""

    mean: float
    second: float
    """Mean square."""
    none: float
    """How often it is 0."""


ONCE = Times(1.0, 1.0, 0.0)


class Quantities:
    """Moments of the quantities of a model, by stream and class.

    Items that come from outside draw their own, and so do children that inherit none. With m[i, j]
    the children of type j that inherit from an item of type i, and x the items, a moment q solves
    x q = (x - x m) own + (x q) m.

    Parameters
    ----------
    items
        (V, classes) expected items, children included.
    """

    def __init__(self, model: Model, flows: Sequence[Sequence[Flow]], items: Floats):
        self._model = model
        self._found = np.ones((3, *items.shape)) * np.array(ONCE)[:, None, None]
        for v, c in np.argwhere(items >= 0).tolist():
            count = _count(model, v, c)
            if count != NONE:
                self._found[:, v, c] = _moments(model, count)
        if (model.spawns["inherit_quantity"] == 1).any():
            mean = offspring(model, flows, items.shape, inherited=True)
            come = items.ravel()
            finite = np.flatnonzero(np.isfinite(come) & (come > 0))
            brought = come[finite, None] * mean[np.ix_(finite, finite)]
            own = come[finite] - brought.sum(axis=0)
            flat = self._found.reshape(3, -1)
            known = np.diag(come[finite]) - brought.T
            flat[:, finite] = np.linalg.solve(known, (own * flat[:, finite]).T).T

    def of(self, law: int, stream: int, cls: int) -> Times:
        """Return by how many the draws of a distribution are multiplied for items of a class."""
        if law < 0 or not self._model.distributions[law]["each"]:
            return ONCE
        return Times(*self._found[:, stream, cls].tolist())

    def share_above(self, law: int, stream: int, cls: int, ticks: float, moments: Moments) -> float:
        """Return the share of draws that exceed some ticks, of items with a quantity of their own.

        It is a mean over equally likely quantities.
        """
        if not self._model.distributions[law]["each"]:
            return moments.share_above(law, ticks)
        first, n, offset = self._model.counts[_count(self._model, stream, cls)].tolist()
        u = (np.arange(_QUANTILES) + 0.5) / _QUANTILES
        upto = self._model.factors[first : first + n]
        numbers = offset + np.searchsorted(upto, u, side="right")
        return float(np.mean([moments.share_above(law, ticks / k) if k else 0 for k in numbers]))


def _count(model: Model, stream: int, cls: int) -> int:
    row = int(model.streams["quantity_row"][stream])
    return NONE if row == NONE else int(model.by_class[row, cls])


def _moments(model: Model, count: int) -> Times:
    first, n, offset = model.counts[count].tolist()
    share = np.diff(model.factors[first : first + n], prepend=0.0)
    numbers = offset + np.arange(n)
    none = share[0] if offset == 0 else 0.0
    return Times(float(share @ numbers), float(share @ numbers.astype(float) ** 2), float(none))
