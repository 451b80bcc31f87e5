"""Means, spreads and tails of the distributions of a model, read off their quantile functions.

The quantile function is what the engines draw from, so its integral over u in (0, 1) is the mean
that a run will see, limits and zeros included. The integral is a Gauss-Legendre rule on every
stretch where the function is smooth: each piece, each octave of a table, each side of a limit.
"""

import numpy as np

from svcsim.model.arrays import Floats, Model
from svcsim.model.codes import PieceKind
from svcsim.world.quantiles import quantile, quantiles, share_upto

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(10)
_DEEPEST = 45
"""Octaves nearer to 0 or 1 than 2**-45 weigh nothing."""


class Moments:
    """Moments of the distributions of one model, computed when first asked for. Times in ticks."""

    def __init__(self, model: Model):
        self._model = model
        self._known: dict[int, tuple[float, float]] = {}

    def mean(self, distribution: int) -> float:
        """Return the mean, negative values counting as 0 (semantics 2)."""
        return self._both(distribution)[0]

    def second(self, distribution: int) -> float:
        """Return the mean square."""
        return self._both(distribution)[1]

    def at(self, distribution: int, u: float) -> float:
        """Return the quantile at u in (0, 1), not below 0."""
        model = self._model
        value = quantile(model.distributions, model.pieces, model.tables, distribution, u)
        return max(0.0, float(value))

    def share_above(self, distribution: int, ticks: float) -> float:
        """Return the share of draws that exceed `ticks`."""
        return 1 - self._share(distribution, ticks, 0.0, 1.0)

    def share_zero(self, distribution: int, factor: float = 1.0) -> float:
        """Return the share of draws that, times `factor`, round to no ticks at all."""
        if factor == 0 or self._model.distributions[distribution]["zero"]:
            return 1.0
        return self._share(distribution, 0.5 / factor, 0.0, 1.0)

    def _share(self, distribution: int, ticks: float, low: float, high: float) -> float:
        """Return the least u in [low, high] from which the quantile exceeds `ticks`."""
        model = self._model
        tables = model.distributions, model.pieces, model.tables
        return float(share_upto(*tables, distribution, float(ticks), float(low), float(high)))

    def nodes(self, distribution: int) -> tuple[Floats, Floats, Floats]:
        """Return points u of (0, 1), their weights in a mean, and the quantiles there."""
        ends = self._stretches(distribution)
        half = np.diff(ends) / 2
        u = ((ends[:-1] + half)[:, None] + half[:, None] * _NODES).ravel()
        model = self._model
        x = quantiles(model.distributions, model.pieces, model.tables, distribution, u)
        return u, (half[:, None] * _WEIGHTS).ravel(), x

    def _both(self, distribution: int) -> tuple[float, float]:
        if distribution not in self._known:
            _, weight, x = self.nodes(distribution)
            self._known[distribution] = float(weight @ x), float(weight @ (x * x))
        return self._known[distribution]

    def _stretches(self, distribution: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return the ends of the stretches of (0, 1) where the quantile function is smooth."""
        record = self._model.distributions[distribution]
        ends, below = {0.0, 1.0}, 0.0
        for piece in self._model.pieces[record["first"] : record["first"] + record["n"]]:
            upper, low, high = (float(piece[name]) for name in ("upper", "low", "high"))
            ends |= {below, upper}
            cuts = 2.0 ** -np.arange(1, _DEEPEST + 1)
            if piece["kind"] == PieceKind.OCTAVE and high > low:
                inside = np.concatenate([cuts, 1 - cuts])
                inside = inside[(inside > low) & (inside < high)]
                ends |= set((below + (inside - low) / (high - low) * (upper - below)).tolist())
            for limit in (float(piece["least"]), float(piece["most"]), 0.0):
                if np.isfinite(limit) and upper > below:
                    ends.add(self._share(distribution, limit, below, float(np.nextafter(upper, 0))))
            below = upper
        return np.array(sorted(end for end in ends if 0 <= end <= 1))
