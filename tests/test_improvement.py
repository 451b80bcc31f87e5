"""What changes inside a run has the size that theory says: thinning, fading, and the loop."""

import math
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from svcsim.engines import compiled
from svcsim.model.arrays import NEVER, TICKS_PER_HOUR, Model
from svcsim.model.build import build
from svcsim.model.change_tables import family_shares
from svcsim.model.codes import TRIGGERED, Kind, Purpose
from svcsim.scenario.family import Families, family_names
from svcsim.scenario.load import load, loads
from svcsim.world.draws import run_key, uniform
from svcsim.world.effort import efforts

BAND = 4.5
HOUR = TICKS_PER_HOUR
WEEK = 168 * HOUR
LOOP = """svcsim: 1
start: 2026-01-05 UTC
calendar: always
horizon: {days} d
run_out: 0 h
terminating: true
streams:
  incident:
    demand: 24/d
    families: {{share_of_top: {{2: 16%, 8: 37%, 16: 54%, 32: 70%}}}}
    steps: {{fix: {{wait: 0 min}}}}
  problem:
    steps: {{solve: {{wait: 0 min, effect: {{rate: incident, family: own, by: {by}}}}}}}
triggers:
  first:
    {{watch: {{stream: incident}}, count: 1, within: 1 h, per: family, cool_down: 9 wk,
     spawn: problem}}
"""
WHOLE = """svcsim: 1
start: 2026-01-05 UTC
calendar: always
horizon: {minutes} min
run_out: 0 h
terminating: true
teams: {{desk: {{people: unlimited, activity: deliver_support}}}}
streams:
  incident:
    demand: {rate}
    steps: {{fix: {{team: desk, touch: 0.7 h}}}}
  change:
    demand: {{csv: start.csv, arrived: at}}
    steps: {{release: {{wait: 0 min, effect: {{rate: incident, {effect}}}}}}}
"""


def z(values, truth) -> float:
    """Standard errors between the mean of replications and the truth."""
    return float((np.mean(values) - truth) / (np.std(values, ddof=1) / math.sqrt(len(values))))


def incidents(model: Model, replications: int) -> list[np.ndarray]:
    """The incidents of each replication."""
    found = []
    for replication in range(replications):
        items = compiled.simulate(model, 1, replication).items
        found.append(items[items["stream"] == 0])
    return found


def test_families_between_two_numbers_are_equally_large() -> None:
    tops = Families.model_validate({"share_of_top": {"2": "16%", "8": "37%"}})
    shares = family_shares(tops)
    assert family_names(tops) == list("12345678")
    assert [float(shares[name]) for name in "128"] == pytest.approx([0.08, 0.08, 0.035])


def test_fixing_a_family_removes_what_the_factor_says() -> None:
    """Each family is fixed by its first incident, at t; of the others a quarter stays.

    So a family with m incidents expected brings p + (m - p)/4, with p = 1 - exp(-m).
    """
    model = build(loads(LOOP.format(days=30, by="x0.25"))).model
    found = incidents(model, 150)
    total = 24 * 30
    shares = family_shares(Families.model_validate(
        {"share_of_top": {"2": "16%", "8": "37%", "16": "54%", "32": "70%"}}
    ))  # fmt: skip
    means = np.array([total * float(shares[name]) for name in sorted(shares)])
    first = 1 - np.exp(-means)
    expected = first + (means - first) / 4
    counts = np.array([np.bincount(items["family"] + 1, minlength=33) for items in found])
    assert abs(z(counts[:, 0], 0.3 * total)) < BAND
    assert abs(z(counts[:, 1:].sum(axis=1), expected.sum())) < BAND
    for top in (2, 8, 16):
        assert abs(z(counts[:, 1 : 1 + top].sum(axis=1), expected[:top].sum())) < BAND


def test_the_top_families_that_bring_nothing_any_more_take_their_share_with_them() -> None:
    """All families together bring 70 %: 30 % is left, and one incident of each that came."""
    model = build(loads(LOOP.format(days=60, by="-100%"))).model
    found = incidents(model, 60)
    left = [(items["family"] < 0).sum() for items in found]
    assert abs(z(left, 0.3 * 24 * 60)) < BAND
    assert all(np.bincount(items["family"][items["family"] >= 0]).max() == 1 for items in found)


