"""Compile the loops of the analysis and keep them on disk, so that the first run does not wait."""

import numpy as np

from svcsim.analysis.loops import (
    arithmetic,
    items,
    levels,
    numbers,
    owners,
    presence,
    promises,
    rows,
    spreads,
    tokens,
    visits,
    waits,
)
from svcsim.model.arrays import CALENDAR, DISTRIBUTION, OPENING, PIECE, TABLE_SIZE
from svcsim.model.trajectory import ITEM, PRESENCE, ROW, TOKEN, VISIT
from svcsim.world.calendars import open_ticks
from svcsim.world.quantiles import quantile, quantiles, share_upto


def warm() -> None:
    """Compile every loop, by going over nothing; first what comes first, and in every run."""
    none, many, cube = (np.zeros((0,) * n, np.int64) for n in (1, 2, 3))
    mask, bits = np.zeros(0, bool), np.zeros((0, 0), np.uint8)
    only = np.full(1, -1, np.int64), np.ones(1, bool)
    visit, row, slices, token = (np.zeros(0, table) for table in (VISIT, ROW, PRESENCE, TOKEN))
    item, first = np.zeros(0, ITEM), np.zeros(1, np.int64)
    part, window = (0, -1), (0, 1)
    tail = none, only[0], many, none
    laws = np.zeros(1, DISTRIBUTION), np.zeros(1, PIECE), np.zeros((1, TABLE_SIZE))

    quantiles(*laws, 0, np.zeros(0))
    share_upto(*laws, 0, 0.0, 0.0, 1.0)
    open_ticks(np.zeros(1, CALENDAR), np.zeros(1, OPENING), 0, 0)
    tokens.last_tokens(token, 0)
    visits.last_finished(visit, mask, 0)
    items.follow(item, none, mask, *window, 1)
    items.count_items(item, none, mask, mask, 1, 1, *window, 1)
    items.stays(item, 1, *window, 1)
    items.sum_items(item, none, mask, 1, 1, *window, *part)
    ways = only[1], only[1], only[0], none, cube, none
    rows.sum_rows(row, *ways, none, none, mask, mask, none, mask, 0, 1, 1, 1, *window, *part)
    sums = many, many, cube, many, cube
    presence.sum_presence(slices, none, none, mask, *sums, 0, *window, *part)
    visits.first_of(visit, 0)
    visits.first_begun(visit, mask, 0, False)
    visits.count_visits(visit, none, mask, none, mask, 1)
    visits.pools_of_visits(visit, slices, none, np.zeros((0, 0, 1), np.int64), first)
    visits.count_asking(visit, none, none, mask, many)
    visits.count_parties(slices, visit, first, none, mask, bits, many)
    owners.hand_visits_over(visit, none, none, True, 1, *tail)
    owners.hand_spells_over(slices, none, 1, *tail)
    owners.let_go(slices, 1, 0)
    numbers.add_up(none, none, none, *part)
    levels.levels(none, none, none, *part)
    numbers.order_of(none, 1)
    spreads.classes_of(none, none, 10, 32)
    promises.judge(item, none, mask, mask, none, none, none)
    arithmetic.calculate(none, none, none, none, mask, np.zeros(0))
    numbers.readings(np.zeros(1, OPENING), none)
    numbers.merge_classes(*(none,) * 6)
    numbers.add_pairs(none, none)
    visits.first_of(token, 0)
    visits.find_visits(none, none, none, visit, first)
    visits.redials_before(visit, first)
    visits.redials_of_rows(row, visit, first, none)
    visits.pools_of_waits(row, visit, none, cube, first, none)
    rows.work_at(row, mask, mask)
    waits.waits_at(row, mask)
    waits.standing(row, none, token, first, 1)
    owners.hand_tokens_over(token, only[0], many, none, none, cube, many)
    quantile(*laws, 0, 0.5)
    tokens.back_from(token, only[0], none)
    tokens.bring_value(visit, mask, none, only[0], none)
