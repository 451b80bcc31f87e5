"""Random scenarios for which the core of the kernel is enough: the others, with parts left out.

The author draws as ever; then whatever the core has no code for is taken out of the words.
"""

import random

from random_scenarios import Author, Case

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
        words, files, _ = super().case()
        words.pop("resources", None)
        for team in words["teams"].values():
            for name in ("wip", "queue", "ageing"):
                team.pop(name, None)
            if team["people"] == "unlimited":
                team["people"] = 2
            if team["shift_end"] == "no_late_start":
                team["shift_end"] = "run_over"
        return Case(_simple(words), files)


def draw_for_core(seed):
    """Return the case of a seed."""
    return CoreAuthor(random.Random(seed)).case()


def _simple(words):
    """Leave out what is a feature; of several teams the first works alone."""
    if isinstance(words, list):
        return [_simple(one) for one in words]
    if not isinstance(words, dict):
        return words
    found = {name: _simple(value) for name, value in words.items() if name not in LEFT_OUT}
    if isinstance(found.get("gate"), dict):
        for name in ("gate", "outcome", "max_visits"):
            found.pop(name, None)
        found["wait"] = "30 min"
    if "team" in found:
        found["team"] = _alone(found["team"])
    return found


def _alone(use):
    """Return one team of several of which any, or all together, work, and one person of it."""
    if isinstance(use, list):
        return use[0]
    if isinstance(use, dict) and "by_class" in use:
        return {"by_class": {name: _alone(one) for name, one in use["by_class"].items()}}
    if isinstance(use, dict) and all(isinstance(n, int) for n in use.values()):
        return next(iter(use))
    return use
