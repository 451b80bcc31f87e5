"""Bottlenecks: exact derivatives of queueing theory, Euler's sum, common random numbers."""

import math
from functools import partial

import numpy as np
import pytest
from scipy.special import stdtrit

import svcsim
from svcsim.analysis.feasibility import refuse
from svcsim.analysis.key import Key
from svcsim.decisions.bottleneck import _Search
from svcsim.decisions.effects import Effect, effect, elasticity, relative
from svcsim.decisions.enough import Enough
from svcsim.decisions.levers import HORIZON, dials, switches
from svcsim.decisions.ranks import Rank, ranking
from svcsim.decisions.responses import in_words, measurable, responses
from svcsim.decisions.variants import demand_scaled, laws_scaled, odds_scaled, people_added
from svcsim.engines.compiled import Worker
from svcsim.errors import ScenarioError, SvcsimError
from svcsim.experiment.study import Study
from svcsim.model.build import Compiled, build
from svcsim.model.codes import Kind, Op
from svcsim.scenario.load import changed, load, loads

SURE = 4.5
"""Standard errors within which an estimate of something known lies."""

NETWORK = """\
svcsim: 1
title: A Jackson network with rework, and a stream that shares nothing with it
calendar: always
warm_up: 1 wk
horizon: 9 wk
run_out: 3 wk
replications: 16
teams:
  first:  {people: 1, activity: engage}
  second: {people: 2, activity: design_transition}
  third:  {people: 1, activity: deliver_support}
  other:  {people: 1, activity: improve}
streams:
  item:
    demand: 0.5/h
    steps:
      enter: {team: first, touch: {mean: 48 min, distribution: exponential}}
      build:
        team: second
        touch: {mean: 1 h, distribution: exponential}
        outcome: {again: {share: 20%, to: enter}, good: rest}
      leave: {team: third, touch: {mean: 1 h, distribution: exponential}}
  elsewhere:
    demand: 0.1/h
    steps:
      serve: {team: other, touch: {mean: 1 h, distribution: exponential}}
"""
MEANS = {"first": 0.8, "second": 1.0, "third": 1.0}
PEOPLE = {"first": 1, "second": 2, "third": 1}
RATE, AGAIN = 0.5, 0.2

PRIORITIES = """\
svcsim: 1
title: One server, two classes, nobody is interrupted
calendar: always
warm_up: 1 wk
horizon: 13 wk
run_out: 2 wk
replications: 24
teams: {server: {people: 1, activity: engage}}
streams:
  item:
    demand: 0.6/h
    classes: {urgent: 50%, normal: rest}
    priority: {by_class: {urgent: 1, normal: 2}}
    steps:
      serve: {team: server, touch: {mean: 1 h, distribution: exponential}}
"""


def erlang_c(people, rate, mean):
    """Mean time in an M/M/c queue, wait and work."""
    load_ = rate * mean
    terms = [load_**k / math.factorial(k) for k in range(people)]
    last = load_**people / math.factorial(people) * people / (people - load_)
    waits = last / (sum(terms) + last)
    return mean + waits * mean / (people - load_)


def network(means=MEANS, people=PEOPLE, rate=RATE, again=AGAIN):
    """Mean time in the network: Jackson's theorem, visits times the time of each."""
    visits = {"first": 1 / (1 - again), "second": 1 / (1 - again), "third": 1.0}
    return sum(n * erlang_c(people[k], rate * n, means[k]) for k, n in visits.items())


def cobham(factor, rate=0.3):
    """Mean times of both classes of a non-preemptive priority queue, exponential work."""
    rho = rate * factor
    rest = 2 * rate * factor**2
    urgent = rest / (1 - rho)
    return urgent + factor, urgent / (1 - 2 * rho) + factor


def central(function, h):
    """What an elasticity by central differences is without noise."""
    span = math.log1p(h) - math.log1p(-h)
    return (math.log(function(1 + h)) - math.log(function(1 - h))) / span


def z(number, exact):
    return (number.value - exact) / (number.half_width / stdtrit(number.n - 1, 0.975))


@pytest.fixture(scope="module")
def scenario():
    return loads(NETWORK, file="network.yaml")


@pytest.fixture(scope="module")
def found(scenario):
    return svcsim.bottleneck(scenario)


