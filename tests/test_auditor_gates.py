"""The auditor notices damage to what gates and backlogs do (semantics 38, 39, 53)."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from svcsim.audit import audit
from svcsim.engines import reference
from svcsim.model.arrays import Model
from svcsim.model.build import build
from svcsim.model.codes import BACKLOG_LAYER, Kind
from svcsim.model.trajectory import Trajectory
from svcsim.scenario.load import loads

MINUTE = 60_000_000
SEED = 4


@cache
def story() -> tuple[Model, Trajectory]:
    """A day of a board that meets, a question, and a backlog of which some is in service."""
    model = build(
        loads(
            """
            svcsim: 1
            calendar: always
            horizon: 10 h
            run_out: 0 h
            terminating: true
            teams:
              board: {people: 4, activity: improve}
              crew: {people: 2, activity: plan}
            streams:
              s:
                demand: {rate: 3/h, day_to_day: {cv: 0.3}}
                backlog:
                  - {items: 3, age: {mean: 5 h, cv: 1}, at: do, since: 30 min, working: true}
                  - {items: 4, age: {mean: 5 h, cv: 1}}
                steps:
                  ask: {gate: {ask: crew, answers: 1 of 2, reply: {mean: 20 min, cv: 1}}}
                  do: {team: board, touch: {mean: 40 min, cv: 1}}
                  decide:
                    team: {board: 2}
                    touch: {mean: 5 min, cv: 1}
                    gate: {meets: {every: 1 h}}
                    outcome: {defer: 30%, approve: rest}
            """
        )
    ).model
    return model, reference.simulate(model, SEED, 0)


def test_the_story_is_sound_and_holds_what_is_damaged() -> None:
    model, run = story()
    assert audit(model, run, SEED, 0) == []
    assert len(run.attendance) > 10
    assert (run.rows["kind"] == Kind.BEFORE_START).sum() == 7
    assert (run.rows["kind"] == Kind.GATE).sum() > 10


def _without_a_row(attendance: np.ndarray) -> np.ndarray:
    return np.delete(attendance, 3)


def _another_person(attendance: np.ndarray) -> np.ndarray:
    first = attendance["sitting"] == attendance["sitting"].min()
    attendance["person"][first & (attendance["person"] == attendance["person"][first].max())] = 1
    return attendance


def _a_minute_longer(attendance: np.ndarray) -> np.ndarray:
    attendance["end"][np.argmax(attendance["end"])] += MINUTE
    return attendance


def _nobody(attendance: np.ndarray) -> np.ndarray:
    return attendance[:0]


@pytest.mark.parametrize("damage", [_without_a_row, _another_person, _a_minute_longer, _nobody])
def test_damage_to_attendance_is_noticed(damage: Callable[[np.ndarray], np.ndarray]) -> None:
    model, run = story()
    assert audit(model, run._replace(attendance=damage(run.attendance.copy())), SEED, 0)


def test_an_answer_at_another_time_is_noticed() -> None:
    model, run = story()
    rows, visits = run.rows.copy(), run.visits.copy()
    at = np.flatnonzero((rows["kind"] == Kind.GATE) & (rows["step"] == 0))[0]
    rows["end"][at] += 1
    rows["begin"][at + 1] += 1
    assert audit(model, run._replace(rows=rows, visits=visits), SEED, 0)


@pytest.mark.parametrize(("field", "by"), [("arrived", -1), ("cls", 1), ("lo", 1)])
def test_another_backlog_is_noticed(field: str, by: int) -> None:
    model, run = story()
    items = run.items.copy()
    items[field][0] += by
    found = audit(model, run._replace(items=items), SEED, 0)
    assert found


def test_what_is_left_of_work_is_known() -> None:
    """Somebody in service stops a minute too late, and so does everything behind."""
    model, run = story()
    rows, presence = run.rows.copy(), run.presence.copy()
    item = int(run.items["item"][run.items["layer"] == BACKLOG_LAYER][0])
    row = np.flatnonzero((rows["item"] == item) & (rows["kind"] == Kind.WORK))[0]
    slice_ = np.flatnonzero((presence["item"] == item) & (presence["begin"] == 0))[0]
    rows["end"][row] += 1
    rows["begin"][row + 1] += 1
    presence["end"][slice_] += 1
    assert audit(model, run._replace(rows=rows, presence=presence), SEED, 0)
