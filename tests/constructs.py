"""Every construct of the language, and how to take it out of a scenario.

`CONSTRUCTS` maps a construct to a function that takes it out of the words of a scenario, wherever
it stands, and leaves everything else. So a construct *occurs* in a scenario if taking it out
changes the words, and *matters* there if that changes what happens.
"""

import json
import re
from itertools import permutations

from constructs_changes import CHANGES
from constructs_learning import LEARNING
from constructs_quantities import QUANTITIES, REMAINING
from constructs_reserves import RESERVES
from constructs_same_person import SAME_PERSON
from constructs_serves import SERVES
from constructs_standing import LOADS
from constructs_tokens import TOKENS
from random_words import before, named_in, teams_of

# ---- where things stand ------------------------------------------------------------------------


def calendars(words):
    """Return the calendars of the file."""
    return list(words.get("calendars", {}).values())


def teams(words):
    """Return the teams."""
    return list(words["teams"].values())


def resources(words):
    """Return the resources that are more than a number."""
    return [part for part in words.get("resources", {}).values() if isinstance(part, dict)]


def streams(words):
    """Return the streams."""
    return list(words["streams"].values())


def demands(words):
    """Return how items come, stream by stream."""
    return [stream["demand"] for stream in streams(words) if "demand" in stream]


def mixes(words):
    """Return the classes that are more than a share."""
    classes = [mix for stream in streams(words) for mix in stream.get("classes", {}).values()]
    return [mix for mix in classes if isinstance(mix, dict)]


def steps(words):
    """Return every step, groups and their parts."""
    return [step for stream in streams(words) for step in _steps(stream["steps"])]


def _steps(named):
    for step in named.values():
        yield step
        yield from _steps(step.get("steps") or step.get("one_of") or {})


def groups(words):
    """Return every mapping of steps that stand one after the other."""
    found = [stream["steps"] for stream in streams(words)]
    return found + [step["steps"] for step in steps(words) if "steps" in step]


def forked(words):
    """Return the streams that have parallel work."""
    return [
        stream
        for stream in streams(words)
        if any(step.keys() & {"after", "once", "until"} for step in stream["steps"].values())
    ]


def own_steps(words):
    """Return the steps of streams themselves, of which some come after others."""
    return [step for stream in forked(words) for step in stream["steps"].values()]


def gates(words):
    """Return the gates."""
    return [step["gate"] for step in steps(words) if "gate" in step]


def outcomes(words):
    """Return the outcomes of each step."""
    return [step["outcome"] for step in steps(words) if "outcome" in step]


def chances(words):
    """Return the outcomes that are more than a share."""
    return [one for outcome in outcomes(words) for one in outcome.values() if isinstance(one, dict)]


def spawns(words):
    """Return the children of steps and of outcomes."""
    found = [place["spawn"] for place in (*steps(words), *chances(words)) if "spawn" in place]
    return [one for some in found for one in (some if isinstance(some, list) else [some])]


def sets(words):
    """Return what changes about items at steps."""
    return [step["set"] for step in steps(words) if "set" in step]


def laws(words):
    """Return every distribution as (holder, key), parts of a mixture after the whole."""
    found = []
    places = [(step, key) for step in steps(words) for key in LAWS]
    places += [(demand, "every") for demand in demands(words)]
    places += [(auto, "time") for auto in automata(words)]
    places += [(one, "wait") for one in (*chances(words), *redials(words))]
    for holder, key in places:
        if key in holder:
            found += _laws(holder, key)
    return found


LAWS = ("touch", "wait", "patience", "every", "handover")


def _laws(holder, key):
    law = holder[key]
    if isinstance(law, dict) and "by_class" in law:
        for name in law["by_class"]:
            yield from _laws(law["by_class"], name)
        return
    yield holder, key
    if isinstance(law, dict):
        for part in law.get("mixture", ()):
            yield from _laws(part, "of")


# ---- taking out --------------------------------------------------------------------------------


def drop(places, field, *with_it):
    """Take a field out, and those that say nothing without it."""

    def remove(words):
        for place in places(words):
            if field in place:
                for name in (field, *with_it):
                    place.pop(name, None)

    return remove


def flat(places, field):
    """Let a value be that of the first class."""

    def remove(words):
        for place in places(words):
            value = place.get(field)
            if isinstance(value, dict) and "by_class" in value:
                place[field] = next(iter(value["by_class"].values()))

    return remove


def swap(places, field, old, new, *with_it):
    """Write another word."""

    def remove(words):
        for place in places(words):
            if field in place and place[field] == old:
                place[field] = new
                for name in with_it:
                    place.pop(name, None)

    return remove


def constant(matches):
    """Let a distribution be a constant."""

    def remove(words):
        for holder, key in laws(words):
            law = holder[key]
            if isinstance(law, dict) and matches(law):
                business = re.search(r'\b(bh|bd)"', json.dumps(law))
                holder[key] = "0.2 bh" if business else "10 min"

    return remove


def family(name):
    """Take a family out that is told by its name."""
    return constant(lambda law: law.get("distribution") == name)


def keyed(*keys):
    """Take a family out that is told by its keys."""
    return constant(lambda law: all(key in law for key in keys) and "distribution" not in law)


