"""Which constructs occur in a scenario, all at once.

Nothing is taken out: the words are held fast, and who would change them is stopped there.
"""

from constructs import CONSTRUCTS

NOTHING = object()


class TouchedError(Exception):
    """Something would have changed."""


class Held(dict):
    """A mapping that stops who would change it."""

    def __setitem__(self, name, value):
        if self.get(name, NOTHING) != value:
            raise TouchedError

    def __delitem__(self, name):
        raise TouchedError

    def pop(self, name, *otherwise):
        if name in self:
            raise TouchedError
        return otherwise[0]

    def setdefault(self, name, value=None):
        self[name] = self.get(name, value)
        return self[name]

    def update(self, *more, **named):
        for name, value in dict(*more, **named).items():
            self[name] = value

    def __ior__(self, more):
        self.update(more)
        return self


def held(words):
    """Return words that nobody can change."""
    if isinstance(words, dict):
        return Held((name, held(part)) for name, part in words.items())
    return [held(part) for part in words] if isinstance(words, list) else words


def occurring(words, constructs=CONSTRUCTS):
    """Return the names of the constructs that occur in the words of a scenario."""
    fast = held(words)
    return {name for name, remove in constructs.items() if _touches(remove, fast)}


def _touches(remove, fast):
    try:
        remove(fast)
    except TouchedError:
        return True
    return False
