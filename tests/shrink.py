"""The smallest scenario that still fails: words are taken away until none can be spared."""

import copy
import io
import time

from random_scenarios import Case
from random_words import named_in
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
        if len(path) == 4 and path[2] == "steps":
            yield spliced(case, path)
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
    if "every" in value and value.keys() & {"times", "until"}:
        repeats = {"every", "times", "until"}
        yield {name: part for name, part in value.items() if name not in repeats}
    if "mixture" in value:
        yield from (part["of"] for part in value["mixture"])
    for names in (value.get("any"), value.get("of")):
        if isinstance(names, list):
            yield names
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


def spliced(case, path):
    """Return a case without a step; what came after it comes after what it came after."""
    words = copy.deepcopy(case.words)
    named, name = at(words, path[:-1]), path[-1]
    order = list(named)
    place = order.index(name)
    waits = named_in(named[name].get("after"), order[:place])
    for step in [named[other] for other in order[place + 1 :]]:
        if isinstance(step.get("after"), dict):
            for word in step["after"].keys() & {"any", "of"}:
                step["after"][word] = _replaced(step["after"][word], name, waits)
        elif "after" in step:
            step["after"] = _replaced(step["after"], name, waits)
    if place + 1 < len(order):
        named[order[place + 1]].setdefault("after", waits)
    del named[name]
    return Case(words, case.files)


def _replaced(names, name, others):
    """Return names with others in the place of one."""
    found = [names] if isinstance(names, str) else names
    return list(dict.fromkeys(n for one in found for n in (others if one == name else [one])))


def as_yaml(case, why=""):
    """Write a case as a file of tests/regressions."""
    yaml, out = YAML(), io.StringIO()
    yaml.default_flow_style = None
    yaml.width = 96
    named = {name: text for name, text in case.files.items() if f"'{name}'" in repr(case.words)}
    yaml.dump({"why": why, "given": case.words, "files": named}, out)
    return out.getvalue()
