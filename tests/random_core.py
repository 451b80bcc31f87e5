"""Random scenarios for which the core of the kernel is enough: the others, with parts left out.

The author draws as ever; then whatever the core has no code for is taken out of the words.
"""

import random

from random_scenarios import Author, Case
from random_serves import add_serves

LEFT_OUT = ("preempts", "during", "uses", "wip")


class CoreAuthor(Author):
    """Draws the words of a scenario without features."""

    forked = 0
    plain = True
    extras = swarms = groups = changes = tokens = reserves = False

    def children(self):
        """Draw no children."""

    def case(self):
        """Draw everything that the core does."""
        words, files = super().case()
        words.pop("resources", None)
        for team in words["teams"].values():
            team.pop("wip", None)
            if team["people"] == "unlimited":
                team["people"] = 2
        words = _simple(words)
        add_serves(self, words)
        return Case(words, files)


def draw_for_core(seed):
    """Return the case of a seed."""
    return CoreAuthor(random.Random(seed)).case()


def _simple(words):
    """Leave out what is a feature; of several teams at once the first works alone."""
    if isinstance(words, list):
        return [_simple(one) for one in words]
    if not isinstance(words, dict):
        return words
    found = {name: _simple(value) for name, value in words.items() if name not in LEFT_OUT}
    if isinstance(found.get("gate"), dict):
        for name in ("gate", "outcome", "max_visits"):
            found.pop(name, None)
        found["wait"] = "30 min"
    several = found.get("team")
    if isinstance(several, dict) and all(isinstance(n, int) for n in several.values()):
        name = next(iter(several))
        found["team"] = {name: several[name]}
    return found
