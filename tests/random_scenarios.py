"""Random scenarios: small, crowded, and made of everything that the language can say.

`draw` makes a whole scenario of a seed: the words of a file, and the CSV files that it names. It is
valid by construction, but for the few `REFUSED` codes that only the whole can show. In a third of
them every time is a whole number of minutes, so that nearly everything happens at once.

The draws are plain ones and not hypothesis's: of 2,000 examples hypothesis makes most by changing
those before in one place, and shrinks a byte string where `shrink.smallest` shrinks the words.
"""

import csv
import io
import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from svcsim.errors import ScenarioError
from svcsim.scenario.load import loads

REFUSED = {"wip-cycle", "endless-loop"}
"""Problems of a whole scenario that its parts do not show; such a case is not run."""
FAMILIES = (
    "lognormal", "median", "quantiles", "exponential", "gamma", "weibull", "erlang",
    "hyperexponential", "uniform", "pert", "triangular", "scipy", "empirical",
)  # fmt: skip
"""Continuous distributions; each has one shape, since tables of shapes are made once a process."""
SAMPLES = "minutes,hours\n" + "".join(f"{n},{n / 50}\n" for n in (2, 4, 4, 5, 7, 10, 16, 30))
"""The file behind every empirical distribution."""
STARTS = (
    *["2026-01-05 08:00 UTC"] * 9,
    *["2026-01-05 UTC"] * 3,
    *["2026-01-07 20:00 UTC"] * 4,
    "2026-01-31 20:00 UTC",
    "2026-03-28 22:00 Europe/London",
    "2026-10-24 22:00 Europe/London",
    *["2026-12-24 22:00 Europe/London"] * 2,
)
"""A morning, a midnight, a night; the end of a month, two changes of clocks, Christmas."""
WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY, OFFICE = 24 * 60, [(9 * 60, 17 * 60)]
MINUTES = (1, 2, 5, 10, 15, 20, 30, 45, 60, 60)
"""Times of whole scenarios."""


class Case(NamedTuple):
    """A scenario as people write it."""

    words: dict
    """What the file says."""
    files: dict
    """Text of each CSV file by its name."""


def write(case, directory):
    """Write a case into a directory; return the path of its scenario."""
    for name, text in case.files.items():
        (directory / name).write_text(text, encoding="utf-8")
    path = Path(directory) / "scenario.yaml"
    path.write_text(json.dumps(case.words, indent=1), encoding="utf-8")
    return path


def read(case, directory):
    """Return the scenario of a case, its files in a directory; None if it is `REFUSED`."""
    for name, text in case.files.items():
        (directory / name).write_text(text, encoding="utf-8")
    try:
        return loads(json.dumps(case.words), directory=directory)
    except ScenarioError as error:
        if {problem.code for problem in error.problems} <= REFUSED:
            return None
        raise


def draw(seed):
    """Return the case of a seed."""
    return Author(random.Random(seed)).case()


def minutes(n):
    """Write minutes."""
    return f"{n:g} min"


def percent(n):
    """Write a share."""
    return f"{n}%"


class Open(NamedTuple):
    """What the author knows of a calendar that it wrote."""

    week: frozenset
    """Minutes of the week in which it is open."""
    weekdays: tuple
    """Days on which a shift starts."""
    season: bool = False


ALWAYS = Open(frozenset(range(7 * DAY)), WEEK)


