"""The constructs of what changes inside a run, and how to take each out of a scenario."""

from random_changes import leaves


def _streams(words):
    return list(words["streams"].values())


def _places(words):
    """Return the steps and the outcomes that may have effects and children."""
    steps = [step for stream in _streams(words) for step in leaves(stream["steps"])]
    ways = [way for step in steps for way in step.get("outcome", {}).values()]
    return steps, [way for way in ways if isinstance(way, dict)]


def _effects(words):
    steps, ways = _places(words)
    found = [place["effect"] for place in (*steps, *ways) if "effect" in place]
    return [one for many in found for one in (many if isinstance(many, list) else [many])]


def _triggers(words):
    return list(words.get("triggers", {}).values())


def _watched(words):
    return [trigger["watch"] for trigger in _triggers(words)]


def _drop(places, *fields):
    def remove(words):
        for place in places(words):
            for field in fields:
                place.pop(field, None)

    return remove


def _no_effects(kind=""):
    """Let nothing change, or no thing of a kind: by a factor of 1."""

    def remove(words):
        for effect in _effects(words):
            if kind in effect or not kind:
                effect["by"] = "x1"

    return remove


def _of_outcomes(words):
    for way in _places(words)[1]:
        way.pop("effect", None)


def _effects_of_states(words):
    states = [s for e in words.get("environments", {}).values() for s in e["states"].values()]
    found = [state["effect"] for state in states if "effect" in state]
    return [one for many in found for one in (many if isinstance(many, list) else [many])]


def _constant(kind=""):
    """Let nothing change around everything, or no thing of a kind."""

    def remove(words):
        for effect in _effects_of_states(words):
            if kind in effect or not kind:
                effect["by"] = "x1"

    return remove


def _nowhere(kind):
    """Let no thing of a kind change, whatever changes it."""

    def remove(words):
        _no_effects(kind)(words)
        _constant(kind)(words)

    return remove


def _rises(words):
    """Let no rate rise."""
    for effect in _effects_of_states(words):
        if "rate" in effect and effect["by"] in ("x1.5", "+50%", "x3"):
            effect["by"] = "x1"


def _one_environment(words):
    words.get("environments", {}).pop("Supplier", None)


def _in_turn(words):
    for environment in words.get("environments", {}).values():
        for state in environment["states"].values():
            state.pop("next", None)


def _own(*kinds):
    """Let the effects on one family be on none."""

    def remove(words):
        for effect in _effects(words):
            if "family" in effect and not effect.keys().isdisjoint(kinds):
                effect["by"] = "x1"

    return remove


def _drawn(words):
    for effect in _effects(words):
        if isinstance(effect["by"], dict):
            effect["by"] = effect["by"]["low"]


def _second(words):
    steps, ways = _places(words)
    for place in (*steps, *ways):
        if isinstance(place.get("effect"), list):
            place["effect"] = place["effect"][0]


def _one_family(words):
    for stream in _streams(words):
        if "families" in stream:
            stream["families"] = {"names": {"x": "100%"}}


def _numbered(words):
    for stream in _streams(words):
        if "share_of_top" in stream.get("families", ()):
            stream["families"] = {"names": {"x": "100%"}}


def _disinherit(words):
    steps, ways = _places(words)
    for place in (*steps, *ways):
        spawns = place.get("spawn", [])
        for spawn in spawns if isinstance(spawns, list) else [spawns]:
            if "family" in spawn.get("inherit", ()):
                spawn["inherit"] = [word for word in spawn["inherit"] if word != "family"]
                if not spawn["inherit"]:
                    del spawn["inherit"]


def _arrivals(words):
    """Let triggers look at arrivals alone."""
    for trigger in _triggers(words):
        for word in ("step", "outcome", "later_than"):
            trigger["watch"].pop(word, None)
        for word in ("share", "mean", "sum"):
            trigger.pop(word, None)


def _never_late(words):
    """Let no visit be late enough."""
    for watch in _watched(words):
        if "later_than" in watch:
            watch["later_than"] = "10 wk"


def _silent(words):
    """Let no trigger ever fire."""
    for trigger in _triggers(words):
        trigger["level" if "level" in trigger else "count"] = 10**6


def _at_each_mark(words):
    """Let triggers look whenever something happens, unless they must look at times of their own."""
    for trigger in _triggers(words):
        if "level" not in trigger and "while" not in trigger:
            for word in ("every", "top"):
                trigger.pop(word, None)


