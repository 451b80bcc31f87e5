"""A11: sums and clocks, in integers (4, 57, 58, 65)."""

from collections import Counter
from operator import attrgetter
from typing import Any

import numpy as np

from svcsim.audit.book import Book
from svcsim.model.arrays import NEVER
from svcsim.model.codes import Kind


def check_sums(book: Book) -> None:
    """A11 (57, 58, 65): parts fit into their row, and Little's law holds in integers."""
    for row in book.rows:
        parts = row.gate, row.unavailability, row.policy, row.prioritisation
        name = f"row {row.row} of item {row.item}"
        if min(parts) < 0 or sum(parts) > row.end - row.begin:
            book.say("A11", f"the parts {parts} of {name} do not fit [{row.begin}, {row.end})")
        blames = row.kind in (Kind.CONTENTION, Kind.DEPENDENCY)
        if row.kind != Kind.CONTENTION and (any(parts) or (row.blame != -1 and not blames)):
            book.say("A11", f"{name} has kind {row.kind} and parts of a wait for people (54)")
    items, rows = book.trajectory.items, book.trajectory.rows
    last = np.minimum(items["ended"], book.end)
    stream = items["stream"][rows["item"]]
    for v in range(len(book.streams)):
        mine = items["stream"] == v
        presence = _exact(last[mine]) - _exact(items["arrived"][mine])
        if book.strands[v]:
            tokens = book.trajectory.tokens
            mine = items["stream"][tokens["item"]] == v
            presence = _exact(np.minimum(tokens["ended"][mine], book.end))
            presence -= _exact(tokens["began"][mine])
        integral = _integral(rows["begin"][stream == v], rows["end"][stream == v])
        if presence != integral:
            book.say("A11", f"stream {v}: items are there {presence} ticks, counted {integral}")
    for visit in book.visits:
        v = book.streams[book.items[visit.item].stream]
        if visit.step == v.value_step and visit.finished != NEVER and v.due_row >= 0:
            clock = book.calendar(v.due_calendar).clock
            arrived = book.items[visit.item].arrived
            elapsed = clock(visit.finished) - clock(arrived)
            if not 0 <= elapsed <= visit.finished - arrived:
                book.say("A11", f"the clock of item {visit.item} says {elapsed} ticks (58)")


def check_critical_paths(book: Book) -> None:
    """A11 (57): causes, work and set-up on the way back from the last token are the lead time."""
    ticks: Counter[int] = Counter()
    for row in book.rows if book.tokens else ():
        ticks[row.token] += row.end - row.begin
    for n, lives in book.lives.items():
        item, by_number = book.items[n], {life.token: life for life in lives}
        open_ones = [life for life in lives if life.ended == NEVER]
        life = (
            min(open_ones, key=attrgetter("token"))
            if open_ones
            else max(lives, key=lambda life: (life.ended, not life.cancelled, life.token))
        )
        total, left = 0, len(lives)
        while life is not None and left:
            total, left = total + ticks[life.token], left - 1
            before = by_number.get(life.of)
            if life.of >= 0 and (before is None or before.ended != life.began):
                book.say("A11", f"token {life.token} of item {n} begins at {life.began}, not when "
                         f"the token {life.of} ends that let it begin (57)")  # fmt: skip
                break
            life = before
        else:
            lead = min(item.ended, book.end) - item.arrived
            if total != lead:
                book.say("A11", f"the critical path of item {n} is {total} ticks, not {lead} (57)")


def _exact(values: Any) -> int:
    """Return the sum of ticks without overflow: high and low halves apart (65)."""
    return (int((values >> 32).sum()) << 32) + int((values & 0xFFFFFFFF).sum())


def _integral(begins: Any, ends: Any) -> int:
    """Return the integral over time of how many of some intervals hold, by a sweep."""
    ticks = np.concatenate((begins, ends))
    steps = np.concatenate((np.ones(len(begins), np.int64), -np.ones(len(ends), np.int64)))
    order = np.argsort(ticks, kind="stable")
    level = np.cumsum(steps[order])[:-1]
    return _exact(level * np.diff(ticks[order]))


def check_calendars(book: Book) -> None:
    """A11 (4): the openings of every calendar are in order, apart, and C(t) adds up."""
    for c in range(len(book.model.calendars)):
        record = book.model.calendars[c]
        stretch = book.model.openings[int(record["first"]) : int(record["first"] + record["n"])]
        opens, closes = stretch["opens"], stretch["closes"]
        sums = np.concatenate((np.zeros(1, np.int64), np.cumsum(closes - opens)))[:-1]
        if (opens >= closes).any() or (closes[:-1] > opens[1:]).any():
            book.say("A11", f"the openings of calendar {c} overlap (4)")
        if (opens < 0).any() or (len(stretch) and (stretch["before"] != sums).any()):
            book.say("A11", f"the clock of calendar {c} does not add up (4)")
