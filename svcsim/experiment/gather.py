"""Replications from where they are kept, and from workers, in the order of their numbers.

An experiment may have several parts: a comparison has the numbers of each scenario, and what
happened to the items of each pair. A replication is kept if all of its parts are.
"""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial

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
Execute = Callable[[Callable[[int], Parts], int], Generator[Parts]]
"""What yields the results of a task for 0, 1, ... in this order, however they are made."""
PATIENCE = 2.0
"""Seconds after which what is finished of a cell is written, though the cell is not."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """Chunks of replications, for workers. Can be pickled if the task can."""

    task: Callable[[int], Parts]
    chunks: tuple[range, ...]

    def __call__(self, index: int) -> Parts:
        """Simulate a chunk."""
        parts = zip(*map(self.task, self.chunks[index]), strict=True)
        return tuple(Block.joined(part) for part in parts)


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
        What to do for a replication, one block for each part; picklable with `processes`.
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
        return _gathered(task, n, execute, places, chunk, progress)


def _gathered(
    task: Callable[[int], Parts],
    n: int,
    execute: Execute,
    places: Sequence[Kept],
    chunk: int,
    progress: Progress | None,
) -> tuple[tuple[Matrix, ...], int]:
    cells = [range(first, min(first + CELL, n)) for first in range(0, n, CELL)]
    begun = [_Cell(places, index, len(cell)) for index, cell in enumerate(cells)]
    missing = [cell[len(known) :] for cell, known in zip(cells, begun, strict=True)]
    chunks = tuple(
        rest[first : first + chunk] for rest in missing for first in range(0, len(rest), chunk)
    )
    reused = finished = n - sum(map(len, missing))
    if progress is not None and reused:
        progress(finished, n)
    matrices: tuple[Matrix, ...] = ()
    simulated = Simulated(task, chunks)
    with closing(execute(simulated, len(chunks))) as done:
        for cell, known in zip(cells, begun, strict=True):
            try:
                while len(known) < len(cell) and (parts := next(done, ())):
                    known.add(parts)
                    finished += len(parts[0])
                    if progress is not None:
                        progress(finished, n)
            finally:
                known.save()
            if len(known):
                joined = known.joined()
                matrices = matrices or tuple(Matrix() for _ in joined)
                for matrix, block in zip(matrices, joined, strict=True):
                    matrix.add(block)
            if len(known) < len(cell):
                break
    done_of_them = matrices[0].replications if matrices else 0
    return matrices, min(reused, done_of_them)


class _Cell:
    """What there is of a cell, from its first replication on."""

    def __init__(self, places: Sequence[Kept], index: int, length: int):
        self._places = places
        self._index = index
        blocks = [place.read(index) for place in places]
        found = tuple(block for block in blocks if block is not None)
        whole = bool(found) and len(found) == len(blocks)
        least = min([length, *map(len, found)])
        self._parts: list[Parts] = [tuple(block.first(least) for block in found)] if whole else []
        self._length = least if whole else 0
        self._saved = self._length
        self._when = time.monotonic()
        self._patience = PATIENCE

    def __len__(self) -> int:
        return self._length

    def add(self, parts: Parts) -> None:
        """Append replications; write what there is if that was long ago."""
        self._parts.append(parts)
        self._length += len(parts[0])
        if time.monotonic() - self._when > self._patience:
            self.save()

    def joined(self) -> Parts:
        """All replications; nothing if there are none."""
        if len(self._parts) > 1:
            self._parts = [tuple(Block.joined(part) for part in zip(*self._parts, strict=True))]
        return self._parts[0] if self._parts else ()

    def save(self) -> None:
        """Write what is not yet written; that takes a twentieth of the time at most."""
        if not self._places or self._saved == self._length:
            return
        began = time.monotonic()
        for place, block in zip(self._places, self.joined(), strict=True):
            place.write(self._index, block)
        keep_within(self._places[0].root, largest())
        self._saved, self._when = self._length, time.monotonic()
        self._patience = max(PATIENCE, 20 * (self._when - began))
