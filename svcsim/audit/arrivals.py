"""A12: the items are those of the addresses (8, 12, 50, 52, 60)."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from math import ceil
from typing import Any

from svcsim.audit.backlog import there
from svcsim.audit.book import Book
from svcsim.audit.changes import trigger_keys
from svcsim.audit.days import day_of, on_days
from svcsim.audit.records import read
from svcsim.model.codes import TRIGGERED, Arrivals, Purpose
from svcsim.world.draws import child_key, root_key


def check_arrivals(book: Book) -> None:
    """A12 (8, 12, 50, 52, 60): the items are those of the addresses, all of them, no others."""
    expected = sorted(
        # of what comes before events at one tick, that of the earlier event is the first (68)
        (tick, stream.order, layer, ordinal, member, v, cls, key)
        for v, stream in enumerate(book.streams)
        for tick, layer, ordinal, member, cls, key in _arrivals(book, v, stream)
        if book.changes.comes(stream, key, tick)
    )
    before = [
        (-one.age, book.streams[one.record.stream].order, one.layer, one.ordinal, -1,
         one.record.stream, class_of(book, book.streams[one.record.stream], one.key)
         if one.record.cls < 0 else one.record.cls, one.key)
        for one in there(book)
    ]  # fmt: skip
    book.there = {one.key: one for one in there(book)}
    expected = before + expected
    outside = [item for item in book.items if item.parent < 0 and item.layer != TRIGGERED]
    keys: dict[int, tuple[int, int]] = {}
    trigger_keys(book, keys)
    for want, item in zip(expected, outside, strict=False):
        tick, _, layer, ordinal, member, v, cls, key = want
        found = item.arrived, item.stream, item.layer, item.ordinal, item.member, item.cls
        if found != (tick, v, layer, ordinal, member, cls):
            book.say(
                "A12",
                f"item {item.item} is {found}, the addresses give "
                f"{(tick, v, layer, ordinal, member, cls)}"
                " (arrived, stream, layer, ordinal, member, class)",
            )
            return
        keys[item.item] = key
    if len(expected) != len(outside):
        book.say("A12", f"{len(outside)} items, the addresses give {len(expected)} (50, 52)")
        return
    for item in book.items:
        if item.parent >= 0:
            keys[item.item] = _child_key(book, item, keys)
        elif item.site != -1:
            book.say("A12", f"item {item.item} came from outside, and has site {item.site} (44)")
        if keys[item.item] != (item.hi, item.lo):
            book.say("A12", f"item {item.item} has the key {(item.hi, item.lo)} (60)")
    book.keys = [keys[item.item] for item in book.items]


def _child_key(book: Book, item: Any, keys: dict[int, tuple[int, int]]) -> tuple[int, int]:
    """Return the key of a child by its address: parent, spawn site, visit and index (60)."""
    parent = keys.get(item.parent, (-1, -1))
    for spawn in book.spawns:
        if (spawn.stream, spawn.step) == (item.stream, item.site):
            key = child_key(*parent, spawn.tag, item.ordinal, item.member)
            if key == (item.hi, item.lo):
                return key
    return -1, -1


def _arrivals(book: Book, v: int, stream: Any) -> Iterable[tuple[Any, ...]]:
    """Yield (tick, layer, ordinal, member, class, key) of the items of a stream."""
    if stream.arrivals == Arrivals.REPLAY:
        first = stream.first_replay
        for row in read(book.model.replay[first : first + stream.n_replay]):
            if row.tick < book.end:
                key = root_key(0, row.row, stream.origin)
                for member, own in _members(book, stream, key):
                    cls = row.cls if row.cls >= 0 else class_of(book, stream, own)
                    tick = (
                        row.tick if not stream.noticed else announced(book, stream, row, cls, own)
                    )
                    if 0 <= tick < book.end:
                        yield tick, -1, row.row, member, cls, own
        return
    if stream.arrivals == Arrivals.INTERNAL:
        return
    candidates = _poisson if stream.arrivals == Arrivals.POISSON else _renewal
    for tick, layer, ordinal, key in candidates(book, stream):
        for member, own in _members(book, stream, key):
            yield tick, layer, ordinal, member, class_of(book, stream, own), own


def announced(book: Book, stream: Any, row: Any, cls: int, key: tuple[int, int]) -> int:
    """Return when an item comes that is announced before an event (68)."""
    law = book.by_class[stream.notice_row][cls]
    notice = book.duration(law, book.draw(key, stream.tag, 0, Purpose.NOTICE))
    tick = book.calendar(stream.notice_calendar).take(row.event, notice)
    if tick >= 0 and tick < row.tick:
        book.say("A12", f"an item comes at {tick}, before its event is looked at at {row.tick}")
    return tick


def _members(
    book: Book, stream: Any, key: tuple[int, int]
) -> Iterable[tuple[int, tuple[int, int]]]:
    """Yield (member, key) of what comes at once; member -1 where there are no batches."""
    if stream.batch < 0:
        yield -1, key
        return
    for member in range(book.number(stream.batch, key, stream.tag, 0)):
        yield member, child_key(key[0], key[1], stream.tag, 0, member)


def _poisson(book: Book, stream: Any) -> Iterable[tuple[int, int, int, tuple[int, int]]]:
    """Yield the candidates that stay: (layer + mark) lambda 0 < lambda(t) (50)."""
    rates = read(book.model.rates[stream.first_rate : stream.first_rate + stream.n_rates])
    ticks = [rate.tick for rate in rates]
    for layer in range(stream.layers):
        tick = ordinal = 0
        while True:
            key = root_key(layer, ordinal, stream.origin)
            tick += book.duration(stream.gap, book.draw(key, stream.tag, 0, Purpose.GAP))
            if tick >= book.end:
                break
            mark = book.draw(key, stream.tag, 0, Purpose.MARK)
            rate = rates[bisect_right(ticks, tick) - 1]
            level = rate.level * day_of(book, stream, rate.date)
            if book.changes.stays(stream, (tick, layer, ordinal), mark, level):
                yield tick, layer, ordinal, key
            ordinal += 1


def _renewal(book: Book, stream: Any) -> Iterable[tuple[int, int, int, tuple[int, int]]]:
    """Yield the arrivals of a renewal process: a gap is over at the first tick that has spent it.

    Operational time L is float64, so a tick beside the one found here will do as well (52).
    """
    rates = read(book.model.rates[stream.first_rate : stream.first_rate + stream.n_rates])
    if stream.day_level >= 0:
        rates = on_days(book, stream, rates)
    ticks = [rate.tick for rate in rates]
    totals = [rate.cumulative for rate in rates]
    seen = {i.ordinal: i.arrived for i in book.items if book.streams[i.stream] is stream}
    tick = ordinal = 0
    while True:
        key = root_key(0, ordinal, stream.origin)
        gap = book.quantile(stream.gap, book.draw(key, stream.tag, 0, Purpose.GAP))
        now = rates[bisect_right(ticks, tick) - 1]
        target = now.cumulative + now.level * (tick - now.tick) + gap
        if gap > 0.0:
            rate = rates[max(bisect_left(totals, target) - 1, 0)]
            if rate.level <= 0.0:
                return
            steps = ceil((target - rate.cumulative) / rate.level)
            while rate.cumulative + rate.level * (steps - 1) >= target:
                steps -= 1
            while rate.cumulative + rate.level * steps < target:
                steps += 1
            exact = rate.tick + steps
            found = seen.get(ordinal, exact)
            tick = found if abs(found - exact) <= 1 else exact
        if tick >= book.end:
            return
        yield tick, 0, ordinal, key
        ordinal += 1


def class_of(book: Book, stream: Any, key: tuple[int, int]) -> int:
    """Return the class of an item: classes lie on [0, 1) in name order (11)."""
    u = book.draw(key, stream.tag, 0, Purpose.CLASS)
    return book.choose(stream.class_shares, stream.n_classes, u)