def dial(found, kind, name):
    return next(one for one in found.turned if (one.kind, one.name) == (kind, name))


def step(found, name, what):
    return next(one for one in found.stepped if (one.name, one.what) == (name, what))


# ---- exact derivatives ----


@pytest.mark.parametrize("team", MEANS)
def test_the_elasticity_of_a_team_s_work_in_a_jackson_network(found, team):
    one = dial(found, "work", team)
    exact = central(lambda f: network({**MEANS, team: f * MEANS[team]}), one.h)
    assert abs(z(one.elasticity, exact)) < SURE
    assert one.elasticity.half_width < 0.25 * exact


def test_the_elasticity_of_demand_in_a_jackson_network(found):
    one = dial(found, "demand", "item")
    exact = central(lambda f: network(rate=f * RATE), one.h)
    assert abs(z(one.elasticity, exact)) < SURE
    assert one.elasticity.half_width < 0.4 * exact


def test_the_elasticity_of_the_odds_of_rework(found):
    one = dial(found, "rework", "item.build again")
    odds = AGAIN / (1 - AGAIN)
    exact = central(lambda f: network(again=f * odds / (1 + f * odds)), one.h)
    assert abs(z(one.elasticity, exact)) < SURE
    assert one.elasticity.half_width < 0.5 * exact


@pytest.mark.parametrize(
    ("team", "what", "n"),
    [("first", "one more", 1), ("second", "one more", 1), ("second", "one fewer", -1),
     ("third", "one more", 1)],
)  # fmt: skip
def test_a_person_more_or_fewer_is_a_difference_of_erlang_c(found, team, what, n):
    one = step(found, team, what)
    exact = network(people={**PEOPLE, team: PEOPLE[team] + n}) - network()
    assert abs(z(one.difference, exact)) < SURE
    assert one.difference.half_width < 0.3 * abs(exact)
    assert abs(z(one.relative, exact / network())) < SURE


def test_the_base_is_the_network(found):
    assert abs(z(found.value, network())) < SURE


def test_euler_all_durations_less_all_rates_add_up_to_one(found):
    value, half_width = found.euler
    assert abs(value - 1) < SURE / stdtrit(15, 0.975) * half_width
    assert half_width < 0.6
    assert found.fixed == ()


def test_classes_of_a_priority_queue():
    scenario = loads(PRIORITIES, file="priorities.yaml")
    for place, cls in enumerate(("urgent", "normal")):
        found = svcsim.bottleneck(scenario, f"item.{cls}.lead_time", only=["work"])
        (one,) = found.turned
        exact = central(lambda f, place=place: cobham(f)[place], one.h)
        assert abs(z(one.elasticity, exact)) < SURE
        assert one.elasticity.half_width < 0.2 * exact


# ---- common random numbers ----


def test_what_no_item_touches_has_no_effect_exactly(found):
    for kind, name in (("work", "other"), ("demand", "elsewhere")):
        number = dial(found, kind, name).elasticity
        assert (number.value, number.half_width) == (0.0, 0.0)
    assert step(found, "other", "one more").difference.value == 0.0


def levers(found):
    return [(one["name"], one["change"], one["value"], one["half_width"])
            for one in found.records()]  # fmt: skip


def test_workers_and_engines_change_nothing(scenario):
    short = changed(scenario, ["horizon=1 d", "warm_up=0 h", "run_out=1 d"])
    ask = partial(svcsim.bottleneck, short, only=["work", "people"], replications=2)
    one = ask(jobs=1)
    assert levers(one) == levers(ask(jobs=2))
    assert levers(one) == levers(ask(jobs=1, engine="reference"))


def test_a_person_more_is_the_change_of_the_scenario(scenario):
    more = build(changed(scenario, ["teams.second.people=+1"])).model
    varied = people_added(build(scenario).model, 1, 1)
    one, other = (Worker(model).simulate(1, 0) for model in (more, varied))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))


def test_more_demand_is_the_change_of_the_scenario(scenario):
    more = build(changed(scenario, ["streams.item.demand=x1.5"])).model
    varied = demand_scaled(build(scenario).model, 1.5, 0)
    one, other = (Worker(model).simulate(1, 0) for model in (more, varied))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    base = Worker(build(scenario).model).simulate(1, 0)
    keys = [set(zip(run.items["hi"].tolist(), run.items["lo"].tolist(), strict=True))
            for run in (base, one)]  # fmt: skip
    assert keys[0] < keys[1]


