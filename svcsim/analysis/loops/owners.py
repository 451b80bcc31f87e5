"""Owners: who had an item, one after another."""

import numpy as np

from svcsim._jit import inlined, jit
from svcsim.model.arrays import NEVER, NONE, Integers, Records


@jit
def hand_visits_over(
    visits: Records,
    until: Integers,
    owners: Integers,
    by_step: bool,
    below: int,
    group: Integers,
    number: Integers,
    ends: Integers,
    changes: Integers,
) -> None:
    """Count changes of owner between visits that were entered in time.

    Parameters
    ----------
    owners
        Of each step, or else of each visit; -1, or not `below` a number: nobody's.
    group
        Of each item.
    number
        Position of a token in its table, as `Paths.number` says it.
    ends
        (tokens, 2): first and last owner of each token are written here, if there is any.
    changes
        By group: what is counted is added here.
    """
    beyond = len(number) - 1
    last_token = NONE
    last_owner = NONE
    for k in range(len(visits)):
        item, token = visits[k]["item"], visits[k]["token"]
        owner = owners[visits[k]["step"]] if by_step else owners[k]
        if owner < 0 or owner >= below or visits[k]["entered"] >= until[item]:
            continue
        if token == last_token and owner != last_owner:
            changes[group[item]] += 1
        at = number[min(token, beyond)]
        if at >= 0:
            ends[at, 1] = owner
            if token != last_token:
                ends[at, 0] = owner
        last_token, last_owner = token, owner


@jit
def hand_spells_over(
    slices: Records,
    until: Integers,
    below: int,
    group: Integers,
    number: Integers,
    ends: Integers,
    changes: Integers,
) -> None:
    """Count changes of person between spells of work that began in time (`hand_visits_over`).

    Of those who begin together on a token, the first of the first team stands for all; who joins
    them later takes nothing over. Pools not `below` a number are no teams.
    """
    beyond = len(number) - 1
    last_token = NONE
    last_owner = NONE
    begun = NONE
    latest = NONE
    for k in range(len(slices)):
        item, token, begin = slices[k]["item"], slices[k]["token"], slices[k]["begin"]
        if slices[k]["pool"] >= below or begin >= until[item]:
            continue
        fresh = token != last_token
        if fresh or (begin >= latest and begin != begun):
            owner = (slices[k]["group"] << 32) | slices[k]["person"]
            if not fresh and owner != last_owner:
                changes[group[item]] += 1
            at = number[min(token, beyond)]
            if at >= 0:
                ends[at, 1] = owner
                if fresh:
                    ends[at, 0] = owner
            last_owner = owner
        latest = slices[k]["end"] if fresh else max(latest, slices[k]["end"])
        last_token, begun = token, begin


@jit
def hand_tokens_over(
    tokens: Records,
    number: Integers,
    before: Integers,
    stream: Integers,
    group: Integers,
    ends: Integers,
    changes: Integers,
) -> None:
    """Count changes of owner where a token begins (`hand_visits_over`).

    Its first owner is compared with the last one of the token whose end let it begin, or of that
    one's own, and so on; and with the last one of every other token that was waited for. `before`
    has the strands that are waited for, as bits, by stream and strand. `ends` and `changes` have a
    row for each kind of owner.
    """
    handed = ends[:, :, 1].copy()
    first = 0
    for b in range(len(tokens)):
        item = tokens[b]["item"]
        if tokens[first]["item"] != item:
            first = b
        of = number[tokens[b]["of"]] if tokens[b]["of"] >= 0 else NONE
        if of >= 0:
            for level in range(len(ends)):
                giving, taking = handed[level, of], ends[level, b, 0]
                if giving >= 0 and taking >= 0 and giving != taking:
                    changes[level, group[item]] += 1
                if handed[level, b] < 0:
                    handed[level, b] = giving
        bits = before[stream[item], tokens[b]["first"]]
        if bits & (bits - 1) == 0:
            continue
        since = _begun_before(tokens, first, b)
        for other in range(before.shape[1]):
            if bits >> other & 1:
                at = _ended_last(tokens, first, other, tokens[b]["began"])
                if at < 0 or tokens[at]["ended"] <= since or at == of:
                    continue
                for level in range(len(ends)):
                    giving, taking = ends[level, at, 1], ends[level, b, 0]
                    if giving >= 0 and taking >= 0 and giving != taking:
                        changes[level, group[item]] += 1


@inlined
def _begun_before(tokens: Records, first: int, b: int) -> int:
    """Return when the strand of token b began the time before, in its item; -1 the first time."""
    since = NONE
    k = first
    while k < len(tokens) and tokens[k]["item"] == tokens[b]["item"]:
        began = tokens[k]["began"]
        earlier = began < tokens[b]["began"] or (began == tokens[b]["began"] and k < b)
        if earlier and tokens[k]["first"] == tokens[b]["first"]:
            since = max(since, began)
        k += 1
    return since


@inlined
def _ended_last(tokens: Records, first: int, strand: int, tick: int) -> int:
    """Return which token of the item at `first` ended last in a strand, at the tick or before."""
    last = NONE
    k = first
    while k < len(tokens) and tokens[k]["item"] == tokens[first]["item"]:
        token = tokens[k]
        if token["strand"] == strand and token["cancelled"] == 0 and token["ended"] <= tick:
            if last < 0 or token["ended"] >= tokens[last]["ended"]:
                last = k
        k += 1
    return last


@jit
def let_go(slices: Records, below: int, n: int) -> Integers:
    """Return when the one person who did all the work on each of n items was done with it.

    NEVER of an item on which several worked, or one with a break; -1 where nobody did. Pools not
    `below` a number are no teams. Who has no number goes on only with what ended as it begins.
    """
    owner = np.full(n, NONE, np.int64)
    ended = np.full(n, NONE, np.int64)
    began = np.zeros(n, np.int64)
    ticks = np.zeros(n, np.int64)
    for k in range(len(slices)):
        item, person, begin, end = (
            slices[k]["item"],
            slices[k]["person"],
            slices[k]["begin"],
            slices[k]["end"],
        )
        if slices[k]["pool"] >= below or ended[item] == NEVER:
            continue
        who = (slices[k]["group"] << 32) | person
        if owner[item] == NONE:
            owner[item], began[item], ended[item], ticks[item] = who, begin, end, end - begin
        elif who != owner[item] or (person == 0 and begin != ended[item]):
            ended[item] = NEVER
        else:
            began[item] = min(began[item], begin)
            ended[item] = max(ended[item], end)
            ticks[item] += end - begin
    for i in range(n):
        if ticks[i] != ended[i] - began[i] and owner[i] >= 0:
            ended[i] = NEVER
    return ended