def test_what_remains_is_the_same_item_for_item() -> None:
    with_ = build(loads(LOOP.format(days=30, by="x0.25"))).model
    without = build(loads(LOOP.format(days=30, by="x1"))).model
    words = ["hi", "lo", "family", "arrived", "layer", "ordinal"]
    for replication in range(5):
        some, all_ = (compiled.simulate(model, 1, replication).items for model in (with_, without))
        rows = [{tuple(item) for item in items[items["stream"] == 0][words].tolist()}
                for items in (some, all_)]  # fmt: skip
        assert rows[0] < rows[1]
        gone = rows[1] - rows[0]
        assert all(family >= 0 for _, _, family, *_ in gone)


def test_an_effect_on_all_items_fades_in_stairs(tmp_path) -> None:
    """Stairs of h/8 with 2**(-k/8) left, k = 0 to 79: h/8 (1 - 2**-10) / (1 - 2**(-1/8))."""
    (tmp_path / "start.csv").write_text("at\n2026-01-05 00:00\n")
    text = WHOLE.format(minutes=30 * 24 * 60, rate="40/d", effect="by: -80%, half_life: 2 d")
    model = build(loads(text, directory=tmp_path)).model
    area = 2 / 8 * (1 - 2**-10) / (1 - 2 ** (-1 / 8))
    found = [len(items) for items in incidents(model, 200)]
    assert abs(z(found, 40 * (30 - 0.8 * area))) < BAND


def test_break_even_of_a_family(tmp_path) -> None:
    """With r incidents a month of 0.7 h, 39 h are back after 39 / (0.7 r 0.75) months.

    The factor is uniform between 0.1 and 0.4, so three quarters stay away on average.
    """
    (tmp_path / "start.csv").write_text("at\n2026-01-05 00:00\n")
    month = 30 * 24 * 60
    for rate, months in ((20, 3.714), (5, 14.857)):
        assert months == pytest.approx(39 / (0.7 * rate * 0.75), rel=1e-3)
        minutes = round(months * month)
        models = [
            build(loads(
                WHOLE.format(minutes=minutes, rate=f"{rate / 30:.15g}/d", effect=f"by: {by}"),
                directory=tmp_path,
            )).model
            for by in ("x1", "{low: x0.1, high: x0.4}")
        ]  # fmt: skip
        before, after = (incidents(model, 200) for model in models)
        saved = [0.7 * (len(a) - len(b)) for a, b in zip(before, after, strict=True)]
        assert abs(z(saved, 39)) < BAND


@pytest.fixture(scope="module")
def base() -> list[int]:
    """Incidents of the loop as it is shipped, in each replication."""
    return inflow()


def inflow(*changes: str) -> list[int]:
    """Incidents in the year of the shipped loop, in each of some replications."""
    model = build(load("improvement_loop", set=changes)).model
    return [int((items["arrived"] < model.horizon).sum()) for items in incidents(model, 24)]


@pytest.mark.parametrize(
    ("changes", "sign"),
    [
        (["teams.dev.people=4", "teams.problem.people=3"], -1),  # more capacity for improvement
        (["streams.feature.demand=4/wk"], 1),  # development has no time for it
        (["streams.problem.steps.release.effect.by={low: x1, high: x1}"], 1),  # no effect at all
    ],
)
def test_the_loop_closes(base: list[int], changes: list[str], sign: int) -> None:
    """Paired over replications: more capacity lowers the inflow, starvation raises it."""
    differences = np.subtract(inflow(*changes), base)
    assert sign * z(differences, 0) > 3


def test_no_loop_brings_more_than_its_demand(base: list[int]) -> None:
    """Without any effect as many come as the demand says: 24 a day for 52 weeks."""
    nothing = inflow("streams.problem.steps.release.effect.by={low: x1, high: x1}")
    assert abs(z(nothing, 24 * 364)) < BAND
    assert all(a <= b for a, b in zip(base, nothing, strict=True))


