"""Two runs compared: row by row, by names, or as far as the shorter one goes."""

from collections.abc import Iterable

import numpy as np

from svcsim.model.arrays import NEVER, Integers, Model, Records
from svcsim.model.build import Compiled
from svcsim.model.codes import TRIGGERED
from svcsim.model.trajectory import Trajectory


def until(model: Model, end: int) -> Model:
    """Return a model whose run ends at a tick, if it does not end before."""
    end = min(end, model.end)
    horizon = min(model.horizon, end)
    return model._replace(end=end, horizon=horizon, warm_up=min(model.warm_up, horizon - 1))


def difference(one: Trajectory, other: Trajectory) -> str:
    """Return where two runs differ first, table by table; empty if they do not.

    >>> from svcsim.engines import compiled
    >>> from svcsim.scenario.load import load
    >>> from svcsim.model.build import build
    >>> model = build(load("first_desk", set=["horizon=1 d", "run_out=0 h"])).model
    >>> a, b = (compiled.simulate(model, 1, replication) for replication in (0, 0))
    >>> b.rows["end"][3] += 1
    >>> difference(a, a), difference(a, b).split(":")[0]
    ('', 'rows, record 3')
    """
    for name, x, y in zip(Trajectory._fields, one, other, strict=True):
        found = records_difference(name, x, y)
        if found:
            return found
    return ""


def records_difference(name: str, x: Records, y: Records, fields: Iterable[str] = ()) -> str:
    """Return where two tables differ first, in some fields or in all."""
    fields = list(fields) or list(x.dtype.names or ())
    n = min(len(x), len(y))
    unequal = np.zeros(n, bool)
    for field in fields:
        unequal |= x[field][:n] != y[field][:n]
    if unequal.any():
        k = int(np.argmax(unequal))
        told = [f"{f} is {x[f][k]} and {y[f][k]}" for f in fields if x[f][k] != y[f][k]]
        return f"{name}, record {k}: item {x['item'][k]}: {', '.join(told)}"
    return "" if len(x) == len(y) else f"{name}: there are {len(x)} and {len(y)} records"


def by_name(made: Compiled, run: Trajectory, codes: dict[str, int]) -> Trajectory:
    """Return a run in which teams, steps and classes are told by name, whatever their index.

    Parameters
    ----------
    made
        The scenario, with its names.
    run
        What happened.
    codes
        A number for each name; runs that share it can be compared. It grows.
    """
    names = made.names

    def lookup(words: Iterable[str]) -> Integers:
        return np.array([*(codes.setdefault(word, len(codes)) for word in words), -1], np.int64)

    streams = lookup(f"stream {name}" for name in names.streams)
    owners = made.model.steps["stream"].tolist()
    steps = lookup(
        f"step {names.streams[v]}\0{name}" for v, name in zip(owners, names.steps, strict=True)
    )
    pools, groups = (
        lookup(f"{what} {name}" for name in found)
        for what, found in (("pool", names.pools), ("group", names.groups))
    )
    families = lookup(f"family {name}" for name in names.families)
    triggers = lookup(f"trigger {name}" for name in names.triggers)
    most = max(map(len, names.classes))
    classes = np.array([
        lookup(f"class {stream}\0{name}" for name in (*found, *[""] * (most - len(found))))
        for stream, found in zip(names.streams, names.classes, strict=True)
    ])  # fmt: skip
    items = run.items.copy()
    items["cls"] = classes[run.items["stream"], run.items["cls"]]
    items["stream"] = streams[run.items["stream"]]
    items["site"], items["family"] = steps[items["site"]], families[items["family"]]
    made_by = items["layer"] == TRIGGERED
    items["member"][made_by] = triggers[items["member"][made_by]]
    tables = {"items": items}
    for name in ("visits", "rows", "presence", "attendance"):
        table = getattr(run, name).copy()
        table["step"] = steps[table["step"]]
        if "pool" in (table.dtype.names or ()):
            table["pool"], table["group"] = pools[table["pool"]], groups[table["group"]]
            keys = ("end", "person", "group", "pool", "begin", "token", "item")
            table = table[np.lexsort([table[key] for key in keys])]
        tables[name] = table
    return run._replace(**tables)


def beginning(short: Trajectory, long: Trajectory, end: int) -> str:
    """Return where a run that ends at a tick is not the beginning of a longer one."""
    items = long.items[: len(short.items)]
    fixed = [f for f in short.items.dtype.names or () if f not in ("ended", "outcome")]
    wrong = records_difference("items", short.items, items, fixed)
    if not wrong and (long.items["arrived"][len(short.items) :] < end).any():
        wrong = "items: the longer run has more of them before the end of the shorter"
    wrong = wrong or _so_far("items", short.items, items, ("ended",), end)
    visits = long.visits[long.visits["entered"] < end]
    entered = "item", "token", "step", "visit", "entered"
    wrong = wrong or records_difference("visits", short.visits, visits, entered)
    wrong = wrong or _so_far("visits", short.visits, visits, ("started", "finished"), end)
    for name in ("rows", "presence"):
        x, y = (table[table["end"] < end] for table in (getattr(short, name), getattr(long, name)))
        wrong = wrong or records_difference(name, x, y)
    return wrong


def _so_far(name: str, x: Records, y: Records, fields: Iterable[str], end: int) -> str:
    """Return where ticks of the longer run, as far as the shorter one knows them, are others."""
    for field in fields:
        known = np.where(y[field] < end, y[field], NEVER)
        if (wrong := np.flatnonzero(x[field] != known)).size:
            k = int(wrong[0])
            return f"{name}, record {k}: {field} is {x[field][k]} and {y[field][k]}"
    return ""
