"""Random change of the model inside a run: families, effects, triggers and environments.

They are drawn last, into a scenario that is whole without them.
"""

import re

MOMENTS = ("5 min", "20 min", "1 h", "90 min")
SPELLS = (
    "20 min", "1 h", "90 min", {"mean": "40 min", "cv": 1}, {"low": "1 min", "high": "2 h"},
    {"values": {"0 min": "40%", "30 min": "rest"}}, {"value": "1 h", "zero": "20%"},
)  # fmt: skip
FACTORS = ("x0.5", "-100%", "x0.2", "-40%")


class ChangeAuthor:
    """Draws what changes inside a run, into the words of a scenario."""

    def __init__(self, words, source):
        self.words = words
        self.source = source
        self.streams = words["streams"]

    def pick(self, options):
        """Draw one of several."""
        return self.source.choice(options)

    def chance(self, share):
        """Draw whether something special is said, in so many of 100 cases."""
        return 100 * self.source.random() < share

    def draw(self):
        """Add changes, or nothing."""
        if self.chance(40):
            self.changes()
        if self.chance(30):
            self.environments()

    def changes(self):
        """Add families, effects and triggers."""
        others = list(self.streams)
        self.problem()
        for name in others:
            if self.chance(60):
                self.streams[name]["families"] = self.families()
        for name in self.streams:
            for step in leaves(self.streams[name]["steps"]):
                self.at_step(step)
        self.words["triggers"] = {"often": self.trigger(others)}
        if self.chance(60):
            self.words["triggers"]["Trend"] = self.trigger(others)

    # ---- families ------------------------------------------------------------------------------

    def families(self):
        """Draw families by name, or by number."""
        if self.chance(30):
            return {"share_of_top": self.pick(({"1": "40%", "3": "90%"}, {"2": "100%"}))}
        return {
            "names": self.pick(({"x": "70%"}, {"x": "30%", "Y": "50%"}, {"x": "50%", "ä": "50%"}))
        }

    @property
    def with_families(self):
        """The streams that have families."""
        return [name for name, stream in self.streams.items() if "families" in stream]

    def problem(self):
        """Draw the stream that triggers make, of which nothing comes from outside."""
        work = {"wait": self.pick(("10 min", "0 min"))}
        for stream in self.streams.values():
            for step in leaves(stream["steps"]):
                team = step.get("team")
                if isinstance(team, str) and self.plain(team) and self.chance(50):
                    work = {"touch": "10 min", "team": team}
                    work |= {word: step[word] for word in ("activity",) if word in step}
        self.streams["problem"] = {"priority": self.pick((1, 5)), "steps": {"solve": work}}
        if self.chance(40):
            self.streams["problem"]["steps"]["check"] = {
                "wait": "3 min", "outcome": {"good": self.pick(("60%", "100%")), "bad": "rest"}
            }  # fmt: skip

    def plain(self, team):
        """Say whether anybody may come to a team."""
        said = self.words["teams"].get(team, {})
        return "wip" not in said and said.get("queue") != "due"

    # ---- effects -------------------------------------------------------------------------------

    def at_step(self, step):
        """Let a step or its outcomes have effects, and its children their family."""
        if self.rate() or self.time():
            self.effects(step)
        if "stream" in step and self.with_families and self.chance(60):
            inherit = step.get("inherit", "priority")
            step["inherit"] = [*([inherit] if isinstance(inherit, str) else inherit), "family"]
        for place in (step, *step.get("outcome", {}).values()):
            spawns = place.get("spawn", ()) if isinstance(place, dict) else ()
            for spawn in spawns if isinstance(spawns, list) else [spawns] if spawns else ():
                if self.with_families and self.chance(60):
                    inherit = spawn.get("inherit", [])
                    inherit = [inherit] if isinstance(inherit, str) else list(inherit)
                    spawn["inherit"] = [*inherit, "family"]

    def effects(self, step):
        """Let a step or its outcomes have effects."""
        mine = step in leaves(self.streams["problem"]["steps"])
        if self.chance(70 if mine else 12):
            step["effect"] = self.several()
        for name, outcome in step.get("outcome", {}).items():
            if self.chance(50 if mine else 10) and not ("gate" in step and name == "defer"):
                if not isinstance(outcome, dict) or "share" not in outcome:
                    outcome = step["outcome"][name] = {"share": outcome}
                outcome["effect"] = self.several()

    def several(self):
        """Draw one effect, or two."""
        return self.effect() if self.chance(70) else [self.effect(), self.effect()]

    def effect(self):
        """Draw an effect."""
        one, other = (self.rate, self.time)[:: 1 if self.chance(60) else -1]
        words = one() or other()
        if self.chance(45):
            words["lag"] = self.pick(MOMENTS)
        if self.chance(35):
            words["lasts"] = self.pick(MOMENTS)
        if self.chance(30):
            words["half_life"] = self.pick(("8 min", "25 min", "1 s"))
        return words

    def rate(self):
        """Draw a rate that falls, if one can."""
        demands = {name: said.get("demand") for name, said in self.streams.items()}
        at_a_rate = self.at_a_rate
        own = [name for name in self.with_families if demands[name] is not None]
        words = {"by": self.pick((*FACTORS, {"low": "x0.1", "high": "x0.9"}))}
        if own and (self.chance(65) or not at_a_rate):
            return {"rate": self.pick(own), "family": "own", **words}
        return {"rate": self.pick(at_a_rate), **words} if at_a_rate else {}

    @property
    def at_a_rate(self):
        """The streams whose items come at a rate."""
        demands = {name: said.get("demand") for name, said in self.streams.items()}
        return [
            name for name, said in demands.items()
            if said is not None and (not isinstance(said, dict) or {"rate", "rates"} & said.keys())
        ]  # fmt: skip

    def times(self):
        """Return the touches and waits that may change."""
        return [
            (word, {"stream": name, "step": step})
            for name, stream in self.streams.items()
            for step, said in named(stream["steps"])
            for word in ("touch", "wait")
            if word in said and (word == "wait" or "gate" not in said)
        ]

    def chances(self):
        """Return the shares that may change: of the outcomes of a step always the same one."""
        return [
            (word, {"stream": name, "step": step} | more)
            for name, stream in self.streams.items()
            for step, said in named(stream["steps"])
            for word, more in (
                ("share", {"outcome": max(said.get("outcome", {"": 0}))}), ("auto", {}),
                ("incomplete", {}),
            )
            if ("outcome" if word == "share" else word) in said
            if word != "share" or not may_take_no_time(said)
        ]  # fmt: skip

    def time(self):
        """Draw a touch, a wait or a share that gets smaller or larger, if there is one."""
        places = self.times() + self.chances()
        if not places:
            return {}
        kind = self.pick(sorted({word for word, _ in places}))
        word, place = self.pick([one for one in places if one[0] == kind])
        words = {word: place, "by": self.pick((*FACTORS, "x1.5", "+50%", "x3"))}
        if self.with_families and self.chance(70):
            words["family"] = "own"
        return words

    # ---- environments --------------------------------------------------------------------------

    def environments(self):
        """Draw what is around everything, and changes by chance."""
        things = [("rate", name) for name in self.at_a_rate] + self.times() + self.chances()
        if not things:
            return
        self.words["environments"] = {"weather": self.environment(things)}
        if self.chance(50):
            self.words["environments"]["Supplier"] = self.environment(things)

    def environment(self, things):
        """Draw an environment of two or three states."""
        names = self.pick((("good", "bad"), ("a", "b", "C"), ("z", "y", "x")))
        states = {name: {"lasts": self.pick(SPELLS)} for name in names}
        for name in names[1:] if self.chance(70) else names:
            unlike = {}
            for _ in range(self.pick((1, 1, 2, 3))):
                kind = self.pick(sorted({word for word, _ in things}))
                word, place = self.pick([one for one in things if one[0] == kind])
                by = self.pick((*FACTORS, "x1.5", "+50%", "x3"))
                unlike[word, str(place)] = {word: place, "by": by}
            effects = list(unlike.values())
            states[name]["effect"] = effects[0] if len(effects) == 1 else effects
        if self.chance(40):
            first, *others = names
            share = self.pick(("30%", "80%"))
            states[self.pick(names)]["next"] = {first: share, others[-1]: "rest"}
        return {"states": states}

    # ---- triggers ------------------------------------------------------------------------------

    def trigger(self, others):
        """Draw a trigger that looks at one of the streams."""
        name = self.pick(others)
        stream = self.streams[name]
        watch, words = {"stream": name}, {"count": self.pick((1, 2, 3))}
        classes = list(stream.get("classes", ()))
        if classes and self.chance(35):
            watch["classes"] = self.pick(classes)
        if self.chance(55):
            step, said = self.pick(list(named(stream["steps"])))
            watch["step"] = step
            outcomes = [way for way in said.get("outcome", ()) if way != "defer"]
            if outcomes and self.chance(80):
                watch["outcome"] = self.pick(outcomes)
                if self.chance(75):
                    words |= {"share": self.pick(("20%", "50%")), "count": self.pick((1, 1, 2))}
            if self.chance(45):
                watch["later_than"] = self.pick(("10 min", "30 min", "1 h"))
                if "share" not in words and self.chance(60):
                    words |= {"share": self.pick(("20%", "50%")), "count": self.pick((1, 1, 2))}
        words = {"watch": watch, **words, "within": self.pick(MOMENTS), "spawn": "problem"}
        if self.with_families and self.chance(65):
            words["per"] = "family"
        if self.chance(60):
            words["cool_down"] = self.pick(MOMENTS)
        if self.chance(40):
            words["every"] = self.pick(("30 min", "1 h"))
            if "per" in words and "share" not in words and self.chance(80):
                words |= {"top": self.pick((1, 1, 2)), "count": 1, "within": "90 min"}
                words["watch"] = {"stream": name}
        return words


def may_take_no_time(step):
    """Say whether a step may be over at once: with no way out, its items go round for ever."""
    if "max_visits" in step:
        return False
    nothing = re.search(r"'0 (min|bh|bd)'|'0%'|zero", repr(step))
    return bool(nothing) or not {"touch", "wait"} & step.keys()


def named(steps):
    """Yield the name and the words of every step that is no group and takes something."""
    for name, step in steps.items():
        if {"touch", "wait", "gate", "stream"} & step.keys():
            yield name, step
        yield from named(step.get("steps") or step.get("one_of") or {})


def leaves(steps):
    """Return the words of every step that is no group and takes something."""
    return [step for _, step in named(steps)]


def add_times(author, words):
    """Let some triggers add up times; drawn last, into a scenario that is whole without."""
    for trigger in words.get("triggers", {}).values():
        if "step" in trigger["watch"] and "share" not in trigger and author.chance(80):
            trigger[author.pick(("mean", "sum"))] = author.pick(("3 min", "20 min", "1 h"))
