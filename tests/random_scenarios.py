"""Random scenarios: small, crowded, and made of everything that the language can say.

`draw` makes a whole scenario of a seed: the words of a file, and the CSV files that it names. It is
valid by construction, but for the few `REFUSED` codes that only the whole can show. In a third of
them every time is a whole number of minutes, so that nearly everything happens at once.
"""

import json
import random
import tempfile
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import random_gates
import random_schedules
from random_calls import CallAuthor
from random_changes import ChangeAuthor, add_times
from random_groups import add_groups
from random_learning import add_learning
from random_levels import add_levels
from random_quantities import add_quantities
from random_queues import add_queues
from random_reserves import add_reserves
from random_same_person import add_same_person
from random_scores import add_scores
from random_serves import add_serves
from random_standing import add_standing
from random_swarms import add_swarms
from random_tokens import TokenAuthor
from random_words import (
    DAY,
    WEEK,
    hours_of,
    is_plain,
    minutes,
    sends_on,
    teams_of,
    time,
    whole_time,
)

from svcsim.errors import ScenarioError
from svcsim.model.arrays import Model
from svcsim.model.build import build
from svcsim.scenario.load import _loaded, load
from svcsim.scenario.text import Document

REFUSED = {"wip-cycle", "endless-loop"}
"""Problems of a whole scenario that its parts do not show; such a case is not run."""
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
OFFICE = [(9 * 60, 17 * 60)]


class Case(NamedTuple):
    """A scenario as people write it."""

    words: dict
    """What the file says."""
    files: dict
    """Text of each CSV file by its name."""
    built: tuple[Model, int] | None = None
    """Its model and its seed, if the author had to build it to see whether it can be run."""


def write(case, directory):
    """Write a case into a directory; return the path of its scenario."""
    write_files(case, directory)
    path = Path(directory) / "random.yaml"
    path.write_text(json.dumps(case.words), encoding="utf-8")
    return path


def write_files(case, directory):
    """Write the CSV files of a case into a directory, unless they are there."""
    for name, text in case.files.items():
        path = directory / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.unlink(missing_ok=True)  # some file systems wait for the disk to write over a file
            path.write_text(text, encoding="utf-8")


def read(case, directory, *, changes=(), as_text=False):
    """Return the scenario of a case, its files in a directory; None if it is `REFUSED`.

    Only the text can say where a problem stands, and only for that it is written and read: it
    takes longer than everything else.
    """
    try:
        if as_text:
            return load(write(case, directory), set=changes)
        write_files(case, directory)
        document = Document(data=json.loads(json.dumps(case.words)))
        return _loaded([document], directory, "random", changes)
    except ScenarioError as error:
        if {problem.code for problem in error.problems} <= REFUSED:
            return None
        raise


