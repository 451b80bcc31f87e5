"""Random calls: children that are waited for, redials, escalations, and handovers between teams.

They are drawn after everything else, into a scenario that is whole without them.
"""

from random_extras import ExtraAuthor
from random_words import minutes


class CallAuthor(ExtraAuthor):
    """Draws what items wait for besides people."""

    def calls(self, stream, later):
        """Add something to the words of a stream, or nothing; `later` streams may be called."""
        if self.chance(30):
            return
        for _, step in self.named(stream["steps"]):
            if later and self.chance(70 if self.after is not None else 22):
                self.new_children(step, later)
            self.children(step)
            if later and step.keys() & {"wait"} and "touch" not in step and self.chance(60):
                self.call(step, later)
            if "patience" in step and "every" not in step and self.chance(50):
                step["redial"] = {
                    "share": self.varied(lambda: self.pick(("50%", "30%", "100%")), 60),
                    "wait": self.time(),
                }
            if self.chance(25):
                self.escalate(step)
            if "touch" in step and "gate" not in step and self.chance(40):
                step["handover"] = self.handover()
            if "touch" in step and "gate" not in step and self.chance(25):
                step["reading_in"] = minutes(self.pick((1, 5, 10)))

    def handover(self):
        """Draw how long an item is under way from another team."""
        unit = self.unit(self.author.closes(None) and self.chance(25))
        return self.varied(lambda: self.law(unit=unit, scale=10), 60)

    def children(self, step):
        """Let some children be waited for."""
        ways = [way for way in step.get("outcome", {}).values() if isinstance(way, dict)]
        for place in (step, *ways):
            spawns = place.get("spawn", [])
            for spawn in spawns if isinstance(spawns, list) else [spawns]:
                if self.chance(50):
                    most = spawn.get("count", 1)
                    many = 1 if isinstance(most, int) else self.pick((1, 2))
                    spawn["wait_for"] = self.pick(("all", "all", many, "50%", "60%"))

    def new_children(self, step, later):
        """Let children come of a step of which none come."""
        ways = [way for way in step.get("outcome", {}).values() if isinstance(way, dict)]
        if any("spawn" in place for place in (step, *ways)):
            return
        step["spawn"] = {"stream": self.pick([*later]), "wait_for": "all"}
        if self.chance(40):
            step["spawn"] |= {"count": self.pick((2, 3)), "wait_for": self.pick(("all", 1, 2))}
        if self.chance(30):
            step["spawn"]["wait"] = minutes(self.pick((5, 20, 40)))

    def call(self, step, later):
        """Let a step call another stream where it waited."""
        for word in ("wait", "cause", "runs_on"):
            step.pop(word, None)
        name = self.pick([*later])
        spawns = step.get("spawn", [])
        if name in {one["stream"] for one in (spawns if isinstance(spawns, list) else [spawns])}:
            step["wait"] = "5 min"
            return
        ways = [way for way in step.get("outcome", {}).values() if isinstance(way, dict)]
        for way in ways:  # children in the stream that is called come of the call alone
            inside = way.pop("spawn", [])
            inside = inside if isinstance(inside, list) else [inside]
            if others := [one for one in inside if one["stream"] != name]:
                way["spawn"] = others if len(others) > 1 else others[0]
        step["stream"] = name
        classes = [*later[name].get("classes", ())]
        if len(classes) > 1 and self.chance(80):
            step["class"] = self.pick(classes)
        if self.chance(80):
            step["inherit"] = self.pick(("due", ["priority", "due"]))

    def escalate(self, step):
        """Draw when a step becomes more urgent."""
        step["escalate"] = {
            "after": self.durations((0, 5, 20, 60)),
            "priority": self.varied(lambda: self.pick((0, 1, 3)), 30),
        }
        if "touch" in step and self.chance(40):
            step["escalate"]["unless"] = "started"
