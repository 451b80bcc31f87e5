"""Model A and model B through the public API, against the same models for SimPy, Ciw and cimba.

All are simulated in turns, each in one thread. What is compared must be the same: the mean wait of
model A, and the mean lead time of each class of model B, must agree within 3 standard errors; and
a peer must be as fast as it is known to be, or the comparison is void.
"""

import math
from contextlib import ExitStack

import numpy as np
from scipy import stats

import svcsim
from benchmarks.clock import cpu
from benchmarks.models import A, B, network
from benchmarks.peers import NAMES, Peer
from benchmarks.report import Report, rate
from svcsim.engines import compiled
from svcsim.model.arrays import NEVER
from svcsim.model.build import build
from svcsim.scenario.schema import Scenario

FILES = {"a": A, "b": B}
MEASURE = {"a": "wait_time", "b": "lead_time"}
THEORY = {"a": 2.7235}
"""The mean wait of M/M/3 with utilisation .9, in hours."""
KNOWN = {
    "a": {"simpy": 93e3, "ciw": 39e3, "cimba": 3.8e6},
    "b": {"simpy": 94.5e3, "ciw": 41e3, "cimba": 2.45e6},
}
"""Steps a second of each peer as found by others who tried to make it fast; of a range, the top."""
TURNS = {"a": 4, "b": 3}
VOID = 0.8
AT_ONCE = {"simpy": 1, "ciw": 1, "cimba": 5, "svcsim": 5}
"""Replications in a turn."""
REFERENCE, FEW = 40, 12
"""Replications of svcsim that others are compared with, and of a quick run."""
BOUND = 3.0
"""Standard errors."""


def run(letter: str, report: Report, quick: bool) -> None:
    with ExitStack() as stack:
        peers = [stack.enter_context(Peer(name)) for name in NAMES]
        for peer in peers:
            if peer.missing:
                report.say(f"{peer.name}: {peer.missing}.")
        here = [peer for peer in peers if not peer.missing]
        _compare(report, letter, here, quick)


def _compare(report: Report, letter: str, peers: list[Peer], quick: bool) -> None:
    turns, file = 1 if quick else TURNS[letter], FILES[letter]
    scenario, about = svcsim.load(file), network(file)
    worker = compiled.Worker(build(scenario).model)
    n = AT_ONCE["svcsim"]
    steps = sum(_services(worker, replication) for replication in range(n))
    svcsim.run(scenario, replications=1, jobs=1)
    compile_seconds = {p.name: p.simulate(letter, about, range(1))["seconds"]
                       for p in peers if p.name == "cimba"}  # fmt: skip
    best: dict[str, float] = {}
    means: dict[str, list[list[float]]] = {peer.name: [] for peer in peers}
    for turn in range(turns):
        for peer in peers:
            many = 1 if quick and peer.name != "cimba" else AT_ONCE[peer.name]
            found = peer.simulate(letter, about, range(turn * many, turn * many + many))
            _keep(best, peer.name, found["steps"] / found["seconds"])
            means[peer.name] += found["means"]
        engine = cpu(lambda: [worker.simulate(1, replication) for replication in range(n)])
        _keep(best, "svcsim, engine", steps / engine)
        whole = cpu(lambda: svcsim.run(scenario, replications=n, seed=1, jobs=1))
        _keep(best, "svcsim", steps / whole)
    report.say(f"{steps / n:,.0f} steps a replication.")
    _speeds(report, letter, peers, best)
    for name, seconds in compile_seconds.items():
        report.say(f"Before that, {name} compiles for {seconds:.1f} s in every process.")
    _agreement(report, letter, scenario, means, FEW if quick else REFERENCE)


def _keep(best: dict[str, float], name: str, found: float) -> None:
    best[name] = max(best.get(name, 0.0), found)


def _services(worker: compiled.Worker, replication: int) -> int:
    """Services, and the few that are not completed when the replication ends."""
    return int(np.count_nonzero(worker.simulate(1, replication).visits["started"] < NEVER))


def _speeds(report: Report, letter: str, peers: list[Peer], best: dict[str, float]) -> None:
    """Print the speeds, and whether the peers are as fast as they are known to be."""
    known, rows, void = KNOWN[letter], [], []
    scale = best["simpy"] / known["simpy"] if "simpy" in best else math.nan
    for name in [*(peer.name for peer in peers), "svcsim, engine", "svcsim"]:
        ratio = f"{best[name] / best['simpy']:.2f}" if "simpy" in best else "–"
        of_known = "–"
        if name in known and not math.isnan(scale):
            share = best[name] / (known[name] * scale)
            of_known = f"{share:.0%}" if name != "simpy" else "the scale"
            if share < VOID:
                void.append(name)
        label = {"svcsim, engine": "svcsim, engine alone", "svcsim": "svcsim, `svcsim.run`"}
        reference = rate(known[name]) if name in known else "–"
        rows.append((label.get(name, name), rate(best[name]), ratio, reference, of_known))
    report.table(("", "steps/s", "× SimPy", "known steps/s", "of known, scaled"), rows)
    if "cimba" in best:
        report.say(f"`svcsim.run` does {best['svcsim'] / best['cimba']:.2f} × the steps of cimba.")
    for name in void:
        report.say(f"**The comparison with {name} is void**: it is below {VOID:.0%} of what it is "
                   "known to do on a machine as fast as this one.")  # fmt: skip


def _agreement(
    report: Report, letter: str, scenario: Scenario, means: dict[str, list[list[float]]], many: int
) -> None:
    """Print the means, and how many standard errors they are apart."""
    results = svcsim.run(scenario, replications=many, seed=1)
    frame = results.measures
    classless = frame[["class", "team", "step", "activity", "cause"]].isna().all(axis=1)
    mean = (frame["measure"] == MEASURE[letter]) & (frame["statistic"] == "mean")
    said = frame[mean & classless & frame["stream"].notna()]
    values = said["value"].to_numpy()
    spread = said["half_width"].to_numpy() / stats.t.ppf(0.975, many - 1) * many**0.5
    rows, apart = [("svcsim", many, *(f"{v:.4f}" for v in values), "")], []
    if letter in THEORY:
        z = (values[0] - THEORY[letter]) / (spread[0] / many**0.5)
        rows.append(("theory", "", f"{THEORY[letter]:.4f}", f"{z:+.1f}"))
        apart += ["theory"] if abs(z) > BOUND else []
    for name, found in means.items():
        average = np.mean(found, axis=0)
        z = (average - values) / (spread * (1 / len(found) + 1 / many) ** 0.5)
        rows.append((name, len(found), *(f"{v:.4f}" for v in average),
                     " ".join(f"{x:+.1f}" for x in z)))  # fmt: skip
        apart += [name] if np.any(np.abs(z) > BOUND) else []
    what = [f"{MEASURE[letter].replace('_', ' ')}, {name} [h]" for name in said["stream"]]
    report.table(("", "replications", *what, "standard errors apart"), rows)
    for name in apart:
        report.say(f"**The comparison with {name} is void**: its means are more than {BOUND:.0f} "
                   "standard errors away.")  # fmt: skip
    if not apart:
        report.say(f"All means agree within {BOUND:.0f} standard errors.")
