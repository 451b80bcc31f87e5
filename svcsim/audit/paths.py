"""A8: every item follows the program (10, 41 to 43, 64)."""

from collections import defaultdict
from contextlib import suppress
from itertools import pairwise
from operator import attrgetter
from typing import Any

from svcsim.audit.book import Book
from svcsim.audit.children import last_to_leave, resolve
from svcsim.audit.findings import Mismatch
from svcsim.audit.happenings import Birth
from svcsim.audit.path import Path
from svcsim.audit.requests import Place, Slice
from svcsim.audit.strand import members
from svcsim.model.codes import BACKLOG_LAYER

MOST_WALKS = 64
"""Ways through an item's limits, and orders of its tokens, that are tried."""


def check_paths(book: Book) -> None:
    """A8 (10, 41 to 43, 64): every item follows the program; A2, A3, A10 on the way."""
    for stream, strands in zip(book.streams, book.strands, strict=True):
        for i, strand in enumerate(strands):
            if members(int(book.model.strands["follow"][stream.first_strand + i])) != strand.follow:
                book.say("A8", f"strand {i} is waited for by {sorted(strand.follow)} (41)")
    rows: dict[int, list[Any]] = defaultdict(list)
    visits: dict[int, list[Any]] = defaultdict(list)
    presence: dict[int, list[Any]] = defaultdict(list)
    for table, into in ((book.rows, rows), (book.visits, visits), (book.presence, presence)):
        for row in table:
            into[row.token].append(row)
    batches = {
        (item.stream, item.layer, item.ordinal): item.item
        for item in book.items
        if item.parent < 0 and item.member >= 0 and not book.streams[item.stream].noticed
    }
    book.by_key = {(item.hi, item.lo): item for item in book.items if item.parent >= 0}
    tables = rows, visits, presence
    for item in _in_order(book, tables):
        n = item.item
        problem = None
        choices: list[int] = []
        last = batches.get((item.stream, item.layer, item.ordinal), n)
        last = len(book.there) - 1 if item.layer <= BACKLOG_LAYER else last  # it comes like a batch
        for _ in range(MOST_WALKS):
            path = Path(book, item, tables, choices, n if item.parent >= 0 else last)
            try:
                path.run()
                break
            except Mismatch as mismatch:
                if problem is None or path.progress() > problem[0]:
                    problem = path.progress(), mismatch
                while path.taken and path.taken[-1][0] + 1 == path.taken[-1][1]:
                    path.taken.pop()
                choices = [k for k, _ in path.taken]
                if not choices:
                    book.say(problem[1].rule, f"item {n}: {problem[1].text}")
                    break
                choices[-1] += 1
        else:
            book.say("A8", f"item {n}: no way through its limits and tokens fits its rows")
            continue
        for walk in path.walks:
            book.requests.extend(walk.requests)
            book.stays.extend(walk.stays)
            book.hearings.extend(walk.hearings)
        book.holds.extend(path.holds)
        book.births.extend(path.births)
        for child in path.children:
            book.children[child.key] = child
        resolve(book, path.awaited)
    _check_children(book)
    _check_numbers(book)
    _let_in_together(book)
    _behind_children(book)
    book.requests.sort(key=lambda r: (r.joined, r.origin))
    for number, request in enumerate(r for r in book.requests if r.first is r):
        request.number = number
    for request in book.requests:
        request.number = request.first.number


def _in_order(book: Book, tables: tuple[dict[int, list[Any]], ...]) -> list[Any]:
    """Return the items; those that people were at work on first, as they come for them (8, 53)."""
    asks: dict[int, Place] = {}
    last = len(book.there) - 1
    for item in book.items[: len(book.there)]:
        if book.limits and book.there[item.hi, item.lo].record.working:
            path = Path(book, item, tables, [], last)
            with suppress(Mismatch):
                path.run()
            asks |= {r.item: r.origin for w in path.walks for r in w.requests if r.worked}
    book.held.clear()
    return sorted(book.items, key=lambda item: (item.item not in asks, asks.get(item.item, ())))


def _behind_children(book: Book) -> None:
    """Let who waited for a child join its queue behind the child's work of no length (9, 44)."""
    instants: dict[int, list[Slice]] = defaultdict(list)
    for request in book.requests:
        for piece in request.slices:
            if (piece.begin, piece.reason) == (piece.end, "done"):
                instants[request.item].append(piece)
    for request in book.requests:
        if request.child >= 0:
            work = instants[last_to_leave(book, request.child)]
            request.behind = tuple(piece for piece in work if piece.end == request.joined)


def _let_in_together(book: Book) -> None:
    """Do not trust the numbers of those who several limits let in at one tick (8, 45).

    Who is let in by one limit may free a place of another whose turn by name is over.
    """
    limits: dict[int, set[float]] = defaultdict(set)
    let_in = [request for request in book.requests if request.origin[0] == 6]
    for request in let_in:
        limits[request.joined].add(request.origin[1])
    for request in let_in:
        request.late = request.late or len(limits[request.joined]) > 1
    for request in book.requests:
        request.late = request.first.late


def _check_children(book: Book) -> None:
    """A12 (8, 44): the items that come of others are those that the paths of these give."""
    found = {}
    before = None
    for item in book.items:
        if item.parent >= 0:
            origin = item.parent, item.site, item.ordinal, item.member
            found[item.hi, item.lo] = item.arrived, item.stream, item.cls, *origin
            child = book.children.get((item.hi, item.lo))
            if before and child and before.arrives == child.arrives:
                late, late_too = before.turn[0], child.turn[0]
                if late_too == 0 and (late == 2 or (late == 0 and before.turn > child.turn)):
                    text = f"item {item.item} comes after a child that comes later at its tick"
                    book.say("A12", f"{text}: by parent token and number (8)")
            before = child
    for key in found.keys() | book.children.keys():
        child = book.children.get(key)
        want = child and (child.arrives, child.stream, child.cls, *child.origin)
        if found.get(key) != want:
            text = f"a child is {found.get(key)}, the path of its parent gives {want}"
            book.say("A12", f"{text} (arrived, stream, class, parent, site, visit, index) (44)")


def _check_numbers(book: Book) -> None:
    """A8 (12): tokens are numbered as they were created, as far as their tick tells."""

    def known(birth: Birth) -> bool:
        return not birth.late and birth.origin[0] < 6

    births = sorted(book.births, key=attrgetter("token"))
    for a, b in pairwise(births):
        wrong = a.tick > b.tick
        if a.tick == b.tick and known(b):
            wrong = a.origin > b.origin if known(a) else a.origin[0] >= 6
        if wrong:
            book.say(
                "A8",
                f"token {b.token} of item {b.item} was created at {b.tick}, before token {a.token} "
                f"of item {a.item} (12, 41)",
            )
