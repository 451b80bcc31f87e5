"""What is said of a tick that never ends hangs on what goes round, not on where it was cut off."""

import numpy as np
import pytest

from svcsim.engines.endless import OFTEN, lasts_for_ever
from svcsim.model.trajectory import VISIT

TICK = 60


def visits(*entered):
    """Return visits as (item, step, tick, number of them)."""
    found = np.zeros(sum(n for *_, n in entered), VISIT)
    rows = [(item, step, tick) for item, step, tick, n in entered for _ in range(n)]
    for word, values in zip(("item", "step", "entered"), zip(*rows, strict=True), strict=True):
        found[word] = values
    return found


def said(*entered):
    found = visits(*entered)
    error = lasts_for_ever(TICK, found, found["item"] + 100)
    return error.item, error.step, error.tick


@pytest.mark.parametrize("more", [0, 1, 7])
def test_the_first_item_that_goes_round_is_named_wherever_the_tick_was_cut_off(more):
    before = (2, 0, TICK - 1, 5 * OFTEN)
    once = (3, 1, TICK, 1)
    loop = [(7, 4, TICK, 2 * OFTEN + more), (7, 5, TICK, 2 * OFTEN), (7, 1, TICK, 1)]
    other = (8, 4, TICK, 3 * OFTEN - more)
    assert said(before, once, *loop, other) == (107, 4, TICK)


def test_a_loop_of_many_steps_names_one_of_them():
    item, step, _ = said(*((7, step, TICK, OFTEN // 10) for step in range(3, 20)), (7, 1, TICK, 1))
    assert (item, step) == (107, 3)


def test_too_many_items_at_once_are_no_loop():
    crowd = [(item, 1, TICK, 2) for item in range(50)]
    assert said(*crowd) == (-1, -1, TICK)
    assert "more than 1000000 events" in str(lasts_for_ever(TICK, visits(*crowd), np.arange(100)))
