"""Replications from where they are kept, and from workers, in the order of their numbers.

An experiment may have several parts: a comparison has the numbers of each scenario, and what
happened to the items of each pair. Each part is kept by itself; of a replication only those parts
are done that are not. Several experiments, such as the points of a sweep, are done one after the
other by the same workers.
"""

import math
import time
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path

from svcsim.experiment.block import Block
from svcsim.experiment.cluster import connected
from svcsim.experiment.housekeeping import keep_within
from svcsim.experiment.kept import CELL, Kept, directory, largest
from svcsim.experiment.matrix import Matrix
from svcsim.experiment.replicate import replicate

Progress = Callable[[int, int], None]
"""Called with replications finished, and asked for."""
Parts = tuple[Block, ...]
"""One block for each part of an experiment, all of the same replications."""
Some = tuple[Block | None, ...]
"""The same of those parts of them that are not kept."""
Execute = Callable[[Callable[[int], Some], int], Generator[Some]]
"""What yields the results of a task for 0, 1, ... in this order, however they are made."""
PATIENCE = 2.0
"""Seconds after which what is finished of a cell is written, though the cell is not."""


class Simulated:
    """Chunks of what is missing, for workers. Can be pickled if the task can.

    Parameters
    ----------
    task
        What to do for an experiment and a replication, both by their numbers. If it can do some of
        its parts alone, it has a method ``some``, which is also told of each whether it is wanted.
    missing
        Experiments, each with consecutive replications.
    chunk
        Replications of a chunk, at most.
    known
        For each of `missing` and each part, the first replication of which it is not kept. Not
        given: none is.
    """

    def __init__(
        self,
        task: Callable[[int, int], Parts],
        missing: Sequence[tuple[int, range]],
        chunk: int,
        known: Sequence[tuple[int, ...]] = (),
    ):
        self._task, self._missing, self._chunk, self._known = task, missing, chunk, known
        self._ends = list(accumulate(math.ceil(len(rest) / chunk) for _, rest in missing))

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __call__(self, index: int) -> Some:
        """Simulate what is not kept of a chunk."""
        at = bisect_right(self._ends, index)
        experiment, rest = self._missing[at]
        first = (index - (self._ends[at - 1] if at else 0)) * self._chunk
        replications = rest[first : first + self._chunk]
        known = self._known[at] if self._known else ()
        wanted = ([one >= first for first in known] for one in replications)
        done = (
            _some(self._task, asked, experiment, one)
            for one, asked in zip(replications, wanted, strict=True)
        )
        found = ([one for one in part if one is not None] for part in zip(*done, strict=True))
        return tuple(Block.joined(part) if part else None for part in found)


def _some(task: Callable[..., Parts], wanted: Sequence[bool], *which: int) -> Some:
    """Do some parts of a replication, whichever it is; all where they cannot be done alone."""
    if all(wanted):
        return task(*which)
    if hasattr(task, "some"):
        found: Some = task.some(*which, wanted)
        return found
    return tuple(
        block if asked else None for block, asked in zip(task(*which), wanted, strict=True)
    )


@dataclass(frozen=True, slots=True)
class _Alone:
    """The task of the only experiment."""

    task: Callable[[int], Parts]

    def __call__(self, _: int, replication: int) -> Parts:
        return self.task(replication)

    def some(self, _: int, replication: int, wanted: Sequence[bool]) -> Some:
        return _some(self.task, wanted, replication)


def kept(keys: Sequence[str]) -> tuple[Kept, ...]:
    """Where the parts of an experiment are kept, by their fingerprints; empty: nowhere.

    Raises
    ------
    SvcsimError
        If the environment does not say clearly how much may be kept.
    """
    root = directory() if largest() else None
    return tuple(Kept(root, key) for key in keys) if root is not None else ()


def gather(
    task: Callable[[int], Parts],
    n: int,
    *,
    jobs: int = 1,
    processes: bool = False,
    stop: Callable[[], bool] = lambda: False,
    places: Sequence[Kept] = (),
    chunk: int = 1,
    progress: Progress | None = None,
    cluster: str | None = None,
) -> tuple[tuple[Matrix, ...], int]:
    """Put replications 0 to n - 1 together; return a matrix for each part, and how many were kept.

    The matrices are the same bits whatever was kept, and for any number of workers and any chunk.

    Parameters
    ----------
    task
        What to do for a replication, one block for each part; picklable with `processes`. If it
        can do some of its parts alone, it has a method ``some(replication, wanted)``.
    n
        Number of replications.
    jobs, processes, stop
        As of `svcsim.experiment.replicate.replicate`. Stopped, there are fewer replications.
    places
        Where each part is kept. Empty: nothing is read, nothing is written.
    chunk
        Replications that a worker does at a time.
    progress
        Called with those that were kept, if there are any, and after each chunk.
    cluster
        Address of a Dask cluster, which says how many workers there are and how long chunks are.
        If its processors are not like the one here, nothing is read and nothing is written.

    Raises
    ------
    SvcsimError
        If there are no workers, or no such cluster.
    """
    with ExitStack() as opened:
        execute: Execute = partial(replicate, jobs=jobs, processes=processes, stop=stop)
        if cluster is not None:
            there = opened.enter_context(connected(cluster))
            execute = partial(there.replicate, stop=stop)
            chunk, places = there.chunk(n), places if there.alike else ()
        found = _gathered(_Alone(task), n, execute, [places], chunk, progress, Matrix)
        return next(opened.enter_context(closing(found)))