class Author:
    """Draws the words of one scenario."""

    def __init__(self, source):
        self.source = source
        self.whole = self.chance(33)
        start = self.pick(STARTS)
        self.words = {"svcsim": 1, "title": "Random", "start": start, "terminating": True}
        *moment, self.zone = start.split()
        self.begin = datetime.fromisoformat(" ".join(moment))
        self.files = {}
        self.known = {"always": ALWAYS}
        """What is known of each calendar, by name."""
        if self.begin.hour == 8:
            self.known["office"] = opened([(day, OFFICE) for day in WEEK[:5]])

    # ---- drawing -------------------------------------------------------------------------------

    def pick(self, options):
        """Draw one of several."""
        return self.source.choice(options)

    def number(self, low, high):
        """Draw a whole number."""
        return self.source.randint(low, high)

    def chance(self, share):
        """Draw whether something special is said, in so many of 100 cases."""
        return 100 * self.source.random() < share

    # ---- the whole -----------------------------------------------------------------------------

    def case(self):
        """Draw everything."""
        hours, after = self.number(4, 8), self.pick(("1 h", "0 h", "30 min", "2 h"))
        self.run = 60 * hours + {"1 h": 60, "0 h": 0, "30 min": 30, "2 h": 120}[after]
        words = self.words
        words |= {"horizon": f"{hours} h", "run_out": after, "seed": self.number(0, 999)}
        if self.chance(25):
            words["warm_up"] = "1 h"
        self.calendars()
        self.teams()
        names = ("desk", "Board", "é")[: self.pick((1, 2, 2, 2, 3))]
        words["streams"] = {}
        for i, name in enumerate(names):
            words["streams"][name] = StreamAuthor(self, i).stream()
        self.settle()
        return Case(words, self.files)

    def calendars(self):
        """Draw calendars, and which one holds where none is named."""
        found = {}
        for name in ("early", "late", "Third")[: self.pick((1, 1, 2, 2, 3, 0))]:
            found[name] = self.calendar(name)
        daily = [name for name, known in self.known.items() if not known.season]
        base = self.pick(("always", "always", *daily, *daily))
        self.words["calendar"] = base
        if found:
            self.words["calendars"] = found

    def calendar(self, name):
        """Draw a calendar whose shifts lie in the run."""
        if self.begin.day == 31 and self.chance(40):
            self.known[name] = Open(frozenset(), WEEK, season=True)
            return {self.pick(("first", "last")): "1 bd", "of": self.pick(("month", "quarter"))}
        ahead = 330 if self.zone == "UTC" and self.chance(8) else 0
        moment = self.begin + timedelta(minutes=ahead)
        here, midnight = WEEK[moment.weekday()], 60 * moment.hour + moment.minute
        form = self.pick((*["all"] * 6, "today", "shifts"))
        others = [day for day in WEEK if day != here]
        first, words = self.shifts(midnight, wraps=form != "shifts"), {}
        spans = [(day, first) for day in ([here] if form == "today" else WEEK)]
        if form == "shifts":
            second = self.shifts(midnight, wraps=False)
            spans = [(here, first), *((day, second) for day in others)]
            words["shifts"] = [
                {"days": [here], "hours": hours_of(first)},
                {"days": others, "hours": hours_of(second)},
            ]
        else:
            words["days"] = here if form == "today" else "Mon-Sun"
            words["hours"] = hours_of(first)
        if ahead:
            words["zone"] = "Asia/Kolkata"
        if self.begin.month == 12 and self.chance(70):
            words["holidays"] = "GB-ENG"
        if self.chance(6):
            words["closed"] = [str((self.begin + timedelta(days=self.number(0, 1))).date())]
        if self.chance(15):
            words["day"] = self.pick(("1 h", "2 h", "90 min"))
        self.known[name] = opened(spans, ahead)
        return words

    def shifts(self, begin, *, wraps):
        """Draw the shifts of a day as minutes since its midnight, often touching."""
        spans, at = [], begin + self.pick((0, 0, 0, 0, 0, -30, 10, 60))
        for _ in range(self.number(2, 5)):
            length = self.pick((60, 120, 90, 150, 30))
            if wraps or 0 <= at < DAY:
                spans.append((at % DAY, at % DAY + length))
            at += length + self.pick((0, 0, 10, 20, 30))
        return spans or [(begin, begin + 60)]

    def closes(self, name):
        """Say whether a calendar, or the one that holds where none is named, ever closes."""
        return (name or self.words["calendar"]) != "always"

    def inside(self, name):
        """Return the minutes of the run in which a calendar is open."""
        first = self.begin.weekday() * DAY + 60 * self.begin.hour
        week = self.known[name].week
        return sum((first + i) % (7 * DAY) in week for i in range(self.run))

    # ---- who works -----------------------------------------------------------------------------

    def teams(self):
        """Draw teams and resources."""
        self.team = {}
        for name in ("web", "App", "ops", "älter")[: self.pick((1, 1, 2, 2, 3, 4))]:
            self.team[name] = self.one_team()
        self.words["teams"] = self.team
        self.resource = {}
        for name in ("room", "Key")[: self.pick((0, 0, 1, 2))]:
            count = self.pick((1, 1, 2))
            self.resource[name] = count
            if self.chance(20):
                self.resource[name] = {"count": count, "calendar": self.pick([*self.known])}
        if self.resource:
            self.words["resources"] = self.resource

    def one_team(self):
        people = self.pick((1, 1, 1, 2, 2, 3) * 3 + ("unlimited", "unlimited", 0))
        team = {"people": people, "activity": "deliver_support"}
        if self.chance(70):
            team["calendar"] = self.pick([*self.known] * 2 + [*self.words.get("calendars", ())])
        team["shift_end"] = self.pick(
            ("pause", "hand_over", "run_over", "restart", "no_late_start")
        )
        if team["shift_end"] == "hand_over" and self.chance(60):
            team["reading_in"] = minutes(self.pick((5, 1, 10)))
        if self.chance(50):
            team["switching"] = minutes(self.pick((5, 1, 10)))
            if self.chance(50):
                team["switching"] = {"time": team["switching"], "also_overnight": True}
        if self.chance(22):
            team["wip"] = self.number(1, 3)
            full = self.pick(("wait", "wait", "leave", "to"))
            if full != "wait" or self.chance(20):
                team["wip"] = {"limit": team["wip"], "when_full": full}
        if people != "unlimited":
            team["queue"] = self.pick(("fifo", "lifo", "due", "due", "random"))
            if people != 0 and self.chance(15):
                both = {"leave": self.pick(("40%", "0%")), "day": self.pick(("25%", "50%"))}
                team["shrinkage"] = self.pick((both, "50%"))
        if self.chance(4):
            team["rng_name"] = self.pick(("one", "ONE"))
        return team

    def settle(self):
        """Make the parts fit: due dates where they are looked at, full teams that send on."""
        streams = self.words["streams"].values()
        for name, team in self.team.items():
            users = [stream for stream in streams if name in teams_of(stream["steps"])]
            if team.get("queue") == "due":
                if users:
                    users[0].setdefault("due", self.due(users[0]))
                else:
                    team["queue"] = "fifo"
            wip = team.get("wip")
            if isinstance(wip, dict) and wip["when_full"] == "to":
                wip["when_full"] = {"to": self.detour(name, users)}

    def due(self, stream):
        """Draw a due date, or one for each class."""
        unit = self.pick(("bh", "bd")) if self.closes(None) and self.chance(60) else "min"
        if len(stream.get("classes", ())) < 2 or self.chance(30):
            return time(self.pick((30, 60, 5)), unit)
        one = self.pick([*stream["classes"]])
        return {"by_class": {one: time(self.pick((5, 30)), unit), "otherwise": time(90, unit)}}

    def detour(self, name, users):
        """Draw where a full team sends items: a step of every stream that surely takes time."""
        elsewhere = [
            {
                step
                for step, words in stream["steps"].items()
                if is_plain(words) and name not in teams_of({step: words})
                and not any(sends_on(self.team[other]) for other in teams_of({step: words}))
            }
            for stream in users
        ]  # fmt: skip
        common = set.intersection(*elsewhere) if elsewhere else set()
        return self.pick(("done", *sorted(common)))


