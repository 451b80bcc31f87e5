"""The distributions of scipy.stats that may be asked for by name.

scipy.stats takes half a second to import, so it is imported only when one is asked for.
"""

import difflib
import math
import warnings
from collections.abc import Mapping
from typing import Any

from svcsim.scenario.rules import refusal

SLOW = frozenset(
    {
        "gausshyper", "genhyperbolic", "geninvgauss", "irwinhall", "ksone", "kstwo", "levy_stable",
        "norminvgauss", "studentized_range",
    }
)  # fmt: skip
"""Distributions that scipy.stats integrates anew for every value: a table would take minutes."""


def check(name: str, parameters: Mapping[str, float], *, bounded: bool) -> None:
    """Refuse a distribution that does not exist, is not fully given, or has no mean.

    Parameters
    ----------
    name
        Name in scipy.stats.
    parameters
        Shape parameters, loc and scale.
    bounded
        Whether its tail is cut off, so that it has a mean in any case.

    Raises
    ------
    PydanticCustomError
        ``unknown-scipy``.
    """
    from scipy import stats

    law = getattr(stats, name, None)
    if not isinstance(law, stats.rv_continuous):
        names = [key for key in dir(stats) if isinstance(getattr(stats, key), stats.rv_continuous)]
        near = difflib.get_close_matches(name, names, n=1)
        remedy = f"did you mean {near[0]}?" if near else "see scipy.stats for the names"
        found = f"{name!r} is no continuous distribution of scipy.stats"
        raise refusal("unknown-scipy", found, remedy, below=("scipy",))
    if name in SLOW:
        remedy = "draw a sample from it into a CSV file, or choose another"
        raise refusal("unknown-scipy", f"{name} is too slow to tabulate", remedy, below=("scipy",))
    shapes = [word.strip() for word in (law.shapes or "").split(",") if word.strip()]
    unknown = [key for key in parameters if key not in (*shapes, "loc", "scale")]
    if unknown:
        remedy = f"its parameters are {', '.join((*shapes, 'loc', 'scale'))}"
        found = f"{name} has no parameter {unknown[0]!r}"
        raise refusal("unknown-scipy", found, remedy, below=(unknown[0],))
    missing = [key for key in shapes if key not in parameters]
    if missing:
        found = f"{name} needs {', '.join(missing)}"
        raise refusal("unknown-scipy", found, f"write for instance {missing[0]}: 1.5")
    values = ", ".join(f"{key}: {value:g}" for key, value in parameters.items())
    if any(math.isnan(end) for end in law.support(**parameters)):
        found = f"there is no {name} with {values}"
        raise refusal("unknown-scipy", found, "choose parameters that scipy.stats accepts")
    if not bounded and not math.isfinite(_mean(law, parameters)):
        found = f"{name} with {values or 'no parameters'} has no mean"
        raise refusal("unknown-scipy", found, "add at_most, or between")


def _mean(law: Any, parameters: Mapping[str, float]) -> float:
    """Return the mean, or something infinite; scipy.stats warns where it is."""
    with warnings.catch_warnings(action="ignore"):
        return float(law.mean(**parameters))