def test_a_longer_run_is_the_change_of_the_scenario(scenario):
    longer = build(changed(scenario, ["warm_up=2 wk", "horizon=18 wk", "run_out=6 wk"])).model
    varied = HORIZON.at(2.0)(build(scenario).model)
    one, other = (Worker(model).simulate(1, 0) for model in (longer, varied))
    assert all((a == b).all() for a, b in zip(one, other, strict=True))
    assert (longer.warm_up, longer.horizon) == (varied.warm_up, varied.horizon)


def work_of(story, end):
    rows = story.rows[(story.rows["kind"] == Kind.WORK) & (story.rows["end"] < end)]
    keys = [story.items[field][rows["item"]] for field in ("hi", "lo")]
    return {
        key: end - begin
        for *key_parts, begin, end in zip(
            *keys, rows["step"], rows["visit"], rows["begin"], rows["end"], strict=True
        )
        for key in [tuple(map(int, key_parts))]
    }


def test_slower_work_is_every_draw_of_the_team_times_the_factor(scenario):
    compiled = build(scenario)
    slower = next(d for d in dials(scenario, compiled) if d.name == "second").at(1.25)
    before, after = (
        work_of(Worker(model).simulate(1, 0), model.end)
        for model in (compiled.model, slower(compiled.model))
    )
    assert len(before.keys() & after.keys()) > 0.99 * len(before)
    mine = compiled.names.steps.index("build")
    ratios = {
        key: (after[key] - 1.25 * before[key], key[2] == mine) for key in before if key in after
    }
    assert max(abs(apart) for apart, of_team in ratios.values() if of_team) <= 1.125  # roundings
    assert all(
        apart == -0.25 * before[key] for key, (apart, of_team) in ratios.items() if not of_team
    )


# ---- variants ----

DECISIONS = """\
svcsim: 1
calendar: always
horizon: 4 wk
teams:
  desk: {people: 2, activity: engage}
  board: {people: 1, activity: plan}
streams:
  item:
    demand: 6/d
    classes: {small: 50%, large: rest}
    steps:
      ready: {team: desk, touch: 10 min}
      board:
        activity: plan
        gate: {meets: {every: 1 d, from: 6 h}}
        outcome:
          approve: {share: rest}
          better: {share: {by_visit: [30%, 10%]}, to: ready}
          reject: {share: {by_class: {small: 5%, large: 20%}}}
        max_visits: 4
      deliver: {team: [desk, board], activity: plan, touch: {mean: 20 min, cv: 1}}
      close: {wait: {mean: 2 h, distribution: exponential}, cause: external}
"""


def test_the_levers_of_a_scenario():
    scenario = loads(DECISIONS)
    compiled = build(scenario)
    assert [(d.kind, d.name) for d in dials(scenario, compiled)] == [
        ("work", "desk"), ("work", "desk or board"), ("waits", "external"), ("demand", "item"),
        ("rework", "item.board better"),
    ]  # fmt: skip
    assert [(s.name, s.what) for s in switches(scenario, compiled)] == [
        ("desk", "one more"), ("desk", "one fewer"), ("board", "one more"),
        ("item.board", "twice as often"),
    ]  # fmt: skip


def test_odds_are_scaled_and_the_others_share_what_is_left():
    model = build(loads(DECISIONS)).model
    branch = int(model.gates[0]["branch"])
    record = model.branches[branch]
    n, size = int(record["n"]), int(record["n"] * record["levels"] * record["n_classes"])
    varied = odds_scaled(model, 1.5, ((branch, 1),))

    def shares(of):
        first = int(of.branches[branch]["shares"])
        return np.diff(of.factors[first : first + size].reshape(-1, n), axis=1, prepend=0.0)

    old, new = shares(model), shares(varied)
    assert len(old) == 4  # two classes, two visits
    odds = [one[:, 1] / (1 - one[:, 1]) for one in (old, new)]
    assert odds[1] == pytest.approx(1.5 * odds[0])
    assert new[:, 0] / new[:, 2] == pytest.approx(old[:, 0] / old[:, 2])
    assert new.sum(axis=1) == pytest.approx(1)
    assert varied.branches[branch]["last_row"] == record["last_row"]
    assert (varied.factors[: len(model.factors)] == model.factors).all()


