"""Both engines, row by row, and the auditor of what they say."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from svcsim.audit import RULES, Finding, examine
from svcsim.decisions.verification.check import Check
from svcsim.decisions.verification.stories import difference, until
from svcsim.engines import compiled, reference
from svcsim.errors import SimulationError
from svcsim.model.arrays import TICKS_PER_HOUR, Model
from svcsim.model.codes import Op
from svcsim.model.trajectory import Trajectory

LONGEST_STORY = 8_000
"""Rows of one replication: the reference engine looks at everybody in a queue each time."""

AGREE = ("engines", "same rows", "both engines tell every row of every table alike", "59")


def cut(model: Model, first: Trajectory, rows: int) -> Model:
    """Return a model whose run is short enough for so many rows, by its first replication.

    It ends at a whole hour, if that is not before anything has happened.
    """
    begins = np.sort(first.rows["begin"])
    if len(begins) <= rows:
        return model
    end = max(int(begins[rows]), TICKS_PER_HOUR)
    return until(model, max(end // TICKS_PER_HOUR, 1) * TICKS_PER_HOUR)


@dataclass(frozen=True)
class Agreement:
    """What the engines and the auditor said."""

    checks: tuple[Check, ...]
    rows: int
    """How many were compared."""
    steps: int
    """How many steps were visited in them."""


def agreement(
    model: Model, seed: int, replications: int, step: Callable[[], None], words: str
) -> Agreement:
    """Simulate with both engines, compare, and let the auditor look at the reference's rows.

    Parameters
    ----------
    model
        The compiled scenario, short enough for the reference engine.
    seed, replications
        Which replications: 0 to replications - 1.
    step
        Called after each replication.
    words
        How long the run is.

    Raises
    ------
    SimulationError
        If both engines refuse with the same words.
    """
    wrong, rows = "", 0
    findings: dict[str, tuple[int, Finding]] = {}
    unknown: set[str] = set()
    visited: set[int] = set()
    worker = compiled.Worker(model)
    for replication in range(replications):
        fast, slow = (
            _told(simulate, seed, replication)
            for simulate in (worker.simulate, lambda *run: reference.simulate(model, *run))
        )
        if isinstance(fast, Exception) or isinstance(slow, Exception):
            if isinstance(fast, SimulationError) and str(fast) == str(slow):
                raise fast
            refused = " and ".join(
                f"{type(one).__name__} {one}" if isinstance(one, Exception) else "it goes on"
                for one in (fast, slow)
            )
            wrong = wrong or f"replication {replication}: {refused} (compiled and reference)"
            continue
        found = difference(fast, slow)
        if found and not wrong:
            wrong = f"replication {replication}, {found} (compiled and reference)"
        rows += len(slow.rows)
        visited.update(np.unique(slow.visits["step"]).tolist())
        audited = examine(model, slow, seed, replication)
        unknown |= audited.unknown
        for finding in audited.findings:
            findings.setdefault(finding.rule, (replication, finding))
        step()
    checks = [Check.of(*AGREE, wrong, f"{rows:,} rows: {words}")]
    audited_checks = _audited(findings, unknown, set(_without(model)))
    return Agreement((*checks, *audited_checks), rows, len(visited))


def _told(
    simulate: Callable[[int, int], Trajectory], seed: int, replication: int
) -> Trajectory | Exception:
    try:
        return simulate(seed, replication)
    except Exception as error:  # whatever it is, the other engine should have had it too
        return error


def _without(model: Model) -> Iterator[str]:
    """Yield the codes of rules of which a model has nothing."""
    codes = set(model.ops["code"].tolist())
    streams = model.streams
    for code, there in (
        ("A7", len(model.gates)),
        ("A9", len(model.limits)),
        ("A10", Op.PATIENCE in codes),
        ("A13", Op.AWAIT in codes),
        ("A14", len(model.triggers) or (streams["n_families"] > 0).any()),
    ):
        if not there:
            yield code


def _audited(
    findings: dict[str, tuple[int, Finding]], unknown: set[str], without: set[str]
) -> Iterator[Check]:
    """What became of each rule of the auditor."""
    broken = "A0" in findings
    for rule in RULES:
        about = "auditor", rule.name, rule.law, rule.sentences
        if rule.code in findings:
            replication, finding = findings[rule.code]
            yield Check(*about, "fails", f"replication {replication}: {finding.text}")
        elif rule.code in unknown or broken:
            yield Check(*about, "unknown", "not looked at to the end: something else is wrong")
        elif rule.code in without:
            yield Check.without(*about, f"the scenario has no {rule.name.replace(' and ', ' or ')}")
        else:
            yield Check(*about, "holds", "")
