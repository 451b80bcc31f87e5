"""Two scenarios of which the law says how their stories are related: bit for bit.

The scenarios are random ones; who is right is not known here, only that both must be.
"""

import copy
import json
import random
import re
from datetime import datetime
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from constructs import (
    childless,
    demands,
    drop,
    forked,
    gates,
    groups,
    resources,
    steps,
    streams,
    teams,
)
from random_scenarios import Author, Case, draw, read
from random_words import named_in
from test_engines_agree import first_difference

from svcsim.decisions.verification.relatives import shuffled
from svcsim.engines import compiled, reference
from svcsim.engines.reference.cell import Cell
from svcsim.engines.reference.gate import Gate
from svcsim.engines.reference.limit import Limit
from svcsim.errors import ScenarioError
from svcsim.experiment.replicate import replicate
from svcsim.model.arrays import NEVER, NONE
from svcsim.model.build import build
from svcsim.model.codes import Kind, Op, Purpose
from svcsim.scenario.words import of_class
from svcsim.world.draws import run_key, uniform
from svcsim.world.quantiles import duration, quantile
from svcsim.world.rules import visit_factor

SEEDS = range(20_000, 20_025)


class Told(NamedTuple):
    """A story in which everything has its name."""

    items: list
    """(stream, class, hi, lo, member, arrived, ended, outcome) by number; hi and lo are its key."""
    visits: list
    rows: list
    presence: list


def told(compiled_scenario, trajectory):
    """Return a story by names: positions in the file and numbers of classes are gone."""
    names = compiled_scenario.names
    owner = compiled_scenario.model.steps["stream"].tolist()
    step = [f"{names.streams[v]}.{name}" for v, name in zip(owner, names.steps, strict=True)]

    def outcome(number, way):
        return names.outcomes[number][way] if way >= 0 else None

    items = [
        (names.streams[item[1]], names.classes[item[1]][item[2]], *item[10:12], item[7], *item[12:])
        for item in trajectory.items.tolist()
    ]
    visits = [(v[0], step[v[2]], *v[3:7], outcome(v[2], v[7])) for v in trajectory.visits.tolist()]
    rows = [(r[0], r[2], step[r[3]] if r[3] >= 0 else "", *r[4:]) for r in trajectory.rows.tolist()]
    presence = [
        (p[0], step[p[2]], p[3], names.pools[p[4]], names.groups[p[5]], *p[6:])
        for p in trajectory.presence.tolist()
    ]
    return Told(items, visits, rows, sorted(presence))


def story(case, directory, *, changes=()):
    """Return the story of a case by names; None if it cannot be told."""
    try:
        scenario = read(case, directory, changes=changes)
        made = scenario and build(scenario)
    except ScenarioError:
        return None
    return made and told(made, compiled.simulate(made.model, scenario.seed, 0))


def changed(case, change):
    """Return a case with its words changed in place."""
    words = copy.deepcopy(case.words)
    change(words)
    return Case(words, case.files)


def case_of(seed, *, plain=False):
    """Return the case of a seed, to be changed as one likes; it is drawn once."""
    case = _case_of(seed, plain)
    return Case(copy.deepcopy(case.words), case.files)


@cache
def _case_of(seed, plain):
    return draw(seed, plain=plain)


def cases():
    """Return the random cases of this file."""
    return [case_of(seed, plain=True) for seed in SEEDS]


ENOUGH = 20
"""Pairs of stories after which nobody looks any more."""


def alike(pairs, directory, *, at_least=15):
    """Check that both cases of each pair tell the same story, of enough that can be told."""
    compared = 0
    for one, other in pairs:
        if compared == ENOUGH:
            break
        a, b = story(one, directory), story(other, directory)
        if a is not None and b is not None and a.rows:
            for name, x, y in zip(Told._fields, a, b, strict=True):
                assert x == y, f"{name} of {json.dumps(one)}\n and {json.dumps(other)}"
            compared += 1
    assert compared >= at_least


# ---- what changes nothing ----------------------------------------------------------------------


