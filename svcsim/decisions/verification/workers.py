"""The same bits for any number of workers and any blocks, and the identities of all of them."""

from collections.abc import Iterator

from svcsim.decisions.verification.check import Check
from svcsim.decisions.verification.stories import difference
from svcsim.engines import compiled
from svcsim.experiment.fingerprint import fingerprint
from svcsim.experiment.gather import gather
from svcsim.experiment.matrix import Matrix
from svcsim.experiment.replicate import cores
from svcsim.experiment.run import Summary
from svcsim.experiment.study import Study
from svcsim.model.arrays import Model

WAYS = ((1, 1), (2, 1), (3, 1), (2, 2), (1, 4))
"""Workers, and replications that one of them does at a time; the first is held to be right."""
IDENTITIES = {
    "lead_time": ("touch and waits", "add up to the lead time of every item, in ticks", "57"),
    "little": ("Little's law", "holds exactly, by stream and by step", "65"),
    "flow": ("flow", "who arrived has left, or is still there", "7"),
}


def _bits(matrix: Matrix) -> str:
    numbers = matrix.numbers()
    histograms = sorted(((repr(key), one) for key, one in numbers.histograms.items()), key=_first)
    return fingerprint(
        [repr(key) for key in numbers.sums], numbers.numerators, numbers.denominators, histograms
    )


def _first(pair: tuple[str, object]) -> str:
    return pair[0]


def identities(study: Study, replications: int) -> Iterator[Check]:
    """Reduce replications of the whole run: what holds in every one of them."""
    (matrix,), _ = gather(Summary(study), replications, jobs=cores())
    times = f"{replications} replication{'s' * (replications > 1)} of the whole run"
    for name, holds in matrix.identities.items():
        title, law, source = IDENTITIES[name]
        yield Check.of("identities", title, law, source, "" if holds else f"not in {times}", times)


def workers(study: Study, replications: int) -> Check:
    """Reduce the same replications in several ways."""
    base, wrong = "", ""
    for jobs, chunk in WAYS:
        (matrix,), _ = gather(Summary(study), replications, jobs=jobs, chunk=chunk)
        bits = _bits(matrix)
        base = base or bits
        if bits != base:
            wrong = wrong or f"{jobs} workers with {chunk} replications at a time: other numbers"
    return Check.of(
        "workers", "any workers", "1, 2, 3 workers, blocks of 1, 2, 4: the same bits",
        "methods 6.7 M4", wrong, f"{replications} replications",
    )  # fmt: skip


def alone(model: Model, seed: int, replications: int) -> Check:
    """Compare replications for themselves with what one worker tells after others."""
    worker = compiled.Worker(model)
    among = {n: worker.simulate(seed, n) for n in reversed(range(replications))}
    wrong = ""
    for n, run in among.items():
        found = difference(compiled.simulate(model, seed, n), run)
        wrong = wrong or (found and f"replication {n}, {found} (alone and among others)")
    return Check.of(
        "workers", "alone", "a replication alone is the same as among others",
        "methods 6.7 M5", wrong, f"{replications} replications",
    )  # fmt: skip