def modifier(name):
    """Take a modifier of distributions out."""

    def remove(words):
        for holder, key in laws(words):
            if isinstance(holder[key], dict):
                holder[key].pop(name, None)

    return remove


def unbusiness(places, *fields):
    """Let a time pass on the wall clock."""

    def remove(words):
        for place in places(words):
            for field in fields:
                if field in place:
                    text = json.dumps(place[field])
                    place[field] = json.loads(re.sub(r'(["/ ])(bh|bd)"', r'\1h"', text))

    return remove


def instead(field, demand="30 min"):
    """Let items come at intervals that never change."""

    def remove(words):
        for stream in streams(words):
            if field in stream.get("demand", ()):
                stream["demand"] = {"every": demand}

    return remove


def instead_if(field, matches):
    """Let items come at intervals that never change, where a field says something special."""

    def remove(words):
        for stream in streams(words):
            if matches(stream.get("demand", {}).get(field)):
                stream["demand"] = {"every": "30 min"}

    return remove


def occasion(pattern):
    """Let something happen daily instead of on certain days."""

    def remove(words):
        for demand in demands(words):
            if isinstance(demand.get("scheduled"), list):
                demand["scheduled"] = [
                    re.sub(rf"^{pattern} ", "daily ", one) for one in demand["scheduled"]
                ]

    return remove


def batch(matches):
    """Let items come one by one."""

    def remove(words):
        for demand in demands(words):
            if "batch" in demand and matches(demand["batch"]):
                del demand["batch"]

    return remove


def childless(words):
    """Let nothing come of items."""
    for place in (*steps(words), *chances(words)):
        place.pop("spawn", None)
    fed_from_outside(words)


def fed_from_outside(words):
    """Let some items come from outside to every stream."""
    for stream in streams(words):
        stream.setdefault("demand", {"every": "50 min"})


def only_child(words):
    """Let children of one kind come where there were several."""
    for place in (*steps(words), *chances(words)):
        if isinstance(place.get("spawn"), list):
            place["spawn"] = place["spawn"][0]


def disinherit(what):
    """Let children not have something of their parent."""

    def remove(words):
        for spawn in spawns(words):
            if what in spawn.get("inherit", ()):
                spawn["inherit"] = [word for word in spawn["inherit"] if word != what]
                if not spawn["inherit"]:
                    del spawn["inherit"]

    return remove


def profile(matches):
    """Let arrivals not be spread."""

    def remove(words):
        for demand in demands(words):
            if "profile" in demand and matches(demand["profile"]):
                demand["profile"] = "always"

    return remove


def shape(field):
    """Take factors out of the shape of a profile."""

    def remove(words):
        for demand in demands(words):
            if isinstance(demand.get("profile"), dict):
                demand["profile"].pop(field, None)

    return remove


def one_class(words):
    """Let all items be alike."""
    for stream in streams(words):
        if "classes" in stream:
            del stream["classes"]
            _one_class(stream)
            for step in _steps(stream["steps"]):
                step.pop("classes", None)
            for name in ("class", "classes_from"):
                stream.get("demand", {}).pop(name, None)


def _one_class(value):
    for name, part in list(value.items() if isinstance(value, dict) else enumerate(value)):
        while isinstance(part, dict) and "by_class" in part:
            part = value[name] = next(iter(part["by_class"].values()))
        if isinstance(part, dict | list):
            _one_class(part)


def use(matches, instead_of):
    """Let somebody else work."""

    def remove(words):
        for step in steps(words):
            for holder, key in _uses(step):
                if matches(holder[key]):
                    holder[key] = instead_of(holder[key])

    return remove


def _uses(step):
    team = step.get("team")
    if isinstance(team, dict) and "by_class" in team:
        return [(team["by_class"], name) for name in team["by_class"]]
    return [(step, "team")] if team is not None else []


def numbers(team):
    """Say whether a use of teams says how many people."""
    return isinstance(team, dict) and all(isinstance(n, int) for n in team.values())


def split(team):
    """Say whether a use of teams is a split."""
    return isinstance(team, dict) and not numbers(team)


def first(team):
    """Return the first team that is named."""
    return next(iter(team))


def one_of(words):
    """Let items take every path, one after the other."""
    for step in steps(words):
        if "one_of" in step:
            step["steps"] = step.pop("one_of")
            for path in step["steps"].values():
                del path["share"]
                if not path:
                    path["wait"] = "0 min"


def grouped(words):
    """Let everybody take every group of steps."""
    for step in steps(words):
        if "steps" in step:
            step.pop("share", None)
            step.pop("classes", None)


def shifts(words):
    """Let each shift of a day be the whole day's."""
    for calendar in calendars(words):
        for place in [calendar, *calendar.get("shifts", ())]:
            if len(place.get("hours", ())) > 1:
                begin, end = place["hours"][0][:5], place["hours"][-1][-5:]
                place["hours"] = [f"{begin}-{end}"]