def with_empty_class(words):
    """Let every stream have one class more, of which nobody is."""
    for stream in streams(words):
        stream["classes"] = {"a nobody": "0%", **stream.get("classes", {"z all": "rest"})}
        _say_of_everybody(stream)


def _say_of_everybody(value):
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, dict | list):
            if "by_class" in part:
                values = part["by_class"]
                values.setdefault("otherwise", next(iter(values.values())))
            _say_of_everybody(part)


def test_a_class_of_which_nobody_is_changes_nothing(tmp_path):
    def named(case):
        # Without classes the one class has no name.
        def change(words):
            for stream in streams(words):
                stream.setdefault("classes", {"z all": "rest"})

        return changed(case, change)

    alike(((named(case), changed(case, with_empty_class)) for case in cases()), tmp_path)


def test_a_step_that_nobody_visits_changes_nothing(tmp_path):
    def change(words):
        chance = random.Random(words["seed"])
        parallel = [stream["steps"] for stream in forked(words)]
        for group in groups(words):
            if any(group is steps for steps in parallel):
                continue  # a step more may be waited for
            one, other = chance.choice(([*words["teams"]], [*reversed(words["teams"])])), {}
            for i, (name, step) in enumerate([*group.items()]):
                kind = (i + words["seed"]) % 3
                work = ({"wait": "1 h"}, {"team": one[0], "touch": "1 h"}, {"gate": MEETS})[kind]
                other[f"{name} never"] = {**copy.deepcopy(work), "share": "0%"}
                other[name] = step
            group.clear()
            group |= other

    alike(((case, changed(case, change)) for case in cases()), tmp_path)


MEETS = {"meets": {"every": "1 h"}}


def test_the_order_of_the_file_changes_nothing(tmp_path):
    def change(words):
        other = shuffled(words, random.Random(words["seed"]))
        words.clear()
        words |= other

    pairs = [(case, changed(case, change)) for case in cases()]
    assert all(json.dumps(a.words) != json.dumps(b.words) for a, b in pairs)
    alike(pairs, tmp_path)


def test_a_team_and_a_resource_without_use_change_nothing(tmp_path):
    def change(words):
        idle = {"people": 3, "activity": "deliver_support", "shrinkage": "50%", "wip": 1}
        words["teams"] = {"0 idle": idle, **words["teams"], "zz idle": {**idle, "queue": "random"}}
        words["resources"] = {"0 thing": 2, **words.get("resources", {})}

    alike(((case, changed(case, change)) for case in cases()), tmp_path)


def test_new_names_change_nothing_where_the_old_ones_are_kept_as_rng_name(tmp_path):
    """Names come in the opposite order, and nothing is drawn anew (11, 61)."""
    compared = 0
    for case in cases():
        one, other = story(case, tmp_path), story(renamed(case), tmp_path)
        if one is None or other is None or not one.rows:
            continue
        other = Told(*([tuple(map(old_name, row)) for row in table] for table in other))
        for name, x, y in zip(Told._fields, one, other, strict=True):
            assert x == (sorted(y) if name == "presence" else y), f"{name} of {json.dumps(case)}"
        compared += 1
    assert compared >= 15


def renamed(case):
    """Return a case with other names of everything that may have an `rng_name`."""
    words = copy.deepcopy(case.words)
    parts = {**words["teams"], **words.get("resources", {}), **words["streams"]}
    for name, part in words.get("resources", {}).items():
        if isinstance(part, int):
            words["resources"][name] = parts[name] = {"count": part}
    named = [*parts.items(), *(pair for s in streams(words) for pair in _named(s["steps"]))]
    for name, part in named:
        part.setdefault("rng_name", name)
    text = json.dumps(words)
    order = sorted({name for name, _ in named}, reverse=True)
    for name in order:
        new = json.dumps(f"{order.index(name):03d} {name}")
        text = re.sub(f'(?<!"rng_name": ){re.escape(json.dumps(name))}', lambda _, n=new: n, text)
    return Case(json.loads(text), case.files)


def _named(named):
    for name, step in named.items():
        yield name, step
        yield from _named(step.get("steps") or step.get("one_of") or {})


def old_name(value):
    """Return what a name of a renamed case was before."""
    return re.sub(r"\b\d{3} ", "", value) if isinstance(value, str) else value


