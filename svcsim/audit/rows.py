"""A1: rows and tokens, one thing at a time (7, 12, 54, 59)."""

from collections import defaultdict
from itertools import pairwise
from typing import Any

from svcsim.audit.book import Book
from svcsim.audit.findings import Enough
from svcsim.model.arrays import NEVER
from svcsim.model.codes import BACKLOG_LAYER, TRIGGERED, Kind, Outcome


def check_rows(book: Book) -> None:
    """A1 (7, 12, 54, 59, R6): a token does one thing at a time, from arrival to end or E."""
    end = book.end
    for n, item in enumerate(book.items):
        if item.item != n:
            book.say("A1", f"item {item.item} stands at place {n}: items are numbered from 0 (12)")
        if not item.arrived < end or (item.arrived < 0) != (item.layer <= BACKLOG_LAYER):
            book.say("A1", f"item {n} arrives at {item.arrived}, outside [0, {end}) (7)")
        if (item.ended == NEVER) != (item.outcome == Outcome.OPEN):
            book.say("A1", f"item {n} ended at {item.ended} with outcome {item.outcome}")
        if item.ended != NEVER and not item.arrived <= item.ended < end:
            book.say("A1", f"item {n} ended at {item.ended}, not in [{item.arrived}, {end}) (7)")
    order = {v: book.streams[v].order for v in range(len(book.streams))}
    for a, b in pairwise(book.items):
        if b.layer <= BACKLOG_LAYER:  # the backlog comes first, by since (A12)
            ordered = a.layer <= BACKLOG_LAYER
        elif b.parent >= 0 or b.layer == TRIGGERED:  # these come after the others of their tick
            ordered = a.arrived <= b.arrived
        elif a.parent >= 0 or a.layer == TRIGGERED:
            ordered = a.arrived < b.arrived
        else:
            ordered = (a.arrived, order[a.stream], a.layer, a.ordinal, a.member) < (
                b.arrived, order[b.stream], b.layer, b.ordinal, b.member,
            )  # fmt: skip
        if not ordered:
            book.say("A1", f"items {a.item} and {b.item} are not in order of creation (8, 12)")
    check_tokens(book)
    if [(r.item, r.token, r.row) for r in book.rows] != sorted(
        (r.item, r.token, r.row) for r in book.rows
    ):
        book.say("A1", "rows are not sorted by (item, token, row) (59)")
    rows: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in book.rows:
        rows[row.item, row.token].append(row)
    spans = {
        (item.item, book.first_token[item.item]): (item.arrived, item.ended)
        for item in book.items
        if item.item in book.first_token
    }
    spans.update(((life.item, life.token), (life.began, life.ended)) for life in book.tokens)
    for item in book.items:  # that was there for some time, and of which nothing is told
        if item.item not in book.first_token and item.item not in book.lives:
            spans[item.item, NEVER] = item.arrived, item.ended
    kinds = {int(kind) for kind in Kind}
    for (item, token), (began, ended) in spans.items():
        now, which = began, f"item {item}, token {token}"
        for place, row in enumerate(rows[item, token]):
            name = f"row {row.row} of {which}"
            if row.row != place:
                book.say("A1", f"{name} stands at place {place}")
            if row.kind not in kinds:
                book.say("A1", f"{name} has the unknown kind {row.kind}")
            if row.begin != now:
                book.say("A1", f"{name} begins at {row.begin}, the one before ended at {now} (54)")
            if row.end < row.begin or (row.end == row.begin and row.kind != Kind.WORK):
                book.say("A1", f"{name}, kind {row.kind}, is [{row.begin}, {row.end}) (R6)")
            if row.begin >= end or row.end > end:
                book.say("A1", f"{name} is [{row.begin}, {row.end}), the run ends at {end} (7)")
            now = row.end
        last = min(ended, end)
        if now != last:
            book.say("A1", f"the rows of {which} end at {now}, it ends at {last} (54)")


def check_tokens(book: Book) -> None:
    """A1 (12, 41, 42): tokens are numbered in the run, each is of one item, and lives within it."""
    end, known = book.end, set(range(len(book.items)))
    if [(life.item, life.token) for life in book.tokens] != sorted(
        (life.item, life.token) for life in book.tokens
    ):
        book.say("A1", "tokens are not sorted by (item, token) (59)")
    owner: dict[int, int] = {}
    for life in book.tokens:
        name = f"token {life.token} of item {life.item}"
        if life.item not in known or not book.strands[book.items[life.item].stream]:
            book.say("A1", f"{name} belongs to nobody")
            raise Enough
        if owner.setdefault(life.token, life.item) != life.item or life.token in {
            other.token for other in book.lives[life.item]
        }:
            book.say("A1", f"{name} is there twice (12)")
        book.lives[life.item].append(life)
        item = book.items[life.item]
        last = min(item.ended, end - 1)
        ended = life.ended == NEVER or life.began <= life.ended <= last
        if not item.arrived <= life.began <= last or not ended:
            book.say(
                "A1", f"{name} lives in [{life.began}, {life.ended}), outside its item (41, 42)"
            )
        if life.cancelled not in (0, 1) or (life.cancelled == 1 and life.ended == NEVER):
            book.say("A1", f"{name} has cancelled {life.cancelled} and ends at {life.ended} (42)")
    alone = len(book.model.strands) == 0
    for table in (book.rows, book.visits, book.presence):
        for row in table:
            found = row.item in known
            if found and alone:
                found = row.token == row.item
            if found and book.strands[book.items[row.item].stream]:
                found = owner.get(row.token) == row.item
            elif found:
                found = owner.setdefault(row.token, row.item) == row.item
                found = book.first_token.setdefault(row.item, row.token) == row.token and found
            if not found:
                book.say("A1", f"a row of item {row.item}, token {row.token} belongs to nobody")
    numbers = len(owner)
    for item in book.items:
        lives = book.lives.get(item.item)
        if lives:
            if max(life.ended for life in lives) != item.ended:
                book.say("A1", f"item {item.item} and its last token do not end together (41)")
        elif book.strands[item.stream]:
            book.say("A1", f"item {item.item} has no token (41)")
        elif alone:
            book.first_token[item.item] = item.item
        elif item.item not in book.first_token:
            numbers += 1
    if not alone and any(not 0 <= token < numbers for token in owner):
        book.say("A1", f"tokens are not numbered from 0 to {numbers - 1} (12)")