def touching(words):
    """Join shifts that touch."""
    for calendar in calendars(words):
        for place in [calendar, *calendar.get("shifts", ())]:
            joined = []
            for span in place.get("hours", ()):
                if joined and joined[-1][-5:].replace("24:00", "00:00") == span[:5]:
                    joined[-1] = f"{joined[-1][:5]}-{span[-5:]}"
                else:
                    joined.append(span)
            if joined:
                place["hours"] = joined


def night(words):
    """Let shifts that pass midnight end there."""
    for calendar in calendars(words):
        for place in [calendar, *calendar.get("shifts", ())]:
            if "hours" in place:
                place["hours"] = [
                    f"{span[:5]}-24:00" if span[-5:] < span[:5] and span[-5:] != "00:00" else span
                    for span in place["hours"]
                ]


def by_weekday(words):
    """Let all days be like the first."""
    for calendar in calendars(words):
        if "shifts" in calendar:
            calendar |= {"days": "Mon-Sun", "hours": calendar.pop("shifts")[0]["hours"]}


def some_days(words):
    """Let every day be open."""
    for calendar in calendars(words):
        if calendar.get("days", "Mon-Sun") != "Mon-Sun":
            calendar["days"] = "Mon-Sun"


def season(words):
    """Let a season never end."""
    for name, calendar in words.get("calendars", {}).items():
        if "of" in calendar:
            words["calendars"][name] = {"days": "Mon-Sun", "hours": "00:00-24:00"}


def clock_change(words):
    """Stay in one zone whose clocks do not change."""
    words["start"] = words["start"].replace("Europe/London", "UTC")


def unlimited(words):
    """Let one person stand for everybody."""
    swap(teams, "people", "unlimited", 1)(words)


def people_groups(words):
    """Return the groups of people that say more than how many they are."""
    found = [group for team in teams(words) for group in team.get("groups", {}).values()]
    return [group for group in found if isinstance(group, dict)]


def on_calls(words):
    """Return the people on call of the teams."""
    return [team["on_call"] for team in teams(words) if "on_call" in team]


def undivided(words):
    """Let the people of a team be one group."""
    for team in teams(words):
        if "groups" in team:
            parts = team.pop("groups").values()
            team["people"] = sum(p["people"] if isinstance(p, dict) else p for p in parts)


def on_the_wall(words):
    """Count how long somebody waited on the wall clock."""
    for team in teams(words):
        if "ageing" in team:
            team["ageing"] = team["ageing"].replace("bh", "h")


def grown(words):
    """Let people always be as efficient as at first."""
    for part in (*teams(words), *people_groups(words)):
        if isinstance(part.get("efficiency"), dict):
            part["efficiency"] = part["efficiency"]["from"]


def leave(part):
    """Take one kind of absence out."""

    def remove(words):
        for team in teams(words):
            shrinkage = team.get("shrinkage")
            if isinstance(shrinkage, dict):
                shrinkage[part] = "0%"
            elif shrinkage is not None and part == "leave":
                del team["shrinkage"]

    return remove


def wip(full):
    """Take limits out that do one thing when they are full."""

    def remove(words):
        for team in teams(words):
            limit = team.get("wip")
            found = "wait" if isinstance(limit, int) else limit and limit.get("when_full", "wait")
            if found is not None and (found == full or (full == "to" and isinstance(found, dict))):
                del team["wip"]

    return remove


def overnight(words):
    """Let set-up follow preemption alone."""
    for team in teams(words):
        if isinstance(team.get("switching"), dict):
            team["switching"]["also_overnight"] = False


def due(words):
    """Let every due date be far away."""
    for stream in streams(words):
        if "due" in stream:
            stream["due"] = "1000 h"


def several(words):
    """Let one of a resource be enough."""
    for step in steps(words):
        if isinstance(step.get("uses"), dict):
            step["uses"] = dict.fromkeys(step["uses"], 1)


def only_touch(words):
    """Take the wait out that stands before work."""
    for step in steps(words):
        if "touch" in step and "wait" in step:
            del step["wait"]
            step.pop("cause", None)
            step.pop("runs_on", None)


def only_wait(words):
    """Let waits that stand alone take no time."""
    for step in steps(words):
        if "wait" in step and "touch" not in step:
            step["wait"] = "0 min"


def meets(matches):
    """Let a gate sit every five minutes."""

    def remove(words):
        for gate in gates(words):
            if matches(gate.get("meets")):
                gate["meets"] = {"every": "5 min"}

    return remove


def backlogs(words):
    """Return what is there at the start."""
    return [entry for stream in streams(words) for entry in stream.get("backlog", ())]


def one_backlog(words):
    """Keep the first entry of each backlog."""
    for stream in streams(words):
        if "backlog" in stream:
            stream["backlog"] = stream["backlog"][:1]


def steps_at_gates(words):
    """Return the steps that are gates."""
    return [step for step in steps(words) if "gate" in step]


def attend(what):
    """Let whole teams attend, or the first of several alone."""

    def remove(words):
        for step in steps_at_gates(words):
            use = step.get("team")
            if what == "one" and isinstance(use, dict) and len(use) == 1:
                step["team"] = next(iter(use))
            if what == "several" and isinstance(use, dict) and len(use) > 1:
                step["team"] = dict([next(iter(use.items()))])

    return remove


