"""The tornado: what moves a response, the strongest lever first."""

import math
from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from svcsim.decisions.findings import Bottleneck, Stepped, Turned
from svcsim.decisions.responses import in_words
from svcsim.plots.imprint import imprint
from svcsim.plots.ink import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    RULE,
    SIZE,
    SKY,
    TEXT,
    VERMILION,
    significant,
    tint,
    width,
    write,
)

COLOURS = {"work": BLUE, "waits": SKY, "replies": GREEN, "demand": ORANGE, "rework": PURPLE}
LABELS = {
    "work": "time that work takes",
    "waits": "time of waits, by cause",
    "replies": "time of replies at gates",
    "demand": "demand",
    "rework": "odds of rework",
}
WIDTH = 9.5
"""Width of the page in inches."""
ROW, STEPS, TOP, BETWEEN, BELOW = 0.27, 0.4, 0.95, 0.95, 0.75
"""Inches of an elasticity, of the whole steps of a lever, above the first panel, between the
panels, and below the last."""
MOST = 24
"""Levers of a panel; the weakest are left out."""
LONGEST = 40
"""Letters of a lever's name."""


def tornado(found: Bottleneck) -> Figure:
    """Draw what a search for the bottleneck found.

    Above are the elasticities, with their 95 % intervals and ranks, and beside them how busy teams
    are, which describes and does not explain. Below is what whole steps change: a person more or
    fewer, a gate that sits more often.

    Parameters
    ----------
    found
        What `svcsim.bottleneck` gives.
    """
    turned = sorted(
        (one for one in found.turned if one.elasticity.value or one.elasticity.half_width),
        key=lambda one: -abs(one.elasticity.value),
    )[:MOST]
    steps = _steps(found)[:MOST]
    heights = [size * len(rows) for size, rows in ((ROW, turned), (STEPS, steps)) if rows]
    height = TOP + sum(heights) + BETWEEN * (len(heights) > 1) + BELOW
    figure = Figure(figsize=(WIDTH, height))
    FigureCanvasAgg(figure)
    figure.set_label(imprint(found.provenance))
    page = figure.add_axes((0, 0, 1, 1))
    page.set(xlim=(0, WIDTH), ylim=(height, 0))
    page.axis("off")
    names = [_name(one.name) for one in turned] + [_name(name) for name, _ in steps]
    left = max((width(name) for name in names), default=1.0) + 0.35
    write(page, 0.2, 0.32, f"What moves {in_words(found.response)}", size=13, weight="bold")
    write(page, 0.2, 0.56, _said(found), color=GREY)
    y = TOP
    described = [found.described(one.team) if one.team else (math.nan,) * 2 for one in turned]
    beside = 2.1
    if turned:
        axes = _panel(figure, left, y, WIDTH - left - beside - 0.3, ROW * len(turned), height)
        _elasticities(axes, turned)
        at = WIDTH - beside + 0.15
        _descriptions(figure, at, y, ROW * len(turned), height, described)
        y += ROW * len(turned) + BETWEEN
    if steps:
        axes = _panel(figure, left, y, WIDTH - left - beside - 0.3, STEPS * len(steps), height)
        _whole_steps(axes, steps)
    return figure


def _said(found: Bottleneck) -> str:
    p = found.provenance
    clock = f", {found.response.clock} clock" if found.response.clock else ""
    scale, unit = (100, "%") if found.value.unit == "1" else (1, found.value.unit)
    value = significant(scale * found.value.value)
    if math.isfinite(found.value.half_width):
        value += f" ± {significant(scale * found.value.half_width, 2)}"
    return (
        f"{found.about.title} · {value} {unit}{clock} · {p.often} · seed {p.seed} · "
        "95 % intervals, paired"
    )


def _panel(
    figure: Figure, left: float, top: float, wide: float, tall: float, height: float
) -> Axes:
    """Return axes at a place in inches from the left upper corner."""
    axes = figure.add_axes((left / WIDTH, 1 - (top + tall) / height, wide / WIDTH, tall / height))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.spines["bottom"].set_color(RULE)
    axes.tick_params(axis="y", length=0, labelsize=SIZE, labelcolor=TEXT)
    axes.tick_params(axis="x", labelsize=8, labelcolor=GREY, color=RULE)
    axes.grid(axis="x", color=RULE, linewidth=0.5)
    axes.set_axisbelow(True)
    return axes


def _elasticities(axes: Axes, turned: Sequence[Turned]) -> None:
    _rows(axes, [_name(one.name) for one in turned])
    kinds = list(dict.fromkeys(one.kind for one in turned))
    for kind in [kind for kind in COLOURS if kind in kinds]:
        at = [index for index, one in enumerate(turned) if one.kind == kind]
        numbers = [turned[index].elasticity for index in at]
        axes.barh(
            at, [number.value for number in numbers], height=0.62, color=tint(COLOURS[kind], 0.75),
            xerr=[_finite(number.half_width) for number in numbers], label=LABELS[kind],
            error_kw={"ecolor": TEXT, "elinewidth": 1, "capsize": 2},
        )  # fmt: skip
    axes.axvline(0, color=TEXT, linewidth=0.8)
    ends = [(one.elasticity.value, _finite(one.elasticity.half_width)) for one in turned]
    _limits(axes, ends, room=0.30)
    for index, one in enumerate(turned):
        rank = one.rank
        said = significant(one.elasticity.value, 2, "+")
        if rank is not None:
            ranks = f"{rank.best}" if rank.best == rank.worst else f"{rank.best} to {rank.worst}"
            said += f"   rank {ranks}"
        _beside(axes, index, one.elasticity.value, _finite(one.elasticity.half_width), said)
    axes.set_xlabel("elasticity: per cent by which 1 % more of this changes it", fontsize=8,
                    color=GREY)  # fmt: skip
    axes.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(kinds), frameon=False, fontsize=8,
        borderaxespad=0.1, handlelength=1.0, columnspacing=1.2,
    )  # fmt: skip


