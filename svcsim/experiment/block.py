"""Replications as arrays: blocks of them, one behind the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from svcsim.analysis.key import Key
from svcsim.analysis.measures import Reduced
from svcsim.analysis.percentiles import Histograms


@dataclass(frozen=True)
class Block:
    """Consecutive replications of one experiment.

    It holds no object for each replication: ten thousand replications of three hundred measures
    are two matrices of 24 MB.
    """

    keys: tuple[Key, ...]
    """Names of the sums; the columns of ``numerators`` and ``denominators``."""
    identities: tuple[str, ...]
    """Names of what must hold; the columns of ``holds``."""
    columns: Mapping[str, NDArray[Any]]
    """By name: arrays whose first axis is the replication."""
    histograms: Mapping[Key, Histograms]
    """By the key of the mean; one row for each replication."""

    @classmethod
    def of(cls, reduced: Reduced) -> Self:
        """One replication."""
        told = Histograms.each(list(reduced.histograms.values()))
        return cls(
            reduced.keys,
            tuple(reduced.identities),
            {
                "numerators": reduced.numerators[None],
                "denominators": reduced.denominators[None],
                "holds": np.array([list(reduced.identities.values())], bool),
            },
            dict(zip(reduced.histograms, told, strict=True)),
        )

    @classmethod
    def counted(cls, name: str, counts: Iterable[Iterable[int]]) -> Self:
        """One replication of which there is nothing but a table of whole numbers."""
        return cls((), (), {name: np.array([list(map(list, counts))], np.int64)}, {})

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    @property
    def entries(self) -> int:
        """Length of all histograms together."""
        return sum(len(histograms.classes) for histograms in self.histograms.values())

    def like(self, other: "Block") -> bool:
        """Whether both may be parts of one experiment."""
        return (
            self.keys == other.keys
            and self.identities == other.identities
            and tuple(self.histograms) == tuple(other.histograms)
            and _shapes(self) == _shapes(other)
        )

    def first(self, n: int) -> "Block":
        """Return the first replications, all of them if there are no more than `n`."""
        if len(self) <= n:
            return self
        return Block(
            self.keys,
            self.identities,
            {name: column[:n] for name, column in self.columns.items()},
            {key: histograms.first(n) for key, histograms in self.histograms.items()},
        )

    @staticmethod
    def joined(blocks: Sequence["Block"]) -> "Block":
        """Put blocks behind each other, at least one."""
        one = blocks[0]
        if len(blocks) == 1:
            return one
        if not all(one.like(other) for other in blocks[1:]):
            raise AssertionError("replications of one scenario have the same measures")
        return Block(
            one.keys,
            one.identities,
            {name: np.concatenate([block.columns[name] for block in blocks])
             for name in one.columns},
            {key: Histograms.joined([block.histograms[key] for block in blocks])
             for key in one.histograms},
        )  # fmt: skip


def _shapes(block: Block) -> dict[str, tuple[np.dtype[Any], tuple[int, ...]]]:
    return {name: (column.dtype, column.shape[1:]) for name, column in block.columns.items()}
