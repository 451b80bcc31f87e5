"""The smallest scenario that still fails: words are taken away until none can be spared."""

import copy
import io
import time

from random_scenarios import Case
from ruamel.yaml import YAML

REMOVED = object()
KEPT = {
    "svcsim", "start", "horizon", "run_out", "seed", "streams", "steps", "teams", "demand",
    "people", "activity",
}  # fmt: skip
"""Fields without which nothing is left."""


def smallest(case, fails, *, seconds=120):
    """Return a case that fails too, from which nothing can be taken away, or not in the time.

    Parameters
    ----------
    case
        A `Case` that fails.
    fails
        Says whether a case fails; what cannot be loaded does not.
    seconds
        When to stop.
    """
    until = time.monotonic() + seconds
    changed = True
    while changed:
        changed, k = False, 0
        while k < len(found := list(simpler(case))):
            if time.monotonic() > until:
                return case
            if fails(found[k]):
                case, changed = found[k], True
            else:
                k += 1
    return case


def simpler(case):
    """Yield cases with one thing taken away, the largest things first."""
    for path in sorted(paths(case.words), key=len):
        value = at(case.words, path)
        yield changed(case, path, REMOVED)
        if isinstance(value, dict):
            yield from (changed(case, path, part) for part in parts(value))
        if isinstance(value, dict | list) and path[-1] in ("touch", "wait", "patience", "every"):
            yield changed(case, path, "10 min")
    for name, text in case.files.items():
        head, *rows = text.splitlines(keepends=True)
        for i in range(len(rows)):
            yield Case(case.words, {**case.files, name: head + "".join(rows[:i] + rows[i + 1 :])})


def parts(value):
    """Yield what may stand in the place of a mapping: one of the values in it."""
    if "by_class" in value:
        yield from value["by_class"].values()
    if "by_visit" in value:
        yield from value["by_visit"]
    if "mixture" in value:
        yield from (part["of"] for part in value["mixture"])
    for step in {**value.get("steps", {}), **value.get("one_of", {})}.values():
        yield {name: part for name, part in step.items() if name != "share"}


def paths(value, path=()):
    """Yield the path of everything that may be taken away."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name not in KEPT:
                yield (*path, name)
            yield from paths(part, (*path, name))
    elif isinstance(value, list) and len(value) > 1:
        for i, part in enumerate(value):
            yield (*path, i)
            yield from paths(part, (*path, i))


def at(value, path):
    """Return what stands at a path."""
    for name in path:
        value = value[name]
    return value


def changed(case, path, value):
    """Return a case with another value at a path, or none."""
    words = copy.deepcopy(case.words)
    holder = at(words, path[:-1])
    if value is REMOVED:
        del holder[path[-1]]
    else:
        holder[path[-1]] = value
    return Case(words, case.files)


def as_yaml(case, why=""):
    """Write a case as a file of tests/regressions."""
    yaml, out = YAML(), io.StringIO()
    yaml.default_flow_style = None
    yaml.width = 96
    named = {name: text for name, text in case.files.items() if f"'{name}'" in repr(case.words)}
    yaml.dump({"why": why, "given": case.words, "files": named}, out)
    return out.getvalue()