def test_the_loop_fires_for_large_families_first() -> None:
    scenario = load("improvement_loop")
    model, names = build(scenario)
    items = compiled.simulate(model, 1, 0).items
    made = items[items["layer"] == TRIGGERED]
    assert len(made) > 20
    assert set(made["stream"]) == {names.streams.index("problem")}
    assert (made["family"] >= 0).all()
    early = made[made["arrived"] < 14 * 24 * 3_600_000_000]["family"]
    assert set(early) >= set(range(2))


# ---- triggers that add up times (49), told anew from the visits --------------------------------


def over_of(run, model: Model, step: int, cls: int | None = None) -> np.ndarray:
    """When visits to a step were over, how long after their items came, and their families."""
    visits = run.visits[(run.visits["step"] == step) & (run.visits["finished"] < model.end)]
    items = run.items[visits["item"]]
    some = slice(None) if cls is None else items["cls"] == cls
    took = visits["finished"] - items["arrived"]
    found = np.column_stack([visits["finished"], took, items["family"]])[some]
    return found[np.argsort(found[:, 0], kind="stable")]


def made_by(run, trigger: int) -> list[tuple[int, int]]:
    """When items came that a trigger made, and their families."""
    items = run.items[(run.items["layer"] == TRIGGERED) & (run.items["member"] == trigger)]
    return sorted(zip(items["arrived"].tolist(), items["family"].tolist(), strict=True))


def test_the_weekly_review_takes_the_families_that_cost_the_most_time() -> None:
    """At the end of each week, of the four before it: more than 8 h, the five dearest."""
    model, names = build(load("improvement_loop"))
    run = compiled.simulate(model, 7, 0)
    trigger = sorted(load("improvement_loop").triggers).index("trend")
    over = over_of(run, model, names.steps.index("resolve"))
    fired, expected, lesser = {}, [], 0
    for tick in range(WEEK, model.end, WEEK):
        recent = over[(over[:, 0] > tick - 4 * WEEK) & (over[:, 0] < tick) & (over[:, 2] >= 0)]
        cost = np.bincount(recent[:, 2], recent[:, 1], minlength=32)
        dear = [
            (-cost[family], family)
            for family in np.flatnonzero(cost > 8 * HOUR).tolist()
            if (recent[:, 2] == family).sum() >= 2 and tick - fired.get(family, -NEVER) >= 26 * WEEK
        ]
        lesser += len(dear) > 5
        for _, family in sorted(dear)[:5]:
            fired[family] = tick
            expected.append((tick, family))
    assert lesser, "a week in which more than five families cost too much"
    assert made_by(run, trigger) == sorted(expected)


def test_the_board_hears_first_what_took_the_most_work_for_what_it_takes() -> None:
    """At each sitting, of the 90 days before it: the ten with the largest score, then the oldest.

    Ahead is what is approved or rejected at last, 6 in 7 of it approved: 22, 2 and 1 h.
    """
    model, names = build(load("improvement_loop"))
    run, (k0, k1) = compiled.simulate(model, 7, 0), run_key(7, 0)
    effort = int(efforts(model)[0, 0])
    assert effort == pytest.approx(6 / 7 * 25 * HOUR, rel=0.005)
    resolve, fund = (names.steps.index(step) for step in ("resolve", "fund"))
    done = run.rows[(run.rows["step"] == resolve) & (run.rows["kind"] == Kind.WORK)]
    family = run.items["family"][done["item"]]
    put = run.rows[(run.rows["step"] == fund) & (run.rows["kind"] == Kind.GATE)]
    hearings, passed_over = Counter[int](), 0
    for tick in model.sittings["tick"].tolist():
        there = put[(put["begin"] < tick) & (put["end"] >= tick)]
        recent = (done["end"] > tick - 90 * 24 * HOUR) & (done["end"] <= tick) & (family >= 0)
        work = np.bincount(family[recent], (done["end"] - done["begin"])[recent], minlength=32)
        worth = work[run.items["family"][there["item"]]].astype(np.int64) // effort
        order = np.lexsort((there["token"], there["begin"], -worth))
        oldest = np.lexsort((there["token"], there["begin"]))
        passed_over += {*oldest[:10]} != {*order[:10]}
        for row in there[order[:10]]:
            item, tag = run.items[row["item"]], int(model.steps["tag"][fund])
            sub, key = hearings[row["item"]], (int(item["hi"]), int(item["lo"]))
            u = uniform(k0, k1, *key, tag, 1, int(Purpose.OUTCOME), sub)
            hearings[row["item"]] += 1
            assert (row["end"] == tick) == (not 0.6 <= u < 0.9)
        assert not (there[order[10:]]["end"] == tick).any()
    assert passed_over > 2


