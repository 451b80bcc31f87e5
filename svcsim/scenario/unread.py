"""What of a file could not be read: it is left out, so that the rest is looked at all the same.

Where nothing could stand without it, something that can be read stands in its place.
"""

from collections.abc import Sequence
from typing import Any

from svcsim.scenario.text import Words

_STAND_INS: dict[tuple[str, ...], Any] = {
    ("touch",): "1 min",
    ("wait",): "1 min",
    ("patience",): "1 h",
    ("every",): "1 h",
    ("times",): 2,
    ("level",): 1,
    ("streams", "*", "demand"): "1/h",
    ("demand", "rate"): "1/h",
    ("reply",): "1 h",
    ("meets",): "Mon 09:00",
    ("escalate", "after"): "1 h",
    ("delegate", "after"): "1 h",
    ("effect", "by"): "x0.5",
    ("outcome", "*", "share"): "1%",
    ("targets", "*", "share"): "1%",
    ("targets", "*", "within"): "1 h",
    ("states", "*", "lasts"): "1 h",
    ("groups", "*", "people"): 1,
    ("resources", "*", "count"): 1,
}
"""By the last words of a path; ``*`` is any name."""


def cut(data: dict[str, Any], path: Words, unread: list[Words]) -> bool:
    """Take away a path that cannot be read; of a list, the whole. Whether there was something.

    What stands for something else, and cannot be read there either, is taken away too.
    """
    if path in ((), ("svcsim",)):
        known = data.get("svcsim") == 1
        data["svcsim"] = 1
        return not known
    here: Any = data
    for i, word in enumerate(path[:-1]):
        if not isinstance(here, dict) or word not in here:
            return False
        if isinstance(here[word], list):
            path = path[: i + 1]
            break
        here = here[word]
    if not isinstance(here, dict) or path[-1] not in here:
        return False
    instead = _stand_in(path)
    if instead is None or path in unread:
        del here[str(path[-1])]
    else:
        here[str(path[-1])] = instead
    unread.append(path)
    return True


def _stand_in(path: Words) -> Any:
    """Return what may stand at a path; None: nothing need stand there."""
    for words, value in _STAND_INS.items():
        last = path[-len(words) :]
        if len(last) == len(words) and all(
            word in ("*", there) for word, there in zip(words, last, strict=True)
        ):
            return value
    return None


def touches(path: Words, unread: Sequence[Words]) -> bool:
    """Whether a path is part of one that could not be read, or holds one."""
    return any(path[: len(one)] == one[: len(path)] for one in unread)
