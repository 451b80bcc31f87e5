"""Many replications at once, with the same results for any number of workers.

A replication depends on nothing but its number, and results come out in the order of the numbers,
so that workers change the time and nothing else. Threads serve kernels that let go of Python's
lock; processes serve plain Python.
"""

import multiprocessing
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import forkserver, resource_tracker
from typing import Any, TypeVar

from svcsim.errors import SvcsimError

T = TypeVar("T")
AHEAD = 4
"""Replications that are begun before their turn, for each worker: bounds the memory."""


def cores() -> int:
    """Cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def replicate(
    task: Callable[[int], T],
    n: int,
    *,
    jobs: int = 1,
    processes: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Generator[T]:
    """Yield ``task(0)``, ``task(1)``, ... ``task(n - 1)`` in order.

    Parameters
    ----------
    task
        What to do for a replication; must be picklable with `processes`.
    n
        Number of replications.
    jobs
        Workers. One thread is a thread of its own, so that the caller still hears Ctrl-C; one
        process is the caller.
    processes
        Whether workers are processes, not threads.
    stop
        Asked before each result: yield no more of them?

    Raises
    ------
    SvcsimError
        If worker processes cannot be started.
    """
    jobs = min(jobs, n)
    if not n:
        return
    if jobs <= 1 and processes:
        for replication in range(n):
            if stop():
                return
            yield task(replication)
        return
    pool, call = _executor(task, jobs, processes)
    most = jobs * AHEAD if jobs > 1 else 1
    patient = True
    waiting: deque[Future[T]] = deque()
    begun = 0
    try:
        while not stop() and (waiting or begun < n):
            while begun < n and len(waiting) < most:
                waiting.append(pool.submit(call, begun))
                begun += 1
            yield waiting.popleft().result()
    except KeyboardInterrupt:
        patient = False  # what is being computed does not hear it
        raise
    except BrokenProcessPool:
        if stop():
            return  # Ctrl-C found a worker that was just being started
        raise SvcsimError(
            "worker processes cannot be started: in a script, call svcsim below "
            "`if __name__ == '__main__':`, or say jobs=1"
        ) from None
    finally:
        if not patient:
            _terminate(pool)
        pool.shutdown(wait=patient, cancel_futures=True)


def _terminate(pool: Executor) -> None:
    """End the processes of a pool, if it has any; threads cannot be ended."""
    for process in list((getattr(pool, "_processes", None) or {}).values()):
        process.terminate()


def _executor(
    task: Callable[[int], T], jobs: int, processes: bool
) -> tuple[Executor, Callable[[int], T]]:
    if not processes:
        return ThreadPoolExecutor(jobs, thread_name_prefix="svcsim"), task
    return ProcessPoolExecutor(jobs, _processes(), _enter, (task,)), _perform


def _processes() -> Any:
    """Return how worker processes start: on Linux from a server that has imported svcsim once.

    The server does nothing else, so that nothing is under way in it when it divides. It hears no
    Ctrl-C, nor do those whom it starts: who asked for them hears it, and ends them.
    """
    if sys.platform != "linux":
        return multiprocessing.get_context("spawn")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(["svcsim.experiment.study", "svcsim.engines.reference"])
    resource_tracker.ensure_running()  # it would let signals through again
    heard = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, heard)
    return server


_task: Callable[[int], object] | None = None
"""In a worker process: what it was started for, sent once."""


def _enter(task: Callable[[int], object]) -> None:
    global _task
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    _task = task


def _perform(replication: int) -> T:  # type: ignore[type-var]
    assert _task is not None
    return _task(replication)  # type: ignore[return-value]