def _descriptions(
    figure: Figure,
    left: float,
    top: float,
    tall: float,
    height: float,
    described: Sequence[tuple[float, float]],
) -> None:
    """Paint how busy each team is, and how many items queue for it."""
    axes = _panel(figure, left, top, 1.0, tall, height)
    axes.grid(visible=False)
    _rows(axes, ["" for _ in described])
    axes.set(xlim=(0, 1.0), xticks=[0, 1])
    axes.set_xticklabels(["0", "100 %"])
    for index, (busy, queue) in enumerate(described):
        if not math.isfinite(busy):
            continue
        axes.barh(index, 1.0, height=0.5, color="#EEEEEE")
        axes.barh(index, busy, height=0.5, color="#B0B0B0")
        axes.text(0.04, index, f"{100 * busy:.0f} %", va="center", fontsize=8, color=TEXT)
        if math.isfinite(queue):
            axes.text(1.12, index, significant(queue), va="center", fontsize=8, color=TEXT)
    axes.text(0.0, -0.75, "busy", fontsize=8, color=GREY, va="bottom")
    axes.text(1.12, -0.75, "queue", fontsize=8, color=GREY, va="bottom")
    axes.set_xlabel("description only", fontsize=8, color=GREY)


def _steps(found: Bottleneck) -> list[tuple[str, list[Stepped]]]:
    """Return the whole steps by lever, the strongest first, without those that change nothing."""
    levers: dict[str, list[Stepped]] = {}
    for one in found.stepped:
        levers.setdefault(one.name, []).append(one)

    def strength(steps: list[Stepped]) -> float:
        return max(abs(_percent(one)) for one in steps)

    told = [(name, steps) for name, steps in levers.items() if strength(steps)]
    return sorted(told, key=lambda lever: -strength(lever[1]))


def _percent(one: Stepped) -> float:
    """Return the per cent that a step changes; 0 where nothing is known."""
    return 100 * _finite(one.relative.value) if one.relative is not None else 0.0


def _whole_steps(axes: Axes, levers: Sequence[tuple[str, list[Stepped]]]) -> None:
    _rows(axes, [_name(name) for name, _ in levers])
    colours = {
        "one more": GREEN, "one fewer": VERMILION, "twice as often": BLUE,
        "agenda + 1": tint(GREEN, 0.6), "agenda − 1": tint(VERMILION, 0.6),
    }  # fmt: skip
    ends, seen = [(0.0, 0.0)], set[str]()
    bars = [
        (index + (k - (len(moving) - 1) / 2) * 0.4, one)
        for index, (_, steps) in enumerate(levers)
        for moving in [[one for one in steps if _percent(one)]]
        for k, one in enumerate(moving)
    ]
    for row, one in bars:
        ends.append((_percent(one), _half_width(one)))
        axes.barh(
            row, _percent(one), height=0.34, color=tint(colours[one.what], 0.75),
            xerr=_half_width(one), label=None if one.what in seen else one.what,
            error_kw={"ecolor": TEXT, "elinewidth": 1, "capsize": 2},
        )  # fmt: skip
        seen.add(one.what)
    axes.axvline(0, color=TEXT, linewidth=0.8)
    _limits(axes, ends, room=0.14)
    for row, one in bars:
        said = f"{significant(_percent(one), 2, '+')} %"
        _beside(axes, row, _percent(one), _half_width(one), said)
    for index, (_, steps) in enumerate(levers):
        if any(one.refused for one in steps):
            words = " and ".join(one.what for one in steps if one.refused)
            axes.annotate(f"{words}: refused", (1.02, index), xycoords=axes.get_yaxis_transform(),
                          va="center", fontsize=8, color=GREY)  # fmt: skip
    axes.set_xlabel("per cent by which a whole step changes it",
                    fontsize=8, color=GREY)  # fmt: skip
    axes.legend(
        loc="lower right", bbox_to_anchor=(1.0, 1.0), ncols=len(seen), frameon=False, fontsize=8,
        borderaxespad=0.1, handlelength=1.0, columnspacing=1.2,
    )  # fmt: skip


def _half_width(one: Stepped) -> float:
    return 100 * _finite(one.relative.half_width) if one.relative is not None else 0.0


def _rows(axes: Axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), list(names))
    axes.set_ylim(len(names) - 0.5, -0.5)
    for label in axes.get_yticklabels():
        label.set_parse_math(False)


def _limits(axes: Axes, ends: Sequence[tuple[float, float]], *, room: float) -> None:
    """Let the axis reach over all intervals, with room for words at either end that is used."""
    low = min(0.0, *(value - half for value, half in ends))
    high = max(0.0, *(value + half for value, half in ends))
    span = (high - low) or 1.0
    axes.set_xlim(low - room * span * (low < 0), high + room * span * (high > 0))


def _beside(axes: Axes, row: float, value: float, half_width: float, said: str) -> None:
    """Write words beyond the end of a bar's interval."""
    side = 1 if value >= 0 else -1
    axes.annotate(
        said, (value + side * half_width, row), xytext=(4 * side, 0), textcoords="offset points",
        va="center", ha="left" if side > 0 else "right", fontsize=8, color=TEXT,
    )  # fmt: skip


def _name(name: str) -> str:
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _finite(value: float) -> float:
    return value if math.isfinite(value) else 0.0