def asks(words):
    """Return the gates that ask."""
    return [gate for gate in gates(words) if "ask" in gate]


def delegates(words):
    """Return those who are asked when it takes too long."""
    return [gate["delegate"] for gate in asks(words) if "delegate" in gate]


def unasked(words):
    """Let gates meet that ask."""
    for step in steps(words):
        if "ask" in step.get("gate", {}):
            step["gate"] = {"meets": {"every": "5 min"}}


def answered(words):
    """Let the first answer decide."""
    for gate in asks(words):
        if gate.get("answers", "1")[0] != "1":
            gate["answers"] = f"1 of {gate['answers'].split()[-1]}"


def named_outcome(wanted):
    """Take the outcomes of a name out of gates."""

    def remove(words):
        for step in steps(words):
            if "gate" in step and wanted in step.get("outcome", {}):
                del step["outcome"][wanted]
                if not any(
                    isinstance(one, dict) and "to" in one for one in step["outcome"].values()
                ):
                    step.pop("max_visits", None)

    return remove


def rework(words):
    """Let no outcome send an item back."""
    for stream in streams(words):
        order = list(_named(stream["steps"]))
        names = [name for name, _ in order]
        for here, (_, step) in enumerate(order):
            for name, one in list(step.get("outcome", {}).items()):
                to = one.get("to") if isinstance(one, dict) else None
                if to in names and names.index(to) <= here and "gate" not in step:
                    del step["outcome"][name]
                    step.pop("max_visits", None)


def jump(words):
    """Let no outcome of work send an item ahead."""
    for stream in streams(words):
        order = list(_named(stream["steps"]))
        names = [name for name, _ in order]
        for here, (_, step) in enumerate(order):
            for one in step.get("outcome", {}).values():
                to = one.get("to") if isinstance(one, dict) else None
                ahead = to == "done" or (to in names and names.index(to) > here)
                if ahead and "gate" not in step:
                    del one["to"]


def _named(named):
    for name, step in named.items():
        yield name, step
        yield from _named(step.get("steps") or step.get("one_of") or {})


def after(matches, instead_of):
    """Let steps come after others."""

    def remove(words):
        for step in own_steps(words):
            if "after" in step and matches(step["after"]):
                step["after"] = instead_of(step["after"])
                if step["after"] is None:
                    del step["after"]

    return remove


def every(said):
    """Wait for all of what is named."""
    return said.get("any", said.get("of"))


def losers(which):
    """Let losers run on that are cancelled, or the other way."""

    def matches(said):
        return isinstance(said, dict) and said.get("losers", "cancel") == which

    other = {"cancel": "run_on", "run_on": "cancel"}[which]
    return after(matches, lambda said: said | {"losers": other})


def ways(matches):
    """Let no outcome lead from one strand to another in a way."""

    def remove(words):
        for stream in forked(words):
            first, order = strands(stream["steps"]), list(stream["steps"])
            outer = {
                inner: own for own in order for inner, _ in _named({own: stream["steps"][own]})
            }
            for name, step in _named(stream["steps"]):
                for way, one in list(step.get("outcome", {}).items()):
                    to = one.get("to") if isinstance(one, dict) else None
                    here = outer[name]
                    if to in outer and matches(first, order.index(outer[to]), order.index(here)):
                        _no_way(step, way)

    return remove


def _no_way(step, way):
    """Let an outcome lead to the next step, or not come at all where it is a decision's own."""
    if "gate" in step:
        del step["outcome"][way]
    else:
        del step["outcome"][way]["to"]
    if not any(isinstance(one, dict) and "to" in one for one in step["outcome"].values()):
        step.pop("max_visits", None)


def strands(named):
    """Return the first step of the strand of each step of a stream, by position."""
    order, above, waits = list(named), [], []
    for name, step in named.items():
        waits.append([order.index(other) for other in named_in(step.get("after"), above)])
        above.append(name)
    first, ending = [], {step.get("until") for step in named.values()}
    for i, others in enumerate(waits):
        alone = len(others) == 1 and sum(others[0] in more for more in waits) == 1
        cut = alone and (
            any(named[order[k]].get("once") for k in (i, others[0])) or order[others[0]] in ending
        )
        first.append(first[others[0]] if alone and not cut else i)
    return first


def left(words):
    """Let no outcome end an item that may have several tokens."""
    for stream in forked(words):
        for _, step in _named(stream["steps"]):
            for way, one in list(step.get("outcome", {}).items()):
                if way == "reject" or (isinstance(one, dict) and one.get("to") == "done"):
                    if "gate" in step:
                        del step["outcome"][way]
                    else:
                        del one["to"]


def beside(stream):
    """Return the pairs of steps of a stream of which neither comes before the other."""
    named = stream["steps"]
    over = before({name: step.get("after") for name, step in named.items()})
    return [
        (named[a], named[b])
        for a, b in permutations(named, 2)
        if a not in over[b] and b not in over[a]
    ]


def shared_limit(words):
    """Take limits out that one item may reach with several tokens."""
    for stream in forked(words):
        for one, other in beside(stream):
            for team in teams_of({"": one}) & teams_of({"": other}):
                words["teams"][team].pop("wip", None)