def test_terms_are_written_when_contracts_take_too_long_on_average() -> None:
    """Whenever one is fulfilled: twelve or more in 13 weeks, 10.5 weeks on average, and more."""
    model, names = build(load("procurement_slips"))
    trigger = sorted(load("procurement_slips").triggers).index("slow_contracts")
    step, mid = names.steps.index("receive"), names.classes[0].index("mid")
    firings = 0
    for replication in range(8):
        run = compiled.simulate(model, 7, replication)
        over = over_of(run, model, step, mid)
        expected = []
        for tick in over[:, 0].tolist():
            took = over[(over[:, 0] > tick - 13 * WEEK) & (over[:, 0] <= tick), 1]
            slow = len(took) >= 12 and int(took.sum()) * 2 > 21 * WEEK * len(took)
            if slow and (not expected or tick - expected[-1][0] >= 26 * WEEK):
                expected.append((tick, -1))
        assert made_by(run, trigger) == expected
        firings += len(expected)
    assert firings > 4


def test_quicker_talks_make_contracts_quicker() -> None:
    """Paired: with terms contracts take less time than where they change nothing."""
    took = []
    nothing = "streams.contract_terms.steps.write.effect.by={low: x1, high: x1}"
    for changes in ((), (nothing,)):
        model, names = build(load("procurement_slips", set=changes))
        step, mid = names.steps.index("negotiate"), names.classes[0].index("mid")
        runs = (compiled.simulate(model, 9, replication) for replication in range(24))
        took.append([waits_at(run, step, mid, model.end) for run in runs])
    assert z(np.subtract(*took), 0) < -3


def waits_at(run, step: int, cls: int, end: int) -> float:
    """Mean wait at a step, of the items of a class."""
    rows = run.rows[(run.rows["step"] == step) & (run.rows["kind"] == Kind.EXTERNAL)]
    rows = rows[(rows["end"] < end) & (run.items["cls"][rows["item"]] == cls)]
    return float((rows["end"] - rows["begin"]).mean())


# ---- one developer in five for improvement (30) -------------------------------------------------

NOBODY_KEPT = "teams.dev.reserve=null"
PROBLEMS_FIRST = "streams.problem.priority=0"


def year(*changes: str) -> np.ndarray:
    """Incidents, features made and fixes released in the year, in each of some replications."""
    model, names = build(load("improvement_reserve", set=changes))
    found = []
    for replication in range(12):
        run = compiled.simulate(model, 2, replication)
        of = {name: run.items["stream"] == names.streams.index(name) for name in names.streams}
        made = of["feature"] & (run.items["ended"] < model.horizon)
        came = of["incident"] & (run.items["arrived"] < model.horizon)
        released = run.visits["step"] == names.steps.index("release")
        released &= run.visits["finished"] < model.horizon
        found.append([came.sum(), made.sum(), released.sum()])
    return np.array(found).T


def test_one_developer_in_five_is_kept_for_problems() -> None:
    """Four make features, never five, and hardly ever fewer: there is always another one."""
    model, names = build(load("improvement_reserve"))
    run = compiled.simulate(model, 2, 0)
    made = run.presence[run.presence["step"] == names.steps.index("develop")]
    edges = [(row["begin"], 1) for row in made] + [(row["end"], -1) for row in made]
    at_once = np.cumsum([change for _, change in sorted(edges)])
    assert at_once.max() == 4
    begin, end = (np.clip(made[word], 4 * WEEK, model.horizon) for word in ("begin", "end"))
    assert 0.97 < (end - begin).sum() / (4 * (model.horizon - 4 * WEEK)) <= 1


