"""Contract months: the calendar months, on the scenario's clock, that a run looks at as a whole."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from svcsim.scenario.schema import Scenario

_TICK = timedelta(microseconds=1)


def contract_months(scenario: Scenario) -> tuple[int, ...]:
    """Ticks at which the months within [warm_up, horizon) begin, and the end of the last of them.

    Empty if no month lies there as a whole. Months begin at midnight in the time zone of the start.

    >>> from svcsim.scenario.load import load
    >>> days = 24 * 3_600_000_000
    >>> [tick // days for tick in contract_months(load("first_desk", set=["horizon=90 d"]))]
    [27, 55, 86]
    """
    zone = ZoneInfo(scenario.start.zone)
    first = scenario.start.local.replace(tzinfo=zone).astimezone(UTC)
    window = scenario.warm_up.ticks, scenario.horizon.ticks
    year, month = scenario.start.local.year, scenario.start.local.month
    found = [tick for tick in _midnights(zone, first, year, month, window[1]) if tick >= window[0]]
    return tuple(found) if len(found) > 1 else ()


def _midnights(zone: ZoneInfo, start: datetime, year: int, month: int, until: int) -> Iterator[int]:
    """Yield the ticks of the first days of months up to a tick, from a month on."""
    while True:
        tick = (datetime(year, month, 1, tzinfo=zone).astimezone(UTC) - start) // _TICK
        if tick > until:
            return
        yield tick
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
