"""A small replication made by hand, so that every measure can be worked out on paper.

One stream, ``incident``, with the classes high and low; times are hours. The desk (1 person,
activity engage) registers, the second line (2 people, deliver_support) resolves, which is the
value point, and reviews together with a tool; at hold nobody works. Warm-up 5, horizon 100, end
200. The office is open in [0, 12) of each day of 24.

==== ===== ======= =========================================================================
item class arrives what becomes of it
==== ===== ======= =========================================================================
0    high  1       before the warm-up: waits to 4, registered to 7, resolved to 8, done
1    high  10      registered to 11, waits to 13 (1 of it nobody is there), resolved to 15 = value;
                   reviewed to 16, done
2    low   20      registered to 21, resolve to 22 fails; registered again to 22.5, waits to 24.5
                   (0.5 of it overtaken), set-up to 24.75, resolved to 25.5 = value; held to 30
3    low   50      registered to 51, waits for a sitting to 53, rejected
4    low   95      registered to 96, waits for the second line for ever
5    high  99      waits to 99.5, registered to 100.5, resolved to 101 = value, done
6    low   150     after the horizon: registered to 151, waits for ever
==== ===== ======= =========================================================================
"""

import numpy as np

from svcsim.analysis.clocks import WALL, Clock
from svcsim.analysis.followed import Followed
from svcsim.analysis.questions import Cost, Promise, Questions
from svcsim.model import arrays
from svcsim.model import trajectory as records
from svcsim.model.arrays import NEVER, Model
from svcsim.model.codes import Kind, Op, Outcome
from svcsim.model.names import Names
from svcsim.model.trajectory import Trajectory

H = arrays.TICKS_PER_HOUR
HIGH, LOW = 0, 1
REGISTER, RESOLVE, REVIEW, HOLD = range(4)
DESK, SECOND, TOOL = range(3)
ENGAGE, DELIVER_SUPPORT = 0, 1


def table(dtype, *rows, **defaults):
    """Records from tuples of field values in order, or from keywords for all rows."""
    records = np.zeros(len(rows), dtype)
    for name, value in defaults.items():
        records[name] = value
    for record, row in zip(records, rows, strict=True):
        if not isinstance(row, dict):
            row = dict(zip(dtype.names, row, strict=True))
        for name, value in row.items():
            record[name] = value
    return records


def model() -> Model:
    """The arrays that measures read; the others are empty."""
    empty = {
        name: np.zeros(0, getattr(arrays, dtype))
        for name, dtype in {
            "rates": "RATE", "replay": "REPLAY", "backlog": "BACKLOG",
            "counts": "COUNT", "cells": "CELL",
            "limits": "LIMIT", "gates": "GATE", "seats": "SEAT", "asks": "ASK",
            "sittings": "SITTING", "branches": "BRANCH",
            "spawns": "SPAWN", "strands": "STRAND", "jumps": "JUMP", "effects": "EFFECT",
            "stairs": "STAIR", "lessons": "LESSON", "instances": "INSTANCES",
            "environments": "ENVIRONMENT", "states": "STATE", "state_effects": "STATE_EFFECT",
            "triggers": "TRIGGER", "calendars": "CALENDAR", "openings": "OPENING",
            "distributions": "DISTRIBUTION", "pieces": "PIECE",
        }.items()
    }  # fmt: skip
    seize = {"code": Op.SEIZE}
    return Model(
        **empty,
        ops=table(
            arrays.OP,
            {**seize, "step": REGISTER, "a": 0},
            {**seize, "step": RESOLVE, "a": 1},
            {**seize, "step": REVIEW, "a": 2},
        ),
        by_class=np.array([[0, 0], [1, 1], [2, 2]]),
        seizes=table(
            arrays.SEIZE,
            {"first": 0, "n": 1},
            {"first": 1, "n": 1},
            {"first": 2, "n": 1},
            window=-1,
        ),
        alternatives=table(arrays.ALTERNATIVE, (0, 1), (1, 1), (2, 2)),
        needs=table(arrays.NEED, *((pool, 1, 1, 1, 0, 0) for pool in (DESK, SECOND, SECOND, TOOL))),
        steps=table(
            arrays.STEP,
            {"activity": ENGAGE},
            {"activity": DELIVER_SUPPORT},
            {"activity": DELIVER_SUPPORT},
            {"activity": arrays.NONE},
        ),
        streams=table(arrays.STREAM, {"value_step": RESOLVE, "n_classes": 2, "quantity_row": -1}),
        pools=table(arrays.POOL, *({"group": p, "first": p, "n_groups": 1} for p in range(3))),
        groups=table(
            arrays.GROUP,
            {"people": 1},
            {"people": 2, "pool": 1},
            {"people": 1, "pool": 2},
            calendar=-1,
            streams=-1,
            rests=-1,
            call_out=-1,
            n_pools=1,
        ),
        pool_groups=np.arange(3),
        group_pools=np.arange(3),
        cell_pools=np.zeros(0, np.int64),
        targets=np.zeros(0, np.int64),
        tables=np.zeros((0, arrays.TABLE_SIZE)),
        factors=np.zeros(0),
        warm_up=5 * H,
        horizon=100 * H,
        end=200 * H,
    )