def test_who_is_kept_for_improvement_improves_and_costs_features() -> None:
    """So do problems that go first, with everybody for everything: for fewer features."""
    kept, starved, first = year(), year(NOBODY_KEPT), year(NOBODY_KEPT, PROBLEMS_FIRST)
    for better in (kept, first):
        assert z(better[0] - starved[0], 0) < -5
        assert z(better[2] - starved[2], 0) > 5
    assert z(kept[1] - starved[1], 0) < -5
    assert z(first[1] - kept[1], 0) > 5
    assert kept[1].mean() / starved[1].mean() == pytest.approx(4 / 5, rel=0.03)


# ---- what holds while a queue is long (49), told anew from the rows -----------------------------


def lengths(run, looks):
    """How many wait for people as each look begins."""
    waits = run.rows[run.rows["kind"] == Kind.CONTENTION]
    begun, over = (np.searchsorted(np.sort(waits[word]), looks) for word in ("begin", "end"))
    return begun - over


def holding(length, level, rest):
    """Whether something holds after each look; it begins so many looks after it began, or more."""
    held, began, found = False, -(10**9), []
    for k, n in enumerate(length.tolist()):
        held = n >= level and (held or k - began >= rest)
        began = k if held and not (found and found[-1]) else began
        found.append(held)
    return np.array(found)


def test_the_desk_hurries_while_six_wait_and_callers_stay_away_while_twelve_do() -> None:
    """Work is shorter by a quarter, to the tick, and nobody of the fifth comes, while it holds."""
    model, _ = build(load("hurry"))
    never = [f"triggers.{name}.level=1000000" for name in ("hurry", "announce")]
    calm, _ = build(load("hurry", set=never))
    every = HOUR // 6
    hurried = stayed = 0
    for replication in range(4):
        run, other = (compiled.simulate(one, 3, replication) for one in (model, calm))
        looks = np.arange(every, model.end, every)
        length = lengths(run, looks)
        hurry, away = holding(length, 6, 0), holding(length, 12, 6)
        # first visits: work is drawn when the item comes, by its own key
        first = {(int(i["hi"]), int(i["lo"])): i for i in run.items}
        whole = {}
        for one, table in (("run", run), ("calm", other)):
            work = table.rows[(table.rows["kind"] == Kind.WORK) & (table.rows["visit"] == 1)]
            ticks = np.zeros(len(table.items), np.int64)
            np.add.at(ticks, work["item"], work["end"] - work["begin"])
            whole[one] = dict(
                zip(zip(table.items["hi"].tolist(), table.items["lo"].tolist(), strict=True),
                    ticks.tolist(), strict=True)
            )  # fmt: skip
        for item in other.items:
            key, tick = (int(item["hi"]), int(item["lo"])), int(item["arrived"])
            k = int(np.searchsorted(looks, tick, side="right")) - 1
            if key not in first:
                assert k >= 0
                assert away[k], "only who hears the announcement stays away"
                stayed += 1
            elif first[key]["ended"] < model.end and item["ended"] < model.end:
                quick = k >= 0 and bool(hurry[k])
                took, usual = whole["run"][key], whole["calm"][key]
                assert abs(took - usual * (0.75 if quick else 1.0)) <= 1
                hurried += quick
        assert {(int(i["hi"]), int(i["lo"])) for i in run.items} <= {
            (int(i["hi"]), int(i["lo"])) for i in other.items
        }
    assert hurried > 1000
    assert stayed > 100


def test_who_hurries_later_keeps_the_promise_less_and_sends_fewer_back() -> None:
    """Paired by seed: from six on, and not before a thousand wait."""
    late, again = [], []
    for changes in ((), ("triggers.hurry.level=1000",)):
        model, _ = build(load("hurry", set=["horizon=12 wk", *changes]))
        runs = [compiled.simulate(model, 5, replication) for replication in range(8)]
        waits = [run.rows[run.rows["kind"] == Kind.CONTENTION] for run in runs]
        late.append(np.array([(w["end"] - w["begin"]).mean() for w in waits]))
        again.append(np.array([(run.visits["visit"] > 1).mean() for run in runs]))
    assert stats.ttest_rel(late[0], late[1]).statistic < -4.5
    assert stats.ttest_rel(again[0], again[1]).statistic > 4.5
