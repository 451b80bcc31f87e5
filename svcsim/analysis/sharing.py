"""People who serve several teams, before a run: how busy all of them must be at least (14).

Who works for whom is not known. So work is spread over those who may do it such that the busiest of
them are as little busy as they can be: more than they have time for is then too much, however they
share it out. What is spread over are *parts*: of each pool the groups that serve it alone, and each
group that serves several.
"""

from collections.abc import Sequence
from itertools import product

import numpy as np

from svcsim.analysis.groups import groups_of, sharing, supply
from svcsim.analysis.load import Work, needs, spread
from svcsim.model.arrays import Floats, Model

FULL = 1 - 1e-9
"""How busy people are who have no time left."""


class Parts:
    """Parts of the people of all pools: those of each pool alone, then each shared group."""

    def __init__(self, model: Model):
        self.model = model
        self.pools = range(len(model.pools))
        self.shared = np.flatnonzero(model.groups["n_pools"] > 1).tolist()
        self.alone = [[g for g in groups_of(model, p) if g not in self.shared] for p in self.pools]
        self.of_pool = [self._of(pool) for pool in self.pools]
        groups = [*self.alone, *([g] for g in self.shared)]
        self.supply = np.array([supply(model, some).sum() for some in groups])
        """Expected person-ticks of each part in the window."""

    def _of(self, pool: int) -> list[int]:
        """Return the parts that serve a pool."""
        serving = set(groups_of(self.model, pool))
        found = [len(self.alone) + i for i, g in enumerate(self.shared) if g in serving]
        has_own = any(self.model.groups["people"][self.alone[pool]] != 0)
        return [pool, *found] if has_own or not found else found

    def load(self, asked: Sequence[Work], attended: Floats) -> Floats:
        """Return the person-ticks that each part works, (parts,); some attend sittings too."""
        own = self.model.groups["pool"]
        sittings = [
            ([{part: 1} for part in parts], float(attended[pool]))
            for pool in self.pools
            if attended[pool]
            for parts in [
                [p for p in self.of_pool[pool] if p == pool or own[self._group(p)] == pool]
            ]
        ]
        work = [
            (self._ways(one.seize), one.requests * one.mean if one.mean else 0.0) for one in asked
        ]
        return spread([*sittings, *work], self.supply)

    def of_pools(self, load: Floats) -> Floats:
        """Return what the own people of each pool work, for whatever team, (pools,)."""
        found = load[: len(self.alone)].copy()
        for i, g in enumerate(self.shared):
            found[self.model.groups["pool"][g]] += load[len(self.alone) + i]
        return found

    def crowds(self, load: Floats) -> list[tuple[list[int], float, float]]:
        """Return pools that share people and have too few, with their work and their time.

        No work is left to those who are busier than others who may do it: so if the least busy of
        those who serve a pool have no time left, none have.
        """
        busy = np.divide(load, self.supply, out=np.zeros(len(load)), where=self.supply > 0)
        busy[self.supply == 0] = np.inf
        full = [
            pool
            for pool in self.pools
            if sharing(self.model, pool)
            and min(busy[self.of_pool[pool]]) >= FULL
            and load[self.of_pool[pool]].sum() > 0
            and np.isfinite(load[self.of_pool[pool]]).all()
        ]
        found = []
        while full:
            crowd, parts = [full.pop(0)], set[int]()
            for pool in crowd:
                parts |= set(self.of_pool[pool])
                near = [other for other in full if parts & set(self.of_pool[other])]
                crowd += near
                full = [other for other in full if other not in near]
            these = sorted(parts)
            found.append((sorted(crowd), float(load[these].sum()), float(self.supply[these].sum())))
        return found

    def people(self, pools: Sequence[int]) -> int:
        """Return how many people serve some pools."""
        groups = {g for pool in pools for g in groups_of(self.model, pool)}
        return int(self.model.groups["people"][sorted(groups)].sum())

    def _group(self, part: int) -> int:
        return int(self.shared[part - len(self.alone)])

    def _ways(self, seize: int) -> list[dict[int, int]]:
        """Return how many people of which parts may do the work of a request."""
        found = []
        for wanted in needs(self.model, seize):
            each = [[(part, n) for part in self.of_pool[p]] for p, n in wanted.items()]
            found += [dict(way) for way in product(*each)]
        return found