def gather_each(
    task: Callable[[int, int], Parts],
    n: int,
    places: Sequence[Sequence[Kept]],
    *,
    jobs: int = 1,
    processes: bool = False,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> Generator[tuple[tuple[Matrix, ...], int]]:
    """Do for several experiments, one after the other, what `gather` does for one.

    The matrices keep the histograms of all replications apart.

    Parameters
    ----------
    task
        What to do for an experiment and a replication, both by their numbers.
    n
        Number of replications of each.
    places
        Where the parts of each experiment are kept.
    jobs, processes, stop
        As of `gather`. Stopped, the experiment that is being done has fewer replications, and
        those after it are not there.
    progress
        As of `gather`, with the replications of all experiments.
    """
    execute = partial(replicate, jobs=jobs, processes=processes, stop=stop)
    return _gathered(task, n, execute, places, 1, progress, partial(Matrix, apart=True))


def _gathered(
    task: Callable[[int, int], Parts],
    n: int,
    execute: Execute,
    places: Sequence[Sequence[Kept]],
    chunk: int,
    progress: Progress | None,
    empty: Callable[[], Matrix],
) -> Generator[tuple[tuple[Matrix, ...], int]]:
    cells = [range(first, min(first + CELL, n)) for first in range(0, n, CELL)]
    writing = _Writing()
    begun = deque(
        [_Cell(of, index, len(cell), writing) for index, cell in enumerate(cells)] for of in places
    )
    missing, first = [], []
    for experiment, of in enumerate(begun):
        for cell, known in zip(cells, of, strict=True):
            missing.append((experiment, cell[len(known) :]))
            first.append(tuple(cell.start + length for length in known.lengths))
    simulated = Simulated(task, missing, chunk, first)
    asked = n * len(places)
    finished = asked - sum(len(rest) for _, rest in missing)
    if progress is not None and finished:
        progress(finished, asked)
    with closing(writing), closing(execute(simulated, len(simulated))) as done:
        whole = True
        while begun and whole:
            matrices: tuple[Matrix, ...] = ()
            of = begun.popleft()
            reused = sum(map(len, of))
            for cell, known in zip(cells, of, strict=True):
                try:
                    while len(known) < len(cell) and (parts := next(done, ())):
                        finished += known.add(parts)
                        if progress is not None:
                            progress(finished, asked)
                finally:
                    known.save()
                if len(known):
                    joined = known.joined()
                    matrices = matrices or tuple(empty() for _ in joined)
                    for matrix, block in zip(matrices, joined, strict=True):
                        matrix.add(block)
                if len(known) < len(cell):
                    whole = False
                    break
            done_of_them = matrices[0].replications if matrices else 0
            yield matrices, min(reused, done_of_them)


class _Writing:
    """How often it is written what is not finished; that takes a twentieth of the time at most.

    So does looking after how much there is of all blocks.
    """

    def __init__(self) -> None:
        self._when, self._patience = time.monotonic(), PATIENCE
        self._tidied, self._rest = -math.inf, 0.0
        self._untidy: Path | None = None

    @property
    def due(self) -> bool:
        """Whether the last time is long ago."""
        return time.monotonic() - self._when > self._patience

    def write(self, index: int, parts: Sequence[tuple[Kept, Block]]) -> None:
        """Put parts of a cell in their places."""
        began = time.monotonic()
        for place, block in parts:
            place.write(index, block)
        self._untidy = parts[0][0].root
        if began - self._tidied > self._rest:
            self.close()
        self._when = time.monotonic()
        self._patience = max(PATIENCE, 20 * (self._when - began))

    def close(self) -> None:
        """Let what is kept be no more than it may be."""
        if self._untidy is not None:
            began = time.monotonic()
            keep_within(self._untidy, largest())
            self._untidy, self._tidied = None, time.monotonic()
            self._rest = 20 * (self._tidied - began)


class _Cell:
    """What there is of the parts of a cell, each from its first replication on."""

    def __init__(self, places: Sequence[Kept], index: int, length: int, writing: _Writing):
        self._places = places
        self._index = index
        self._writing = writing
        blocks = [place.read(index) for place in places]
        self._parts = [[] if block is None else [block.first(length)] for block in blocks]
        self.lengths = [sum(map(len, part)) for part in self._parts]
        """Of each part: replications that there are."""
        self._saved = list(self.lengths)

    def __len__(self) -> int:
        return min(self.lengths, default=0)

    def add(self, parts: Some) -> int:
        """Append replications; write what there is if that was long ago. Return how many."""
        before = len(self)
        if not self._parts:
            self._parts, self.lengths = [[] for _ in parts], [0 for _ in parts]
        for number, block in enumerate(parts):
            if block is not None:
                self._parts[number].append(block)
                self.lengths[number] += len(block)
        if self._writing.due:
            self.save()
        return len(self) - before

    def joined(self) -> Parts:
        """All replications of which there are all parts; nothing if there are none."""
        if not len(self):
            return ()
        return tuple(self._joined(part).first(len(self)) for part in range(len(self._parts)))

    def _joined(self, part: int) -> Block:
        self._parts[part] = [Block.joined(self._parts[part])]
        return self._parts[part][0]

    def save(self) -> None:
        """Write what is not yet written."""
        new = [k for k, _ in enumerate(self._places) if self.lengths[k] > self._saved[k]]
        if new:
            self._writing.write(self._index, [(self._places[k], self._joined(k)) for k in new])
            self._saved = list(self.lengths)