def rekeyed(words):
    """Let nothing change about an item while another token of it may queue."""
    for stream in forked(words):
        for one, other in beside(stream):
            for step in _steps({"": one}) if teams_of({"": other}) else ():
                if "gate" not in step:
                    step.pop("set", None)


def unwaited(matches):
    """Let nobody wait for children."""

    def remove(words):
        for spawn in spawns(words):
            if "wait_for" in spawn and matches(spawn):
                del spawn["wait_for"]

    return remove


def unwaited_beside(words):
    """Let items with parallel work wait for no children."""
    for stream in forked(words):
        for step in _steps(stream["steps"]):
            ways = [way for way in step.get("outcome", {}).values() if isinstance(way, dict)]
            for place in (step, *ways):
                found = place.get("spawn", ())
                for spawn in found if isinstance(found, list) else [found] if found else ():
                    spawn.pop("wait_for", None)


def calls(words):
    """Return the steps that call a stream."""
    return [step for step in steps(words) if "stream" in step]


def uncalled(words):
    """Let time pass where a stream is called."""
    for step in calls(words):
        del step["stream"]
        step.pop("class", None)
        step.pop("inherit", None)
        step["wait"] = "5 min"
    fed_from_outside(words)


def redials(words):
    """Return how those that gave up come again."""
    return [step["redial"] for step in steps(words) if "redial" in step]


def escalations(words):
    """Return how steps become more urgent."""
    return [step["escalate"] for step in steps(words) if "escalate" in step]


def calm_beside(words):
    """Let no step of parallel work become more urgent."""
    for stream in forked(words):
        for step in _steps(stream["steps"]):
            step.pop("escalate", None)


def targets(words):
    """Return the promises."""
    return [one for stream in streams(words) for one in stream.get("targets", {}).values()]


def automata(words):
    """Return what machines do."""
    return [step["auto"] for step in steps(words) if "auto" in step]


def missing(words):
    """Return how often something that comes in is missing."""
    return [step["incomplete"] for step in steps(words) if "incomplete" in step]


def changes(words):
    """Return how demand changes."""
    return [change for demand in demands(words) for change in demand.get("changes", ())]


def repetitions(words):
    """Return the steps that are repeated."""
    return [step for step in steps(words) if "every" in step]


def no_machine(matches):
    """Let people do everything at some steps."""

    def remove(words):
        for step in steps(words):
            if "auto" in step and matches(words, step):
                del step["auto"]

    return remove


def complete(matches):
    """Let nothing be missing at some steps."""

    def remove(words):
        for step in steps(words):
            if "incomplete" in step and matches(words, step):
                _complete(step)

    return remove


def _complete(step):
    """Let nothing be missing at a step; where nothing else goes back, it comes once."""
    del step["incomplete"]
    if not step.keys() & {"outcome", "next"}:
        step.pop("max_visits", None)


def over_strands(words):
    """Let nothing that is missing go back to where another token begins."""
    for stream in forked(words):
        first, order = strands(stream["steps"]), list(stream["steps"])
        outer = {n: own for own in order for n, _ in _named({own: stream["steps"][own]})}
        for name, step in _named(stream["steps"]):
            ends = [outer[name], outer.get(step.get("incomplete", {}).get("to"), outer[name])]
            if len({first[order.index(end)] for end in ends}) > 1:
                _complete(step)


def limited(words, step):
    """Say whether a team with a limit works at a step."""
    return any("wip" in words["teams"][team] for team in teams_of({"": step}))


def having(*names):
    """Say whether a step has some words."""
    return lambda _, step: all(name in step for name in names)


def first_visit(words):
    """Let at every visit as much be missing as at the first."""
    for one in missing(words):
        if isinstance(one["share"], dict) and "by_visit" in one["share"]:
            one["share"] = one["share"]["by_visit"][0]


def incomplete_at_last(words):
    """Let something be missing at the last visit too."""
    for step in steps(words):
        if "incomplete" in step:
            step.pop("max_visits", None)


def repeated(matches):
    """Let steps be done once that are repeated."""

    def remove(words):
        for step in steps(words):
            if "every" in step and matches(words, step):
                for name in ("every", "times", "until"):
                    step.pop(name, None)

    return remove


def until(words):
    """Let what is repeated until something else ends it be repeated five times."""
    for step in steps(words):
        if step.pop("until", None):
            step.setdefault("times", 5)


def times(words):
    """Let what is repeated so many times, or until something else ends it, go on till then."""
    for step in steps(words):
        if "until" in step:
            step.pop("times", None)


def prompt(*, gate):
    """Let outcomes take effect at once, those of gates or of other steps."""

    def remove(words):
        for step in steps(words):
            for one in step.get("outcome", {}).values() if ("gate" in step) == gate else ():
                if isinstance(one, dict):
                    one.pop("wait", None)

    return remove


def by_visit(words):
    """Let every visit be like the first."""
    for one in chances(words):
        holder = one if "share" in one else {}
        share = holder.get("share")
        if isinstance(share, dict) and "by_visit" in share:
            holder["share"] = share["by_visit"][0]
    for found in outcomes(words):
        for name, one in found.items():
            if isinstance(one, dict) and "by_visit" in one:
                found[name] = one["by_visit"][0]


