"""Constructs of steps that learn, and how to take them out; see `constructs`."""


def _steps(named):
    for step in named.values():
        yield step
        yield from _steps(step.get("steps") or step.get("one_of") or {})


def _without(*words, where=lambda step: True):
    """Leave words of a curve out, or the whole of it, at some steps."""

    def remove(scenario):
        for stream in scenario["streams"].values():
            for step in _steps(stream["steps"]):
                if "learning" in step and where(step):
                    for word in words:
                        step["learning"].pop(word, None)
                    if not words:
                        del step["learning"]

    return remove


LEARNING = {
    "learning": _without(),
    "learning: done_before": _without("done_before"),
    "learning: at_least": _without("at_least"),
    "learning of a team of several": _without(
        where=lambda step: isinstance(step.get("team"), dict)
    ),
    "learning beside machines": _without(where=lambda step: "auto" in step),
    "learning where something is incomplete": _without(where=lambda step: "incomplete" in step),
    "learning of instances": _without(where=lambda step: "instances" in step),
    "learning with the same person": _without(where=lambda step: "same_person" in step),
    "learning within a window": _without(where=lambda step: "during" in step),
    "learning where work is restarted": _without(
        where=lambda step: step.get("interruption") == "restart"
    ),
}
"""What must occur in random scenarios, and matter."""
