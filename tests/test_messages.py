"""A message says what would do in words that can be copied into the file."""

from pathlib import Path
from typing import Any

import pytest

from svcsim.errors import ScenarioError
from svcsim.scenario.forms import LATER
from svcsim.scenario.grammar import fields
from svcsim.scenario.load import load, loads
from svcsim.scenario.step import Step

STEPS = "{a: {wait: 1 h}}"
DESK = "teams: {desk: {people: 3, activity: engage}}\n"


def stream(words: str = "", steps: str = STEPS, demand: str = "1/h", top: str = "") -> str:
    more = f"{words}, " if words else ""
    return f"svcsim: 1\n{top}streams: {{s: {{demand: {demand}, {more}steps: {steps}}}}}\n"


def told(text: str, **options: Any) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        loads(text, **options)
    return [str(problem) for problem in caught.value.problems]


MESSAGES = {
    "the only path": (stream(steps="{h: {one_of: {b: {wait: 1 h}}}}"),
                      "b is the only path, so add share: rest"),
    "one other path": (stream(steps="{h: {one_of: {b: {wait: 1 h}, j: {wait: 1 h, share: 20%}}}}"),
                       "j takes 20%; add share: 80%, or share: rest"),
    "no team": (stream(steps="{a: {touch: 1 h}}", top=DESK.replace("engage", "[engage, plan]")),
                "add team: desk, activity: engage, or write wait instead of touch"),
    "no calendar here": (stream(top="horizon: 26\n"), "write 26 d, 26 wk or 26 month"),
    "patience is on the wall": (
        stream(steps="{a: {team: desk, touch: 1 h, patience: 3}}", top=DESK),
        "write 3 min, 3 h or 3 d"),
    "like its neighbours": (stream(steps="{a: {wait: {low: 1, high: 9 min}}}"), "; write 1 min"),
    "teams as a list": (stream(top="teams: [a]\n"), "teams: {a: {people: 3, activity: engage}}"),
    "a team that is a number": (stream(top="teams: {a: 1}\n"), "a: {people: 1, activity: engage}"),
    "a team of an activity that is a number": (stream(top="teams: {plan: 4}\n"),
                                               "write for instance plan: {people: 4}"),
    "a meeting as a mapping": (stream(steps="{a: {gate: {meets: {days: Tue, at: '14:00'}}}}"),
                               "write Tue 14:00"),
    "meetings as a mapping": (
        stream(steps="{a: {gate: {meets: {days: [Tue, Thu], time: '9:30'}}}}"),
        "write [Tue 09:30, Thu 09:30]"),
    "a meeting on no day": (stream(steps="{a: {gate: {meets: {at: '14:00'}}}}"),
                            "write Wed 11:00, daily 11:00, first Tue 14:00, first bd 09:00 or"),
    "a step that goes to another": (stream(steps="{a: {wait: 1 h, to: b}, b: {wait: 1 h}}"),
                                    "write next: {b: rest}"),
    "outcomes that go to another": (
        stream(steps="{a: {wait: 1 h, outcome: {x: 30%, y: rest}, to: b}, b: {wait: 1 h}}"),
        "write to at an outcome: {share: 30%, to: b}"),
    "a mean with a sigma": (stream(steps="{a: {wait: {mean: 1 h, sigma: 0.5}}}"),
                            "write mean with cv, or median with sigma"),
    "a repetition that ends with the step behind it": (
        stream(steps="{a: {wait: 1 h, every: 1 h, until: b}, b: {wait: 3 h}}"),
        "let b say after: []"),
    "a repetition that another waits for": (
        stream(steps="{a: {wait: 1 h}, b: {after: a, wait: 2 h, every: 1 h, until: c}, "
                     "c: {after: a, wait: 5 h}, d: {after: b, wait: 1 h}}"),
        "let d say after: c"),
    "a repetition that ends with itself": (
        stream(steps="{a: {wait: 1 h, every: 1 h, until: a}}"),
        "name a step that goes on meanwhile, one that says the same after as this one"),
    "changes of a base": ("svcsim: 1\nextends: first_desk\nchanges: {teams.desk.people: 3}\n",
                          "write the new values where the file has them: teams: {desk: "),
    "a team without people": (stream(top="teams: {a: {calendar: office}}\n"),
                              "add for instance people: 3, activity: engage"),
    "no streams": ("svcsim: 1\n", "streams: {s: {demand: 1/h, steps: {a: {wait: 1 h}}}}"),
    "no steps": ("svcsim: 1\nstreams: {s: {demand: 1/h}}\n",
                 "add for instance steps: {a: {wait: 1 h}}"),
    "a class of a stream": (stream("priority: {by_class: {a: 1}}"),
                            "add to stream s for instance classes: {a: 20%, others: rest}"),
    "classes at the top": (stream(top="classes: {a: 10%}\n"), "classes belongs in a stream"),
    "resources in a stream": (stream("resources: {a: 1}"),
                              "resources belongs at the top of the file, beside streams"),
    "people at a step": (stream(steps="{a: {wait: 1 h, people: 3}}"), "people belongs in a team"),
    "an open list": (stream() + "teams: {d: {people: 1, activity: [engage, plan",
                     "3:34: this list is not closed; write ]"),
    "an open mapping": ("svcsim: 1\nteams: {d: {people: 1}\n" + stream()[10:],
                        "2:8: this mapping is not closed; write }"),
    "per hour": (stream(demand="4 per hour"), "'4 per hour' is not a rate; write 4/h"),
    "an hour": (stream(demand="4 an hour"), "; write 4/h"),
    "per h": (stream(demand="4 per h"), "; write 4/h"),
    "one and a half": (stream(demand="{rate: 1/h, batch: 1.5}"), "write 1, 2, or {poisson: 1.5}"),
    "half": (stream("classes: {a: half, b: rest}"), "'half' is no percentage; write 50%"),
    "a slip of a unit": (stream(steps="{a: {wait: 5 dbs}}"), "did you mean bd or d?"),
    "years": (stream(steps="{a: {wait: 5 years}}"), "12 month"),
    "a warm-up of 30 weeks": (stream(top="warm_up: 30 wk\n"), "26 wk, which is so by default"),
    "no rest": (stream(steps="{a: {wait: 1 h, share: rest}}"),
                "leave share out, or write share: 60% if some pass by"),
    "a team that waits": (stream(steps="{a: {wait: 1 h, team: desk}}", top=DESK),
                          "write touch: 1 h instead of wait if the team works"),
    "nothing happens": (stream(steps="{a: {activity: engage}}", top=DESK),
                        "add for instance team: desk, touch: 30 min, or wait: 2 h"),
    "part of a name": (stream(top="teams: {d: {people: 1, activity: built}}\n"),
                       "did you mean obtain_build?"),
    "a place in a list": (stream(steps="{a: {touch: 1 h, team: [desk, dosk]}}", top=DESK),
                          "'dosk' is no team (second in the list); did you mean desk?"),
    "twice in a line": (stream(steps="{a: {wait: 1 h}, g: {steps: {a: {wait: 1 h}}}}"),
                        "also the name of the step in line 2, column"),
    "priority by class": (stream("priority: {high: 1, normal: 3}"),
                          "write priority: {by_class: {high: 1, normal: 3}}"),
    "touch by class": (
        stream("classes: {high: 10%, low: rest}", "{a: {wait: {high: 5 min, low: 1 h}}}"),
        "write wait: {by_class: {high: 5 min, low: 1 h}}"),
    "working days": (stream(steps="{a: {wait: 30 working days}}"), "did you mean 30 bd?"),
    "bdays": (stream(steps="{a: {wait: 5 bdays}}"), "did you mean 5 bd?"),
    "wd": (stream(steps="{a: {wait: 5 wd}}"), "did you mean 5 bd?"),
    "working hours": (stream(steps="{a: {wait: 5 working hours}}"), "did you mean 5 bh?"),
    "hours and minutes": (stream(steps="{a: {wait: 1 h 30 min}}"), "; write 90 min"),
    "a comma in a number": (stream(steps="{a: {wait: '1,5 h'}}"), "; write 1.5 h"),
    "a day that is not there": (stream(top="start: 2026-02-30 UTC\n"), "there is no 2026-02-30;"),
    "a range of such days": (stream(top="calendars: {c: {days: Mon, hours: 09:00-17:00, "
                                        "closed: 2026-06-01 to 2026-06-31}}\n"),
                             "there is no 2026-06-01 to 2026-06-31;"),
    "nine in the morning": (stream(top="calendars: {c: {days: Mon, hours: 9am-5pm}}\n"),
                            "write 09:00"),
    "at night": (stream(steps="{a: {gate: {meets: Wed 10pm}}}"), "write 22:00"),
    "weekdays": (stream(top="calendars: {c: {days: weekdays, hours: 09:00-17:00}}\n"),
                 "write Mon-Fri"),
    "a time before its day": (stream(steps="{a: {gate: {meets: '10:00 Thu'}}}"), "write Thu 10:00"),
    "pounds": (stream(top=DESK.replace("3,", "3, cost: £38/h,")), "write 38 GBP/h"),
    "a wage for a year": (stream(top=DESK.replace("3,", "3, cost: 60000 EUR/year,")),
                          "60000 EUR/year is not per hour; write what it is for each hour"),
    "a wage for a month": (stream(top=DESK.replace("3,", "3, cost: 5000 EUR/month,")),
                           "write what it is for each hour, for instance 85 EUR/h"),
    "a cv in per cent": (stream(steps="{a: {wait: {mean: 1 h, cv: 60%}}}"),
                         "write it as a factor: 0.6"),
    "a cv in quotes": (stream(steps="{a: {wait: {mean: 1 h, cv: '0.6'}}}"),
                       "write 0.6, without quotes"),
    "min and max": (stream(steps="{a: {wait: {min: 1 h, max: 3 h}}}"),
                    "write low for min, high for max"),
    "two teams in a text": (
        stream(steps="{a: {team: desk and line, touch: 1 h}}",
               top="teams: {desk: {people: 3, activity: engage}, "
                   "line: {people: 3, activity: engage}}\n"),
        "write [desk, line] for whoever is free first, or {desk: 1, line: 1} for all at once"),
    "how long": (stream(top="duration: 52 wk\n"), "write horizon"),
    "targets beside streams": (
        "svcsim: 1\nstreams:\n  s: {demand: 1/h, steps: {a: {wait: 1 h}}}\n"
        "  targets: {t: {within: 1 h, share: 90%}}\n",
        "move targets to the right, below its stream"),
    "a name without a colon": ("svcsim: 1\nstreams\n  s: {demand: 1/h}\n",
                               "2:1: this is not YAML: no colon stands behind this; write str"),
    "a first name without a colon": ("svcsim: 1\nteams:\n  desk\n  line: 3\n",
                                     "3:3: this is not YAML: no colon stands behind this"),
    "a colon without a blank": ("svcsim: 1\nteams:\n  desk:\n    people:3\n    activity: plan\n",
                                "4:5: no blank stands behind the colon; write people: 3"),
    "a quote that is open": ('svcsim: 1\ntitle: "Hiring\nteams: {}\n',
                             "2:8: this text in quotes is not closed"),
    "too deep": ("svcsim: 1\nteams:\n  desk:\n    people: 3\n     activity: engage\n",
                 "5:6: this line begins in column 6, deeper than line 4, which has a value; "
                 "begin it in column 5"),
    "out of line": (
        "svcsim: 1\nstreams:\n  s:\n   demand: 1/h\n   steps:\n     a:\n        wait: 1 h\n"
        "    b:\n        wait: 2 h\n",
        "8:5: this line begins in column 5, between line 5 (column 4) and line 6 (column 6); "
        "begin it in column 4 or 6, or line 5 in column 5"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "words"), MESSAGES.values(), ids=MESSAGES.keys())
