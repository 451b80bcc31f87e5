"""Laws: quantile functions in pieces, each a constant, a line or a stretch of a shape.

Everything that a scenario can say about a duration becomes a law: limits and zeros are constant
pieces, a mixture is one law, and so one uniform gives one value.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from svcsim.model.arrays import OCTAVES, PIECE, Integers, Records
from svcsim.model.codes import PieceKind
from svcsim.model.octaves import smooth_parts
from svcsim.model.shapes import Part, Shape
from svcsim.model.solved import Array

NOTHING = 1e-15
"""Probability that no draw can tell from 0."""
_X, _WEIGHT = np.polynomial.legendre.leggauss(16)


@dataclass(frozen=True, eq=False)
class Law:
    """A law as the PIECE records of its quantile function."""

    pieces: Records
    """PIECE, by ascending upper; `table` is a position in `shapes`."""
    shapes: tuple[Shape, ...] = ()
    """Shapes of its OCTAVE pieces."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Law) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)

    @cached_property
    def _content(self) -> tuple[bytes, tuple[Shape, ...]]:
        return self.pieces.tobytes(), self.shapes

    @cached_property
    def lower(self) -> Array:
        """Probability at which each piece begins."""
        return np.concatenate([[0.0], self.pieces["upper"][:-1]])

    @cached_property
    def bottoms(self) -> Array:
        """Smallest value of each piece."""
        p = self.pieces
        return self._values(np.arange(len(p)), p["low"], 1 - p["low"])

    @cached_property
    def tops(self) -> Array:
        """Largest value of each piece."""
        p = self.pieces
        return self._values(np.arange(len(p)), p["high"], 1 - p["high"])

    @property
    def largest(self) -> float:
        """Value that is never exceeded, or inf."""
        return float(self.tops[-1])

    def _values(self, index: Integers, w: Array, rest: Array) -> Array:
        """Values of pieces where their shape has probability w below and `rest` above."""
        p = self.pieces[index]
        x = np.array(w, np.float64)
        curved = p["kind"] == PieceKind.OCTAVE
        for table, shape in enumerate(self.shapes):
            mine = curved & (p["table"] == table)
            if mine.any():
                low, high = mine & (w < 0.5), mine & (w >= 0.5)
                x[low] = shape.ppf(w[low])
                x[high] = shape.isf(rest[high])
        return np.asarray(np.clip(p["shift"] + p["scale"] * x, p["least"], p["most"]))

    def ppf(self, u: Array) -> Array:
        """Quantile of u: what the table follows."""
        p = self.pieces
        i = np.minimum(np.searchsorted(p["upper"], u, side="right"), len(p) - 1)
        return self._within(i, u - self.lower[i], p["upper"][i] - u)

    def isf(self, q: Array) -> Array:
        """Quantile of 1 - q."""
        above = 1 - self.lower
        i = len(above) - 1 - np.searchsorted(above[:0:-1], q, side="left")
        above_next = 1 - self.pieces["upper"][i]
        return self._within(i, above[i] - q, q - above_next)

    def _within(self, index: Integers, below: Array, above: Array) -> Array:
        """Values where pieces have some of their probability below and above."""
        p = self.pieces[index]
        width = p["upper"] - self.lower[index]
        stretch = p["high"] - p["low"]
        w = p["low"] + below / width * stretch
        return self._values(index, w, (1 - p["high"]) + above / width * stretch)

    def cdf(self, x: Array, *, strictly: bool = False) -> Array:
        """Probability of a value up to x, or strictly below it."""
        return self._probability(np.asarray(x, np.float64), strictly, above=False)

    def sf(self, x: Array) -> Array:
        """Probability of a value above x."""
        return self._probability(np.asarray(x, np.float64), False, above=True)

    def _probability(self, x: Array, strictly: bool, *, above: bool) -> Array:
        passed = np.searchsorted(self.tops, x, side="left" if strictly else "right")
        i: Any = np.minimum(passed, len(self.pieces) - 1) if len(self.pieces) > 1 else 0
        p = self.pieces[i]
        fixed = p["scale"] == 0
        y = (x - p["shift"]) / np.where(fixed, 1.0, p["scale"])
        chance = 1 - y if above else y
        tables = np.broadcast_to(np.where(p["kind"] == PieceKind.OCTAVE, p["table"], -1), y.shape)
        for table, shape in enumerate(self.shapes):
            here = tables == table
            chance[here] = shape.sf(y[here]) if above else shape.cdf(y[here])
        before = 1 - p["high"] if above else p["low"]
        share = np.clip((chance - before) / (p["high"] - p["low"]), 0, 1)
        share = np.where(fixed, float(above), share)
        width = p["upper"] - self.lower[i]
        rest = 1 - p["upper"] if above else self.lower[i]
        return np.where(passed < len(self.pieces), rest + width * share, float(not above))

    def moments(self) -> tuple[float, float]:
        """Return the means of the value and of its square."""
        p = self.pieces
        width = p["upper"] - self.lower
        curved = p["kind"] == PieceKind.OCTAVE
        a, b = self.bottoms[~curved], self.tops[~curved]
        index, w, rest, weight = _quadrature(p["low"][curved], p["high"][curved])
        index = np.flatnonzero(curved)[index]
        x = self._values(index, w, rest)
        weight *= width[index] / (p["high"] - p["low"])[index]
        straight = width[~curved]
        first = straight @ (a + b) / 2 + weight @ x
        second = straight @ (a * a + a * b + b * b) / 3 + weight @ (x * x)
        return float(first), float(second)

    def changed(self, **fields: Any) -> "Law":
        """Return the law with fields of all pieces replaced."""
        pieces = self.pieces.copy()
        for name, value in fields.items():
            pieces[name] = value
        return Law(pieces, self.shapes)

    def shifted(self, plus: float) -> "Law":
        """Return the law of the value plus a constant."""
        p = self.pieces
        return self.changed(shift=p["shift"] + plus, least=p["least"] + plus, most=p["most"] + plus)

    def window(self, low: float, high: float) -> "Law":
        """Return the law of the values between the quantiles at `low` and `high`."""
        lower = self.lower
        kept = np.flatnonzero((self.pieces["upper"] > low) & (lower < high))
        pieces = self.pieces[kept]
        width = pieces["upper"] - lower[kept]
        stretch = pieces["high"] - pieces["low"]
        begin = np.maximum(low - lower[kept], 0) / width
        end = np.maximum(pieces["upper"] - high, 0) / width
        pieces["low"] += begin * stretch
        pieces["high"] -= end * stretch
        pieces["upper"] = np.minimum((pieces["upper"] - low) / (high - low), 1.0)
        pieces["upper"][-1] = 1.0
        return Law(pieces, self.shapes)

    def between(self, low: float, high: float) -> "Law":
        """Return the law given that the value lies in [low, high].

        Raises
        ------
        ValueError
            If less than a millionth of the law is left.
        """
        below = float(self.cdf(np.array([low]), strictly=True)[0])
        upto = float(self.cdf(np.array([high]))[0])
        if upto - below < 1e-6:
            raise ValueError("between keeps less than a millionth of the distribution; widen it")
        kept = self.window(below, upto)
        return kept.changed(
            least=np.maximum(kept.pieces["least"], low), most=np.minimum(kept.pieces["most"], high)
        )

    def limited(self, low: float, high: float) -> "Law":
        """Return the law with smaller values raised to `low` and larger ones lowered to `high`."""
        if self.bottoms[0] >= low and self.largest <= high:
            return self
        below = float(self.cdf(np.array([low]), strictly=True)[0])
        above = float(self.sf(np.array([high]))[0])
        parts = [(below, constant(low))]
        if below + above < 1 - NOTHING:
            middle = self.window(below, 1 - above)
            middle = middle.changed(
                least=np.maximum(middle.pieces["least"], low),
                most=np.minimum(middle.pieces["most"], high),
            )
            parts.append((1 - below - above, middle))
        return joined([*parts, (above, constant(high))])


