"""Writing rows: the compiled counterpart of `engines.trajectory.Recorder`."""

from svcsim._jit import inlined, jit
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.state import (
    FAULT,
    FULL_PRESENCE,
    FULL_ROWS,
    N_PRESENCE,
    N_ROWS,
    NOW,
)
from svcsim.model.arrays import NONE, Integers, Records


@inlined
def room(w: int, table: Records, after: Integers, number: int, full: int) -> int:
    """Return where a record may stand; -1, and a fault, if the table is full.

    Rows that are free again form a chain: behind each of them in `after` stands the next one.
    """
    n = m.counter(w)[number + 1]
    if n >= 0:
        m.counter(w)[number + 1] = after[n]
        return int(n)
    n = m.counter(w)[number]
    if n == len(table):
        m.counter(w)[FAULT] = full
        return -1
    m.counter(w)[number] = n + 1
    return int(n)


@inlined
def append(after: Integers, first: int, last: int, n: int) -> int:
    """Append a record to what a token did, from the first to the last; return the first."""
    after[n] = NONE
    if first < 0:
        return n
    after[last] = n
    return first


@inlined
def write_row(w: int, t: int, kind: int, begin: int, end: int) -> int:
    """Write down what a token did in [begin, end), and return where.

    The parts of a wait are filled in after.
    """
    n = room(w, m.rows(w), m.after_rows(w), N_ROWS, FULL_ROWS)
    if n < 0:
        return n
    token, row = m.token(w)[t], m.rows(w)[n]
    life = m.lives(w)[token["life"]]
    life["first_row"] = append(m.after_rows(w), life["first_row"], life["last_row"], n)
    life["last_row"] = n
    row["step"] = token["step"]
    row["visit"] = token["nth"]
    row["kind"] = kind
    row["begin"] = begin
    row["end"] = end
    row["gate"] = row["unavailability"] = row["policy"] = row["prioritisation"] = 0
    row["blame"] = -1
    return n


@inlined
def write_presence(
    w: int, t: int, pool: int, group: int, person: int, begin: int, end: int, called: int,
    setup: int,
) -> None:  # fmt: skip
    """Write down that a person was on a token in [begin, end)."""
    n = room(w, m.presence(w), m.after_presence(w), N_PRESENCE, FULL_PRESENCE)
    if n < 0:
        return
    token, row = m.token(w)[t], m.presence(w)[n]
    life = m.lives(w)[token["life"]]
    first = life["first_presence"]
    life["first_presence"] = append(m.after_presence(w), first, life["last_presence"], n)
    life["last_presence"] = n
    row["step"] = token["step"]
    row["visit"] = token["nth"]
    row["pool"] = pool
    row["group"] = group
    row["person"] = person
    row["begin"] = begin
    row["end"] = end
    row["called"] = called
    row["setup"] = setup


@inlined
def wait(w: int, t: int, doing: int, kind: int) -> None:
    """Begin a wait without people."""
    token = m.token(w)[t]
    token["doing"] = doing
    token["kind"] = kind
    token["begin"] = m.counter(w)[NOW]
    token["blame"] = -1


@jit
def wait_over(w: int, t: int, now: int) -> None:
    """Write down a wait without people that ends now."""
    token = m.token(w)[t]
    if now > token["begin"]:
        n = write_row(w, t, token["kind"], token["begin"], now)
        if n >= 0:
            m.rows(w)[n]["blame"] = token["blame"]
