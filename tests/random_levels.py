"""Random triggers that look at how many are there, and effects that hold while triggers are true.

They are drawn last, from a source of their own, into a scenario that is whole without them.
"""

import random

from random_changes import FACTORS, MOMENTS, ChangeAuthor, named

LOOKS = ("5 min", "10 min", "20 min", "40 min")


def add_levels(words, share=55):
    """Let triggers look at levels, or hold something, in so many of 100 scenarios."""
    source = random.Random(str(words))
    LevelAuthor(words, source).levels(share)


class LevelAuthor(ChangeAuthor):
    """Draws triggers of a level, and what holds while they are true."""

    def levels(self, share):
        """Add triggers, or nothing."""
        if not self.chance(share):
            return
        triggers = self.words.setdefault("triggers", {})
        holds = [self.holding] if self.things() else []
        makes = [self.making] if "problem" in self.streams else []
        if not holds and not makes:
            del self.words["triggers"]
            return
        for name in ("crowd", "Again", "z")[: self.pick((1, 1, 2, 3))]:
            triggers[name] = self.pick((*holds, *holds, *makes))()
        for trigger in triggers.values():
            others = [one for one in triggers.values() if one is not trigger and "spawn" in one]
            if holds and others and self.chance(25):
                self.holds_instead(trigger)

    def things(self):
        """Return what may change for all items."""
        return [("rate", name) for name in self.at_a_rate] + self.times() + self.chances()

    def level(self):
        """Draw who is counted, and when."""
        watch = {}
        if self.chance(55):
            watch["team"] = self.team()
        if "team" not in watch or self.chance(25):
            watch["stream"] = self.pick([name for name in self.streams if name != "problem"])
            classes = list(self.streams[watch["stream"]].get("classes", ()))
            if classes and self.chance(50):
                watch["classes"] = self.pick(classes)
        many = (1, 2, 2, 3, 4)
        if "team" in watch or "classes" in watch:
            many = (1, 1, 2)
        words = {"watch": watch, "level": self.pick(many), "every": self.pick(LOOKS)}
        if self.chance(40):
            words["cool_down"] = self.pick(("30 min", "1 h", "2 h"))
        return words

    def team(self):
        """Draw a team, one that works rather than one that does not."""
        asked = [
            team
            for stream in self.streams.values()
            for _, step in named(stream["steps"])
            for team in self.words["teams"]
            if team in str(step.get("team", ""))
        ]
        return self.pick(asked or list(self.words["teams"]))

    def making(self):
        """Draw a trigger that makes items."""
        words = {**self.level(), "spawn": "problem"}
        if self.with_families and self.chance(40):
            words["per"] = "family"
            if self.chance(50):
                words |= {"top": 1, "level": 1}
        return words

    def holding(self):
        """Draw a trigger of which the effects hold while it is true."""
        words = self.level() if self.chance(60) else self.often()
        words |= {"while": True, "effect": self.held()}
        touch = [place for word, place in self.times() if word == "touch"]
        if touch and self.chance(50):  # what comes and goes at every look, if it may
            seldom = {"count": 1, "within": "5 min"} if "count" in words else {"level": 1}
            words |= {**seldom, "every": "5 min"}
            words["cool_down"] = self.pick(("1 h", "2 h"))
            words["effect"] = {"touch": self.pick(touch), "by": self.pick(("x0.2", "x3"))}
        return words

    def often(self):
        """Draw how often something must have happened, and when that is looked at."""
        watch = {"stream": self.pick([name for name in self.streams if name != "problem"])}
        words = {"watch": watch, "count": self.pick((1, 2, 3)), "within": self.pick(MOMENTS)}
        return {**words, "every": self.pick(LOOKS)}

    def held(self):
        """Draw what holds for all items."""
        unlike = {}
        for _ in range(self.pick((1, 1, 2))):
            things = self.things()
            kinds = sorted({word for word, _ in things})
            kind = self.pick([*kinds, *(["touch"] * 2 if "touch" in kinds else [])])
            word, place = self.pick([one for one in things if one[0] == kind])
            by = self.pick(FACTORS if word == "rate" else (*FACTORS, "x1.5", "+50%", "x3"))
            unlike[word, str(place)] = {word: place, "by": by}
        effects = list(unlike.values())
        return effects[0] if len(effects) == 1 else effects

    def holds_instead(self, trigger):
        """Let a trigger that makes items have effects instead."""
        if "spawn" in trigger and "per" not in trigger:
            del trigger["spawn"]
            trigger.setdefault("every", self.pick(LOOKS))
            trigger |= {"while": True, "effect": self.held()}
