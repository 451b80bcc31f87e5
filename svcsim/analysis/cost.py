"""What the work costs: the hours of people on items, and the hours that are paid for."""

from collections.abc import Iterator
from typing import Any

from svcsim.analysis.calculation import per
from svcsim.analysis.item_sums import ItemSums
from svcsim.analysis.key import Key, Said, named
from svcsim.analysis.presence import Presence
from svcsim.analysis.questions import Questions
from svcsim.analysis.scopes import over_scopes, scopes
from svcsim.analysis.staffing import paid_by_group
from svcsim.analysis.sums import Sums
from svcsim.model.arrays import TICKS_PER_HOUR


def _names_of_person_time(questions: Questions) -> Iterator[Key]:
    for scope in questions.once(scopes):
        yield Key("person_time", "mean", "h", scope.stream_name, scope.cls_name)


@named(_names_of_person_time, Presence.of, ItemSums.of)
def person_time(sums: Sums) -> Iterator[Said]:
    """Mean person-hours of all teams on an item of the cohort, set-up included."""
    questions = sums.questions
    of_teams = questions.model.groups["pool"] < questions.names.n_teams
    effort = sums.of(Presence.of).effort[of_teams].sum(axis=0)
    ticks, n = (over_scopes(questions, of).tolist() for of in (effort, sums.of(ItemSums.of).cohort))
    for one, items in zip(ticks, n, strict=True):
        yield Said(one / TICKS_PER_HOUR, items)


def _currencies(questions: Questions) -> dict[str, list[tuple[int, float]]]:
    """Groups that have a price, by currency, with the price of a tick."""
    found: dict[str, list[tuple[int, float]]] = {}
    for group, cost in enumerate(questions.costs):
        if cost is not None:
            found.setdefault(cost.currency, []).append((group, cost.amount / TICKS_PER_HOUR))
    return dict(sorted(found.items()))


def _names_of_cost(questions: Questions) -> Iterator[Key]:
    for currency in questions.once(_currencies):
        for scope in questions.once(scopes):
            where = scope.stream_name, scope.cls_name
            yield Key("cost_per_item", "touch", currency, *where)
            if scope.cls < 0:
                yield Key("cost_per_item", "full", currency, *where)
        yield Key("cost_per_item", "full", currency)


@named(_names_of_cost, Presence.of, ItemSums.of)
def cost_per_item(sums: Sums) -> Iterator[Said]:
    """Cost per item of the cohort, of the teams that have a price.

    ``touch`` is marginal: the person-hours on the items. ``full`` is what is paid for in [warm_up,
    horizon), shared among the streams in proportion to the person-hours that the team spent on
    each, so that each bears its part of the standing load; people on call are paid for the time in
    which they are held; a team that had nothing to do is part of the total over all streams only.
    """
    questions, currencies = sums.questions, sums.questions.once(_currencies)
    n_streams = len(questions.names.value_streams)
    presence, counts = sums.of(Presence.of), sums.of(ItemSums.of).cohort
    effort = over_scopes(questions, presence.effort.transpose(1, 2, 0)).tolist()
    number, of_group = over_scopes(questions, counts).tolist(), presence.of_group.tolist()
    for priced in currencies.values():
        paid = {group: price * _paid(questions, of_group, group) for group, price in priced}
        for scope, ticks, n in zip(questions.once(scopes), effort, number, strict=True):
            yield Said(sum(price * ticks[group] for group, price in priced), n)
            if scope.cls < 0:
                full = sum(
                    per(paid[group] * busy[scope.stream], sum(busy[:n_streams]))
                    for group, _ in priced
                    for busy in [of_group[group]]
                )
                yield Said(full, n)
        yield Said(sum(paid.values()), counts[:n_streams].sum())


def _paid(questions: Questions, of_group: list[list[Any]], group: int) -> Any:
    """Person-ticks that are paid for in [warm_up, horizon): of people on call, those held."""
    if questions.model.groups[group]["on_call"]:
        return sum(of_group[group])
    return questions.once(paid_by_group)[group]
