"""Changes in words: what they are about, and values in one line."""

from typing import Any

from svcsim.scenario.schema import Scenario
from svcsim.scenario.text import Words
from svcsim.scenario.units import number


def flow(value: Any) -> str:
    """A value as people write it in one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(part) for part in value) + "]"
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    return number(value) if isinstance(value, int | float) else str(value)


def differences(old: dict[str, Any], new: dict[str, Any]) -> str:
    """The fields in which one mapping differs from another; the mappings where none is the same."""
    if not any(old[name] == new[name] for name in old.keys() & new.keys()):
        return f"{flow(old)} -> {flow(new)}"
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    parts = [f"{name} {flow(old.get(name))} -> {flow(new.get(name))}" for name in names]
    return ", ".join(parts) or "unchanged"


def subject(scenario: Scenario, path: Words) -> tuple[str, list[str]]:
    """What a change is about, and which words of it are left to say."""
    words = [str(word) for word in path]
    if words[0] in ("teams", "resources", "calendars", "activities") and len(words) > 1:
        return f"{words[1]}: ", words[2:] or ["count"] * (words[0] == "resources")
    if words[0] != "streams" or len(words) < 2:
        return "", words
    stream, rest = words[1], words[2:]
    if rest[:1] != ["steps"] or len(rest) < 2:
        return f"{stream}: ", rest
    step, rest = rest[1], rest[2:]
    while rest[:1] in (["steps"], ["one_of"]) and len(rest) > 1:
        step, rest = rest[1], rest[2:]
    return (f"{step}: " if len(scenario.streams) == 1 else f"{stream}, {step}: "), rest