def opened(spans, ahead=0):
    """Return what is known of a pattern: (weekday, shifts in minutes since its midnight)."""
    week = {
        (WEEK.index(day) * DAY + minute - ahead) % (7 * DAY)
        for day, shifts in spans
        for opens, closes in shifts
        for minute in range(opens, closes)
    }
    return Open(frozenset(week), tuple(day for day, _ in spans))


def hours_of(shifts):
    """Write the shifts of a day."""
    return [f"{time_of(opens)}-{time_of(closes, end=True)}" for opens, closes in shifts]


def time_of(minute, *, end=False):
    """Write a time of day; midnight is 24:00 where it ends a shift that began before."""
    minute = minute if end and minute == DAY else minute % DAY
    return f"{minute // 60:02d}:{minute % 60:02d}"


def teams_of(steps):
    """Return the names of every team that works at some steps."""
    found = set()
    for step in steps.values():
        use = step.get("team", ())
        for one in use["by_class"].values() if "by_class" in use else [use]:
            found |= {one} if isinstance(one, str) else set(one)
        found |= teams_of(step.get("steps") or step.get("one_of") or {})
    return found


def is_plain(step):
    """Say whether a step is work that every item does, for some time."""
    sure = "touch" in step and "share" not in step and "classes" not in step
    return sure and str(step["touch"])[0] in "123456789"