def test_a_message_shows_what_to_write(text: str, words: str) -> None:
    assert any(words in line for line in told(text)), told(text)


@pytest.mark.parametrize(
    "text",
    [
        "svcsim: 1\nteams: {plan: 1}\nstreams: {s: {demand: 1/h, steps: "
        "{a: {activity: plan, touch: 5 min}, b: {touch: 5 min}}}}\n",
        stream(steps="{a: {wait: {mean: 1 h, sd: 20 min}}}"),
        stream(steps="{a: {gate: {meets: {days: Tue, at: '14:00'}}}}"),
        stream(
            steps="{a: {gate: {ask: d, answers: 1 of 2, reply: 1 h}}}",
            top=DESK.replace("desk: {people: 3", "d: {people: two"),
        ),
        stream(
            steps="{a: {gate: {ask: d, answers: 1 of 2, reply: 1 h}}}",
            top=DESK.replace("desk: {people: 3,", "d: {"),
        ),
        stream(
            steps="{a: {wait: 1 h, max_visits: 3, outcome: {no: {share: 10%, to: aa}, yes: rest}}}"
        ),
    ],
    ids=[
        "a team that cannot be read",
        "a standard deviation",
        "a meeting as a mapping",
        "people that cannot be read",
        "people that are missing",
        "a step that is misspelt",
    ],
)
def test_one_slip_is_one_problem(text: str) -> None:
    assert len(told(text)) == 1


