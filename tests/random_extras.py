"""Random automation, incoming quality, repetition, waits of outcomes, and changes of demand.

They are drawn last, into a scenario that is whole without them.
"""

import json
import re

from random_streams import StreamAuthor
from random_words import minutes, named_in, whole_time

NOT_REPEATED = {"outcome", "next", "incomplete", "max_visits", "abandon_to"}
"""Words that do not stand at a step that is repeated."""


class ExtraAuthor(StreamAuthor):
    """Draws what steps do besides their work, and how demand changes."""

    def extras(self, stream):
        """Add something to the words of a stream, or nothing."""
        if self.chance(35):
            return
        for name, step in self.named(stream["steps"]):
            self.at_step(name, step)
        self.beside(stream)
        if "demand" in stream and "csv" not in stream["demand"] and self.chance(25):
            stream["demand"]["changes"] = self.changes()
        if self.chance(20):
            stream.setdefault("targets", {"soon": {"within": "1 h", "share": "80%"}})
        for target in stream.get("targets", {}).values():
            self.promise(stream, target)

    def named(self, steps):
        """Yield the name and the words of every step that is no group."""
        for name, step in steps.items():
            if name in self.leaves:
                yield name, step
            yield from self.named(step.get("steps") or step.get("one_of") or {})

    def at_step(self, name, step):
        """Add something to the words of a step."""
        if "touch" in step and self.chance(22):
            step["auto"] = self.auto()
        if "touch" in step and self.chance(22):
            self.incomplete(name, step)
        if "gate" not in step and not step.keys() & NOT_REPEATED and self.chance(15):
            step |= {"every": self.time(), "times": self.number(1, 4)}
        if "gate" in step or self.chance(50):
            self.waits(step)
        if "wait" in step and self.chance(25):
            self.runs_on(step)

    def time(self, *, positive=True):
        """Draw a distribution, or one for each class, on one clock."""
        unit = self.unit(self.author.closes(None) and self.chance(25))
        scale = self.pick((5, 10, 20, 30))
        return self.varied(lambda: self.law(unit=unit, positive=positive, scale=scale), 30)

    def auto(self):
        """Draw what a machine does."""
        words = {"share": self.varied(lambda: self.pick(("60%", "30%", "100%", "0%")), 40)}
        if self.chance(75):
            words["time"] = self.time(positive=False)
        if self.chance(65):
            words["fails"] = self.varied(lambda: self.pick(("30%", "60%", "100%")), 40)
        return words

    def incomplete(self, name, step):
        """Draw how often something is missing, and who sent it."""
        back = [other for other in self.reach(name)[0] if other != name]
        if back:
            step["incomplete"] = {"share": self.chances(), "to": self.pick(back)}
            if self.chance(30) and not step.keys() & {"outcome", "next"}:
                step["max_visits"] = self.number(1, 3)

    def waits(self, step):
        """Let some outcomes take effect only after a time."""
        for way, said in step.get("outcome", {}).items():
            if self.chance(70 if "gate" in step else 45) and not (
                "gate" in step and way == "defer"
            ):
                plain = not isinstance(said, dict) or not said.keys() >= {"share"}
                step["outcome"][way] = {
                    **({"share": said} if plain else said), "wait": self.time(positive=False)
                }  # fmt: skip

    def runs_on(self, step):
        """Draw on which calendar a wait runs."""
        business = re.search(r'\b(bh|bd)"', json.dumps(step["wait"]))
        calendars = [name for name in self.author.known if not business or name != "always"]
        if calendars:
            step["runs_on"] = self.pick(calendars)

    def beside(self, stream):
        """Draw a step that is repeated until another one is over, beside the others."""
        steps = stream["steps"]
        grouped = any(step.keys() & {"steps", "one_of"} for step in steps.values())
        linear = self.after is None
        if linear and (grouped or any("next" in step for step in steps.values())):
            return
        if not self.chance(25 if linear else 60):
            return
        above = [*steps]
        place = self.pick([i for i in range(1, len(above)) if "after" in steps[above[i]]] + [None])
        place = len(above) if place is None else place
        begin = self.pick((*above[:place], above[0], None))
        going_on = [name for name in above if name not in self.over(steps, begin)]
        name, step = f"{self.pick('bU')}{len(self.order)}", {"every": self.time()}
        step["after"] = [] if begin is None else begin
        if going_on and self.chance(80):
            step["until"] = self.pick(going_on)
        if "until" not in step or self.chance(35):
            step["times"] = self.number(1, 5)
        known = self.author.team
        teams = [name for name in known if not isinstance(known[name].get("wip"), dict)]
        if teams and self.chance(70):
            step |= {"team": self.pick(teams), "touch": self.law(scale=5)}
        else:
            step["wait"] = self.law(scale=5)
        if "touch" in step and self.chance(20):
            step["auto"] = self.auto()
        if self.chance(15):
            step["share"] = "60%"
        stream["steps"] = {
            **{other: steps[other] for other in above[:place]},
            name: step,
            **{other: steps[other] for other in above[place:]},
        }

    def over(self, steps, name):
        """Return the steps that are over when one is; none when nothing is."""
        above, over = [], {None: set()}
        for other, step in steps.items():
            waits = named_in(step.get("after"), above)
            over[other] = {other}.union(*(over[one] for one in waits))
            above.append(other)
        return over[name]

    def changes(self):
        """Draw how demand changes within the run."""
        found = []
        for _ in range(self.pick((1, 1, 2))):
            begin = self.pick((0, 60, 90, 120, 200))
            by = self.pick(("+50%", "-40%", "+100%", "-100%"))
            change = {"from": minutes(begin), "by": by}
            if self.chance(40):
                change["until"] = minutes(begin + self.pick((30, 60, 100)))
            if self.chance(40):
                change["half_life"] = whole_time(self.pick((8, 30, 60)), "min")
            found.append(change)
        return found

    def promise(self, stream, target):
        """Draw what counts for a target, and what stops its clock."""
        pausing = [
            name for name, step in self.named(stream["steps"]) if step.keys() & {"wait", "gate"}
        ]
        if pausing:
            target["paused_by"] = [name for name in pausing if self.chance(60)] or pausing[0]
        if self.chance(50):
            target["at"] = self.pick(sorted(self.leaves))
        if self.chance(50):
            target["when"] = self.pick(("done", "started"))
        kept = {target.get("at"), stream.get("value_point")}
        others = [name for name in sorted(self.leaves) if name not in kept]
        if others and "at" in target and not pausing:
            target["from"] = others[0]
