"""Random demand that comes at times of the calendar.

It is drawn late, into a scenario that is whole without it.
"""

from datetime import timedelta

from random_words import WEEK, minutes


def add(author):
    """Let the items of some streams come at times of the calendar instead."""
    for name, words in author.words["streams"].items():
        if "demand" in words and author.chance(author.scheduled):
            words["demand"] = demand(author, name)
            if "notice" in words["demand"] and author.chance(50):
                promise = {"within": "10 min", "from": "event", "share": "50%"}
                words.setdefault("targets", {})["before"] = promise


def demand(author, name):
    """Draw a timetable with some occasions in the run, and how many come at each."""
    words = {"batch": author.pick((1, 2, 3, {"poisson": 2.5}, {"low": 0, "high": 4}))}
    if author.chance(author.noticed):
        words["notice"] = notice(author, author.authors[name])
    if author.chance(20):
        del words["batch"]
    if author.chance(20):
        words["scheduled"] = {"every": minutes(author.pick((30, 45, 100)))}
        if author.chance(60):
            words["scheduled"]["from"] = minutes(author.pick((1, 5, 60)))
        return words
    if author.chance(40):
        words["calendar"] = author.pick([*author.known])
    n = author.number(2, 6)
    words["scheduled"] = ["daily 10:00", *(occasion(author) for _ in range(n))]
    return words


def notice(author, own):
    """Draw how long before an event items come: never longer than some hours."""
    unit = own.unit(author.closes(None) and author.chance(50))
    most = {"bd": "1 bd", "bh": "5 bh", "min": "5 h"}[unit]

    def law():
        drawn = own.law(unit=unit, scale=author.pick((20, 60, 120)))
        return drawn | {"at_most": most} if isinstance(drawn, dict) else drawn

    return own.varied(law, 30)


def occasion(author):
    """Draw a time of a week or month within the run, or beside it."""
    moment = author.begin + timedelta(minutes=author.number(0, author.run))
    if author.whole or author.chance(40):
        moment = moment.replace(minute=author.pick((0, 30)))
    form = author.pick(("daily", "daily", "weekday", "weekday", "nth", "date", "date", "bd"))
    day = "daily"
    if form == "weekday":
        day = WEEK[(moment.weekday() + author.pick((0, 0, 1))) % 7]
    elif form == "nth":
        which = ("first", "second", "third", "fourth", "last")[(moment.day - 1) // 7]
        day = f"{which} {WEEK[moment.weekday()]}"
    elif form == "date":
        day = (moment + timedelta(days=author.pick((0, 0, 1)))).day
        day = f"{day}{ {1: 'st', 2: 'nd', 3: 'rd', 31: 'st'}.get(day, 'th') }"
    elif form == "bd":
        day = author.pick(("first bd", "last bd", "third bd"))
    return f"{day} {moment:%H:%M}"