# ---- replications and workers ------------------------------------------------------------------


def test_a_replication_is_the_same_alone_and_among_others(tmp_path):
    for case in cases()[:12]:
        scenario = read(case, tmp_path)
        if scenario is None:
            continue
        model = build(scenario).model
        alone = [compiled.simulate(model, scenario.seed, n) for n in range(6)]
        worker = compiled.Worker(model)
        for n in (5, 0, 3, 3, 1, 4, 2):
            found = worker.simulate(scenario.seed, n)
            assert not first_difference(alone[n], found), json.dumps(case)


def test_the_number_of_workers_changes_nothing(tmp_path):
    scenario = next(found for case in cases() if (found := read(case, tmp_path)) is not None)
    model = build(scenario).model

    def task(n):
        return compiled.simulate(model, scenario.seed, n)

    one, two, seven = ([*replicate(task, 15, jobs=jobs)] for jobs in (1, 2, 7))
    for a, b, c in zip(one, two, seven, strict=True):
        assert not first_difference(a, b)
        assert not first_difference(a, c)


# ---- the run -----------------------------------------------------------------------------------


def test_a_longer_run_begins_with_the_shorter_one(tmp_path):
    compared = 0
    for case in cases():
        case.words["run_out"] = "0 h"
        # A change, not another file: the layers of demand come from the root (50).
        short, long = story(case, tmp_path), story(case, tmp_path, changes=["run_out=3 h"])
        if short is None or long is None:
            continue
        end = int(case.words["horizon"].split()[0]) * 3_600_000_000
        began = [item[:-2] for item in long.items if item[5] < end]
        assert [item[:-2] for item in short.items] == began
        entered = [visit[:4] for visit in long.visits if visit[3] < end]
        assert [visit[:4] for visit in short.visits] == entered
        over = [row for row in short.rows if row[6] < end]
        assert over == [row for row in long.rows if row[6] < end]
        still = {(row[0], *row[2:6]) for row in short.rows if row[5] < row[6] == end}
        assert still <= {(row[0], *row[2:6]) for row in long.rows}
        compared += 1
    assert compared >= 15


# ---- items for themselves ----------------------------------------------------------------------


def freed(words):
    """Take everything out through which items meet each other."""
    for team in teams(words):
        for name in ("wip", "queue", "shrinkage"):
            team.pop(name, None)
        team |= {"people": "unlimited", "calendar": "always", "shift_end": "pause"}
        team.pop("reading_in", None)
    words.pop("resources", None)
    for step in steps(words):
        for name in ("uses", "during"):
            step.pop(name, None)
    for gate in gates(words):
        gate.pop("agenda", None)


def by_hand(words):
    """Let all work be done by people, at once, on what is complete; nobody waits for an outcome."""
    for step in steps(words):
        for name in ("auto", "incomplete", "runs_on"):
            step.pop(name, None)
        ways = [one for one in step.get("outcome", {}).values() if isinstance(one, dict)]
        for one in ways:
            one.pop("wait", None)
        if not ways and "next" not in step:
            step.pop("max_visits", None)


def by_item(found):
    """Return (class, arrived, ended, outcome, visits, rows) by the address of each item."""
    stories = {item[0:1] + item[2:5]: (item[1], *item[5:], [], []) for item in found.items}
    address = [item[0:1] + item[2:5] for item in found.items]
    for visit in found.visits:
        stories[address[visit[0]]][-2].append(visit[1:])
    for row in found.rows:
        stories[address[row[0]]][-1].append(row[1:])
    return stories


@pytest.mark.parametrize("more", ["+40%", "+250%"])
def test_more_demand_only_adds_items(tmp_path, more):
    added = compared = 0
    for case in (changed(case_of(seed, plain=True), freed) for seed in range(20_000, 20_100)):
        names = [name for name, s in case.words["streams"].items() if "rate" in s.get("demand", ())]
        if not names:
            continue
        base = story(case, tmp_path)
        changes = [f"streams.{name}.demand.rate={more}" for name in names]
        other = story(case, tmp_path, changes=changes)
        if base is None or other is None or not base.items:
            continue
        some, all_ = by_item(base), by_item(other)
        for address, what in some.items():
            assert all_.get(address) == what, f"{address} of {json.dumps(case)}"
        added += len(all_) - len(some)
        compared += 1
    assert compared >= 10
    assert added > 10 * compared / 4


