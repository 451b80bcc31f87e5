"""A model in which a class of items is told apart in two that are alike, and its story."""

import numpy as np

from svcsim.model.arrays import Model
from svcsim.model.trajectory import Trajectory


def halved(model: Model) -> Model:
    """Return a model in which each stream that has the most classes has one more.

    The last one is two, with half of its share each. Whatever differs by class is the same for
    both. (A row of `by_class` may be of other streams with fewer classes, so these stay as they
    are.)
    """
    n = int(model.streams["n_classes"].max())
    factors, targets = model.factors.tolist(), model.targets.tolist()
    streams, branches, spawns = (
        table.copy() for table in (model.streams, model.branches, model.spawns)
    )

    def again(first: int, width: int) -> int:
        """Write what stands for n classes anew, that of the last one twice; return where."""
        whole = factors[first : first + n * width]
        factors.extend([*whole, *whole[-width:]])
        return len(factors) - len(whole) - width

    for v in np.flatnonzero(streams["n_classes"] == n):
        first = int(streams["class_shares"][v])
        shares = [0.0, *factors[first : first + n]]
        streams["class_shares"][v], streams["n_classes"][v] = len(factors), n + 1
        factors.extend([*shares[1:-1], (shares[-2] + shares[-1]) / 2, shares[-1]])
    for b in range(len(branches) if n > 1 else 0):
        ways, first = int(branches["n"][b]), int(branches["first_target"][b])
        if branches["purpose"][b] < 0 and ways == n:
            branches["first_target"][b], branches["n"][b] = len(targets), n + 1
            targets.extend([*targets[first : first + n], targets[first + n - 1]])
        elif branches["n_classes"][b] == n:
            width = ways * int(branches["levels"][b])
            branches["shares"][b] = again(int(branches["shares"][b]), width)
            if branches["max_visits"][b] > 0:
                branches["last_row"][b] = again(int(branches["last_row"][b]), ways)
            branches["n_classes"][b] = n + 1
    for s in np.flatnonzero(spawns["n_classes"] == n) if n > 1 else ():
        spawns["shares"][s] = again(int(spawns["shares"][s]), 1)
        spawns["n_classes"][s] = n + 1
    return model._replace(
        streams=streams, branches=branches, spawns=spawns,
        factors=np.array(factors, np.float64), targets=np.array(targets, np.int64),
        by_class=np.concatenate([model.by_class, model.by_class[:, -1:]], axis=1),
    )  # fmt: skip


def together(model: Model, run: Trajectory) -> Trajectory:
    """Return the story of a halved model in which the halves are one class again."""
    n = int(model.streams["n_classes"].max())
    items = run.items.copy()
    items["cls"][items["cls"] == n] = n - 1
    return run._replace(items=items)
