"""Replications of which only some numbers are wanted: no more is computed than these take."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from svcsim.analysis.key import Key
from svcsim.experiment.block import Block
from svcsim.experiment.fingerprint import fingerprint
from svcsim.experiment.study import Study


@dataclass(frozen=True)
class Wanted:
    """What is kept of a replication: some sums, and the histograms of some of them."""

    sums: frozenset[Key]
    histograms: frozenset[Key]

    @classmethod
    def of(cls, keys: Sequence[Key]) -> "Wanted":
        """Return what the numbers with these keys are made of."""
        means = {key._replace(statistic="mean") for key in keys if is_percentile(key)}
        return cls(frozenset(means.union(key for key in keys if not is_percentile(key))),
                   frozenset(means))  # fmt: skip

    def block(self, study: Study, replication: int) -> Block:
        """Simulate a replication, and do no more than these numbers take."""
        found = study.reduce(replication, only=self.sums)
        histograms = {key: one for key, one in found.histograms.items() if key in self.histograms}
        return Block.of(replace(found, histograms=histograms))

    def fingerprint(self, study: Study) -> str:
        """Return what names these numbers of a study's replications."""
        wanted = [sorted(map(repr, keys)) for keys in (self.sums, self.histograms)]
        return fingerprint("wanted", wanted, study.questions, study.engine, study.seed)


def is_percentile(key: Key) -> bool:
    """Whether a number is a percentile.

    >>> is_percentile(Key("lead_time", "p85", "h")), is_percentile(Key("lead_time", "mean", "h"))
    (True, False)
    """
    return key.statistic[0] == "p" and key.statistic[1:].isdigit()
