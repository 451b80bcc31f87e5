"""Random scores at gates: what the work of an item's family says of its place on the agenda.

They are drawn last, from a source of their own, into a scenario that is whole without them.
"""

import random

from random_changes import ChangeAuthor, leaves, named

MIXES = {"x": "50%", "Y": "50%"}, {"x": "30%", "Y": "30%", "z": "30%"}, {"x": "20%", "Y": "60%"}
"""Families of which several wait at once."""


def add_scores(words, share=45):
    """Let gates order their items by a score, in so many of 100 scenarios, where it fits."""
    source = random.Random(f"scores {words}")
    author = ScoreAuthor(words, source)
    if author.chance(share):
        author.scores()


class ScoreAuthor(ChangeAuthor):
    """Draws what items are worth at gates."""

    def scores(self):
        """Add scores to gates that meet, perhaps to new ones."""
        for name, stream in self.streams.items():
            if self.chance(75 if name == "problem" else 45) and not forked(stream):
                gate = {"meets": {"every": self.pick(("30 min", "30 min", "1 h"))}}
                steps, fund = stream["steps"], {"fund": {"gate": gate}}
                routed = any("next" in step for step in steps.values())
                last = name != "problem" and not routed and self.chance(70)
                stream["steps"] = {**steps, **fund} if last else {**fund, **steps}
                if self.chance(30):
                    stream["steps"]["fund"]["outcome"] = {"defer": "30%", "approve": "rest"}
                if name != "problem":
                    stream["families"] = {"names": self.pick(MIXES)}
        for name, stream in self.streams.items():
            for step in leaves(stream["steps"]):
                if "meets" in step.get("gate", ()) and self.chance(85):
                    self.score(name, step["gate"])

    def score(self, name, gate):
        """Let a gate order its items by the work of their families, if anybody works on them."""
        work = self.watched(name)
        if not work and self.worked(name):
            self.streams[name].setdefault("families", self.families())
            work = self.watched(name)
        if not work:
            return
        ending = [one for one in work if "outcome" in one[2]]
        other, at, said = self.pick(ending if ending and self.chance(50) else work)
        watch = {"stream": other, "step": at}
        classes = list(self.streams[other].get("classes", ()))
        if classes and self.chance(35):
            watch["classes"] = self.pick(classes)
        if said.get("outcome") and self.chance(50):
            watch["outcome"] = self.pick(list(said["outcome"]))
        if self.chance(35):
            watch["later_than"] = self.pick(("10 min", "40 min", "1 h", "90 min"))
        gate.pop("order", None)
        gate["agenda"] = 1
        gate["score"] = {"watch": watch, "within": self.pick(("30 min", "1 h", "1 h", "2 h"))}

    def watched(self, name):
        """Return where people work on items that may have a family of those of a stream."""
        having = self.having()
        return [
            (other, *one)
            for other in self.streams if having[other] & having[name]
            for one in self.worked(other)
        ]  # fmt: skip

    def worked(self, name):
        """Return the steps of a stream at which people work, and are in no meeting."""
        steps = named(self.streams[name]["steps"])
        return [(at, said) for at, said in steps if "touch" in said and "gate" not in said]

    def having(self):
        """Return the streams whose families the items of each stream may have."""
        found = {name: {name} & {*self.with_families} for name in self.streams}
        for _ in self.streams:
            for name, stream in self.streams.items():
                for child in heirs(stream):
                    found[child] |= found[name]
            for trigger in self.words.get("triggers", {}).values():
                if "per" in trigger and "spawn" in trigger:
                    one = trigger["watch"].get("stream")
                    for giver in [one] if one else self.streams:
                        found[trigger["spawn"]] |= found[giver]
        return found


def forked(stream):
    """Say whether a stream has parallel work."""
    return any(step.keys() & {"after", "once", "until"} for step in stream["steps"].values())


def heirs(stream):
    """Yield the streams whose items inherit the family of one of a stream."""
    for step in leaves(stream["steps"]):
        if "stream" in step and "family" in step.get("inherit", ()):
            yield step["stream"]
        for place in (step, *step.get("outcome", {}).values()):
            spawns = place.get("spawn", []) if isinstance(place, dict) else []
            for spawn in spawns if isinstance(spawns, list) else [spawns]:
                if "family" in spawn.get("inherit", ()):
                    yield spawn["stream"]