def _piece(**fields: Any) -> Records:
    record = np.zeros(1, PIECE)
    record["upper"] = record["high"] = 1.0
    record["least"], record["most"] = -np.inf, np.inf
    for name, value in fields.items():
        record[name] = value
    return record


def constant(value: float) -> Law:
    """Return the law of a constant."""
    return Law(_piece(shift=value))


def uniform(low: float, high: float) -> Law:
    """Return the law of a value that is equally likely everywhere between two ends."""
    return Law(_piece(shift=low, scale=high - low, least=low, most=high))


def shaped(shape: Shape, scale: float = 1.0, shift: float = 0.0, share: float = 1.0) -> Law:
    """Return the law of shift + scale * shape, which has a share of a greater law."""
    ends = smooth_parts(shape, share)
    parts = [shape] if len(ends) == 2 else [Part(shape, a, b) for a, b in pairwise(ends)]
    return joined(
        [
            (b - a, Law(_piece(kind=PieceKind.OCTAVE, scale=scale, shift=shift), (part,)))
            for part, (a, b) in zip(parts, pairwise(ends), strict=True)
        ]
    )


def discrete(values: Array, shares: Array) -> Law:
    """Return the law of some values in ascending order with their shares."""
    pieces = np.repeat(_piece(), len(values))
    pieces["shift"] = values
    pieces["upper"] = np.minimum(np.cumsum(shares) / np.sum(shares), 1.0)
    pieces["upper"][-1] = 1.0
    return Law(pieces[shares > 0])


