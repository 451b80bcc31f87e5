"""Random distributions, and values that differ by class."""

from random_words import time, whole_time

FAMILIES = (
    "lognormal", "median", "quantiles", "exponential", "gamma", "weibull", "erlang",
    "hyperexponential", "uniform", "pert", "triangular", "scipy", "empirical",
)  # fmt: skip
"""Continuous distributions; each has one shape, since tables of shapes are made once a process."""
SAMPLES = "minutes,hours\n" + "".join(f"{n},{n / 50}\n" for n in (2, 4, 4, 5, 7, 10, 16, 30))
"""The file behind every empirical distribution."""
MINUTES = (1, 2, 5, 10, 15, 20, 30, 45, 60, 60)
"""Times of whole scenarios."""


class LawAuthor:
    """Draws values by class, durations and distributions, for one stream."""

    def __init__(self, author, index):
        self.author = author
        self.pick, self.number, self.chance = author.pick, author.number, author.chance
        self.index = index
        self.classes = ("gold", "Silver", "ärmer")[: self.pick((0, 2, 2, 1, 3))]

    def varied(self, make, share=25):
        """Draw a value, or one for each class."""
        if not self.classes or not self.chance(share):
            return make()
        named = self.classes[: self.number(1, len(self.classes))]
        values = {name: make() for name in named}
        if len(named) < len(self.classes):
            values["otherwise"] = make()
        return {"by_class": values}

    # ---- durations -----------------------------------------------------------------------------

    def durations(self, options, calendar=None):
        """Draw a duration, or one for each class, on one clock."""
        unit = self.unit(self.author.closes(calendar) and self.chance(50))
        return self.varied(lambda: time(self.pick(options), unit), 55)

    def unit(self, business):
        """Draw how times are written."""
        return self.pick(("bh", "bd")) if business else "min"

    def law(self, *, unit="min", positive=False, scale=None):
        """Draw a distribution of durations with a mean of about `scale` minutes."""
        if self.author.whole:
            return self.whole_law(unit, positive=positive, scale=scale)
        scale = scale or self.pick((5, 10, 20, 40, 60))

        def at(factor):
            return time(scale * factor, unit)

        if self.chance(22):
            return at(self.pick((1, 0.5, 2) if positive else (1, 0.5, 2, 0)))
        if self.chance(8):
            return self.mixture(unit)
        if self.chance(12):
            return {"values": {at(0.5): "30%", at(1): "rest", at(2.5): "20%"}}
        return self.modified(self.family(unit, at), at, positive=positive)

    def family(self, unit, at):
        """Draw a continuous distribution."""
        name = self.pick(FAMILIES)
        if name in ("empirical", "scipy") and unit == "bd":
            name = "exponential"
        if name == "empirical":
            return self.samples(self.pick((unit, "h")) if unit == "min" else unit) | self.pick(
                ({}, {"discrete": True})
            )
        if name == "scipy":
            return {
                "scipy": "gamma",
                "a": 2.0,
                "scale": 5.0 if unit == "min" else 0.1,
                "unit": unit,
            }
        return {
            "lognormal": {"mean": at(1), "cv": 0.8},
            "median": {"median": at(0.8), "sigma": 0.5},
            "quantiles": {"p50": at(0.7), "p90": at(2.1)},
            "exponential": {"mean": at(1), "distribution": "exponential"},
            "gamma": {"mean": at(1), "cv": 0.5, "distribution": "gamma"},
            "weibull": {"mean": at(1), "cv": 1.5, "distribution": "weibull"},
            "erlang": {"mean": at(1), "distribution": "erlang", "stages": 3},
            "hyperexponential": {"mean": at(1), "cv": 2.0, "distribution": "hyperexponential"},
            "uniform": {"low": at(0.2), "high": at(1.8)},
            "pert": {"low": at(0.5), "likely": at(0.8), "high": at(2.5)},
            "triangular": {"low": at(0.2), "likely": at(0.6), "high": at(2),
                           "distribution": "triangular"},
        }[name]  # fmt: skip

    def mixture(self, unit):
        """Draw one of a few mixtures: each has a table of its own."""
        low = {"low": time(2, unit), "high": time(8, unit)}
        high = {"mean": time(10, unit), "cv": 0.8, "plus": time(8, unit)}
        over = {"low": time(3, unit), "high": time(20, unit)}
        parts = self.pick(((low, time(10, unit)), (low, high)) * 5 + ((low, over),))
        mixed = zip(("40%", "rest"), parts, strict=True)
        return {"mixture": [{"share": share, "of": part} for share, part in mixed]}

    def modified(self, law, at, *, positive):
        """Draw modifiers of a distribution."""
        if self.chance(10):
            law["plus"] = at(0.4)
        if self.chance(10):
            law["at_most"] = at(1.5)
        if self.chance(10):
            law["at_least"] = at(0.6)
        if self.chance(10) and not law.keys() & {"scipy", "csv"}:
            law["between"] = [at(0.6), at(1.6)]
        if not positive and self.chance(10):
            law["zero"] = "30%"
        return law

    def samples(self, unit):
        """Return an empirical distribution, in whatever unit the file is read."""
        self.author.files["samples.csv"] = SAMPLES
        column = "minutes" if unit == "min" else "hours"
        return {"csv": "samples.csv", "column": column, "unit": unit}

    def whole_law(self, unit, *, positive, scale):
        """Draw a distribution of whole minutes."""
        options = MINUTES if scale is None else (scale, 2 * scale, scale // 2 or 1)
        if self.chance(15) and unit == "min":
            return self.samples("min") | {"discrete": True}
        if not self.chance(45):
            return whole_time(self.pick(options if positive else (*options, 0)), unit)
        a, b = self.pick(options), self.pick(options)
        if a == b:
            return whole_time(a, unit)
        law = {"values": {whole_time(a, unit): "50%", whole_time(b, unit): "rest"}}
        if self.chance(25):
            part = whole_time(self.pick(options), unit)
            law = {"mixture": [{"share": "60%", "of": law}, {"share": "rest", "of": part}]}
        if not positive and self.chance(20):
            law["zero"] = "40%"
        if self.chance(10):
            law["plus"] = whole_time(5, unit)
        return law