def test_a_gate_that_sits_twice_as_often_sits_halfway():
    scenario = loads(DECISIONS)
    compiled = build(scenario)
    often = next(s for s in switches(scenario, compiled) if s.what == "twice as often")
    gate = often.change(compiled.model).gates[0]
    model = often.change(compiled.model)
    ticks = model.sittings["tick"][gate["first"] : gate["first"] + gate["n"]]
    half_days = build(changed(scenario, ["streams.item.steps.board.gate.meets.every=12 h"])).model
    assert ticks.tolist() == half_days.sittings["tick"][: len(ticks)].tolist()
    rows = model.by_class[model.sittings["deadline_row"][gate["first"] :]]
    assert (rows == ticks[:, None]).all()  # no cut-off: as late as the sitting


def test_sittings_between_lie_in_open_hours_and_not_in_freezes():
    scenario = load("normal_change")
    compiled = build(scenario)
    often = next(s for s in switches(scenario, compiled) if s.what == "twice as often")
    model = often.change(compiled.model)
    gate, old = model.gates[0], compiled.model.gates[0]
    ticks = model.sittings["tick"][gate["first"] : gate["first"] + gate["n"]]
    held = compiled.model.sittings["tick"][old["first"] : old["first"] + old["n"]]
    new = np.setdiff1d(ticks, held)
    assert len(new) == len(held) - 1
    days, hours = np.divmod(new / 3_600e6, 24)
    assert (np.diff(np.sort(np.concatenate([held, new]))) > 0).all()
    assert ((days % 7) < 5).all()  # it starts on a Monday
    assert ((hours >= 7) & (hours <= 18)).all()


def test_laws_that_others_use_too_stay():
    model = build(loads(DECISIONS)).model
    op = int(np.flatnonzero(model.ops["code"] == Op.SEIZE)[0])
    place = [("ops", op, "b", (0,))]
    varied = laws_scaled(model, 2.0, tuple(place))
    small, large = varied.by_class[varied.ops[op]["b"]][:2]
    assert large == model.by_class[model.ops[op]["b"], 1]
    first = varied.distributions[small]["first"]
    assert varied.pieces[first]["shift"] + varied.pieces[first]["scale"] > 0
    assert (varied.by_class[: len(model.by_class)] == model.by_class).all()


# ---- how sure ----


def test_the_interval_is_that_of_leaving_replications_out():
    scenario = loads(PRIORITIES, file="priorities.yaml")
    short = changed(scenario, ["horizon=2 wk", "warm_up=0 h", "run_out=1 wk"])
    slow = changed(short, ["streams.item.steps.serve.touch=x1.1"])
    points = [svcsim.run(one, replications=6).numbers for one in (short, slow)]
    for statistic in ("mean", "p85"):
        key = Key("lead_time", statistic, "h", "item", clock="wall")
        found = elasticity(*points, key, 1.0)
        pseudo = []
        whole = math.log(points[1][key].value / points[0][key].value)
        for left in range(6):
            values = []
            for numbers in points:
                rest = [r for r in range(6) if r != left]
                if statistic == "mean":
                    column = numbers.sums.index(key)
                    s, n = numbers.numerators[rest, column], numbers.denominators[rest, column]
                    values.append(s.sum() / n.sum())
                else:
                    histograms = numbers.histograms[key._replace(statistic="mean")]
                    values.append(histograms.left_out(85)[left])
            pseudo.append(6 * whole - 5 * math.log(values[1] / values[0]))
        assert found.value == pytest.approx(whole)
        error = np.std(pseudo, ddof=1) / math.sqrt(6)
        assert found.half_width == pytest.approx(stdtrit(5, 0.975) * error)
        assert found.error == pytest.approx(error)


def test_nothing_can_be_said_of_a_response_that_is_nothing():
    scenario = changed(loads(PRIORITIES), ["horizon=1 d", "warm_up=0 h"])
    numbers = svcsim.run(scenario, replications=3).numbers
    rejected = Key("rejected", "share", "1", "item")
    assert math.isnan(elasticity(numbers, numbers, rejected, 0.04).value)
    assert math.isnan(relative(numbers, numbers, rejected).half_width)
    assert effect(lambda x: x, rejected, [numbers]).value == 0.0


