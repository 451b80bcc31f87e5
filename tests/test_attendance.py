"""Attendance at gates (semantics 38): its effort is items times touch times members, exactly."""

import math

import numpy as np
import pytest

from svcsim.analysis.followed import Followed
from svcsim.analysis.predict import predict
from svcsim.analysis.presence import Presence
from svcsim.engines import compiled
from svcsim.experiment.run import run
from svcsim.model.arrays import TICKS_PER_HOUR, Model
from svcsim.model.build import build
from svcsim.scenario.load import loads
from svcsim.scenario.schema import Scenario

MINUTE = TICKS_PER_HOUR // 60


def scenario(step: str, people: int = 4, horizon: str = "200 h", demand: str = "6/h") -> Scenario:
    """A board that meets every hour, and has other work."""
    return loads(
        f"""
        svcsim: 1
        calendar: always
        horizon: {horizon}
        run_out: 9 d
        teams: {{board: {{people: {people}, activity: improve, cost: 60 GBP/h}},
                crew: {{people: 3, activity: plan, cost: 30 GBP/h}}}}
        streams:
          s:
            demand: {demand}
            steps: {{a: {{activity: plan, gate: {{meets: {{every: 1 h}}}}, {step}}}}}
          t: {{demand: 1/h, steps: {{b: {{team: board, touch: {{mean: 30 min, cv: 1}}}}}}}}
        """
    )


def effort(model: Model, replication: int = 0) -> tuple[float, int, int]:
    """Return minutes of attendance, items heard, and hearings, of items within the horizon."""
    story = compiled.simulate(model, 3, replication)
    cohort = story.items["arrived"] < model.horizon
    rows = story.attendance[cohort[story.attendance["item"]]]
    hearings = np.unique(rows[["item", "step", "visit", "sitting"]])
    return (rows["end"] - rows["begin"]).sum() / MINUTE, len(np.unique(rows["item"])), len(hearings)


@pytest.mark.parametrize(
    ("team", "members"), [("board", 4), ("{board: 3}", 3), ("{board: 1, crew: 2}", 3)]
)
def test_effort_is_items_times_touch_times_members(team: str, members: int) -> None:
    model = build(scenario(f"team: {team}, touch: 2 min")).model
    minutes, items, hearings = effort(model)
    assert items == hearings > 1000
    assert minutes == items * 2 * members


def test_what_is_deferred_is_heard_again() -> None:
    model = build(scenario("team: board, touch: 1 min, outcome: {approve: rest, defer: 50%}")).model
    minutes, items, hearings = effort(model)
    assert hearings > 1.8 * items
    assert minutes == 4 * hearings


@pytest.mark.parametrize(
    ("step", "people"),
    [
        ("team: board, touch: {mean: 2 min, cv: 1}", 4),
        ("team: {board: 2}, touch: {low: 1 min, high: 3 min}", 4),
        ("team: board, touch: 1 min, outcome: {approve: rest, defer: 50%}", 4),
        (
            "team: board, touch: 4 min, repeat_touch: 50%, outcome: {again: {share: 25%, to: a},"
            " approve: rest}",
            2,
        ),
    ],
)
def test_the_load_is_known_before_a_run(step: str, people: int) -> None:
    model = build(scenario(step, people)).model
    alone = predict(build(scenario("share: 100%", people)).model).pools[0].offered
    known = (predict(model).pools[0].offered - alone) / MINUTE
    minutes = [effort(model, replication)[0] for replication in range(12)]
    error = np.std(minutes, ddof=1) / math.sqrt(len(minutes))
    assert abs(np.mean(minutes) - known) < 4 * error
    members = 2 if "board: 2" in step else people
    per_item = {"mean": 2.0, "low": 2.0, "1 min": 2.0, "4 min": 4 + 2 / 3}
    item = next(minutes for word, minutes in per_item.items() if word in step)
    assert known == pytest.approx(200 * 6 * item * members, rel=1e-6)


def test_attendance_is_busy_effort_and_cost_and_no_part_of_a_path() -> None:
    step = "team: {board: 2, crew: 1}, touch: 2 min"
    with_people, without = scenario(step), scenario("share: 100%")
    results = run(with_people, replications=1, seed=5, engine="compiled", jobs=1, keep=1)
    other = run(without, replications=1, seed=5, engine="compiled", jobs=1, keep=1)

    def value(found: object, measure: str, **where: str) -> float:
        frame = found.measures  # type: ignore[attr-defined]
        for column, word in {"measure": measure, **where}.items():
            frame = frame[frame[column] == word]
        return float(frame["value"].iloc[0])

    for measure in ("lead_time", "touch_time"):
        ours, theirs = (value(f, measure, stream="s", statistic="mean") for f in (results, other))
        assert ours == theirs
    assert value(results, "person_time", stream="s") == pytest.approx(3 * 2 / 60)
    cost = value(results, "cost_per_item", stream="s", statistic="touch")
    assert cost == pytest.approx(2 / 60 * (2 * 60 + 30))
    questions, (story,) = results.questions, results.trajectories
    presence = Presence.of(Followed.of(questions, story, 5, 0))
    inside = np.minimum(story.attendance["end"], questions.model.horizon) - np.minimum(
        story.attendance["begin"], questions.model.horizon
    )
    crew = story.attendance["pool"] == 1
    assert int(presence.busy[1].sum()) == inside[crew].sum() > 0