def interpolated(samples: Array) -> Law:
    """Return the law whose distribution function joins ascending samples by lines.

    The i-th of n samples is the quantile of (i - 1) / (n - 1): Law, *Simulation Modeling and
    Analysis*, section 6.2.
    """
    if len(samples) == 1:
        return constant(float(samples[0]))
    return lines(samples, np.linspace(0, 1, len(samples)))


def lines(values: Array, below: Array) -> Law:
    """Return the law whose distribution function joins points by lines.

    Its probabilities, ascending, need not begin at 0 and end at 1.
    """
    pieces = np.repeat(_piece(), len(values) - 1)
    pieces["shift"], pieces["scale"] = values[:-1], np.diff(values)
    pieces["least"], pieces["most"] = values[:-1], values[1:]
    pieces["upper"] = (below[1:] - below[0]) / (below[-1] - below[0])
    next_same = (values[2:] == values[1:-1]) & (values[1:-1] == values[:-2])
    last = ~np.append(next_same, False)
    pieces = pieces[last & (np.diff(below) > 0)]
    pieces["upper"][-1] = 1.0
    return Law(pieces)


def joined(parts: Sequence[tuple[float, Law]]) -> Law:
    """Return the law of parts with their shares, each wholly below the next."""
    parts = [(share, law) for share, law in parts if share > NOTHING]
    total = sum(share for share, _ in parts)
    pieces, shapes, passed = [], list[Shape](), 0.0
    for share, law in parts:
        mine = law.pieces.copy()
        mine["upper"] = (passed + share * mine["upper"]) / total
        for k, shape in enumerate(law.shapes):
            same = (mine["kind"] == PieceKind.OCTAVE) & (law.pieces["table"] == k)
            if same.any():
                if shape not in shapes:
                    shapes.append(shape)
                mine["table"][same] = shapes.index(shape)
        pieces.append(mine)
        passed += share
    together = np.concatenate(pieces)
    together["upper"][-1] = 1.0
    return Law(together, tuple(shapes))


def _quadrature(low: Array, high: Array) -> tuple[Integers, Array, Array, Array]:
    """Return nodes of integrals over [low, high], octave by octave of both tails.

    For each node the number of its integral, w, 1 - w and its weight.
    """
    ends = np.concatenate([[0.0], 2.0 ** -np.arange(OCTAVES + 1.0, 0.0, -1.0)])
    below = np.clip(ends, low[:, None], np.minimum(high, 0.5)[:, None])
    above = np.clip(ends, 1 - high[:, None], np.minimum(1 - low, 0.5)[:, None])
    indices, nodes, weights = [], [], []
    for grid in (below, above):
        index, octave = np.nonzero(np.diff(grid) > 0)
        half = (grid[index, octave + 1] - grid[index, octave])[:, None] / 2
        indices.append(np.repeat(index, len(_X)))
        nodes.append((grid[index, octave][:, None] + half * (1 + _X)).ravel())
        weights.append((half * _WEIGHT).ravel())
    w = np.concatenate([nodes[0], 1 - nodes[1]])
    rest = np.concatenate([1 - nodes[0], nodes[1]])
    return np.concatenate(indices), w, rest, np.concatenate(weights)
