"""Numbers for people: units, significant digits, half-widths."""

import math
from collections.abc import Iterable
from typing import NamedTuple

from svcsim.experiment.numbers import Number

HOURS_PER_DAY = 24.0
PLUS_MINUS = "±"
NOTHING = "–"


class Unit(NamedTuple):
    """A unit of time."""

    name: str
    hours: float


def unit_for(hours: Iterable[float], *, day: float = HOURS_PER_DAY, day_name: str = "d") -> Unit:
    """The unit in which some times read well together; `day` is in hours.

    It is the coarsest of which the least is half a unit, or a coarser one where the largest would
    have four digits before the point.

    >>> unit_for([0.05, 0.9]).name, unit_for([1.4, 25.1]).name, unit_for([200.0]).name
    ('min', 'h', 'd')
    """
    sizes = [abs(x) for x in hours if math.isfinite(x) and x]
    least, largest = min(sizes, default=0.0), max(sizes, default=0.0)
    units = [Unit("min", 1 / 60), Unit("h", 1.0), Unit(day_name, day)]
    fitting = [index for index, unit in enumerate(units) if least >= unit.hours / 2]
    index = max(fitting, default=0)
    while index < 2 and largest >= 1000 * units[index].hours:
        index += 1
    return units[index]


def decimals(value: float, digits: int = 3) -> int:
    """Decimals that show so many significant digits, 0 to 3.

    >>> decimals(7.72), decimals(25.1), decimals(1204), decimals(0.05)
    (2, 1, 0, 3)
    """
    if value == 0 or not math.isfinite(value):
        return 1
    magnitude = math.floor(math.log10(float(f"{abs(value):.{digits - 1}e}")))
    return min(max(digits - 1 - magnitude, 0), 3)


def figure(number: Number, scale: float = 1.0) -> str:
    """A number with its half-width, divided by a scale: ``7.72 ± 0.17``.

    It has three significant digits, or fewer where the half-width has two of its own. Where the
    replications are too few to bound it, it is ``7.72 ± ?``.
    """
    value, half_width = number.value / scale, number.half_width / scale
    if not math.isfinite(value):
        return NOTHING
    places = decimals(value)
    if math.isinf(half_width):
        return f"{value:.{places}f} {PLUS_MINUS} ?"
    if math.isnan(half_width):
        return f"{value:.{places}f}"
    if half_width:
        places = min(places, decimals(half_width, 2))
    return f"{value:.{places}f} {PLUS_MINUS} {half_width:.{places}f}"


def change(number: Number, scale: float = 1.0) -> str:
    """A difference, with its sign and half-width: ``−0.88 ± 0.03``."""
    text = figure(number, scale)
    if text == NOTHING:
        return text
    return text.replace("-", "−", 1) if text.startswith("-") else f"+{text}"


def percent(number: Number) -> str:
    """A share: ``90.4 % ± 0.6``."""
    if not math.isfinite(number.value):
        return NOTHING
    text = f"{100 * number.value:.1f} %"
    half_width = 100 * number.half_width
    return f"{text} {PLUS_MINUS} {half_width:.1f}" if math.isfinite(half_width) else text


def points(number: Number) -> str:
    """A difference of shares in percentage points: ``+8.7 ± 0.5 pp``."""
    text = change(number, 0.01)
    return text if text == NOTHING else f"{text} pp"


def plain_percent(share: float) -> str:
    """A share without decimals where it has none: ``95 %``."""
    return f"{round(100 * share, 6):g} %"


def count(value: float) -> str:
    """A number of items, thousands apart: ``4 678``.

    >>> count(4678.4), count(8.25)
    ('4 678', '8.2')
    """
    if not math.isfinite(value):
        return NOTHING
    if value and abs(value) < 9.95:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:,.0f}".replace(",", " ")


def seconds(value: float) -> str:
    """How long something took: ``1 s``, ``3 min``."""
    if value < 0.95:
        return f"{max(value, 0.1):.1f} s"
    return f"{value:.0f} s" if value < 120 else f"{value / 60:.0f} min"


def size(number: int) -> str:
    """Bytes as people read them: ``850 B``, ``12.3 MB``."""
    if number < 1000:
        return f"{number} B"
    unit = next(power for power in range(1, 5) if number < 1000 ** (power + 1) or power == 4)
    return f"{number / 1000**unit:.1f} {' kMGT'[unit]}B"