def test_half_the_step_is_tried_and_the_longer_one_kept_where_both_agree(scenario):
    short = changed(scenario, ["horizon=1 wk", "warm_up=0 h", "run_out=1 wk"])
    found = svcsim.bottleneck(short, only=["work"], replications=6, check=True)
    plain = svcsim.bottleneck(short, only=["work"], replications=6)
    assert all(one.agrees is not None for one in found.turned)
    agreeing = [one for one in found.turned if one.agrees and one.h == 0.02]
    assert agreeing
    for one in agreeing:
        assert one.elasticity == dial(plain, "work", one.name).elasticity


def test_a_step_that_is_too_long_is_halved():
    scenario = changed(
        loads(PRIORITIES), ["streams.item.demand=0.75/h", "horizon=8 wk", "warm_up=0 h"]
    )
    found = svcsim.bottleneck(scenario, only=["work"], replications=16, h=0.32, check=True)
    assert found.turned[0].h < 0.32


# ---- ranks ----


def test_ranks_are_as_sure_as_the_replications_are():
    luck = np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    near = Effect(1.0, 10 * luck, 8), Effect(1.1, -10 * luck, 8), Effect(-500.0, 0 * luck, 8)
    found = ranking(near)
    assert found.ranks == (Rank(1, 2), Rank(1, 2), Rank(3, 3))
    assert found.needed > 8
    together = Effect(1.0, 10 * luck, 8), Effect(1.1, 10 * luck, 8)
    assert ranking(together).ranks == (Rank(2, 2), Rank(1, 1))  # the same luck


def test_what_is_exactly_the_same_has_the_same_rank():
    nothing = Effect(0.0, np.zeros(5), 5)
    assert ranking([nothing, nothing]).ranks == (Rank(1, 2), Rank(1, 2))
    assert ranking([nothing, nothing]).needed is None


def test_what_may_be_best_is_named_though_another_is_surer():
    found = svcsim.bottleneck("first_desk", only=["people"], replications=4, set=["horizon=4 wk"])
    ranks = {one.name: one.rank for one in found.stepped if one.what == "one more"}
    assert set(found.first("people")) in (set(), {n for n, rank in ranks.items() if rank.best == 1})


def test_equals_are_seldom_told_apart():
    rng = np.random.default_rng(1)
    wrong = 0
    for _ in range(150):
        luck = rng.standard_normal((3, 15))
        effects = [Effect(float(one.mean()), one - one.mean(), 15) for one in luck]
        wrong += any(rank != Rank(1, 3) for rank in ranking(effects).ranks)
    assert wrong < 150 * 0.1 + SURE * math.sqrt(150 * 0.1 * 0.9)


def test_ranks_hold_the_truth_and_a_tie_is_not_broken(found):
    assert central(lambda f: network({**MEANS, "first": 0.8 * f}), 0.02) == pytest.approx(
        central(lambda f: network({**MEANS, "third": f}), 0.02)
    )
    ranks = {one.name: one.rank for one in found.turned if one.kind == "work"}
    assert ranks == {"first": (1, 2), "third": (1, 2), "second": (3, 3), "other": (4, 4)}
    assert set(found.first("work")) == {"first", "third"}


# ---- responses ----


@pytest.fixture(scope="module")
def keys():
    scenario = load("service_desk")
    return scenario, measurable(Study.of(scenario, engine="compiled", seed=1))


@pytest.mark.parametrize(
    ("text", "name", "clock"),
    [
        ("contact.lead_time", "contact.lead_time.mean", "office"),
        ("contact.lead_time.p85.wall", "contact.lead_time.p85", "wall"),
        ("contact.P1.lead_time.mean", "contact.P1.lead_time.mean", "office"),
        ("contact.in_time.on_time", "contact.in_time.on_time.share", "office"),
        ("contact.on_time", "contact.in_time.on_time.share", "office"),
        ("contact.P1.in_time.on_time", "contact.P1.in_time.on_time.share", "office"),
        ("contact.cost_per_item.full", "contact.cost_per_item.full", None),
        ("second_line.utilisation", "second_line.utilisation.ratio", None),
        ("contact.rework", "contact.rework.share", None),
        ("contact.handovers.team", "contact.handovers.team", None),
    ],
)
def test_a_response_in_words(keys, text, name, clock):
    (key,) = responses([text], *keys)
    assert (in_words(key), key.clock) == (name, clock)