def test_with_staff_without_limit_lead_time_is_the_sum_of_the_draws(tmp_path):
    def only_work(words):
        freed(words)
        by_hand(words)
        for name in ("patience", "abandon_to"):
            drop(steps, name)(words)
        words["calendar"] = "always"
        for stream in streams(words):
            _without_gates(stream["steps"])

    summed = 0
    for case in cases():
        case = changed(case, only_work)
        scenario = read_or_none(case, tmp_path)
        if scenario is None:
            continue
        model = build(scenario).model
        story_ = compiled.simulate(model, scenario.seed, 0)
        keys = run_key(scenario.seed, 0)
        visits = story_.visits.tolist()
        for item in story_.items:
            if item["ended"] == NEVER or model.streams["n_strands"][item["stream"]]:
                continue
            own = [visit for visit in visits if visit[0] == item["item"]]
            total = sum(drawn(model, keys, item, visit[2], visit[3]) for visit in own)
            assert item["ended"] - item["arrived"] == total
            summed += total > 0
    assert summed > 200


def _without_gates(named):
    for step in named.values():
        if "gate" in step:
            step["wait"] = "5 min"
            for name in ("gate", "outcome", "max_visits", "set"):
                step.pop(name, None)
        _without_gates(step.get("steps") or step.get("one_of") or {})


def read_or_none(case, directory):
    """Return the scenario of a case, or None where the change made it invalid."""
    try:
        return read(case, directory)
    except ScenarioError:
        return None


def drawn(model, keys, item, step, visit):
    """Return the ticks that an item draws at a visit: until it is repeated, its wait, its work."""
    key = int(item["hi"]), int(item["lo"])
    total = 0
    for code, row, purpose in (
        (Op.DELAY, "a", Purpose.EVERY), (Op.DELAY, "a", Purpose.WAIT), (Op.SEIZE, "b", Purpose.WORK)
    ):  # fmt: skip
        ops = model.ops[(model.ops["code"] == code) & (model.ops["step"] == step)]
        if code == Op.DELAY:
            ops = ops[ops["d"] == purpose]
        if len(ops) == 0:
            continue
        laws = {int(model.by_class[op[row], item["cls"]]) for op in ops}
        u = uniform(*keys, *key, int(model.steps[step]["tag"]), visit, int(purpose), 0)
        record = model.steps[step]
        f = visit_factor(record["repeat"], record["n_repeat"], visit)
        factor = float(model.factors[f]) if f >= 0 and code == Op.SEIZE else 1.0
        lengths = {
            duration(quantile(model.distributions, model.pieces, model.tables, law, u), factor)
            for law in laws
        }
        assert len(lengths) == 1, "the law of a step depends on the team alone"
        total += lengths.pop()
    return total


def test_more_staff_leaves_every_draw(tmp_path):
    """Semantics 63: who works when may change; what each visit draws may not."""

    def plain(words):
        childless(words)  # when children come depends on when the work is done
        for team in teams(words):
            if team["shift_end"] == "restart":
                team["shift_end"] = "pause"
        for step in steps(words):
            step.pop("interruption", None)

    def more(words):
        plain(words)
        for team in teams(words):
            if team["people"] != "unlimited":
                team["people"] += 2

    compared = worked = 0
    for case in cases():
        few, many = (story(changed(case, change), tmp_path) for change in (plain, more))
        if few is None or many is None:
            continue
        assert [item[:6] for item in few.items] == [item[:6] for item in many.items]
        a, b = (work_done(found) for found in (few, many))
        for visit in a.keys() & b.keys():
            assert a[visit] == b[visit], f"{visit} of {json.dumps(case)}"
            worked += 1
        compared += 1
    assert compared >= 18
    assert worked > 300


