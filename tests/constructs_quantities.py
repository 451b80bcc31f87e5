"""Constructs of quantities, and how to take them out; see `constructs`."""

from random_words import leaves_of


def _steps(words):
    return [step for stream in words["streams"].values() for step in leaves_of(stream["steps"])]


def _ways(words):
    ways = [way for step in _steps(words) for way in step.get("outcome", {}).values()]
    return [way for way in ways if isinstance(way, dict)]


def _each(key):
    """Let a time be the same whatever the quantity."""

    def remove(words):
        for step in _steps(words):
            holder = step.get("auto", {}) if key == "time" else step
            law = holder.get(key)
            for one in law.get("by_class", {"": law}).values() if isinstance(law, dict) else ():
                if isinstance(one, dict):
                    one.pop("each", None)

    return remove


def _quantities(change):
    def remove(words):
        for stream in words["streams"].values():
            if "quantity" in stream:
                change(stream["quantity"])

    return remove


def _for_all(quantity):
    count = quantity["count"]
    if isinstance(count, dict) and "by_class" in count:
        quantity["count"] = next(iter(count["by_class"].values()))


def _poisson(quantity):
    count = quantity["count"]
    counts = count["by_class"] if isinstance(count, dict) and "by_class" in count else quantity
    for key, one in counts.items():
        if isinstance(one, dict) and "negative_binomial" in one:
            counts[key] = {"poisson": one["negative_binomial"]}


def _own(words):
    """Let children have quantities of their own."""
    for place in (*_steps(words), *_ways(words)):
        some = place.get("spawn", [])
        for spawn in some if isinstance(some, list) else [some]:
            if "quantity" in spawn.get("inherit", ()):
                spawn["inherit"] = [one for one in spawn["inherit"] if one != "quantity"]
                if not spawn["inherit"]:
                    del spawn["inherit"]


def _forget(places):
    def remove(words):
        for place in places(words):
            place.pop("remaining", None)

    return remove


QUANTITIES = {
    "touch for each": _each("touch"),
    "wait for each": _each("wait"),
    "time of a machine for each": _each("time"),
    "quantity": _quantities(lambda quantity: quantity.update(count=3)),
    "quantity by class": _quantities(_for_all),
    "quantity: negative binomial": _quantities(_poisson),
    "quantity that is inherited": _own,
}
"""What must occur in random scenarios, and matter."""
REMAINING = {"remaining": _forget(_steps), "remaining of an outcome": _forget(_ways)}
"""What is read after a run."""
