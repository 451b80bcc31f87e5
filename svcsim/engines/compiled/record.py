"""Writing rows: the compiled counterpart of `engines.trajectory.Recorder`."""

from svcsim._jit import inlined
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.state import (
    FAULT,
    FULL_PRESENCE,
    FULL_ROWS,
    N_PRESENCE,
    N_ROWS,
    STEPS,
)


@inlined
def entries(w: int, t: int, step: int) -> int:
    """Return the entries of a token to a step so far (61)."""
    return int(m.entries(w)[t * m.shape(w)[STEPS] + m.steps(w)[step]["local"]])


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
    row["token"] = token["item"]
    row["row"] = token["n_rows"]
    row["step"] = token["step"]
    row["visit"] = entries(w, t, token["step"])
    row["kind"] = kind
    row["begin"] = begin
    row["end"] = end
    row["gate"] = row["unavailability"] = row["policy"] = row["prioritisation"] = 0
    row["blame"] = -1
    token["n_rows"] += 1


@inlined
def write_presence(
    w: int, t: int, pool: int, person: int, begin: int, end: int, setup: int
) -> None:
    """Write down that a person was on a token in [begin, end)."""
    n = m.counter(w)[N_PRESENCE]
    if n == len(m.presence(w)):
        m.counter(w)[FAULT] = FULL_PRESENCE
        return
    m.counter(w)[N_PRESENCE] = n + 1
    token, row = m.token(w)[t], m.presence(w)[n]
    row["item"] = token["item"]
    row["token"] = token["item"]
    row["step"] = token["step"]
    row["visit"] = entries(w, t, token["step"])
    row["pool"] = pool
    row["person"] = person
    row["begin"] = begin
    row["end"] = end
    row["setup"] = setup