def work_done(found):
    """Return (work, outcome) of each visit that is over, by item, step and visit."""
    work = {}
    for row in found.rows:
        if row[4] == Kind.WORK:
            work[row[0], *row[2:4]] = work.get((row[0], *row[2:4]), 0) + row[6] - row[5]
    over = [visit for visit in found.visits if visit[5] != NEVER]
    return {visit[:3]: (work.get(visit[:3], 0), visit[6]) for visit in over}


# ---- parallel work -----------------------------------------------------------------------------


class Parallel(Author):
    """Draws scenarios in which nearly every stream has parallel work."""

    forked = 90
    plain = True


def parallel_cases(n=35):
    """Return random cases with parallel work."""
    return [Parallel(random.Random(f"parallel {k}")).case() for k in range(n)]


def in_the_order_of_the_file(words):
    """Let every step say that it comes after the one written before it."""
    for stream in streams(words):
        if stream in forked(words) or any("next" in step for _, step in _named(stream["steps"])):
            continue
        above = []
        for name, step in stream["steps"].items():
            step["after"] = above[-1:]
            above.append(name)


def test_after_in_the_order_of_the_file_changes_nothing(tmp_path):
    """One strand does it all, or one after the other where ways lead ahead."""
    same = alone = 0
    for case in (case_of(seed, plain=True) for seed in range(20_000, 20_070)):
        pairs = (case, changed(case, in_the_order_of_the_file))
        found = [read_or_none(one, tmp_path) for one in pairs]
        if None in found or pairs[0] == pairs[1]:
            continue
        model, other = (build(scenario).model for scenario in found)
        n_strands = other.streams["n_strands"]
        if (n_strands[model.streams["n_strands"] == 0] <= 1).all():
            a, b = (compiled.simulate(each, found[0].seed, 0) for each in (model, other))
            tokens = np.isin(b.tokens["item"], a.tokens["item"])
            b = b._replace(tokens=b.tokens[tokens])
            assert not first_difference(a, b), json.dumps(case)
            same += 1
        else:  # the tokens have other numbers, but nobody is in the way
            a, b = (story(changed(one, freed), tmp_path) for one in pairs)
            if a is not None and b is not None:
                assert without_row_numbers(a) == without_row_numbers(b), json.dumps(case)
                alone += 1
    assert same >= 8
    assert alone >= 4


def without_row_numbers(found):
    """Return what became of each item, whichever of its tokens did it."""
    return {
        address: (*what[:-1], [row[1:] for row in what[-1]])
        for address, what in by_item(found).items()
    }


def written_in_another_order(words):
    """Write the steps of parallel work in another order, with all that they wait for."""
    chance = random.Random(words["seed"])
    for stream in forked(words):
        named, other = stream["steps"], {}
        waits = waits_of(named)
        while len(other) < len(named):
            ready = [n for n in named if n not in other and other.keys() >= {*waits[n]}]
            name = chance.choice(ready)
            other[name] = {"after": waits[name], **named[name]}
        stream["steps"] = other


def waits_of(named):
    """Return the steps that each step of a stream waits for."""
    found, above = {}, []
    for name, step in named.items():
        found[name] = named_in(step.get("after"), above)
        above.append(name)
    return found


def test_the_order_in_which_strands_are_written_leaves_every_draw(tmp_path):
    """Semantics 11 and 61: it numbers the tokens, and so breaks ties, but is no address."""

    def plain(words):
        childless(words)
        for team in teams(words):
            if team["shift_end"] == "restart":
                team["shift_end"] = "pause"
        for step in steps(words):
            step.pop("interruption", None)

    compared = over = 0
    for case in (changed(case, plain) for case in parallel_cases()):
        other = changed(case, written_in_another_order)
        if json.dumps(case.words) == json.dumps(other.words):
            continue
        a, b = story(case, tmp_path), story(other, tmp_path)
        if a is None or b is None:
            continue
        assert [item[:6] for item in a.items] == [item[:6] for item in b.items]
        one, two = work_done(a), work_done(b)
        for visit in one.keys() & two.keys():
            assert one[visit] == two[visit], f"{visit} of {json.dumps(case)}"
            over += 1
        compared += 1
    assert compared >= 24
    assert over > 1000


