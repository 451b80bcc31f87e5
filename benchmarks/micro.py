"""What the parts of the kernel cost: draws, tables, event list, dispatch, and single features.

A draw and a table lookup are called in a loop of their own, less the same loop without them. Event
list and dispatch are those of the kernel. The rest is measured through models, as the difference of
two.
"""

from collections.abc import Callable
from functools import partial

import numba

from benchmarks.clock import in_turns
from benchmarks.models import B
from benchmarks.models.features import TWO, pairs
from benchmarks.models.features import model as desk
from benchmarks.report import Report
from benchmarks.shipped import visits_of
from svcsim._jit import entry, inlined
from svcsim.engines import compiled
from svcsim.engines.compiled import memory as m
from svcsim.engines.compiled.events import SLOT, TICK, cancel, schedule
from svcsim.engines.compiled.kernel import dispatch_next
from svcsim.engines.compiled.lines import token_at_work
from svcsim.engines.compiled.queues import join
from svcsim.engines.compiled.state import N_REQUESTS, NOW, ROOT, TOKENS, Sizes, allocate
from svcsim.engines.compiled.working import free
from svcsim.model.build import build
from svcsim.scenario.load import load
from svcsim.world.draws import uniform
from svcsim.world.quantiles import quantile

LOOPS = 2_000_000
_njit = numba.njit(error_model="numpy")


@_njit
def _nothing(n):
    total = 0.0
    for i in range(n):
        total += (i & 1023) / 1024.0
    return total


@_njit
def _draws(n):
    total = 0.0
    for i in range(n):
        total += uniform(1, 2, i, 3, 4, 5, 6, 7)
    return total


@_njit
def _lookups(n, distributions, pieces, tables, distribution):
    total, u = 0.0, 0.5
    for _ in range(n):
        u = (u + 0.6180339887498949) % 1.0
        total += quantile(distributions, pieces, tables, distribution, u)
    return total


@_njit
def _steps_of_u(n):
    total, u = 0.0, 0.5
    for _ in range(n):
        u = (u + 0.6180339887498949) % 1.0
        total += u
    return total


@entry
def _hold(w: int, waiting: int, n: int) -> int:
    """Fill an event list; take the first event off it and put one on it, n times."""
    x = 12345
    for slot in range(waiting):
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        schedule(w, slot, x, slot)
    now = 0
    for _ in range(n):
        slot = m.heap(w)[ROOT, SLOT]
        now = m.heap(w)[ROOT, TICK]
        cancel(w, slot)
        x = (x * 1103515245 + 12345) & 0x7FFFFFFF
        schedule(w, slot, now + x, slot)
    for slot in range(waiting):
        cancel(w, slot)
    return now


@entry
def _serve_core(address: int, pool: int, n: int) -> None:
    """Do it in the kernel without features."""
    _serve(m.core(address), pool, n)


@entry
def _serve_full(address: int, pool: int, n: int) -> None:
    """Do it in the kernel with all features."""
    _serve(m.full(address), pool, n)


@inlined
def _serve(w: int, pool: int, n: int) -> None:
    """Let the first at work go to the end of the queue, and dispatch, n times at one tick."""
    for _ in range(n):
        t = token_at_work(w, m.pool(w)[pool]["first_working"])
        cancel(w, m.shape(w)[TOKENS] + 2 * t)
        free(w, t)
        m.token(w)[t]["number"] = m.counter(w)[N_REQUESTS]
        m.counter(w)[N_REQUESTS] += 1
        m.token(w)[t]["since"] = m.counter(w)[NOW]
        join(w, t)
        dispatch_next(w)


def run(report: Report, quick: bool) -> None:
    turns = 2 if quick else 5
    _parts(report, turns)
    _event_list(report, turns)
    _dispatch(report, turns)
    _stations(report, turns)
    _features(report, turns)


