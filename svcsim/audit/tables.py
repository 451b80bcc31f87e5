"""A1: visits and presence (59, 61)."""

from collections import Counter
from typing import Any

from svcsim.audit.book import Book
from svcsim.model.arrays import NEVER


def check_visit_table(book: Book) -> None:
    """A1 (59, 61): visits are numbered per item and step, in order of entering, inside the item.

    Instances count their own, as their paths must have them (A8).
    """
    count: Counter[tuple[int, int]] = Counter()
    order = [(visit.item, visit.token) for visit in book.visits]
    if order != sorted(order):
        book.say("A1", "visits are not sorted by (item, token) (59)")
    lives = {life.token: life for life in book.tokens}
    visits = book.visits
    if lives:  # tokens of an item may come to a step in another order than they were created
        visits = sorted(visits, key=lambda v: (v.item, v.visit if v.item in book.lives else 0))
    for visit in visits:
        item, step = book.items[visit.item], visit.step
        name = f"visit {visit.visit} of item {item.item} to step {step}"
        count[item.item, step] += 1
        life = lives.get(visit.token)
        last = min(life.ended if life else item.ended, book.end - 1)
        if visit.visit != count[item.item, step] and step not in book.several:
            book.say("A1", f"{name} is number {count[item.item, step]} (61)")
        if not (life.began if life else item.arrived) <= visit.entered <= last:
            book.say("A1", f"{name} is entered at {visit.entered}, when its token is not there")
        for tick in (visit.started, visit.finished):
            if tick != NEVER and not visit.entered <= tick <= last:
                book.say("A1", f"{name} has tick {tick}, outside [{visit.entered}, {last}]")
        if visit.started != NEVER and visit.finished < visit.started:
            book.say("A1", f"{name} finishes at {visit.finished} and starts at {visit.started}")
    entered: dict[Any, int] = {}
    for visit in book.visits:
        if visit.entered < entered.get(visit.token, 0):
            book.say("A1", f"token {visit.token} of item {visit.item} enters steps out of order")
        entered[visit.token] = visit.entered
    for visit in visits if lives else ():
        late = visit.entered < entered.get((visit.item, visit.step), 0)
        if late and visit.step not in book.several:
            book.say("A1", f"item {visit.item} enters step {visit.step} out of order (61)")
        entered[visit.item, visit.step] = visit.entered


def check_presence_table(book: Book) -> None:
    """A1 (59): presence is sorted, inside the run, of people that exist."""
    keys = [(p.item, p.token, p.begin, p.pool, p.group, p.person, p.end) for p in book.presence]
    if keys != sorted(keys):
        book.say("A1", "presence is not sorted by (item, token, begin, pool, group, person) (59)")
    for p in book.presence:
        name = f"presence of person {p.person} of pool {p.pool} on item {p.item}"
        if not 0 <= p.begin <= p.end <= book.end or p.begin >= book.end:
            book.say("A1", f"{name} is [{p.begin}, {p.end}), the run ends at {book.end} (7)")
        if min(p.setup, p.called) < 0 or p.setup + p.called > p.end - p.begin:
            book.say("A1", f"{name} has {p.setup} ticks of set-up in [{p.begin}, {p.end})")
        pool = book.pools[p.pool] if 0 <= p.pool < len(book.pools) else None
        serving = book.model.pool_groups[pool.first : pool.first + pool.n_groups] if pool else ()
        if p.group not in serving:
            book.say("A1", f"{name} is of group {p.group}, which does not serve it (14)")
        elif p.called and not (book.model.groups["call_out"] >= 0).any():
            book.say("A1", f"{name} is called out, and nobody ever is (19)")
