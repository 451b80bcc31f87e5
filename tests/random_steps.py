"""Random steps: who works, for how long, under which rules, and what follows."""

from datetime import timedelta
from itertools import chain

from random_laws import LawAuthor
from random_words import WEEK, before, minutes, named_in, teams_of


class StepAuthor(LawAuthor):
    """Draws the steps of one stream."""

    def __init__(self, author, index):
        super().__init__(author, index)
        self.order = []
        """Names of all steps, groups before their parts."""
        self.leaves = set()
        """Names of the steps that are no groups."""
        self.outer = {}
        """Step of the stream itself that each step is, or is part of."""
        self.after = None
        """What each step of the stream itself says that it comes after, where some do."""
        self.before = {}
        """The steps that are over before each step of the stream itself begins."""

    def plan(self, n, depth):
        """Draw the names and kinds of some steps; groups hold plans of their own."""
        found = []
        for _ in range(n):
            prefix = self.pick("smaZ")
            name = f"{prefix}{len(self.order)}"
            self.outer[name] = name if depth == 0 else self.outer[self.order[-1]]
            self.order.append(name)
            kind = self.pick(
                (*["touch"] * 6, "both", "both", "wait", "gate")
                + (("one_of", "steps") if depth < 2 else ())
            )
            parts = []
            if kind in ("one_of", "steps"):
                parts = self.plan(self.pick((2, 2, 3, 1)), depth + 1)
            else:
                self.leaves.add(name)
            found.append((name, kind, parts))
        return found

    # ---- parallel work -------------------------------------------------------------------------

    def fork(self, plan):
        """Draw what each step of the stream itself comes after."""
        self.after, above, ends = {}, [], []
        for name, _, _ in plan:
            self.after[name] = said = self.waits_for(above, ends)
            ends = [end for end in ends if end not in named_in(said, above)] + [name]
            above.append(name)
        self.before = before(self.after)

    def waits_for(self, above, ends):
        """Draw what a step says that it comes after; nothing where it follows the last one."""
        form = self.pick(("nothing", "begin", "one", "one", "some", "ends", "ends"))
        if form == "nothing" or not above:
            return [] if form == "begin" else None
        if form == "begin":
            return []
        of = ends if form == "ends" else [name for name in above if self.chance(60)]
        if len(of) < 2:
            one = self.pick(above)
            return self.pick((one, one, one, [one], {"any": one}, {"at_least": 1, "of": [one]}))
        form = self.pick(("all", "all", "any", "at_least", "at_least", "share"))
        if form == "all":
            return [*of]
        losers = self.pick(({}, {}, {"losers": "run_on"}, {"losers": "cancel"}))
        if form == "any":
            return {"any": [*of], **losers}
        enough = self.number(1, len(of)) if form == "at_least" else self.pick(("50%", "34%", "75%"))
        return {form: enough, "of": [*of], **losers}

    def reach(self, name):
        """Return the steps to which a step may send items back, and those ahead."""
        place = self.order.index(name)
        back, on = self.order[: place + 1], self.order[place + 1 :]
        if self.after is None:
            return back, on
        own = self.outer[name]
        back = [other for other in back if self.outer[other] in {own, *self.before[own]}]
        ahead = {other for other, before in self.before.items() if own in before}
        return back, [other for other in on if self.outer[other] == own or other in ahead]

    # ---- steps ---------------------------------------------------------------------------------

    def steps(self, plan):
        """Draw the words of planned steps."""
        return {name: self.step(name, kind, parts, branch=False) for name, kind, parts in plan}

    def step(self, name, kind, parts, *, branch):
        """Draw the words of one step."""
        words = {}
        if self.after is not None and name in self.after:
            if self.after[name] is not None:
                words["after"] = self.after[name]
            if self.chance(15):
                words["once"] = True
        if not branch:
            if self.chance(12):
                words["share"] = self.varied(lambda: self.pick(("60%", "30%")))
            if self.classes and self.chance(8):
                words["classes"] = self.pick((list(self.classes[:1]), self.classes[-1]))
        if kind == "steps":
            words["steps"] = self.steps(parts)
        elif kind == "one_of":
            words["one_of"] = self.paths(parts)
        elif kind == "gate":
            self.gate(name, words)
        else:
            if kind in ("wait", "both"):
                self.wait(words)
            if kind in ("touch", "both"):
                self.work(name, words)
            self.ways(name, words)
        often = self.dated(words) or self.after is not None
        if kind not in ("one_of", "steps") and self.chance(20 if often else 10):
            words.setdefault("set", self.set())
        if self.chance(3) and kind not in ("one_of", "steps"):
            words["rng_name"] = f"as_{name}"
        return words

    def paths(self, parts):
        """Draw the paths of a choice; one may be a path on which nothing happens."""
        found = {}
        for i, (name, kind, inner) in enumerate(parts):
            words = self.step(name, kind, inner, branch=True)
            if i > 0 and len(parts) > 1 and not inner and self.chance(20):
                words = {}
                self.leaves.discard(name)
            if i == len(parts) - 1:
                words["share"] = "rest"
            else:
                words["share"] = self.varied(lambda: self.pick(("40%", "30%", "10%")))
            found[name] = words
        return found

    def wait(self, words):
        """Draw a wait, on one clock for all classes."""
        unit = self.unit(self.author.closes(None) and self.chance(35))
        words["wait"] = self.varied(lambda: self.law(unit=unit))
        if "touch" in words or self.chance(50):
            words["cause"] = self.pick(
                ("external", "batching", "policy", "dependency", "handover", "unowned")
            )

    def work(self, name, words):
        """Draw who works, on what, for how long, and under which rules."""
        author = self.author
        words["team"] = self.varied(self.team, 15)
        clocks = [author.team[team].get("calendar") for team in teams_of({name: words})]
        unit = self.unit(all(author.closes(clock) for clock in clocks) and self.chance(20))
        words["touch"] = self.varied(lambda: self.law(unit=unit))
        if author.resource and self.chance(40):
            one = self.pick([*author.resource])
            two = {one: 2} if author.resource[one] != 1 or self.chance(5) else {one: 1}
            words["uses"] = self.pick((one, two, [*author.resource]))
        if self.chance(15):
            words["repeat_touch"] = self.pick(("50%", ["200%", "50%"], ["0%"]))
        if self.chance(10):
            words["during"] = self.pick([*author.known])
        if self.chance(18):
            words["patience"] = self.varied(lambda: self.law(positive=True))
            if self.chance(50):
                words["abandon_to"] = self.pick(("done", *chain(*self.reach(name))))
        if self.chance(55):
            words["interruption"] = self.pick(("resume", "restart", "never"))

    def team(self):
        """Draw who works: one, any of several, all of several at once, or a split."""
        teams = self.author.team
        free = [name for name, team in teams.items() if "wip" not in team]
        mode = self.pick(("one", "one", "one", "any", "all", "split"))
        if mode == "any" and len(free) > 1:
            first = self.number(0, len(free) - 1)
            return [*free[first:], *free[:first]][: self.pick((2, 3))]
        if mode == "all":
            several = free[:2] if len(free) > 1 and self.chance(60) else [self.pick([*teams])]
            return {name: self.many(teams[name]["people"]) for name in several}
        if mode == "split" and len(teams) > 1:
            names = [*teams][: self.pick((2, 3))]
            return dict(zip(names, ("rest", "30%", "20%"), strict=False))
        return self.pick([*teams])

    def many(self, people):
        """Draw how many people are needed; rarely more than there are."""
        return self.pick((1, 2)) if people not in (0, 1) or self.chance(3) else 1

    def dated(self, words):
        """Say whether somebody works here by due date."""
        return any(self.author.team[name].get("queue") == "due" for name in teams_of({"": words}))

    def set(self):
        """Draw what changes about an item."""
        form = self.pick(("priority", "due", "both"))
        words = {}
        if form != "due":
            words["priority"] = self.varied(lambda: self.pick((1, 3, 7, 9)))
        if form != "priority":
            words["due"] = self.durations((1, 5, 60, 300))
        return words

    # ---- what follows --------------------------------------------------------------------------

    def ways(self, name, words):
        """Draw what may come of a step, and where to."""
        back, on = self.reach(name)
        on = ["done", *on]
        form = self.pick(("none", "none", "none", "rework", "rework", "jump", "next"))
        if form == "next" and self.after is not None:
            form = "jump"
        if form == "none":
            return
        returns = form == "rework"
        if form == "next":
            words["next"] = {self.pick(on): "rest"}
            other = self.pick([*back, *on])
            if other not in words["next"]:
                words["next"][other] = self.pick(("40%", "20%"))
                returns = other in back
        elif form == "jump":
            some = {"share": self.chances(), "to": self.pick(on)}
            words["outcome"] = {"Ok": "rest", "early": some}
        else:
            again = {"share": self.chances(), "to": self.pick(back)}
            words["outcome"] = {"again": again, "passed": "rest"}
            if self.chance(30):
                words["outcome"]["Ahead"] = {"share": "20%", "to": self.pick(on)}
        if returns and self.chance(40):
            words["max_visits"] = self.number(2, 3)

    def chances(self):
        """Draw how often something comes: a share, or one for each class or visit."""
        form = self.pick(("plain", "visit", "class"))
        if form == "visit":
            return {"by_visit": self.pick((["50%", "10%"], ["10%", "60%", "0%"]))}
        return self.varied(lambda: self.pick(("30%", "60%", "10%")), 100 if form == "class" else 0)

    def gate(self, name, words):
        """Draw a gate that sits within the run."""
        author = self.author
        gate = {}
        calendar = None
        if len(self.classes) > 1 and self.chance(40):
            words["gate"] = {"meets": {"every": "60 min"}, "agenda": 1, "order": "submission"}
            ranks = {self.pick(self.classes): 9, "otherwise": 1}
            words["set"] = {"priority": {"by_class": ranks}}
            return
        if self.chance(40):
            calendar = gate["calendar"] = self.pick([*author.known])
        known = author.known[calendar or author.words["calendar"]]
        form = self.pick(("every", "every", "daily", "week", "month"))
        here = author.begin + timedelta(minutes=self.pick((60, 90, 120, 200)))
        day = WEEK[here.weekday()]
        if form == "every" or day not in known.weekdays:
            gate["meets"] = {"every": minutes(self.pick((60, 30, 45)))}
            if self.chance(60):
                gate["meets"]["from"] = minutes(self.pick((10, 30, 60)))
        elif form == "daily":
            later = here + timedelta(minutes=self.pick((30, 100)))
            gate["meets"] = [f"daily {here:%H:%M}", f"daily {later:%H:%M}"]
        elif form == "week":
            gate["meets"] = f"{day} {here:%H:%M}"
        else:
            nth = ("first", "second", "third", "fourth", "last")[(here.day - 1) // 7]
            gate["meets"] = f"{nth} {day} {here:%H:%M}"
        if self.chance(90 if calendar else 50):
            gate["cut_off"] = self.durations((10, 30, 60), calendar)
        if self.chance(55):
            gate["agenda"] = self.number(1, 2)
            if self.chance(50):
                gate["order"] = self.pick(("submission", "submission", "priority"))
        if self.chance(12):
            gate["closed"] = [str((author.begin + timedelta(days=self.number(0, 1))).date())]
        if self.chance(25):
            gate["cause"] = "batching"
        words["gate"] = gate
        if self.chance(65):
            self.decisions(name, words)

    def decisions(self, name, words):
        """Draw what may come of a gate."""
        outcome = {"approve": "rest"}
        if self.chance(60):
            outcome["defer"] = self.chances()
        if self.chance(40):
            outcome["reject"] = "20%"
        if self.chance(40):
            back, on = self.reach(name)
            outcome["Send"] = {"share": "20%", "to": self.pick(("done", *back, *on))}
            if outcome["Send"]["to"] in back and self.chance(50):
                words["max_visits"] = self.number(1, 2)
        words["outcome"] = outcome