def _none_of(kind):
    """Let no trigger of a kind ever fire."""

    def remove(words):
        for trigger in _triggers(words):
            if kind(trigger):
                trigger["level" if "level" in trigger else "count"] = 10**6

    return remove


def _held(words):
    """Return what triggers hold."""
    found = [trigger["effect"] for trigger in _triggers(words) if "effect" in trigger]
    return [one for many in found for one in (many if isinstance(many, list) else [many])]


def _nothing_held(kind=""):
    """Let triggers hold nothing, or no thing of a kind."""

    def remove(words):
        for effect in _held(words):
            if not kind or not effect.keys().isdisjoint(kind.split()):
                effect["by"] = "x1"

    return remove


def _of_all(words):
    """Let levels be of all classes, and of all who wait for a team."""
    for trigger in _triggers(words):
        if "level" in trigger:
            trigger["watch"].pop("classes", None)
        if "team" in trigger["watch"]:
            trigger["watch"].pop("stream", None)


def _soon_again(words):
    """Let what holds begin again at once."""
    for trigger in _triggers(words):
        if "while" in trigger:
            trigger.pop("cool_down", None)


def _gates(words):
    return [step["gate"] for step in _places(words)[0] if "score" in step.get("gate", ())]


def _scored(words):
    return [gate["score"]["watch"] for gate in _gates(words)]


def _never_forgets(words):
    """Let scores look back to the start."""
    for gate in _gates(words):
        gate["score"]["within"] = "10 wk"


CHANGES = {
    "families": _one_family,
    "families by number": _numbered,
    "inherited family": _disinherit,
    "effects": _no_effects(),
    "effect on a rate": _no_effects("rate"),
    "effect on a touch": _no_effects("touch"),
    "effect on a wait": _no_effects("wait"),
    "effect on a share": _no_effects("share"),
    "effect on what machines handle": _nowhere("auto"),
    "effect on what comes in": _nowhere("incomplete"),
    "effect on the rate of a family": _own("rate"),
    "effect on the touch of a family": _own("touch"),
    "effect on the wait of a family": _own("wait"),
    "effect on a share of a family": _own("share", "auto", "incomplete"),
    "effect that is drawn": _drawn,
    "effect of an outcome": _of_outcomes,
    "several effects": _second,
    "effect: lag": _drop(_effects, "lag"),
    "effect: lasts": _drop(_effects, "lasts"),
    "effect: half_life": _drop(_effects, "half_life"),
    "triggers": _silent,
    "trigger: classes": _drop(_watched, "classes"),
    "trigger: step": _arrivals,
    "trigger: later_than": _never_late,
    "trigger: share": _drop(_triggers, "share"),
    "trigger: mean": _drop(_triggers, "mean"),
    "trigger: sum": _drop(_triggers, "sum"),
    "trigger: per family": _drop(_triggers, "per", "top"),
    "trigger: cool_down": _drop(_triggers, "cool_down"),
    "trigger: every": _at_each_mark,
    "trigger: top": _drop(_triggers, "top"),
    "trigger: level": _none_of(lambda trigger: "level" in trigger),
    "level of open items": _none_of(
        lambda trigger: "level" in trigger and "team" not in trigger["watch"]
    ),
    "level of a team": _none_of(lambda trigger: "team" in trigger["watch"]),
    "level of some items": _of_all,
    "level that makes items": _none_of(lambda trigger: "level" in trigger and "spawn" in trigger),
    "level by family": _none_of(lambda trigger: "level" in trigger and "per" in trigger),
    "trigger: while": _nothing_held(),
    "while: rate": _nothing_held("rate"),
    "while: touch": _nothing_held("touch"),
    "while: wait": _nothing_held("wait"),
    "while: share": _nothing_held("share auto incomplete"),
    "while: cool_down": _soon_again,
    "while of what happened": _none_of(lambda trigger: "while" in trigger and "count" in trigger),
    "score": _drop(_gates, "score"),
    "score: within": _never_forgets,
    "score of some visits": _drop(_scored, "classes", "outcome", "later_than"),
    "environments": _constant(),
    "environment of a rate": _constant("rate"),
    "environment of a touch": _constant("touch"),
    "environment of a wait": _constant("wait"),
    "environment of a share": _constant("share"),
    "rate that rises": _rises,
    "several environments": _one_environment,
    "state: next": _in_turn,
}
"""What must occur in random scenarios, and matter."""
