"""Days that are busier than others, for the auditor (52)."""

from itertools import pairwise
from typing import Any

from svcsim.model.codes import Purpose


def day_of(book: Any, stream: Any, date: int) -> float:
    """Return the level of a local date of a stream: 1 where days have none."""
    if stream.day_level < 0:
        return 1.0
    known = book.days
    if (stream.tag, date) not in known:
        u = book.draw((0, date), stream.tag, 0, Purpose.DAY_LEVEL)
        known[stream.tag, date] = book.quantile(stream.day_level, u)
    return float(known[stream.tag, date])


def on_days(book: Any, stream: Any, rates: list[Any]) -> list[Any]:
    """Return the rates of a stream with the levels of their days in them."""
    levels = [rate.level * day_of(book, stream, rate.date) for rate in rates]
    sums = [0.0]
    for level, (rate, following) in zip(levels, pairwise(rates), strict=False):
        sums.append(sums[-1] + level * (following.tick - rate.tick))
    return [
        rate._replace(level=level, cumulative=total)
        for rate, level, total in zip(rates, levels, sums, strict=True)
    ]