def by_class_outcome(words):
    """Let every class be like the first."""
    for one in chances(words):
        flat(lambda _, one=one: [one], "share")(words)
    for found in outcomes(words):
        for name, one in found.items():
            if isinstance(one, dict) and "by_class" in one:
                found[name] = next(iter(one["by_class"].values()))


def closing(words):
    """Let teams work all the time."""
    for team in teams(words):
        if "calendar" in team:
            team["calendar"] = "always"


def is_dict(value):
    """Say whether a value is a mapping."""
    return isinstance(value, dict)


CONSTRUCTS = {
    # demand
    "rate": instead("rate"),
    "rate per business time": unbusiness(demands, "rate", "layer_rate"),
    "layer_rate": drop(demands, "layer_rate"),
    "rates": instead("rates"),
    "every": lambda words: [
        demand.update(every="1000 h") for demand in demands(words) if "every" in demand
    ],
    "every in business time": unbusiness(demands, "every"),
    "replay": instead("csv"),
    "scheduled": instead("scheduled"),
    "scheduled: calendar": drop(demands, "calendar"),
    "notice": drop(demands, "notice"),
    "notice by class": flat(demands, "notice"),
    "notice in business time": unbusiness(demands, "notice"),
    "scheduled: every": instead_if("scheduled", is_dict),
    "scheduled: weekday": occasion(r"(\w+ )?(Mon|Tue|Wed|Thu|Fri|Sat|Sun)"),
    "scheduled: date": occasion(r"\d+(st|nd|rd|th)"),
    "scheduled: business day": occasion(r"\w+ bd"),
    "replay: class": drop(demands, "class", "classes_from"),
    "replay: item": drop(demands, "item"),
    "replay: zone": drop(demands, "zone"),
    "profile: calendar": profile(lambda found: isinstance(found, str)),
    "profile: levels": profile(lambda found: is_dict(found) and "otherwise" in found),
    "profile: hours": profile(lambda found: is_dict(found) and "hours" in found),
    "profile: weekdays": shape("weekdays"),
    "profile: months": shape("months"),
    "batch: number": batch(lambda found: isinstance(found, int)),
    "batch: poisson": batch(lambda found: is_dict(found) and "poisson" in found),
    "batch: geometric": batch(lambda found: is_dict(found) and "geometric" in found),
    "batch: uniform": batch(lambda found: is_dict(found) and "low" in found),
    "batch: values": batch(lambda found: is_dict(found) and "values" in found),
    # items
    "classes": one_class,
    "priority of a class": drop(mixes, "priority"),
    "preempts of a class": drop(mixes, "preempts"),
    "priority": drop(streams, "priority"),
    "priority by class": flat(streams, "priority"),
    "preempts": drop(streams, "preempts"),
    "preempts by class": flat(streams, "preempts"),
    "due": due,
    "due by class": flat(streams, "due"),
    "due in business time": unbusiness(streams, "due"),
    "rng_name of a stream": drop(streams, "rng_name"),
    # distributions
    "lognormal": keyed("mean", "cv"),
    "lognormal by median": keyed("median"),
    "lognormal by quantiles": keyed("p50"),
    "exponential": family("exponential"),
    "gamma": family("gamma"),
    "weibull": family("weibull"),
    "erlang": family("erlang"),
    "hyperexponential": family("hyperexponential"),
    "uniform": constant(lambda law: "low" in law and "likely" not in law),
    "pert": keyed("likely"),
    "triangular": family("triangular"),
    "scipy": keyed("scipy"),
    "empirical": constant(lambda law: "csv" in law and "discrete" not in law),
    "empirical, discrete": keyed("discrete"),
    "values": keyed("values"),
    "mixture": keyed("mixture"),
    "plus": modifier("plus"),
    "at_most": modifier("at_most"),
    "at_least": modifier("at_least"),
    "between": modifier("between"),
    "zero": modifier("zero"),
    # calendars
    "calendar of a team": closing,
    "calendar of a resource": drop(resources, "calendar"),
    "breaks": shifts,
    "touching shifts": touching,
    "past midnight": night,
    "shifts by weekday": by_weekday,
    "only some days": some_days,
    "holidays": drop(calendars, "holidays"),
    "closed": drop(calendars, "closed"),
    "length of the day": drop(calendars, "day"),
    "zone": drop(calendars, "zone"),
    "season": season,
    "change of clocks": clock_change,
    # who works
    "unlimited": unlimited,
    "nobody": swap(teams, "people", 0, 1),
    "lifo": swap(teams, "queue", "lifo", "fifo"),
    "queue by due date": swap(teams, "queue", "due", "fifo"),
    "random order": swap(teams, "queue", "random", "fifo"),
    "shortest first": swap(teams, "queue", "shortest", "fifo"),
    "ageing": swap(teams, "queue", "ageing", "fifo", "ageing"),
    "ageing in business time": on_the_wall,
    "pause": swap(teams, "shift_end", "pause", "run_over"),
    "hand_over": swap(teams, "shift_end", "hand_over", "pause", "reading_in"),
    "run_over": swap(teams, "shift_end", "run_over", "pause"),
    "restart at a shift end": swap(teams, "shift_end", "restart", "pause"),
    "no_late_start": swap(teams, "shift_end", "no_late_start", "pause"),
    "reading_in": drop(teams, "reading_in"),
    "switching": drop(teams, "switching"),
    "switching also overnight": overnight,
    "groups": undivided,
    "calendar of a group": drop(people_groups, "calendar"),
    "shrinkage of a group": drop(people_groups, "shrinkage"),
    "a group that comes later": drop(people_groups, "from"),
    "efficiency of a group": drop(people_groups, "efficiency"),
    "efficiency of a team": drop(teams, "efficiency"),
    "efficiency that grows": grown,
    "on_call": drop(teams, "on_call"),
    "calendar of people on call": drop(on_calls, "calendar"),
    "call_out": drop(on_calls, "call_out"),
    "rest after a call": drop(on_calls, "rest"),
    "on call for some": drop(on_calls, "for"),
    "wip: wait": wip("wait"),
    "wip: leave": wip("leave"),
    "wip: to": wip("to"),
    "leave": leave("leave"),
    "absence in a day": leave("day"),
    "rng_name of a team": drop(teams, "rng_name"),
    "any of several teams": use(lambda team: isinstance(team, list), first),
    "several teams at once": use(lambda team: numbers(team) and len(team) > 1, first),
    "several people": use(
        lambda team: numbers(team) and max(team.values()) > 1, lambda team: dict.fromkeys(team, 1)
    ),
    "split": use(split, first),
    "team by class": flat(steps, "team"),
    "uses": drop(steps, "uses"),
    "quorum": drop(steps, "quorum"),
    "quorum by class": flat(steps, "quorum"),
    "people are kept": swap(steps, "collect", True, False),
    "nobody is kept": swap(steps, "collect", False, True),
    "several of a resource": several,
    # steps
    "one_of": one_of,
    "steps": grouped,
    "share": lambda words: [
        step.pop("share", None) for group in groups(words) for step in group.values()
    ],
    "share by class": flat(steps, "share"),
    "classes of a step": drop(steps, "classes"),
    "wait": only_wait,
    "wait before touch": only_touch,
    "cause of a wait": drop(steps, "cause"),
    "wait by class": flat(steps, "wait"),
    "wait in business time": unbusiness(steps, "wait"),
    "touch by class": flat(steps, "touch"),
    "touch in business time": unbusiness(steps, "touch"),
    "repeat_touch": drop(steps, "repeat_touch"),
    "during": drop(steps, "during"),
    "patience": drop(steps, "patience", "abandon_to", "redial"),
    "patience by class": flat(steps, "patience"),
    "abandon_to": drop(steps, "abandon_to"),
    "interruption: restart": swap(steps, "interruption", "restart", "resume"),
    "interruption: never": swap(steps, "interruption", "never", "resume"),
    "set priority": drop(sets, "priority"),
    "set due": drop(sets, "due"),
    "set by class": flat(sets, "priority"),
    "rng_name of a step": drop(steps, "rng_name"),
    # parallel work
    "after": drop(own_steps, "after"),
    "after nothing": after(lambda said: said == [], lambda _: None),
    "after all": after(lambda said: isinstance(said, list) and len(said) > 1, lambda of: of[-1]),
    "after any": after(lambda said: is_dict(said) and "any" in said, every),
    "after at least": after(lambda said: is_dict(said) and "at_least" in said, every),
    "after a share": after(lambda said: is_dict(said) and "share" in said, every),
    "losers: cancel": losers("cancel"),
    "losers: run_on": losers("run_on"),
    "once": drop(own_steps, "once"),
    "way back over strands": ways(lambda first, to, here: to < here and first[to] != first[here]),
    "way forward over strands": ways(lambda _, to, here: to > here),
    "left by one of several": left,
    "limit of several of one": shared_limit,
    "set while another waits": rekeyed,
    # automation, incoming quality, repetition, waits of outcomes
    "auto": drop(steps, "auto"),
    "auto by class": flat(automata, "share"),
    "auto: time": drop(automata, "time"),
    "auto: time by class": flat(automata, "time"),
    "auto: time in business time": unbusiness(automata, "time"),
    "auto: fails": drop(automata, "fails"),
    "auto: fails by class": flat(automata, "fails"),
    "auto before a wait": no_machine(having("wait")),
    "auto before patience": no_machine(having("patience")),
    "auto under a limit": no_machine(limited),
    "auto before an outcome": no_machine(having("outcome")),
    "auto, repeated": no_machine(having("every")),
    "incomplete": complete(having()),
    "incomplete by class": flat(missing, "share"),
    "incomplete by visit": first_visit,
    "incomplete but for the last visit": incomplete_at_last,
    "incomplete after a wait": complete(having("wait")),
    "incomplete with patience": complete(having("patience")),
    "incomplete under a limit": complete(limited),
    "incomplete after a machine": complete(having("auto")),
    "incomplete over strands": over_strands,
    "repeated": repeated(having()),
    "repeated wait": repeated(having("wait")),
    "repeated under a limit": repeated(limited),
    "repeated: time by class": flat(repetitions, "every"),
    "repeated in business time": unbusiness(repetitions, "every"),
    "until": until,
    "until, or so many times": times,
    "wait of an outcome": prompt(gate=False),
    "wait of an outcome by class": flat(chances, "wait"),
    "wait of an outcome in business time": unbusiness(chances, "wait"),
    "wait of a decision": prompt(gate=True),
    "runs_on": drop(steps, "runs_on"),
    "changes of demand": drop(demands, "changes"),
    "changes: until": drop(changes, "until"),
    "changes: half_life": drop(changes, "half_life"),
    # what follows
    "rework": rework,
    "outcome ahead": jump,
    "outcome by visit": by_visit,
    "outcome by class": by_class_outcome,
    "next": drop(steps, "next", "max_visits"),
    # children
    "children": childless,
    "children of an outcome": drop(chances, "spawn"),
    "children of several kinds": only_child,
    "share of children": drop(spawns, "share"),
    "share of children by class": flat(spawns, "share"),
    "number of children": drop(spawns, "count"),
    "wait for children": drop(spawns, "wait"),
    "wait for children by class": flat(spawns, "wait"),
    "class of children": drop(spawns, "class"),
    "inherited class": disinherit("class"),
    "inherited priority": disinherit("priority"),
    "inherited due": disinherit("due"),
    "children alone": fed_from_outside,
    "waited-for children": unwaited(lambda spawn: True),
    "some of the children waited for": unwaited(lambda spawn: isinstance(spawn["wait_for"], int)),
    "a share of the children waited for": unwaited(lambda spawn: "%" in str(spawn["wait_for"])),
    "waited-for children of parallel work": unwaited_beside,
    "calls": uncalled,
    "class of what is called": drop(calls, "class"),
    "what is called inherits": drop(calls, "inherit"),
    "redial": drop(steps, "redial"),
    "redial by class": flat(redials, "share"),
    "redial: wait by class": flat(redials, "wait"),
    "escalate": drop(steps, "escalate"),
    "escalate by class": flat(escalations, "priority"),
    "escalate: after by class": flat(escalations, "after"),
    "escalate unless started": drop(escalations, "unless"),
    "escalate beside others": calm_beside,
    "handover": drop(steps, "handover"),
    "handover by class": flat(steps, "handover"),
    "handover in business time": unbusiness(steps, "handover"),
    "reading_in between teams": drop(steps, "reading_in"),
    "max_visits": drop(steps, "max_visits"),
    # gates
    "meets every": meets(is_dict),
    "meets daily": meets(lambda found: "daily" in str(found)),
    "meets weekly": meets(lambda found: isinstance(found, str) and len(found.split()) == 2),
    "meets monthly": meets(lambda found: isinstance(found, str) and len(found.split()) == 3),
    "cut_off": drop(gates, "cut_off"),
    "cut_off by class": flat(gates, "cut_off"),
    "cut_off in business time": unbusiness(gates, "cut_off"),
    "agenda": drop(gates, "agenda"),
    "order of submission": swap(gates, "order", "submission", "priority"),
    "calendar of a gate": drop(gates, "calendar"),
    "gate closed": drop(gates, "closed"),
    "gate: batching": drop(gates, "cause"),
    "day_to_day": drop(demands, "day_to_day"),
    "backlog": drop(streams, "backlog"),
    "backlog of several kinds": one_backlog,
    "class of the backlog": drop(backlogs, "class"),
    "backlog at a step": drop(backlogs, "at", "working"),
    "backlog: since": drop(backlogs, "since"),
    "backlog in service": drop(backlogs, "working"),
    "attendance": drop(steps_at_gates, "team", "touch", "repeat_touch"),
    "so many attend": attend("one"),
    "several teams attend": attend("several"),
    "attendance by class": flat(steps_at_gates, "touch"),
    "attendance of later visits": drop(steps_at_gates, "repeat_touch"),
    "asked": unasked,
    "several asked": drop(asks, "answers"),
    "all must answer": answered,
    "answer by class": flat(asks, "reply"),
    "answer in business time": unbusiness(asks, "reply"),
    "delegate": drop(asks, "delegate"),
    "delegate's own answer": drop(delegates, "reply"),
    "delegate after business time": unbusiness(delegates, "after"),
    "defer": named_outcome("defer"),
    "reject": named_outcome("reject"),
    "gate sends on": named_outcome("Send"),
    **CHANGES,
    **TOKENS,
    **LOADS,
    **RESERVES,
    **SERVES,
    **LEARNING,
    **SAME_PERSON,
    **QUANTITIES,
}
"""What must occur in random scenarios, and matter."""

INERT = {
    "warm_up": lambda words: words.pop("warm_up", None),
    "value_point": drop(streams, "value_point"),
    "targets": drop(streams, "targets"),
    "when": drop(targets, "when"),
    "paused_by": drop(targets, "paused_by"),
    "target from an event": drop(targets, "from"),
    **REMAINING,
}
"""What is read after a run, and must change nothing that happens in it."""
