"""Who of a group is on shift, when (14 to 16)."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from svcsim.audit.on_call import Edge, falls
from svcsim.model.arrays import NEVER
from svcsim.model.codes import UNLIMITED

if TYPE_CHECKING:
    from svcsim.audit.book import Book


class Group:
    """The people of a pool, or some of them, and when each of them is there (14, 16)."""

    divided = False

    def __init__(
        self,
        book: "Book",
        record: Any,
        away: dict[int, list[tuple[int, int]]],
        rests: list[Edge],
    ):
        self.away = away
        """Spells that people are at sittings (38)."""
        self.off = falls(rests, record.people)
        """Spells that people are missing since somebody on call rests (19)."""
        self.slow = {edge.tick for edge in rests if edge.late}
        self.people = record.people
        self.order = record.order
        self.calendar = book.calendar(record.calendar)
        self.leave = record.leave
        self.day = record.day
        self.tag = record.tag
        self.longest = record.longest
        self.unlimited = record.people == UNLIMITED
        self.shared = not (away or rests) and (
            self.unlimited or self.calendar.always or (record.leave <= 0 and record.day <= 0)
        )
        """Everybody is there while the calendar is open."""
        self.book = book
        self._stays: dict[int, tuple[list[int], list[int]]] = {}

    def block(self, opens: int, closes: int, person: int) -> tuple[int, int]:
        """Return the daily block of absence of a person in a shift (16)."""
        length = round((closes - opens) * self.day)
        rest = closes - opens - length
        begin = opens + ((2 * person - 1) * rest) // (2 * self.people)
        return begin, begin + length

    def stays(self, person: int) -> tuple[list[int], list[int]]:
        """Return begins and ends of the spells that a person is there, touching ones joined."""
        if person not in self._stays:
            begins: list[int] = []
            ends: list[int] = []
            gone = sorted((*self.away.get(person, ()), *self.off.get(person, ())))
            for begin, end in self._without(self._spells(person), gone):
                if ends and ends[-1] == begin:
                    ends[-1] = end
                elif begin < end:
                    begins.append(begin)
                    ends.append(end)
            self._stays[person] = begins, ends
        return self._stays[person]

    @staticmethod
    def _without(
        spells: Iterable[tuple[int, int]], away: Iterable[tuple[int, int]]
    ) -> Iterable[tuple[int, int]]:
        """Yield what is left of spells."""
        for begin, end in spells:
            for gone, back in away:
                if begin < gone < end:
                    yield begin, gone
                if gone < end and begin < back:
                    begin = max(begin, back)
            if begin < end:
                yield begin, end

    def could_come(self, person: int, t: int) -> bool:
        """Say whether a person is on shift at t, at a sitting or not."""
        spells = self._without(self._spells(person), self.off.get(person, ()))
        return any(begin <= t < end for begin, end in spells)

    def _spells(self, person: int) -> Iterable[tuple[int, int]]:
        calendar = self.calendar
        if calendar.always:
            yield 0, NEVER
            return
        for opens, closes, date in zip(
            calendar.opens, calendar.closes, calendar.dates, strict=True
        ):
            if opens >= self.book.end:
                return
            if self.leave > 0 and self.book.leave_draw(self.tag, person, date) < self.leave:
                continue
            begin, end = self.block(opens, closes, person)
            yield opens, begin
            yield end, closes

    def there(self, person: int, t: int) -> bool:
        """Say whether a person is on shift at t."""
        if self.shared:
            return self.calendar.is_open(t)
        begins, ends = self.stays(person)
        k = bisect_right(begins, t) - 1
        return k >= 0 and t < ends[k]

    def until(self, person: int, t: int) -> int:
        """Return the tick at which a person who is there at t leaves; t if absent."""
        if self.shared and self.calendar.always:
            return NEVER
        if self.shared:
            calendar, k = self.calendar, self.calendar.at(t)
            if k < 0:
                return t
            while k + 1 < len(calendar.opens) and calendar.opens[k + 1] == calendar.closes[k]:
                k += 1
            return int(calendar.closes[k])
        begins, ends = self.stays(person)
        k = bisect_right(begins, t) - 1
        return ends[k] if k >= 0 and t < ends[k] else t

    def on_shift(self, t: int) -> set[int]:
        """Return the numbers of the people who are there at t, or before the start."""
        if self.shared or t < 0:
            return self.everybody() if self.calendar.is_open(t) else set()
        return {m for m in self.everybody() if self.there(m, t)}

    def falling(self, t: int) -> set[int]:
        """Return the numbers of those who leave at t behind a dispatch (19)."""
        if t not in self.slow:
            return set()
        away = self.away
        return {
            m
            for m, spells in self.off.items()
            if m > 0 and any(begin == t for begin, _ in spells)
            if any(b <= t < e for b, e in self._without(self._spells(m), away.get(m, ())))
        }

    def everybody(self) -> set[int]:
        """Return the numbers of all people; 0 stands for as many as it takes."""
        return {0} if self.unlimited else set(range(1, self.people + 1))

    def edges(self) -> set[int]:
        """Return the ticks before the end at which the presence may change (R2)."""
        away = (*self.away.values(), *self.off.values())
        found = {t for spells in away for spell in spells for t in spell if t < self.book.end}
        calendar = self.calendar
        if self.people == 0 or calendar.always:
            return found
        for opens, closes in zip(calendar.opens, calendar.closes, strict=True):
            if opens >= self.book.end:
                break
            found.add(opens)
            found.add(closes)
            if self.day > 0 and self.people > 0:
                for person in range(1, self.people + 1):
                    found.update(self.block(opens, closes, person))
        return {t for t in found if t < self.book.end}