def sends_on(team):
    """Say whether a team sends items elsewhere when it is full."""
    return isinstance(team.get("wip"), dict) and team["wip"]["when_full"] != "wait"


class StreamAuthor:
    """Draws the words of one stream."""

    def __init__(self, author, index):
        self.author = author
        self.pick, self.number, self.chance = author.pick, author.number, author.chance
        self.index = index
        self.classes = ("gold", "Silver", "ärmer")[: self.pick((0, 2, 2, 1, 3))]
        self.order = []
        """Names of all steps, groups before their parts."""
        self.leaves = set()
        """Names of the steps that are no groups."""

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
        if self.chance(50):
            if not any("preempts" in mix for mix in own):
                words["preempts"] = self.varied(lambda: self.pick((True, True, False)), 30)
            else:
                words["preempts"] = self.pick((True, False))
            if isinstance(words["priority"], int):
                words["priority"] = self.pick((1, 1, 3))
        if self.chance(20):
            words["due"] = self.durations((5, 30, 60, 300))
        words["steps"] = self.steps(self.plan(self.pick((2, 1, 2, 3)), 0))
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

    def varied(self, make, share=25):
        """Draw a value, or one for each class."""
        if not self.classes or not self.chance(share):
            return make()
        named = self.classes[: self.number(1, len(self.classes))]
        values = {name: make() for name in named}
        if len(named) < len(self.classes):
            values["otherwise"] = make()
        return {"by_class": values}

    # ---- durations -----------------------------------------------------------------------------

    def durations(self, options, calendar=None):
        """Draw a duration, or one for each class, on one clock."""
        unit = self.unit(self.author.closes(calendar) and self.chance(50))
        return self.varied(lambda: time(self.pick(options), unit), 55)

    def unit(self, business):
        """Draw how times are written."""
        return self.pick(("bh", "bd")) if business else "min"

    def law(self, *, unit="min", positive=False, scale=None):
        """Draw a distribution of durations with a mean of about `scale` minutes."""
        if self.author.whole:
            return self.whole_law(unit, positive=positive, scale=scale)
        scale = scale or self.pick((5, 10, 20, 40, 60))

        def at(factor):
            return time(scale * factor, unit)

        if self.chance(22):
            return at(self.pick((1, 0.5, 2) if positive else (1, 0.5, 2, 0)))
        if self.chance(8):
            return self.mixture(unit)
        if self.chance(12):
            return {"values": {at(0.5): "30%", at(1): "rest", at(2.5): "20%"}}
        return self.modified(self.family(unit, at), at, positive=positive)

    def family(self, unit, at):
        """Draw a continuous distribution."""
        name = self.pick(FAMILIES)
        if name in ("empirical", "scipy") and unit == "bd":
            name = "exponential"
        if name == "empirical":
            return self.samples(self.pick((unit, "h")) if unit == "min" else unit) | self.pick(
                ({}, {"discrete": True})
            )
        if name == "scipy":
            return {
                "scipy": "gamma",
                "a": 2.0,
                "scale": 5.0 if unit == "min" else 0.1,
                "unit": unit,
            }
        return {
            "lognormal": {"mean": at(1), "cv": 0.8},
            "median": {"median": at(0.8), "sigma": 0.5},
            "quantiles": {"p50": at(0.7), "p90": at(2.1)},
            "exponential": {"mean": at(1), "distribution": "exponential"},
            "gamma": {"mean": at(1), "cv": 0.5, "distribution": "gamma"},
            "weibull": {"mean": at(1), "cv": 1.5, "distribution": "weibull"},
            "erlang": {"mean": at(1), "distribution": "erlang", "stages": 3},
            "hyperexponential": {"mean": at(1), "cv": 2.0, "distribution": "hyperexponential"},
            "uniform": {"low": at(0.2), "high": at(1.8)},
            "pert": {"low": at(0.5), "likely": at(0.8), "high": at(2.5)},
            "triangular": {"low": at(0.2), "likely": at(0.6), "high": at(2),
                           "distribution": "triangular"},
        }[name]  # fmt: skip

    def mixture(self, unit):
        """Draw one of a few mixtures: each has a table of its own."""
        low = {"low": time(2, unit), "high": time(8, unit)}
        high = {"mean": time(10, unit), "cv": 0.8, "plus": time(8, unit)}
        over = {"low": time(3, unit), "high": time(20, unit)}
        parts = self.pick(((low, time(10, unit)), (low, high)) * 5 + ((low, over),))
        mixed = zip(("40%", "rest"), parts, strict=True)
        return {"mixture": [{"share": share, "of": part} for share, part in mixed]}

    def modified(self, law, at, *, positive):
        """Draw modifiers of a distribution."""
        if self.chance(10):
            law["plus"] = at(0.4)
        if self.chance(10):
            law["at_most"] = at(1.5)
        if self.chance(10):
            law["at_least"] = at(0.6)
        if self.chance(10) and not law.keys() & {"scipy", "csv"}:
            law["between"] = [at(0.6), at(1.6)]
        if not positive and self.chance(10):
            law["zero"] = "30%"
        return law

    def samples(self, unit):
        """Return an empirical distribution, in whatever unit the file is read."""
        self.author.files["samples.csv"] = SAMPLES
        column = "minutes" if unit == "min" else "hours"
        return {"csv": "samples.csv", "column": column, "unit": unit}

    def whole_law(self, unit, *, positive, scale):
        """Draw a distribution of whole minutes."""
        options = MINUTES if scale is None else (scale, 2 * scale, scale // 2 or 1)
        if self.chance(15) and unit == "min":
            return self.samples("min") | {"discrete": True}
        if not self.chance(45):
            return whole_time(self.pick(options if positive else (*options, 0)), unit)
        a, b = self.pick(options), self.pick(options)
        if a == b:
            return whole_time(a, unit)
        law = {"values": {whole_time(a, unit): "50%", whole_time(b, unit): "rest"}}
        if self.chance(25):
            part = whole_time(self.pick(options), unit)
            law = {"mixture": [{"share": "60%", "of": law}, {"share": "rest", "of": part}]}
        if not positive and self.chance(20):
            law["zero"] = "40%"
        if self.chance(10):
            law["plus"] = whole_time(5, unit)
        return law

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
            on = inside if closing and author.closes(name) else author.run * 2
            business = author.closes(None) and self.chance(20)
            gap = max(1, round(on / target / 2)) if author.whole else on / target
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
        if author.zone == "UTC" and self.chance(15):
            words["zone"], ahead = "Asia/Kolkata", 330
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

    # ---- steps ---------------------------------------------------------------------------------

    def plan(self, n, depth):
        """Draw the names and kinds of some steps; groups hold plans of their own."""
        found = []
        for _ in range(n):
            prefix = self.pick("smaZ")
            name = f"{prefix}{len(self.order)}"
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

    def steps(self, plan):
        """Draw the words of planned steps."""
        return {name: self.step(name, kind, parts, branch=False) for name, kind, parts in plan}

    def step(self, name, kind, parts, *, branch):
        """Draw the words of one step."""
        words = {}
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
        if kind not in ("one_of", "steps") and self.chance(20 if self.dated(words) else 10):
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
                words["abandon_to"] = self.pick(("done", *self.order))
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
        place = self.order.index(name)
        back, on = self.order[: place + 1], ["done", *self.order[place + 1 :]]
        form = self.pick(("none", "none", "none", "rework", "rework", "jump", "next"))
        if form == "none":
            return
        returns = form == "rework"
        if form == "next":
            words["next"] = {self.pick(on): "rest"}
            other = self.pick([*self.order, "done"])
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
        if len(self.classes) > 1 and self.chance(25):
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
                gate["order"] = self.pick(("submission", "priority"))
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
            outcome["Send"] = {"share": "20%", "to": self.pick(("done", *self.order))}
            place = self.order.index(name)
            if outcome["Send"]["to"] in self.order[: place + 1] and self.chance(50):
                words["max_visits"] = self.number(1, 2)
        words["outcome"] = outcome


def time(n, unit):
    """Write a number of minutes in a unit; a business day of this is short."""
    return f"{n / {'min': 1, 'bh': 60, 'bd': 240}[unit]:.6g} {unit}"


def whole_time(n, unit):
    """Write whole minutes; in business time, of which a day may be anything, halves of hours."""
    return time(n, unit) if unit == "min" else f"{(n + 14) // 15 * 0.25:g} bh"
