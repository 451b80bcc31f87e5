"""Random streams: how items come, of which classes they are, and what they go through."""

import csv
import io
from datetime import timedelta

from random_steps import StepAuthor
from random_words import DAY, WEEK, percent


class StreamAuthor(StepAuthor):
    """Draws the words of one stream."""

    def stream(self):
        """Draw a stream."""
        words = {"demand": self.demand()}
        if self.classes:
            words["classes"] = self.mix()
        own = [mix for mix in words.get("classes", {}).values() if isinstance(mix, dict)]
        ranks = (5, 7, 9, 3)
        if not any("priority" in mix for mix in own):
            words["priority"] = self.varied(lambda: self.pick(ranks), 40)
        else:
            words["priority"] = self.pick(ranks)
        if self.chance(55):
            words["preempts"] = self.pick((True, True, False))
            if len(self.classes) > 1 and self.chance(40) and not any("preempts" in m for m in own):
                some = self.pick((True, False))
                words["preempts"] = {"by_class": {self.classes[0]: some, "otherwise": not some}}
            if isinstance(words["priority"], int):
                words["priority"] = self.pick((1, 1, 3))
        by_due = any(team.get("queue") == "due" for team in self.author.team.values())
        if self.chance(40 if by_due else 15):
            words["due"] = self.durations((5, 30, 60, 300))
        forked = self.chance(self.author.forked)
        plan = self.plan(self.pick((3, 4, 5, 6, 7) if forked else (2, 1, 2, 3)), 0)
        if forked:
            self.fork(plan)
        words["steps"] = self.steps(plan)
        leaves = [name for name in self.order if name in self.leaves]
        if self.chance(25):
            words["value_point"] = self.pick(leaves)
        if self.chance(8):
            words["targets"] = {"soon": {"within": "1 h", "share": "80%"}}
        if self.chance(4):
            words["rng_name"] = f"other{self.index}"
        return words

    def mix(self):
        """Draw classes, some with a priority of their own."""
        shares = {1: ("rest",), 2: ("40%", "rest"), 3: ("30%", "rest", "20%")}[len(self.classes)]
        ranks, preempts = self.chance(40), self.chance(30)
        found = {}
        for name, share in zip(self.classes, shares, strict=True):
            special = {}
            if ranks and self.chance(60):
                special["priority"] = self.pick((1, 3, 7, 9))
            if preempts and self.chance(60):
                special["preempts"] = self.pick((True, False))
            found[name] = {"share": share, **special} if special else share
        return found

    # ---- demand --------------------------------------------------------------------------------

    def demand(self):
        """Draw how items come: a few to a few dozen in the run."""
        author, target = self.author, self.pick((6, 4, 9, 14, 20))
        forms = ("every", "replay", "every") if author.whole else (
            "rate", "rate", "rate", "every", "replay", "rates"
        )  # fmt: skip
        form = self.pick(forms)
        if form == "replay":
            return self.replay(target)
        words = {}
        if self.chance(25):
            words["batch"] = self.pick(
                (2, {"poisson": 1.5}, {"geometric": 1.8}, {"low": 0, "high": 3},
                 {"values": {"0": "20%", "1": "rest", "3": "30%"}})
            )  # fmt: skip
            target = target / 2
        if form == "rates":
            self.author.files["rates.csv"] = "expected\n0\n3\n1.5\n0.5\n"
            return {"rates": {"csv": "rates.csv", "column": "expected", "bin": "45 min"}, **words}
        profile, mean, inside = self.profile()
        if profile is not None:
            words["profile"] = profile
        name = profile if isinstance(profile, str) else author.words["calendar"]
        closing = profile is None or isinstance(profile, str)
        if form == "every":
            on = max(20, inside if closing else inside * 7 * DAY / mean)
            business = author.closes(None) and self.chance(20)
            gap = on / target
            if author.whole:
                gap = max(1, round(gap / 2))
            unit = "bd" if business else "min"
            law = self.law(unit=unit, positive=True, scale=gap)
            if isinstance(law, dict) and self.chance(25):
                law["zero"] = "40%"
            return {"every": law} | words
        week = target * mean / max(inside, 20)
        if closing and author.closes(name) and self.chance(30):
            words["rate"] = f"{target / max(inside, 20) * 60:.6g}/bh"
        else:
            words["rate"] = f"{week:.6g}/wk"
        if self.chance(25):
            per = words["rate"].partition("/")[2]
            words["layer_rate"] = f"{float(words['rate'].partition('/')[0]) / 3.5:.6g}/{per}"
        return words

    def profile(self):
        """Draw a profile: its words, its weight in a week and in the run."""
        author = self.author
        patterns = [name for name, known in author.known.items() if not known.season]
        form = self.pick(("none", "calendar") if author.whole else (
            "none", "calendar", "levels", "shape"
        ))  # fmt: skip
        if form in ("none", "calendar"):
            name = author.words["calendar"] if form == "none" else self.pick(patterns)
            week, inside = len(author.known[name].week), author.inside(name)
            return None if form == "none" else name, week, inside
        if form == "levels":
            name = self.pick(patterns)
            high, low = self.pick(((160, 40), (100, 0), (50, 200)))
            week, inside = len(author.known[name].week), author.inside(name)
            total = (high * week + low * (7 * DAY - week)) / 100
            part = (high * inside + low * (author.run - inside)) / 100
            levels = {name: percent(high), "otherwise": percent(low)}
            seasons = [name for name, known in author.known.items() if known.season]
            if seasons and self.chance(60):
                return {seasons[0]: "150%", "otherwise": "100%"}, 7 * DAY, author.run
            return (levels, total, part) if total else (None, *self.profile()[1:])
        hours = [self.pick((1, 0, 2, 3)) for _ in range(4)] * 6
        shape = {"hours": [1, *hours[1:]]}
        if self.chance(50):
            shape["weekdays"] = {WEEK[author.begin.weekday()]: self.pick((1.5, "50%"))}
        if self.chance(30):
            shape["months"] = {f"{author.begin:%b}": "120%"}
        return shape, 7 * DAY, author.run

    def replay(self, target):
        """Draw a file of arrivals; the first row is in the run."""
        author = self.author
        form = self.pick(("%Y-%m-%d %H:%M:%S", "%d/%m/%Y %H:%M:%S"))
        words = {"csv": f"arrivals{self.index}.csv", "arrived": "opened"}
        if form != "%Y-%m-%d %H:%M:%S":
            words["format"] = form
        ahead = 0
        if self.chance(15):
            words["zone"], ahead = "Asia/Kolkata", author.kolkata
        names = {}
        if self.classes and self.chance(60):
            words["class"] = "kind"
            names = {name: name for name in self.classes}
            if self.chance(50):
                names = {f"k{i}": name for i, name in enumerate(self.classes)}
                words["classes_from"] = names
        if self.chance(25):
            words["item"] = "id"
        table, at = io.StringIO(), 0
        out = csv.writer(table, lineterminator="\n")
        out.writerow(("id", "opened", "kind"))
        gaps = (0, 0, 1, 5, 10, 30) if author.whole else (0, 7, 13.4, 31.7)
        for _ in range(target):
            moment = author.begin + timedelta(minutes=at + ahead)
            kind = self.pick([*names]) if names else ""
            out.writerow((self.number(1, target), moment.strftime(form), kind))
            at += self.pick(gaps)
        author.files[words["csv"]] = table.getvalue()
        return words
