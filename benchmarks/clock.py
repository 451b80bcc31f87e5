"""CPU time of what is to be compared: taken in turns, so that a busy machine slows all alike."""

import resource
import sys
import time
from collections.abc import Callable, Hashable, Mapping
from multiprocessing import get_all_start_methods, get_context
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
Task = Callable[[], object]


def cpu(task: Task) -> float:
    """CPU seconds of this process in a task, all its threads together."""
    began = time.process_time()
    task()
    return time.process_time() - began


def wall(task: Task) -> float:
    began = time.perf_counter()
    task()
    return time.perf_counter() - began


def in_turns(
    tasks: Mapping[K, Task], repetitions: int, clock: Callable[[Task], float] = cpu
) -> dict[K, float]:
    """The least time of each task: what it costs when nothing else disturbs it."""
    least = dict.fromkeys(tasks, float("inf"))
    for _ in range(repetitions):
        for name, task in tasks.items():
            least[name] = min(least[name], clock(task))
    return least


def growth(task: Task) -> float | None:
    """How many bytes a process grows at most while it does a task, in a child; None: unknown."""
    if "fork" not in get_all_start_methods():
        return None
    context = get_context("fork")
    receiver, sender = context.Pipe(duplex=False)

    def child() -> None:
        before = _peak()
        task()
        sender.send(_peak() - before)

    process = context.Process(target=child)
    process.start()
    process.join()
    return receiver.recv() if process.exitcode == 0 else None


def _peak() -> float:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
