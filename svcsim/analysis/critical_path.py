"""The critical path: which tokens an item's time went by, from its arrival on (semantics 57)."""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.loops.tokens import back_from, last_tokens
from svcsim.model.arrays import NONE, Integers, Records

Mask = NDArray[np.bool_]


class Paths:
    """The tokens of the items whose streams have strands, and what let each of them begin."""

    def __init__(self, tokens: Records, n_items: int):
        self.tokens = tokens
        self._n_items = n_items

    def __len__(self) -> int:
        return len(self.tokens)

    @cached_property
    def number(self) -> Integers:
        """Position of each token in the table, by its number; -1 of those of other items.

        The last entry, -1, stands for all numbers beyond.
        """
        token = self.tokens["token"]
        number = np.full(2 + int(token.max(initial=-1)), NONE, np.int64)
        number[token] = np.arange(len(token))
        return number

    @cached_property
    def to_the_end(self) -> Mask:
        """Which tokens lie on the way to the end of their items (`on`)."""
        return self.on(self.last)

    @cached_property
    def last(self) -> Integers:
        """The token, by position, that each item ended with; its oldest if it is open.

        Of an item that was withdrawn, the oldest that was cancelled with it. -1 of items that have
        only one token.
        """
        return last_tokens(self.tokens, self._n_items)

    def on(self, ends: Integers) -> Mask:
        """Return which tokens lie on the way to some of them, by position, or are only ones.

        By number of the token; the last entry stands for all numbers beyond.
        """
        way = np.ones(len(self.number), bool)
        if not len(self):
            return way
        way[self.tokens["token"]] = back_from(self.tokens, self.number, ends)
        return way