def test_with_staff_without_limit_lead_time_is_the_longest_path_of_the_draws(tmp_path):
    def only_work(words):
        freed(words)
        by_hand(words)
        words["calendar"] = "always"
        for stream in streams(words):
            _without_gates(stream["steps"])
        for step in steps(words):
            for name in (
                "patience", "abandon_to", "outcome", "max_visits", "every", "times", "until"
            ):  # fmt: skip
                step.pop(name, None)

    summed = cancelled = skipped = 0
    for case in (changed(case, only_work) for case in parallel_cases()):
        scenario = read_or_none(case, tmp_path)
        if scenario is None:
            continue
        made = build(scenario)
        story_ = compiled.simulate(made.model, scenario.seed, 0)
        keys = run_key(scenario.seed, 0)
        visits = story_.visits.tolist()
        for item in story_.items:
            stream = made.names.streams[item["stream"]]
            words = case.words["streams"][stream]
            if item["ended"] == NEVER or words not in forked(case.words):
                continue
            own = [visit for visit in visits if visit[0] == item["item"]]
            drawn_at = {
                made.names.steps[visit[2]]: drawn(made.model, keys, item, visit[2], visit[3])
                for visit in own
            }
            lengths = {
                name: sum(drawn_at.get(part, 0) for part, _ in _named({name: step}))
                for name, step in words["steps"].items()
            }
            passed = {name for name in lengths if not _takes(scenario, made, keys, item, name)}
            path = longest_path(words["steps"], lengths, passed)
            assert item["ended"] - item["arrived"] == path, json.dumps(case)
            summed += path > 0
            skipped += len(passed) > 0
            own = story_.tokens[story_.tokens["item"] == item["item"]]
            cancelled += own["cancelled"].any()
    assert summed > 200
    assert cancelled > 10
    assert skipped > 20


def _takes(scenario, made, keys, item, name):
    """Say whether an item needs a step of its stream itself: drawn once for all (61)."""
    stream = scenario.streams[made.names.streams[item["stream"]]]
    cls = made.names.classes[item["stream"]][item["cls"]]
    step = stream.steps[name]
    if step.classes is not None and cls not in step.classes:
        return False
    owner = made.model.steps["stream"].tolist()
    number = [*zip(owner, made.names.steps, strict=True)].index((item["stream"], name))
    tag = int(made.model.steps["tag"][number])
    u = uniform(*keys, int(item["hi"]), int(item["lo"]), tag, 0, int(Purpose.SHARE), 0)
    return u < of_class(step.share, cls)


def longest_path(named, lengths, passed):
    """Return when the last step is over, if all take what is drawn (41, 42).

    Max-plus algebra: what waits for all begins at the latest end, what waits for k at the k-th.
    Each step is looked at alone, as if each were a strand.
    """
    waits = waits_of(named)
    begin, end, stopped = {}, {}, {}
    for name, others in waits.items():
        enough = needed(named[name].get("after"), len(others))
        ends = sorted(end[other] for other in others)

        def may_begin(t, others=others, enough=enough):
            left = [other for other in others if not (other in passed and end[other] <= t)]
            return sum(end[other] <= t for other in left) >= min(enough, len(left))

        begin[name] = next(t for t in [0, *ends] if may_begin(t))
        end[name] = begin[name] + (0 if name in passed else lengths[name])
        said = named[name].get("after")
        cancels = isinstance(said, dict) and said.get("losers", "cancel") == "cancel"
        if cancels and enough < len(others):
            for other in waits:
                if other in begin and other != name and leads_only(other, name, waits):
                    stopped[other] = min(begin[name], stopped.get(other, begin[name]))
    return max(end[name] for name in waits if end[name] <= stopped.get(name, end[name]))