def test_every_wrong_response_is_told(keys):
    with pytest.raises(ScenarioError) as refused:
        responses(["contat.lead_time", "contact.led_time", "contact.P9.lead_time",
                   "contact.lead_time.p99", "contact.lead_time.mean.lunar", "contact",
                   "contact.handovers"], *keys)  # fmt: skip
    told = [(problem.found, problem.remedy) for problem in refused.value.problems]
    assert told == [
        ("'contat' is no stream or team", "did you mean contact?"),
        ("'led_time' is no measure of contact", "did you mean lead_time?"),
        ("'P9' is no class or target", told[2][1]),
        ("'p99' is no statistic of lead_time", told[3][1]),
        ("'lunar' is no clock of lead_time", "there are wall and office"),
        ("no measure of contact is named", told[5][1]),
        ("handovers has several statistics", "add activity, team or person"),
    ]


def test_wrong_arguments_are_refused(scenario):
    for wrong in ({"only": ["speed"]}, {"only": []}, {"h": 0}, {"h": 0.9}, {"replications": 0},
                  {"engine": "fast"}, {"set": ["seed=2"]}):  # fmt: skip
        with pytest.raises(SvcsimError):
            svcsim.bottleneck(scenario, **wrong)


def test_too_few_people_are_an_answer():
    found = svcsim.bottleneck("first_desk", only=["people"], replications=2)
    fewer = step(found, "second_line", "one fewer")
    assert fewer.difference is None
    assert fewer.refused.startswith("second_line gets")
    assert "second_line" in found.levers.query("refused.notna()")["name"].tolist()


@pytest.mark.parametrize("name", ["first_desk", "normal_change"])
def test_what_is_refused_is_what_check_refuses(name):
    scenario = load(name)
    compiled = build(scenario)
    enough = Enough(scenario, compiled)
    told = []
    for switch in (s for s in switches(scenario, compiled) if s.takes):
        variant = Compiled(switch.change(compiled.model), compiled.names)
        try:
            refuse(scenario, variant)
            told.append("")
        except ScenarioError as error:
            told.append(error.problems[0].found)
        found = enough.refusal(variant.model)
        assert found == told[-1] or (" takes " in found and not told[-1])
    assert any(told) or name != "first_desk"


def test_a_step_that_takes_two_is_not_left_with_one():
    scenario = loads(DECISIONS.replace("ready: {team: desk,", "ready: {team: {desk: 2},"))
    found = svcsim.bottleneck(scenario, only=["people"], replications=1)
    assert step(found, "desk", "one fewer").refused == "ready takes 2 of desk"


def test_a_response_of_which_more_is_better_is_ranked_the_other_way():
    found = svcsim.bottleneck("first_desk", "incident.resolved.on_time", only=["work", "people"],
                              replications=4)  # fmt: skip
    assert dial(found, "work", "second_line").elasticity.value < 0
    assert dial(found, "work", "second_line").h == 0.05
    assert dial(found, "work", "second_line").rank.best == 1
    assert step(found, "second_line", "one more").rank.best == 1
    assert found.euler is None
    assert "the response is no time" in found.fixed


def test_ctrl_c_keeps_the_points_that_are_finished(scenario):
    short = changed(scenario, ["horizon=1 wk", "warm_up=0 h", "run_out=1 wk"])

    def stop(finished, _):
        if finished == 3 * 2 + 1:  # the base and the first dial are whole
            raise_interrupt()

    import os
    import signal

    def raise_interrupt():
        os.kill(os.getpid(), signal.SIGINT)

    found = svcsim.bottleneck(short, only=["work"], replications=2, jobs=1, progress=stop)
    assert found.interrupted
    assert [one.name for one in found.turned] == ["first"]


def test_a_search_keeps_only_what_it_needs(scenario):
    study = Study.of(scenario, engine="compiled", seed=1)
    keys = measurable(study)
    (key,) = responses(["item.lead_time"], scenario, keys)
    search = _Search(scenario, study, keys, key, ("work",), None, lambda points: ([], 0))
    reduced = search.wanted.block(study, 0)
    assert reduced.keys == (key,)
