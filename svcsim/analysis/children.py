"""Expected items with their children, and the children of these: a branching process with types.

The types are the classes of the streams. With m[i, j] the expected children of type j of an item of
type i, the items x solve x = demand + x m, as long as the largest eigenvalue of m is below 1; at 1
or above there is no end of them (Harris, The Theory of Branching Processes, 1963, chapter 2).
"""

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components

from svcsim.analysis.flow import Flow
from svcsim.analysis.load import mean_count
from svcsim.model.arrays import NONE, Floats, Model
from svcsim.model.codes import Op

ENDLESS = 1 - 1e-9


def with_children(model: Model, flows: Sequence[Sequence[Flow]], items: Floats) -> Floats:
    """Return the expected items of each stream and class, children included, shape (V, classes).

    `items` is what comes from outside; `inf` where children never end. A child counts in the window
    of its parent, whenever it comes.
    """
    if not len(model.spawns):
        return items
    mean = offspring(model, flows, items.shape)
    demand = items.ravel()
    reaches = _reaches(mean)
    come = (demand > 0) @ reaches
    without_end = (come & _in_endless(mean)) @ reaches
    finite = np.flatnonzero(come & ~without_end)
    found = np.where(without_end, np.inf, 0.0)
    inside = mean[np.ix_(finite, finite)]
    found[finite] = np.linalg.solve(np.eye(len(finite)) - inside.T, demand[finite])
    return found.reshape(items.shape)


def may_come(model: Model, flows: Sequence[Sequence[Flow]], items: Floats) -> NDArray[np.bool_]:
    """Return which classes of which streams may have items in a run, shape (V, classes).

    Those too are among them whose items are not foreseen: what triggers make, and children of what
    is done until something else is over, or of those who give up.
    """
    come = items > 0
    for v in model.triggers["stream"][model.triggers["stream"] != NONE].tolist():
        come[v] |= _usual_mix(model, v, items.shape[1]) > 0
    children = offspring(model, flows, items.shape, foreseen=False)
    return np.asarray((come.ravel() @ _reaches(children)).reshape(items.shape))


def offspring(
    model: Model, flows: Sequence[Sequence[Flow]], shape: tuple[int, int], *, foreseen: bool = True,
    inherited: bool = False,
) -> Floats:  # fmt: skip
    """Return the expected children of each type of an item of each type, (V * classes) squared.

    Or, if not only the `foreseen` count, how many come of one visit of each kind that can be; those
    alone that have `inherited` the quantity of their parent.
    """
    mean = np.zeros((*shape, *shape))
    for v, classes in enumerate(flows):
        for c, flow in enumerate(classes):
            kinds: dict[int, tuple[int, float, float, Floats]] = {}
            for state in np.flatnonzero(flow.codes == Op.SPAWN):
                op = int(flow.ops[state])
                if op not in kinds:
                    spawn = model.spawns[model.ops["a"][op]]
                    if inherited and spawn["inherit_quantity"] == 0:
                        continue
                    kinds[op] = _spawned(model, spawn, c, shape[1])
                child, share, number, mix = kinds[op]
                entries = float(flow.entries[state]) if foreseen else 1.0
                children = entries * share * number if share and number else 0.0
                mean[v, c, child] += children * mix
    size = shape[0] * shape[1]
    return np.nan_to_num(mean.reshape(size, size), nan=0.0, posinf=1e12)


def _spawned(
    model: Model, spawn: np.void, cls: int, n_classes: int
) -> tuple[int, float, float, Floats]:
    """Return of children of one kind the stream, the chance, how many they are, and the mix."""
    share = float(model.factors[spawn["shares"] + (cls if spawn["n_classes"] > 1 else 0)])
    number = 1.0 if spawn["count"] < 0 else mean_count(model, int(spawn["count"]))
    return int(spawn["stream"]), share, number, _mix(model, spawn, cls, n_classes)


def surely_waits(flow: Flow, op: int, quick: Collection[int]) -> bool:
    """Say whether a wait for children surely takes time: some come, and not to `quick` streams."""
    model = flow.model
    while op > 0 and model.ops["code"][op - 1] == Op.SPAWN:
        op -= 1
        spawn = model.spawns[model.ops["a"][op]]
        share = model.factors[spawn["shares"] + (flow.cls if spawn["n_classes"] > 1 else 0)]
        comes = spawn["count"] < 0 or model.counts["offset"][spawn["count"]] > 0
        needed = spawn["need"] > 0 or spawn["need_share"] > 0
        surely = share >= 1 and comes and needed and spawn["stream"] not in quick
        if spawn["waited"] >= 0 and surely:
            return True
    return False


def _mix(model: Model, spawn: np.void, cls: int, n_classes: int) -> Floats:
    """Return the shares of the classes among the children of a parent of class `cls`."""
    shares = np.zeros(n_classes)
    known = int(model.by_class[spawn["cls_row"], cls]) if spawn["cls_row"] >= 0 else -1
    if known >= 0:
        shares[known] = 1.0
        return shares
    return _usual_mix(model, int(spawn["stream"]), n_classes)


def _usual_mix(model: Model, v: int, n_classes: int) -> Floats:
    """Return the shares of the classes of a stream among items whose class is drawn."""
    shares = np.zeros(n_classes)
    first, n = (int(model.streams[v][name]) for name in ("class_shares", "n_classes"))
    shares[:n] = np.diff(model.factors[first : first + n], prepend=0.0)
    return shares


def _reaches(mean: Floats) -> NDArray[np.bool_]:
    """Return which types an item of each type may have among itself and its descendants."""
    reach = np.eye(len(mean), dtype=bool) | (mean > 0)
    for _ in range(len(mean).bit_length()):
        reach = reach @ reach
    return reach


def _in_endless(mean: Floats) -> NDArray[np.bool_]:
    """Return the types whose descendants of the same kind do not become fewer."""
    _, part = connected_components(mean > 0, directed=True, connection="strong")
    endless = np.zeros(len(mean), bool)
    for label in np.unique(part):
        here = np.flatnonzero(part == label)
        radius = np.abs(np.linalg.eigvals(mean[np.ix_(here, here)])).max()
        endless[here] = radius >= ENDLESS
    return endless
