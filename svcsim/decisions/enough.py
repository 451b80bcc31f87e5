"""Whether a variant with fewer people, or fewer places on an agenda, can work at all.

How much work comes is the same as in the scenario, and known already; only who is there for it is
looked at again, by the rules of `svcsim check`.
"""

from dataclasses import replace

import numpy as np

from svcsim.analysis.attending import attended
from svcsim.analysis.capacity import (
    agenda_overload,
    limit_overload,
    never_together,
    overload,
    window_overload,
)
from svcsim.analysis.facts import Facts
from svcsim.analysis.groups import groups_of, people_of
from svcsim.analysis.load import needs
from svcsim.analysis.predict import staffed_and_offered
from svcsim.analysis.queues import PoolForecast
from svcsim.errors import Problem
from svcsim.model.arrays import Model
from svcsim.model.build import Compiled
from svcsim.model.codes import UNLIMITED
from svcsim.scenario.schema import Scenario

RULES = (overload, never_together, window_overload, limit_overload, agenda_overload)


class Enough:
    """What is known of a scenario, to hold its variants against."""

    def __init__(self, scenario: Scenario, compiled: Compiled):
        self._facts = Facts.of(scenario, compiled)

    def refusal(self, model: Model) -> str:
        """Return why a variant of the model cannot work; empty if it can."""
        short = _too_few(model, self._facts)
        if short:
            return short
        known = self._facts.prediction
        sitting = attended(model, known.flows, known.items, known.moments)
        shifts, held, load = staffed_and_offered(model, known.works, sitting)
        plain = tuple(
            PoolForecast(p, people_of(model, p), old.requests, float(load[p]),
                         float(shifts[p] + held[p]), old.least)
            for p, old in enumerate(known.plain)
        )  # fmt: skip
        facts = replace(
            self._facts, model=model, prediction=replace(known, model=model, plain=plain)
        )
        found = (one.found for rule in RULES for one in rule(facts) if isinstance(one, Problem))
        return next(found, "")


def _too_few(model: Model, facts: Facts) -> str:
    """Find work for which there are never enough people at once."""
    people = [
        np.inf if model.pools[p]["unlimited"] or UNLIMITED in model.groups["people"][groups]
        else model.groups["people"][groups].sum()
        for p in range(len(model.pools))
        for groups in [groups_of(model, p)]
    ]  # fmt: skip
    for work in facts.prediction.works:
        quorum = int(model.seizes[work.seize]["quorum"])
        ways = needs(model, work.seize)
        if quorum and sum(people[p] for p in {p for way in ways for p in way}) >= quorum:
            continue
        if not quorum and any(all(people[p] >= n for p, n in way.items()) for way in ways):
            continue
        wanted = {facts.name(p): n for p, n in ways[0].items()}
        who = " and ".join(f"{n} of {name}" for name, n in wanted.items())
        return f"{facts.names[work.step]} takes {f'{quorum} people' if quorum else who}"
    return ""