def _parts(report: Report, turns: int) -> None:
    model = build(load(B)).model
    about = model.distributions, model.pieces, model.tables
    tasks = {
        "nothing": lambda: _nothing(LOOPS),
        "u": lambda: _steps_of_u(LOOPS),
        "draw": lambda: _draws(LOOPS),
        "first": lambda: _lookups(LOOPS, *about, 0),
        "last": lambda: _lookups(LOOPS, *about, len(model.distributions) - 1),
    }
    for task in tasks.values():
        task()
    least = {name: seconds / LOOPS * 1e9 for name, seconds in in_turns(tasks, turns).items()}
    rows = [
        ("a draw: Philox4x32-10, one uniform", f"{least['draw'] - least['nothing']:.1f}"),
        ("a table lookup: quantile, first law of model B", f"{least['first'] - least['u']:.1f}"),
        ("a table lookup: quantile, last law of model B", f"{least['last'] - least['u']:.1f}"),
    ]
    report.table(("part", "ns"), rows)


def _event_list(report: Report, turns: int) -> None:
    model = build(load(B)).model
    sizes = (10, 100, 1_000, 10_000)
    header, state = m.header(model, allocate(model, Sizes(tokens=max(sizes))))
    state.position[:] = -1
    state.counter[:] = 0
    n = LOOPS // 4
    _hold(header.ctypes.data, 1, 1)
    tasks = {size: partial(_hold, header.ctypes.data, size, n) for size in sizes}
    least = in_turns(tasks, turns)
    rows = [(f"{size:,}", f"{seconds / n * 1e9:.0f}") for size, seconds in least.items()]
    report.table(("events in the list", "take off the first and put one on: ns"), rows)


def _dispatch(report: Report, turns: int) -> None:
    """Put somebody at the end of a queue of so many, and start the first of it."""
    sizes, n = (1, 10, 100, 1_000), LOOPS // 10
    kinds = {
        "plain": (_serve_core, "people: 10", ""),
        "two classes": (_serve_full, "people: 10", TWO),
        "two groups": (_serve_full, "groups: {early: {people: 5}, late: {people: 5}}", ""),
    }
    tasks = {}
    for kind, (serve, people, classes) in kinds.items():
        for size in sizes:
            worker = _crowded(people, classes, 10 + size + 1)
            serve(worker.header.ctypes.data, 0, 1)
            tasks[kind, size] = partial(_served, worker, serve, n)
    least = in_turns(tasks, turns)
    rows = [
        (f"{size:,}", *(f"{least[kind, size] / n * 1e9:.0f}" for kind in kinds)) for size in sizes
    ]
    report.table(("waiting for one of 10 people", *(f"{kind}: ns" for kind in kinds)), rows)


def _served(worker: compiled.Worker, serve: Callable[[int, int, int], None], n: int) -> None:
    serve(worker.header.ctypes.data, 0, n)


def _crowded(people: str, classes: str, items: int) -> compiled.Worker:
    """Return a worker that stands at the tick at which the first of some items has left."""
    worker = compiled.Worker(build(desk(people, classes=classes, batch=items, a="")).model)
    next(worker.parts(1, 0, 1))
    return worker


def _stations(report: Report, turns: int) -> None:
    sizes = (1, 10, 100, 1_000)
    tasks, visits = {}, {}
    for people in sizes:
        worker = compiled.Worker(build(desk(people=f"people: {people}", size=people, a="")).model)
        visits[people] = visits_of(worker, 1)
        tasks[people] = partial(worker.simulate, 1, 0)
    least = in_turns(tasks, turns)
    rows = [(f"{c:,}", f"{visits[c]:,.0f}", f"{least[c] / visits[c] * 1e9:.0f}") for c in sizes]
    report.table(("M/M/c of utilisation .8: c", "visits", "engine ns/visit"), rows)


def _features(report: Report, turns: int) -> None:
    rows = []
    for name, (without, with_it) in pairs().items():
        workers = [compiled.Worker(build(scenario).model) for scenario in (without, with_it)]
        visits = [visits_of(worker, 1) for worker in workers]
        tasks = {i: partial(workers[i].simulate, 1, 0) for i in range(2)}
        least = in_turns(tasks, turns)
        cost = [least[i] / visits[i] * 1e9 for i in range(2)]
        rows.append((name, f"{cost[0]:.0f}", f"{cost[1]:.0f}", f"{cost[1] - cost[0]:+.0f}"))
    report.table(("feature", "without: ns/visit", "with: ns/visit", "cost"), rows)
