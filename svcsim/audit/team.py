"""The people of a pool who come in groups (14, 17, 19, 34).

A pool that is not divided has one `Group`. A `Team` is the people of several, and says the same of
them: a person is one number, in which the place of the group, in the order of taking, comes before
the number in the group. So the lowest number is who is taken first (17).
"""

from collections.abc import Iterable
from typing import Any

from svcsim.model.arrays import Model

PLACE = 1 << 32
"""Between the numbers of two groups."""


def divided(model: Model) -> bool:
    """Say whether people come in groups, or are on call."""
    return bool((model.pools["n_groups"] > 1).any() or model.groups["on_call"].any())


class Team:
    """The people of a pool that is divided."""

    divided = True
    unlimited = False

    def __init__(self, book: Any, p: int):
        pool, records = book.pools[p], book.model.groups
        serving = book.model.pool_groups[pool.first : pool.first + pool.n_groups].tolist()
        on_call = {g: int(records["on_call"][g]) for g in serving}
        self.numbers: list[int] = sorted(
            serving, key=lambda g: (on_call[g], records["n_pools"][g], records["order"][g])
        )
        self.groups = [book.groups[g] for g in self.numbers]
        duty = {int(record["pool"]) for record in records if record["on_call"]}
        own = [int(records["pool"][g]) for g in self.numbers]
        self.kin = [
            -1 - pool if pool in duty else g for g, pool in zip(self.numbers, own, strict=True)
        ]
        """Which groups may resume what one of them paused: those of one number (34)."""
        self.streams = [int(records["streams"][g]) for g in self.numbers]
        self._places: dict[Any, frozenset[int] | None] = {}

    def who(self, g: int, person: int) -> int:
        """Return the number of somebody here."""
        return self.numbers.index(g) * PLACE + person

    def places(self, stream: int, own: frozenset[int] | None) -> frozenset[int] | None:
        """Return the places of the groups that may do some work (19, 34); None: all."""
        if (stream, own) not in self._places:
            found = frozenset(
                place
                for place, mask in enumerate(self.streams)
                if (mask < 0 or mask >> stream & 1) and (own is None or place in own)
            )
            every = len(found) == len(self.groups)
            self._places[stream, own] = None if every else found
        return self._places[stream, own]

    def owners(self, people: Iterable[int]) -> frozenset[int] | None:
        """Return the places of those who alone may resume what some people paused (34)."""
        kin = {self.kin[who // PLACE] for who in people}
        found = frozenset(place for place, one in enumerate(self.kin) if one in kin)
        return None if len(found) == len(self.kin) else found

    def in_time(self, places: Iterable[int] | None, t: int, length: int) -> frozenset[int]:
        """Return the places of groups in whose shift work may start that starts nothing late."""
        return frozenset(
            place
            for place in (range(len(self.groups)) if places is None else places)
            if self.groups[place].calendar.fits(t, length, self.groups[place].longest)
        )

    def everybody(self) -> set[int]:
        """Return the numbers of all people."""
        return {place * PLACE + m for place, one in enumerate(self.groups) for m in one.everybody()}

    def there(self, who: int, t: int) -> bool:
        """Say whether a person is there at t."""
        return bool(self.groups[who // PLACE].there(who % PLACE, t))

    def until(self, who: int, t: int) -> int:
        """Return the tick at which a person who is there at t leaves; t if absent."""
        return int(self.groups[who // PLACE].until(who % PLACE, t))

    def on_shift(self, t: int) -> set[int]:
        """Return the people who are there at t."""
        return {place * PLACE + m for place, one in enumerate(self.groups) for m in one.on_shift(t)}

    def falling(self, t: int) -> set[int]:
        """Return those who leave at t behind a dispatch (19)."""
        return {place * PLACE + m for place, one in enumerate(self.groups) for m in one.falling(t)}

    def edges(self) -> set[int]:
        """Return the ticks before the end at which the presence may change (R2)."""
        return set().union(*(one.edges() for one in self.groups))


def few(people: Iterable[int], places: frozenset[int] | None) -> list[int]:
    """Return those of some people who are of groups that may do some work."""
    return [who for who in people if places is None or who // PLACE in places]


def called(who: int) -> str:
    """Return how somebody of a pool is called in a finding."""
    return f"{who % PLACE}" if who < PLACE else f"{who % PLACE} of group {who // PLACE}"
