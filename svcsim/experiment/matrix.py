"""The result matrix: replications as they come, in their order."""

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from svcsim.analysis.key import Key
from svcsim.analysis.measures import Reduced
from svcsim.analysis.percentiles import Histograms
from svcsim.experiment.block import Block
from svcsim.experiment.numbers import Numbers
from svcsim.model.arrays import Integers

MOST_ENTRIES = 1 << 23
"""Entries of histograms up to which each replication has its own: some 110 MB."""
SECTIONS = 64
"""Into so many sections they are added up beyond that (`svcsim.analysis.percentiles`)."""
TOGETHER = 64
"""Replications that are joined before they grow many."""


class Matrix:
    """Replications of one experiment, from number 0 on without gaps.

    What comes out depends on what was added, never on the blocks in which it was.

    Parameters
    ----------
    apart
        Whether each replication has histograms of its own, however many there are: what compares
        replications one by one needs them.
    """

    def __init__(self, *, apart: bool = False) -> None:
        self._most = math.inf if apart else MOST_ENTRIES
        self.replications = 0
        """How many there are so far."""
        self._parts: list[Block] = []
        self._loose: list[Block] = []
        self._entries = 0
        self._sections: Mapping[Key, Histograms] = {}
        self._added_up = 0
        """Replications whose histograms are in the sections."""

    def add(self, part: Reduced | Block) -> None:
        """Append a replication, or a block of them."""
        block = part if isinstance(part, Block) else Block.of(part)
        self._loose.append(block)
        self.replications += len(block)
        self._entries += block.entries
        if sum(map(len, self._loose)) >= TOGETHER:
            self._join()

    @property
    def identities(self) -> dict[str, bool]:
        """What must hold in every replication, and whether it does."""
        whole = self._whole()
        holds = whole.columns["holds"]
        return {name: bool(holds[:, i].all()) for i, name in enumerate(whole.identities)}

    def numbers(self) -> Numbers:
        """Everything as one; there must be something."""
        whole = self._whole()
        return Numbers(
            whole.keys,
            whole.columns["numerators"],
            whole.columns["denominators"],
            self._sections or whole.histograms,
        )

    def column(self, name: str) -> Integers:
        """A table of whole numbers, by replication (`Block.counted`)."""
        found: Integers = self._whole().columns[name]
        return found

    def _whole(self) -> Block:
        self._join()
        if self._entries > self._most:
            self._add_up()
        self._parts = [Block.joined(self._parts)]
        return self._parts[0]

    def _join(self) -> None:
        """Make one block of the loose ones; add histograms up if there are many new ones."""
        if self._loose:
            self._parts.append(Block.joined(self._loose))
            self._loose = []
        new = sum(part.entries for part in self._parts)
        if self._entries > self._most and new > self._most // 4:
            self._add_up()

    def _add_up(self) -> None:
        """Add the histograms of new replications to those of their sections."""
        new = [part.histograms for part in self._parts if part.histograms]
        if not new:
            return
        section = np.arange(self._added_up, self.replications) % SECTIONS
        if before := self._sections:
            new.insert(0, before)
            section = np.concatenate([np.arange(min(self._added_up, SECTIONS)), section])
        self._sections = {
            key: Histograms.joined([one[key] for one in new]).sections(section) for key in new[0]
        }
        self._parts = [replace(part, histograms={}) for part in self._parts]
        self._added_up = self.replications