NAMES = Names(
    streams=("incident",),
    classes=(("high", "low"),),
    steps=("register", "resolve", "review", "hold"),
    outcomes=((), ("failed", "fixed"), (), ("approve", "reject")),
    pools=("desk", "second_line", "tool"),
    n_teams=2,
    activities=("engage", "deliver_support"),
    gates=("incident.hold",),
    groups=("desk", "second_line", "tool"),
)
OFFICE = Clock(
    "office",
    table(
        arrays.OPENING,
        *({"opens": 24 * d * H, "closes": (24 * d + 12) * H, "before": 12 * d * H}
          for d in range(20)),
    ),
    12 * H,
)  # fmt: skip
QUESTIONS = Questions(
    model=model(),
    names=NAMES,
    clocks=(WALL, OFFICE),
    stream_clocks=((0, 1),),
    value_steps=((RESOLVE,),),
    promises=(
        Promise("resolved", 0, (RESOLVE,), (4 * H, 6 * H), 0.9, 0),
        Promise("just", 0, (RESOLVE,), (5 * H, 11 * H // 2), 0.9, 0),
        Promise("office", 0, (RESOLVE,), (2 * H, 1 * H), 0.9, 1),
        Promise("registered", 0, (REGISTER,), (1 * H, 1 * H), 0.9, 0),
    ),
    costs=(Cost(40.0, "GBP"), Cost(60.0, "GBP"), None),
)


def _item(item, cls, arrived, ended=None, outcome=Outcome.DONE):
    ticks = NEVER if ended is None else round(ended * H)
    origin = 0, 100 + item, -1, -1, -1, 7, item
    return item, 0, cls, -1, -1, *origin, round(arrived * H), ticks, int(outcome)


def _visit(item, step, visit, entered, started=None, finished=None, outcome=-1):
    times = (NEVER if x is None else round(x * H) for x in (entered, started, finished))
    return item, item, step, visit, *times, outcome


def _row(item, row, step, visit, kind, begin, end, **parts):
    found = {name: round(hours * H) for name, hours in parts.items()}
    columns = ("item", "token", "row", "step", "visit", "kind", "begin", "end")
    values = (item, item, row, step, visit, int(kind), round(begin * H), round(end * H))
    return {**dict(zip(columns, values, strict=True)), **found, "blame": -1}


def _slice(item, step, visit, pool, person, begin, end, setup=0.0):
    times = (round(x * H) for x in (begin, end, setup))
    return item, item, step, visit, pool, person, *times


WORK, SETUP, WAIT = Kind.WORK, Kind.SETUP, Kind.CONTENTION
ITEMS = [
    _item(0, HIGH, 1, 8),
    _item(1, HIGH, 10, 16),
    _item(2, LOW, 20, 30),
    _item(3, LOW, 50, 53, Outcome.REJECTED),
    _item(4, LOW, 95, None, Outcome.OPEN),
    _item(5, HIGH, 99, 101),
    _item(6, LOW, 150, None, Outcome.OPEN),
]
VISITS = [
    _visit(0, REGISTER, 1, 1, 4, 7),
    _visit(0, RESOLVE, 1, 7, 7, 8, 1),
    _visit(1, REGISTER, 1, 10, 10, 11),
    _visit(1, RESOLVE, 1, 11, 13, 15, 1),
    _visit(1, REVIEW, 1, 15, 15, 16),
    _visit(2, REGISTER, 1, 20, 20, 21),
    _visit(2, RESOLVE, 1, 21, 21, None, 0),
    _visit(2, REGISTER, 2, 22, 22, 22.5),
    _visit(2, RESOLVE, 2, 22.5, 24.5, 25.5, 1),
    _visit(2, HOLD, 1, 25.5, None, 30),
    _visit(3, REGISTER, 1, 50, 50, 51),
    _visit(3, HOLD, 1, 51, None, None, 1),
    _visit(4, REGISTER, 1, 95, 95, 96),
    _visit(4, RESOLVE, 1, 96),
    _visit(5, REGISTER, 1, 99, 99.5, 100.5),
    _visit(5, RESOLVE, 1, 100.5, 100.5, 101, 1),
    _visit(6, REGISTER, 1, 150, 150, 151),
    _visit(6, RESOLVE, 1, 151),
]
ROWS = [
    _row(0, 0, REGISTER, 1, WAIT, 1, 4),
    _row(0, 1, REGISTER, 1, WORK, 4, 7),
    _row(0, 2, RESOLVE, 1, WORK, 7, 8),
    _row(1, 0, REGISTER, 1, WORK, 10, 11),
    _row(1, 1, RESOLVE, 1, WAIT, 11, 13, unavailability=1),
    _row(1, 2, RESOLVE, 1, WORK, 13, 15),
    _row(1, 3, REVIEW, 1, WORK, 15, 16),
    _row(2, 0, REGISTER, 1, WORK, 20, 21),
    _row(2, 1, RESOLVE, 1, WORK, 21, 22),
    _row(2, 2, REGISTER, 2, WORK, 22, 22.5),
    _row(2, 3, RESOLVE, 2, WAIT, 22.5, 24.5, prioritisation=0.5),
    _row(2, 4, RESOLVE, 2, SETUP, 24.5, 24.75),
    _row(2, 5, RESOLVE, 2, WORK, 24.75, 25.5),
    _row(2, 6, HOLD, 1, Kind.EXTERNAL, 25.5, 30),
    _row(3, 0, REGISTER, 1, WORK, 50, 51),
    _row(3, 1, HOLD, 1, Kind.GATE, 51, 53),
    _row(4, 0, REGISTER, 1, WORK, 95, 96),
    _row(4, 1, RESOLVE, 1, WAIT, 96, 200),
    _row(5, 0, REGISTER, 1, WAIT, 99, 99.5),
    _row(5, 1, REGISTER, 1, WORK, 99.5, 100.5),
    _row(5, 2, RESOLVE, 1, WORK, 100.5, 101),
    _row(6, 0, REGISTER, 1, WORK, 150, 151),
    _row(6, 1, RESOLVE, 1, WAIT, 151, 200),
]
PRESENCE = [
    _slice(0, REGISTER, 1, DESK, 1, 4, 7),
    _slice(0, RESOLVE, 1, SECOND, 1, 7, 8),
    _slice(1, REGISTER, 1, DESK, 1, 10, 11),
    _slice(1, RESOLVE, 1, SECOND, 1, 13, 15),
    _slice(1, REVIEW, 1, SECOND, 2, 15, 16),
    _slice(1, REVIEW, 1, TOOL, 1, 15, 16),
    _slice(2, REGISTER, 1, DESK, 1, 20, 21),
    _slice(2, RESOLVE, 1, SECOND, 2, 21, 22),
    _slice(2, REGISTER, 2, DESK, 1, 22, 22.5),
    _slice(2, RESOLVE, 2, SECOND, 1, 24.5, 25.5, 0.25),
    _slice(3, REGISTER, 1, DESK, 1, 50, 51),
    _slice(4, REGISTER, 1, DESK, 1, 95, 96),
    _slice(5, REGISTER, 1, DESK, 1, 99.5, 100.5),
    _slice(5, RESOLVE, 1, SECOND, 2, 100.5, 101),
    _slice(6, REGISTER, 1, DESK, 1, 150, 151),
]


def trajectory() -> Trajectory:
    """What happened, as fresh arrays."""
    return Trajectory(
        table(records.ITEM, *ITEMS),
        table(records.VISIT, *VISITS),
        table(records.ROW, *ROWS),
        table(records.PRESENCE, *((*row[:5], row[4], *row[5:8], 0, row[8]) for row in PRESENCE)),
        table(records.TOKEN),
        table(records.ATTENDANCE),
    )


def followed() -> Followed:
    """The replication, seen from its items."""
    return Followed.of(QUESTIONS, trajectory(), 1, 0)
