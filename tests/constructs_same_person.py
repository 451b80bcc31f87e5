"""Constructs of people who go on with the next step, and how to take them out; see `constructs`."""


def _named(steps):
    for name, step in steps.items():
        yield name, step
        yield from _named(step.get("steps") or step.get("one_of") or {})


def _others(matches):
    """Let anybody of the team go on at some steps."""

    def remove(words):
        for stream in words["streams"].values():
            for name, step in _named(stream["steps"]):
                if matches(name, step):
                    step.pop("same_person", None)

    return remove


def _led_back(name, step):
    ways = [way.get("to") for way in step.get("outcome", {}).values() if isinstance(way, dict)]
    return name in ways or name in step.get("next", ())


SAME_PERSON = {
    "same_person": _others(lambda name, step: True),
    "same_person: several people": _others(lambda name, step: isinstance(step.get("team"), dict)),
    "same_person at a way back": _others(_led_back),
    "same_person where some pass by": _others(
        lambda name, step: step.keys() & {"share", "classes"}
    ),
    "same_person where priorities change": _others(lambda name, step: "set" in step),
    "same_person before an outcome": _others(lambda name, step: "outcome" in step),
}
"""What must occur in random scenarios, and matter."""
