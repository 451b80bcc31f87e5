"""Random quantities of items, and what is for each of them; drawn last of all, where they fit."""

import json

from random_words import leaves_of

UNITS = ("machines", "Zeilen", "each")
NUMBERS = (2, 1, {"geometric": 2}, {"low": 1, "high": 4}, {"values": {1: "40%", 5: "rest"}})
"""How many there may be where items may come again, which takes time then."""
NONE_TOO = (
    *(0, {"poisson": 1.5}, {"low": 0, "high": 3}, {"values": {0: "40%", 3: "rest"}}),
    *[{"negative_binomial": 2, "dispersion": 1}] * 4,
)
AGAIN = ('"to"', '"next"', '"redial"', '"when_full"')
"""Words by which an item may come again to where it was."""


def add_quantities(author, words, fits, often):
    """Let items of some streams have quantities; `fits` says whether a scenario can be run."""
    if not author.chance(often):
        return words
    changed = json.loads(json.dumps(words))
    streams, unit = changed["streams"], author.pick(UNITS)
    comes_again = {name for name in streams if _comes_again(changed, name)}
    for name, stream in streams.items():
        if author.chance(75):
            numbers = NUMBERS if name in comes_again else NONE_TOO
            if len(stream.get("classes", ())) > 1 and author.chance(40):
                first = next(iter(stream["classes"]))
                both = {first: author.pick(numbers), "otherwise": author.pick(NUMBERS)}
                stream["quantity"] = {"unit": unit, "count": {"by_class": both}}
            else:
                stream["quantity"] = {"unit": unit, "count": author.pick(numbers)}
            for step in leaves_of(stream["steps"]):
                _for_each(author, step, unit)
                _remaining(author, step)
    for name, stream in streams.items():
        for spawn in _spawns(stream):
            both = {"quantity"} <= stream.keys() & streams[spawn["stream"]].keys()
            unsafe = spawn["stream"] in comes_again and name not in comes_again
            if both and not unsafe and author.chance(60):
                inherit = spawn.get("inherit", [])
                inherit = [inherit] if isinstance(inherit, str) else inherit
                spawn["inherit"] = [*inherit, "quantity"]
    return changed if fits(changed) else words


def _comes_again(words, name):
    """Say whether an item of a stream may come again to where it was."""
    text = json.dumps([words["streams"][name], words["teams"]])
    return any(word in text for word in AGAIN)


def _for_each(author, step, unit):
    """Let some times of a step be for each."""
    if "gate" in step:
        return
    for holder, key in ((step, "touch"), (step, "wait"), (step.get("auto", {}), "time")):
        if key in holder and author.chance(45):
            law = holder[key]
            if isinstance(law, dict) and "by_class" in law:
                named = law["by_class"]
                one = author.pick([*named])
                named[one] = _each(named[one], unit)
            else:
                holder[key] = _each(law, unit)


def _each(law, unit):
    return ({"value": law} if isinstance(law, str) else law) | {"each": unit}


def _remaining(author, step):
    """Let something of the quantity be open, or nothing, when a step is done, or at outcomes."""
    ways = step.get("outcome", {})
    children = [step, *(way for way in ways.values() if isinstance(way, dict))]
    awaited = any('"wait_for"' in json.dumps(one.get("spawn", "")) for one in children)
    waits = any("wait" in way for way in children[1:])
    if ("touch" not in step or "gate" in step) and ways and (awaited or waits):
        return
    if author.chance(50):
        step["remaining"] = author.pick(("0%", "50%", "95%", "33.3%", "100%"))
    for name, way in ways.items():
        inner = isinstance(way, dict) and not way.keys() & {"by_class", "by_visit"}
        if name != "defer" and author.chance(30):
            ways[name] = (way if inner else {"share": way}) | {
                "remaining": author.pick(("0%", "15%", "70%"))
            }


def _spawns(stream):
    """Return the children and calls of the steps of a stream."""
    found = []
    for step in leaves_of(stream["steps"]):
        places = [step, *(way for way in step.get("outcome", {}).values() if isinstance(way, dict))]
        for place in places:
            some = place.get("spawn", [])
            found += some if isinstance(some, list) else [some]
    return found
