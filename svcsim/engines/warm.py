"""Compile the kernel and keep it on disk, so that the first run does not wait: `python -m`."""

from collections.abc import Collection

import numpy as np

from svcsim.engines.compiled import VARIANTS, Worker
from svcsim.engines.trajectory import sort_colleagues, words
from svcsim.model.arrays import (
    ALTERNATIVE,
    ASK,
    BACKLOG,
    BRANCH,
    CALENDAR,
    CELL,
    COUNT,
    DISTRIBUTION,
    EFFECT,
    ENVIRONMENT,
    GATE,
    GROUP,
    INSTANCES,
    JUMP,
    LESSON,
    LIMIT,
    NEED,
    OP,
    OPENING,
    PIECE,
    POOL,
    RATE,
    REPLAY,
    SEAT,
    SEIZE,
    SITTING,
    SPAWN,
    STAIR,
    STATE,
    STATE_EFFECT,
    STEP,
    STRAND,
    STREAM,
    TABLE_SIZE,
    TRIGGER,
    Model,
)  # fmt: skip
from svcsim.model.trajectory import PRESENCE


def warm(variants: Collection[str] = VARIANTS) -> None:
    """Compile everything that a run of some variants of the kernel needs, by running nothing."""
    empty = {
        "ops": OP, "steps": STEP, "streams": STREAM, "rates": RATE, "replay": REPLAY,
        "backlog": BACKLOG, "counts": COUNT, "pools": POOL, "groups": GROUP,
        "pool_groups": np.int64, "group_pools": np.int64, "stairs": STAIR, "lessons": LESSON,
        "cells": CELL,
        "cell_pools": np.int64, "seizes": SEIZE, "alternatives": ALTERNATIVE, "needs": NEED,
        "limits": LIMIT, "gates": GATE, "seats": SEAT, "asks": ASK, "sittings": SITTING,
        "branches": BRANCH, "spawns": SPAWN, "strands": STRAND, "jumps": JUMP, "effects": EFFECT,
        "environments": ENVIRONMENT, "states": STATE, "state_effects": STATE_EFFECT,
        "triggers": TRIGGER, "targets": np.int64, "instances": INSTANCES,
        "calendars": CALENDAR, "openings": OPENING, "distributions": DISTRIBUTION,
        "pieces": PIECE, "factors": np.float64,
    }  # fmt: skip
    arrays = {name: np.zeros(0, dtype) for name, dtype in empty.items()}
    arrays["tables"] = np.zeros((0, TABLE_SIZE))
    arrays["by_class"] = np.zeros((0, 1), np.int64)
    model = Model(**arrays, warm_up=0, horizon=1, end=1)
    for variant in variants:
        Worker(model, variant).simulate(0, 0)


def warm_loops() -> None:
    """Compile what sorts the tables of a run, whatever the kernel, by sorting nothing."""
    slices = np.zeros(0, PRESENCE)
    sort_colleagues(slices, words(slices))


if __name__ == "__main__":
    warm()
    warm_loops()