def needed(said, n):
    """Return how many of n steps must be done."""
    if isinstance(said, dict):
        if "any" in said:
            return 1
        if "share" in said:
            return -(-int(said["share"].rstrip("%")) * n // 100)
        return said["at_least"]
    return n


def leads_only(name, to, waits):
    """Say whether all that comes after a step leads to another one."""
    follow = [other for other, before in waits.items() if name in before]
    return bool(follow) and all(one == to or leads_only(one, to, waits) for one in follow)


# ---- the unit of time --------------------------------------------------------------------------


def test_twice_as_slow_is_the_same_story_in_twice_the_time(tmp_path):
    compared = 0
    seeds = (seed for seed in range(20_000, 20_200) if Author(random.Random(seed)).whole)
    drawn = (case_of(seed, plain=True) for seed in seeds)
    for case in filter(None, map(whole, drawn)):
        one, two = story(case, tmp_path), story(doubled(case), tmp_path)
        if one is None or two is None or not one.rows:
            continue
        assert two == in_twice_the_time(one), json.dumps(case)
        compared += 1
    assert compared >= 15


def whole(case):
    """Return a case of whole minutes without calendars; None if it has other times."""
    words = copy.deepcopy(case.words)
    if re.search(r' (bh|bd)"', json.dumps(words)) or not words["start"].endswith("UTC"):
        return None
    words["calendar"] = "always"
    words.pop("calendars", None)
    for part in (*teams(words), *resources(words), *gates(words)):
        part.pop("calendar", None)
        part.pop("closed", None)
        part.pop("shrinkage", None)
    for step in steps(words):
        step.pop("during", None)
    for demand in demands(words):
        demand.pop("profile", None)
        demand.pop("changes", None)
    for gate in gates(words):
        if not isinstance(gate["meets"], dict):
            gate["meets"] = {"every": "40 min"}
    return Case(words, case.files)


def doubled(case):
    """Return a case in which everything takes twice as long."""

    def double(found):
        return f'{2 * float(found[1]):g} {found[2]}"'

    text = re.sub(r'([\d.]+) (min|h)"', double, json.dumps(case.words))
    return Case(json.loads(text), {name: slower(file) for name, file in case.files.items()})


def slower(text):
    """Return a file in which everything takes twice as long."""
    head, *rows = [line.split(",") for line in text.splitlines()]
    if head == ["minutes", "hours"]:
        rows = [[f"{2 * float(cell):g}" for cell in row] for row in rows]
    else:
        form = "%d/%m/%Y %H:%M:%S" if "/" in text else "%Y-%m-%d %H:%M:%S"
        times = [datetime.strptime(row[1], form) for row in rows]
        for row, time in zip(rows, times, strict=True):
            row[1] = (times[0] + 2 * (time - times[0])).strftime(form)
    return "\n".join(",".join(row) for row in [head, *rows]) + "\n"


def in_twice_the_time(found):
    """Return a story with every tick doubled."""

    def twice(*ticks):
        return tuple(tick if tick in (NEVER, NONE) else 2 * tick for tick in ticks)

    return Told(
        [(*i[:5], *twice(*i[5:7]), i[7]) for i in found.items],
        [(*v[:3], *twice(*v[3:6]), v[6]) for v in found.visits],
        [(*r[:5], *twice(*r[5:11]), r[11]) for r in found.rows],
        [(*p[:6], *twice(*p[6:])) for p in found.presence],
    )


# ---- lists in memory ---------------------------------------------------------------------------


def test_the_order_in_which_things_are_put_into_lists_changes_nothing(tmp_path, monkeypatch):
    models = []
    for case in cases():
        scenario = read(case, tmp_path)
        if scenario is not None:
            models.append((build(scenario).model, scenario.seed))
    before = [reference.simulate(model, seed, 0) for model, seed in models]
    chance = random.Random(7)

    def shuffling(method, lists):
        def call(self, *args):
            done = method(self, *args)
            for one in lists(self):
                chance.shuffle(one)
            return done

        return call

    for owner, name, lists in (
        (Cell, "join", lambda cell: [cell.waiting, *(pool.queue for pool in cell.pools)]),
        (Limit, "request", lambda limit: [limit.waiting]),
        (Gate, "submit", lambda gate: [gate.submitted]),
    ):
        monkeypatch.setattr(owner, name, shuffling(getattr(owner, name), lists))
    for (model, seed), sound in zip(models, before, strict=True):
        assert not first_difference(sound, reference.simulate(model, seed, 0))