def test_a_shape_without_hours_is_even() -> None:
    even = stream(demand="{rate: 1/h, profile: {weekdays: {Sat: 0, Sun: 0}}}")
    hours = ", ".join(["1"] * 24)
    said = even.replace("{weekdays", f"{{hours: [{hours}], weekdays")
    assert loads(even).streams["s"].demand == loads(said).streams["s"].demand


@pytest.mark.parametrize("word", ["escalate_after", "fork", "swarm"])
def test_a_word_of_a_later_version_says_what_comes_nearest(word: str) -> None:
    (line,) = told(stream(steps=f"{{a: {{wait: 1 h, {word}: 2}}}}"))
    assert "this version has no " in line
    assert "; write " in line


def test_no_word_of_a_later_version_is_a_field_of_a_step() -> None:
    assert LATER.keys().isdisjoint(fields(Step))


def test_a_csv_file_that_is_not_there_is_told_in_the_same_words(tmp_path: Path) -> None:
    (tmp_path / "incidents.csv").write_text("t\n2026-01-05\n")
    lines = [
        *told(stream(demand="{csv: incident.csv, arrived: t}"), directory=tmp_path),
        *told(stream(steps="{a: {wait: {csv: incident.csv, column: t, unit: h}}}"),
              directory=tmp_path),
        *told(stream(demand="{rates: {csv: incident.csv, column: t, bin: 1 h}}"),
              directory=tmp_path),
    ]  # fmt: skip
    words = "incident.csv cannot be read: no such file or directory; did you mean incidents.csv?"
    assert [line.partition(": ")[2] for line in lines] == [words] * 3


