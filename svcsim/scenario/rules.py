"""Every rule that a scenario may break: its code and its sentence.

Each code has one smallest broken file, ``tests/invalid/<code>.yaml``.
"""

from collections.abc import Mapping
from typing import Any

from pydantic_core import PydanticCustomError

RULES: dict[str, str] = {
    # ---- the file ----------------------------------------------------------------------------
    "no-file": "A file that is named exists and can be read.",
    "too-big": "A scenario has at most 1 MB.",
    "not-text-file": "A scenario is a text in UTF-8.",
    "not-yaml": "A scenario is one document of YAML 1.2.",
    "tab": "Words are indented and set apart with spaces.",
    "anchor": "Anchors and aliases of YAML are not used.",
    "tag": "Tags of YAML are not used.",
    "too-deep": "Mappings and lists are nested at most 50 levels deep.",
    "duplicate-key": "A name stands once in a mapping.",
    "not-a-scenario": "A scenario is a mapping of fields.",
    "empty-value": "A field that is written has a value.",
    "extends-cycle": "A scenario does not extend itself.",
    # ---- fields ------------------------------------------------------------------------------
    "unknown-field": "Fields are those of the language.",
    "missing-field": "A field without a default is written.",
    "not-a-mapping": "A mapping stands where a mapping is meant.",
    "not-a-list": "A list stands where a list is meant.",
    "not-text": "A word stands where a word is meant.",
    "not-a-number": "A number stands where a number is meant.",
    "not-a-whole-number": "A whole number stands where a whole number is meant.",
    "not-true-or-false": "true or false stands where a truth value is meant.",
    "not-one-of": "Where there is a choice of words, it is one of them.",
    "too-small": "A number is not below its least value.",
    "too-large": "A number is not above its greatest value.",
    "empty": "A list or mapping that is written has something in it.",
    "wrong-length": "A list has as many values as are meant.",
    # ---- changes -----------------------------------------------------------------------------
    "not-a-change": "A change is written path=change.",
    "unknown-path": "A change has a path of words that stand in the file, or may.",
    "nothing-to-change": "What is changed by an amount has a value.",
    "not-whole": "A number of people or things stays whole.",
    # ---- names -------------------------------------------------------------------------------
    "bad-name": "Names hold no characters that stand between names.",
    "reserved-name": "Names are not words that stand where names stand.",
    "not-a-name": "Where something is named, a name stands.",
    "named-twice": "What is listed is listed once.",
    # ---- units -------------------------------------------------------------------------------
    "no-unit": "A number that stands for a time says its unit.",
    "unknown-unit": "Units of time are s, min, h, d, wk, month, bd and bh.",
    "not-a-duration": "A duration is a number and a unit.",
    "negative-duration": "A duration is not negative.",
    "too-long": "A duration stays below 285 years (2**53 ticks of 1 µs).",
    "business-unit": "bd and bh stand only where a calendar is known.",
    "zero-duration": "What must take time takes more than 0.",
    "not-a-rate": "A rate is a number per unit of time.",
    "not-a-share": "A share is written in per cent, from 0% to 100%.",
    "not-a-percentage": "A factor is written in per cent, not below 0%.",
    "not-a-cost": "A cost is an amount, a currency of three letters, per hour.",
    "not-a-penalty": "A penalty is an amount, a currency of three letters, per month.",
    "not-a-start": "A start is a date, perhaps a time, and a time zone.",
    # ---- calendars and gates -----------------------------------------------------------------
    "not-a-weekday": "Days of the week are Mon, Tue, Wed, Thu, Fri, Sat and Sun.",
    "not-a-time-of-day": "A time of day is written 09:00; hours have a start and an end.",
    "not-a-date": "A date is written 2026-03-25, a range 2026-03-25 to 2026-03-31.",
    "unknown-zone": "A time zone is an IANA name.",
    "unknown-holidays": "Holidays are those of a country, or a part of one, that are known.",
    "calendar-form": "A calendar has days and hours, or shifts, or is a season.",
    "not-a-season": "A season is the first or last n business days of a month, quarter or year.",
    "overlapping-shifts": "Shifts of one calendar do not overlap.",
    "not-answers": "A number of answers is so many of so many who are asked.",
    "not-a-meeting": "A meeting is a day and a time, such as Wed 11:00.",
    # ---- distributions -----------------------------------------------------------------------
    "not-a-distribution": "A distribution is told by its keys.",
    "mixed-clocks": "All durations of a distribution pass on the same clock.",
    "wrong-order": "What is less stands before what is more.",
    "unknown-scipy": "scipy.stats has the distribution, with these parameters, and it has a mean.",
    "bad-samples": "A column of samples holds numbers of 0 or more.",
    "not-a-count": "A number of items is a whole number, or a distribution of whole numbers.",
    "shares-sum": "Shares add up to 100 %, or one of them is the rest.",
    "impossible-law": "A distribution still makes sense when its durations are ticks.",
    "no-ordinary-week": "Demand that is spread over a week has an ordinary week that carries it.",
    # ---- files that are read -----------------------------------------------------------------
    "not-a-moment": "An arrival that is read from a file is a time in the format that is stated.",
    "nothing-to-replay": "Of the arrivals in a file at least one lies within the run.",
    "tag-collision": "Names that are the addresses of draws have tags of their own.",
    # ---- names that stand elsewhere ----------------------------------------------------------
    "unknown-team": "A team that is named stands in teams.",
    "unknown-resource": "A resource that is named stands in resources.",
    "unknown-calendar": "A calendar that is named stands in calendars, or is always or office.",
    "unknown-class": "A class that is named is a class of the stream.",
    "unknown-stream": "A stream that is named is a stream of the scenario.",
    "no-items": "To every stream items come: from outside, as children of others, or by a trigger.",
    "unknown-step": "A step that is named is a step of the stream.",
    "unknown-activity": "An activity is one of the service value chain.",
    "name-shared": "Names that could be taken for each other differ.",
    "step-named-twice": "A step has a name of its own in the stream, whatever group it is in.",
    "step-is-group": "Where the completion of a step is meant, the step is no group.",
    # ---- how things fit together -------------------------------------------------------------
    "warm-up-too-long": "The warm-up ends before the horizon.",
    "season-as-base": "The scenario's calendar is no season.",
    "no-business-day": "bd and bh are counted on a calendar that closes.",
    "gate-form": "A gate meets, or asks a team.",
    "asks-too-many": "No more people are asked, or attend, than their team has.",
    "who-attends": "Who attends a gate is a whole team, or a number of people of each of several.",
    "never-meets": "A gate meets on days on which its calendar opens.",
    "mixed-currencies": "All costs and penalties are in one currency.",
    "team-without-activity": "A team serves an activity, or is named after one.",
    "activity-unclear": "A step of a team with several activities says which.",
    "queue-without-due": "A team that works by due date gets items that have one.",
    "people-and-groups": "The people of a team are said once: as people, or in groups.",
    "never-on-call": "People are on call when nobody of their team has a shift, or on a calendar.",
    "no-work-on-call": "People are on call for streams of which their team has work.",
    "too-many-streams": "At most 62 streams can be told apart by those who are on call.",
    "too-many-groups": "Work that pauses tells at most 62 groups apart.",
    "limit-among-several": "A team with a WIP limit works alone, or in a split.",
    "wip-cycle": "Teams with WIP limits do not wait for each other in a circle.",
    "missing-class": "A value by class is given for every class.",
    "said-twice": "What is said of a class is said in one place.",
    "zero-interval": "Time passes from one arrival to the next, at least at times.",
    "backlog-at": "Where parallel work is, a backlog begins where every item does.",
    "backlog-due": "Due dates of a stream with a backlog are counted on the wall clock.",
    "demand-form": "Demand comes by rate, every, csv or rates.",
    "takes-nothing": "A step says what it takes: touch, wait, gate, stream, one_of or steps.",
    "takes-two": "A step takes one thing; only a wait may stand with a touch.",
    "out-of-place": "A field stands where it does something.",
    "no-team": "Touch is the work of a team.",
    "quorum-alone": "A quorum is part of a team of several people.",
    "quorum-size": "A quorum has somebody of each team named, and not everybody.",
    "outcome-and-next": "A step has outcomes, or says what is next.",
    "gate-outcome": "approve, defer and reject mean what they mean at gates; others say where to.",
    "branch-without-share": "A path of a choice says its share.",
    "last-visit-goes-back": "Some outcome of a step with max_visits goes on.",
    # ---- parallel work -----------------------------------------------------------------------
    "after-form": "after names steps, all of which or so many of which are waited for.",
    "any-and-of": "any names the steps itself; at_least and share say of which.",
    "at-least-and-share": "How many are waited for is a number or a share.",
    "too-many-of": "No more are waited for than there are.",
    "after-itself": "A step does not wait for itself.",
    "after-later": "A step stands below the steps that it comes after.",
    "after-in-group": "Steps of a group follow one another; parallel work is made of whole groups.",
    "next-and-after": "Where steps come after others, outcomes say where items go.",
    "to-beside": "A way leads to a step before or after, not to one that runs beside.",
    "into-the-middle": "A way forward to other parallel work leads to the beginning of a group.",
    "incomplete-forward": "What is incomplete goes back to a step before.",
    "repeated-for-ever": "A repetition is said to end.",
    "until-itself": "A repetition ends with another step.",
    "until-before": "A repetition ends with a step that is not over before it begins.",
    "after-until": "No step waits for one that is only cancelled.",
    "too-many-strands": "A stream has at most 62 strands of parallel work.",
    # ---- change of the model -----------------------------------------------------------------
    "not-a-factor": "How many times as much is written x0.25, or -75%.",
    "families-form": "Families have names, or numbers with shares that rise ever more slowly.",
    "no-families": "Where families are meant, a stream has some.",
    "effect-of-one": "An effect changes one thing: a rate or a touch.",
    "rate-rises": "An effect makes a rate smaller, never larger.",
    "no-rate": "A rate that changes is one of demand from outside.",
    "trigger-makes-itself": "A trigger does not look at what it makes.",
    "unknown-outcome": "An outcome that is named is one of the step.",
    # ---- files that are read -----------------------------------------------------------------
    "no-such-file": "A CSV file that is named can be read.",
    "unknown-column": "A column that is named stands in the CSV file.",
}


def refusal(code: str, found: str, remedy: str, **at: Any) -> PydanticCustomError:
    """The exception with which a field refuses its value; `explain` turns it into a `Problem`.

    `at` may say where below the field the fault lies: ``below=("values", "5 min")``, or in which
    file: ``file=..., line=...``.
    """
    context: Mapping[str, Any] = {"found": found, "remedy": remedy, **at}
    return PydanticCustomError(code, "{found}; {remedy}", dict(context))
