"""The critical path: which tokens an item's time went by, from its arrival on (semantics 57)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from svcsim.model.arrays import NEVER, NONE, Integers, Records

Mask = NDArray[np.bool_]


class Paths:
    """The tokens of the items whose streams have strands, and what let each of them begin."""

    def __init__(self, tokens: Records):
        self._tokens = tokens
        self._size = 1 + int(tokens["token"].max(initial=0))
        self._at = np.full(self._size, NONE, np.int64)
        self._at[tokens["token"]] = np.arange(len(tokens))

    def __len__(self) -> int:
        return len(self._tokens)

    def find(self, token: Integers) -> Integers:
        """Return the positions of tokens in the table; -1 of items that have only one."""
        inside = token < self._size
        found: Integers = np.where(inside, self._at[np.where(inside, token, 0)], NONE)
        return found

    def last(self, n: int) -> Integers:
        """Return the token, by position, that each of n items ended with; its oldest if it is open.

        Of an item that was withdrawn, the oldest that was cancelled with it. -1 of items that have
        only one token.
        """
        tokens = self._tokens
        over = (tokens["ended"] < NEVER) & (tokens["cancelled"] == 0)
        number = np.where(over, tokens["token"], -tokens["token"])
        order = np.lexsort((number, over, tokens["ended"], tokens["item"]))
        last = np.full(n, NONE, np.int64)
        last[tokens["item"][order]] = order
        return last

    @property
    def of(self) -> Integers:
        """Position of the token whose end let each begin; -1 of an item's first."""
        of = self._tokens["of"]
        found: Integers = np.where(of == NONE, NONE, self._at[of])
        return found

    def joined(self, before: Sequence[Integers], stream: Integers) -> tuple[Integers, Integers]:
        """Return who else was waited for: positions of tokens, and of those that they let begin.

        Parameters
        ----------
        before
            By stream: the strands that each strand waits for, as bits.
        stream
            Of each item.
        """
        tokens = self._tokens
        mine, of, ended = stream[tokens["item"]], self.of, tokens["ended"]
        over = (ended < NEVER) & (tokens["cancelled"] == 0)
        pairs: list[tuple[Integers, Integers]] = []
        for v, strands in enumerate(before):
            for strand, bits in enumerate(strands.tolist()):
                if bits & (bits - 1) == 0:
                    continue
                begins = np.flatnonzero((mine == v) & (tokens["first"] == strand))
                since = _last_before(tokens["item"], tokens["began"], begins)
                for other in range(len(strands)):
                    if bits >> other & 1 == 0:
                        continue
                    ends = np.flatnonzero((mine == v) & (tokens["strand"] == other) & over)
                    at = _latest(tokens["item"], ended, ends, begins, tokens["began"])
                    fresh = (at != NONE) & (ended[np.maximum(at, 0)] > since) & (at != of[begins])
                    pairs.append((at[fresh], begins[fresh]))
        if not pairs:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        ended_, begun = zip(*pairs, strict=True)
        return np.concatenate(ended_), np.concatenate(begun)

    def back_from(self, ends: Integers) -> Mask:
        """Return which tokens of the table lie on the way to some of them, by position."""
        on_path = np.zeros(len(self._tokens), bool)
        here = ends[ends != NONE]
        while len(here):
            on_path[here] = True
            of = self._tokens["of"][here]
            here = self._at[of[of != NONE]]
        return on_path

    def rows_on(self, on_path: Mask, token: Integers) -> Mask:
        """Return which rows are of tokens on the path; those of an item's only token are."""
        at = self.find(token)
        found: Mask = (at == NONE) | on_path[np.maximum(at, 0)] if len(self) else at == NONE
        return found


def _last_before(item: Integers, began: Integers, begins: Integers) -> Integers:
    """Return when the same strand of the same item began the time before; -1 the first time."""
    order = begins[np.lexsort((began[begins], item[begins]))]
    before = np.full(len(item), NONE, np.int64)
    again = item[order][1:] == item[order][:-1]
    before[order[1:][again]] = began[order[:-1][again]]
    found: Integers = before[begins]
    return found


def _latest(
    item: Integers, ended: Integers, ends: Integers, begins: Integers, began: Integers
) -> Integers:
    """Return which of the tokens `ends` of an item ended last, not after each of `begins` began."""
    order = ends[np.lexsort((ended[ends], item[ends]))]
    if not len(order):
        return np.full(len(begins), NONE, np.int64)
    # ticks are below 2**62, so item and tick are compared one after the other: by rank of the tick
    ticks = np.unique(np.concatenate([ended[order], began[begins]]))
    place = item[order] * len(ticks) + np.searchsorted(ticks, ended[order])
    wanted = item[begins] * len(ticks) + np.searchsorted(ticks, began[begins])
    at = np.searchsorted(place, wanted, side="right") - 1
    found: Integers = np.where(
        (at >= 0) & (item[order[np.maximum(at, 0)]] == item[begins]), order[np.maximum(at, 0)], NONE
    )
    return found