def test_a_column_that_holds_no_numbers_is_told_with_those_beside_it(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("arrived,minutes\n2026-01-05,12\n")
    words = "{csv: log.csv, column: arrived, unit: min}"
    (line,) = told(stream(steps=f"{{a: {{wait: {words}}}}}"), directory=tmp_path)
    assert "'2026-01-05' in column 'arrived' is no number of 0 or more" in line
    assert line.endswith("write a number, 0 or more, or name another column: minutes")


# ---- files that a change names -------------------------------------------------------------------

REPLAY = "{csv: data/log.csv, arrived: t}"


def test_a_file_that_a_change_names_is_looked_for_in_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, here = tmp_path / "home", tmp_path / "here"
    (home / "data").mkdir(parents=True)
    here.mkdir()
    (home / "desk.yaml").write_text(stream(demand=REPLAY))
    (home / "data" / "log.csv").write_text("t\n2026-01-05\n")
    (here / "own.csv").write_text("t\n2026-01-06\n2026-01-07\n")
    monkeypatch.chdir(here)
    shipped = load(home / "desk.yaml")
    assert (shipped.directory / shipped.streams["s"].demand.csv).read_text().count("\n") == 2
    for change in ("streams.s.demand.csv=own.csv", "streams.s.demand={csv: own.csv, arrived: t}"):
        changed = load(home / "desk.yaml", set=[change])
        assert (changed.directory / changed.streams["s"].demand.csv) == here / "own.csv"
    with pytest.raises(ScenarioError) as caught:
        load(home / "desk.yaml", set=["streams.s.demand.csv=data/log.csv"])
    assert [problem.code for problem in caught.value.problems] == ["no-such-file"]
    monkeypatch.chdir(home)
    with pytest.raises(ScenarioError) as caught:
        load(home / "desk.yaml", set=["streams.s.demand.csv=log.csv"])
    assert "did you mean data/log.csv?" in str(caught.value)
    other = load(home / "desk.yaml", set=["streams.s.demand.arrived=t"])
    assert other.streams["s"].demand.csv == "data/log.csv"


def test_the_digest_knows_names_and_bytes_of_files_and_not_where_they_lie(tmp_path: Path) -> None:
    digests = []
    for folder, text in (("a", "t\n2026-01-05\n"), ("b/c", "t\n2026-01-05\n"), ("d", "t\n")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "log.csv").write_text(text)
        demand = f"{{csv: {folder}/log.csv, arrived: t}}"
        digests.append(loads(stream(demand=demand), directory=tmp_path).digest)
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]
    (tmp_path / "d" / "other.csv").write_text("t\n2026-01-05\n")
    other = loads(stream(demand="{csv: d/other.csv, arrived: t}"), directory=tmp_path)
    assert other.digest != digests[0]
