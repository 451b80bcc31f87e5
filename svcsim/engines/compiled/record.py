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


@inlined
def write_row(w: int, t: int, kind: int, begin: int, end: int) -> None:
    """Write down what a token did in [begin, end); the parts of a wait are filled in after."""
    n = m.counter(w)[N_ROWS]
    if n == len(m.rows(w)):
        m.counter(w)[FAULT] = FULL_ROWS
        return
    m.counter(w)[N_ROWS] = n + 1
    token, row = m.token(w)[t], m.rows(w)[n]
    row["item"] = token["item"]
    row["token"] = token["token"]
    row["row"] = token["n_rows"]
    row["step"] = token["step"]
    row["visit"] = token["nth"]
    row["kind"] = kind
    row["begin"] = begin
    row["end"] = end
    row["gate"] = row["unavailability"] = row["policy"] = row["prioritisation"] = 0
    row["blame"] = -1
    token["n_rows"] += 1


@inlined
def write_presence(
    w: int, t: int, pool: int, group: int, person: int, begin: int, end: int, called: int,
    setup: int,
) -> None:  # fmt: skip
    """Write down that a person was on a token in [begin, end)."""
    n = m.counter(w)[N_PRESENCE]
    if n == len(m.presence(w)):
        m.counter(w)[FAULT] = FULL_PRESENCE
        return
    m.counter(w)[N_PRESENCE] = n + 1
    token, row = m.token(w)[t], m.presence(w)[n]
    row["item"] = token["item"]
    row["token"] = token["token"]
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
        n = m.counter(w)[N_ROWS]
        write_row(w, t, token["kind"], token["begin"], now)
        if m.counter(w)[N_ROWS] > n:
            m.rows(w)[n]["blame"] = token["blame"]
