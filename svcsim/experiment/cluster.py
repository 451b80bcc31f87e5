"""Replications on an existing Dask cluster: the extra ``svcsim[cluster]``.

What a worker is to do travels once, with the compiled model and its tables, as a task of its own:
the scheduler can have it made again when every worker that held it is gone, and the same is true of
every chunk. Results come back in the order of the numbers, as from threads.
"""

import asyncio
import pickle
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import lru_cache
from math import ceil
from typing import Any, TypeVar
from uuid import uuid4

from svcsim.errors import ArgumentError, SvcsimError
from svcsim.experiment.fingerprint import ingredients
from svcsim.experiment.replicate import AHEAD

T = TypeVar("T")
PATIENCE = 5.0
"""Seconds to wait for the scheduler, and for its first worker."""
GLANCE = 0.25
"""Seconds between two looks at whether to stop."""
SHARES = 4
"""Chunks for each thread of the cluster, so that none waits long for the last one."""
LONGEST = 8
"""Replications of a chunk at most: what is lost when a worker dies."""


class Cluster:
    """Workers that are connected.

    Attributes
    ----------
    alike : bool
        Whether their processors are the same as here. If not, the last bit of a logarithm may
        differ, and nothing of it may be mixed with what is kept here.
    """

    def __init__(self, client: Any, address: str, made_of: dict[str, str], alike: bool):
        self._client = client
        self._address = address
        self._made_of = made_of
        self.alike = alike

    def chunk(self, n: int) -> int:
        """Return how many of `n` replications a worker should do at a time."""
        return max(1, min(LONGEST, ceil(n / (SHARES * self._threads()))))

    def replicate(
        self, task: Callable[[int], T], n: int, *, stop: Callable[[], bool] = lambda: False
    ) -> Generator[T]:
        """Yield ``task(0)``, ``task(1)``, ... ``task(n - 1)`` in order.

        What a worker had when it died is done again by another.

        Parameters
        ----------
        task
            What to do for a replication; picklable.
        n
            Number of replications.
        stop
            Asked while waiting: yield no more of them? What is outstanding is cancelled.

        Raises
        ------
        ArgumentError
            If the cluster goes away, or one chunk is the end of worker after worker.
        """
        name = f"svcsim-{uuid4().hex}"
        waiting: deque[Any] = deque()
        begun = 0
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Sending large graph", UserWarning)
            data = self._client.submit(bytes, pickle.dumps(task, 5), key=f"{name}-task", pure=False)
        try:
            while not stop() and (waiting or begun < n):
                with self._in_words():
                    most = AHEAD * self._threads()
                    while begun < n and len(waiting) < most:
                        arguments = (data, self._made_of, begun)
                        waiting.append(
                            self._client.submit(_perform, *arguments, key=(name, begun), pure=False)
                        )
                        begun += 1
                    if not _arrived(waiting[0], stop):
                        return
                    result = waiting.popleft().result()
                yield result
        finally:
            if waiting:
                with suppress(Exception):  # of a cluster that has gone away
                    self._client.cancel(list(waiting))

    def _threads(self) -> int:
        return max(1, int(sum(self._client.nthreads().values())))

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Say what happened to the cluster, instead of what happened to Dask."""
        import distributed

        gone = (distributed.client.CancelledError, OSError)
        try:
            yield
        except distributed.scheduler.KilledWorker as error:
            raise self._problem(
                f"{error.allowed_failures + 1} workers died one after another at the same "
                "replications; look at their logs, and give them more memory"
            ) from None
        except ImportError as error:
            raise self._problem(
                f"a worker cannot import svcsim ({error}); install the same svcsim on every machine"
            ) from None
        except gone as error:
            lost = not isinstance(error, OSError) or isinstance(
                error, distributed.comm.CommClosedError
            )
            if not lost and self._client.status == "running":
                raise  # what a worker has to say
            raise self._problem(
                "the cluster went away; the same again goes on from what had come back, "
                "where that is kept"
            ) from None

    def _problem(self, text: str) -> ArgumentError:
        return ArgumentError("cluster", self._address, text)


def _arrived(future: Any, stop: Callable[[], bool]) -> bool:
    """Wait for a result; False if the user asked to stop before it was there."""
    while not future.done():
        if stop():
            return False
        with suppress(TimeoutError):
            future.exception(timeout=GLANCE)
    return True


@contextmanager
def connected(address: str) -> Iterator[Cluster]:
    """Connect to the scheduler of a cluster, and look whether its workers are what is here.

    Raises
    ------
    ArgumentError
        If Dask is not installed, there is no cluster, it has no worker, or one of another svcsim
        or other libraries.
    """
    try:
        import distributed
    except ImportError:
        problem = "Dask is not installed; pip install 'svcsim[cluster]'"
        raise ArgumentError("cluster", address, problem) from None
    try:
        with ThreadPoolExecutor(1) as aside:  # there may be an event loop here already
            aside.submit(asyncio.run, _greet(address)).result()
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False, name="svcsim")
    except Exception as error:  # each of Dask's protocols has its own
        reason = str(error).partition("\n")[0].rstrip(".") or "nothing answers as one would"
        raise ArgumentError(
            "cluster", address, f"no Dask scheduler there ({reason}); start one with "
            "`dask scheduler`, and write the address that it prints, such as tcp://10.0.0.1:8786",
        ) from None  # fmt: skip
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError:
            problem = f"it has no worker; start some with `dask worker {address}`"
            raise ArgumentError("cluster", address, problem) from None
        here, there = ingredients(), client.run(ingredients, on_error="return")
        alike = all(found == here for found in there.values())
        if not alike:
            here = {name: is_ for name, is_ in here.items() if name != "processor"}
        for worker, found in there.items():
            if problem := _different(here, found):
                raise ArgumentError("cluster", address, f"worker {worker} {problem}")
        yield Cluster(client, address, here, alike)


async def _greet(address: str) -> None:
    """Connect as a client would, and hang up.

    A client that cannot read the address, or finds something else there, waits without end, or
    speaks of it again when it is forgotten.
    """
    import distributed

    async with asyncio.timeout(2 * PATIENCE):  # what Dask says of its own is better
        security = distributed.Security().get_connection_args("client")
        comm = await distributed.comm.connect(address, timeout=PATIENCE, **security)
        await comm.close()


def _different(here: dict[str, str], there: dict[str, str] | Exception) -> str:
    """Say what a worker has that is not what is here; nothing if that is the same."""
    if isinstance(there, Exception):
        return f"cannot import this svcsim ({there}); install the same svcsim on every machine"
    for name, is_ in here.items():
        if (found := there.get(name)) != is_:
            return f"has {name} {found}, here is {is_}; install the same on every machine"
    return ""


def _perform(data: bytes, made_of: dict[str, str], index: int) -> object:
    """In a worker, which may have come after the others were looked at: do a task."""
    if problem := _different(made_of, ingredients()):
        raise SvcsimError(f"a worker that came later {problem}")
    return _opened(data)(index)


@lru_cache(4)
def _opened(data: bytes) -> Callable[[int], object]:
    """In a worker: what to do, with the memory that its threads have for it."""
    task: Callable[[int], object] = pickle.loads(data)
    return task
