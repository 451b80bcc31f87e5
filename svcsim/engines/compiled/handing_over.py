"""Who has left is handed over: written, with all that they did, where Python reads it.

While an item is there, what its tokens do is written wherever there is room, and each life knows
the first of it. When nobody of a family is there, and before the clock goes on, all of it is copied
behind what was handed over before, in the order of semantics 59, and where it stood there is room
again. So memory is in proportion to who is there, not to who ever came, and what a token did is
still near the processor.

A run that never pauses hands over at its end, everybody in the order in which they came: then items
and tokens are called what they are called in the run.
"""

from svcsim._jit import inlined, jit, rare
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.features import HAS_CHILDREN, HAS_GATES, HAS_STRANDS
from svcsim.engines.compiled.state import (
    CRAMPED,
    FAULT,
    GIVEN_ATTENDANCE,
    GIVEN_ITEMS,
    GIVEN_NUMBERS,
    GIVEN_PRESENCE,
    GIVEN_ROWS,
    GIVEN_TOKENS,
    GIVEN_VISITS,
    GONE,
    N_ATTENDANCE,
    N_ITEMS,
    N_LIVES,
    N_PRESENCE,
    N_ROWS,
    N_VISITS,
    PAUSES_AT,
)
from svcsim.engines.compiled.table import copy_record
from svcsim.model.arrays import NEVER, NONE, Integers, Records


@inlined
def n_given(w: int) -> int:
    """Return how many rows of items, visits and what they do have been handed over."""
    counter = m.counter(w)
    return int(counter[GIVEN_ITEMS] + counter[GIVEN_VISITS] + counter[GIVEN_ROWS])


@rare
def hand_over(w: int) -> None:
    """Hand over the families that have left since the clock went on last; or ask for room."""
    if not _has_room(w):
        return
    root = m.counter(w)[GONE]
    while root >= 0:
        _hand_family(w, root)
        root = m.items(w)[root]["next_gone"]
    m.counter(w)[GONE] = NONE


@rare
def hand_rest_over(w: int) -> None:
    """Hand over all that are left at the end; or ask for room."""
    hand_over(w)
    for i in range(m.counter(w)[N_ITEMS]):
        if m.counter(w)[FAULT] == 0 and m.items(w)[i]["present"] > 0:
            _hand_family(w, i)


@rare
def hand_all_over(w: int) -> None:
    """Hand over everybody who ever came, in this order; or ask for room."""
    if _has_room(w):
        for i in range(m.counter(w)[N_ITEMS]):
            _hand_item(w, i)


@jit
def _has_room(w: int) -> bool:
    """Say whether there is room for all that may be handed over, and ask for it if not."""
    if (
        _fits(w, m.given_items(w), GIVEN_ITEMS, N_ITEMS)
        and _fits(w, m.given_visits(w), GIVEN_VISITS, N_VISITS)
        and _fits(w, m.given_rows(w), GIVEN_ROWS, N_ROWS)
        and _fits(w, m.given_presence(w), GIVEN_PRESENCE, N_PRESENCE)
        and _fits(w, m.given_tokens(w), GIVEN_TOKENS, N_LIVES)
        and _fits(w, m.given_attendance(w), GIVEN_ATTENDANCE, N_ATTENDANCE)
    ):
        return True
    m.counter(w)[FAULT] = CRAMPED
    return False


@inlined
def _fits(w: int, given: Records, so_far: int, more: int) -> bool:
    return bool(m.counter(w)[so_far] + m.counter(w)[more] <= len(given))


@jit
def _hand_family(w: int, root: int) -> None:
    """Hand over a family, parents before their children."""
    i = root
    while i >= 0:
        _hand_item(w, i)
        _is_free(w, m.after_items(w), N_ITEMS, i, i)
        i = m.items(w)[i]["next_member"] if HAS_CHILDREN else NONE


@jit
def _hand_item(w: int, i: int) -> None:
    """Hand over an item, and its tokens."""
    item, n = m.items(w)[i], m.counter(w)[GIVEN_ITEMS]
    m.counter(w)[GIVEN_ITEMS] = n + 1
    m.numbers(w)[n] = item["item"]
    item["item"] = n
    copy_record(m.given_items(w), n, m.items(w), i)
    if HAS_CHILDREN and item["parent"] >= 0:
        m.given_items(w)[n]["parent"] = m.items(w)[item["parent"]]["item"]
    k = item["first_life"]
    while k >= 0:
        _hand_token(w, k, n)
        _is_free(w, m.after_lives(w), N_LIVES, k, k)
        k = m.lives(w)[k]["next"]


@inlined
def _hand_token(w: int, k: int, item: int) -> None:
    """Hand over what a token did."""
    life = m.lives(w)[k]
    if m.counter(w)[PAUSES_AT] < NEVER:
        life["token"] = m.counter(w)[GIVEN_NUMBERS]
        m.counter(w)[GIVEN_NUMBERS] += 1
    token = life["token"]
    row = m.counter(w)[GIVEN_ROWS]
    _hand(w, m.rows(w), m.after_rows(w), m.given_rows(w), N_ROWS, GIVEN_ROWS, item, token,
          life["first_row"], life["last_row"])  # fmt: skip
    for n in range(m.counter(w)[GIVEN_ROWS] - row):
        m.given_rows(w)[row + n]["row"] = n
    _hand(w, m.visits(w), m.after_visits(w), m.given_visits(w), N_VISITS, GIVEN_VISITS, item, token,
          life["first_visit"], life["last_visit"])  # fmt: skip
    _hand(w, m.presence(w), m.after_presence(w), m.given_presence(w), N_PRESENCE, GIVEN_PRESENCE,
          item, token, life["first_presence"], life["last_presence"])  # fmt: skip
    if HAS_GATES:
        _hand(w, m.attendance(w), m.after_attendance(w), m.given_attendance(w), N_ATTENDANCE,
              GIVEN_ATTENDANCE, item, token, life["first_attendance"],
              life["last_attendance"])  # fmt: skip
    if HAS_STRANDS and life["first"] >= 0:
        _hand_life(w, k, item)


@inlined
def _is_free(w: int, after: Integers, number: int, first: int, last: int) -> None:
    """Let a chain of rows of a table be used again."""
    after[last] = m.counter(w)[number + 1]
    m.counter(w)[number + 1] = first


@inlined
def _hand(
    w: int, table: Records, after: Integers, given: Records, number: int, so_far: int, item: int,
    token: int, first: int, last: int,
) -> None:  # fmt: skip
    """Hand over what a token did of one kind, from the first to the last."""
    at, k = m.counter(w)[so_far], first
    while k >= 0:
        copy_record(given, at, table, k)
        given[at]["item"] = item
        given[at]["token"] = token
        at += 1
        k = after[k]
    m.counter(w)[so_far] = at
    if first >= 0:
        _is_free(w, after, number, first, last)


@rare
def _hand_life(w: int, k: int, item: int) -> None:
    """Hand over the life of a token."""
    life, n = m.lives(w)[k], m.counter(w)[GIVEN_TOKENS]
    m.counter(w)[GIVEN_TOKENS] = n + 1
    given = m.given_tokens(w)[n]
    given["item"] = item
    given["token"] = life["token"]
    given["first"] = life["first"]
    given["strand"] = life["strand"]
    given["of"] = m.lives(w)[life["of"]]["token"] if life["of"] >= 0 else NONE
    given["began"] = life["began"]
    given["ended"] = life["ended"]
    given["cancelled"] = life["cancelled"]
