"""What the work costs: the hours of people on items, and the hours that are paid for."""

from collections.abc import Iterator

from svcsim.analysis.followed import Followed
from svcsim.analysis.key import Key, Sum
from svcsim.analysis.presence import Presence
from svcsim.analysis.staffing import paid_ticks
from svcsim.model.arrays import TICKS_PER_HOUR


def person_time(run: Followed, presence: Presence) -> Iterator[Sum]:
    """Mean person-hours of all teams on an item of the cohort, set-up included."""
    of_teams = run.questions.model.groups["pool"] < run.questions.names.n_teams
    teams = presence.effort[of_teams].sum(axis=0)
    for scope in run.scopes:
        effort = teams[scope.stream]
        ticks = int(effort.sum() if scope.cls < 0 else effort[scope.cls])
        key = Key("person_time", "mean", "h", scope.stream_name, scope.cls_name)
        yield Sum(key, ticks / TICKS_PER_HOUR, len(scope.cohort))


def cost_per_item(run: Followed, presence: Presence) -> Iterator[Sum]:
    """Cost per item of the cohort, of the teams that have a price.

    ``touch`` is marginal: the person-hours on the items. ``full`` is what is paid for in [warm_up,
    horizon), shared among the streams in proportion to the person-hours that the team spent on
    each; people on call are paid for the time in which they are held;
    a team that had nothing to do is part of the total over all streams only.
    """
    costs = run.questions.costs
    currencies = sorted({cost.currency for cost in costs if cost is not None})
    for currency in currencies:
        priced = [
            (group, cost.amount / TICKS_PER_HOUR)
            for group, cost in enumerate(costs)
            if cost is not None and cost.currency == currency
        ]
        paid = {group: price * _paid(run, presence, group) for group, price in priced}
        for scope in run.scopes:
            effort = presence.effort[:, scope.stream]
            of_scope = effort.sum(axis=1) if scope.cls < 0 else effort[:, scope.cls]
            touch = sum(price * int(of_scope[group]) for group, price in priced)
            where = (scope.stream_name, scope.cls_name)
            n = len(scope.cohort)
            yield Sum(Key("cost_per_item", "touch", currency, *where), touch, n)
            if scope.cls < 0:
                full = sum(
                    paid[group] * int(presence.of_group[group, scope.stream]) / busy
                    for group, _ in priced
                    if (busy := int(presence.of_group[group].sum()))
                )
                yield Sum(Key("cost_per_item", "full", currency, *where), full, n)
        key = Key("cost_per_item", "full", currency)
        yield Sum(key, sum(paid.values()), sum(len(s.cohort) for s in run.scopes if s.cls < 0))


def _paid(run: Followed, presence: Presence, group: int) -> int:
    """Person-ticks that are paid for in [warm_up, horizon): of people on call, those held."""
    model = run.questions.model
    if model.groups[group]["on_call"]:
        return int(presence.of_group[group].sum())
    return paid_ticks(model, group, model.warm_up, model.horizon)