def draw(seed, *, plain=False):
    """Return the case of a seed; a plain one has no swarms, groups, gates that ask or take people,
    backlog, calls, or changes inside the run: relations between two runs know nothing of them.
    """
    author = Author(random.Random(seed))
    author.plain = plain
    return author.case()


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

    forked = 18
    """How many of 100 streams have parallel work: a third of the scenarios have such a stream."""
    extras = True
    """Whether there is automation, incoming quality, repetition, and demand that changes."""
    swarms = True
    """Whether there are swarms."""
    groups = True
    """Whether teams are divided, and have people on call."""
    plain = False
    """Whether nothing is added to what the first authors draw."""
    changes = True
    """Whether there are families, effects and triggers."""
    scheduled = 12
    """How many of 100 streams with demand have it at times of the calendar."""
    noticed = 40
    """How many of 100 of these have a notice."""
    tokens = True
    """Whether there is what tokens keep: choices for later visits."""
    standing = True
    """Whether teams have standing load."""
    reserves = True
    """Whether teams keep people free for some of their work."""
    serves = True
    """Whether people serve several teams."""
    learning = True
    """Whether steps learn."""
    same_person = 30
    """In how many of 100 scenarios people go on with the next step, where it fits."""
    quantities = 25
    """In how many of 100 scenarios items have quantities, where they fit."""

    def __init__(self, source):
        self.source = source
        self.whole = self.chance(33)
        start = self.pick(STARTS)
        self.words = {"svcsim": 1, "title": "Random", "start": start, "terminating": True}
        *moment, self.zone = start.split()
        self.begin = datetime.fromisoformat(" ".join(moment))
        offset = self.begin.replace(tzinfo=ZoneInfo(self.zone)).utcoffset()
        self.kolkata = 330 - offset // timedelta(minutes=1)
        """Minutes by which the clocks there are ahead."""
        self.files = {}
        self.built = None
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

    @property
    def parallel(self):
        """Whether a stream has parallel work."""
        return any(author.after is not None for author in self.authors.values())

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
        self.authors = {name: CallAuthor(self, i) for i, name in enumerate(names)}
        for name, author in self.authors.items():
            words["streams"][name] = author.stream()
        self.children()
        self.settle()
        for name, author in self.authors.items():
            if self.extras:
                author.extras(words["streams"][name])
        if self.plain:
            return Case(words, self.files)
        if self.extras:
            random_gates.add(self)
        for i, (name, author) in enumerate(self.authors.items()):
            if self.extras:
                later = [*self.authors][i + 1 :]
                author.calls(words["streams"][name], {one: words["streams"][one] for one in later})
        if self.swarms:
            add_swarms(self, words["streams"])
        if self.groups:
            add_groups(self, words)
            add_queues(self, words)
        random_schedules.add(self)
        if self.changes:
            ChangeAuthor(words, self.source).draw()
        if self.tokens:
            TokenAuthor(self).draw()
        if self.standing:
            add_standing(self, self.words)
        if self.changes:
            add_times(self, self.words)
        if self.reserves:
            add_reserves(self, self.words)
        if self.serves:
            add_serves(self, self.words)
        self.more_due()
        if self.changes:
            add_levels(self.words)
            add_scores(self.words)
        if self.learning:
            add_learning(self.words)
        if self.same_person:
            words = add_same_person(self, words, self.fits, self.same_person)
        if self.quantities:
            built = self.built
            changed = add_quantities(self, words, self.fits, self.quantities)
            self.built = built if changed is words else self.built
            words = changed
        return Case(words, self.files, self.built)

    def fits(self, words):
        """Say whether words are those of a scenario that can be run."""
        with tempfile.TemporaryDirectory() as directory:
            try:
                scenario = read(Case(words, self.files), Path(directory))
                self.built = scenario and (build(scenario).model, scenario.seed)
            except ScenarioError:
                return False
        return self.built is not None

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
        if self.zone != "UTC" and self.chance(15):
            self.known[name] = Open(frozenset(), WEEK, season=True)
            return {"last": f"{31 - self.begin.day} bd", "of": "month"}
        ahead = self.kolkata if self.chance(8) else 0
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
            team["rng_name"] = f"{self.pick(('one', 'ONE'))}{len(self.team)}"
        return team

    def children(self):
        """Draw which steps have children: in later streams, and some in their own."""
        streams = self.words["streams"]
        fed = set()
        for i, (name, stream) in enumerate(streams.items()):
            later = [*streams][i + 1 :]
            for step in leaves(stream["steps"]):
                if self.chance(20 if later else 5):
                    words = [self.child(stream, streams, name, later)]
                    ways = [
                        one for one in step.get("outcome", {}).values() if isinstance(one, dict)
                    ]
                    ways = [one for one in ways if "share" in one]
                    where = self.pick(ways) if ways and self.chance(50) else step
                    other = [one for one in later if one != words[0]["stream"]]
                    if other and self.chance(30):
                        words.append(self.child(stream, streams, None, other))
                    where["spawn"] = words[0] if len(words) == 1 and self.chance(70) else words
                    fed |= {one["stream"] for one in words}
        for name in [*streams][1:]:
            if name in fed and self.chance(30) and name not in _own(streams, name):
                del streams[name]["demand"]

    def child(self, stream, streams, own, later):
        """Draw one kind of children: in a later stream, or rarely in the parent's own."""
        wanted = own if own and not (later and self.chance(90)) else self.pick(later)
        words, plural = {"stream": wanted}, wanted != own
        classes, known = [*stream.get("classes", ())], [*streams[wanted].get("classes", ())]
        if not plural or self.chance(40):
            words["share"] = "20%" if not plural else self.pick(("60%", "0%"))
            if plural and len(classes) > 1 and self.chance(80):
                words["share"] = {"by_class": {classes[0]: "90%", "otherwise": "20%"}}
        if plural and self.chance(40):
            words["count"] = self.pick((2, {"poisson": 1.5}, {"low": 0, "high": 2}))
        if self.chance(60):
            unit = self.pick(("bh", "min")) if self.closes(None) else "min"
            one = whole_time(self.pick((10, 30, 5)), unit)
            words["wait"] = one if self.whole or unit == "bh" else {"mean": one, "cv": 1}
            if len(classes) > 1 and self.chance(45):
                words["wait"] = {"by_class": {classes[-1]: words["wait"], "otherwise": one}}
        looked_at = any(team.get("queue") == "due" for team in self.team.values())
        often = {"priority": 25, "due": 60 if looked_at else 10}
        inherit = [word for word, chance in often.items() if self.chance(chance)]
        if known and self.chance(25):
            words["class"] = self.pick(known)
        elif classes and {*classes} <= {*known} and self.chance(60):
            inherit.append("class")
        if inherit:
            words["inherit"] = inherit
        return words

    def settle(self):
        """Make the parts fit: due dates where they are looked at, full teams that send on."""
        streams = self.words["streams"]
        for name, team in self.team.items():
            users = {
                stream: words
                for stream, words in streams.items()
                if name in teams_of(words["steps"])
            }
            if team.get("queue") == "due":
                if users:
                    first = next(iter(users.values()))
                    first.setdefault("due", self.due(first))
                else:
                    team["queue"] = "fifo"
            wip = team.get("wip")
            if isinstance(wip, dict) and wip["when_full"] == "to":
                wip["when_full"] = {"to": self.detour(name, users)}

    def more_due(self):
        """Let others than the first stream of a queue by due date have due dates too."""
        by_due = {name for name, team in self.team.items() if team.get("queue") == "due"}
        for stream in self.words["streams"].values():
            free = not stream.keys() & {"due", "backlog"}
            if free and not by_due.isdisjoint(teams_of(stream["steps"])):
                stream["due"] = self.due(stream, business=90)

    def due(self, stream, business=60):
        """Draw a due date, or one for each class: of 100 so many in business time, if it closes."""
        unit = self.pick(("bh", "bd")) if self.closes(None) and self.chance(business) else "min"
        if len(stream.get("classes", ())) < 2 or self.chance(30):
            return time(self.pick((30, 60, 5)), unit)
        one = self.pick([*stream["classes"]])
        return {"by_class": {one: time(self.pick((5, 30)), unit), "otherwise": time(90, unit)}}

    def detour(self, name, users):
        """Draw where a full team sends items: a step of every stream that surely takes time."""
        elsewhere = [
            self.ahead(name, words, self.authors[stream]) for stream, words in users.items()
        ]
        common = set.intersection(*elsewhere) if elsewhere else set()
        return self.pick(("done", *sorted(common)))

    def ahead(self, name, words, author):
        """Return the steps to which a full team may send items of a stream that takes time."""
        users = [
            step for step, said in named_leaves(words["steps"]) if name in teams_of({step: said})
        ]
        return {
            step
            for step, said in words["steps"].items()
            if is_plain(said) and name not in teams_of({step: said})
            and not any(sends_on(self.team[other]) for other in teams_of({step: said}))
            and all(step in chain(*author.reach(user)) for user in users)
        }  # fmt: skip


def leaves(named):
    """Return the words of every step that is no group and takes something."""
    return [step for _, step in named_leaves(named)]


def named_leaves(named):
    """Yield the name and the words of every step that is no group and takes something."""
    for name, step in named.items():
        if {"touch", "wait", "gate"} & step.keys():
            yield name, step
        yield from named_leaves(step.get("steps") or step.get("one_of") or {})


def _own(streams, name):
    """Return the streams in which a stream alone has children."""
    feeders = {
        other
        for other, stream in streams.items()
        for step in leaves(stream["steps"])
        if name in str([step.get("spawn"), step.get("outcome")])
    }
    return {name} if feeders <= {name} else set()


def opened(spans, ahead=0):
    """Return what is known of a pattern: (weekday, shifts in minutes since its midnight)."""
    week = set()
    for day, shifts in spans:
        for opens, closes in shifts:
            first = (WEEK.index(day) * DAY + opens - ahead) % (7 * DAY)
            last = first + closes - opens
            week.update(range(first, min(last, 7 * DAY)), range(last - 7 * DAY))
    return Open(frozenset(week), tuple(day for day, _ in spans))
